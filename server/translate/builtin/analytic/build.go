package analytic

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// build makes the query of a plan; ok is false where the plan cannot be carried out on this schema.
func (p *plan) build() (*query.Query, bool) {
	for _, w := range p.windows {
		if w.from.After(p.r.now) {
			return nil, false // nothing is known of the future
		}
	}
	p.settle()
	switch {
	case p.duplicate != nil:
		return p.buildDuplicates()
	case p.orphan:
		return p.buildOrphans()
	case p.newOld:
		return p.buildNewOld()
	case p.cohort:
		return p.buildCohorts()
	}
	if p.churn && !p.addChurn() {
		return nil, false
	}
	if p.repeat && !p.addRepeat() {
		return nil, false
	}
	if p.histogram {
		return p.buildHistogram()
	}
	if p.share && len(p.measures) <= 1 && len(p.grains) == 0 && len(p.dims) == 0 {
		return p.buildPart()
	}
	if len(p.measures) == 0 {
		return p.buildList()
	}
	return p.buildGroup()
}

// settle turns 'orders by month' and 'top customers' into measures.
func (p *plan) settle() {
	if p.rank != nil && !p.rank.done {
		p.settleRank()
	}
	if p.entity == nil && p.rank != nil && p.rank.by != nil && len(p.attrs) == 1 && len(p.dims) == 0 && len(p.grains) == 0 && groups(p.attrs[0]) { // 'top 3 countries by revenue'
		p.dims, p.attrs = []dim{{column: p.attrs[0]}}, nil
	}
	p.topSeveral()
	if p.entity != nil && len(p.measures) == 0 && !p.histogram && p.duplicate == nil {
		switch {
		case p.change != "" || p.running || p.moving > 0:
			p.measures = append(p.measures, &measure{op: "count", table: p.entity})
			p.entity = nil
		case p.rank != nil && p.rank.by != nil && len(p.dims) == 0 && len(p.grains) == 0:
			p.measures = append(p.measures, p.rank.by)
			p.dims = append(p.dims, dim{table: p.entity})
		case len(p.dims) > 0 && len(p.attrs) == 0 && (p.rank == nil || p.rank.by == nil) || len(p.grains) > 0:
			p.measures = append(p.measures, &measure{op: "count", table: p.entity})
			if p.rank != nil && p.rank.by != nil {
				p.measures[0] = p.rank.by
				p.dims = append([]dim{{table: p.entity}}, p.dims...)
			}
			p.entity = nil
		}
	} else if p.entity != nil && len(p.measures) > 0 && !p.share {
		if !slices.ContainsFunc(p.dims, func(d dim) bool { return d.table == p.entity }) && !p.only(p.entity) {
			p.dims = append([]dim{{table: p.entity}}, p.dims...)
		}
	}
	if p.rank != nil && p.rank.by != nil && len(p.measures) == 0 {
		p.measures = append(p.measures, p.rank.by)
	}
	if p.rank != nil && p.rank.by != nil && len(p.measures) > 0 && !slices.Contains(p.measures, p.rank.by) {
		p.measures = append(p.measures, p.rank.by)
	}
	p.settleAmong()
}

// only says whether the entity is what the measures count, so that it is no dimension.
func (p *plan) only(t *index.Table) bool {
	for _, m := range p.measures {
		if m.op == "count" && m.table == t {
			return true
		}
	}
	return false
}

// settleRank finds what a bare superlative ranks by: the attribute that it speaks of, else money, else how many.
func (p *plan) settleRank() {
	r := p.rank
	if len(p.measures) > 0 {
		r.by, r.done = p.measures[0], true
		return
	}
	if p.entity == nil && len(p.attrs) > 0 {
		p.entity = p.ofAttrs()
	}
	if p.entity == nil {
		switch h := p.sales.header; {
		case len(p.grains) == 0 || h == nil:
		case isOneOf(r.base, "busiest", "active", "popular"):
			r.by, r.done = &measure{op: "count", table: h}, true
			p.says("ranked by the number of " + h.Phrase())
		case isOneOf(r.base, "best", "worst", "", "good", "bad", "high", "strong"):
			r.by, r.done = &measure{op: "revenue"}, true
			p.says("ranked by revenue")
		}
		return
	}
	if r.verb != "" {
		in := interpreter{plan: p}
		t := in.eventTable(p.entity, r.verb)
		if t == nil {
			t = in.busiest(p.entity)
		}
		if t != nil {
			r.by, r.done = &measure{op: "count", table: t}, true
			p.says("ranked by the number of " + t.Phrase())
		}
		return
	}
	if r.base == "late" {
		if c := p.v.dateOf(p.entity, p.verb); c != nil {
			r.col, r.done = c, true
			return
		}
	}
	if r.base != "" {
		var best *index.Column
		score := 0.0
		for _, c := range p.entity.Columns {
			if d := index.AttributeDirection(r.base, c.Stems); d != 0 && (c.Numeric() || c.Temporal()) && c.Ref == nil && c != p.entity.Key {
				s := 2 - 0.01*float64(c.Pos) + float64(boolInt(c.Numeric() && (r.base == "expensive" || r.base == "cheap") && has(c.Stems, "price")))
				if isOneOf(r.base, "old", "young") && has(c.Stems, "birth", "age") {
					s += 3
				}
				if s > score {
					best, score = c, s
				}
			}
		}
		if best != nil {
			r.dir *= index.AttributeDirection(r.base, best.Stems)
			r.col, r.done = best, true
			return
		}
		if isOneOf(r.base, "old", "new", "young") { // the oldest machine is the one that was delivered first
			if c := p.v.dateOf(p.entity, p.verb); c != nil && c.Table == p.entity {
				if r.base == "old" {
					r.dir = -r.dir
				}
				r.col, r.done = c, true
				return
			}
		}
		if isOneOf(r.base, "long", "short") {
			if c := measureCalled(p.entity, "length", "durat", "minut", "second", "millisecond", "runtim", "hour"); c != nil {
				r.col, r.done = c, true
				if r.base == "short" {
					r.dir = -r.dir
				}
				return
			}
		}
	}
	if r.base == "paid" {
		if c := measureCalled(p.entity, "salari", "wage", "compens", "pay", "incom", "rate"); c != nil {
			r.col, r.done = c, true
		}
		return
	}
	if isOneOf(r.base, "", "large", "best", "worst", "valuable", "important", "high", "popular", "active", "busiest", "loyal", "frequent", "good", "rich") {
		s := p.sales
		switch {
		case isOneOf(r.base, "popular", "active", "busiest", "loyal", "frequent") && p.countRank():
		case s.total != nil && p.v.leads(s.header, p.entity) || s.line != nil && p.v.leads(s.line, p.entity):
			r.by, r.done = &measure{op: "revenue"}, true
			p.says("ranked by revenue")
			p.analytic = true
		case p.countRank():
		default:
			if c := p.amount(p.entity); c != nil {
				r.col, r.done = c, true
			}
		}
	}
}

