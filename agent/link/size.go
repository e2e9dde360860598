package link

import (
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

// escaped is how much longer a text may become in JSON: a control character takes six bytes. Half of a control frame is
// left for what is round the text.
const escaped = 12

// prefix cuts a text to at most n bytes, not within a character.
func prefix(s string, n int64) string {
	if int64(len(s)) <= n {
		return s
	}
	end := int(max(n, 0))
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// within leaves out the matches that do not fit into a control frame of the size, the last ones first.
func within(matches []custard.ValueMatch, size int64) []custard.ValueMatch {
	left := size / escaped
	for i, m := range matches {
		left -= int64(len(m.Schema)+len(m.Table)+len(m.Column)+len(m.Value)) + 16
		if left < 0 {
			return matches[:i]
		}
	}
	return matches
}

// schemaSize is about how many bytes a schema has in JSON.
func schemaSize(s *custard.Schema) int64 {
	const perTable, perColumn, perKey = 120, 80, 60
	n := 400
	for _, t := range s.Tables {
		n += perTable + len(t.Schema) + len(t.Name) + len(t.Comment)
		for _, c := range t.Columns {
			n += perColumn + len(c.Name) + len(c.DataType) + len(c.Comment)
		}
		for _, k := range t.ForeignKeys {
			n += perKey + len(k.RefTable)
			for _, c := range k.Columns {
				n += 2 * len(c)
			}
		}
	}
	return int64(n)
}
