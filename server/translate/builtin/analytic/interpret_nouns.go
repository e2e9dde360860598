package analytic

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// table reads a table's name in its role.
func (in *interpreter) table(k int, c *chunk) bool {
	t := in.choose(c.tables(), nil)
	if t == nil {
		return false
	}
	tab := t.table
	nx, _ := in.next(k)
	if prev := in.prev(k); prev != nil && prev.kind == kValue && prev.span.End == c.span.First && in.lastCond() != nil && in.lastCond().of() == tab && in.entity != tab && (in.entity != nil || len(in.measures) > 0) {
		return true // 'the Western region'
	}
	if in.role == rolePer && in.entity == nil && len(in.measures) == 0 && len(in.aggs) == 0 && len(in.attrs) == 0 {
		in.role, in.listed = roleHead, true // 'list each album'
	}
	if nx != nil && nx.kind == kColumn && nx.span.First == c.span.End && len(in.aggs) > 0 { // 'average track length'
		if x := in.choose(nx.columns(), nil); x != nil && (x.column.Table == tab || in.v.leads(tab, x.column.Table)) {
			in.context = append(in.context, tab)
			return true
		}
	}
	if isOneOf(in.r.word(c.span.First-1), "its", "their") && in.entity != nil && in.v.leads(in.entity, tab) && len(in.aggs) == 0 {
		in.withLabel = true
		in.attrs = append(in.attrs, labels(tab)...)
		return true
	}
	// 'product categories', 'customer orders': the first only says more about the second.
	if nx != nil && nx.kind == kTable && nx.span.First == c.span.End && len(in.aggs) == 0 {
		if other := nx.targets[0].table; other != tab && (in.v.leads(tab, other) || in.v.leads(other, tab)) {
			in.context = append(in.context, tab)
			return true
		}
	}
	if nx != nil && nx.kind == kTable && nx.span.First == c.span.End && in.wantsCount() && in.role == roleHead {
		if other := nx.targets[0].table; other != tab && in.v.leads(other, tab) {
			in.context = append(in.context, tab)
			return true
		}
	}
	if nx != nil && nx.kind == kMissing && nx.span.First == c.span.End && in.entity != nil {
		return in.reference(tab, true)
	}
	if in.role != roleSort && in.seriesOf(k, dim{table: tab}) {
		return true
	}
	if in.role == roleNot || in.role == roleWith {
		in.ensureEntity()
	}
	if in.entity == nil && in.rank != nil && !in.rank.done {
		in.ensureEntity()
		in.headColumn()
	}
	if in.showing && in.entity != nil && tab != in.entity && in.v.leads(in.entity, tab) {
		in.attrs, in.withLabel = append(in.attrs, labels(tab)...), true
		return true
	}
	switch in.role {
	case roleBy, rolePer, roleEach, roleSort:
		if len(in.aggs) > 0 {
			return in.tableAggregate(k, tab)
		}
		return in.tableDim(tab)
	case roleNot:
		if nx != nil && nx.names(tab) { // 'not in the category Seafood'
			in.role = roleHead
			in.context = append(in.context, tab)
			return true
		}
		return in.tableNot(tab)
	case roleWith:
		if in.entity != nil && tab != in.entity {
			return in.tableWith(k, tab)
		}
	}
	if len(in.aggs) > 0 {
		return in.tableAggregate(k, tab)
	}
	if in.rank != nil && !in.rank.done && (in.entity != nil || len(in.dims) > 0 || len(in.grains) > 0) && tab != in.entity {
		if isOneOf(in.rank.base, "large", "high", "expensive") { // 'who placed the largest invoice'
			if col := in.plan.amount(tab); col != nil && !in.v.leads(in.entityOr(tab), tab) {
				in.rankBy(&measure{op: "max", col: col})
				return true
			}
		}
		if in.rank.base == "" || in.rank.base == "large" || in.rank.base == "high" {
			in.rankBy(&measure{op: "count", table: tab})
			return true
		}
	}
	if in.event != nil && in.event.table == nil || in.event != nil && in.entity != nil && tab != in.entity {
		return in.eventObject(tab)
	}
	if in.entity == nil && len(in.measures) == 0 {
		in.entity = tab
		return true
	}
	if in.entity == tab {
		return true
	}
	if in.entity == nil && in.role == roleHead && !in.listed && nx != nil && nx.kind == kVerb { // 'how much did customers spend'
		in.context = append(in.context, tab)
		return true
	}
	in.context = append(in.context, tab)
	return in.role == roleOf || in.entity != nil && (in.v.leads(in.entity, tab) || in.v.leads(tab, in.entity)) || len(in.measures) > 0
}

func (in *interpreter) entityOr(t *index.Table) *index.Table {
	if in.entity != nil {
		return in.entity
	}
	return t
}

func (in *interpreter) wantsCount() bool {
	for _, a := range in.aggs {
		if a.kind == kCount {
			return true
		}
	}
	return false
}

// tableAggregate makes a measure of 'number of orders', 'total orders', 'average orders per customer'.
func (in *interpreter) tableAggregate(k int, tab *index.Table) bool {
	op, dist := "", false
	for _, a := range in.takeAggs() {
		if a.kind == kCount {
			dist = dist || a.op == "distinct"
			if op == "" {
				op = "count"
			}
			continue
		}
		op = a.op
	}
	m := &measure{op: "count", table: tab}
	if op != "count" && op != "sum" && op != "much" {
		m.agg = op
	}
	// 'the number of different customers that ordered': counting what hangs on something else already there.
	if in.entity != nil && in.entity != tab || in.rank != nil && !in.rank.done {
		return in.sink(k, m)
	}
	if in.entity == tab {
		in.entity = nil
	}
	return in.sink(k, m)
}

