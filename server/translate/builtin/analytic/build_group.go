package analytic

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// grouping is a SELECT of measures by dimensions while it is made.
type grouping struct {
	b       *block
	keys    []query.Expr // GROUP BY
	periods []query.Item // steps of time
	labels  []query.Item // what names the dimensions
	values  []query.Item // the measures
	order   []query.Order
}

// buildGroup makes measures, by dimensions and steps of time where there are any.
func (p *plan) buildGroup() (*query.Query, bool) {
	if len(p.windows) > 1 && len(p.grains) == 0 && p.change == "" && p.windows[0].whole != "" {
		p.grains = []string{p.windows[0].whole} // 'compare 2016 and 2017'
	}
	if p.change != "" && len(p.grains) == 0 && len(p.windows) == 0 {
		p.grains = []string{"month"}
		if p.change == "year" {
			p.grains[0] = "year"
		}
	}
	if (p.running || p.moving > 0) && len(p.grains) == 0 {
		p.grains = []string{"month"}
	}
	if p.sideBySide && !p.spread() {
		return nil, false
	}
	m := p.measures[0]
	if m.op == "count" && m.col == nil && slices.ContainsFunc(p.dims, func(d dim) bool { return d.column == nil && d.table == m.table }) {
		return nil, false // 'how many employees does each manager have'
	}
	if len(p.measures) == 1 {
		switch {
		case m.over != nil:
			return p.buildOver(m)
		case m.grain != "":
			return p.buildAverageStep(m)
		case m.op == "median" || m.op == "percentile" || m.agg == "median" || m.agg == "percentile" || m.op == "order" && (m.agg == "min" || m.agg == "max") || m.op == "count" && m.per != nil && m.agg != "avg" ||
			m.op == "count" && m.per == nil && (m.agg == "min" || m.agg == "max"):
			return p.buildMedian(m)
		}
	}
	if p.rank != nil && p.rank.col != nil && p.entity != nil && len(p.measures) == 0 {
		return p.buildList()
	}
	base := p.commonHome()
	if base == nil {
		return p.buildSeveral()
	}
	if p.change == "year" && len(p.grains) > 0 && p.grains[0] != "year" && len(p.windows) == 1 && !p.windows[0].from.IsZero() {
		p.widened = p.windows[0].from
		p.windows[0].from = p.widened.AddDate(-1, 0, 0)
	}
	g, ok := p.group(base, p.measures)
	if !ok {
		return nil, false
	}
	switch {
	case p.change != "" && len(p.grains) == 0:
		return p.buildAgainst(base)
	case p.change != "" || p.running || p.moving > 0:
		return p.buildSeries(g)
	case len(p.rankDims) > 0:
		return p.buildTopEach(g)
	}
	return p.finishGroup(g)
}

// commonHome is the table that all measures are added up from; nil where they differ.
func (p *plan) commonHome() *index.Table {
	var base *index.Table
	for _, m := range p.measures {
		h := p.homeOf(m)
		if h == nil || base != nil && h != base {
			return nil
		}
		base = h
	}
	return base
}

// homeOf is home with the tables that this question needs.
func (p *plan) homeOf(m *measure) *index.Table {
	needs := p.needs()
	for _, c := range p.conds {
		if m.op != "revenue" && m.op != "order" || p.sales.line == nil || p.sales.total == nil {
			break
		}
		if p.v.leads(p.sales.line, c.of()) {
			needs = append(needs, c.of())
		}
	}
	if m.per != nil {
		needs = append(needs, m.per.of())
	}
	h := p.home(m, needs)
	if h == nil && len(needs) > len(p.needs()) {
		h = p.home(m, p.needs())
	}
	return h
}

// group makes the parts of the SELECT over a base.
func (p *plan) group(base *index.Table, measures []*measure) (*grouping, bool) {
	g := &grouping{b: p.v.block(base, nil)}
	for _, u := range p.grains {
		date := p.dateFor(base)
		if date == nil {
			return nil, false
		}
		p.says("date taken from " + date.String())
		p.step(g, date, u)
	}
	for i, d := range p.dims {
		if slices.Contains(p.dims[:i], d) || d.column != nil && slices.ContainsFunc(p.dims, func(o dim) bool { return o.column == nil && slices.Contains(labels(o.table), d.column) }) {
			continue
		}
		if d.table == p.entity && d.column == nil && len(p.attrs) > 0 {
			p.attributes(g)
			continue
		}
		p.dimension(g, d)
	}
	for _, d := range p.rankDims {
		if d.of() != nil {
			p.dimension(g, d)
		}
	}
	for _, m := range measures {
		var only query.Expr
		for _, c := range m.conds {
			if m.op == "rate" {
				break
			}
			only = and(only, p.express(g.b, c))
		}
		x, ok := p.measureWhere(g.b, m, only)
		if !ok {
			return nil, false
		}
		alias := p.alias(m)
		if m.name != "" {
			alias = m.name
		}
		g.values = append(g.values, item(x, p.unique(g, alias)))
	}
	if p.among != nil && !p.keepAmong(g.b, base) {
		return nil, false
	}
	if !p.finishBlock(g.b, nil) {
		return nil, false
	}
	return g, true
}

