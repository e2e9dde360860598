package parse

import (
	"strings"
	"unicode/utf8"
)

// kind is a token's kind: one of those below, or the character itself for punctuation of one character.
type kind uint8

const (
	tEOF    kind = iota
	tBad         // what the lexer cannot read; lexer.problem says why
	tWord        // a bare word, a keyword or a name
	tQuoted      // a name in quotes
	tNumber      // 12, 1.5e3, 0x1F
	tString      // a string in any spelling
	tBinary      // X'0a', B'01', and MySQL's 0x0a and 0b01
	tParam       // $1, ?, :name, @name
	tOp          // an operator of several characters
)

// What the lexer saw in a token, or before it.
const (
	sawEscape  uint8 = 1 << iota // a doubled quote or a backslash: the text is not the value
	sawNewline                   // a line ends between this token and the one before
	sawSpace                     // white space or a comment stands before the token
)

type token struct {
	kind       kind
	flags      uint8
	kw         keyword
	start, end int32
}

// lexer cuts a statement into tokens, all at once: a statement is at most 16 KiB. A fault ends the tokens with a tBad,
// and is told when the parser reaches it, so that what stands before is told first.
type lexer struct {
	src     string
	d       dialect
	pos     int
	toks    []token
	problem problem
}

// problem is a fault that the lexer found.
type problem struct {
	message, hint string
	refused       bool
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c-'0' < 10 }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func isWordStart(c byte) bool { return isLetter(c) || c == '_' || c >= utf8.RuneSelf }

func isWordPart(c byte) bool { return isWordStart(c) || isDigit(c) || c == '$' }

// peek returns the byte at an offset from the position, 0 past the end.
func (l *lexer) peek(offset int) byte {
	if i := l.pos + offset; i < len(l.src) {
		return l.src[i]
	}
	return 0
}

// run reads all tokens; the last is a tEOF or a tBad.
func (l *lexer) run() {
	l.toks = make([]token, 0, len(l.src)/4+8)
	for {
		flags, ok := l.space()
		start := l.pos
		tok := token{flags: flags, start: int32(start)}
		switch {
		case !ok:
			tok.kind = tBad
		case start >= len(l.src):
			tok.kind = tEOF
		default:
			l.next(&tok)
		}
		if tok.kind == tBad {
			l.pos = max(l.pos, min(start+1, len(l.src)))
		}
		tok.end = int32(l.pos)
		l.toks = append(l.toks, tok)
		if tok.kind == tEOF || tok.kind == tBad {
			return
		}
	}
}

// bad marks a token as unreadable.
func (l *lexer) bad(tok *token, message, hint string) {
	tok.kind = tBad
	l.problem = problem{message: message, hint: hint}
}

// next reads the token at the position, which is neither space nor the end.
func (l *lexer) next(tok *token) {
	c := l.src[l.pos]
	switch {
	case isLetter(c) || c == '_':
		if l.prefixed(tok, c|0x20) {
			return
		}
		l.word(tok)
	case isDigit(c), c == '.' && isDigit(l.peek(1)) && !l.afterName():
		l.number(tok)
	case c >= utf8.RuneSelf:
		l.word(tok)
	case c == '\'':
		l.quoted(tok, tString, '\'', l.d&(my|snow) != 0)
	case c == '"':
		if l.d == my {
			l.quoted(tok, tString, '"', true)
		} else {
			l.quoted(tok, tQuoted, '"', false)
		}
	case c == '`' && l.d&(my|lite) != 0:
		l.quoted(tok, tQuoted, '`', false)
	case c == '[' && l.d == lite:
		l.bracketed(tok)
	case c == '$' && l.d&(pgLike|snow) != 0 && l.dollar(tok):
	case c == '$' && l.d == my:
		l.word(tok)
	default:
		l.punctuation(tok, c)
	}
}

// afterName says whether a dot here would separate a name from the token before it: t.1a in MySQL.
func (l *lexer) afterName() bool {
	if l.d != my || len(l.toks) == 0 {
		return false
	}
	last := l.toks[len(l.toks)-1]
	return int(last.end) == l.pos && (last.kind == tWord || last.kind == tQuoted)
}

// prefixed reads a string with a letter before its quote: E”, N”, X”, B”, U&”.
func (l *lexer) prefixed(tok *token, letter byte) bool {
	quote := l.peek(1)
	if quote != '\'' && (letter != 'u' || quote != '&') {
		return false
	}
	switch letter {
	case 'e':
		if l.d&pgLike == 0 {
			return false
		}
		l.pos++
		l.quoted(tok, tString, '\'', true)
	case 'n':
		if l.d&(pgLike|my) == 0 {
			return false
		}
		l.pos++
		l.quoted(tok, tString, '\'', l.d == my)
	case 'x', 'b':
		if letter == 'b' && l.d&(pgLike|my) == 0 {
			return false
		}
		l.pos++
		l.quoted(tok, tBinary, '\'', false)
	case 'u':
		q := l.peek(2)
		if l.d&pgLike == 0 || quote != '&' || q != '\'' && q != '"' {
			return false
		}
		l.pos += 2
		if q == '\'' {
			l.quoted(tok, tString, q, false)
		} else {
			l.quoted(tok, tQuoted, q, false)
		}
	default:
		return false
	}
	return true
}

