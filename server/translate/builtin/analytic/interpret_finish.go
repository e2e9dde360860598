package analytic

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// finish settles what only the whole question tells.
func (in *interpreter) finish() {
	p := in.plan
	in.reconsider()
	in.doubt()
	if len(p.grains) > 0 && in.r.said(kAnd) && !in.r.said(kOr) {
		for _, c := range p.conds {
			if len(c.values) > 1 {
				p.sideBySide = true // 'revenue in Germany and France by year'
			}
		}
	}
	if p.more {
		for i, c := range p.conds {
			if len(c.values) > 1 {
				p.dims = append(p.dims, dim{column: p.conds[i].col})
				p.attrs = nil
			}
		}
	}
	in.whose()
	in.superiors()
	if p.when && p.entity != nil && len(p.measures) == 0 {
		if d := p.v.dateOf(p.entity, p.verb); d != nil && d.Table == p.entity {
			p.attrs = []*index.Column{d}
		}
	}
	if len(in.aggs) > 0 {
		in.leftover()
	}
	if p.entity == nil && len(p.measures) == 0 && p.duplicate != nil {
		p.entity = p.duplicate[0].Table
	}
	in.shareByGroup()
	if p.rank != nil && p.rank.n == 0 && !p.listedMany() {
		p.rank.first = true
	}
}

// reconsider resolves names of columns again, now that it is known what the question is about, and takes a bare amount
// by month or by customer as its sum.
func (in *interpreter) reconsider() {
	p := in.plan
	home := p.entity
	if home == nil && len(p.attrs) > 1 {
		home = p.attrs[0].Table
	}
	for i, a := range p.attrs {
		if home == nil || a.Table == home || i >= len(in.said) {
			continue
		}
		for _, t := range in.said[i] {
			if t.column != nil && t.column.Table == home {
				p.attrs[i] = t.column
				break
			}
		}
	}
	if p.entity != nil && p.entity == in.implied {
		p.entity = nil // 'refunded amount'
	}
	if p.entity != nil || len(p.attrs) == 0 || len(p.dims)+len(p.grains)+len(p.windows) == 0 || len(p.measures) > 0 || p.rank != nil || p.histogram {
		return
	}
	for _, a := range p.attrs {
		if a.Role != index.RoleMeasure || !has(a.Stems, "amount", "total", "cost", "revenu", "fee", "quantiti", "budget", "price", "valu", "hour", "view", "unit", "tax", "sum", "point", "mile", "distanc", "sale") {
			return
		}
	}
	for _, a := range p.attrs {
		p.measures = append(p.measures, &measure{op: "sum", col: a})
	}
	p.attrs = nil
}

// ensureEntity makes the rows of a thing of its names: 'names of artists that …'.
func (in *interpreter) ensureEntity() {
	if in.entity != nil || len(in.measures) > 0 || len(in.attrs) == 0 {
		return
	}
	if a := in.attrs[0]; a.InKey || a.Role == index.RoleID || slices.Contains(labels(a.Table), a) {
		in.entity = a.Table
	}
}

// doubt gives up on what the plan cannot say: 'or' between conditions on different columns, and 'both' of one column.
func (in *interpreter) doubt() {
	p := in.plan
	several := 0
	for _, c := range p.conds {
		several += len(c.values)
	}
	for _, e := range p.events {
		for _, c := range e.conds {
			several += len(c.values)
		}
	}
	if p.alternatives() {
		p.either = true
	} else if p.r.said(kOr) && several < 2 && len(p.windows) < 2 || p.r.said(kOr) && len(p.conds) > 1 && several == len(p.conds) {
		p.giveUp = true
	}
	if p.r.said(kNot) && !p.denied() {
		p.giveUp = true
	}
	if p.r.said(kAnd, "both") {
		for i, c := range p.conds {
			if len(c.values) > 1 || slices.ContainsFunc(p.conds[:i], func(o *cond) bool { return o.col == c.col }) {
				p.giveUp = true
			}
		}
	}
}

// denied says whether some condition of the plan says no.
func (p *plan) denied() bool {
	deny := func(c *cond) bool { return c.not || c.op == "null" || c.op == "leaf" }
	if slices.ContainsFunc(p.conds, deny) {
		return true
	}
	return slices.ContainsFunc(p.events, func(e *event) bool { return e.not || slices.ContainsFunc(e.conds, deny) })
}

// leftover gives waiting aggregates something to count: 'how many … have never ordered' where the thing came first.
func (in *interpreter) leftover() {
	p := in.plan
	for _, a := range in.takeAggs() {
		if a.kind == kCount && p.entity != nil && len(p.measures) == 0 {
			p.measures = append(p.measures, &measure{op: "count", table: p.entity})
			p.entity = nil
		}
	}
}

// listedMany says whether the ranking asks for an order of all rows, not for the first: 'sorted by price'.
func (p *plan) listedMany() bool { return p.sort != 0 }
