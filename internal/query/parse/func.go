package parse

import (
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// call reads a call's arguments and what follows them.
func (p *parser) call(name query.Name, pos query.Pos) *query.Func {
	f := &query.Func{Name: name, Pos: pos}
	p.want('(')
	switch {
	case p.cur.kind == ')':
	case p.cur.kind == '*' && p.ahead(1).kind == ')':
		f.Star = true
		p.next()
	default:
		p.arguments(f)
	}
	p.want(')')
	p.afterCall(f)
	return f
}

// arguments reads what stands in a call's parentheses.
func (p *parser) arguments(f *query.Func) {
	switch {
	case p.cur.kw == kwDistinct:
		p.next()
		f.Distinct = true
	case p.cur.kw == kwAll:
		p.next()
	}
	if p.cur.kw != kwOrder || p.d == lite && p.ahead(1).kw != kwBy {
		args := make([]query.Arg, 0, 2)
		if unit := p.unitArgument(f); unit != nil {
			args = append(args, query.Arg{Value: unit})
			p.want(',')
		}
		for {
			args = append(args, p.argument())
			if !p.accept(',') {
				break
			}
		}
		f.Args = args
	}
	if p.nulls(f) {
		f.NullsInside = true
	}
	if p.acceptKw(kwOrder) {
		p.wantKw(kwBy)
		f.OrderBy = p.orderList()
	}
	if p.in(my|duck) && p.acceptKw(kwLimit) {
		l := &query.Limit{}
		p.limitCount(l)
		f.Limit = l
	}
	if p.d == my && p.acceptKw(kwSeparator) {
		if p.cur.kind != tString {
			p.unexpected("a string")
		}
		f.Separator = p.string()
	}
	if f.NullsIgnore == nil && p.nulls(f) {
		f.NullsInside = true
	}
}

// argument reads one argument.
func (p *parser) argument() query.Arg {
	if star := p.star(); star != nil {
		return query.Arg{Value: star}
	}
	var a query.Arg
	if p.d == pg && p.cur.kw == kwVariadic {
		p.next()
		a.Variadic = true
	}
	if next := p.ahead(1); next.kind == tOp && (p.cur.kind == tWord || p.cur.kind == tQuoted) && p.in(pgLike|snow) {
		if op := p.text(next); op == "=>" || op == ":=" && p.in(pgLike) {
			id := p.label()
			p.next()
			a.Name = &id
		} else if op == "->" && p.d == snow {
			param := p.label()
			pos := p.pos()
			p.next()
			return query.Arg{Value: &query.Lambda{Params: []query.Ident{param}, Body: p.expr(), Pos: pos}}
		}
	}
	if a.Name == nil && p.beginsQuery(p.cur) && p.cur.kw != kwValues && p.startsQuery() {
		// PostgreSQL wants a second pair of parentheses; the meaning is plain.
		pos := p.pos()
		a.Value = &query.Subquery{Query: p.query(), Pos: pos}
		return a
	}
	a.Value = p.expr()
	if p.d == snow && p.isOp("->") {
		if params := lambdaParams(a.Value); params != nil {
			pos := p.pos()
			p.next()
			a.Value = &query.Lambda{Params: params, Body: p.expr(), Pos: pos}
		}
	}
	return a
}

// unitArgument reads a bare unit of time as a call's first argument, where the function takes one: it is a Keyword.
func (p *parser) unitArgument(f *query.Func) *query.Keyword {
	if p.cur.kind != tWord || p.ahead(1).kind != ',' || len(f.Name) != 1 || f.Name[0].Quote != 0 || !p.in(my|snow) {
		return nil
	}
	word := p.upper()
	switch name := strings.ToUpper(f.Name[0].Name); name {
	case "TIMESTAMPDIFF", "TIMESTAMPADD":
		if p.d == my {
			word = strings.TrimPrefix(word, "SQL_TSI_")
			if unitOf(word, my) == "" {
				return nil
			}
		}
	case "GET_FORMAT":
		if p.d != my || word != "DATE" && word != "TIME" && word != "DATETIME" && word != "TIMESTAMP" {
			return nil
		}
	case "DATEADD", "DATEDIFF", "DATE_PART", "DATE_TRUNC", "TIMEADD", "TIMEDIFF", "TIME_SLICE":
		if p.d != snow {
			return nil
		}
	default:
		return nil
	}
	k := &query.Keyword{Name: word, Pos: p.pos()}
	p.next()
	return k
}

// nulls reads IGNORE NULLS or RESPECT NULLS.
func (p *parser) nulls(f *query.Func) bool {
	ignore := p.cur.kw == kwIgnore
	if !ignore && p.cur.kw != kwRespect || p.ahead(1).kw != kwNulls {
		return false
	}
	p.next()
	p.next()
	f.NullsIgnore = &ignore
	return true
}

// afterCall reads WITHIN GROUP, FILTER, IGNORE NULLS and OVER.
func (p *parser) afterCall(f *query.Func) {
	if p.cur.kind != tWord || p.cur.kw == kwNone {
		return
	}
	if p.cur.kw == kwWithin && p.ahead(1).kw == kwGroup {
		p.next()
		p.next()
		p.want('(')
		p.wantKw(kwOrder)
		p.wantKw(kwBy)
		f.Within = p.orderList()
		p.want(')')
	}
	if p.cur.kw == kwFilter && p.ahead(1).kind == '(' {
		p.next()
		p.next()
		if !p.acceptKw(kwWhere) && p.d != duck {
			p.unexpected()
		}
		f.Filter = p.expr()
		p.want(')')
	}
	if p.cur.kw == kwFrom && p.in(my|snow) && strings.EqualFold(f.Name.Last().Name, "nth_value") {
		switch p.ahead(1).kw {
		case kwLast:
			f.FromLast = true
			fallthrough
		case kwFirst:
			p.next()
			p.next()
		}
	}
	if f.NullsIgnore == nil {
		p.nulls(f)
	}
	if p.cur.kw != kwOver {
		return
	}
	switch next := p.ahead(1); {
	case next.kind == '(':
		p.next()
		f.Over = p.windowSpec()
	case p.isName(next):
		p.next()
		id := p.ident("a window's name")
		f.Over = &query.Window{Ref: &id, Bare: true}
	}
}

// windowSpec reads a window in parentheses.
func (p *parser) windowSpec() *query.Window {
	p.enter()
	defer p.leave()
	w := &query.Window{}
	p.want('(')
	if p.isName(p.cur) {
		switch p.cur.kw {
		case kwPartition, kwRange, kwRows, kwGroups, kwOrder:
			if k := p.ahead(1).kind; k == ')' {
				id := p.ident("a window's name")
				w.Ref = &id
			}
		default:
			id := p.ident("a window's name")
			w.Ref = &id
		}
	}
	if p.acceptKw(kwPartition) {
		p.wantKw(kwBy)
		w.Partition = p.exprList()
	}
	if p.acceptKw(kwOrder) {
		p.wantKw(kwBy)
		w.OrderBy = p.orderList()
	}
	switch {
	case p.acceptKw(kwRows), p.acceptKw(kwRange), p.acceptKw(kwGroups):
		w.Frame = p.frame(p.toks[p.i-1].kw.String())
	}
	p.want(')')
	return w
}

// frame reads a window's frame after its unit.
func (p *parser) frame(unit string) *query.Frame {
	f := &query.Frame{Unit: unit}
	if p.acceptKw(kwBetween) {
		f.Start = p.bound()
		p.wantKw(kwAnd)
		f.End = p.bound()
	} else {
		f.Start = p.bound()
	}
	if p.acceptKw(kwExclude) {
		switch {
		case p.acceptKws(kwCurrent, kwRow):
			f.Exclude = "CURRENT ROW"
		case p.acceptKw(kwGroup):
			f.Exclude = "GROUP"
		case p.acceptKw(kwTies):
			f.Exclude = "TIES"
		case p.acceptKws(kwNo, kwOthers):
			f.Exclude = "NO OTHERS"
		default:
			p.unexpected()
		}
	}
	return f
}

// bound reads one end of a frame.
func (p *parser) bound() *query.Bound {
	b := &query.Bound{}
	if p.acceptKws(kwCurrent, kwRow) {
		b.CurrentRow = true
		return b
	}
	if !p.acceptKw(kwUnbounded) {
		b.Offset = p.operandOf(levelAnd + 1)
	}
	switch {
	case p.acceptKw(kwPreceding):
	case p.acceptKw(kwFollowing):
		b.Following = true
	default:
		p.unexpected()
	}
	return b
}
