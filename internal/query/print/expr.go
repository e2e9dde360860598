package print

import (
	"fmt"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// expr writes e, in parentheses where it binds looser than its place asks for.
func (p *printer) expr(e query.Expr, place prec) {
	if e == nil {
		p.refuse("an expression that is missing")
		return
	}
	if place > lowest && (p.level(e) < place || p.explicit && mayBeWrapped(e)) {
		p.byte('(')
		p.bareExpr(e)
		p.byte(')')
		return
	}
	p.bareExpr(e)
}

// mayBeWrapped says whether parentheses round an operand change nothing: not round a literal where the grammar wants one,
// nor round a name that stands before a subscript, nor round an interval.
func mayBeWrapped(e query.Expr) bool {
	switch e.(type) {
	case *query.Column, *query.Number, *query.String, *query.Bytes, *query.Bool, *query.Null, *query.Keyword, *query.Interval,
		*query.Subquery, *query.Exists, *query.Row, *query.Index, *query.Path:
		return false
	}
	return true
}

func (p *printer) bareExpr(e query.Expr) {
	switch e := e.(type) {
	case *query.Column:
		p.column(e)
	case *query.Star:
		p.star(e)
	case *query.Number:
		p.number(e)
	case *query.String:
		p.stringLiteral(e)
	case *query.Bytes:
		p.bytes(e)
	case *query.Bool:
		p.boolean(e.Value)
	case *query.Null:
		p.str("NULL")
	case *query.Keyword:
		p.keywordValue(e)
	case *query.Unary:
		p.unary(e)
	case *query.Binary:
		p.binary(e)
	case *query.Like:
		p.like(e)
	case *query.Between:
		p.between(e)
	case *query.In:
		p.in(e)
	case *query.Exists:
		p.str("EXISTS ")
		p.subquery(e.Query)
	case *query.Is:
		p.isExpr(e)
	case *query.Quantified:
		p.quantified(e)
	case *query.Case:
		p.caseExpr(e)
	case *query.Cast:
		p.cast(e)
	case *query.Func:
		p.call(e)
	case *query.Subquery:
		p.subquery(e.Query)
	default:
		p.special(e)
	}
}

func (p *printer) unary(e *query.Unary) {
	_, operand, ok := p.prefix(e.Op)
	if !ok {
		p.fail("operator "+shown(e.Op), "")
		return
	}
	p.str(e.Op)
	if e.Op == "NOT" || e.Op == "BINARY" {
		p.byte(' ')
		p.expr(e.X, operand)
		return
	}
	// Two signs in a row would be another operator, or a comment.
	at := len(p.buf)
	p.expr(e.X, operand)
	if at < len(p.buf) && strings.IndexByte(operatorBytes, p.buf[at]) >= 0 {
		p.buf = append(p.buf, 0)
		copy(p.buf[at+1:], p.buf[at:])
		p.buf[at] = ' '
	}
}

// spelling is how a binary operator is written where the dialect has no such operator.
type spelling uint8

const (
	asOperator spelling = iota
	asConcat            // MySQL: || is OR, so concat(…)
	asDate              // SQLite: a date plus an interval, so date(x, '+1 day')
)

func (p *printer) binarySpelling(e *query.Binary) spelling {
	switch {
	case p.d == custard.MySQL && e.Op == "||":
		return asConcat
	case p.d == custard.SQLite && (e.Op == "+" || e.Op == "-"):
		if _, ok := e.R.(*query.Interval); ok {
			return asDate
		}
	}
	return asOperator
}

func (p *printer) binary(e *query.Binary) {
	switch p.binarySpelling(e) {
	case asConcat:
		p.str("CONCAT(")
		p.concat(e)
		p.byte(')')
		return
	case asDate:
		p.sqliteDateMath(e)
		return
	}
	b, ok := p.infix(e.Op)
	if !ok {
		p.fail("operator "+shown(e.Op), operatorHint(e.Op))
		return
	}
	p.expr(e.L, b.left)
	p.byte(' ')
	p.str(e.Op)
	p.byte(' ')
	p.right(e, b)
}

// right writes the right operand of e, which MEMBER OF wants in parentheses.
func (p *printer) right(e *query.Binary, b binding) {
	if e.Op == "MEMBER OF" {
		p.byte('(')
		p.expr(e.R, lowest)
		p.byte(')')
		return
	}
	p.expr(e.R, b.right)
}

func (p *printer) concat(e *query.Binary) {
	if l, ok := e.L.(*query.Binary); ok && l.Op == "||" {
		p.concat(l)
	} else {
		p.expr(e.L, lowest)
	}
	p.str(", ")
	p.expr(e.R, lowest)
}

func operatorHint(op string) string {
	switch op {
	case "~", "~*", "!~", "!~*":
		return "Use LIKE, or REGEXP where the database has it."
	case "->", "->>", "#>", "#>>", "@>", "<@", "?", "?|", "?&":
		return "Use the JSON functions of this database."
	case "DIV", "//":
		return "Divide and round down instead."
	}
	return "Use an operator or a function of this database."
}

func (p *printer) star(e *query.Star) {
	if len(e.Table) > 0 {
		p.fullName(e.Table)
		p.byte('.')
	}
	p.byte('*')
	if len(e.Exclude)+len(e.Replace)+len(e.Rename) == 0 {
		return
	}
	if !p.is(custard.DuckDB, custard.Snowflake) {
		p.fail("EXCLUDE, REPLACE or RENAME after *", "List the columns.")
	}
	if len(e.Exclude) > 0 {
		p.str(" EXCLUDE ")
		p.identList(e.Exclude)
	}
	for i, list := range [][]query.Item{e.Replace, e.Rename} {
		if len(list) > 0 {
			p.str([]string{" REPLACE (", " RENAME ("}[i])
			p.items(list)
			p.byte(')')
		}
	}
}

func (p *printer) items(list []query.Item) {
	for i, item := range list {
		p.comma(i)
		p.item(item)
	}
}

func (p *printer) item(item query.Item) {
	p.expr(item.Expr, lowest)
	if item.Alias != nil {
		p.str(" AS ")
		p.ident(*item.Alias)
	}
}

func (p *printer) caseExpr(e *query.Case) {
	p.str("CASE")
	if e.Operand != nil {
		p.byte(' ')
		p.expr(e.Operand, lowest)
	}
	if len(e.Whens) == 0 {
		p.refuse("a CASE without WHEN")
	}
	for _, w := range e.Whens {
		p.str(" WHEN ")
		p.expr(w.Cond, lowest)
		p.str(" THEN ")
		p.expr(w.Then, lowest)
	}
	if e.Else != nil {
		p.str(" ELSE ")
		p.expr(e.Else, lowest)
	}
	p.str(" END")
}

// unknown reports a node that this package was not told about: a fault of ours that a test finds first.
func (p *printer) unknown(n any) {
	if p.err == nil {
		p.err = custard.Errorf(custard.CodeInternal, "print does not know %s", fmt.Sprintf("%T", n))
	}
}
