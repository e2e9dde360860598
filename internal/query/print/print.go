// Package print writes a query tree as text in each SQL dialect. What it writes is all that a database ever sees.
//
// The rules:
//   - Text comes from the tree alone: no comments, no stacked statements, no E” strings. A field that is written as it
//     is (a number, a type's name, a unit) is checked for its characters first, an operator must be the dialect's own.
//   - Parentheses are written where the dialect's precedence asks for them, see precedence.go.
//   - Identifiers are quoted where the bare word would mean something else, see ident.go.
//   - Literals are escaped for pinned settings: standard_conforming_strings=on in PostgreSQL, an sql_mode with backslash
//     escapes and without ANSI_QUOTES and PIPES_AS_CONCAT in MySQL.
//   - A node that was read is written as its own dialect spells it and reads back as an equal tree. A node that was made
//     (its Pos is zero) is neutral: print finds the dialect's spelling for casts, dates, intervals and concatenation.
//   - What a dialect cannot say is an error with a hint, unless another spelling means exactly the same.
package print

import (
	"slices"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// SQL writes q on one line in dialect d. Errors are *custard.Error: CodeFailed where the dialect cannot say it,
// CodeRefused where the tree holds what no parser would have put there.
func SQL(d custard.Dialect, q *query.Query) (string, error) {
	p := printer{d: d, buf: make([]byte, 0, 1024)}
	return p.run(q)
}

// Pretty writes q for people to read: what fits stays on one line, else each clause starts a line of its own and
// sub-queries are indented. It reads back as SQL does.
func Pretty(d custard.Dialect, q *query.Query) (string, error) {
	p := printer{d: d, buf: make([]byte, 0, 1024), layout: &layout{}}
	return p.run(q)
}

// Explicit writes q as SQL does, with parentheses round every operand. It is for tests, which ask other parsers whether
// both texts are the same query: that SQL never leaves out a parenthesis that matters.
func Explicit(d custard.Dialect, q *query.Query) (string, error) {
	p := printer{d: d, buf: make([]byte, 0, 1024), explicit: true}
	return p.run(q)
}

type printer struct {
	d      custard.Dialect
	buf    []byte
	err    *custard.Error // the first thing that went wrong
	layout *layout        // nil on one line

	explicit bool // parentheses round every operand
}

func (p *printer) run(q *query.Query) (string, error) {
	switch p.d {
	case custard.Postgres, custard.MySQL, custard.SQLite, custard.DuckDB, custard.Snowflake:
	default:
		return "", custard.Errorf(custard.CodeFailed, "%s is not queried in SQL", p.d)
	}
	if q == nil {
		return "", custard.Errorf(custard.CodeInternal, "no query to print")
	}
	p.query(q)
	if p.err != nil {
		return "", p.err
	}
	return string(p.buf), nil
}

// fail keeps the first thing that the dialect cannot say.
func (p *printer) fail(what, hint string) {
	if p.err == nil {
		p.err = &custard.Error{Code: custard.CodeFailed, Message: p.name() + " has no " + what, Hint: hint}
	}
}

// refuse keeps the first thing that has no business in a tree.
func (p *printer) refuse(what string) {
	if p.err == nil {
		p.err = &custard.Error{
			Code:    custard.CodeRefused,
			Message: "the query holds " + what,
			Hint:    "Write the query in the plain syntax of " + p.name() + ".",
		}
	}
}

func (p *printer) name() string {
	switch p.d {
	case custard.Postgres:
		return "PostgreSQL"
	case custard.MySQL:
		return "MySQL"
	case custard.SQLite:
		return "SQLite"
	case custard.DuckDB:
		return "DuckDB"
	}
	return "Snowflake"
}

func (p *printer) is(dialects ...custard.Dialect) bool {
	return slices.Contains(dialects, p.d)
}

func (p *printer) str(s string) { p.buf = append(p.buf, s...) }

func (p *printer) byte(c byte) { p.buf = append(p.buf, c) }

// word writes a field that is text already: letters, digits, underscores and single spaces, or it is not written.
func (p *printer) word(s string) {
	if !plainWords(s) {
		p.fail("word "+shown(s), "")
		return
	}
	p.str(s)
}

// comma writes ", " before every element but the first.
func (p *printer) comma(i int) {
	if i > 0 {
		p.str(", ")
	}
}

func (p *printer) exprs(list []query.Expr) {
	for i, e := range list {
		p.comma(i)
		p.expr(e, lowest)
	}
}

// tuple writes a list in parentheses.
func (p *printer) tuple(list []query.Expr) {
	p.byte('(')
	p.exprs(list)
	p.byte(')')
}

// isMade says whether a node was made rather than read, so that it carries no dialect of its own.
func isMade(pos query.Pos) bool { return pos == 0 }
