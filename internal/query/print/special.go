package print

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// special writes the expressions that have a syntax of their own.
func (p *printer) special(e query.Expr) {
	switch e := e.(type) {
	case *query.Interval:
		p.interval(e)
	case *query.Extract:
		p.extract(e)
	case *query.DateTrunc:
		p.dateTrunc(e)
	case *query.Trim:
		p.trim(e)
	case *query.Position:
		p.position(e)
	case *query.Substring:
		p.substring(e)
	case *query.Overlay:
		p.overlay(e)
	case *query.Row:
		p.row(e)
	case *query.Array:
		p.array(e)
	case *query.Struct:
		p.structure(e)
	case *query.Index:
		p.index(e)
	case *query.Path:
		p.path(e)
	case *query.AtTimeZone:
		if !p.is(custard.Postgres, custard.DuckDB) {
			p.fail("AT TIME ZONE", "Use CONVERT_TZ or CONVERT_TIMEZONE where the database has it.")
		}
		p.expr(e.X, atZone)
		p.str(" AT TIME ZONE ")
		p.expr(e.Zone, atZone+1)
	case *query.Collate:
		p.expr(e.X, p.collateLevel())
		p.str(" COLLATE ")
		p.fullName(e.Name)
	case *query.Lambda:
		p.lambda(e)
	case *query.MatchAgainst:
		p.matchAgainst(e)
	default:
		p.unknown(e)
	}
}

func (p *printer) trim(e *query.Trim) {
	if p.d == custard.SQLite || p.d == custard.Snowflake {
		switch e.Side {
		case "LEADING":
			p.str("LTRIM")
		case "TRAILING":
			p.str("RTRIM")
		default:
			p.str("TRIM")
		}
		p.byte('(')
		p.expr(e.X, lowest)
		if e.Chars != nil {
			p.str(", ")
			p.expr(e.Chars, lowest)
		}
		p.byte(')')
		return
	}
	p.str("TRIM(")
	switch e.Side {
	case "":
	case "BOTH", "LEADING", "TRAILING":
		p.str(e.Side)
		p.byte(' ')
	default:
		p.refuse("the odd word " + shown(e.Side))
	}
	if e.Chars != nil {
		p.expr(e.Chars, lowest)
		p.byte(' ')
	}
	if e.Side != "" || e.Chars != nil || !isMade(e.Pos) && p.d != custard.MySQL {
		p.str("FROM ") // a plain TRIM(x) was read as a call
	}
	p.expr(e.X, lowest)
	p.byte(')')
}

func (p *printer) position(e *query.Position) {
	if p.d == custard.SQLite {
		p.str("INSTR(")
		p.expr(e.Haystack, lowest)
		p.str(", ")
		p.expr(e.Needle, lowest)
		p.byte(')')
		return
	}
	p.str("POSITION(")
	p.expr(e.Needle, operand)
	p.str(" IN ")
	p.expr(e.Haystack, operand)
	p.byte(')')
}

func (p *printer) substring(e *query.Substring) {
	p.str("SUBSTRING(")
	p.expr(e.X, lowest)
	if p.is(custard.SQLite, custard.Snowflake) {
		p.str(", ")
		if e.From != nil {
			p.expr(e.From, lowest)
		} else {
			p.byte('1')
		}
		if e.For != nil {
			p.str(", ")
			p.expr(e.For, lowest)
		}
		p.byte(')')
		return
	}
	if e.From != nil {
		p.str(" FROM ")
		p.expr(e.From, lowest)
	}
	if e.For != nil {
		p.str(" FOR ")
		p.expr(e.For, lowest)
	}
	p.byte(')')
}

func (p *printer) overlay(e *query.Overlay) {
	if p.d != custard.Postgres {
		p.fail("OVERLAY", "Put the parts together with substring and concatenation.")
	}
	p.str("OVERLAY(")
	p.expr(e.X, lowest)
	p.str(" PLACING ")
	p.expr(e.Placing, lowest)
	p.str(" FROM ")
	p.expr(e.From, lowest)
	if e.For != nil {
		p.str(" FOR ")
		p.expr(e.For, lowest)
	}
	p.byte(')')
}

