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

// buildMedian takes a percentile (the median is the 50th) of values, or of one value for each order.
func (p *plan) buildMedian(m *measure) (*query.Query, bool) {
	one := *m
	one.agg, one.p = "", 0
	op, at := m.agg, m.p
	if m.op == "median" || m.op == "percentile" {
		op, one.op = m.op, "value"
	}
	needs := p.needs()
	home := p.homeOf(m)
	if m.col != nil {
		home = m.col.Table
	}
	if home == nil {
		return nil, false
	}
	for _, n := range needs {
		if !p.v.leads(home, n) {
			return nil, false
		}
	}
	p.grains0()
	g, ok := p.group(home, nil)
	if !ok {
		return nil, false
	}
	var value query.Expr
	per := m.per
	if per == nil && m.op == "order" && home != p.sales.header {
		per = &dim{table: p.sales.header}
	}
	if per == nil && m.op == "revenue" && home == p.sales.line && p.sales.header != nil {
		per = &dim{table: p.sales.header}
	}
	var innerKeys []query.Expr
	if per != nil {
		key, found := p.keyOf(g.b, per)
		one.per = nil
		x, good := p.measureIn(g.b, &one)
		if !found || !good {
			return nil, false
		}
		value, innerKeys = x, append(slices.Clone(g.keys), key)
	} else {
		x, good := p.eachValue(g.b, &one)
		if m.col != nil {
			x, good = g.b.col(m.col), true
			if m.col.Def.Nullable {
				g.b.where(isNull(g.b.col(m.col), true))
			}
		}
		if !good || m.op == "count" {
			return nil, false
		}
		value = x
	}
	return p.percentileOf(g, value, innerKeys, op, at, p.alias(m)), true
}

// grains0 leaves out steps of time, which a percentile does not take.
func (p *plan) grains0() {}

// percentileOf numbers the values of each group and takes the one in the middle, or at the percentile.
func (p *plan) percentileOf(g *grouping, value query.Expr, innerKeys []query.Expr, op string, at float64, alias string) *query.Query {
	names := slices.Concat(g.periods, g.labels)
	inner := g.b.selects(append(slices.Clone(names), item(value, "value"))...)
	inner.GroupBy = groupBy(innerKeys)
	partition := func() []query.Expr {
		var out []query.Expr
		for _, it := range names {
			out = append(out, named("", itemName(it)))
		}
		return out
	}
	agg := func(name string, where query.Expr, from query.TableExpr) *query.Query {
		sel := &query.Select{From: []query.TableExpr{from}, Where: where}
		for _, it := range names {
			sel.Items = append(sel.Items, item(named("", itemName(it)), ""))
		}
		sel.Items = append(sel.Items, item(fn(name, named("", "value")), alias))
		sel.GroupBy = groupBy(partition())
		q := &query.Query{Body: sel}
		if len(names) > 0 {
			q.OrderBy = []query.Order{desc(named("", alias))}
			if len(g.periods) > 0 {
				q.OrderBy = []query.Order{asc(named("", itemName(g.periods[0])))}
			}
		}
		if p.rank != nil && p.rank.done && len(names) > 0 {
			q.OrderBy = []query.Order{{Expr: named("", alias), Desc: p.rank.dir > 0}}
			q.Limit = limit(max(1, p.rank.n))
		}
		return q
	}
	vals := query.ID("each_value")
	derived := &query.Derived{Query: &query.Query{Body: inner}, Alias: &vals}
	switch op {
	case "min", "max", "avg":
		return agg(op, nil, derived)
	}
	mid := &query.Select{From: []query.TableExpr{derived}}
	for _, it := range names {
		mid.Items = append(mid.Items, item(named("", itemName(it)), ""))
	}
	count := over(countStar(), partition())
	mid.Items = append(mid.Items, item(named("", "value"), ""), item(over(fn("row_number"), partition(), asc(named("", "value"))), "position"), item(count, "of_all"))
	ranked := query.ID("ranked")
	from := &query.Derived{Query: &query.Query{Body: mid}, Alias: &ranked}
	pos := func() query.Expr { return named("", "position") }
	all := func(add int) query.Expr {
		return bin("BETWEEN", named("", "of_all"), num(add))
	}
	_ = all
	if op == "median" {
		twice := func() query.Expr { return bin("*", num(2), pos()) }
		return agg("avg", &query.Between{X: twice(), Lo: named("", "of_all"), Hi: bin("+", named("", "of_all"), num(2))}, from)
	}
	return agg("min", bin(">=", bin("*", num(100), pos()), bin("*", number(at), named("", "of_all"))), from)
}

