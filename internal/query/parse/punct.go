package parse

import "strings"

// isOpChar says whether PostgreSQL makes operators of c.
func isOpChar(c byte) bool {
	switch c {
	case '~', '!', '@', '#', '^', '&', '|', '`', '?', '+', '-', '*', '/', '%', '<', '>', '=':
		return true
	}
	return false
}

// punctuation reads an operator or a mark, in the dialect's own way.
func (l *lexer) punctuation(tok *token, c byte) {
	switch c {
	case '(', ')', ',', ';', '.', '[', ']', '{', '}':
		tok.kind = kind(c)
		l.pos++
		return
	case 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x0b, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
		0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x7f:
		tok.kind = tBad
		l.problem = badRune(rune(c))
		return
	case '`':
		l.bad(tok, "a backtick cannot stand here", "Put \" round a name.")
		return
	case '\\':
		l.bad(tok, "a backslash cannot stand here", "Leave it out; commands such as \\d are psql's own.")
		return
	}
	if l.param(tok, c) {
		return
	}
	n := 1
	switch {
	case l.d&pgLike != 0 && isOpChar(c):
		n = l.operator()
	case l.d&pgLike != 0:
		n = l.longest("::", ":=")
	case l.d == my:
		n = l.longest("->>", "<=>", "->", "<=", ">=", "<>", "!=", "<<", ">>", "||", "&&", ":=", "@@")
	case l.d == lite:
		n = l.longest("->>", "->", "==", "<=", ">=", "<>", "!=", "<<", ">>", "||")
	case l.d == snow:
		n = l.longest("->>", "->", "::", "=>", "<=", ">=", "<>", "!=", "||", "<<", ">>", ":=")
	}
	l.pos += n
	tok.kind = tOp
	if n == 1 {
		tok.kind = kind(c)
	}
}

// longest returns the length of the first of ops that stands here, or 1.
func (l *lexer) longest(ops ...string) int {
	rest := l.src[l.pos:]
	for _, op := range ops {
		if strings.HasPrefix(rest, op) {
			return len(op)
		}
	}
	return 1
}

// operator returns the length of the operator here by PostgreSQL's rule: as long as it can be, but it ends before a
// comment, and it ends in + or - only where it has a character that arithmetic lacks.
func (l *lexer) operator() int {
	rest := l.src[l.pos:]
	n, special := 0, false
	for n < len(rest) && isOpChar(rest[n]) {
		if n+1 < len(rest) && (rest[n] == '-' && rest[n+1] == '-' || rest[n] == '/' && rest[n+1] == '*') {
			break
		}
		switch rest[n] {
		case '~', '!', '@', '#', '^', '&', '|', '`', '?', '%':
			special = true
		}
		n++
	}
	for !special && n > 1 && (rest[n-1] == '+' || rest[n-1] == '-') {
		n--
	}
	return n
}

// param reads what stands for a value that is given elsewhere: $1, ?, :name, @name, @@name.
func (l *lexer) param(tok *token, c byte) bool {
	n := 0
	switch c {
	case '?':
		if l.d == pg {
			return false
		}
		n = 1
	case '$':
		n = 1
	case '@':
		if l.d&pgLike != 0 {
			return false
		}
		n = 1
		if l.peek(1) == '@' {
			n = 2
		}
	case ':':
		if l.d != lite || !isWordPart(l.peek(1)) {
			return false
		}
		n = 1
	default:
		return false
	}
	for isWordPart(l.peek(n)) {
		n++
	}
	l.pos += n
	tok.kind = tParam
	return true
}
