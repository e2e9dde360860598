package print

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// ident writes an identifier: bare where that means the same.
func (p *printer) ident(i query.Ident) {
	if p.bare(i) {
		p.str(i.Name)
		return
	}
	p.quoted(i.Key(p.d), p.quote())
}

// bare says whether i may go without quotes. A word that was written without them needs them only where it is reserved;
// one that was quoted needs them where the bare word folds or is a keyword anywhere.
func (p *printer) bare(i query.Ident) bool {
	if !plainIdent(i.Name) {
		return false
	}
	class := keyword(p.d, i.Name)
	if i.Quote == 0 {
		return class != reserved
	}
	if class != 0 {
		return false
	}
	return query.Ident{Name: i.Name}.Key(p.d) == i.Name
}

func (p *printer) quote() byte {
	if p.d == custard.MySQL {
		return '`'
	}
	return '"'
}

func (p *printer) quoted(name string, quote byte) {
	if name == "" && p.d != custard.SQLite {
		p.fail("empty names", "Give it a name.")
	}
	if strings.IndexByte(name, 0) >= 0 {
		p.refuse("a name with a zero byte in it")
		return
	}
	p.byte(quote)
	for i := range len(name) {
		if name[i] == quote {
			p.byte(quote)
		}
		p.byte(name[i])
	}
	p.byte(quote)
}

func (p *printer) fullName(n query.Name) {
	if len(n) == 0 {
		p.refuse("a name without parts")
	}
	for i, part := range n {
		if i > 0 {
			p.byte('.')
		}
		p.ident(part)
	}
}

func (p *printer) identList(list []query.Ident) {
	p.byte('(')
	for i, id := range list {
		p.comma(i)
		p.ident(id)
	}
	p.byte(')')
}

// column writes a column's name. In SQLite a single name in double quotes may be a string, so what was read in them keeps
// them, and what was read in others never gets them.
func (p *printer) column(c *query.Column) {
	if p.d == custard.SQLite && len(c.Name) == 1 {
		id := c.Name[0]
		switch {
		case c.MayBeString(p.d):
			p.quoted(id.Name, '"')
			return
		case (c.Pos != 0 || id.Pos != 0) && !p.bare(id):
			p.quoted(id.Name, '`')
			return
		}
	}
	p.fullName(c.Name)
}

// funcName writes a function's name. Its keywords are called bare: left(…), replace(…), "left"(…) is not everywhere the same.
func (p *printer) funcName(n query.Name) {
	if len(n) == 1 && plainIdent(n[0].Name) && (n[0].Quote == 0 || isMade(n[0].Pos) && !hasUpper(n[0].Name)) {
		if neverCalled(n[0].Name) {
			p.refuse("a call of the keyword " + shown(n[0].Name))
		}
		p.str(n[0].Name)
		return
	}
	p.fullName(n)
}

// neverCalled lists keywords that no dialect has as a function, so that a made tree cannot turn a call into a clause.
func neverCalled(name string) bool {
	var buf [maxKeyword]byte
	switch string(lower(buf[:0], name)) {
	case "select", "from", "where", "into", "union", "except", "intersect", "and", "or", "not", "in", "as", "on",
		"case", "when", "then", "else", "having", "limit", "join", "using", "between", "is", "distinct":
		return true
	}
	return false
}

func hasUpper(s string) bool {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return true
		}
	}
	return false
}

// plainIdent says whether s is spelled like a bare identifier in every dialect.
func plainIdent(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		if !wordByte(s[i]) {
			return false
		}
	}
	return true
}

// plainWords says whether s is letters, digits and underscores with single spaces between them.
func plainWords(s string) bool {
	space := true
	for i := range len(s) {
		switch {
		case wordByte(s[i]):
			space = false
		case s[i] == ' ' && !space:
			space = true
		default:
			return false
		}
	}
	return !space
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// shown cuts what a message quotes.
func shown(s string) string {
	if len(s) > 30 {
		s = s[:30] + "…"
	}
	return strings.ToValidUTF8("‘"+s+"’", "?")
}
