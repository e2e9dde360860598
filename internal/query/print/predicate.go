package print

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

func (p *printer) not(not bool) {
	if not {
		p.str(" NOT")
	}
}

func (p *printer) like(e *query.Like) {
	op, escape := e.Op, e.Escape
	switch e.Op {
	case "LIKE":
	case "ILIKE":
		if p.is(custard.SQLite, custard.MySQL) {
			p.ilike(e)
			return
		}
	case "SIMILAR TO":
		if !p.is(custard.Postgres, custard.DuckDB) {
			p.fail("SIMILAR TO", "Use LIKE.")
		}
	case "REGEXP", "RLIKE":
		if !p.is(custard.MySQL, custard.Snowflake, custard.SQLite) || e.Op == "RLIKE" && p.d == custard.SQLite {
			p.fail(e.Op, "Use LIKE, or ~ where the database has it.")
		}
	case "GLOB":
		if !p.is(custard.SQLite, custard.DuckDB) {
			p.fail("GLOB", "Use LIKE.")
		}
	case "MATCH":
		if p.d != custard.SQLite {
			p.fail("MATCH", "Use LIKE.")
		}
	default:
		p.refuse("the odd operator " + shown(e.Op))
	}
	if e.Quantifier != "" && (p.d != custard.Snowflake || e.Quantifier != "ANY" && e.Quantifier != "ALL") {
		p.fail("LIKE ANY or LIKE ALL", "Join several LIKEs with OR or AND.")
	}
	p.expr(e.X, operand)
	p.not(e.Not)
	p.byte(' ')
	p.str(op)
	p.byte(' ')
	if e.Quantifier != "" {
		p.str(e.Quantifier)
		p.byte(' ')
	}
	p.expr(e.Pattern, p.patternPlace())
	if escape != nil {
		p.str(" ESCAPE ")
		p.expr(escape, unary)
	}
}

// patternPlace is what LIKE asks of its pattern: MySQL wants a simple expression there.
func (p *printer) patternPlace() prec {
	if p.d == custard.MySQL {
		return unary
	}
	return operand
}

