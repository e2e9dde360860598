package analytic

import (
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// buildSeries adds to a series of steps the change against the step or year before, the running total or the moving
// average.
func (p *plan) buildSeries(g *grouping) (*query.Query, bool) {
	if len(g.periods) == 0 || len(g.values) == 0 {
		return nil, false
	}
	from0 := p.widened
	inner := g.selects(g.items()...)
	period, value := itemName(g.periods[0]), itemName(g.values[0])
	col := func(name string) query.Expr { return named("series", name) }
	var items []query.Item
	var partition []query.Expr
	for _, it := range slices.Concat(g.periods, g.labels) {
		items = append(items, item(col(itemName(it)), ""))
	}
	for _, it := range g.labels {
		partition = append(partition, col(itemName(it)))
	}
	items = append(items, item(col(value), ""))
	from := table("series")
	clone := func() []query.Expr {
		out := make([]query.Expr, len(partition))
		for i := range partition {
			out[i] = query.CloneExpr(partition[i])
		}
		return out
	}
	if p.running {
		f := over(fn("sum", col(value)), clone(), asc(col(period)))
		f.Over.Frame = rowsBefore(nil)
		items = append(items, item(f, "running_total"))
	}
	if p.moving > 0 {
		f := over(fn("avg", col(value)), clone(), asc(col(period)))
		f.Over.Frame = rowsBefore(num(p.moving - 1))
		items = append(items, item(f, "moving_average"))
	}
	switch unit := p.grains[0]; {
	case p.change == "year" && unit != "year":
		from = p.yearBefore(g, from, period, unit)
		before := func() query.Expr { return named("year_before", value) }
		items = append(items, item(before(), "year_before"), item(percent(bin("-", col(value), before()), before()), "change_pct"))
	case p.change != "":
		before := func() query.Expr { return over(fn("lag", col(value)), clone(), asc(col(period))) }
		items = append(items, item(before(), "previous_"+unit), item(bin("-", col(value), before()), "change"),
			item(percent(bin("-", col(value), before()), before()), "change_pct"))
	}
	sel := &query.Select{Items: items, From: []query.TableExpr{from}}
	if !from0.IsZero() {
		sel.Where = bin(">=", col(period), str(from0.Format(time.DateOnly)))
	}
	q := with(sel, cte("series", &query.Query{Body: inner}))
	for _, it := range slices.Concat(g.periods, g.labels) {
		q.OrderBy = append(q.OrderBy, asc(col(itemName(it))))
	}
	return q, true
}

// rowsBefore is the frame from n rows before (all where n is nil) to the row itself.
func rowsBefore(n query.Expr) *query.Frame {
	return &query.Frame{Unit: "ROWS", Start: &query.Bound{Offset: n}, End: &query.Bound{CurrentRow: true}}
}

// yearBefore joins a series to itself a year earlier.
func (p *plan) yearBefore(g *grouping, from query.TableExpr, period, unit string) query.TableExpr {
	part := func(field, table string) query.Expr { return &query.Extract{Field: field, X: named(table, period)} }
	year, fields := "YEAR", []string{"MONTH"}
	switch unit {
	case "day":
		fields = []string{"MONTH", "DAY"}
	case "week":
		year, fields = "ISOYEAR", []string{"WEEK"}
	}
	on := bin("=", part(year, "year_before"), bin("-", part(year, "series"), num(1)))
	for _, f := range fields {
		on = and(on, bin("=", part(f, "year_before"), part(f, "series")))
	}
	for _, it := range g.labels {
		on = and(on, bin("=", named("year_before", itemName(it)), named("series", itemName(it))))
	}
	id := query.ID("year_before")
	return &query.Join{Kind: query.LeftJoin, Left: from, Right: &query.Table{Name: query.Name{query.ID("series")}, Alias: &id}, On: on}
}

// buildAgainst compares one window with the one before it, or the same a year earlier.
func (p *plan) buildAgainst(base *index.Table) (*query.Query, bool) {
	if len(p.windows) != 1 || len(p.measures) != 1 {
		return nil, false
	}
	now := p.windows[0]
	before, ok := now.before(p.change == "year")
	if p.change == "window" {
		before, ok = p.against, true
	} else {
		before.text = "the " + map[string]string{"year": "same time a year before", "previous": "period before"}[p.change]
	}
	date := p.dateFor(base)
	if !ok || date == nil {
		return nil, false
	}
	p.says(before.says())
	m := p.measures[0]
	p.windows = []window{now, before}
	g, ok := p.group(base, nil)
	if !ok {
		return nil, false
	}
	values := make([]query.Expr, 0, 8)
	for range 3 {
		for _, w := range p.windows {
			x, ok := p.measureWhere(g.b, m, p.inWindow(g.b, date, w))
			if !ok {
				return nil, false
			}
			values = append(values, x)
		}
	}
	g.values = []query.Item{item(values[0], p.alias(m)), item(values[1], "before"), item(bin("-", values[2], values[3]), "change"),
		item(percent(bin("-", values[4], values[5]), query.CloneExpr(values[1])), "change_pct")}
	q := &query.Query{Body: g.selects(g.items()...)}
	if len(g.keys) > 0 {
		q.OrderBy = []query.Order{desc(query.CloneExpr(values[0]))}
	}
	return q, true
}

// buildAverageStep averages a measure over steps of time: 'average number of orders per day'.
func (p *plan) buildAverageStep(m *measure) (*query.Query, bool) {
	one := *m
	one.agg, one.grain = "", ""
	unit := m.grain
	p.grains = []string{unit}
	p.measures = []*measure{&one}
	base := p.commonHome()
	if base == nil {
		return nil, false
	}
	g, ok := p.group(base, p.measures)
	if !ok {
		return nil, false
	}
	p.says("averaged over the " + unit + "s that have any")
	value := itemName(g.values[0])
	id := query.ID("steps")
	outer := &query.Select{From: []query.TableExpr{&query.Derived{Query: &query.Query{Body: g.selects(g.items()...)}, Alias: &id}}}
	var keys []query.Expr
	for _, it := range g.labels {
		outer.Items = append(outer.Items, item(named("", itemName(it)), ""))
		keys = append(keys, named("", itemName(it)))
	}
	outer.Items = append(outer.Items, item(fn("avg", named("", value)), "average_per_"+unit))
	outer.GroupBy = groupBy(keys)
	return &query.Query{Body: outer}, true
}

// buildSeveral puts measures of different tables beside each other: scalars, or steps and dimensions joined by name.
func (p *plan) buildSeveral() (*query.Query, bool) {
	measures := p.measures
	if len(measures) < 2 || len(measures) > 4 || p.change != "" || p.running || p.moving > 0 || len(p.rankDims) > 0 {
		return nil, false
	}
	var groups []*grouping
	for _, m := range measures {
		home := p.homeOf(m)
		if home == nil {
			return nil, false
		}
		g, ok := p.group(home, []*measure{m})
		if !ok {
			return nil, false
		}
		groups = append(groups, g)
	}
	if len(groups[0].keys) == 0 {
		sel := &query.Select{}
		for _, g := range groups {
			alias := itemName(g.values[0])
			sel.Items = append(sel.Items, item(&query.Subquery{Query: &query.Query{Body: g.selects(item(g.values[0].Expr, ""))}}, alias))
		}
		return &query.Query{Body: sel}, true
	}
	names := []string{"a", "b", "c", "d"}
	var ctes []*query.CTE
	var from query.TableExpr
	outer := &query.Select{}
	var order []query.Order
	for i, g := range groups {
		ctes = append(ctes, cte(names[i], &query.Query{Body: g.selects(g.items()...)}))
		if i == 0 {
			from = table(names[0])
			for _, it := range slices.Concat(g.periods, g.labels) {
				outer.Items = append(outer.Items, item(named("a", itemName(it)), ""))
				order = append(order, asc(named("a", itemName(it))))
			}
		} else {
			var on query.Expr
			for _, it := range slices.Concat(g.periods, g.labels) {
				on = and(on, bin("=", named(names[i], itemName(it)), named("a", itemName(it))))
			}
			from = &query.Join{Kind: query.LeftJoin, Left: from, Right: table(names[i]), On: on}
		}
		v := itemName(g.values[0])
		x := query.Expr(named(names[i], v))
		if i > 0 && measures[i].op == "count" {
			x = fn("coalesce", x, num(0))
		}
		outer.Items = append(outer.Items, item(x, v))
	}
	outer.From = []query.TableExpr{from}
	q := with(outer, ctes...)
	q.OrderBy = order
	return q, true
}
