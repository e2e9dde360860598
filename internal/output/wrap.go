package output

import "strings"

// Wrap breaks a line of text at blanks so that no line is wider than columns; indent begins each line but the first. A word
// that is wider than a line stays whole. Escapes that colour (SGR) take no room. With columns < 20 nothing is broken.
func Wrap(text string, columns int, indent string) string {
	if columns < 20 || width([]byte(withoutColour(text))) <= columns {
		return text
	}
	var b strings.Builder
	at := 0 // columns of the line so far
	for i, word := range strings.Split(text, " ") {
		w := width([]byte(withoutColour(word)))
		switch {
		case i == 0:
		case at+1+w > columns && at > len(indent):
			b.WriteString("\n" + indent)
			at = len(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += w
	}
	return b.String()
}

// withoutColour takes SGR escapes out of a text.
func withoutColour(text string) string {
	for {
		from := strings.Index(text, "\x1b[")
		if from < 0 {
			return text
		}
		n := strings.IndexByte(text[from:], 'm')
		if n < 0 {
			return text
		}
		text = text[:from] + text[from+n+1:]
	}
}
