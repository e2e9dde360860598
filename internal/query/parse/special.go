package parse

import (
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// special reads a call with words between its arguments, or a keyword that looks like a call; nil where the keyword
// names a plain function.
func (p *parser) special(k keyword) query.Expr {
	pos := p.pos()
	switch k {
	case kwExists:
		p.next()
		q := p.parens()
		sub, ok := q.(*query.Subquery)
		if !ok {
			p.fail("EXISTS wants a query", "Write EXISTS (SELECT …).")
		}
		return &query.Exists{Query: sub.Query, Pos: pos}
	case kwCast, kwTryCast:
		if k == kwTryCast && !p.in(duck|snow) {
			return nil
		}
		p.next()
		p.want('(')
		c := &query.Cast{X: p.expr(), Pos: pos}
		if k == kwTryCast {
			c.Style = query.CastTry
		}
		p.wantKw(kwAs)
		c.Type = p.typeName()
		p.want(')')
		return c
	case kwConvert:
		if p.d == my {
			return p.convert(pos)
		}
	case kwRow:
		if p.d != lite && p.d != snow {
			p.next()
			p.next()
			row := &query.Row{Keyword: true, Pos: pos}
			if p.cur.kind != ')' {
				row.Items = p.exprList()
			}
			p.want(')')
			return row
		}
	case kwArray:
		if p.in(pgLike) {
			p.next()
			e := p.parens()
			sub, ok := e.(*query.Subquery)
			if !ok {
				p.fail("ARRAY(…) wants a query", "Write ARRAY[…] for a list.")
			}
			return &query.Array{Query: sub.Query, Keyword: true, Pos: pos}
		}
	case kwExtract:
		if p.d != lite {
			return p.extract(pos)
		}
	case kwTrim:
		if p.d != lite {
			return p.trim(pos)
		}
	case kwPosition:
		if p.d != lite {
			return p.position(pos)
		}
	case kwSubstring, kwSubstr:
		if p.d != lite {
			return p.substring(pos)
		}
	case kwOverlay:
		if p.in(pgLike) {
			return p.overlay(pos)
		}
	case kwMatch:
		if p.d == my {
			return p.matchAgainst(pos)
		}
	}
	return nil
}

// plain makes a call that has begun, with its first argument, a plain one.
func (p *parser) plain(name string, pos query.Pos, first query.Expr) query.Expr {
	f := &query.Func{Name: query.Name{{Name: name, Pos: pos}}, Args: []query.Arg{{Value: first}}, Pos: pos}
	for p.accept(',') {
		f.Args = append(f.Args, p.argument())
	}
	p.want(')')
	p.afterCall(f)
	return f
}

// convert reads MySQL's CONVERT(x, type) and CONVERT(x USING charset).
func (p *parser) convert(pos query.Pos) query.Expr {
	p.next()
	p.want('(')
	c := &query.Cast{X: p.expr(), Style: query.CastConvert, Pos: pos}
	if p.acceptKw(kwUsing) {
		c.Style = query.CastUsing
		at := p.pos()
		id := p.label()
		c.Type = &query.Type{Name: query.Name{id}, Pos: at}
	} else {
		p.want(',')
		c.Type = p.typeName()
	}
	p.want(')')
	return c
}

// extract reads EXTRACT(field FROM x); with a comma it is a plain call.
func (p *parser) extract(pos query.Pos) query.Expr {
	if next := p.ahead(2); p.ahead(3).kw != kwFrom || next.kind != tWord && next.kind != tString && next.kind != tQuoted {
		if p.in(my | pg) {
			p.fail("EXTRACT wants a field, FROM and a value", "Write, for example, EXTRACT(YEAR FROM x).")
		}
		return nil
	}
	p.next()
	p.next()
	e := &query.Extract{Pos: pos}
	if p.cur.kind == tString {
		e.Field = strings.ToUpper(p.stringValue())
	} else {
		e.Field = strings.ToUpper(p.label().Name)
	}
	p.wantKw(kwFrom)
	e.X = p.expr()
	p.want(')')
	return e
}

// trim reads TRIM([side] [chars] FROM x); with commas it is a plain call.
func (p *parser) trim(pos query.Pos) query.Expr {
	name := p.text(p.cur)
	p.next()
	p.want('(')
	e := &query.Trim{Pos: pos}
	switch p.cur.kw {
	case kwLeading, kwTrailing, kwBoth:
		if k := p.ahead(1).kind; k != ')' && k != ',' && k != '.' {
			e.Side = p.cur.kw.String()
			p.next()
		}
	}
	if p.acceptKw(kwFrom) {
		e.X = p.expr()
		p.want(')')
		return e
	}
	first := p.expr()
	if p.acceptKw(kwFrom) {
		e.Chars, e.X = first, p.expr()
		p.want(')')
		return e
	}
	if e.Side == "" {
		return p.plain(name, pos, first)
	}
	e.X = first
	if p.accept(',') {
		e.Chars = p.expr()
	}
	p.want(')')
	return e
}

// position reads POSITION(needle IN haystack); with a comma it is a plain call.
func (p *parser) position(pos query.Pos) query.Expr {
	name := p.text(p.cur)
	p.next()
	p.want('(')
	first := p.operandOf(levelMatch + 1)
	if !p.acceptKw(kwIn) {
		return p.plain(name, pos, first)
	}
	e := &query.Position{Needle: first, Haystack: p.operandOf(levelMatch + 1), Pos: pos}
	p.want(')')
	return e
}

// substring reads SUBSTRING(x FROM a FOR b); with commas it is a plain call.
func (p *parser) substring(pos query.Pos) query.Expr {
	name := p.text(p.cur)
	p.next()
	p.want('(')
	if p.cur.kind == ')' {
		p.unexpected("an expression")
	}
	first := p.expr()
	e := &query.Substring{X: first, Pos: pos}
	switch {
	case p.acceptKw(kwFrom):
		e.From = p.expr()
		if p.acceptKw(kwFor) {
			e.For = p.expr()
		}
	case p.acceptKw(kwFor):
		e.For = p.expr()
		if p.acceptKw(kwFrom) {
			e.From = p.expr()
		}
	default:
		return p.plain(name, pos, first)
	}
	p.want(')')
	return e
}

// overlay reads OVERLAY(x PLACING y FROM a FOR b).
func (p *parser) overlay(pos query.Pos) query.Expr {
	name := p.text(p.cur)
	p.next()
	p.want('(')
	first := p.expr()
	if !p.acceptKw(kwPlacing) {
		return p.plain(name, pos, first)
	}
	e := &query.Overlay{X: first, Placing: p.expr(), Pos: pos}
	p.wantKw(kwFrom)
	e.From = p.expr()
	if p.acceptKw(kwFor) {
		e.For = p.expr()
	}
	p.want(')')
	return e
}

// matchAgainst reads MySQL's MATCH (a, b) AGAINST ('text' IN BOOLEAN MODE).
func (p *parser) matchAgainst(pos query.Pos) query.Expr {
	e := &query.MatchAgainst{Pos: pos}
	p.next()
	p.want('(')
	e.Columns = p.exprList()
	p.want(')')
	if !p.isWord(p.cur, "against") {
		p.unexpected("AGAINST")
	}
	p.next()
	p.want('(')
	e.Against = p.operandOf(levelMatch + 1)
	for p.cur.kind == tWord {
		if e.Mode != "" {
			e.Mode += " "
		}
		e.Mode += p.upper()
		p.next()
	}
	switch e.Mode {
	case "", "IN BOOLEAN MODE", "IN NATURAL LANGUAGE MODE", "WITH QUERY EXPANSION", "IN NATURAL LANGUAGE MODE WITH QUERY EXPANSION":
	default:
		p.fail("the search mode "+e.Mode+" is not known", "Write IN BOOLEAN MODE or IN NATURAL LANGUAGE MODE.")
	}
	p.want(')')
	return e
}
