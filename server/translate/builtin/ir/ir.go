// Package ir is the engine's intermediate form of a query: what is selected, on which conditions, grouped and ordered
// by what, without FROM and JOIN, which follow from the columns. Sub-queries and set operations are parts of it.
//
// Build turns it into a query tree, Extract reads it from one (for training); both know the schema by its index.
package ir

import (
	"slices"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Agg is an aggregate.
type Agg uint8

// The aggregates; None for a plain column.
const (
	None Agg = iota
	Count
	Sum
	Avg
	Min
	Max
)

// String is the aggregate's name in lower case; empty for None.
func (a Agg) String() string {
	switch a {
	case Count:
		return "count"
	case Sum:
		return "sum"
	case Avg:
		return "avg"
	case Min:
		return "min"
	case Max:
		return "max"
	case None:
	}
	return ""
}

// Term is a column, an aggregate of one, all columns of a table (Star, Agg None), or a count of a table's rows (Star,
// Agg Count).
type Term struct {
	Agg      Agg
	Distinct bool // inside the aggregate
	Col      *index.Column
	Star     *index.Table
}

// Table is the table that the term is of.
func (t Term) Table() *index.Table {
	if t.Star != nil {
		return t.Star
	}
	return t.Col.Table
}

// Op compares.
type Op string

// The comparisons.
const (
	Eq      Op = "="
	Ne      Op = "!="
	Gt      Op = ">"
	Lt      Op = "<"
	Ge      Op = ">="
	Le      Op = "<="
	Like    Op = "like"
	NotLike Op = "not like"
	Between Op = "between"
	In      Op = "in"
	NotIn   Op = "not in"
	Null    Op = "null"
	NotNull Op = "not null"
)

// Value is the right side of a condition: literals (two for Between), a column, or a sub-query.
type Value struct {
	Text   []string // as they stand in the question or the database; without quotation marks
	Number []bool   // written as a number
	Col    *index.Column
	Sub    *Query
}

// Cond is a condition. Or joins it to the one before by OR instead of AND (AND binds tighter).
type Cond struct {
	Left  Term
	Op    Op
	Value Value
	Or    bool
}

// Order is an element of the order.
type Order struct {
	Term Term
	Desc bool
}

// Query is a query in the intermediate form.
type Query struct {
	Select   []Term
	Distinct bool
	Where    []Cond
	Group    []*index.Column
	Having   []Cond
	Order    []Order
	Limit    int            // 0 for none
	Extra    []*index.Table // joined though no column of theirs is used
	Set      query.SetOperator
	Right    *Query
}

// Tables lists the tables of q itself (not of its sub-queries), each once.
func (q *Query) Tables() []*index.Table {
	var out []*index.Table
	add := func(t *index.Table) {
		if slices.Contains(out, t) {
			return
		}
		out = append(out, t)
	}
	for _, s := range q.Select {
		add(s.Table())
	}
	for _, c := range q.Where {
		add(c.Left.Table())
		if c.Value.Col != nil {
			add(c.Value.Col.Table)
		}
	}
	for _, c := range q.Group {
		add(c.Table)
	}
	for _, c := range q.Having {
		add(c.Left.Table())
	}
	for _, o := range q.Order {
		add(o.Term.Table())
	}
	for _, t := range q.Extra {
		add(t)
	}
	return out
}
