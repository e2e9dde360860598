// Package parse reads a statement's text, in the grammar of one dialect, into the tree of package query.
//
// It reads everything that a query can say and nothing that is not one: what it does not know is an error that tells
// where, and what could stand there. One lexer and one recursive-descent parser with operator precedence serve every
// dialect; what differs is looked up by dialect in reserved.go (words), lex.go (spelling) and precedence.go.
//
// The text is untrusted. It is bounded (MaxBytes, MaxDepth), read in linear time, and never causes a panic.
package parse

import (
	"strings"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// The bounds of a statement.
const (
	MaxBytes = 16 << 10 // bytes of text
	MaxDepth = 64       // expressions, calls, parentheses and queries inside one another
)

// Parse reads one query in the dialect's grammar. A semicolon may end it.
//
// An error is a *custard.Error: CodeRefused where the text is a statement that is not a query, or asks for more than
// reading, CodeSyntax where it is not in the grammar, CodeUsage for a dialect that is not SQL. Its cause is an *Error
// that says where.
func Parse(d custard.Dialect, sql string) (*query.Query, error) {
	bit, err := dialectOf(d)
	if err != nil {
		return nil, err
	}
	if err := checkText(sql); err != nil {
		return nil, err
	}
	p := parser{lexer: lexer{src: sql, d: bit}}
	p.run()
	q, fault := p.parse()
	if fault == nil {
		return q, nil
	}
	if fault.Code == custard.CodeSyntax {
		p.reset(true) // once more, noting what could have stood there
		_, fault = p.parse()
	}
	return nil, fault
}

func dialectOf(d custard.Dialect) (dialect, error) {
	switch d {
	case custard.Postgres:
		return pg, nil
	case custard.MySQL:
		return my, nil
	case custard.SQLite:
		return lite, nil
	case custard.DuckDB:
		return duck, nil
	case custard.Snowflake:
		return snow, nil
	}
	return 0, custard.Errorf(custard.CodeUsage, "%q is not a dialect of SQL", string(d))
}

// checkText refuses text that is too long, or not text.
func checkText(sql string) error {
	refuse := func(offset int, message, hint string) error {
		cause := newError(sql, min(offset, len(sql)))
		return &custard.Error{Code: custard.CodeRefused, Message: message, Hint: hint, Cause: cause}
	}
	if len(sql) > MaxBytes {
		return refuse(MaxBytes, "the statement is longer than 16 KiB", "Ask for less at once.")
	}
	if strings.HasPrefix(sql, "\ufeff") {
		return refuse(0, "the statement begins with a byte order mark", "Leave it out.")
	}
	if i := strings.IndexByte(sql, 0); i >= 0 {
		return refuse(i, "the statement has a NUL character", "Leave it out.")
	}
	if !utf8.ValidString(sql) {
		i := 0
		for i < len(sql) {
			r, size := utf8.DecodeRuneInString(sql[i:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			i += size
		}
		return refuse(i, "the statement is not valid UTF-8", "Write it as UTF-8 text.")
	}
	return nil
}

// parser reads tokens into the tree. A fault unwinds it with a panic of type bailout, which parse recovers.
type parser struct {
	lexer
	cur   token // toks[i]
	i     int
	depth int
	fault *custard.Error

	noting  bool // collect what was looked for, for the message
	notedAt int
	noted   []string
}

// bailout unwinds the parser after p.fault was set.
type bailout struct{}

func (p *parser) reset(noting bool) {
	*p = parser{lexer: p.lexer, noting: noting, notedAt: -1}
}

func (p *parser) parse() (q *query.Query, fault *custard.Error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(bailout); !ok {
				panic(r)
			}
			q, fault = nil, p.fault
		}
	}()
	p.cur = p.toks[0]
	return p.statement(), nil
}

// statement reads the whole text.
func (p *parser) statement() *query.Query {
	p.refuseStatement()
	q := p.query()
	if p.is(';') {
		p.next()
		for p.cur.kind == ';' {
			p.next()
		}
		if p.cur.kind != tEOF {
			p.refuse("only one statement can run", "Write one query; leave out what follows the semicolon.")
		}
	}
	if p.cur.kind != tEOF {
		p.unexpected()
	}
	return q
}

// next goes to the next token.
func (p *parser) next() {
	if p.i < len(p.toks)-1 {
		p.i++
	}
	p.cur = p.toks[p.i]
}

// ahead returns the token n after the current one.
func (p *parser) ahead(n int) token {
	return p.toks[min(p.i+n, len(p.toks)-1)]
}

// text returns a token as it was written.
func (p *parser) text(t token) string { return p.src[t.start:t.end] }

// pos returns where the current token stands.
func (p *parser) pos() query.Pos { return query.Pos(p.cur.start + 1) }

// is says whether the current token is of a kind, mostly a mark.
func (p *parser) is(k kind) bool {
	if p.cur.kind == k {
		return true
	}
	if p.noting {
		p.note(`"` + string(rune(k)) + `"`)
	}
	return false
}

// accept passes a token of a kind, if it is next.
func (p *parser) accept(k kind) bool {
	if p.is(k) {
		p.next()
		return true
	}
	return false
}

// want passes a token of a kind, or fails.
func (p *parser) want(k kind) {
	if !p.accept(k) {
		p.unexpected()
	}
}

// isKw says whether the current token is a keyword.
func (p *parser) isKw(k keyword) bool {
	if p.cur.kw == k {
		return true
	}
	if p.noting {
		p.note(k.String())
	}
	return false
}

// acceptKw passes a keyword, if it is next.
func (p *parser) acceptKw(k keyword) bool {
	if p.isKw(k) {
		p.next()
		return true
	}
	return false
}

// acceptKws passes several keywords in a row, if they are all next.
func (p *parser) acceptKws(ks ...keyword) bool {
	for n, k := range ks {
		if p.ahead(n).kw != k {
			if p.noting && n == 0 {
				p.note(k.String())
			}
			return false
		}
	}
	for range ks {
		p.next()
	}
	return true
}

// wantKw passes a keyword, or fails.
func (p *parser) wantKw(k keyword) {
	if !p.acceptKw(k) {
		p.unexpected()
	}
}

// isOp says whether the current token is an operator of several characters.
func (p *parser) isOp(op string) bool { return p.cur.kind == tOp && p.text(p.cur) == op }

// isWord says whether a token is a bare word that is no keyword of any grammar, written in capitals here.
func (p *parser) isWord(t token, word string) bool {
	return t.kind == tWord && strings.EqualFold(p.text(t), word)
}

// in says whether the dialect is one of a set.
func (p *parser) in(set dialect) bool { return p.d&set != 0 }

// enter counts one level of nesting; leave ends it.
func (p *parser) enter() {
	if p.depth++; p.depth > MaxDepth {
		p.refuse("the statement is nested more than 64 deep", "Write it flatter, or name its parts in a WITH clause.")
	}
}

func (p *parser) leave() { p.depth-- }
