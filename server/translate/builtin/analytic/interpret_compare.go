package analytic

import (
	"slices"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

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
		x.op, x.num, x.hi = c.op, in.r.inUnit(c, c.num, x.col), in.r.inUnit(c, hi, x.col)
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
	nx, _ := in.next(k)
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
			return in.times(k, having)
		case kMoney:
			nx.used = true
			if subject == nil || in.sales.line == nil {
				return false
			}
			return having(in.moneyTable(subject), &measure{op: nx.op})
		case kColumn:
			if t := in.choose(nx.targets, func(t target) bool { return t.column != nil && t.column.Numeric() }); t != nil && (in.column == nil || in.prev(k).kind != kColumn) {
				nx.used = true
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
			return in.times(k, having)
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
		if (m.op == "count" || m.span != nil) && m.table != nil {
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
func (in *interpreter) times(k int, having func(*index.Table, *measure) bool) bool {
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
