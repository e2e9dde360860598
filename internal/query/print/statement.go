package print

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// query writes a query expression without parentheses round it.
func (p *printer) query(q *query.Query) {
	if q == nil {
		p.refuse("a query that is missing")
		return
	}
	if p.breaks() && p.fits(func() { p.clauses(q) }) {
		return
	}
	p.clauses(q)
}

func (p *printer) clauses(q *query.Query) {
	if q.With != nil {
		p.with(q.With)
	}
	p.body(q.Body)
	if len(q.OrderBy) > 0 {
		p.line()
		p.list("ORDER BY ", len(q.OrderBy), func(i int) { p.order(q.OrderBy[i]) })
	}
	if q.Limit != nil {
		p.line()
		p.limitClause(q.Limit, true)
	}
}

// subquery writes q in parentheses.
func (p *printer) subquery(q *query.Query) {
	p.byte('(')
	if p.breaks() && !p.fits(func() { p.query(q) }) {
		p.indent(func() {
			p.newline()
			p.query(q)
		})
		p.newline()
	} else if !p.breaks() {
		p.query(q)
	}
	p.byte(')')
}

func (p *printer) with(w *query.With) {
	p.str("WITH ")
	if w.Recursive {
		p.str("RECURSIVE ")
	}
	for i, c := range w.CTEs {
		p.comma(i)
		p.ident(c.Name)
		if len(c.Columns) > 0 {
			p.byte(' ')
			p.identList(c.Columns)
		}
		p.str(" AS ")
		p.materialized(c)
		p.subquery(c.Query)
	}
	p.line()
}

// materialized writes the hint where there is one: it changes how a query runs, not what it returns.
func (p *printer) materialized(c *query.CTE) {
	switch {
	case c.Materialized == nil || !p.is(custard.Postgres, custard.SQLite, custard.DuckDB):
	case *c.Materialized:
		p.str("MATERIALIZED ")
	default:
		p.str("NOT MATERIALIZED ")
	}
}

func (p *printer) body(b query.Body) {
	switch b := b.(type) {
	case nil:
		p.refuse("a query without a body")
	case *query.Select:
		p.selectBlock(b)
	case *query.SetOp:
		p.setOp(b)
	case *query.Values:
		p.values(b)
	case *query.Query:
		p.nested(b)
	default:
		p.unknown(b)
	}
}

// nested writes a query in parentheses as a body; SQLite has none there, so it selects everything from it.
func (p *printer) nested(q *query.Query) {
	if p.d == custard.SQLite {
		p.selectBlock(&query.Select{
			Items: []query.Item{{Expr: &query.Star{}}},
			From:  []query.TableExpr{&query.Derived{Query: q}},
		})
		return
	}
	p.subquery(q)
}

func (p *printer) setOp(s *query.SetOp) {
	if s.All && s.Op != query.Union && p.is(custard.SQLite, custard.Snowflake) {
		p.fail(string(s.Op)+" ALL", "Leave ALL out, or count the rows of each side in a sub-query.")
	}
	p.setOperand(s.Left, p.setLevel(s.Op))
	p.line()
	switch s.Op {
	case query.Union, query.Intersect, query.Except:
		p.str(string(s.Op))
	default:
		p.refuse("the odd operator " + shown(string(s.Op)))
	}
	if s.All {
		p.str(" ALL")
	}
	if s.ByName {
		if !p.is(custard.DuckDB, custard.Snowflake) {
			p.fail("UNION BY NAME", "List the columns of both sides in one order.")
		}
		p.str(" BY NAME")
	}
	p.line()
	p.setOperand(s.Right, p.setLevel(s.Op)+1)
}

// setLevel ranks the set operators: INTERSECT binds tighter, but not in SQLite.
func (p *printer) setLevel(op query.SetOperator) int {
	if op == query.Intersect && p.d != custard.SQLite {
		return 2
	}
	return 1
}

func (p *printer) setOperand(b query.Body, place int) {
	if s, ok := b.(*query.SetOp); ok && p.setLevel(s.Op) < place {
		p.nested(&query.Query{Body: s})
		return
	}
	p.body(b)
}

func (p *printer) values(v *query.Values) {
	if len(v.Rows) == 0 {
		p.refuse("VALUES without rows")
	}
	p.str("VALUES ")
	for i, row := range v.Rows {
		p.comma(i)
		if p.d == custard.MySQL {
			p.str("ROW")
		}
		p.tuple(row)
	}
}

