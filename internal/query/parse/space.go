package parse

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// space skips white space and comments, and says what it passed; not ok where a comment is at fault.
func (l *lexer) space() (flags uint8, ok bool) {
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == '\n' || c == '\r':
			flags |= sawNewline | sawSpace
			l.pos++
		case c == ' ' || c == '\t' || c == '\f':
			flags |= sawSpace
			l.pos++
		case c == '-' && l.peek(1) == '-' && (l.d != my || l.endsDashes(l.peek(2))),
			c == '#' && l.d == my,
			c == '/' && l.peek(1) == '/' && l.d == snow:
			flags |= sawSpace
			if !l.lineComment() {
				return flags, false
			}
		case c == '/' && l.peek(1) == '*':
			flags |= sawSpace
			if !l.blockComment() {
				return flags, false
			}
		default:
			return flags, true
		}
	}
	return flags, true
}

// endsDashes says whether c after -- makes a comment of it in MySQL: white space, or the end.
func (l *lexer) endsDashes(c byte) bool {
	return c <= ' ' && (c != 0 || l.pos+2 >= len(l.src))
}

func (l *lexer) lineComment() bool {
	end := strings.IndexByte(l.src[l.pos:], '\n')
	if end < 0 {
		end = len(l.src) - l.pos
	}
	if !l.comment(l.src[l.pos : l.pos+end]) {
		return false
	}
	l.pos += end
	return true
}

func (l *lexer) blockComment() bool {
	rest := l.src[l.pos:]
	if l.d == my && (strings.HasPrefix(rest, "/*!") || strings.HasPrefix(rest, "/*M!")) {
		l.problem = problem{
			message: "a comment that the server would run", refused: true,
			hint: "Leave /*! … */ out; write what it says as part of the statement.",
		}
		return false
	}
	depth, i, from := 1, 2, 2
	for depth > 0 {
		n := strings.IndexByte(rest[i:], '*')
		if n < 0 {
			l.problem = problem{message: "the comment is never closed", hint: "Close it with */."}
			return false
		}
		i += n
		switch {
		case i+1 < len(rest) && rest[i+1] == '/':
			depth--
			i += 2
			from = i
		case l.d&pgLike != 0 && rest[i-1] == '/' && i > from:
			depth++
			i++
			from = i
		default:
			i++
		}
	}
	if !l.comment(rest[:i]) {
		return false
	}
	l.pos += i
	return true
}

// comment looks for characters in a comment that could hide what the text says.
func (l *lexer) comment(text string) bool {
	for i, r := range text {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f || r >= utf8.RuneSelf && hidden(r) {
			l.pos += i
			l.problem = badRune(r)
			return false
		}
	}
	return true
}

// letter reads a letter beyond ASCII at an offset, which may stand in a bare word.
func (l *lexer) letter(tok *token, offset int) (size int, ok bool) {
	r, size := utf8.DecodeRuneInString(l.src[offset:])
	if (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)) && !fullWidth(r) {
		return size, true
	}
	tok.kind = tBad
	l.pos = offset + size
	l.problem = badRune(r)
	return 0, false
}

// hidden says whether a character is invisible or turns the direction of text.
func hidden(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

// fullWidth says whether a character is the wide twin of an ASCII one.
func fullWidth(r rune) bool { return r >= 0xff01 && r <= 0xff5e || r >= 0xffe0 && r <= 0xffee }

func badRune(r rune) problem {
	hint := "Leave it out, or put it in quotes."
	switch {
	case r == '‘' || r == '’' || r == '“' || r == '”' || r == '´':
		hint = "Use plain quotes: ' round a string, \" round a name."
	case hidden(r):
		hint = "It is invisible; leave it out."
	case unicode.IsSpace(r):
		hint = "Use a plain space."
	case fullWidth(r):
		hint = "Write the plain character: " + string(r-0xfee0) + "."
	}
	return problem{message: "the character " + runeName(r) + " cannot stand here", hint: hint}
}

func runeName(r rune) string {
	const digits = "0123456789ABCDEF"
	var code strings.Builder
	code.WriteString("U+")
	for shift := 20; shift >= 0; shift -= 4 {
		if r>>shift != 0 || shift < 16 {
			code.WriteString(string(digits[r>>shift&15]))
		}
	}
	if r < ' ' || r == 0x7f || hidden(r) || unicode.IsSpace(r) || !unicode.IsPrint(r) {
		return code.String()
	}
	return string(r) + " (" + code.String() + ")"
}