// unique keeps two columns from having one name.
func (p *plan) unique(g *grouping, alias string) string {
	for _, list := range [][]query.Item{g.periods, g.labels, g.values} {
		for _, it := range list {
			if itemName(it) == alias {
				return alias + "_2"
			}
		}
	}
	return alias
}

// itemName is the name of an item's column.
func itemName(it query.Item) string {
	if it.Alias != nil {
		return it.Alias.Name
	}
	if c, ok := it.Expr.(*query.Column); ok {
		return c.Name.Last().Name
	}
	return ""
}

// dateFor is the date that steps and windows of a base go by.
func (p *plan) dateFor(base *index.Table) *index.Column {
	if p.entity != nil && p.entity != base && p.verb != "" && p.v.leads(base, p.entity) {
		in := interpreter{plan: p}
		if c := in.ownDate(p.entity, p.verb); c != nil {
			return c
		}
	}
	return p.v.dateOf(base, p.verb)
}

// step adds a step of time to the keys.
func (p *plan) step(g *grouping, date *index.Column, u string) {
	x := func() query.Expr { return stepExpr(g.b.col(date), u) }
	g.keys = append(g.keys, x())
	it := item(x(), map[string]string{"weekday": "weekday", "monthofyear": "month"}[u])
	if it.Alias == nil {
		it = item(x(), u)
	}
	if u == "weekday" {
		it.Expr = weekdayName(x)
	}
	g.periods = append(g.periods, it)
	g.order = append(g.order, asc(x()))
}

// stepExpr is the step of time that a date lies in.
func stepExpr(x query.Expr, u string) query.Expr {
	switch u {
	case "year":
		return &query.Extract{Field: "YEAR", X: x}
	case "weekday":
		return &query.Extract{Field: "ISODOW", X: x}
	case "hour":
		return &query.Extract{Field: "HOUR", X: x}
	case "monthofyear":
		return &query.Extract{Field: "MONTH", X: x}
	}
	return &query.DateTrunc{Unit: strings.ToUpper(u), X: x}
}

func weekdayName(x func() query.Expr) query.Expr {
	c := &query.Case{Operand: x()}
	for i, name := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"} {
		c.Whens = append(c.Whens, query.When{Cond: num(i + 1), Then: str(name)})
	}
	c.Else = str("Sunday")
	return c
}

// dimension adds a dimension to the keys.
func (p *plan) dimension(g *grouping, d dim) {
	if d.column != nil {
		g.keys = append(g.keys, g.b.col(d.column))
		it := item(g.b.col(d.column), "")
		if d.column.Table.Label == d.column {
			it = labelItem(it.Expr, d.column)
		}
		g.labels = append(g.labels, it)
		return
	}
	named := labels(d.table)
	if k := d.table.Key; k != nil && !slices.Contains(named, k) {
		g.keys = append(g.keys, g.b.col(k))
	}
	for _, c := range named {
		g.keys = append(g.keys, g.b.col(c))
		g.labels = append(g.labels, labelItem(g.b.col(c), c))
	}
}

// attributes groups by the entity and shows what was asked of it in its name's place.
func (p *plan) attributes(g *grouping) {
	p.dimension(g, dim{table: p.entity})
	g.labels = nil
	for _, a := range p.shown() {
		if !p.v.leads(g.b.base, a.Table) {
			g.b.failure = true
			return
		}
		g.keys = append(g.keys, g.b.col(a))
		g.labels = append(g.labels, item(g.b.col(a), ""))
	}
}

// selects makes the SELECT.
func (g *grouping) selects(items ...query.Item) *query.Select {
	sel := g.b.selects(items...)
	sel.GroupBy = groupBy(g.keys)
	return sel
}

func (g *grouping) items() []query.Item {
	return slices.Concat(g.periods, g.labels, g.values)
}

