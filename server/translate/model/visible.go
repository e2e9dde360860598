package model

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/check"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/server/translate"
)

// runs says whether a query names only what may be seen, and would pass the checks.
func (k *schema) runs(d custard.Dialect, sql string) bool {
	const longest = 4000 // letters of a query that is shown to a model
	if len(sql) > longest {
		return false
	}
	tree, err := parse.Parse(d, sql)
	if err != nil {
		return false
	}
	_, err = check.Check(tree, k.check, check.Options{Dialect: d})
	return err == nil
}

// hiddenNames returns the names of hidden tables and columns, lower case, but for those that something visible has too.
func hiddenNames(c *translate.Context, visible *custard.Schema) []string {
	if c == nil {
		return nil
	}
	var out []string
	add := func(name string) {
		name = strings.ToLower(name)
		seen := slices.ContainsFunc(visible.Tables, func(t *custard.Table) bool {
			return strings.EqualFold(t.Name, name) || t.Column(name) != nil
		})
		if name != "" && !seen && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, n := range c.Tables {
		if n.Hidden {
			add(n.Table)
		}
	}
	for _, n := range c.Columns {
		if n.Hidden {
			add(n.Column)
		}
	}
	return out
}

// unnamed takes hidden names out of what people wrote about something visible: comments, definitions, earlier questions.
func (k *schema) unnamed(text string) string {
	for _, name := range k.hidden {
		lower := asciiLower(text)
		var b strings.Builder
		from := 0
		for at := 0; ; {
			i := strings.Index(lower[at:], name)
			if i < 0 {
				break
			}
			start, end := at+i, at+i+len(name)
			at = end
			if start > 0 && wordByte(lower[start-1]) || end < len(lower) && wordByte(lower[end]) {
				continue
			}
			b.WriteString(text[from:start])
			b.WriteString("…")
			from = end
		}
		if from > 0 {
			text = b.String() + text[from:]
		}
	}
	return text
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}
