package print

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// text writes s as a string literal.
func (p *printer) text(s string) {
	escapes := p.d == custard.MySQL || p.d == custard.Snowflake
	p.byte('\'')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'', c == '\\' && escapes:
			p.byte(c)
			p.byte(c)
		case c == 0:
			p.refuse("a string with a zero byte in it")
		default:
			p.byte(c)
		}
	}
	p.byte('\'')
}

func (p *printer) stringLiteral(s *query.String) {
	switch {
	case s.Prefix == "":
	case s.Prefix == "N" && p.is(custard.Postgres, custard.MySQL):
		p.byte('N')
	case s.Prefix[0] == '_' && plainIdent(s.Prefix) && p.d == custard.MySQL:
		p.str(s.Prefix)
		p.byte(' ')
	case isMade(s.Pos) || s.Prefix == "N":
		// A national string is a string where there is no other kind.
	default:
		p.fail("string prefix "+shown(s.Prefix), "Write the string without it.")
	}
	p.text(s.Value)
}

func (p *printer) bytes(b *query.Bytes) {
	digits, prefix := b.Hex, byte('X')
	if b.Bits != "" {
		digits, prefix = b.Bits, 'B'
		if !p.is(custard.Postgres, custard.MySQL) {
			p.fail("bit strings", "Write the number that the bits stand for.")
		}
	}
	for i := range len(digits) {
		if strings.IndexByte("0123456789abcdefABCDEF", digits[i]) < 0 || prefix == 'B' && digits[i] > '1' {
			p.refuse("a binary literal with other digits")
			return
		}
	}
	p.byte(prefix)
	p.byte('\'')
	p.str(digits)
	p.byte('\'')
}

// number writes a literal as it was written, once it is known to be one: a sign, digits, letters, dots, an exponent.
func (p *printer) number(n *query.Number) {
	s := strings.TrimPrefix(n.Text, "-")
	if s == "" || !(s[0] >= '0' && s[0] <= '9' || s[0] == '.' && len(s) > 1 && s[1] >= '0' && s[1] <= '9') {
		p.refuse("the odd number " + shown(n.Text))
		return
	}
	for i := range len(s) {
		c := s[i]
		sign := (c == '+' || c == '-') && i > 0 && s[i-1]|0x20 == 'e' && i+1 < len(s)
		if !wordByte(c) && c != '.' && !sign {
			p.refuse("the odd number " + shown(n.Text))
			return
		}
	}
	p.str(n.Text)
}

// keywordValue writes CURRENT_DATE and its kin. SQLite has three of them, so LOCALTIME and the like are errors there.
func (p *printer) keywordValue(k *query.Keyword) {
	if p.d == custard.SQLite {
		switch k.Name {
		case "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP":
		default:
			p.fail(shown(k.Name), "Use CURRENT_DATE, CURRENT_TIME or CURRENT_TIMESTAMP.")
		}
	}
	p.word(k.Name)
}

// boolean writes TRUE or FALSE, which all five dialects have.
func (p *printer) boolean(v bool) {
	if v {
		p.str("TRUE")
	} else {
		p.str("FALSE")
	}
}
