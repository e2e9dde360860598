package translate

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/check"
)

// Policy returns what the context lets nobody see of a schema as the database has it. A nil context forbids nothing.
func (c *Context) Policy(s *custard.Schema) check.Policy {
	var p check.Policy
	if c == nil {
		return p
	}
	for _, n := range c.Columns {
		if !n.Hidden && !n.Masked {
			continue
		}
		for _, t := range s.Tables {
			if !strings.EqualFold(n.Table, t.Name) || !sameSchema(s, n.Schema, t.Schema) {
				continue
			}
			for _, col := range t.Columns {
				if !strings.EqualFold(n.Column, col.Name) {
					continue
				}
				name := check.PolicyColumn{Schema: t.Schema, Table: t.Name, Column: col.Name}
				if n.Hidden {
					p.Hidden = append(p.Hidden, name)
				}
				if n.Masked {
					p.Masked = append(p.Masked, name)
				}
			}
		}
	}
	return p
}

// MayTell says whether a value of a column may be told: the column can be seen and is not masked. s is what may be seen.
func (c *Context) MayTell(s *custard.Schema, v custard.ValueMatch) bool {
	if c == nil {
		return true
	}
	t := s.Table(v.Schema, v.Table)
	return t != nil && t.Column(v.Column) != nil && !c.Masked(s, t, v.Column)
}

// Verified returns the example whose question is the same as this one but for case, articles and punctuation; nil where
// there is none, and where a number or a quoted value differs.
func (c *Context) Verified(question string) *Example {
	if c == nil || len(c.Examples) == 0 {
		return nil
	}
	want := plainWords(question)
	if want == "" {
		return nil
	}
	for i := range c.Examples {
		if plainWords(c.Examples[i].Question) == want {
			return &c.Examples[i]
		}
	}
	return nil
}

// plainWords is a question's words in lower case, without articles and what is said for politeness alone. A mark inside a
// word stays (1.5 is not 1,5), and so does everything of a question that quotes a value.
func plainWords(s string) string {
	if strings.ContainsAny(s, "\"`“”«»") || strings.Contains(s, " '") {
		return strings.Join(strings.Fields(strings.TrimRight(s, " \t\r\n?!.")), " ")
	}
	var words []string
	for w := range strings.FieldsSeq(strings.ToLower(s)) {
		if w = strings.TrimRight(w, "?!.,;:"); w != "" && w != "the" {
			words = append(words, w)
		}
	}
	for len(words) > 0 && (words[0] == "please" || words[0] == "hey") {
		words = words[1:]
	}
	if n := len(words); n > 0 && words[n-1] == "please" {
		words = words[:n-1]
	}
	return strings.Join(words, " ")
}
