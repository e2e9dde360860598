package parse

import (
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// expr reads an expression.
func (p *parser) expr() query.Expr {
	p.enter()
	e := p.operandOf(0)
	p.leave()
	return e
}

// exprList reads expressions with commas between them.
func (p *parser) exprList() []query.Expr {
	list := make([]query.Expr, 0, 4)
	for {
		list = append(list, p.expr())
		if !p.accept(',') {
			return list
		}
	}
}

// operandOf reads an expression whose operators are all of a level or tighter.
func (p *parser) operandOf(level int) query.Expr { return p.operators(p.prefix(), level) }

// prefix reads an operand with the operators before it.
func (p *parser) prefix() query.Expr {
	op, level := "", 0
	switch p.cur.kind {
	case '-', '+':
		op, level = p.text(p.cur), levelUnary
	case '~':
		op, level = "~", levelUnary
		if p.in(pgLike) {
			level = levelOther + 1
		}
	case '!':
		if p.d == my {
			op, level = "!", levelBang
		}
	case '@':
		if p.in(pgLike) {
			op, level = "@", levelOther+1
		}
	case tOp:
		if text := p.text(p.cur); p.in(pgLike) && (text == "|/" || text == "||/") {
			op, level = text, levelOther+1
		} else if p.in(pgLike) && (strings.Trim(text, "+-") == "" || strings.Trim(text[1:], "~@") == "") {
			p.fail("found "+found(text)+", which is read as one operator", "Put spaces between the operators.")
		}
	case tWord:
		switch p.cur.kw {
		case kwNot:
			op, level = "NOT", levelNot+1
		case kwBinary:
			if p.d == my && p.ahead(1).kind != '.' {
				op, level = "BINARY", levelBang
			}
		}
	}
	if op == "" {
		return p.postfix(p.primary())
	}
	p.enter()
	u := &query.Unary{Op: op, Pos: p.pos()}
	p.next()
	u.X = p.operandOf(level)
	p.leave()
	return u
}

// operators reads the operators of a level or tighter that follow an operand. It loops along a chain of any length;
// only a tighter operator on the right is a call deeper.
func (p *parser) operators(left query.Expr, min int) query.Expr {
	last := 0 // the level of the operator that left was made with, where that ended in an operand
	for {
		if p.cur.kind == tWord {
			e, level := p.wordOperator(left, min, last)
			if e == nil {
				return left
			}
			left, last = e, level
			continue
		}
		if p.in(pgLike|snow) && p.isOp("::") { // x IS NULL::int
			left, last = p.cast(left), 0
			continue
		}
		op, level := p.symbol()
		if level == 0 || level < min {
			return left
		}
		p.checkChain(level, last)
		left, last = p.binary(left, op, level), level
		if _, quantified := left.(*query.Quantified); quantified {
			last = 0
		}
	}
}

// checkChain fails where two operators of one level follow each other and the dialect does not let them.
func (p *parser) checkChain(level, last int) {
	if level != last || p.chains(level) {
		return
	}
	if level == levelCompare {
		p.fail("comparisons cannot be chained", "Write a < b AND b < c, or use parentheses.")
	}
	p.fail("found "+found(p.text(p.cur))+" right after another operator of its kind", "Use parentheses.")
}

// binary reads an operator's right operand.
func (p *parser) binary(left query.Expr, op string, level int) query.Expr {
	pos := p.pos()
	p.next()
	if (p.cur.kw == kwAny || p.cur.kw == kwAll || p.cur.kw == kwSome) && p.ahead(1).kind == '(' {
		return p.quantified(left, op, pos)
	}
	if level == levelArrow && op == "->" {
		if lambda := p.lambda(left, pos); lambda != nil {
			return lambda
		}
	}
	return &query.Binary{Op: op, L: left, R: p.operandOf(level + 1), Pos: pos}
}

// lambda makes DuckDB's arrow a function of names, where a string or number on its right does not make it JSON.
func (p *parser) lambda(left query.Expr, pos query.Pos) query.Expr {
	if p.cur.kind == tString || p.cur.kind == tNumber {
		return nil
	}
	params := lambdaParams(left)
	if params == nil {
		return nil
	}
	return &query.Lambda{Params: params, Body: p.operandOf(levelArrow + 1), Pos: pos}
}

// lambdaParams returns the names that a lambda binds, nil where left is no list of names.
func lambdaParams(left query.Expr) []query.Ident {
	switch e := left.(type) {
	case *query.Column:
		if len(e.Name) == 1 {
			return []query.Ident{e.Name[0]}
		}
	case *query.Row:
		params := make([]query.Ident, 0, len(e.Items))
		for _, item := range e.Items {
			c, ok := item.(*query.Column)
			if !ok || len(c.Name) != 1 {
				return nil
			}
			params = append(params, c.Name[0])
		}
		return params
	}
	return nil
}

// quantified reads ANY (…) or ALL (…) after an operator.
func (p *parser) quantified(left query.Expr, op string, pos query.Pos) query.Expr {
	q := &query.Quantified{Op: op, X: left, All: p.cur.kw == kwAll, Pos: pos}
	p.next()
	e := p.parens()
	if sub, ok := e.(*query.Subquery); ok {
		q.Query = sub.Query
	} else {
		q.Array = e
	}
	return q
}

// postfix reads what follows an operand most tightly: ::type, [index], and Snowflake's :path.
func (p *parser) postfix(e query.Expr) query.Expr {
	for {
		switch p.cur.kind {
		case tOp:
			if !p.in(pgLike|snow) || !p.isOp("::") {
				return e
			}
			e = p.cast(e)
		case '[':
			if !p.in(pgLike | snow) {
				return e
			}
			e = p.index(e)
		case ':':
			if p.d != snow || p.ahead(1).kind != tWord && p.ahead(1).kind != tQuoted {
				return e
			}
			e = p.path(e)
		case '.':
			index, ok := e.(*query.Index)
			if p.d == snow && ok && !index.Slice {
				e = p.pathSteps(&query.Path{X: index.X, Steps: []query.PathStep{{Index: index.I}}, Pos: index.Pos})
				continue
			}
			p.refuse("a field of an expression cannot be taken", "Name the column as table.column, or write a sub-query in FROM.")
		default:
			return e
		}
	}
}

// cast reads ::type.
func (p *parser) cast(x query.Expr) query.Expr {
	c := &query.Cast{X: x, Style: query.CastColons, Pos: p.pos()}
	p.next()
	c.Type = p.typeName()
	return c
}

// index reads [i] or [lo:hi].
func (p *parser) index(x query.Expr) query.Expr {
	e := &query.Index{X: x, Pos: p.pos()}
	p.next()
	var first query.Expr
	if p.cur.kind != ':' {
		first = p.expr()
	}
	if p.accept(':') {
		e.Slice, e.Lo = true, first
		if p.cur.kind != ']' {
			e.Hi = p.expr()
		}
	} else {
		e.I = first
	}
	p.want(']')
	return e
}

// path reads Snowflake's :a.b[0].
func (p *parser) path(x query.Expr) query.Expr {
	e := &query.Path{X: x, Pos: p.pos()}
	p.next()
	e.Steps = append(e.Steps, query.PathStep{Name: p.label()})
	return p.pathSteps(e)
}

func (p *parser) pathSteps(e *query.Path) query.Expr {
	for {
		switch p.cur.kind {
		case '.':
			p.next()
			e.Steps = append(e.Steps, query.PathStep{Name: p.label()})
		case ':':
			if p.ahead(1).kind != tWord && p.ahead(1).kind != tQuoted {
				return e
			}
			p.next()
			e.Steps = append(e.Steps, query.PathStep{Name: p.label()})
		case '[':
			p.next()
			e.Steps = append(e.Steps, query.PathStep{Index: p.expr()})
			p.want(']')
		default:
			return e
		}
	}
}
