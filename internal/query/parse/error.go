package parse

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

// Error is the cause of what Parse returns: where the statement is at fault.
type Error struct {
	Line, Column int    // from 1; a column is a character
	Offset       int    // in bytes, from 0
	Found        string // what stands there; empty at the end
	Expected     string // what could have stood there; empty where that does not help
}

// Error says where.
func (e *Error) Error() string {
	return "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column)
}

func newError(sql string, offset int) *Error {
	before := sql[:offset]
	line := strings.Count(before, "\n")
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return &Error{Line: line + 1, Column: column + 1, Offset: offset}
}

// note remembers something that was looked for at the current token.
func (p *parser) note(what string) {
	if p.notedAt != p.i {
		p.notedAt, p.noted = p.i, p.noted[:0]
	}
	if !slices.Contains(p.noted, what) {
		p.noted = append(p.noted, what)
	}
}

// throw ends parsing with a fault at a token.
func (p *parser) throw(t token, code custard.Code, message, hint string) {
	cause := newError(p.src, int(t.start))
	cause.Found = p.text(t)
	p.raise(cause, code, message, hint)
}

func (p *parser) raise(cause *Error, code custard.Code, message, hint string) {
	p.fault = &custard.Error{Code: code, Message: cause.Error() + ": " + message, Hint: hint, Cause: cause}
	panic(bailout{})
}

// fail ends parsing with a syntax error at the current token.
func (p *parser) fail(message, hint string) {
	p.checkToken()
	p.throw(p.cur, custard.CodeSyntax, message, hint)
}

// refuse ends parsing with a refusal at the current token.
func (p *parser) refuse(message, hint string) {
	p.throw(p.cur, custard.CodeRefused, message, hint)
}

// checkToken ends parsing where the current token is one that can stand nowhere.
func (p *parser) checkToken() {
	switch p.cur.kind {
	case tBad:
		code := custard.CodeSyntax
		if p.problem.refused {
			code = custard.CodeRefused
		}
		p.throw(p.cur, code, p.problem.message, p.problem.hint)
	case tParam:
		p.refuseParam()
	}
}

// unexpected ends parsing at a token that cannot stand where it does.
func (p *parser) unexpected(expected ...string) {
	p.checkToken()
	p.refuseHere()
	cause := newError(p.src, int(p.cur.start))
	cause.Found = p.text(p.cur)
	if p.noting {
		for _, e := range expected {
			p.note(e)
		}
		if p.notedAt != p.i {
			p.noted = p.noted[:0]
		}
		cause.Expected = listed(p.noted)
	}
	message := "found " + found(cause.Found)
	if cause.Expected != "" {
		message += ", expected " + cause.Expected
	}
	p.raise(cause, custard.CodeSyntax, message, p.suggest())
}

// found puts what stands at a fault into words.
func found(text string) string {
	if text == "" {
		return "the end"
	}
	const most = 30
	if utf8.RuneCountInString(text) > most {
		cut := 0
		for i := range text {
			if cut++; cut > most {
				text = text[:i] + "…"
				break
			}
		}
	}
	return strconv.Quote(text)
}

// listed joins what could stand somewhere.
func listed(words []string) string {
	const most = 6
	if len(words) > most {
		return strings.Join(words[:most], ", ") + " …"
	}
	if len(words) > 1 {
		return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	}
	return strings.Join(words, "")
}

// suggest looks for a misspelt keyword among those that could have stood at the fault: there, or just before it where a
// name was taken for an alias.
func (p *parser) suggest() string {
	at := []token{p.cur}
	if p.i > 1 && endsOperand(p.toks[p.i-2]) {
		at = append(at, p.toks[p.i-1])
	}
	for _, t := range at {
		if t.kind != tWord || t.kw != kwNone {
			continue
		}
		word := strings.ToUpper(p.text(t))
		for _, expected := range p.noted {
			if misspelt(word, expected) {
				return "Did you mean " + expected + " instead of " + p.text(t) + "?"
			}
		}
	}
	return p.foreign()
}

// endsOperand says whether a name after a token would be an alias.
func endsOperand(t token) bool {
	switch t.kind {
	case tWord:
		return t.kw == kwNone || t.kw == kwEnd
	case tQuoted, tNumber, tString, ')', '*':
		return true
	}
	return false
}

// foreign says how the dialect writes what another one writes as it stands at the fault.
func (p *parser) foreign() string {
	last := p.toks[max(p.i-1, 0)]
	switch {
	case last.kw == kwTop && p.cur.kind == tNumber:
		return "Write LIMIT " + p.text(p.cur) + " at the end instead of TOP."
	case p.in(pgLike) && (p.cur.kw == kwRegexp || p.cur.kw == kwRlike):
		return "Write ~ to match a regular expression."
	case p.cur.kw == kwIlike:
		return "Write LIKE; where it minds the case of letters, compare lower(…) with it."
	case p.cur.kw == kwWith && p.ahead(1).kw == kwRollup:
		return "Write GROUP BY ROLLUP (…)."
	case p.cur.kw == kwQualify:
		return "Put the query in FROM (…) and say WHERE outside."
	case p.isWord(p.cur, "columns"):
		return "JSON_TABLE is not understood; take single values out of the document."
	case p.d == my && (p.cur.kw == kwAsc || p.cur.kw == kwDesc):
		return "Say the direction in ORDER BY."
	case p.cur.kind == ':' && strings.HasPrefix(p.src[p.cur.start:], "::"):
		return "Write CAST(x AS type)."
	case last.kind == tString && p.cur.kind == tWord && p.cur.flags&sawSpace == 0:
		return "Inside a string write ' twice: 'O''Brien'."
	case last.kw == kwQualify:
		return "Put the query in FROM (…) and say WHERE outside."
	case p.d == lite && p.cur.kw == kwFrom && p.toks[max(p.i-3, 0)].kw == kwExtract:
		return "Write strftime('%Y', x) for the year, '%m' for the month."
	case p.cur.kw == kwInterval && p.d == lite:
		return "Write date(x, '+1 day')."
	}
	return ""
}

// misspelt says whether a word is a keyword but for one letter too many, too few, other, or two swapped.
func misspelt(word, keyword string) bool {
	if len(keyword) < 4 || word == keyword {
		return false
	}
	n := 0
	for n < len(word) && n < len(keyword) && word[n] == keyword[n] {
		n++
	}
	w, k := word[n:], keyword[n:]
	switch {
	case len(w) == len(k)+1:
		return w[1:] == k
	case len(w)+1 == len(k):
		return w == k[1:]
	case len(w) == len(k) && len(w) > 0:
		return w[1:] == k[1:] || len(w) > 1 && w[0] == k[1] && w[1] == k[0] && w[2:] == k[2:]
	}
	return false
}
