package analytic

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// moneyChunk reads 'revenue', 'profit', 'units sold', 'order value'.
func (in *interpreter) moneyChunk(k int, c *chunk) bool {
	s := in.sales
	m := &measure{op: c.op}
	if prev := in.measure; c.base == "spend" && prev != nil && prev.op == "revenue" && slices.Contains(in.measures, prev) {
		return true // 'how much … did they spend'
	}
	if c.op == "order" && in.rank != nil && !in.rank.done && in.entity == nil && !in.listed && in.rank.n <= 1 { // 'the highest invoice amount'
		m.agg = "max"
		if in.rank.dir < 0 {
			m.agg = "min"
		}
		in.rank = nil
		in.analytic = true
		return in.sink(k, m)
	}
	switch {
	case s.line == nil && s.total == nil, c.op == "units" && s.qty == nil, (c.op == "profit" || c.op == "margin") && (s.line == nil || s.cost == nil), c.op == "order" && s.header == nil:
		return false
	}
	for _, a := range in.takeAggs() {
		switch {
		case a.kind == kCount, a.op == "sum", a.op == "much":
		default:
			m.agg, m.p = a.op, a.num
		}
	}
	if m.op == "order" && m.agg == "" {
		m.agg = "sum"
		if nx, _ := in.next(k); in.histogram || nx != nil && (nx.kind == kCmp || nx.kind == kHistogram) {
			m.agg = ""
		}
	}
	in.analytic = in.analytic || c.op != "units"
	if c.base == "spend" && in.entity == nil && len(in.measures) == 0 && in.listed {
		in.who(k)
	}
	if nx, _ := in.next(k); nx != nil && nx.kind == kCmp && in.entity != nil {
		in.measure = m
		return true
	}
	if prev := in.prev(k); prev != nil && prev.kind == kCmp && in.event != nil && in.event.having == nil && in.event.op != "" {
		in.event.having = m
		return true
	}
	if in.role == roleBy && in.rank != nil && in.rank.done && in.rank.base == "sold" {
		in.rankBy(m)
		return true
	}
	if in.role == roleBy && in.rank == nil && in.entity != nil {
		in.rank = &ranking{dir: 1}
		in.sort = 1
	}
	if in.role == roleSort && in.rank != nil && !in.rank.done {
		in.rankBy(m)
		return true
	}
	return in.sink(k, m)
}

// valueOf reads 'status cancelled', 'country Germany': a value right after its column.
func (in *interpreter) valueOf(c *chunk, col *index.Column) bool {
	for _, v := range c.values {
		if v.Column == col {
			c.used = true
			in.addValue(col, v.Value)
			return true
		}
	}
	if len(c.values) == 0 && c.op != "" && col.Text() {
		c.used = true
		in.addValue(col, c.op)
		return true
	}
	return false
}

// value reads a value of the database.
func (in *interpreter) value(k int, c *chunk) bool {
	if len(c.values) == 0 {
		return false
	}
	if nx, at := in.next(k); nx != nil && nx.kind == kRank && nx.base == "" && in.entity != nil && in.rank == nil && isVerb(in.r.word(c.span.First)) {
		if after, _ := in.next(at); (after == nil || after.kind == kWindow) && in.eventTable(in.entity, in.r.stem(c.span.First)) != nil {
			nx.used = true
			in.rank = &ranking{dir: nx.dir, verb: in.r.stem(c.span.First)} // 'which products are returned the most'
			return true
		}
	}
	var best *index.ValueLink
	score := -10.0
	for i := range c.values {
		v := &c.values[i]
		s := 2*v.Score + in.nearness(v.Column.Table)
		switch {
		case slices.Contains(labels(v.Column.Table), v.Column):
			s += 0.45
			if in.subject() == v.Column.Table && len(in.attrs) == 0 {
				s -= 0.8 // rows of a thing are rarely asked for by the name of one
			}
		case v.Column.Role == index.RoleCategory:
			s += 0.35
		}
		if in.v.skip[v.Column.Table.ID] {
			continue
		}
		for j := range in.chunks {
			if in.chunks[j].kind == kTable && in.chunks[j].targets[0].table == v.Column.Table {
				s += 0.35
			}
		}
		if len(in.side) > 0 && in.side[0].col == v.Column {
			s += 1
		}
		if s > score {
			best, score = v, s
		}
	}
	if best == nil {
		return false
	}
	if in.column == best.Column && (len(in.attrs) > 1 || in.entity != nil) && in.justBefore(k, best.Column) {
		in.dropAttr(best.Column) // 'names of airports in the city of Goroka' asks for names
	}
	in.addValue(best.Column, best.Value)
	if s := in.subject(); s != nil && past(in.r.word(c.span.First)) && in.ownDate(s, in.r.stem(c.span.First)) != nil {
		in.verb = in.r.stem(c.span.First) // 'cancelled in 2024': when they were cancelled
	}
	if in.role == roleWith {
		in.role = roleHead
	}
	return true
}