// buildHistogram counts rows by buckets of a value, or by the value itself where it has few.
func (p *plan) buildHistogram() (*query.Query, bool) {
	var m *measure
	switch {
	case len(p.measures) > 0:
		m = p.measures[len(p.measures)-1]
		if m.op == "count" && m.table != nil && len(p.measures) == 1 && len(p.dims) == 0 {
			m = nil
		}
	}
	if m != nil && m.op == "count" && len(p.dims) > 0 {
		m = nil
	}
	var b *block
	var value query.Expr
	var group []query.Expr
	step := p.width
	if m == nil {
		if len(p.dims) == 0 && len(p.attrs) > 0 {
			p.dims = []dim{{column: p.attrs[0]}}
		}
		if len(p.dims) != 1 {
			return nil, false
		}
		d := p.dims[0]
		if d.column == nil || !d.column.Numeric() || step == 0 && (has(d.column.Stems, "rate", "star", "score", "grade", "level", "number", "count") || d.column.Role != index.RoleMeasure) {
			t := d.of()
			if p.entity != nil && p.v.leads(p.entity, t) {
				t = p.entity
			}
			p.entity, p.attrs = nil, nil
			p.measures = []*measure{{op: "count", table: t}}
			if d.column != nil && d.column.Numeric() {
				p.sort = 0
				g, ok := p.group(t, p.measures)
				if !ok {
					return nil, false
				}
				return &query.Query{Body: g.selects(g.items()...), OrderBy: []query.Order{asc(query.CloneExpr(g.keys[0]))}}, true
			}
			return p.buildGroup()
		}
		p.dims = nil
		b = p.v.block(d.column.Table, nil)
		value = b.col(d.column)
		if d.column.Def.Nullable {
			b.where(isNull(b.col(d.column), true))
		}
		p.entity = d.column.Table
	} else {
		home := p.homeOf(m)
		if home == nil {
			return nil, false
		}
		b = p.v.block(home, nil)
		one := *m
		one.agg, one.per = "", nil
		var key *dim
		switch {
		case m.per != nil:
			key = m.per
		case len(p.dims) == 1:
			key, p.dims = &p.dims[0], nil
		case (m.op == "order" || m.op == "revenue") && home != p.sales.header && p.sales.header != nil:
			key = &dim{table: p.sales.header}
		case p.entity != nil && p.entity != home && p.v.leads(home, p.entity):
			key = &dim{table: p.entity}
		}
		if key != nil {
			k, ok := p.keyOf(b, key)
			x, good := p.measureIn(b, &one)
			if !ok || !good {
				return nil, false
			}
			value, group = x, []query.Expr{k}
		} else {
			x, ok := p.eachValue(b, &one)
			if !ok || m.op == "count" {
				return nil, false
			}
			value = x
			if m.col != nil && m.col.Def.Nullable {
				b.where(isNull(b.col(m.col), true))
			}
		}
		if m.op == "count" && step == 0 {
			step = 1
		}
	}
	if !p.finishBlock(b, nil) {
		return nil, false
	}
	return p.buckets(b, value, group, step), true
}

// buckets counts values by the bucket that they lie in; without a width there are ten from the least to the greatest.
func (p *plan) buckets(b *block, value query.Expr, group []query.Expr, step float64) *query.Query {
	inner := b.selects(item(value, "value"))
	inner.GroupBy = groupBy(group)
	v := func() query.Expr { return named("", "value") }
	id := query.ID("each_value")
	from := query.TableExpr(&query.Derived{Query: &query.Query{Body: inner}, Alias: &id})
	floor := func(x query.Expr) query.Expr {
		return &query.Cast{X: fn("floor", x), Type: &query.Type{Name: query.Name{{Name: "integer"}}}}
	}
	if p.v.dialect == "sqlite" { // without floor; values below zero are rare
		floor = func(x query.Expr) query.Expr {
			return &query.Cast{X: x, Type: &query.Type{Name: query.Name{{Name: "integer"}}}}
		}
	}
	if step > 0 {
		bucket := func() query.Expr { return bin("*", floor(bin("/", v(), number(step))), number(step)) }
		if step == 1 {
			bucket = func() query.Expr { return v() }
		}
		sel := &query.Select{Items: []query.Item{item(bucket(), "bucket_from"), item(countStar(), "count")}, From: []query.TableExpr{from}, GroupBy: groupBy([]query.Expr{bucket()})}
		return &query.Query{Body: sel, OrderBy: []query.Order{asc(named("", "bucket_from"))}}
	}
	p.says("in ten buckets of one width")
	width := func() query.Expr {
		return bin("/", bin("-", named("", "hi"), named("", "lo")), decimal("10.0"))
	}
	mid := &query.Select{Items: []query.Item{item(v(), ""), item(over(fn("min", v()), nil), "lo"), item(over(fn("max", v()), nil), "hi")}, From: []query.TableExpr{from}}
	mid2 := query.ID("bounded")
	bucket := func() query.Expr {
		n := floor(bin("/", bin("-", v(), named("", "lo")), fn("nullif", width(), num(0))))
		return caseWhen(bin(">=", v(), named("", "hi")), num(9), n)
	}
	sel := &query.Select{
		Items: []query.Item{item(bin("+", fn("min", named("", "lo")), bin("*", bucket(), fn("min", width()))), "bucket_from"), item(countStar(), "count")},
		From:  []query.TableExpr{&query.Derived{Query: &query.Query{Body: mid}, Alias: &mid2}}, GroupBy: groupBy([]query.Expr{bucket()}),
	}
	return &query.Query{Body: sel, OrderBy: []query.Order{asc(named("", "bucket_from"))}}
}
