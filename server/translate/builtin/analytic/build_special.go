package analytic

import (
	"slices"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// buildDuplicates finds values that stand in several rows.
func (p *plan) buildDuplicates() (*query.Query, bool) {
	t := p.duplicate[0].Table
	b := p.v.block(t, nil)
	var items []query.Item
	var keys []query.Expr
	for _, c := range p.duplicate {
		if c.Table != t {
			return nil, false
		}
		items = append(items, item(b.col(c), ""))
		keys = append(keys, b.col(c))
		if c.Def.Nullable {
			b.where(isNull(b.col(c), true))
		}
	}
	if !p.finishBlock(b, nil) {
		return nil, false
	}
	items = append(items, item(countStar(), "occurrences"))
	sel := b.selects(items...)
	sel.GroupBy = groupBy(keys)
	sel.Having = bin(">", countStar(), num(1))
	if slices.ContainsFunc(p.measures, func(m *measure) bool { return m.op == "count" }) { // 'how many duplicate …'
		id := query.ID("duplicates")
		return &query.Query{Body: &query.Select{Items: []query.Item{item(countStar(), "number_of_duplicates")}, From: []query.TableExpr{&query.Derived{Query: &query.Query{Body: sel}, Alias: &id}}}}, true
	}
	return &query.Query{Body: sel, OrderBy: []query.Order{desc(named("", "occurrences"))}}, true
}

// buildOrphans finds rows whose reference names no row.
func (p *plan) buildOrphans() (*query.Query, bool) {
	t := p.entityOf()
	counting := len(p.measures) > 0
	if t == nil {
		return nil, false
	}
	var parent *index.Table
	for _, c := range p.context {
		if slices.Contains(p.v.parents(t), c) {
			parent = c
		}
	}
	var edge *index.Edge
	for _, e := range p.v.ix.Graph.At[t.ID] {
		if e.FromTable() == t && e.ToTable() != t && (parent == nil || e.ToTable() == parent) && edge == nil {
			edge = e
		}
	}
	if edge == nil {
		return nil, false
	}
	b := p.v.block(t, nil)
	var match query.Expr
	sub := p.v.block(edge.ToTable(), b)
	for i := range edge.From {
		b.where(isNull(b.ref(b.joined[0].alias, edge.From[i]), true))
		match = and(match, bin("=", sub.ref(sub.joined[0].alias, edge.To[i]), b.ref(b.joined[0].alias, edge.From[i])))
	}
	sub.where(match)
	sub.pinned = true
	b.where(not(&query.Exists{Query: &query.Query{Body: sub.selects(item(num(1), ""))}}))
	p.says("'orphaned' read as " + edge.From[0].String() + " naming no row of " + edge.ToTable().Def.Name)
	if counting {
		return &query.Query{Body: b.selects(item(countStar(), "number_of_"+snake(t.Phrase())))}, true
	}
	var items []query.Item
	for _, c := range t.Columns {
		if c.InKey || slices.Contains(edge.From, c) {
			items = append(items, item(b.col0(c), ""))
		}
	}
	return &query.Query{Body: b.selects(items...)}, true
}

// col0 refers to a column of the base itself.
func (b *block) col0(c *index.Column) query.Expr { return b.ref(b.joined[0].alias, c) }

// firstPurchase is the query of each buyer's first purchase: buyer, first.
func (p *plan) firstPurchase(buyer *index.Table) (q *query.Query, ref *index.Column, date *index.Column, ok bool) {
	h := p.purchases(buyer)
	if h == nil {
		return nil, nil, nil, false
	}
	for _, e := range p.v.ix.Graph.At[h.ID] {
		if e.FromTable() == h && e.ToTable() == buyer && len(e.From) == 1 && ref == nil {
			ref = e.From[0]
		}
	}
	date = p.v.dateOf(h, "")
	if ref == nil || date == nil || date.Table != h {
		return nil, nil, nil, false
	}
	b := p.v.block(h, nil)
	sel := b.selects(item(b.col0(ref), "buyer"), item(fn("min", b.col0(date)), "first_at"))
	sel.GroupBy = groupBy([]query.Expr{named("", ref.Def.Name)})
	b.strip(sel)
	p.says("date taken from " + date.String())
	return &query.Query{Body: sel}, ref, date, true
}

// buildNewOld counts, for each step of time, buyers who buy for the first time and those who bought before.
func (p *plan) buildNewOld() (*query.Query, bool) {
	buyer := p.buyers()
	if buyer == nil {
		return nil, false
	}
	unit := "month"
	if len(p.grains) > 0 {
		unit = p.grains[0]
	}
	first, ref, date, ok := p.firstPurchase(buyer)
	if !ok {
		return nil, false
	}
	p.says("new: the first of " + date.Table.Phrase() + " lies in the same " + unit)
	h := date.Table.Def.Name
	at := func() query.Expr { return stepExpr(named(h, date.Def.Name), unit) }
	firstStep := func() query.Expr { return stepExpr(named("firsts", "first_at"), unit) }
	who := func() query.Expr { return named(h, ref.Def.Name) }
	on := bin("=", named("firsts", "buyer"), who())
	sel := &query.Select{
		Items: []query.Item{item(at(), unit), item(countDistinct(caseWhen(bin("=", at(), firstStep()), who(), nil)), "new_"+snake(buyer.Phrase())),
			item(countDistinct(caseWhen(bin(">", at(), firstStep()), who(), nil)), "returning_"+snake(buyer.Phrase()))},
		From:    []query.TableExpr{&query.Join{Kind: query.InnerJoin, Left: &query.Table{Name: p.v.name(date.Table)}, Right: table("firsts"), On: on}},
		GroupBy: groupBy([]query.Expr{at()}),
	}
	if len(p.grains) == 0 && len(p.windows) == 1 {
		w := p.windows[0] // one number each: new are those whose first purchase lies in the window
		in := func() query.Expr {
			return within(named("firsts", "first_at"), func() query.Expr { return named("firsts", "first_at") }, w)
		}
		sel.Items = []query.Item{item(countDistinct(caseWhen(in(), who(), nil)), "new_"+snake(buyer.Phrase())), item(countDistinct(caseWhen(not(in()), who(), nil)), "returning_"+snake(buyer.Phrase()))}
		sel.GroupBy = nil
	}
	for _, w := range p.windows {
		sel.Where = and(sel.Where, within(named(h, date.Def.Name), func() query.Expr { return named(h, date.Def.Name) }, w))
	}
	q := with(sel, cte("firsts", first))
	if sel.GroupBy != nil {
		q.OrderBy = []query.Order{asc(at())}
	}
	return q, true
}

// buildCohorts counts, for buyers by the month of their first purchase, how many bought in each month after.
func (p *plan) buildCohorts() (*query.Query, bool) {
	buyer := p.buyers()
	if buyer == nil {
		return nil, false
	}
	unit := "month"
	if len(p.grains) > 0 {
		unit = p.grains[0]
	}
	first, ref, date, ok := p.firstPurchase(buyer)
	if !ok {
		return nil, false
	}
	h := date.Table.Def.Name
	cohort := func() query.Expr { return stepExpr(named("firsts", "first_at"), unit) }
	at := func() query.Expr { return stepExpr(named(h, date.Def.Name), unit) }
	sel := &query.Select{
		Items:   []query.Item{item(cohort(), "cohort"), item(at(), unit), item(countDistinct(named(h, ref.Def.Name)), snake(buyer.Phrase()))},
		From:    []query.TableExpr{&query.Join{Kind: query.InnerJoin, Left: &query.Table{Name: p.v.name(date.Table)}, Right: table("firsts"), On: bin("=", named("firsts", "buyer"), named(h, ref.Def.Name))}},
		GroupBy: groupBy([]query.Expr{cohort(), at()}),
	}
	p.says("cohort: the " + unit + " of the first of " + date.Table.Phrase())
	for _, w := range p.windows {
		sel.Where = and(sel.Where, within(named("firsts", "first_at"), func() query.Expr { return named("firsts", "first_at") }, w))
	}
	q := with(sel, cte("firsts", first))
	q.OrderBy = []query.Order{asc(cohort()), asc(at())}
	return q, true
}

// buildPart is the share of the rows, or of a sum over them, for which the conditions hold: in percent.
func (p *plan) buildPart() (*query.Query, bool) {
	m := &measure{op: "count"}
	switch {
	case len(p.measures) == 1:
		m = p.measures[0]
	case p.entity != nil:
		m.table = p.entity
	default:
		return nil, false
	}
	if p.entity == nil && m.table != nil {
		p.entity = m.table
	}
	conds, events := p.conds, p.events
	if len(conds) == 0 && len(events) == 0 {
		if len(p.measures) == 0 && len(p.attrs) == 1 {
			p.dims, p.attrs = []dim{{column: p.attrs[0]}}, nil
			p.measures = []*measure{m}
			p.entity = nil
			return p.buildGroup()
		}
		return nil, false
	}
	base := p.homeOf(m)
	if base == nil {
		return nil, false
	}
	p.conds, p.events = nil, nil
	b := p.v.block(base, nil)
	if !p.finishBlock(b, nil) {
		return nil, false
	}
	kept := b.conds
	b.conds = nil
	p.conds, p.events = conds, events
	windows, days := p.windows, p.days
	p.windows, p.days = nil, nil
	if !p.finishBlock(b, nil) {
		return nil, false
	}
	p.windows, p.days = windows, days
	only := and(b.conds...)
	b.conds = kept
	part, ok1 := p.measureWhere(b, m, only)
	whole, ok2 := p.measureIn(b, m)
	if !ok1 || !ok2 {
		return nil, false
	}
	return &query.Query{Body: b.selects(item(percent(part, whole), "share_pct"))}, true
}
