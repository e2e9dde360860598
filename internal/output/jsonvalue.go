package output

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

// AppendJSON appends a cell that is not NULL as the JSON value of its type, as JSON answers have it; elem is the type of an
// array's elements.
func AppendJSON(dst, cell []byte, typ, elem custard.Type) []byte {
	return appendJSON(dst, cell, typ, elem)
}

// appendJSON appends a cell as the JSON value of its type. A cell that is not what its type promises (SQLite allows
// text in a column of integers) becomes a string, so that the document stays well-formed whatever a database holds.
func appendJSON(dst, cell []byte, typ, elem custard.Type) []byte {
	switch typ {
	case custard.TypeInt:
		if exactInt(cell) {
			return append(dst, cell...)
		}
	case custard.TypeFloat:
		if jsonNumber(cell) {
			return append(dst, cell...)
		}
	case custard.TypeBool:
		if len(cell) == 1 {
			switch cell[0] {
			case 't':
				return append(dst, "true"...)
			case 'f':
				return append(dst, "false"...)
			}
		}
	case custard.TypeTimestamp:
		return appendTimestamp(dst, cell)
	case custard.TypeJSON:
		return appendEmbedded(dst, cell)
	case custard.TypeBytes:
		return appendBase64(dst, cell)
	case custard.TypeArray:
		if out, ok := appendArray(dst, cell, elem); ok {
			return out
		}
	case custard.TypeDecimal, custard.TypeText, custard.TypeDate, custard.TypeTime, custard.TypeUUID:
	}
	return appendString(dst, cell)
}

// appendString appends text as a JSON string. Invalid UTF-8 becomes U+FFFD; DEL, the C1 controls and what
// turns the direction of text are escaped like the C0 controls, because terminals obey them.
func appendString(dst, s []byte) []byte {
	dst = append(dst, '"')
	if jsonPlain(s) {
		dst = append(dst, s...)
		return append(dst, '"')
	}
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(s[i:])
			if (r != utf8.RuneError || size > 1) && !hidden(r) {
				i += size
				continue
			}
			dst = append(dst, s[start:i]...)
			if r == utf8.RuneError {
				dst = append(dst, "\ufffd"...)
			} else {
				dst = appendUnicodeEscape(dst, r)
			}
			i += size
			start = i
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = appendUnicodeEscape(dst, rune(c))
		}
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

func appendUnicodeEscape(dst []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}

// exactInt says whether a cell is an integer that every JSON reader takes exactly: at most 2^53 either way.
func exactInt(s []byte) bool {
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 16 || (s[0] == '0' && len(s) > 1) {
		return false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) < 16 || string(s) <= "9007199254740992"
}

// jsonNumber says whether a cell is a number in JSON's grammar.
func jsonNumber(s []byte) bool {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	digits := func() int {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i - start
	}
	first := i
	if n := digits(); n == 0 || (n > 1 && s[first] == '0') {
		return false
	}
	if i < len(s) && s[i] == '.' {
		i++
		if digits() == 0 {
			return false
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if digits() == 0 {
			return false
		}
	}
	return i == len(s)
}

// appendEmbedded appends a cell of JSON as it is, on one line.
func appendEmbedded(dst, cell []byte) []byte {
	if !json.Valid(cell) || !utf8.Valid(cell) {
		return appendString(dst, cell)
	}
	for i := 0; i < len(cell); {
		r, size := rune(cell[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(cell[i:])
		}
		switch {
		case r == '\n' || r == '\r': // only ever white space between tokens
			dst = append(dst, ' ')
		case r == 0x7f || hidden(r): // only ever within a string
			dst = appendUnicodeEscape(dst, r)
		default:
			dst = append(dst, cell[i:i+size]...)
		}
		i += size
	}
	return dst
}

// appendBase64 appends a cell of \x and hexadecimal digits.
func appendBase64(dst, cell []byte) []byte {
	if len(cell) < 2 || cell[0] != '\\' || cell[1] != 'x' {
		return appendString(dst, cell)
	}
	start := len(dst)
	raw, err := hex.AppendDecode(make([]byte, 0, len(cell)/2), cell[2:])
	if err != nil {
		return appendString(dst[:start], cell)
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, raw)
	return append(dst, '"')
}
