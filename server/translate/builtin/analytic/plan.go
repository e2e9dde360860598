package analytic

import (
	"time"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// plan is what a question asks for, in terms of the schema: a thing of which rows are wanted, or measures, broken down
// by dimensions, under conditions, ranked. Build makes the query of it.
type plan struct {
	v     *view
	r     *reader
	sales *sales

	entity   *index.Table // whose rows are wanted or ranked
	attrs    []*index.Column
	measures []*measure
	dims     []dim
	grains   []string
	windows  []window
	days     []int
	conds    []*cond
	events   []*event
	context  []*index.Table // mentioned, to resolve names by

	rank       *ranking
	rankDims   []dim // the ranking starts anew for each
	share      bool
	change     string // previous, year, window
	against    window
	running    bool
	moving     int
	newOld     bool
	cohort     bool
	churn      bool
	repeat     bool
	duplicate  []*index.Column
	orphan     bool
	histogram  bool
	width      float64
	sideBySide bool
	listed     bool // which, who, list: rows, not a number
	distinct   bool
	withLabel  bool            // 'suppliers and their countries': what names the entity as well
	more       bool            // 'more customers in Canada or in France'
	widened    time.Time       // the series begins a year before it is shown from here on
	headed     bool            // the dimension is what was asked for: 'which country has the most …'
	giveUp     bool            // the question says more than the plan can
	plainNames []*index.Column // of attrs: asked for as 'name' alone
	filter     *event          // a condition on the measures of each group: 'countries with at least 5 customers'
	when       bool            // when was …
	verb       string          // of the entity itself: 'hired last year'
	sort       int
	spans      []*span // shown beside the rows of the entity

	ors    []alternative
	either bool   // of its two conditions one is enough
	among  *among // the groups that a series is kept to

	analytic bool // an analytic construct took part
	notes    []string
}

// A dim is what a measure is broken down by: a table's rows (named by its label) or a column.
type dim struct {
	table  *index.Table
	column *index.Column
}

func (d dim) of() *index.Table {
	if d.column != nil {
		return d.column.Table
	}
	return d.table
}

// A measure is a number that is computed from many rows.
type measure struct {
	op    string // count, rate, sum, avg, min, max, median, percentile, revenue, profit, margin, units, order (value of one)
	agg   string // of an order's value: avg, median, min, max, sum
	table *index.Table
	col   *index.Column
	p     float64
	per   *dim   // averaged over the rows of a table: orders per customer
	grain string // averaged over steps of time: orders per day
	over  *measure
	dist  bool
	conds []*cond
	name  string
	span  *span // what is measured is the time between two dates

	events  []*event // of a rate: the rows of its table for which they hold, besides conds
	percent bool     // over another one, in percent
}

// A cond is a condition on a column of a table.
type cond struct {
	col    *index.Column
	table  *index.Table // where there is no single column
	not    bool
	values []string // equal to one of
	like   string
	op     string // < <= > >= = between, null, true, mean, late, after
	num    float64
	hi     float64
	other  *index.Column
	make   func(b *block, x query.Expr) query.Expr
}

func (c *cond) of() *index.Table {
	if c.col != nil {
		return c.col.Table
	}
	return c.table
}

// An event is something that rows of another table say about the entity: customers who ordered, products without a review.
type event struct {
	table   *index.Table
	not     bool
	conds   []*cond
	windows []window
	verb    string
	having  *measure // compared with num
	op      string
	num, hi float64
	shown   bool
}

// A ranking orders by a measure or column and keeps the first n.
type ranking struct {
	dir   int
	n     int
	by    *measure
	col   *index.Column
	base  string
	verb  string // what was done most: 'most returned'
	done  bool   // what it ranks by is known
	first bool   // one row was asked for: 'which customer has the most …'
	top   string // the word, where it ranks without a number: top, best, biggest
}