func (p *printer) row(e *query.Row) {
	if e.Keyword && p.d != custard.SQLite {
		p.str("ROW")
	} else if len(e.Items) < 2 && p.d != custard.Snowflake {
		if !p.is(custard.Postgres, custard.DuckDB) {
			p.fail("rows of fewer than two values", "Compare the value itself.")
		}
		p.str("ROW")
	}
	p.tuple(e.Items)
}

func (p *printer) array(e *query.Array) {
	if !p.is(custard.Postgres, custard.DuckDB, custard.Snowflake) {
		p.fail("arrays", "Use a JSON array or a list in IN (…).")
	}
	if e.Query != nil {
		p.str("ARRAY")
		p.subquery(e.Query)
		return
	}
	if e.Keyword && p.d != custard.Snowflake || p.d == custard.Postgres {
		p.str("ARRAY")
	}
	p.brackets(e)
}

// brackets writes an array's elements; PostgreSQL's arrays of arrays have the keyword once, or each has its own.
func (p *printer) brackets(e *query.Array) {
	p.byte('[')
	for i, x := range e.Items {
		p.comma(i)
		if inner, ok := x.(*query.Array); ok && p.d == custard.Postgres && !inner.Keyword && inner.Query == nil {
			p.brackets(inner)
		} else {
			p.expr(x, lowest)
		}
	}
	p.byte(']')
}

func (p *printer) structure(e *query.Struct) {
	if !p.is(custard.DuckDB, custard.Snowflake) {
		p.fail("{…}", "Use the JSON functions of this database.")
	}
	if len(e.Keys) != len(e.Values) {
		p.refuse("an object with other keys than values")
		return
	}
	p.byte('{')
	for i := range e.Keys {
		p.comma(i)
		p.text(e.Keys[i].Value)
		p.str(": ")
		p.expr(e.Values[i], lowest)
	}
	p.byte('}')
}

func (p *printer) index(e *query.Index) {
	if !p.is(custard.Postgres, custard.DuckDB, custard.Snowflake) {
		p.fail("subscripts", "Use the JSON functions of this database.")
	}
	switch e.X.(type) {
	case *query.Column, *query.Index, *query.Subquery:
		p.expr(e.X, subscript)
	case *query.Path:
		p.bareExpr(e.X)
	default: // PostgreSQL's grammar wants them, even round a call
		p.byte('(')
		p.expr(e.X, lowest)
		p.byte(')')
	}
	p.byte('[')
	if e.Slice {
		if e.Lo != nil {
			p.expr(e.Lo, operand)
		}
		p.byte(':')
		if e.Hi != nil {
			p.expr(e.Hi, operand)
		}
	} else {
		p.expr(e.I, lowest)
	}
	p.byte(']')
}

func (p *printer) path(e *query.Path) {
	if p.d != custard.Snowflake {
		p.fail("x:a.b", "Use the JSON functions of this database.")
	}
	p.expr(e.X, subscript)
	p.byte(':')
	for i, s := range e.Steps {
		if s.Index != nil {
			p.byte('[')
			p.expr(s.Index, lowest)
			p.byte(']')
			continue
		}
		if i > 0 {
			p.byte('.')
		}
		p.ident(s.Name)
	}
}

func (p *printer) lambda(e *query.Lambda) {
	if !p.is(custard.DuckDB, custard.Snowflake) {
		p.fail("lambda functions", "Use a sub-query over the unnested list.")
	}
	if len(e.Params) == 1 {
		p.ident(e.Params[0])
	} else {
		p.identList(e.Params)
	}
	p.str(" -> ")
	p.expr(e.Body, lambda+1)
}

func (p *printer) matchAgainst(e *query.MatchAgainst) {
	if p.d != custard.MySQL {
		p.fail("MATCH … AGAINST", "Use LIKE.")
	}
	p.str("MATCH ")
	p.tuple(e.Columns)
	p.str(" AGAINST (")
	p.expr(e.Against, operand)
	if e.Mode != "" {
		p.byte(' ')
		p.word(e.Mode)
	}
	p.byte(')')
}
