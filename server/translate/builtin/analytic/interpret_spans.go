package analytic

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// A span is the time between two dates of a row, the second of which may be today.
type span struct {
	base     *index.Table // its rows have both
	from, to *index.Column
	now      bool   // until today where to is nil or empty
	unit     string // hour, day, year
	name     string
}

// spanned makes a measure of the time between two dates, or shows it beside the rows that are listed.
func (in *interpreter) spanned(k int, c *chunk) bool {
	in.analytic = true
	s := in.spanOf(c)
	if s == nil {
		return false
	}
	s.unit = in.r.unitOf(c)
	m := &measure{col: s.from, span: s}
	if s.base != s.from.Table {
		m.col = s.to
	}
	for _, a := range in.takeAggs() {
		if a.kind == kAgg && a.op != "much" && a.op != "sum" {
			m.op, m.p = a.op, a.num
		}
	}
	if m.op == "" && c.op != "took" && (in.rank == nil || in.rank.done) && len(in.grains) == 0 && !in.saidAfter(k, kBy, kPer) {
		in.spans = append(in.spans, s) // 'tenure of employees'
		in.entity = s.base
		return true
	}
	if in.rank != nil && !in.rank.done && in.role != roleSort && in.role != roleBy && isOneOf(in.rank.base, "long", "short", "fast", "slow", "high", "") && in.entity == nil && m.op == "" && !in.listed {
		m.op = "max"
		if in.rank.dir < 0 || isOneOf(in.rank.base, "short", "fast") {
			m.op = "min"
		}
		in.rank = nil
	}
	if m.op == "" {
		m.op = "avg"
	}
	if c.op != "took" {
		m.table = s.base // 'average age of customers who ordered this year'
	}
	return in.sink(k, m)
}

// saidAfter says whether a chunk of one of the kinds stands after chunk k.
func (in *interpreter) saidAfter(k int, kinds ...chunkKind) bool {
	for _, c := range in.chunks[k+1:] {
		if slices.Contains(kinds, c.kind) {
			return true
		}
	}
	return false
}

// spanOf finds the two dates that a chunk speaks of.
func (in *interpreter) spanOf(c *chunk) *span {
	switch c.op {
	case "age":
		from := in.v.born()
		for _, t := range in.mentioned() {
			if b := birth(t); b != nil {
				from = b
				break
			}
		}
		return &span{base: from.Table, from: from, now: true, name: "age"}
	case "tenure":
		from := in.v.staff()
		s := &span{base: from.Table, from: from, now: true, name: "tenure"}
		if to := in.ownDate(from.Table, "left"); to != nil && to != from && to.Def.Nullable {
			s.to = to
		}
		return s
	}
	stems := strings.Fields(c.base)
	to := in.moment(stems[len(stems)-1], nil)
	if to == nil {
		return nil
	}
	var from *index.Column
	if len(stems) > 1 {
		from = in.moment(stems[0], to)
	} else {
		from = in.beginning(to)
	}
	if from == nil || from == to {
		return nil
	}
	s := &span{base: to.Table, from: from, to: to, name: "days"}
	if !in.v.leads(to.Table, from.Table) {
		s.base = from.Table
	}
	return s
}

// mentioned are the tables that the question names, wherever it does.
func (in *interpreter) mentioned() []*index.Table {
	var out []*index.Table
	for i := range in.chunks {
		if in.chunks[i].kind == kTable {
			out = append(out, in.chunks[i].targets[0].table)
		}
	}
	return out
}

// moment is the date on which something happened: shipped_at for 'ship'. Where other is given, one row has both.
func (in *interpreter) moment(stem string, other *index.Column) *index.Column {
	var best *index.Column
	score := 7.0
	for _, c := range in.v.ix.Columns {
		if !c.Temporal() || in.v.skip[c.Table.ID] || c == other {
			continue
		}
		s := dateScore(c, stem) - dateScore(c, "")
		if has(c.Stems, "requir", "due", "promis", "deadlin", "expect", "plan", "schedul", "estim", "updat", "valid") {
			s -= 8
		}
		if other != nil {
			_, cost, ok := in.v.path(other.Table, c.Table)
			if !ok {
				if _, cost, ok = in.v.path(c.Table, other.Table); !ok {
					continue
				}
				cost++
			}
			s += 3 - cost
		}
		for _, t := range in.mentioned() {
			if t == c.Table {
				s += 3
			} else if in.v.leads(c.Table, t) {
				s++
			}
		}
		if s > score {
			best, score = c, s
		}
	}
	return best
}

// beginning is the date from which it is counted how long something took: when the row came to be, else when it was ordered.
func (in *interpreter) beginning(to *index.Column) *index.Column {
	for _, c := range to.Table.Columns {
		if c != to && c.Temporal() && has(c.Stems, "open", "creat", "start", "begin", "request", "report", "submit", "order", "place", "book", "invoic", "issu", "admit", "receiv", "applic", "appli") {
			return c
		}
	}
	if h := in.sales.header; h != nil && h != to.Table && in.v.leads(to.Table, h) {
		if c := in.v.dateOf(h, "order"); c != nil && c.Table == h {
			return c
		}
	}
	if c := in.v.dateOf(to.Table, ""); c != to {
		return c
	}
	return nil
}