// ilike writes ILIKE where there is none. SQLite's LIKE ignores the case of ASCII letters, so it is the same for a pattern
// of those alone, with PostgreSQL's default escape spelled out; elsewhere both sides are put in lower case.
func (p *printer) ilike(e *query.Like) {
	if p.d == custard.SQLite {
		pattern, ok := e.Pattern.(*query.String)
		if !ok || strings.IndexFunc(pattern.Value, func(r rune) bool { return r > 0x7f }) >= 0 {
			p.fail("ILIKE", "Use LIKE, which ignores the case of ASCII letters there.")
			return
		}
		c := *e
		c.Op = "LIKE"
		if e.Escape == nil && strings.Contains(pattern.Value, `\`) {
			c.Escape = &query.String{Value: `\`}
		}
		p.like(&c)
		return
	}
	p.str("LOWER(")
	p.expr(e.X, lowest)
	p.byte(')')
	p.not(e.Not)
	p.str(" LIKE LOWER(")
	p.expr(e.Pattern, lowest)
	p.byte(')')
	if e.Escape != nil {
		p.str(" ESCAPE ")
		p.expr(e.Escape, unary)
	}
}

func (p *printer) between(e *query.Between) {
	p.expr(e.X, operand)
	p.not(e.Not)
	p.str(" BETWEEN ")
	if e.Symmetric {
		if p.d != custard.Postgres {
			p.fail("BETWEEN SYMMETRIC", "Put the smaller bound first.")
		}
		p.str("SYMMETRIC ")
	}
	p.expr(e.Lo, p.lowerBound(e.Lo))
	p.str(" AND ")
	p.expr(e.Hi, operand)
}

// lowerBound is what BETWEEN asks of its lower bound. PostgreSQL has a grammar of its own for it, without AT TIME ZONE and
// COLLATE.
func (p *printer) lowerBound(e query.Expr) prec {
	switch e.(type) {
	case *query.Column, *query.Number, *query.String, *query.Cast:
		return operand
	}
	place := operand
	if p.is(custard.Postgres, custard.DuckDB) {
		query.Inspect(e, func(n query.Node) bool {
			switch n.(type) {
			case *query.AtTimeZone, *query.Collate:
				place = primary
			case *query.Query:
				return false
			}
			return place == operand
		})
	}
	return place
}

func (p *printer) in(e *query.In) {
	p.expr(e.X, operand)
	p.not(e.Not)
	p.str(" IN ")
	if e.Query != nil {
		p.subquery(e.Query)
		return
	}
	if len(e.List) == 0 && p.d != custard.SQLite {
		p.fail("IN with an empty list", "Leave the condition out, or write FALSE.")
	}
	p.tuple(e.List)
}

// isNotEqual says that IS [NOT] DISTINCT FROM is spelled with <=> and NOT round it.
func (p *printer) isNotEqual(e *query.Is) bool {
	return p.d == custard.MySQL && (e.What == query.IsDistinct && !e.Not || e.What == query.IsValue && e.Not)
}

func (p *printer) isExprLevel(e *query.Is) prec {
	if p.isNotEqual(e) {
		return not
	}
	return p.isLevel()
}

func (p *printer) isExpr(e *query.Is) {
	switch e.What {
	case query.IsNull, query.IsTrue, query.IsFalse, query.IsUnknown, query.IsJSON:
		p.isWord(e)
	case query.IsDistinct, query.IsValue:
		p.isValue(e)
	default:
		p.refuse("the odd word " + shown(string(e.What)))
	}
}

func (p *printer) isWord(e *query.Is) {
	what := e.What
	switch {
	case what == query.IsUnknown && p.d == custard.SQLite:
		what = query.IsNull
	case what == query.IsJSON && p.d != custard.Postgres:
		p.fail("IS JSON", "Use the JSON functions of this database.")
	}
	p.expr(e.X, operand)
	p.str(" IS")
	p.not(e.Not)
	p.byte(' ')
	p.str(string(what))
}

func (p *printer) isValue(e *query.Is) {
	same := e.Not == (e.What == query.IsDistinct)
	switch {
	case p.d == custard.MySQL:
		if !same {
			p.str("NOT ")
		}
		p.expr(e.X, operand)
		p.str(" <=> ")
	case p.d == custard.SQLite && e.What == query.IsValue:
		p.expr(e.X, operand)
		p.str(" IS")
		p.not(e.Not)
		p.byte(' ')
		p.isValueOperand(e.Y)
		return
	default:
		p.expr(e.X, operand)
		p.str(" IS")
		p.not(same)
		p.str(" DISTINCT FROM ")
	}
	p.expr(e.Y, operand)
}

// isValueOperand keeps SQLite from reading x IS (NULL) as x IS NULL, which means the same but is another tree.
func (p *printer) isValueOperand(e query.Expr) {
	switch e.(type) {
	case *query.Null, *query.Bool:
		p.byte('(')
		p.bareExpr(e)
		p.byte(')')
	default:
		p.expr(e, operand)
	}
}

func (p *printer) quantified(e *query.Quantified) {
	if p.d == custard.SQLite {
		in := e.Query != nil && (e.Op == "=" && !e.All || e.Op == "<>" && e.All)
		if !in {
			p.fail("ANY and ALL", "Compare with (SELECT min(…)) or (SELECT max(…)), or use EXISTS.")
			return
		}
		p.in(&query.In{Not: e.All, X: e.X, Query: e.Query})
		return
	}
	b, ok := p.infix(e.Op)
	switch {
	case ok:
	case e.Op == "LIKE" || e.Op == "ILIKE" || e.Op == "NOT LIKE" || e.Op == "NOT ILIKE":
		b = apart(like)
	default:
		p.fail("operator "+shown(e.Op), operatorHint(e.Op))
		return
	}
	p.expr(e.X, b.own+1)
	p.byte(' ')
	p.str(e.Op)
	if e.All {
		p.str(" ALL ")
	} else {
		p.str(" ANY ")
	}
	if e.Query != nil {
		p.subquery(e.Query)
		return
	}
	if p.d == custard.MySQL {
		p.fail("ANY or ALL of an array", "Use IN.")
	}
	p.byte('(')
	p.expr(e.Array, lowest)
	p.byte(')')
}