func (p *plan) amount(t *index.Table) *index.Column {
	return measureCalled(t, "total", "amount", "price", "revenu", "salari", "budget", "valu", "popul", "score", "rate")
}

// countRank ranks by the number of things that happened to the entity.
func (p *plan) countRank() bool {
	var best *index.Table
	score := 0.0
	for _, c := range p.v.children(p.entity) {
		s := 1.0 + float64(boolInt(orderLike(c) || eventLike(c))) + 0.5*float64(boolInt(c == p.sales.line || c == p.sales.header))
		if s > score {
			best, score = c, s
		}
	}
	if best == nil {
		return false
	}
	p.rank.by, p.rank.done = &measure{op: "count", table: best}, true
	p.says("ranked by the number of " + best.Phrase())
	return true
}

// addChurn says that the entity bought before, and not lately.
func (p *plan) addChurn() bool {
	t := p.entityOf()
	if t == nil {
		t = p.buyers()
		p.entity = t
	}
	e := p.purchases(t)
	if t == nil || e == nil {
		return false
	}
	w := window{from: shift(floor(p.r.now, "day"), "month", -6)}
	said := "the last 6 months"
	if len(p.windows) > 0 {
		w, said = p.windows[0], p.windows[0].text
		w.to = w.to.AddDate(100, 0, 0)
		p.windows = nil
	}
	p.says("'churned' read as having ordered before, but not in " + said)
	w.to = window{}.to
	p.events = append(p.events, &event{table: e}, &event{table: e, not: true, windows: []window{w}})
	return true
}

// addRepeat says that the entity bought more than once.
func (p *plan) addRepeat() bool {
	t := p.entityOf()
	e := p.purchases(t)
	if t == nil || e == nil {
		return false
	}
	p.says("'repeat' read as more than one of " + e.Phrase())
	p.events = append(p.events, &event{table: e, having: &measure{op: "count", table: e}, op: ">", num: 1, windows: p.windows})
	p.windows = nil
	return true
}

// buyers is the table of those who buy.
func (p *plan) buyers() *index.Table {
	from := p.sales.header
	if from == nil {
		return nil
	}
	for _, t := range p.v.parents(from) {
		if has(t.Stems, "custom", "client", "user", "account", "member", "buyer", "passeng", "patient", "guest") {
			return t
		}
	}
	return nil
}

// purchases is the table of what the entity bought.
func (p *plan) purchases(t *index.Table) *index.Table {
	if t == nil {
		return nil
	}
	if h := p.sales.header; h != nil && h != t && p.v.leads(h, t) {
		return h
	}
	for _, c := range p.v.children(t) {
		if orderLike(c) || eventLike(c) {
			return c
		}
	}
	return nil
}

// finishBlock puts the question's conditions, windows and events on a block.
func (p *plan) finishBlock(b *block, skip *event) bool {
	n := len(b.conds)
	for _, c := range p.conds {
		if !p.apply(b, c) {
			return false
		}
	}
	date, hint := b.base, p.verb
	if p.entity != nil && p.entity != b.base && p.verb != "" && p.v.leads(b.base, p.entity) {
		in := interpreter{plan: p}
		if in.ownDate(p.entity, p.verb) != nil {
			date = p.entity
		}
	}
	if !p.windowsOn(b, date, hint, p.windows, p.days) {
		return false
	}
	for _, e := range p.events {
		if e == skip {
			continue
		}
		target := p.entityOf()
		if target == nil || !p.v.leads(b.base, target) {
			return false
		}
		if !p.applyEvent(b, e, target) {
			return false
		}
	}
	if p.either && len(p.conds)+len(p.events) > 0 && !p.eitherOf(b, n) {
		return false
	}
	return !b.failure
}

// needs are the tables that the dimensions, conditions and events of the question lie in.
func (p *plan) needs() []*index.Table {
	var out []*index.Table
	for _, d := range p.dims {
		if d.of() != nil {
			out = append(out, d.of())
		}
	}
	for _, d := range p.rankDims {
		if d.of() != nil {
			out = append(out, d.of())
		}
	}
	return out
}

func snake(s string) string { return strings.ReplaceAll(s, " ", "_") }

// groups says whether a column's values make groups of rows.
func groups(c *index.Column) bool {
	return c.Role == index.RoleCategory || c.Role == index.RoleText || c.Role == index.RoleLabel
}