func (p *printer) selectBlock(s *query.Select) {
	p.str("SELECT ")
	switch {
	case len(s.DistinctOn) > 0:
		if !p.is(custard.Postgres, custard.DuckDB) {
			p.fail("DISTINCT ON", "Number the rows of each group with row_number() in a sub-query and keep the first.")
		}
		p.str("DISTINCT ON ")
		p.tuple(s.DistinctOn)
		p.byte(' ')
	case s.Distinct:
		p.str("DISTINCT ")
	}
	if len(s.Items) == 0 && p.d != custard.Postgres {
		p.refuse("a SELECT of nothing")
	}
	p.list("", len(s.Items), func(i int) { p.item(s.Items[i]) })
	if len(s.From) > 0 {
		p.line()
		p.list("FROM ", len(s.From), func(i int) { p.table(s.From[i]) })
	}
	p.clause("WHERE ", s.Where)
	if s.GroupBy != nil {
		p.line()
		p.groupBy(s.GroupBy)
	}
	p.clause("HAVING ", s.Having)
	if len(s.Windows) > 0 {
		p.line()
		p.list("WINDOW ", len(s.Windows), func(i int) {
			p.ident(s.Windows[i].Name)
			p.str(" AS ")
			p.window(s.Windows[i].Window)
		})
	}
	if s.Qualify != nil {
		if !p.is(custard.DuckDB, custard.Snowflake) {
			p.fail("QUALIFY", "Compute the window function in a sub-query and filter outside it.")
		}
		p.clause("QUALIFY ", s.Qualify)
	}
}

func (p *printer) clause(keyword string, cond query.Expr) {
	if cond != nil {
		p.line()
		p.str(keyword)
		p.condition(cond)
	}
}

func (p *printer) orders(list []query.Order) {
	for i, o := range list {
		p.comma(i)
		p.order(o)
	}
}

func (p *printer) order(o query.Order) {
	if p.d == custard.MySQL && o.Nulls != query.NullsDefault && o.Desc != (o.Nulls == query.NullsLast) {
		// NULLs are the smallest there: sort by whether a value is one first.
		if _, ordinal := o.Expr.(*query.Number); ordinal {
			p.fail("NULLS FIRST or LAST for a column's number", "Name the column.")
		}
		p.expr(&query.Is{Not: o.Nulls == query.NullsFirst, What: query.IsNull, X: o.Expr}, lowest)
		p.str(", ")
	}
	p.expr(o.Expr, lowest)
	switch {
	case o.Desc:
		p.str(" DESC")
	case o.Asc:
		p.str(" ASC")
	}
	switch {
	case p.d == custard.MySQL:
	case o.Nulls == query.NullsFirst:
		p.str(" NULLS FIRST")
	case o.Nulls == query.NullsLast:
		p.str(" NULLS LAST")
	}
}

// limitClause writes LIMIT n OFFSET m; whole is false inside a call.
func (p *printer) limitClause(l *query.Limit, whole bool) {
	switch {
	case l.WithTies:
		p.withTies(l)
		return
	case l.Percent && p.d != custard.DuckDB:
		p.fail("LIMIT with a percentage", "Give a number of rows.")
	}
	switch {
	case l.Count != nil:
		p.str("LIMIT ")
		p.expr(l.Count, operand)
		if l.Percent {
			p.byte('%')
		}
	case l.Offset == nil:
		p.fail("LIMIT without a number", "Leave it out.")
	case p.d == custard.MySQL: // its manual's own way to say all rows from the offset on
		p.str("LIMIT 18446744073709551615")
	case p.d == custard.SQLite:
		p.str("LIMIT -1")
	}
	if l.Offset != nil {
		if l.Count != nil || p.is(custard.MySQL, custard.SQLite) {
			p.byte(' ')
		}
		if !whole && p.d != custard.MySQL {
			p.fail("OFFSET in a call", "Limit the rows in a sub-query.")
		}
		p.str("OFFSET ")
		p.expr(l.Offset, operand)
	}
}

func (p *printer) withTies(l *query.Limit) {
	if p.d != custard.Postgres || l.Count == nil {
		p.fail("WITH TIES", "Rank the rows with rank() in a sub-query and keep the first.")
		return
	}
	if l.Offset != nil {
		p.str("OFFSET ")
		p.expr(l.Offset, operand)
		p.byte(' ')
	}
	p.str("FETCH FIRST ")
	if _, plain := l.Count.(*query.Number); plain {
		p.expr(l.Count, lowest)
	} else {
		p.byte('(')
		p.expr(l.Count, lowest)
		p.byte(')')
	}
	p.str(" ROWS WITH TIES")
}