// sink puts a measure where its role wants it.
func (in *interpreter) sink(k int, m *measure) bool {
	if in.measure != nil && in.measure.op == m.op && m.col == in.measure.col && m.table == in.measure.table && m.agg == in.measure.agg && m.op != "" && (slices.Contains(in.measures, in.measure) || in.rank != nil && in.rank.by == in.measure) {
		if in.rank != nil && !in.rank.done {
			in.rankBy(in.measure)
		}
		return true // said twice: 'brings in the most revenue'
	}
	in.measure = m
	if in.role == roleNot {
		return false
	}
	in.headColumn()
	if in.rank != nil && !in.rank.done && (in.entity != nil || len(in.grains) > 0 || len(in.dims) > 0 || in.role == roleSort) {
		in.rankBy(m)
		return true
	}
	if in.rank != nil && !in.rank.done && in.rank.base != "sold" && m.op != "count" && m.op != "" && in.rank.n == 0 {
		// 'the highest revenue', with what has it still to come ('… by month', 'which …')
		in.measures = append(in.measures, m)
		in.rank.by, in.rank.done = m, true
		return true
	}
	if in.entity != nil && in.role == roleWith {
		if nx, _ := in.next(k); nx != nil && (nx.kind == kCmp || nx.kind == kMean) {
			return true // the comparison takes it
		}
	}
	in.measures = append(in.measures, m)
	return true
}

func (in *interpreter) rankBy(m *measure) {
	in.rank.by, in.rank.done = m, true
	in.measure = m
	if in.role == roleSort {
		in.role = roleHead
	}
}

// tableDim reads 'by customer', 'per order', 'in each category'.
func (in *interpreter) tableDim(tab *index.Table) bool {
	d := dim{table: tab}
	if in.role == roleSort {
		if in.rank != nil && !in.rank.done {
			if tab == in.entity || in.entity == nil {
				return false
			}
			in.rankBy(&measure{op: "count", table: tab})
			return true
		}
	}
	if in.role == rolePer || in.role == roleEach {
		if m := in.measure; m != nil && (m.agg == "avg" || m.agg == "median") && (m.op == "count" || m.op == "revenue" || m.op == "units" || m.op == "profit") && m.per == nil {
			m.per = &d
			in.analytic = true
			return true
		}
	}
	if in.role == rolePer && in.perUnrelated(tab) {
		return true
	}
	if in.rank != nil && in.entity != nil && tab != in.entity {
		if in.role == roleEach || in.role == rolePer {
			in.rankDims = append(in.rankDims, d)
			in.analytic = true
			return true
		}
	}
	if in.entity == tab && len(in.measures) == 0 {
		return true
	}
	in.dims = append(in.dims, d)
	return true
}

// tableNot reads 'without orders', 'no reviews', 'not … any product'.
func (in *interpreter) tableNot(tab *index.Table) bool {
	in.ensureEntity()
	if in.entity == nil && len(in.measures) == 1 && in.measures[0].op == "count" {
		in.entity = in.measures[0].table // counted below all the same
		defer func() { in.entity = nil }()
	}
	if in.entity == nil || tab == in.entity {
		return false
	}
	in.analytic = true
	if in.event != nil && in.event.not {
		return in.eventObject(tab)
	}
	if in.v.leads(tab, in.entity) {
		in.event = &event{table: tab, not: true}
		in.events = append(in.events, in.event)
		return true
	}
	if in.v.leads(in.entity, tab) {
		return in.reference(tab, true)
	}
	if hub := in.v.hub(nil, in.entity, tab); hub != nil {
		in.event = &event{table: hub, not: true}
		in.events = append(in.events, in.event)
		return true
	}
	return false
}

// reference says that the entity's reference to a table is missing.
func (in *interpreter) reference(tab *index.Table, missing bool) bool {
	for _, e := range in.v.ix.Graph.At[in.entity.ID] {
		if e.FromTable() == in.entity && e.ToTable() == tab && len(e.From) == 1 {
			in.conds = append(in.conds, &cond{col: e.From[0], op: "null", not: !missing})
			in.analytic = true
			return true
		}
	}
	return false
}

// tableWith reads 'with orders', 'that have a review'.
func (in *interpreter) tableWith(k int, tab *index.Table) bool {
	if len(in.aggs) > 0 {
		return in.tableAggregate(k, tab)
	}
	if in.rank != nil && !in.rank.done {
		in.rankBy(&measure{op: "count", table: tab})
		return true
	}
	if in.v.leads(tab, in.entity) {
		in.event = &event{table: tab}
		in.events = append(in.events, in.event)
		return true
	}
	if in.v.leads(in.entity, tab) {
		in.context = append(in.context, tab)
		if nx, _ := in.next(k); nx == nil {
			return in.reference(tab, false)
		}
		return true
	}
	if hub := in.v.hub(nil, in.entity, tab); hub != nil {
		in.event = &event{table: hub}
		in.events = append(in.events, in.event)
		return true
	}
	return false
}

// valueAhead says whether the next thing said is a value of the column.
func (in *interpreter) valueAhead(k int, col *index.Column) bool {
	nx, at := in.next(k)
	for nx != nil && nx.kind == kOf {
		nx, at = in.next(at)
	}
	if nx == nil || nx.kind != kValue {
		return false
	}
	for i := range nx.values {
		if nx.values[i].Column == col {
			return true
		}
	}
	return len(nx.values) == 0 && col.Text()
}