// quoted reads up to the closing quote; a doubled quote stands for one.
func (l *lexer) quoted(tok *token, k kind, quote byte, backslash bool) {
	tok.kind = k
	for i := l.pos + 1; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == quote:
			if i+1 < len(l.src) && l.src[i+1] == quote {
				tok.flags |= sawEscape
				i++
				continue
			}
			l.pos = i + 1
			return
		case c == '\\' && backslash:
			tok.flags |= sawEscape
			i++
		}
	}
	l.pos = len(l.src)
	what := "the string"
	if k == tQuoted {
		what = "the quoted name"
	}
	l.bad(tok, what+" is never closed", "Close it with "+string(quote)+"; inside it, write "+string(quote)+" twice.")
}

func (l *lexer) bracketed(tok *token) {
	tok.kind = tQuoted
	end := strings.IndexByte(l.src[l.pos:], ']')
	if end < 0 {
		l.pos = len(l.src)
		l.bad(tok, "the quoted name is never closed", "Close it with ].")
		return
	}
	l.pos += end + 1
}

// dollar reads $$…$$ and PostgreSQL's $tag$…$tag$; it leaves anything else that begins with a dollar.
func (l *lexer) dollar(tok *token) bool {
	rest := l.src[l.pos:]
	i := 1
	if l.d != snow && i < len(rest) && isWordStart(rest[i]) {
		for i < len(rest) && isWordPart(rest[i]) && rest[i] != '$' {
			i++
		}
	}
	if i >= len(rest) || rest[i] != '$' {
		return false
	}
	tag := rest[:i+1]
	end := strings.Index(rest[len(tag):], tag)
	if end < 0 {
		l.pos = len(l.src)
		l.bad(tok, "the string is never closed", "Close it with "+tag+".")
		return true
	}
	tok.kind = tString
	l.pos += end + 2*len(tag)
	return true
}

// word reads a bare word.
func (l *lexer) word(tok *token) {
	i, ascii := l.pos, true
	for i < len(l.src) && isWordPart(l.src[i]) {
		if l.src[i] >= utf8.RuneSelf {
			size, ok := l.letter(tok, i)
			if !ok {
				if i > l.pos { // the word ends here; the next token tells
					*tok = token{flags: tok.flags, start: tok.start}
					break
				}
				return
			}
			ascii = false
			i += size
			continue
		}
		i++
	}
	tok.kind = tWord
	if ascii {
		tok.kw = lookup(l.src[l.pos:i])
	}
	l.pos = i
}

// number reads a numeric literal; in MySQL also a name that begins with digits, and 0x0a and 0b01, which are binary strings.
func (l *lexer) number(tok *token) {
	tok.kind = tNumber
	start := l.pos
	if l.d == my && len(l.toks) > 0 { // after a dot that touches, digits begin a name
		if last := l.toks[len(l.toks)-1]; last.kind == '.' && int(last.end) == start {
			l.word(tok)
			return
		}
	}
	if c := l.peek(1) | 0x20; l.src[start] == '0' && (c == 'x' || c == 'o' && l.d&pgLike != 0 || c == 'b' && l.d&(pgLike|my) != 0) && isHex(l.peek(2)) {
		l.pos += 2
		for isHex(l.peek(0)) || l.peek(0) == '_' && l.d != my {
			l.pos++
		}
		if l.d == my {
			tok.kind = tBinary
		}
	} else {
		l.digits()
		if l.peek(0) == '.' && l.peek(1) != '.' {
			l.pos++
			l.digits()
		}
		if l.peek(0)|0x20 == 'e' {
			n := 1
			if c := l.peek(1); c == '+' || c == '-' {
				n = 2
			}
			if isDigit(l.peek(n)) {
				l.pos += n
				l.digits()
			}
		}
	}
	if l.pos < len(l.src) && isWordPart(l.src[l.pos]) {
		if l.d == my && !strings.Contains(l.src[start:l.pos], ".") { // 2019_sales is a name
			l.pos = start
			l.word(tok)
			return
		}
		for l.pos < len(l.src) && isWordPart(l.src[l.pos]) {
			l.pos++
		}
		l.bad(tok, "a number runs into letters", "Put a space after the number, or put quotes round a name that begins with digits.")
	}
}

func (l *lexer) digits() {
	for isDigit(l.peek(0)) || l.peek(0) == '_' && isDigit(l.peek(1)) && l.d&(pgLike|lite) != 0 {
		l.pos++
	}
}
