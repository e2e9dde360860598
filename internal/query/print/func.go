package print

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// call writes a function call: name, arguments, and what an aggregate or a window function has after them.
func (p *printer) call(f *query.Func) {
	if f.Filter != nil && p.is(custard.MySQL, custard.Snowflake) {
		p.filtered(f)
		return
	}
	p.funcName(f.Name)
	p.byte('(')
	p.inside(f)
	p.byte(')')
	if len(f.Within) > 0 {
		if !p.is(custard.Postgres, custard.DuckDB, custard.Snowflake) {
			p.fail("WITHIN GROUP", "Number the rows with row_number() and pick the middle ones.")
		}
		p.str(" WITHIN GROUP (ORDER BY ")
		p.orders(f.Within)
		p.byte(')')
	}
	if f.Filter != nil {
		p.str(" FILTER (WHERE ")
		p.expr(f.Filter, lowest)
		p.byte(')')
	}
	if f.FromLast {
		if !p.is(custard.Snowflake) {
			p.fail("FROM LAST", "Order the window the other way round.")
		}
		p.str(" FROM LAST")
	}
	if !f.NullsInside {
		p.nullTreatment(f)
	}
	if f.Over != nil {
		p.str(" OVER ")
		p.over(f.Over)
	}
}

// inside writes what stands between the parentheses of a call.
func (p *printer) inside(f *query.Func) {
	if f.Distinct {
		p.str("DISTINCT ")
	}
	if f.Star {
		p.byte('*')
	}
	for i, a := range f.Args {
		p.comma(i)
		p.arg(a)
	}
	if len(f.OrderBy) > 0 {
		if len(f.Args) > 0 || f.Star {
			p.byte(' ')
		}
		p.str("ORDER BY ")
		p.orders(f.OrderBy)
	}
	if f.Separator != nil {
		if p.d != custard.MySQL {
			p.fail("SEPARATOR", "Give string_agg or group_concat the separator as its second argument.")
		}
		p.str(" SEPARATOR ")
		p.expr(f.Separator, primary)
	}
	if f.Limit != nil {
		if !p.is(custard.MySQL, custard.DuckDB) {
			p.fail("LIMIT in a call", "Limit the rows in a sub-query.")
		}
		p.str(" ")
		p.limitClause(f.Limit, false)
	}
	if f.NullsInside {
		p.nullTreatment(f)
	}
}

func (p *printer) arg(a query.Arg) {
	if a.Variadic {
		if p.d != custard.Postgres {
			p.fail("VARIADIC", "List the arguments.")
		}
		p.str("VARIADIC ")
	}
	if a.Name != nil {
		switch p.d {
		case custard.Postgres, custard.Snowflake:
			p.ident(*a.Name)
			p.str(" => ")
		case custard.DuckDB:
			p.ident(*a.Name)
			p.str(" := ")
		default:
			p.fail("named arguments", "Give the arguments in order.")
		}
	}
	p.expr(a.Value, lowest)
}

func (p *printer) nullTreatment(f *query.Func) {
	switch {
	case f.NullsIgnore == nil:
	case p.is(custard.Postgres, custard.SQLite), p.d == custard.MySQL && *f.NullsIgnore:
		if *f.NullsIgnore {
			p.fail("IGNORE NULLS", "Leave the NULLs out in a sub-query.")
		}
	case *f.NullsIgnore:
		p.str(" IGNORE NULLS")
	default:
		p.str(" RESPECT NULLS")
	}
}

// filtered writes an aggregate with a FILTER where there is none: a CASE keeps the other rows' values NULL, which the
// aggregates below leave out.
func (p *printer) filtered(f *query.Func) {
	c := *f
	c.Filter = nil
	var value query.Expr
	switch name := f.Name.Last().Name; {
	case f.Star && strings.EqualFold(name, "count"):
		value = &query.Number{Text: "1"}
	case len(f.Args) == 1 && ignoresNulls(name):
		value = f.Args[0].Value
	default:
		p.fail("FILTER", "Aggregate a CASE WHEN … THEN … END instead.")
		return
	}
	c.Star = false
	c.Args = []query.Arg{{Value: &query.Case{Whens: []query.When{{Cond: f.Filter, Then: value}}}}}
	p.call(&c)
}

func ignoresNulls(name string) bool {
	var buf [maxKeyword]byte
	switch string(lower(buf[:0], name)) {
	case "sum", "count", "avg", "min", "max", "group_concat", "stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp":
		return true
	}
	return false
}

func (p *printer) over(w *query.Window) {
	if w.Bare && w.Ref != nil {
		p.ident(*w.Ref)
		return
	}
	p.window(w)
}

// window writes a window's specification in its parentheses.
func (p *printer) window(w *query.Window) {
	if w == nil {
		p.refuse("a window that is missing")
		return
	}
	p.byte('(')
	start := len(p.buf)
	gap := func() {
		if len(p.buf) > start {
			p.byte(' ')
		}
	}
	if w.Ref != nil {
		p.ident(*w.Ref)
	}
	if len(w.Partition) > 0 {
		gap()
		p.str("PARTITION BY ")
		p.exprs(w.Partition)
	}
	if len(w.OrderBy) > 0 {
		gap()
		p.str("ORDER BY ")
		p.orders(w.OrderBy)
	}
	if w.Frame != nil {
		gap()
		p.frame(w.Frame)
	}
	p.byte(')')
}

func (p *printer) frame(f *query.Frame) {
	switch f.Unit {
	case "ROWS", "RANGE":
	case "GROUPS":
		if p.is(custard.MySQL, custard.Snowflake) {
			p.fail("GROUPS in a window", "Use ROWS or RANGE.")
		}
	default:
		p.refuse("the odd frame " + shown(f.Unit))
	}
	p.str(f.Unit)
	if f.End != nil {
		p.str(" BETWEEN ")
		p.bound(f.Start)
		p.str(" AND ")
		p.bound(f.End)
	} else {
		p.byte(' ')
		p.bound(f.Start)
	}
	switch f.Exclude {
	case "":
	case "CURRENT ROW", "GROUP", "TIES", "NO OTHERS":
		if p.is(custard.MySQL, custard.Snowflake) {
			p.fail("EXCLUDE in a window", "Leave the rows out with CASE.")
		}
		p.str(" EXCLUDE ")
		p.str(f.Exclude)
	default:
		p.refuse("the odd frame " + shown(f.Exclude))
	}
}

func (p *printer) bound(b *query.Bound) {
	switch {
	case b == nil:
		p.refuse("a frame without its start")
		return
	case b.CurrentRow:
		p.str("CURRENT ROW")
		return
	case b.Offset == nil:
		p.str("UNBOUNDED")
	default:
		p.expr(b.Offset, operand)
	}
	if b.Following {
		p.str(" FOLLOWING")
	} else {
		p.str(" PRECEDING")
	}
}
