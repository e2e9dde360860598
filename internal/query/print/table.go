package print

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

func (p *printer) table(t query.TableExpr) {
	switch t := t.(type) {
	case nil:
		p.refuse("a table that is missing")
	case *query.Table:
		p.named(t)
	case *query.Derived:
		if t.Lateral {
			p.lateral()
		}
		p.subquery(t.Query)
		p.alias(t.Alias)
		if len(t.Columns) > 0 {
			if p.d == custard.SQLite || t.Alias == nil {
				p.fail("names for the columns of a sub-query beside its alias", "Name them in its SELECT list.")
			}
			p.byte(' ')
			p.identList(t.Columns)
		}
	case *query.FuncTable:
		p.funcTable(t)
	case *query.Join:
		p.join(t)
	default:
		p.unknown(t)
	}
}

func (p *printer) lateral() {
	if p.d == custard.SQLite {
		p.fail("LATERAL", "Use a sub-query in the SELECT list.")
	}
	p.str("LATERAL ")
}

func (p *printer) alias(a *query.Ident) {
	if a != nil {
		p.str(" AS ")
		p.ident(*a)
	}
}

func (p *printer) named(t *query.Table) {
	if t.Only {
		if p.d != custard.Postgres {
			p.fail("ONLY", "Leave it out.")
		}
		p.str("ONLY ")
	}
	p.fullName(t.Name)
	if p.is(custard.Snowflake) {
		p.sample(t.Sample)
	}
	p.alias(t.Alias)
	if len(t.Columns) > 0 {
		if !p.is(custard.Postgres, custard.DuckDB, custard.Snowflake) || t.Alias == nil {
			p.fail("names for a table's columns beside its alias", "Name them in a SELECT list.")
		}
		p.byte(' ')
		p.identList(t.Columns)
	}
	if !p.is(custard.Snowflake) {
		p.sample(t.Sample)
	}
}

func (p *printer) sample(s *query.Sample) {
	if s == nil {
		return
	}
	if p.is(custard.MySQL, custard.SQLite) {
		p.fail("TABLESAMPLE", "Order by a random number and limit the rows.")
	}
	p.str(" TABLESAMPLE ")
	if s.Method != "" {
		p.word(s.Method)
		p.byte(' ')
	}
	p.byte('(')
	p.expr(s.Size, lowest)
	switch s.Unit {
	case "":
	case "PERCENT", "ROWS":
		p.byte(' ')
		p.str(s.Unit)
	default:
		p.refuse("the odd unit " + shown(s.Unit))
	}
	p.byte(')')
	if s.Seed != nil {
		p.str(" REPEATABLE (")
		p.expr(s.Seed, lowest)
		p.byte(')')
	}
}

func (p *printer) funcTable(t *query.FuncTable) {
	if p.d == custard.MySQL {
		p.fail("functions in FROM", "Use a recursive WITH to make rows.")
	}
	if t.Func == nil {
		p.refuse("a table that is missing")
		return
	}
	if t.Lateral && p.d != custard.SQLite { // SQLite's always may look at the tables before them
		p.str("LATERAL ")
	}
	if t.TableKeyword && p.d == custard.Snowflake {
		p.wrap("TABLE(", t.Func, ")")
	} else {
		p.call(t.Func)
	}
	if t.WithOrdinality {
		if p.d != custard.Postgres && p.d != custard.DuckDB {
			p.fail("WITH ORDINALITY", "Number the rows with row_number().")
		}
		p.str(" WITH ORDINALITY")
	}
	p.alias(t.Alias)
	if len(t.Columns) > 0 {
		p.columnDefs(t)
	}
}

func (p *printer) columnDefs(t *query.FuncTable) {
	if p.d == custard.SQLite {
		p.fail("names for a function's columns beside its alias", "Name them in a SELECT list.")
	}
	if t.Alias == nil {
		p.str(" AS ")
	} else {
		p.byte(' ')
	}
	p.byte('(')
	for i, c := range t.Columns {
		p.comma(i)
		p.ident(c.Name)
		if c.Type != nil {
			p.byte(' ')
			p.typeName(c.Type)
		}
	}
	p.byte(')')
}

func (p *printer) join(j *query.Join) {
	p.table(j.Left)
	p.line()
	if j.Natural {
		p.str("NATURAL ")
	}
	p.joinKind(j)
	p.byte(' ')
	if _, nested := j.Right.(*query.Join); nested {
		p.byte('(')
		p.onOneLine(func() { p.table(j.Right) })
		p.byte(')')
	} else {
		p.table(j.Right)
	}
	if j.Match != nil {
		p.wrap(" MATCH_CONDITION (", j.Match, ")")
	}
	if len(j.Using) > 0 {
		p.str(" USING ")
		p.identList(j.Using)
	}
	if j.On != nil {
		p.str(" ON ")
		p.condition(j.On)
	}
}

// joinKind writes JOIN, LEFT JOIN …; an inner join without a condition is a cross join where it would be an error.
func (p *printer) joinKind(j *query.Join) {
	bare := j.On == nil && len(j.Using) == 0 && !j.Natural
	switch j.Kind {
	case query.InnerJoin:
		if bare && p.is(custard.Postgres, custard.DuckDB) {
			p.str("CROSS JOIN")
			return
		}
	case query.LeftJoin, query.RightJoin, query.CrossJoin:
	case query.FullJoin:
		if p.d == custard.MySQL {
			p.fail("FULL JOIN", "Put a LEFT JOIN and a RIGHT JOIN together with UNION.")
		}
	case query.StraightJoin:
		if p.d != custard.MySQL {
			p.str("JOIN")
			return
		}
	case query.SemiJoin, query.AntiJoin, query.Positional:
		if p.d != custard.DuckDB {
			p.fail(string(j.Kind), "Use EXISTS or NOT EXISTS.")
		}
	case query.AsofJoin, query.AsofLeftJoin:
		if !p.is(custard.DuckDB, custard.Snowflake) {
			p.fail(string(j.Kind), "Join to the newest row before in a sub-query.")
		}
	default:
		p.refuse("the odd join " + shown(string(j.Kind)))
	}
	if j.Match != nil && p.d != custard.Snowflake {
		p.fail("MATCH_CONDITION", "Put the condition after ON.")
	}
	p.str(string(j.Kind))
}