// finishGroup orders and limits the rows, and adds each row's share of the total where that was asked for.
func (p *plan) finishGroup(g *grouping) (*query.Query, bool) {
	items := g.items()
	if len(g.keys) == 0 {
		return &query.Query{Body: g.selects(items...)}, true
	}
	value := func(i int) query.Expr { return query.CloneExpr(g.values[i].Expr) }
	if p.share {
		var partition []query.Expr
		if len(g.periods) > 0 && len(g.labels) > 0 {
			for _, o := range g.order {
				partition = append(partition, query.CloneExpr(o.Expr))
			}
		}
		items = append(items, item(percent(value(0), over(fn("sum", value(0)), partition)), "share_pct"))
	}
	sel := g.selects(items...)
	if f := p.filter; f != nil {
		h, ok := p.compareHaving(g.b, f)
		if !ok {
			return nil, false
		}
		sel.Having = h
		g.b.strip(sel)
		if p.headed && f.having.op == "count" {
			sel.Items = sel.Items[:len(sel.Items)-len(g.values)]
			return &query.Query{Body: sel, OrderBy: []query.Order{desc(g.values[0].Expr)}}, true
		}
	}
	q := &query.Query{Body: sel}
	switch {
	case p.rank != nil && p.rank.by != nil:
		k := max(0, slices.Index(p.measures, p.rank.by))
		n := p.rank.n
		if n == 0 && p.sort == 0 {
			n = 1
		}
		q.OrderBy = []query.Order{{Expr: named("", itemName(g.values[k])), Desc: p.rank.dir > 0}}
		if (p.entity != nil && len(p.attrs) > 0 || (p.entity != nil && p.rank.n == 0 || p.headed) && p.rank.by.op == "count") && len(p.measures) == 1 && len(g.periods) == 0 && !p.share { // who, not how many
			sel.Items = sel.Items[:len(sel.Items)-1]
			q.OrderBy[0].Expr = g.values[k].Expr
		}
		q.Limit = limit(n)
	case p.rank != nil && p.rank.col != nil && p.v.leads(g.b.base, p.rank.col.Table):
		return nil, false
	case len(g.order) > 0:
		q.OrderBy = g.order
		if len(g.labels) > 0 {
			q.OrderBy = append(q.OrderBy, desc(named("", itemName(g.values[0]))))
		}
	default:
		q.OrderBy = []query.Order{{Expr: named("", itemName(g.values[0])), Desc: p.sort >= 0}}
	}
	return q, true
}

// spread turns values side by side into a measure for each.
func (p *plan) spread() bool {
	for i, c := range p.conds {
		if len(c.values) < 2 || len(p.measures) == 0 {
			if len(p.measures) == 0 && len(c.values) > 1 && p.entity != nil {
				p.measures = append(p.measures, &measure{op: "count", table: p.entity})
				p.entity = nil
			} else {
				continue
			}
		}
		m := p.measures[0]
		p.measures = nil
		for _, v := range c.values {
			one, copied := *c, *m
			one.values = []string{v}
			copied.conds = []*cond{&one}
			copied.name = snake(strings.ToLower(v))
			p.measures = append(p.measures, &copied)
		}
		p.conds = slices.Delete(p.conds, i, i+1)
		return true
	}
	return len(p.windows) > 1 || len(p.dims) > 0
}

// buildTopEach keeps the first n of each group.
func (p *plan) buildTopEach(g *grouping) (*query.Query, bool) {
	n := max(1, p.rank.n)
	var partition []query.Expr
	for i, d := range p.rankDims {
		if d.of() == nil {
			partition = append(partition, query.CloneExpr(g.order[min(i, len(g.order)-1)].Expr))
			continue
		}
		if d.column != nil {
			partition = append(partition, g.b.col(d.column))
		} else if k, ok := p.keyOf(g.b, &d); ok {
			partition = append(partition, k)
		}
	}
	k := max(0, slices.Index(p.measures, p.rank.by))
	items := append(g.items(), item(over(fn("row_number"), partition, query.Order{Expr: query.CloneExpr(g.values[k].Expr), Desc: p.rank.dir > 0}), "position"))
	return topOf(g.selects(items...), g.items(), n, p.rank.dir), true
}

// topOf takes the rows of an inner SELECT whose position is at most n.
func topOf(inner *query.Select, items []query.Item, n, dir int) *query.Query {
	id := query.ID("ranked")
	outer := &query.Select{From: []query.TableExpr{&query.Derived{Query: &query.Query{Body: inner}, Alias: &id}}, Where: bin("<=", named("", "position"), num(n))}
	for _, it := range items {
		outer.Items = append(outer.Items, item(named("", itemName(it)), ""))
	}
	var order []query.Order
	for k, item := range slices.Backward(items) {
		if _, ok := item.Expr.(*query.Column); ok || k == len(items)-1 {
			order = append(order, query.Order{Expr: named("", itemName(item)), Desc: k == len(items)-1 && dir > 0})
		}
		if len(order) == 2 {
			break
		}
	}
	slices.Reverse(order)
	return &query.Query{Body: outer, OrderBy: order}
}
