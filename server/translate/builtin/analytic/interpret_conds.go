package analytic

import (
	"slices"
	"strconv"
	"strings"

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
		if c.col == col && !slices.Contains(c.values, value) && c.not == in.neg {
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

// likeChunk reads 'whose title contains Live'.
func (in *interpreter) likeChunk(c *chunk) bool {
	col := in.column
	if col == nil || !col.Text() {
		s := in.subject()
		if s == nil || s.Label == nil {
			return false
		}
		col = s.Label
	}
	in.dropAttr(col)
	pattern := map[string]string{"prefix": c.base + "%", "suffix": "%" + c.base, "contains": "%" + c.base + "%"}[c.op]
	in.addCond(&cond{col: col, like: pattern, not: in.neg})
	in.neg = false
	if in.entity == nil && len(in.measures) == 0 {
		in.entity = col.Table
	}
	return true
}

// stock reads 'out of stock'.
func (in *interpreter) stock() bool {
	s := in.subject()
	if s == nil {
		return false
	}
	for _, c := range s.Columns {
		if c.Numeric() && has(c.Stems, "stock", "inventori") && !has(c.Stems, "reorder") {
			in.conds = append(in.conds, &cond{col: c, op: "<=", num: 0})
			return true
		}
	}
	for _, t := range in.v.children(s) {
		if has(t.Stems, "stock", "inventori") {
			if c := measureCalled(t, "quantiti", "stock", "level"); c != nil {
				in.events = append(in.events, &event{table: t, having: &measure{op: "sum", col: c}, op: "<=", num: 0})
				in.says("out of stock: " + c.String() + " adds up to nothing")
				return true
			}
		}
	}
	return false
}

// window reads a time window: of the event that is being told of, else of the whole question.
func (in *interpreter) window(k int, c *chunk) {
	if s := in.subject(); in.event != nil && s != nil && in.event.table != s {
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

// compare reads 'more than 5' with what it is said of, before or after it.
func (in *interpreter) compare(k int, c *chunk) bool {
	hi := 0.0
	if c.op == "between" {
		hi, _ = strconv.ParseFloat(strings.ReplaceAll(c.base, ",", ""), 64)
		if hi == 0 {
			hi = float64(c.dir)
		}
	}
	set := func(x *cond) bool {
		x.op, x.num, x.hi = c.op, c.num, hi
		in.dropAttr(x.col)
		in.addCond(x)
		if in.entity == nil && len(in.measures) == 0 && in.event == nil {
			in.entity = x.col.Table
		}
		return true
	}
	having := func(t *index.Table, m *measure) bool {
		e := &event{table: t, having: m, op: c.op, num: c.num, hi: hi, shown: true}
		in.event = e
		in.events = append(in.events, e)
		if in.role == roleWith || in.role == roleNot {
			in.role = roleHead
		}
		return true
	}
	nx, nk := in.next(k)
	if nx != nil && nx.kind == kTable {
		in.ensureEntity()
	}
	subject := in.subject()
	if nx != nil && nx.span.First <= c.span.End+1 {
		switch nx.kind {
		case kTable:
			t := in.choose(nx.tables(), nil)
			if t != nil && subject == nil && in.headColumn() {
				nx.used = true
				in.measures = append(in.measures, &measure{op: "count", table: t.table})
				in.filter = &event{having: in.measures[0], op: c.op, num: c.num, hi: hi}
				return true
			}
			if t != nil && subject != nil && t.table != subject {
				nx.used = true
				child := t.table
				m := &measure{op: "count", table: child}
				if !in.v.leads(child, subject) {
					hub := in.v.hub(nil, subject, child)
					if hub == nil {
						return false
					}
					m.dist, m.table = true, child
					child = hub
				}
				return having(child, m)
			}
		case kTimes:
			nx.used = true
			return in.times(k, c, having)
		case kMoney:
			nx.used = true
			if subject == nil || in.sales.line == nil {
				return false
			}
			return having(in.moneyTable(subject), &measure{op: nx.op})
		case kColumn:
			if t := in.choose(nx.targets, func(t target) bool { return t.column != nil && t.column.Numeric() }); t != nil && (in.column == nil || in.prev(k).kind != kColumn) {
				nx.used = true
				_ = nk
				return set(&cond{col: t.column})
			}
		}
	}
	prev := in.prev(k)
	if prev == nil {
		return false
	}
	switch prev.kind {
	case kColumn:
		if in.column != nil && in.column.Numeric() {
			if in.measure != nil && in.measure.col == in.column && in.measure.op != "" { // 'with an average price above 30'
				return in.comparedMeasure(having)
			}
			return set(&cond{col: in.column})
		}
		return false
	case kMoney, kCount, kVerb:
		if in.measure != nil && subject != nil && prev.kind == kMoney {
			return in.comparedMeasure(having)
		}
		if prev.kind == kVerb && subject != nil {
			return in.times(k, c, having)
		}
	}
	if in.measure != nil && in.entity != nil && !slices.Contains(in.measures, in.measure) && (in.rank == nil || in.rank.by != in.measure) {
		return in.comparedMeasure(having)
	}
	if subject == nil {
		return false
	}
	// 'orders over 500', 'products under 20'
	if col := in.amountOf(subject, c); col != nil {
		return set(&cond{col: col})
	}
	if subject == in.sales.header && in.sales.line != nil {
		in.analytic = true
		return having(in.sales.line, &measure{op: "revenue"})
	}
	return false
}

// comparedMeasure compares the last measure for each row of the entity.
func (in *interpreter) comparedMeasure(having func(*index.Table, *measure) bool) bool {
	m := in.measure
	in.measures = slices.DeleteFunc(in.measures, func(x *measure) bool { return x == m })
	in.analytic = true
	switch {
	case m.col != nil:
		return having(m.col.Table, m)
	case m.op == "count":
		return having(m.table, m)
	case m.op == "order" && in.subject() == in.sales.header:
		return having(in.moneyTable(in.sales.header), &measure{op: "revenue"})
	}
	if in.subject() == nil {
		return false
	}
	return having(in.moneyTable(in.subject()), m)
}

// subject is the table whose rows a comparison is about.
func (in *interpreter) subject() *index.Table {
	if in.entity != nil {
		return in.entity
	}
	for _, m := range in.measures {
		if m.op == "count" && m.table != nil {
			return m.table
		}
	}
	return nil
}

// moneyTable is the table that money of a thing is added up from: whole orders where that is enough.
func (in *interpreter) moneyTable(t *index.Table) *index.Table {
	if in.sales.total != nil && in.v.leads(in.sales.header, t) {
		return in.sales.header
	}
	return in.sales.line
}

// times reads 'ordered more than 5 times': how often the verb's event happened.
func (in *interpreter) times(k int, c *chunk, having func(*index.Table, *measure) bool) bool {
	s := in.subject()
	if s == nil {
		return false
	}
	verb := ""
	for j := k - 1; j >= 0 && verb == ""; j-- {
		if in.chunks[j].kind == kVerb {
			verb = in.chunks[j].op
		}
	}
	var t *index.Table
	if in.event != nil && in.event.having == nil && !in.event.not {
		t = in.event.table
		old := in.event
		in.events = slices.DeleteFunc(in.events, func(e *event) bool { return e == old })
	}
	if t == nil {
		t = in.eventTable(s, verb)
	}
	if t == nil {
		return false
	}
	return having(t, &measure{op: "count", table: t})
}

// amountOf is the column that 'over 500' speaks of for a row of the table.
func (in *interpreter) amountOf(t *index.Table, c *chunk) *index.Column {
	if c.base == "older" || c.base == "younger" {
		return measureCalled(t, "age")
	}
	if c.base == "longer" || c.base == "shorter" {
		if x := measureCalled(t, "length", "durat", "minut", "second", "millisecond", "runtim", "hour"); x != nil {
			return x
		}
	}
	if x := measureCalled(t, "amount", "total", "price", "cost", "valu", "revenu", "salari", "fee", "balanc", "rate"); x != nil && !has(x.Stems, "ship") {
		return x
	}
	var only *index.Column
	for _, col := range t.Columns {
		if col.Role == index.RoleMeasure && !has(col.Stems, "ship") {
			if only != nil {
				return nil
			}
			only = col
		}
	}
	return only
}

// mean reads 'above average' of a column or measure.
func (in *interpreter) mean(k int, c *chunk) bool {
	in.analytic = true
	if nx, _ := in.next(k); nx != nil && nx.kind == kColumn {
		if t := in.choose(nx.targets, func(t target) bool { return t.column != nil && t.column.Numeric() }); t != nil {
			nx.used = true
			in.conds = append(in.conds, &cond{col: t.column, op: "mean" + c.op})
			if in.entity == nil && len(in.measures) == 0 {
				in.entity = t.column.Table
			}
			return true
		}
	}
	if in.column != nil && in.column.Numeric() && (in.measure == nil || in.measure.col != in.column) {
		in.dropAttr(in.column)
		in.conds = append(in.conds, &cond{col: in.column, op: "mean" + c.op})
		return true
	}
	if nx, _ := in.next(k); nx != nil && nx.kind == kMoney {
		nx.used = true
		in.moneyChunk(k+1, nx)
	}
	s := in.subject()
	if m := in.measure; m != nil && s != nil && m.op != "count" {
		in.measures = slices.DeleteFunc(in.measures, func(x *measure) bool { return x == m })
		t := in.moneyTable(s)
		if m.col != nil {
			t = m.col.Table
		}
		in.events = append(in.events, &event{table: t, having: m, op: "mean" + c.op, shown: true})
		return true
	}
	if s != nil {
		word := in.r.word(c.span.First)
		if col := in.amountOf(s, &chunk{base: word}); col != nil {
			in.conds = append(in.conds, &cond{col: col, op: "mean" + c.op})
			return true
		}
	}
	return false
}

// ranked reads 'top 5', 'most expensive', 'best selling'.
func (in *interpreter) ranked(k int, c *chunk) bool {
	nx, _ := in.next(k)
	if in.rank != nil && !in.rank.done && in.entity == nil && c.base != "" && in.rank.base != "" { // 'cheapest and most expensive'
		for _, r := range []*ranking{in.rank, {dir: c.dir, base: c.base}} {
			low := isOneOf(r.base, "cheap", "young", "short", "low", "small", "light", "slow", "early") != (r.dir < 0)
			in.aggs = append(in.aggs, chunk{kind: kAgg, op: map[bool]string{true: "min", false: "max"}[low]})
		}
		in.rank = nil
		return true
	}
	if in.rank != nil && in.rank.done && in.sort == 0 || in.rank != nil && c.base == "" && in.rank.base != "" {
		return false
	}
	if in.rank != nil && !in.rank.done { // 'the most … top 5'
		if c.num > 0 {
			in.rank.n = int(c.num)
		}
		if c.base != "" {
			in.rank.base = c.base
		}
	} else {
		in.rank = &ranking{dir: c.dir, n: int(c.num), base: c.base}
	}
	if c.op == "all" { // 'most expensive first'
		in.sort = c.dir
	}
	if len(in.aggs) > 0 && nx == nil {
		return false
	}
	switch c.base {
	case "sold", "selling":
		in.analytic = true
		s := in.sales
		if s.qty == nil && s.total == nil {
			return false
		}
		op := "units"
		if s.qty == nil || in.entity != nil && s.header != nil && in.v.leads(s.header, in.entity) {
			op = "revenue"
		}
		in.rankBy(&measure{op: op})
		return true
	}
	if in.role == roleWith || in.role == roleBy || in.role == roleNot {
		in.role = roleHead
	}
	return true
}

// missing reads 'missing phone number', 'phone is missing'.
func (in *interpreter) missing(k int) bool {
	if nx, _ := in.next(k); nx != nil && nx.kind == kColumn {
		if t := in.choose(nx.targets, func(t target) bool { return t.column != nil }); t != nil {
			nx.used = true
			return in.addNull(t.column, true)
		}
	}
	if in.column != nil {
		return in.addNull(in.column, true)
	}
	return false
}

// duplicates reads 'duplicate e-mail addresses', 'customers with the same name'.
func (in *interpreter) duplicates(k int) bool {
	nx, nk := in.next(k)
	for nx != nil && nx.kind == kTable { // 'duplicate customer e-mails'
		t := in.choose(nx.tables(), nil)
		if t == nil {
			return false
		}
		nx.used = true
		in.entity = t.table
		nx, nk = in.next(nk)
		for nx != nil && (nx.kind == kOf || nx.kind == kBy || nx.kind == kWith) {
			nx.used = true
			nx, nk = in.next(nk)
		}
	}
	if nx != nil && nx.kind == kColumn {
		if t := in.choose(nx.targets, func(t target) bool { return t.column != nil }); t != nil {
			nx.used = true
			in.duplicate = append(in.duplicate, t.column)
			return true
		}
	}
	if in.column != nil {
		in.dropAttr(in.column)
		in.duplicate = append(in.duplicate, in.column)
		return true
	}
	if in.entity != nil && in.entity.Label != nil {
		in.duplicate = append(in.duplicate, in.entity.Label)
		return true
	}
	return false
}
