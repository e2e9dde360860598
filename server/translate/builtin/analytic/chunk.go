package analytic

import (
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// chunkKind is what a run of words is, before it is known what it does in the question.
type chunkKind uint8

const (
	kUnknown   chunkKind = iota
	kFill                // explained, says nothing by itself
	kAsk                 // which, who, list, what is
	kCount               // how many, number of
	kAgg                 // op: sum, avg, min, max, median, percentile (num)
	kTable               // targets
	kColumn              // targets
	kValue               // values
	kNumber              // num
	kMoney               // op: revenue, profit, margin, units, order
	kWindow              // window
	kGrain               // op: the unit
	kBy                  // by
	kPer                 // per, each, for every
	kCmp                 // op, num
	kMean                // above (op >) or below (op <) average
	kRank                // dir, num; base: the adjective
	kNot                 // not, never, without
	kWith                // with, that have, whose
	kOf                  // of, in, from, at, for
	kVerb                // op: the stem
	kAnd                 // and, comma
	kOr                  // or
	kVersus              // versus
	kThan                // than
	kShare               // share of, percentage of
	kChange              // op: previous, year; empty for both readings
	kRunning             // running total
	kMoving              // num, op: the unit
	kSort                // dir
	kMissing             // missing, empty
	kDuplicate           // duplicate
	kOrphan              // orphaned
	kCohort              // cohort
	kNewOld              // new and returning
	kNew                 // new
	kRepeat              // repeat, returning
	kChurn               // churned, inactive, lapsed
	kHistogram           // num: the width, 0 for none
	kLate                // late, on time (op: late, early)
	kTimes               // times
	kFirst               // first, last (op) of a row's own events
	kBest                // best-selling (dir); op: units
	kDays                // weekday filter: nums in days
	kSpan                // how long, time between
	kLike                // contains, starts with: op, base
	kMore                // more … or …
	kStock               // out of stock
	kRate                // return rate: base is the stem of what happened
	kEachRow             // in each, within each: what follows divides a ranking
)

// chunk is a run of words of the question with its reading.
type chunk struct {
	kind    chunkKind
	span    index.Span
	op      string
	base    string
	num     float64
	dir     int
	days    []int
	window  window
	targets []target
	values  []index.ValueLink
	used    bool
}

// target is a table or column that a run of words may name.
type target struct {
	table  *index.Table
	column *index.Column // nil: the table itself
	score  float64
}

// tables are the targets that are tables, columns those that are columns.
func (c *chunk) tables() []target  { return c.only(false) }
func (c *chunk) columns() []target { return c.only(true) }

// tells says whether the chunk speaks of a table: by its name, a row of it, or a column that no other table has.
func (c *chunk) tells(t *index.Table) bool {
	switch c.kind {
	case kTable:
		return c.targets[0].table == t
	case kColumn:
		return len(c.targets) == 1 && c.targets[0].column.Table == t && c.targets[0].score > 0.95
	}
	return c.names(t)
}

// names says whether the chunk is the name of a row of a table.
func (c *chunk) names(t *index.Table) bool {
	for i := range c.values {
		if v := &c.values[i]; v.Column.Table == t && v.Column == t.Label && v.Score > 0.9 {
			return true
		}
	}
	return false
}

func (c *chunk) only(columns bool) []target {
	var out []target
	for _, t := range c.targets {
		if (t.column != nil) == columns {
			out = append(out, t)
		}
	}
	return out
}
