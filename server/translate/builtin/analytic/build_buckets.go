package analytic

import (
	"slices"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

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
			if m.span != nil {
				x = p.spanExpr(g.b, m.span)
				p.bothKnown(g.b, m.span)
			} else if m.col.Def.Nullable {
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
	if op == "median" {
		twice := func() query.Expr { return bin("*", num(2), pos()) }
		return agg("avg", &query.Between{X: twice(), Lo: named("", "of_all"), Hi: bin("+", named("", "of_all"), num(2))}, from)
	}
	return agg("min", bin(">=", bin("*", num(100), pos()), bin("*", number(at), named("", "of_all"))), from)
}

// buildHistogram counts rows by buckets of a value, or by the value itself where it has few.
func (p *plan) buildHistogram() (*query.Query, bool) {
	var m *measure
	if len(p.measures) > 0 {
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
