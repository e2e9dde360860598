package parse

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// isName says whether a token can begin a name.
func (p *parser) isName(t token) bool {
	switch t.kind {
	case tWord:
		return reservedIn[t.kw]&p.d == 0
	case tQuoted:
		return true
	}
	return false
}

// ident reads a name of one part; what says what it is for.
func (p *parser) ident(what string) query.Ident {
	switch p.cur.kind {
	case tWord:
		if !p.isName(p.cur) {
			p.reserved(what)
		}
		id := query.Ident{Name: p.text(p.cur), Pos: p.pos()}
		p.next()
		return id
	case tQuoted:
		return p.quotedIdent()
	case tString:
		if p.d == lite {
			return p.label()
		}
	}
	p.unexpected(what)
	return query.Ident{}
}

// reserved fails at a keyword where a name must stand.
func (p *parser) reserved(what string) {
	next := p.ahead(1)
	ends := next.kind == ',' || next.kind == '.' || next.kind == ')' || next.kind == '=' || next.kind == tEOF || next.kw == kwFrom || next.kw == kwAs
	if ends && p.cur.kw != kwFrom && p.cur.kw != kwSelect {
		quote := `"`
		if p.d == my {
			quote = "`"
		}
		p.refuseHere()
		word := p.text(p.cur)
		cause := newError(p.src, int(p.cur.start))
		cause.Found, cause.Expected = word, what
		p.raise(cause, custard.CodeSyntax, "found the reserved word "+found(word)+", expected "+what, "If it is a name, put it in quotes: "+quote+word+quote+".")
	}
	p.unexpected(what)
}

// identList reads names in parentheses.
func (p *parser) identList() []query.Ident {
	p.want('(')
	list := make([]query.Ident, 0, 2)
	for {
		list = append(list, p.ident("a column's name"))
		if !p.accept(',') {
			p.want(')')
			return list
		}
	}
}

// name reads a qualified name of a table.
func (p *parser) name() query.Name {
	if p.cur.kw == kwUser && p.d == pg { // people have such tables; print puts it in quotes
		id := query.Ident{Name: p.text(p.cur), Quote: '"', Pos: p.pos()}
		p.next()
		return p.nameFrom(id)
	}
	return p.nameFrom(p.ident("a table's name"))
}

// nameFrom reads the parts that follow a first one.
func (p *parser) nameFrom(first query.Ident) query.Name {
	if p.cur.kind != '.' {
		return query.Name{first}
	}
	name := query.Name{first}
	for p.cur.kind == '.' {
		p.next()
		if p.cur.kind != tWord && p.cur.kind != tQuoted && (p.cur.kind != tString || p.d != lite) {
			p.unexpected("a name")
		}
		name = append(name, p.label())
	}
	return name
}

// column is a Column with room for its names, so that one allocation holds both.
type column struct {
	query.Column
	names [2]query.Ident
}

// columnRef reads a reference to a column after its first part.
func (p *parser) columnRef(first query.Ident) *query.Column {
	c := &column{}
	c.Pos = first.Pos
	c.names[0] = first
	c.Name = c.names[:1:2]
	for p.cur.kind == '.' {
		p.next()
		if p.cur.kind == '*' {
			p.fail("a star cannot stand here", "Name one column.")
		}
		c.Name = append(c.Name, p.label())
	}
	return &c.Column
}
