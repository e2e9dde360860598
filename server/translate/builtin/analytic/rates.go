package analytic

import (
	"slices"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// rate makes a measure of 'return rate': of all orders, the share that have a return.
func (in *interpreter) rate(k int, c *chunk) bool {
	in.analytic = true
	h := in.sales.header
	if c.op == "conversion" {
		t := in.v.traffic()
		if h == nil || t == nil || h == t {
			return false
		}
		in.says("conversion rate = " + h.Phrase() + " ÷ " + t.Phrase() + ", in percent")
		m := &measure{op: "count", table: h, over: &measure{op: "count", table: t}, name: "conversion_rate_pct", percent: true}
		return in.sink(k, m)
	}
	t := in.v.happened(c.base)
	whole := h
	if h == nil || h == t || !in.v.leads(t, h) {
		whole = nil
		for _, up := range in.v.parents(t) {
			if whole == nil || orderLike(up) || eventLike(up) {
				whole = up
			}
		}
	}
	if whole == nil {
		return false
	}
	in.aggs = nil // an average rate is the rate
	m := &measure{op: "rate", table: whole, events: []*event{{table: t}}, name: c.base + "_rate_pct"}
	if in.rank != nil && !in.rank.done && in.entity != nil && in.rank.base == "" {
		in.rankBy(m)
		return true
	}
	return in.sink(k, m)
}

// rateIn is the share of a block's rows for which a rate's conditions and events hold, in percent.
func (p *plan) rateIn(b *block, m *measure, only query.Expr) (query.Expr, bool) {
	n := len(b.conds)
	for _, c := range m.conds {
		if !p.apply(b, c) {
			return nil, false
		}
	}
	for _, e := range m.events {
		if !p.applyEvent(b, e, b.base) {
			return nil, false
		}
	}
	holds := and(slices.Clone(b.conds[n:])...)
	b.conds = b.conds[:n]
	if holds == nil || b.failure {
		return nil, false
	}
	if len(m.events) == 1 && len(m.conds) == 0 && m.events[0].table != nil && !m.events[0].not {
		p.says("rate = " + b.base.Phrase() + " that have one of " + m.events[0].table.Phrase() + " ÷ all, in percent")
	}
	all := query.Expr(countStar())
	if only != nil {
		holds, all = and(query.CloneExpr(only), holds), fn("sum", caseWhen(only, num(1), num(0)))
	}
	return percent(fn("sum", caseWhen(holds, num(1), num(0))), all), true
}

// rateHome is the table whose rows a rate counts: the lines of orders where the question breaks down by what only they lead
// to ('return rate by product').
func (p *plan) rateHome(m *measure, reach func(*index.Table) bool) *index.Table {
	if reach(m.table) {
		return m.table
	}
	l := p.sales.line
	if l == nil || m.table != p.sales.header || !reach(l) {
		return nil
	}
	for _, e := range m.events {
		if !p.v.leads(e.table, l) {
			return nil
		}
	}
	return l
}

// shareByGroup turns 'what share of orders were cancelled, by month' into a measure, so that it can be broken down.
func (in *interpreter) shareByGroup() {
	p := in.plan
	if !p.share || p.entity == nil || len(p.measures) > 0 || len(p.dims)+len(p.grains) == 0 || len(p.conds)+len(p.events) == 0 || p.rank != nil {
		return
	}
	if !slices.ContainsFunc(p.r.toks, func(t index.Token) bool {
		return isOneOf(t.Lower, "were", "was", "are", "is", "have", "has", "who", "that", "got", "did")
	}) {
		return // 'share of cancelled orders by country' adds up to a hundred
	}
	p.measures = []*measure{{op: "rate", table: p.entity, conds: p.conds, events: p.events, name: "share_pct"}}
	p.entity, p.conds, p.events, p.share = nil, nil, nil, false
}

// perUnrelated makes a ratio of 'orders per visit', where an order does not say which visit led to it.
func (in *interpreter) perUnrelated(tab *index.Table) bool {
	m := in.measure
	if in.entity != nil && len(in.measures) == 0 && in.rank == nil && len(in.attrs) == 0 && !in.v.leads(in.entity, tab) && !in.v.leads(tab, in.entity) && in.v.hub(nil, in.entity, tab) == nil {
		m = &measure{op: "count", table: in.entity}
		in.measure, in.measures, in.entity = m, []*measure{m}, nil
	}
	if m == nil || len(in.measures) != 1 || in.measures[0] != m || m.agg != "" || m.over != nil || m.op != "count" && m.op != "revenue" && m.op != "units" && m.op != "profit" {
		return false
	}
	home := in.homeOf(m)
	if home == nil || home == tab || in.v.leads(home, tab) || in.v.leads(tab, home) || in.v.hub(nil, home, tab) != nil {
		return false
	}
	m.over = &measure{op: "count", table: tab}
	m.name = in.alias(m) + "_per_" + singular(tab)
	if m.op == "count" && m.table != nil {
		m.name = snake(m.table.Phrase()) + "_per_" + singular(tab)
	}
	in.analytic = true
	return true
}

// buildOver makes the quotient of two measures of different tables, in all or for each step of time or shared dimension.
func (p *plan) buildOver(m *measure) (*query.Query, bool) {
	top := *m
	top.over, top.name = nil, ""
	p.measures = []*measure{&top, m.over}
	q, ok := p.buildSeveral()
	if !ok {
		return nil, false
	}
	sel, ok := q.Body.(*query.Select)
	if !ok || len(sel.Items) < 2 {
		return nil, false
	}
	n := len(sel.Items) - 2
	x := ratio(sel.Items[n].Expr, sel.Items[n+1].Expr)
	if m.percent {
		x = percent(sel.Items[n].Expr, sel.Items[n+1].Expr)
	}
	sel.Items = append(sel.Items[:n], item(x, m.name))
	return q, true
}