// justBefore says whether the column's name stands before chunk k, with little words between.
func (in *interpreter) justBefore(k int, col *index.Column) bool {
	for k--; k >= 0; k-- {
		switch c := &in.chunks[k]; c.kind {
		case kFill, kOf, kNot, kWith:
		case kColumn:
			for _, t := range c.targets {
				if t.column == col {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// addValue adds 'column is value'; a second value of the column joins the first: 'from Germany or France'.
func (in *interpreter) addValue(col *index.Column, value string) {
	if in.entity == nil && len(in.measures) == 0 && len(in.aggs) == 0 && in.rank == nil && !in.share && col == col.Table.Label {
		in.context = append(in.context, col.Table)
	}
	for _, c := range in.side {
		if c.col == col && !slices.Contains(c.values, value) && (c.not == in.neg || c.not && (in.last == kOr || in.last == kAnd)) { // 'not from Germany or France'
			c.values = append(c.values, value)
			return
		}
	}
	c := &cond{col: col, values: []string{value}, not: in.neg && in.event == nil}
	if in.neg && in.event == nil {
		in.neg = false
		if in.role == roleNot {
			in.role = roleHead
		}
	}
	in.side = append(in.side, c)
	if s := in.subject(); in.event != nil && s != nil && !in.v.leads(s, col.Table) {
		if in.event.table == nil || !in.v.leads(in.event.table, col.Table) {
			if hub := in.v.hub(in.sales.line, s, col.Table); hub != nil {
				in.event.table = hub
			}
		}
		in.event.conds = append(in.event.conds, c)
		return
	}
	in.conds = append(in.conds, c)
}

// lastCond is the condition that was read last.
func (in *interpreter) lastCond() *cond {
	if len(in.side) == 0 {
		return nil
	}
	return in.side[len(in.side)-1]
}

// headColumn makes groups of a column that was asked for: 'which country has the most customers'.
func (in *interpreter) headColumn() bool {
	if in.entity != nil || len(in.attrs) != 1 || len(in.measures) > 0 || len(in.dims) > 0 {
		return false
	}
	if a := in.attrs[0]; a.Role != index.RoleCategory && a.Role != index.RoleText && a.Role != index.RoleLabel {
		return false
	}
	in.dims = append(in.dims, dim{column: in.attrs[0]})
	in.attrs = nil
	in.headed = true
	return true
}

// window reads a time window: of the event that is being told of, else of the whole question.
func (in *interpreter) window(c *chunk) {
	if s, e := in.subject(), in.event; (in.neg || in.role == roleNot) && e != nil && s != nil && !e.not && e.table != s && e.having == nil && len(e.windows) > 0 {
		in.event = &event{table: e.table, not: true, verb: e.verb, conds: e.conds, windows: []window{c.window}} // 'in 2024 but not in 2025'
		in.events = append(in.events, in.event)
		in.neg, in.role = false, roleHead
	} else if in.event != nil && s != nil && in.event.table != s {
		in.event.windows = append(in.event.windows, c.window)
	} else {
		in.windows = append(in.windows, c.window)
	}
	in.analytic = true
	in.notes = append(in.notes, c.window.says())
}

// grain reads a step of time: 'by month', 'monthly', 'which month', 'orders per day on average'.
func (in *interpreter) grain(k int, c *chunk) bool {
	in.analytic = true
	if c.base == "ly" && len(in.aggs) > 0 && in.aggs[len(in.aggs)-1].op == "avg" { // 'average daily revenue'
		in.aggs = in.aggs[:len(in.aggs)-1]
		if nx, nk := in.next(k); nx != nil {
			nx.used = true
			in.read(nk, nx)
			if in.measure != nil {
				in.measure.agg, in.measure.grain = "avg", c.op
				return true
			}
		}
		return false
	}
	if m := in.measure; m != nil && (in.role == rolePer || in.role == roleEach) && m.agg == "avg" && (m.op == "count" || m.op == "revenue" || m.op == "units" || m.op == "profit") {
		m.grain = c.op
		return true
	}
	if slices.Contains(in.grains, c.op) {
		return true
	}
	if in.rank != nil && in.entity != nil && (in.role == roleEach || in.role == rolePer) {
		in.rankDims = append(in.rankDims, dim{})
	}
	in.grains = append(in.grains, c.op)
	if in.role == roleSort {
		in.role = roleBy
	}
	return true
}
