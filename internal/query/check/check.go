// Package check decides whether a query tree may run against a schema, and says in full what every name in it means.
//
// It walks the tree once and builds a copy on the way: each table and column resolved in the dialect's scopes, each
// function, operator and type looked up on the dialect's list, each argument that sizes memory bounded. A node, name or
// function that it does not know is an error, so what comes out holds only what was understood.
//
// The rules, by file:
//
//	names.go      how each dialect compares names
//	index.go      a schema made ready for look-ups
//	scope.go      what a name can see
//	statement.go  queries, select blocks, set operations, common table expressions; order.go ORDER BY and positions
//	from.go       joins and derived tables; tables.go the tables; tablefuncs.go the functions that may stand there
//	expr.go       expressions; column.go the columns in them; star.go all of them; call.go the calls; operators.go
//	functions_*   the functions that a dialect allows; foreign.go what to write instead of another dialect's
//	types.go      cast targets; typing.go the type of a result
//	misuse.go     aggregates in WHERE, sub-queries of several columns
//	growth.go     recursions that double what they have
//	sizes.go      arguments that size memory; series.go functions that make rows; regex.go patterns
//	system.go     catalogues that nobody reads
//	nearest.go    what was probably meant; repair.go puts it right
//	fanout.go     joins that multiply what is summed; keys.go what is unique; fanout_text.go what is said about it
//	limit.go      the row limit
//	policy.go     what a team hides; mask.go what a masked column may be used for
package check

import (
	"slices"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// Options say what a statement is checked for.
type Options struct {
	Dialect  custard.Dialect
	MaxRows  int64 // above zero: a row limit is added at the top, or lowered where it is larger
	Repair   bool  // rename an unknown name where exactly one repair is possible
	LeaveOut bool  // leave masked columns out of the select list, with a note in Repairs, where others remain
}

// Result is a statement that may run.
type Result struct {
	Query    *query.Query     // a copy in which every name is spelled as the schema spells it
	Fields   []custard.Field  // the columns that come out; a name or type that only the database knows is empty
	Tables   []*custard.Table // the tables that are read, each once, in the order of their first use
	Warnings []string         // what may not mean what it seems to, with what to write instead
	Repairs  []string         // "column 'nam' read as 'name'"
}

// Check resolves and judges a query. The query is not changed. Errors are of type *custard.Error: CodeUnknownTable,
// CodeUnknownColumn (also for an ambiguous one), CodeRefused for what would not be read-only and bounded.
func Check(q *query.Query, idx *Index, o Options) (*Result, error) {
	if idx == nil {
		idx = NewIndex(nil)
	}
	r := &resolver{idx: idx, opts: o, rules: rulesOf(o.Dialect)}
	out, cols := r.output(q)
	for r.err == nil && len(r.links) > 0 { // more is masked than was known
		if r.passes++; r.passes > maxPasses {
			r.refuse("Compare fewer columns with masked ones.", "too much hangs on masked columns")
			break
		}
		r = &resolver{idx: idx, opts: o, rules: r.rules, passes: r.passes, taints: r.tainted()}
		out, cols = r.output(q)
	}
	r.showsNone(cols.cols)
	if r.err == nil && o.MaxRows > 0 {
		out = r.limitRows(out, o.MaxRows)
	}
	if r.err != nil {
		return nil, r.err
	}
	res := &Result{Query: out, Tables: r.tables, Warnings: r.warnings, Repairs: r.repairs}
	res.Fields = make([]custard.Field, len(cols.cols))
	for i, c := range cols.cols {
		res.Fields[i] = custard.Field{Name: c.name, Type: c.typ, Elem: c.elem, DataType: c.dataType}
	}
	return res, nil
}

// NeedsSchema says whether the query may read a table: where it is false, Check needs no schema.
func NeedsSchema(q *query.Query) bool {
	r := &resolver{idx: NewIndex(nil), probe: true}
	r.query(q, nil, nil)
	named := 0
	query.Inspect(q, func(n query.Node) bool {
		if _, ok := n.(*query.Table); ok {
			named++
		}
		return true
	})
	return named > r.spared
}

// resolver is one walk over one query. The first error stays in err; what is resolved after it does not matter.
type resolver struct {
	idx   *Index
	opts  Options
	rules rules
	err   *custard.Error

	probe  bool // only look for names in FROM that are no tables: no error counts
	spared int  // how many there are

	tables   []*custard.Table
	warnings []string
	repairs  []string
	depth    int
	uses     *[]place // collects the columns that are resolved, where somebody asks
	beside   []*scope // the blocks whose FROM a sub-query stands in that does not see its neighbours
	mends    int      // unknown names so far
	work     int      // names compared so far
	wide     int      // above zero where a sub-query is compared with several columns at once
	product  int64    // of the sizes of values that the statement makes

	// For masked columns.
	sum      mask                   // of what is being resolved, so far
	keyMask  mask                   // of the element of ORDER BY or GROUP BY that was resolved last
	castFrom custard.Type           // of the cast that was resolved last
	outward  [2]int                 // references to columns of blocks outside: open ones, masked ones
	ords     int                    // sources and WITH queries so far
	taints   map[int]map[int]string // columns that a masked one was compared with, by number and place
	links    map[int]map[int]string // … that were found in this pass
	passes   int
	top      *query.Select // whose columns come out
}

// The bounds of a check, whatever made the tree. A chain of a thousand ANDs is deep, too.
const (
	maxDepth   = 20_000
	maxColumns = 4_096     // of one query's result: a WITH that joins the one before to itself doubles them
	maxWork    = 4_000_000 // names compared by NATURAL JOIN
	maxMends   = 64        // unknown names that a repair is looked for
	maxPasses  = 12        // over a statement that compares masked columns with others
)

func (r *resolver) fail(err *custard.Error) {
	if r.err == nil && !r.probe {
		r.err = err
	}
}

func (r *resolver) refuse(hint, format string, args ...any) {
	if r.err != nil || r.probe {
		return
	}
	err := custard.Errorf(custard.CodeRefused, format, args...)
	if hint != "" {
		err.Hint = hint
	}
	r.fail(err)
}

// enter goes one level deeper; leave comes back. Where enter is false nothing was entered.
func (r *resolver) enter() bool {
	if r.depth >= maxDepth {
		r.refuse("Split it into smaller steps with WITH.", "the statement is nested too deeply")
		return false
	}
	if r.err != nil {
		return false
	}
	r.depth++
	return true
}

func (r *resolver) leave() { r.depth-- }

func (r *resolver) use(t *custard.Table) {
	if slices.Contains(r.tables, t) {
		return
	}
	r.tables = append(r.tables, t)
}
