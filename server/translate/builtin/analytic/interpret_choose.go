package analytic

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// anchors are the tables that the question has spoken of so far, the most important first.
func (in *interpreter) anchors() []*index.Table {
	var out []*index.Table
	if in.event != nil && in.event.table != nil {
		out = append(out, in.event.table)
	}
	if in.entity != nil {
		out = append(out, in.entity)
	}
	for _, m := range in.measures {
		switch {
		case m.table != nil:
			out = append(out, m.table)
		case m.col != nil:
			out = append(out, m.col.Table)
		case in.sales.line != nil:
			out = append(out, in.sales.line)
		case in.sales.header != nil:
			out = append(out, in.sales.header)
		}
	}
	for _, a := range in.attrs {
		out = append(out, a.Table)
	}
	if r := in.rank; r != nil && r.by != nil && in.sales.line != nil && r.by.col == nil && r.by.table == nil {
		out = append(out, in.sales.line)
	}
	return append(out, in.context...)
}

// sells says whether what is measured is what was sold.
func (in *interpreter) sells() bool {
	if r := in.rank; r != nil && r.by != nil && r.by.col == nil && r.by.table == nil {
		return true
	}
	return in.measure != nil && in.measure.col == nil && in.measure.table == nil
}

// nearness scores a table by how closely it hangs together with what was said so far.
func (in *interpreter) nearness(t *index.Table) float64 {
	best := -2.0
	for i, a := range in.anchors() {
		s := -2.0
		if a == t {
			s = 0.6
		} else if _, cost, ok := in.v.path(a, t); ok {
			s = 0.4 - 0.12*cost
		} else if _, cost, ok := in.v.path(t, a); ok {
			s = 0.1 - 0.12*cost
		}
		if person(t) && has(t.Stems, "custom", "client", "user", "member", "account", "patient") {
			s += 0.05
		}
		best = max(best, s-0.04*float64(i))
	}
	if len(in.anchors()) == 0 {
		return 0
	}
	return best
}

// choose picks the target that fits best to what was said so far; pred may be nil.
func (in *interpreter) choose(targets []target, pred func(target) bool) *target {
	var best *target
	score := -10.0
	for i := range targets {
		t := &targets[i]
		if pred != nil && !pred(*t) {
			continue
		}
		of := t.table
		if t.column != nil {
			of = t.column.Table
		}
		s := 2*t.score + in.nearness(of)
		if t.column != nil && of == in.plan.buyers() && has(t.column.Stems, "countri", "citi", "state", "region") && in.sells() {
			s += 0.25 // sales by country are by the buyers' country
		}
		// Names said later in the question count as well: 'total price of the products', 'the price of Chai'.
		for k := range in.chunks {
			if in.chunks[k].tells(of) {
				s += 0.3
				break
			}
			if t.column != nil && of.Label != nil && in.chunks[k].kind == kValue && slices.ContainsFunc(in.chunks[k].values, func(v index.ValueLink) bool {
				return v.Column == of.Label || slices.Contains(labels(of), v.Column)
			}) {
				s += 0.5 // 'the price of Chai'
				break
			}
		}
		if s > score {
			best, score = t, s
		}
	}
	return best
}
