package output

import "unicode/utf8"

// tableStyle is how a table's lines are drawn.
type tableStyle struct {
	top, middle, bottom  ruleStyle
	left, between, right string // around cells
	more                 string // stands for columns that found no place
	header, ruleSGR      string
	null                 []byte
	nullSGR              string
	trim                 bool // no blanks at the end of a line
	escape               func([]byte) []byte
}

// ruleStyle is a line across; an empty line means none.
type ruleStyle struct{ left, line, between, right string }

func same(text []byte) []byte { return text }

func plainStyle(s Screen) *tableStyle {
	style := &tableStyle{between: "  ", null: []byte("NULL"), trim: true, escape: same}
	if s.Color {
		style.header, style.nullSGR = sgrBold, sgrDim
	}
	return style
}

func boxStyle(s Screen) *tableStyle {
	style := &tableStyle{
		top:    ruleStyle{"+", "-", "+", "+"},
		middle: ruleStyle{"+", "-", "+", "+"},
		bottom: ruleStyle{"+", "-", "+", "+"},
		left:   "| ", between: " | ", right: " |", more: "..",
		null: []byte("NULL"), escape: same,
	}
	bar := "|"
	if s.Unicode {
		style.top = ruleStyle{"╭", "─", "┬", "╮"}
		style.middle = ruleStyle{"├", "─", "┼", "┤"}
		style.bottom = ruleStyle{"╰", "─", "┴", "╯"}
		style.more = "…"
		bar = "│"
	}
	if s.Color {
		style.header, style.nullSGR, style.ruleSGR = sgrBold, sgrDim, sgrDim
		bar = sgrDim + bar + sgrReset
	}
	style.left, style.between, style.right = bar+" ", " "+bar+" ", " "+bar
	return style
}

func markdownStyle() *tableStyle {
	return &tableStyle{
		middle: ruleStyle{"| ", "-", " | ", " |"},
		left:   "| ", between: " | ", right: " |",
		null: []byte("NULL"), escape: escapeMarkdown,
	}
}

// appendDashes appends a column's part of Markdown's rule; a colon at the end aligns to the right.
func appendDashes(dst []byte, columns int, right bool) []byte {
	for range max(3, columns) - btoi(right) {
		dst = append(dst, '-')
	}
	if right {
		dst = append(dst, ':')
	}
	return dst
}

// escapeMarkdown returns a text that renders as itself within a cell: pipes do not end the cell, and nothing becomes
// markup, a link or an image.
func escapeMarkdown(text []byte) []byte {
	var out []byte
	start := 0
	for i, c := range text {
		repl := ""
		switch c {
		case '|', '\\', '`', '*', '[', ']', '~':
			repl = "\\" + string(c)
		case '<':
			repl = "&lt;"
		case '>':
			repl = "&gt;"
		case '&':
			repl = "&amp;"
		case '_': // within a word it is no markup, and common in names
			if i > 0 && i+1 < len(text) && wordy(text[i-1]) && wordy(text[i+1]) {
				continue
			}
			repl = `\_`
		default:
			continue
		}
		out = append(append(out, text[start:i]...), repl...)
		start = i + 1
	}
	if out == nil {
		return text
	}
	return append(out, text[start:]...)
}

func wordy(c byte) bool {
	return c == '_' || (c >= '0' && c <= '9') || (c|0x20 >= 'a' && c|0x20 <= 'z') || c >= utf8.RuneSelf
}
