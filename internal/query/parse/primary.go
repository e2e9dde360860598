package parse

import (
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// primary reads an operand without operators.
func (p *parser) primary() query.Expr {
	switch p.cur.kind {
	case tWord:
		return p.wordPrimary()
	case tQuoted:
		return p.named(p.quotedIdent())
	case tNumber:
		return p.number()
	case tString:
		if p.d == lite && p.ahead(1).kind == '.' { // 'table'.column
			return p.named(p.label())
		}
		return p.string()
	case tBinary:
		return p.binaryLiteral()
	case '(':
		return p.parens()
	case '[':
		if p.in(duck | snow) {
			return p.array(&query.Array{Pos: p.pos()})
		}
	case '{':
		if p.in(duck | snow) {
			return p.structure()
		}
		if p.d == my && p.isWord(p.ahead(1), "d") {
			p.fail("an ODBC literal is not understood", "Write DATE '2020-01-31'.")
		}
	case ':':
		if p.d == snow {
			p.refuse("a parameter has no value here", "Write the value itself.")
		}
	case '*':
		p.fail("a star cannot stand here", "Name the columns.")
	}
	p.unexpected("an expression")
	return nil
}

// wordPrimary reads an operand that begins with a bare word.
func (p *parser) wordPrimary() query.Expr {
	next := p.ahead(1)
	if k := p.cur.kw; k != kwNone && next.kind != '.' {
		if e := p.keywordPrimary(k, next); e != nil {
			return e
		}
		if reservedIn[k]&p.d != 0 && (next.kind != '(' || !calledLike(k)) {
			p.reserved("an expression")
		}
	} else if reservedIn[k]&p.d != 0 && !p.in(lite) {
		p.reserved("an expression")
	}
	if next.kind == tString || p.in(pgLike|snow) && p.longTypeLiteral(next) {
		if e := p.typedLiteral(); e != nil {
			return e
		}
	}
	if p.d == my && p.src[p.cur.start] == '_' && (next.kind == tString || next.kind == tBinary) {
		if next.kind == tBinary {
			p.refuse("a character set before a binary string is not understood", "Write CONVERT(x USING "+p.text(p.cur)[1:]+").")
		}
		prefix := p.text(p.cur)
		pos := p.pos()
		p.next()
		s := p.string()
		s.Prefix, s.Pos = prefix, pos
		return s
	}
	if p.d == my && p.isWord(p.cur, "next") && p.isWord(next, "value") || p.isWord(p.cur, "nextval") {
		if next.kind == tWord && p.ahead(2).kw == kwFor {
			p.refuse("NEXT VALUE FOR changes a sequence", "Leave it out.")
		}
	}
	if p.d == pg && next.kind == '(' && p.isWord(p.cur, "operator") {
		p.refuse("OPERATOR(…) is not understood", "Write the operator itself.")
	}
	id := query.Ident{Name: p.text(p.cur), Pos: p.pos()}
	p.next()
	return p.named(id)
}

// named reads a column or a call after the first part of its name.
func (p *parser) named(first query.Ident) query.Expr {
	switch p.cur.kind {
	case '(':
		return p.call(query.Name{first}, first.Pos)
	case '.':
		c := p.columnRef(first)
		if p.cur.kind == '(' {
			return p.call(c.Name, first.Pos)
		}
		if p.cur.kind == tString && p.in(pgLike) { // pg_catalog.int4 '5'
			return &query.Cast{X: p.string(), Type: &query.Type{Name: c.Name, Pos: c.Pos}, Style: query.CastLiteral, Pos: c.Pos}
		}
		return c
	}
	return p.columnRef(first)
}

// keywordPrimary reads an operand that a keyword begins, nil where the keyword is a name there.
func (p *parser) keywordPrimary(k keyword, next token) query.Expr {
	switch k {
	case kwCase:
		return p.caseOf()
	case kwNull:
		e := &query.Null{Pos: p.pos()}
		p.next()
		return e
	case kwTrue, kwFalse:
		e := &query.Bool{Value: k == kwTrue, Pos: p.pos()}
		p.next()
		return e
	case kwCurrentDate, kwCurrentTime, kwCurrentTimestamp:
		return p.niladic(next)
	case kwLocaltime, kwLocaltimestamp, kwCurrentUser:
		if p.d != lite {
			return p.niladic(next)
		}
	case kwCurrentCatalog, kwCurrentRole, kwCurrentSchema, kwSessionUser, kwUser, kwSystemUser:
		if p.in(pgLike) {
			return p.niladic(next)
		}
	case kwUtcDate, kwUtcTime, kwUtcTimestamp:
		if p.d == my {
			return p.niladic(next)
		}
	case kwInterval:
		return p.interval(next)
	}
	if next.kind == '[' && k == kwArray && p.in(pgLike) {
		a := &query.Array{Keyword: true, Pos: p.pos()}
		p.next()
		return p.array(a)
	}
	if next.kind == '(' {
		return p.special(k)
	}
	return nil
}

// niladic reads a call without parentheses.
func (p *parser) niladic(next token) query.Expr {
	if next.kind == '(' {
		return nil
	}
	e := &query.Keyword{Name: p.cur.kw.String(), Pos: p.pos()}
	p.next()
	return e
}

// parens reads what stands in parentheses: an expression, a row, or a query. It finds out as it goes whether
// ((SELECT …) …) is a query or an expression that begins with one.
func (p *parser) parens() query.Expr {
	p.enter()
	defer p.leave()
	pos := p.pos()
	p.want('(')
	if p.beginsQuery(p.cur) && p.startsQuery() {
		q := p.query()
		p.want(')')
		return &query.Subquery{Query: q, Pos: pos}
	}
	var e query.Expr
	if p.cur.kind == '(' {
		inner := p.pos()
		e = p.parens()
		if sub, ok := e.(*query.Subquery); ok && p.goesOn() {
			outer := &query.Query{Body: unwrap(sub.Query), Pos: inner}
			p.rest(outer, nil)
			p.want(')')
			return &query.Subquery{Query: simplify(outer), Pos: pos}
		}
		e = p.operators(p.postfix(e), 0)
	} else {
		if p.cur.kind == '*' && p.ahead(1).kind == ')' {
			p.unexpected("an expression")
		}
		e = p.operandOf(0)
	}
	if p.cur.kind != ',' {
		p.want(')')
		return e
	}
	row := &query.Row{Items: append(make([]query.Expr, 0, 4), e), Pos: pos}
	for p.accept(',') {
		row.Items = append(row.Items, p.expr())
	}
	p.want(')')
	return row
}

// startsQuery tells VALUES, TABLE and FROM that begin a query from names.
func (p *parser) startsQuery() bool {
	next := p.ahead(1)
	switch p.cur.kw {
	case kwValues:
		return p.d != my && next.kind == '(' || next.kw == kwRow
	case kwTable, kwWith:
		return next.kind == tWord || next.kind == tQuoted
	}
	return true
}

// caseOf reads CASE … END.
func (p *parser) caseOf() query.Expr {
	c := &query.Case{Pos: p.pos()}
	p.next()
	if p.cur.kw != kwWhen {
		c.Operand = p.expr()
	}
	for p.acceptKw(kwWhen) {
		w := query.When{Cond: p.expr()}
		p.wantKw(kwThen)
		w.Then = p.expr()
		c.Whens = append(c.Whens, w)
	}
	if len(c.Whens) == 0 {
		p.unexpected()
	}
	if p.acceptKw(kwElse) {
		c.Else = p.expr()
	}
	p.wantKw(kwEnd)
	return c
}

// array reads […] after ARRAY or alone.
func (p *parser) array(a *query.Array) query.Expr {
	p.enter()
	defer p.leave()
	p.want('[')
	for p.cur.kind != ']' {
		if p.cur.kind == '[' && p.in(pg) { // an array of arrays; no operator may follow its elements
			a.Items = append(a.Items, p.array(&query.Array{Pos: p.pos()}))
		} else {
			a.Items = append(a.Items, p.expr())
		}
		if !p.accept(',') {
			break
		}
	}
	p.want(']')
	return a
}

// structure reads {'a': 1, b: 2}.
func (p *parser) structure() query.Expr {
	p.enter()
	defer p.leave()
	s := &query.Struct{Pos: p.pos()}
	p.next()
	for p.cur.kind != '}' {
		var key query.String
		switch p.cur.kind {
		case tString:
			key = *p.string()
		case tWord, tQuoted:
			id := p.label()
			key = query.String{Value: id.Name, Pos: id.Pos}
		default:
			p.unexpected("a key")
		}
		p.want(':')
		s.Keys = append(s.Keys, key)
		s.Values = append(s.Values, p.expr())
		if !p.accept(',') {
			break
		}
	}
	p.want('}')
	return s
}

// longTypeLiteral says whether a type's name of several words is next, and then a string.
func (p *parser) longTypeLiteral(next token) bool {
	switch {
	case next.kw == kwWith || next.kw == kwWithout:
		return p.ahead(2).kw == kwTime && p.ahead(3).kw == kwZone && p.ahead(4).kind == tString
	case p.isWord(next, "precision"), p.isWord(next, "varying"):
		return p.ahead(2).kind == tString
	case next.kind == '(': // numeric(10, 2) '1.5'
		n := 2
		if p.ahead(n).kind != tNumber {
			return false
		}
		if p.ahead(n+1).kind == ',' && p.ahead(n+2).kind == tNumber {
			n += 2
		}
		return p.ahead(n+1).kind == ')' && p.in(pgLike) && p.ahead(n+2).kind == tString
	}
	return false
}

// typedLiteral reads a type's name before a string: DATE '2020-01-31'; nil where the word is no type.
func (p *parser) typedLiteral() query.Expr {
	switch word := strings.ToLower(p.text(p.cur)); {
	case p.in(pgLike):
	case p.in(my | snow):
		switch word {
		case "date", "time", "timestamp", "datetime", "timestamp_ntz", "timestamp_ltz", "timestamp_tz":
		default:
			return nil
		}
	default:
		return nil
	}
	c := &query.Cast{Style: query.CastLiteral, Pos: p.pos()}
	c.Type = p.typeName()
	c.X = p.string()
	return c
}
