package parse

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

// unescape resolves doubled quotes and backslashes.
func (p *parser) unescape(s string, quote byte) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == quote { // doubled
			i++
			b.WriteByte(c)
			continue
		}
		if c != '\\' || i+1 == len(s) {
			b.WriteByte(c)
			continue
		}
		i++
		i += p.escape(&b, s[i:]) - 1
	}
	if value := b.String(); utf8.ValidString(value) && strings.IndexByte(value, 0) < 0 {
		return value
	}
	p.fail("the escapes in the string do not make text", "Write the characters themselves.")
	return ""
}

// escape writes what the escape means that s begins with, after the backslash, and returns its length.
func (p *parser) escape(b *strings.Builder, s string) int {
	c := s[0]
	if p.d == my {
		return mysqlEscape(b, s)
	}
	switch c {
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return codeEscape(b, s, 0, 3, 8)
	case 'x':
		return codeEscape(b, s, 1, 2, 16)
	case 'u':
		return codeEscape(b, s, 1, 4, 16)
	case 'U':
		if p.in(pgLike) {
			return codeEscape(b, s, 1, 8, 16)
		}
		b.WriteByte(c)
	default:
		return copyRune(b, s)
	}
	return 1
}

// mysqlEscape is escape for MySQL, which keeps the backslash before % and _, for LIKE.
func mysqlEscape(b *strings.Builder, s string) int {
	switch c := s[0]; c {
	case '0':
		b.WriteByte(0)
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'b':
		b.WriteByte('\b')
	case 'Z':
		b.WriteByte(26)
	case '%', '_':
		b.WriteByte('\\')
		b.WriteByte(c)
	default:
		return copyRune(b, s)
	}
	return 1
}

func copyRune(b *strings.Builder, s string) int {
	_, size := utf8.DecodeRuneInString(s)
	b.WriteString(s[:size])
	return size
}

// codeEscape writes the character or byte whose number stands in s after skip bytes, and returns how much it read.
func codeEscape(b *strings.Builder, s string, skip, most, base int) int {
	n := skip
	for n < len(s) && n < skip+most && isHex(s[n]) && (base == 16 || s[n] < '8') {
		n++
	}
	code, err := strconv.ParseUint(s[skip:n], base, 32)
	switch {
	case err != nil:
		b.WriteString(s[:1])
		return 1
	case most == 4 || most == 8:
		if !utf8.ValidRune(rune(code)) {
			code = 0 // refused, as NUL is
		}
		b.WriteRune(rune(code))
	default:
		b.WriteByte(byte(code))
	}
	return n
}

// unicodeEscapes passes a token and resolves the escapes of U&'…' in its text; UESCAPE may follow.
func (p *parser) unicodeEscapes(text string) string {
	start := p.cur
	p.next()
	mark := byte('\\')
	if p.isWord(p.cur, "uescape") && p.ahead(1).kind == tString {
		p.next()
		at := p.cur
		value := p.stringValue()
		if len(value) != 1 || isHex(value[0]) || value[0] == '+' || value[0] == '\'' || value[0] == '"' || value[0] <= ' ' {
			p.throw(at, custard.CodeSyntax, "UESCAPE wants one character", "Leave UESCAPE out and write \\.")
		}
		mark = value[0]
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != mark {
			b.WriteByte(text[i])
			continue
		}
		rest, digits, skip := text[i+1:], 4, 0
		switch {
		case rest != "" && rest[0] == mark:
			b.WriteByte(mark)
			i++
			continue
		case rest != "" && rest[0] == '+':
			digits, skip = 6, 1
		}
		code, err := uint64(0), strconv.ErrSyntax
		if len(rest) >= skip+digits {
			code, err = strconv.ParseUint(rest[skip:skip+digits], 16, 32)
		}
		if err != nil || code == 0 || !utf8.ValidRune(rune(code)) {
			p.throw(start, custard.CodeSyntax, "the escapes in the text do not make characters", "Write the characters themselves.")
		}
		b.WriteRune(rune(code))
		i += skip + digits
	}
	return b.String()
}
