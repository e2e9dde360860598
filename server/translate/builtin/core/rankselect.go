package core

import (
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// head is the part of a question that lists what is asked for: up to its first clause, and the same of its last sentence.
type head struct {
	in      []bool       // whether each token is part of it
	strong  []index.Span // names of columns in it, none inside another
	weak    int          // the same with names that are half said
	commas  int          // commas and 'and's
	names   bool         // it says 'name'
	numbers bool         // it says 'id', 'number' or 'code'
}

func (p *Problem) head() *head {
	h := &head{in: make([]bool, len(p.ms.Tokens))}
	last := p.sentence[len(p.sentence)-1]
	open := false
	for k, t := range p.ms.Tokens {
		s := p.sentence[k]
		begins := k == 0 || p.sentence[k-1] != s
		switch {
		case begins:
			open = s == 0 || s == last
		case open && k > 1 && p.sentence[k-2] == s && headEnd(t.Lower):
			open = false
		}
		if !open {
			continue
		}
		h.in[k] = true
		switch t.Stem {
		case "name":
			h.names = true
		case "id", "number", "code":
			h.numbers = true
		}
		if t.Lower == "and" || !begins && strings.Contains(p.ms.Question[p.ms.Tokens[k-1].End:t.Start], ",") {
			h.commas++
		}
	}
	var weaks []index.Span
	for _, info := range p.linked {
		for _, l := range info.links {
			if l.Coverage < 0.5 || !h.covers(l.Span) {
				continue
			}
			weaks = widest(weaks, l.Span)
			if l.Coverage >= 0.9 {
				h.strong = widest(h.strong, l.Span)
			}
		}
	}
	h.weak = len(weaks)
	return h
}

// widest adds a span to spans that do not overlap; the longer of two that do stays.
func widest(list []index.Span, s index.Span) []index.Span {
	for i, o := range list {
		if o.Overlaps(s) {
			if s.Len() > o.Len() {
				list[i] = s
			}
			return list
		}
	}
	return append(list, s)
}

func (h *head) covers(s index.Span) bool {
	for k := s.First; k < s.End; k++ {
		if !h.in[k] {
			return false
		}
	}
	return s.Len() > 0
}

// link is a column's best link in the head; without length where it has none.
func (h *head) link(info *colInfo) index.Link {
	if info == nil {
		return index.Link{}
	}
	for _, l := range info.links {
		if l.Coverage >= 0.4 && h.covers(l.Span) {
			return l
		}
	}
	return index.Link{}
}

// selectUse compares what is selected with what the head lists.
func (p *Problem) selectUse(q *ir.Query, h *head) []float64 {
	said, unsaid, keys, labels, shared, cover := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
	own, other, tables := 0.0, 0.0, 1.0
	var spans []index.Span
	for _, t := range q.Select {
		tables = min(tables, p.tables[t.Table().ID].score)
		if t.Col == nil {
			continue
		}
		info := p.columns[t.Col.ID]
		l := h.link(info)
		if l.Span.Len() == 0 {
			unsaid++
			if info != nil && info.best.Coverage >= 0.9 {
				cover++
			}
		} else {
			said++
			for _, s := range spans {
				shared += fb(s.Overlaps(l.Span))
			}
			spans = append(spans, l.Span)
			switch near, _ := p.tableNear(t.Col.Table, l.Span.End, 1, 6); near {
			case 1:
				own++
			case 2:
				other++
			}
		}
		id := t.Col.Role == index.RoleID || t.Col.Role == index.RoleRef
		keys += fb(t.Agg == ir.None && id && h.names && !h.numbers)
		labels += fb(t.Agg == ir.None && !id && t.Col == t.Col.Table.Label && h.numbers && !h.names)
	}
	left := 0.0
	for _, s := range h.strong {
		found := false
		for _, o := range spans {
			found = found || o.Overlaps(s)
		}
		left += fb(!found)
	}
	n := float64(len(q.Select))
	return []float64{said, unsaid, cover, shared, keys, labels, own, other, own - other, tables, left, n - float64(len(h.strong)),
		n - float64(h.weak), n - float64(h.commas), float64(len(h.strong)), float64(h.weak), float64(h.commas)}
}

// condUse tells how well conditions fit the question: columns named near their values, values where the database has
// them, none said twice.
func (p *Problem) condUse(c *Candidate) []float64 {
	far, farthest, unnamed, elsewhere, twice, split, low := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0
	own, other := 0.0, 0.0
	var spans []index.Span
	for i, pick := range c.st.picks {
		if pick == nil || pick.val == nil {
			continue
		}
		v := pick.val
		for _, s := range spans {
			twice += fb(s.Overlaps(v.span))
		}
		spans = append(spans, v.span)
		if pick.col == nil {
			continue
		}
		info := p.columns[pick.col.ID]
		matched := v.col == pick.col
		if !matched {
			for k := range p.values {
				o := &p.values[k]
				elsewhere += fb(o.source == fromDatabase && o.score >= 0.95 && o.span == v.span && v.number == nil)
			}
		}
		if info == nil || info.best.Span.Len() == 0 || info.best.Coverage < 0.4 {
			unnamed += fb(!matched)
			low = min(low, fb(matched)/2)
			continue
		}
		low = min(low, info.best.Coverage)
		d := 99
		for _, l := range info.links {
			if l.Coverage >= info.best.Coverage-0.1 {
				d = min(d, max(v.span.First-l.Span.End, l.Span.First-v.span.End))
			}
		}
		far += float64(d)
		farthest = max(farthest, float64(d))
		if near, _ := p.tableNear(pick.col.Table, v.span.First-1, -1, 6); near == 1 {
			own++
		} else if near == 2 {
			other++
		}
		for k := range i {
			if o := c.st.picks[k]; o != nil && o.val != nil && o.col == pick.col && o.op == ir.Eq && pick.op == ir.Eq &&
				c.plan.slots[k].query == c.plan.slots[i].query && !c.plan.slots[i].or {
				split++
			}
		}
	}
	return []float64{far, farthest, unnamed, elsewhere, twice, split, low, own, other}
}
