package analytic

import (
	"slices"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// buildList makes rows of the entity: what names them, what was asked of them, what they are compared or ranked by.
func (p *plan) buildList() (*query.Query, bool) {
	if p.entity == nil && len(p.attrs) > 0 {
		p.entity = p.ofAttrs()
	}
	if p.entity == nil && p.rank != nil && p.rank.col != nil {
		p.entity = p.rank.col.Table
	}
	if len(p.attrs) == 1 && !p.listed && p.rank == nil && (len(p.dims) > 0 || len(p.windows) > 0) && additive(p.attrs[0]) && (p.entity == nil || p.entity == p.attrs[0].Table) {
		p.measures, p.attrs, p.entity = []*measure{{op: "sum", col: p.attrs[0]}}, nil, nil // 'maintenance cost per machine'
		return p.buildGroup()
	}
	if p.entity == nil || p.share || p.change != "" || p.running || p.moving > 0 || len(p.grains) > 0 {
		return nil, false
	}
	if e := p.counted1(); e != nil {
		return p.buildCompared(e)
	}
	b := p.v.block(p.entity, nil)
	var items []query.Item
	show := func(c *index.Column) {
		it := item(b.col(c), "")
		if c.Table != p.entity && c.Table.Label == c {
			it = labelItem(it.Expr, c)
		}
		for _, have := range items {
			if itemName(have) == itemName(it) {
				if have.Alias == nil && it.Alias == nil && have.Expr.(*query.Column).Name[0] == it.Expr.(*query.Column).Name[0] { //nolint:forcetypeassert // without an alias it is a column
					return
				}
				it = item(it.Expr, singular(c.Table)+"_"+c.Def.Name)
			}
		}
		items = append(items, it)
	}
	for _, c := range p.shown() {
		if !p.v.leads(p.entity, c.Table) {
			return nil, false
		}
		show(c)
	}
	for _, s := range p.spans {
		if s.base != p.entity {
			return nil, false
		}
		items = append(items, item(p.spanExpr(b, s), s.alias()))
	}
	if !p.finishBlock(b, nil) {
		return nil, false
	}
	if p.rank == nil || !p.rank.done {
		if p.rank != nil {
			return nil, false
		}
		sel := b.selects(items...)
		sel.Distinct = p.repeats(p.shown())
		out := &query.Query{Body: sel}
		if p.sort != 0 && len(items) > 0 { // 'in alphabetical order'
			out.OrderBy = []query.Order{{Expr: query.CloneExpr(items[0].Expr), Desc: p.sort > 0}}
		}
		return out, true
	}
	if p.rank.col == nil || !p.v.leads(p.entity, p.rank.col.Table) {
		return nil, false
	}
	by := b.col(p.rank.col)
	if len(p.rankDims) > 0 {
		return p.listTopEach(b, items, by)
	}
	n := p.rank.n
	if n == 0 && p.sort == 0 {
		n = 1
	}
	if p.rank.dir > 0 && p.rank.col.Def.Nullable && p.v.dialect != "sqlite" && p.v.dialect != "mysql" || p.rank.dir < 0 && p.rank.col.Def.Nullable && n > 0 && p.v.dialect != "postgres" {
		b.where(isNull(b.col(p.rank.col), true))
	}
	return &query.Query{Body: b.selects(items...), OrderBy: []query.Order{{Expr: by, Desc: p.rank.dir > 0}}, Limit: limit(n)}, true
}

// ofAttrs is the table that leads to all that is to be shown.
func (p *plan) ofAttrs() *index.Table {
	t := p.attrs[0].Table
	for _, a := range p.attrs {
		if !p.v.leads(t, a.Table) && p.v.leads(a.Table, t) {
			t = a.Table
		}
	}
	return t
}

// additive says whether values of a column make a sum that means something.
func additive(c *index.Column) bool {
	return c.Role == index.RoleMeasure && has(c.Stems, "amount", "cost", "total", "quantiti", "hour", "expens", "spend", "salari", "revenu", "fee", "fare", "freight", "budget", "weight", "tax", "valu", "point", "unit", "minut", "duration") &&
		!has(c.Stems, "unit", "per", "rate", "averag", "percent")
}

// repeats says whether rows of what is shown are sure to come several times, which nobody wants: the cities of customers.
func (p *plan) repeats(shown []*index.Column) bool {
	for _, c := range shown {
		if c.InKey || c.Table.Label == c || c.Role != index.RoleCategory && c.Role != index.RoleText && c.Role != index.RoleLabel {
			return false
		}
	}
	return len(p.attrs) > 0 && (p.distinct || len(shown) == 1 && shown[0].Role == index.RoleCategory)
}

// shown are the columns to show.
func (p *plan) shown() []*index.Column {
	var out []*index.Column
	add := func(c *index.Column) {
		if c != nil && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	if len(p.attrs) > 0 {
		if p.withLabel && p.entity != nil {
			for _, c := range labels(p.entity) {
				add(c)
			}
		}
		for _, a := range p.attrs {
			if a.Table.Label == a && len(labels(a.Table)) == 2 && slices.Contains(p.plainNames, a) { // 'name' where it is two columns
				for _, c := range labels(a.Table) {
					add(c)
				}
				continue
			}
			add(a)
		}
	} else {
		for _, c := range labels(p.entity) {
			add(c)
		}
		if p.entity.Label == nil && len(out) > 0 && out[0].InKey {
			for _, c := range p.entity.Columns {
				if c.Text() && c.Ref == nil && len(p.entity.Def.Unique) == 1 && len(p.entity.Def.Unique[0]) == 1 && p.entity.Def.Unique[0][0] == c.Def.Name {
					add(c)
				}
			}
		}
	}
	for _, d := range p.rankDims {
		if d.column != nil {
			out = append([]*index.Column{d.column}, out...)
		} else if d.table != nil {
			out = append(slices.Clone(labels(d.table)), out...)
		}
	}
	if p.rank != nil && p.rank.col != nil && p.v.leads(p.entity, p.rank.col.Table) && len(p.attrs) == 0 && (p.rank.n > 1 || len(p.rankDims) > 0) {
		add(p.rank.col)
	}
	return out
}

// listTopEach keeps the first n rows of each group.
func (p *plan) listTopEach(b *block, items []query.Item, by query.Expr) (*query.Query, bool) {
	var partition []query.Expr
	for _, d := range p.rankDims {
		if d.of() == nil {
			return nil, false
		}
		if k, ok := p.keyOf(b, &d); ok {
			partition = append(partition, k)
		}
	}
	position := item(over(fn("row_number"), partition, query.Order{Expr: by, Desc: p.rank.dir > 0}), "position")
	return topOf(b.selects(append(slices.Clone(items), position)...), items, max(1, p.rank.n), p.rank.dir), true
}

// counted1 is the event whose measure the rows are compared by, where there is one alone: it is shown beside them.
func (p *plan) counted1() *event {
	var found *event
	for _, e := range p.events {
		if e.having != nil && e.shown {
			if found != nil {
				return nil
			}
			found = e
		}
	}
	if p.rank != nil || p.either || found == nil || found.not {
		return nil
	}
	return found
}

// buildCompared groups an event's rows by the entity and keeps those whose measure compares as asked.
func (p *plan) buildCompared(e *event) (*query.Query, bool) {
	if !p.v.leads(e.table, p.entity) {
		return nil, false
	}
	g := &grouping{b: p.v.block(e.table, nil)}
	if len(p.attrs) > 0 {
		p.dimension(g, dim{table: p.entity})
		g.labels = nil
		for _, a := range p.shown() {
			if !p.v.leads(p.entity, a.Table) {
				return nil, false
			}
			g.keys = append(g.keys, g.b.col(a))
			g.labels = append(g.labels, item(g.b.col(a), ""))
		}
	} else {
		p.dimension(g, dim{table: p.entity})
	}
	x, ok := p.measureIn(g.b, e.having)
	if !ok {
		return nil, false
	}
	cmp, ok := p.compareHaving(g.b, e)
	if !ok {
		return nil, false
	}
	for _, c := range e.conds {
		if !p.apply(g.b, c) {
			return nil, false
		}
	}
	if !p.windowsOn(g.b, e.table, e.verb, e.windows, nil) || !p.finishBlock(g.b, e) {
		return nil, false
	}
	order := []query.Order{{Expr: x, Desc: e.op != "<" && e.op != "<="}}
	if e.having.op != "count" && len(p.attrs) == 0 { // money is worth showing
		g.values = []query.Item{item(x, p.unique(g, p.alias(e.having)))}
		order[0].Expr = named("", itemName(g.values[0]))
	}
	sel := g.selects(g.items()...)
	sel.Having = cmp
	g.b.strip(sel)
	return &query.Query{Body: sel, OrderBy: order}, true
}
