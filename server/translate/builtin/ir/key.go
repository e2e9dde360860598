package ir

import (
	"slices"
	"strconv"
	"strings"
)

// Key is a text that is equal for queries that ask the same: the order of selected columns, of conditions joined by AND
// and of grouped columns does not matter.
func (q *Query) Key() string {
	if q == nil {
		return ""
	}
	var parts []string
	for _, t := range q.Select {
		parts = append(parts, t.key())
	}
	slices.Sort(parts)
	var b strings.Builder
	b.WriteString(strings.Join(parts, ","))
	if q.Distinct {
		b.WriteString("|d")
	}
	b.WriteString("|w" + condsKey(q.Where) + "|g")
	parts = parts[:0]
	for _, c := range q.Group {
		parts = append(parts, strconv.Itoa(c.ID))
	}
	slices.Sort(parts)
	b.WriteString(strings.Join(parts, ",") + "|h" + condsKey(q.Having) + "|o")
	for _, o := range q.Order {
		b.WriteString(o.Term.key())
		if o.Desc {
			b.WriteByte('-')
		}
		b.WriteByte(',')
	}
	b.WriteString("|l" + strconv.Itoa(q.Limit))
	for _, t := range q.Extra {
		b.WriteString("|x" + strconv.Itoa(t.ID))
	}
	if q.Set != "" {
		b.WriteString("|" + string(q.Set) + "(" + q.Right.Key() + ")")
	}
	return b.String()
}

func (t Term) key() string {
	k := t.Agg.String()
	if t.Distinct {
		k += "d"
	}
	if t.Star != nil {
		return k + "*" + strconv.Itoa(t.Star.ID)
	}
	return k + strconv.Itoa(t.Col.ID)
}

func condsKey(list []Cond) string {
	var parts []string
	sort := true
	for _, c := range list {
		k := c.Left.key() + " " + string(c.Op) + " " + strings.Join(c.Value.Text, "\x00")
		if c.Value.Sub != nil {
			k += "(" + c.Value.Sub.Key() + ")"
		}
		if c.Or {
			k = "|" + k
			sort = false
		}
		parts = append(parts, k)
	}
	if sort {
		slices.Sort(parts)
	}
	return strings.Join(parts, "&")
}
