package output

import (
	"strconv"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"

	"github.com/custard-ai/custard/internal/custard"
)

// glyphs shows cells on one kind of screen.
type glyphs struct {
	unicode bool
}

// appendShown appends a cell's text with everything that a terminal could obey, or that would break a line, replaced by
// something to see: an escape becomes ␛ (\x1b where only ASCII shows), a newline ⏎ (\n), a byte that is no UTF-8 \xff.
func (g glyphs) appendShown(dst, cell []byte, typ custard.Type) []byte {
	switch typ {
	case custard.TypeBool:
		if word := boolWord(cell); word != "" {
			return append(dst, word...)
		}
	case custard.TypeFloat:
		return appendRounded(dst, cell)
	}
	if asciiShown(cell) {
		return append(dst, cell...)
	}
	for len(cell) > 0 {
		r, size := utf8.DecodeRune(cell)
		switch {
		case r == utf8.RuneError && size == 1:
			dst = appendHex(dst, cell[0])
		case r == '\n' && g.unicode:
			dst = append(dst, "⏎"...)
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case (r == '\r' || r == '\t') && !g.unicode:
			dst = append(dst, '\\', "rt"[btoi(r == '\t')])
		case r < 0x20 && g.unicode:
			dst = utf8.AppendRune(dst, 0x2400+r)
		case r == 0x7f && g.unicode:
			dst = append(dst, "␡"...)
		case r < 0x20 || r == 0x7f:
			dst = appendHex(dst, byte(r))
		case hidden(r):
			dst = appendUnicodeEscape(dst, r)
		default:
			dst = append(dst, cell[:size]...)
		}
		cell = cell[size:]
	}
	return dst
}

// appendRounded appends a float with the 15 digits that are sure: people read 75882.369, not 75882.36899999999.
// Formats for programs have all 17.
func appendRounded(dst, cell []byte) []byte {
	const sure = 15
	if len(cell) > sure {
		if v, err := strconv.ParseFloat(string(cell), 64); err == nil {
			return strconv.AppendFloat(dst, v, 'g', sure, 64)
		}
	}
	return glyphs{true}.appendShown(dst, cell, custard.TypeText)
}

// shown is appendShown for formats whose lines may stay as they are: tabs and newlines are kept.
func shown(cell []byte) []byte {
	if asciiShown(cell) {
		return cell
	}
	out := make([]byte, 0, len(cell)+8)
	for len(cell) > 0 {
		r, size := utf8.DecodeRune(cell)
		switch {
		case r == '\n' || r == '\t':
			out = append(out, byte(r))
		case r == utf8.RuneError && size == 1, r < 0x20, r == 0x7f:
			out = appendHex(out, cell[0])
		case hidden(r):
			out = appendUnicodeEscape(out, r)
		default:
			out = append(out, cell[:size]...)
		}
		cell = cell[size:]
	}
	return out
}

// Shown returns text that is safe to send to a terminal: control characters other than tab and newline are shown.
func Shown(text string) string { return string(shown([]byte(text))) }

// hidden says whether a character is obeyed rather than seen: the C1 controls, the line separators, and the
// marks that turn the direction of the text around them.
func hidden(r rune) bool {
	return (r >= 0x80 && r <= 0x9f) || r == 0x2028 || r == 0x2029 || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069)
}

func appendHex(dst []byte, b byte) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'x', digits[b>>4], digits[b&15])
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// width is how many columns a text takes on a terminal.
func width(text []byte) int {
	if asciiShown(text) {
		return len(text)
	}
	return displaywidth.Bytes(text)
}

// clip cuts a text to at most columns, ending in a mark where something was cut off. It returns the text's width.
func (g glyphs) clip(text []byte, columns int) ([]byte, int) {
	if len(text) <= columns && asciiShown(text) {
		return text, len(text)
	}
	mark, markWidth := "…", 1
	if !g.unicode {
		mark, markWidth = "..", 2
	}
	if columns < markWidth {
		mark, markWidth = "", 0
	}
	used, keep, at := 0, 0, 0
	keepWidth := 0
	clusters := displaywidth.BytesGraphemes(text)
	for clusters.Next() {
		w := clusters.Width()
		if used+w > columns {
			return append(append(make([]byte, 0, keep+len(mark)), text[:keep]...), mark...), keepWidth + markWidth
		}
		used += w
		at += len(clusters.Value())
		if used <= columns-markWidth {
			keep, keepWidth = at, used
		}
	}
	return text, used
}

// SGR codes for formats that people read.
const (
	sgrBold  = "\x1b[1m"
	sgrDim   = "\x1b[2m"
	sgrReset = "\x1b[0m"
)

func appendSpaces(dst []byte, n int) []byte {
	const spaces = "                                                                "
	for n > len(spaces) {
		dst = append(dst, spaces...)
		n -= len(spaces)
	}
	if n > 0 {
		dst = append(dst, spaces[:n]...)
	}
	return dst
}
