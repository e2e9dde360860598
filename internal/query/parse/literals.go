package parse

import (
	"strconv"
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// number reads a numeric literal. PostgreSQL's and DuckDB's 0x1F, 0o17 and 0b11 become decimal: older servers lack them.
func (p *parser) number() *query.Number {
	if p.cur.kind != tNumber {
		p.unexpected("a number")
	}
	n := &query.Number{Text: strings.ReplaceAll(p.text(p.cur), "_", ""), Pos: p.pos()}
	if len(n.Text) > 2 && n.Text[1] > '9' && n.Text[1]|0x20 != 'e' && p.in(pgLike) {
		value, err := strconv.ParseUint(n.Text, 0, 64)
		if err != nil {
			p.fail("a number is malformed or too large", "Write it in decimal.")
		}
		n.Text = strconv.FormatUint(value, 10)
	}
	p.next()
	return n
}

// string reads a string literal, with those that the dialect joins to it.
func (p *parser) string() *query.String {
	s := &query.String{Pos: p.pos()}
	if p.cur.kind != tString {
		p.unexpected("a string")
	}
	if c := p.src[p.cur.start]; c == 'N' || c == 'n' {
		s.Prefix = "N"
	}
	s.Value = p.stringValue()
	for p.cur.kind == tString && (p.d == my || p.in(pgLike) && p.cur.flags&sawNewline != 0) {
		s.Value += p.stringValue()
	}
	return s
}

// stringValue passes a string token and returns its value, escapes resolved.
func (p *parser) stringValue() string {
	text := p.text(p.cur)
	value, flags := "", p.cur.flags
	switch text[0] {
	case '\'', '"':
		value = text[1 : len(text)-1]
		if flags&sawEscape == 0 {
			break
		}
		if p.in(my | snow) {
			value = p.unescape(value, text[0])
		} else {
			value = strings.ReplaceAll(value, "''", "'")
		}
	case '$':
		tag := text[:strings.IndexByte(text[1:], '$')+2]
		value = text[len(tag) : len(text)-len(tag)]
	case 'E', 'e':
		value = p.unescape(text[2:len(text)-1], '\'')
	case 'U', 'u':
		quoted := strings.ReplaceAll(text[3:len(text)-1], "''", "'")
		return p.unicodeEscapes(quoted)
	default: // N''
		value = text[2 : len(text)-1]
		if flags&sawEscape != 0 {
			if p.d == my {
				value = p.unescape(value, '\'')
			} else {
				value = strings.ReplaceAll(value, "''", "'")
			}
		}
	}
	p.next()
	return value
}

// quotedIdent reads a name in quotes.
func (p *parser) quotedIdent() query.Ident {
	text := p.text(p.cur)
	id := query.Ident{Quote: text[0], Pos: p.pos()}
	if text[0]|0x20 == 'u' { // U&"…"
		id.Quote = '"'
		id.Name = p.unicodeEscapes(strings.ReplaceAll(text[3:len(text)-1], `""`, `"`))
	} else {
		id.Name = text[1 : len(text)-1]
		if p.cur.flags&sawEscape != 0 {
			quote := text[:1]
			id.Name = strings.ReplaceAll(id.Name, quote+quote, quote)
		}
		if id.Name == "" && p.d != lite {
			p.fail("a name cannot be empty", "Put the name between the quotes.")
		}
		p.next()
	}
	return id
}

// binaryLiteral reads X'0a', B'01', and MySQL's 0x0a and 0b01.
func (p *parser) binaryLiteral() query.Expr {
	text := p.text(p.cur)
	b := &query.Bytes{Pos: p.pos()}
	letter, digits := text[0]|0x20, text[1:]
	if text[0] == '0' {
		letter, digits = text[1]|0x20, text[2:]
		if letter == 'x' && len(digits)%2 == 1 {
			digits = "0" + digits
		}
	} else {
		digits = digits[1 : len(digits)-1]
	}
	digits = strings.ToLower(digits)
	if letter == 'x' {
		if strings.Trim(digits, "0123456789abcdef") != "" || len(digits)%2 == 1 && p.d != pg {
			p.fail("X'…' wants pairs of hexadecimal digits", "Write, for example, X'0a1b'.")
		}
		if p.in(pgLike) { // a bit string there
			var bits strings.Builder
			for _, c := range digits {
				n, _ := strconv.ParseUint(string(c), 16, 8)
				bits.WriteString(strconv.FormatUint(n+16, 2)[1:])
			}
			b.Bits = bits.String()
		} else {
			b.Hex = digits
		}
	} else {
		if strings.Trim(digits, "01") != "" {
			p.fail("B'…' wants the digits 0 and 1", "Write, for example, B'0101'.")
		}
		b.Bits = digits
	}
	p.next()
	return b
}
