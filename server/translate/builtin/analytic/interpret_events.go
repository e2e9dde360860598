package analytic

import (
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// verbChunk reads what somebody does: it tells of an event in another table (customers who ordered), of the entity's own
// dates (employees hired last year), or of nothing new (orders placed by …).
func (in *interpreter) verbChunk(k int, c *chunk) bool {
	s := in.subject()
	if prev := in.prev(k); prev != nil && prev.kind == kRank && in.rank != nil && !in.rank.done && in.rank.base == "" && !in.neg {
		in.rank.verb = c.op // 'most returned products'
		return true
	}
	if m := in.measure; m != nil && m.op != "count" && m.col == nil && in.entity == nil {
		return true // 'units … have been sold'
	}
	if m := in.measure; m != nil && m.op == "count" && m.table != nil && isOneOf(c.base, "sold", "bought", "purchased") && !in.neg && in.entity == nil && in.sales.qty != nil && in.v.leads(in.sales.line, m.table) &&
		(in.sales.header == nil || !in.v.leads(in.sales.header, m.table)) && in.sales.header != m.table {
		m.op, m.table = "units", nil // 'how many tracks were sold'
		in.analytic = true
		return true
	}
	if s == nil {
		// 'how many were hired', 'who was hired': the table with such a date
		if in.entity = in.tableWithDate(c.op); in.entity == nil {
			in.verb = c.op
			return !in.neg
		}
		s = in.entity
		in.implied = s
		if in.wantsCount() {
			in.entity = nil
			in.aggs = nil
			in.measures = append(in.measures, &measure{op: "count", table: s})
		}
	}
	if in.role == roleNot || in.neg {
		return in.verbNot(k, c, s)
	}
	if own := in.ownDate(s, c.op); own != nil {
		in.verb = c.op
		if nx, _ := in.next(k); nx == nil && len(in.windows) == 0 && ended(c.op) && own.Def.Nullable { // 'employees who left'
			in.conds = append(in.conds, &cond{col: own, op: "null", not: true})
			in.analytic = true
			return true
		}
		if nx, _ := in.next(k); nx == nil && !in.when && (in.role == roleWith || in.role == roleHead) && own.Def.Nullable && in.rank == nil {
			in.conds = append(in.conds, &cond{col: own, op: "null", not: true})
			in.analytic = true
		}
		return true
	}
	t := in.eventTable(s, c.op)
	if in.rank != nil && !in.rank.done && t != nil && in.entity != nil {
		in.rankBy(&measure{op: "count", table: t})
		return true
	}
	nx, _ := in.next(k)
	if in.entity == nil && nx != nil && nx.kind == kTable { // 'how many customers bought products'
		t = nil
	}
	if nx != nil && (nx.kind == kTable || nx.kind == kMoney || nx.kind == kCount || nx.kind == kOf && s != nil && t == nil) {
		return true
	}
	if t == nil && len(c.values) > 0 && isOneOf(in.r.word(c.span.First-1), "were", "was", "are", "is", "been", "got") {
		return in.value(k, c) // 'orders that were cancelled'
	}
	if t == nil {
		return true
	}
	if in.role == roleWith || in.share || nx != nil && (nx.kind == kWindow || nx.kind == kValue || nx.kind == kAnd || nx.kind == kOf) {
		in.event = &event{table: t, verb: c.op}
		in.events = append(in.events, in.event)
		in.role = roleHead
		in.analytic = true
	}
	return true
}

// ended says whether a verb tells of an end, which some rows have not come to.
func ended(verb string) bool {
	return isOneOf(verb, "leav", "quit", "close", "cancel", "end", "finish", "complet", "expir", "terminat", "retir", "return", "pay", "ship", "deliv", "resolv")
}

// verbNot reads 'have never ordered', 'not been shipped', 'never sold'.
func (in *interpreter) verbNot(k int, c *chunk, s *index.Table) bool {
	in.analytic = true
	in.neg = false
	in.role = roleNot
	nx, _ := in.next(k)
	if own := in.ownDate(s, c.op); own != nil && (nx == nil || nx.kind != kWindow && nx.kind != kTable) {
		in.conds = append(in.conds, &cond{col: own, op: "null"})
		in.role = roleHead
		return true
	}
	for _, col := range s.Columns { // 'not assigned to anyone'
		if len(col.Words) > 0 && col.Words[0] == c.base && col.Def.Nullable && !col.Temporal() {
			in.conds = append(in.conds, &cond{col: col, op: "null"})
			in.role = roleHead
			return true
		}
	}
	if own := in.ownDate(s, c.op); own != nil && nx != nil && nx.kind == kWindow && in.eventTable(s, c.op) == nil {
		in.verb = c.op
		return false
	}
	t := in.eventTable(s, c.op)
	if t == nil && len(c.values) > 0 { // 'that are not cancelled'
		in.neg = true
		return in.value(k, c)
	}
	if t == nil && isOneOf(c.op, "use", "appear", "involv", "redeem", "book", "visit", "rent", "assign", "reserv", "tri", "watch", "play") {
		t = in.busiest(s)
	}
	if t == nil {
		if nx != nil && nx.kind == kTable { // 'do not support any customer'
			in.role = roleNot
			return true
		}
		if nx != nil && (nx.kind == kOf || nx.kind == kValue || nx.kind == kColumn) { // 'do not live in Germany'
			in.neg = true
			return true
		}
		return false
	}
	in.event = &event{table: t, not: true, verb: c.op}
	if child := in.childDate(t, c.op); child != nil {
		in.event.conds = append(in.event.conds, &cond{col: child, op: "null", not: true})
	}
	in.events = append(in.events, in.event)
	return true
}

// busiest is the table of what happens to the entity most likely.
func (in *interpreter) busiest(s *index.Table) *index.Table {
	var best *index.Table
	score := 0.0
	for _, c := range in.v.children(s) {
		n := 1.0 + float64(boolInt(orderLike(c) || eventLike(c))) + 0.5*float64(boolInt(c == in.sales.line || c == in.sales.header))
		if n > score {
			best, score = c, n
		}
	}
	return best
}

// ownDate is the entity's own date for a verb: hired_on for 'hired'.
func (in *interpreter) ownDate(t *index.Table, verb string) *index.Column {
	var best *index.Column
	score := 6.0
	for _, c := range t.Columns {
		if !c.Temporal() {
			continue
		}
		if s := dateScore(c, verb) - dateScore(c, ""); s > score {
			best, score = c, s
		}
	}
	return best
}

// childDate is the date in an event's table that says that it is done: delivered_at of shipments for 'delivered'.
func (in *interpreter) childDate(t *index.Table, verb string) *index.Column {
	if c := in.ownDate(t, verb); c != nil && c.Def.Nullable {
		return c
	}
	return nil
}

// tableWithDate finds the table that has a date for a verb.
func (in *interpreter) tableWithDate(verb string) *index.Table {
	for _, t := range in.v.ix.Tables {
		if !in.v.skip[t.ID] && in.ownDate(t, verb) != nil && len(verb) > 2 {
			return t
		}
	}
	return nil
}

// eventTable finds the table whose rows say that the verb happened to the entity: orders for customers who ordered,
// order lines for products that were sold, shipments for orders that were shipped.
func (in *interpreter) eventTable(s *index.Table, verb string) *index.Table {
	var best *index.Table
	score := 0.0
	for _, t := range in.v.ix.Tables {
		if in.v.skip[t.ID] || t == s {
			continue
		}
		_, cost, ok := in.v.path(t, s)
		if !ok || cost > 4 {
			continue
		}
		n := 0.0
		for _, stem := range t.Stems {
			switch {
			case stem == verb:
				n = max(n, 3)
			case len(verb) > 2 && strings.HasPrefix(stem, verb):
				n = max(n, 2.6)
			}
		}
		if in.ownDate(t, verb) != nil {
			n = max(n, 1.6)
		}
		if n == 0 {
			for _, stem := range index.Synonyms(verb) {
				if has(t.Stems, stem) {
					n = 1
				}
			}
		}
		if n > 0 && len(t.Stems) > 1 && t != in.sales.line {
			n -= 0.2
		}
		if n > 0 && n-0.1*cost > score {
			best, score = t, n-0.1*cost
		}
	}
	if isOneOf(verb, "buy", "purchas", "order", "sell", "place", "spend") {
		if h := in.sales.header; h != nil && h != s && in.v.leads(h, s) {
			return h
		}
		if l := in.sales.line; l != nil && l != s && in.v.leads(l, s) {
			return l
		}
	}
	return best
}

// eventObject is what the event was about: 'bought products', 'never reviewed a product', 'without orders in Germany'.
func (in *interpreter) eventObject(tab *index.Table) bool {
	e := in.event
	if e.table == tab || tab == in.entity {
		return true
	}
	if e.table != nil && in.v.leads(e.table, tab) {
		return true
	}
	if in.entity != nil && in.v.leads(tab, in.entity) {
		e.table = tab
		return true
	}
	if in.entity != nil {
		if hub := in.v.hub(in.sales.line, in.entity, tab); hub != nil {
			e.table = hub
			return true
		}
	}
	return false
}

// late reads 'shipped late', 'late deliveries', 'delivered on time': one date of a table after another.
func (in *interpreter) late(c *chunk) bool {
	s := in.subject()
	verb := in.verb
	for _, x := range in.chunks {
		if x.kind == kVerb && isOneOf(x.op, "ship", "deliv", "arriv", "pay", "close", "complet", "return") {
			verb = x.op
		}
	}
	if s == nil {
		return false
	}
	for _, t := range append([]*index.Table{s}, in.v.children(s)...) {
		due, done := in.deadline(t, verb)
		if due == nil || done == nil {
			continue
		}
		x := &cond{col: done, other: due, op: c.op}
		in.notes = append(in.notes, "'late' read as "+done.Def.Name+" after "+due.Def.Name)
		if t == s {
			in.conds = append(in.conds, x)
		} else {
			in.events = append(in.events, &event{table: t, conds: []*cond{x}})
		}
		in.event = nil
		return true
	}
	return false
}

// deadline finds the date by which something was due, and the date on which it was done.
func (in *interpreter) deadline(t *index.Table, verb string) (due, done *index.Column) {
	score := 0
	for _, c := range t.Columns {
		if !c.Temporal() {
			continue
		}
		if has(c.Stems, "requir", "due", "promis", "deadlin", "expect", "plan", "schedul", "estim") {
			if due == nil {
				due = c
			}
			continue
		}
		n := boolInt(has(c.Stems, "actual")) + 2*boolInt(has(c.Stems, "deliv", "deliveri", "arriv")) + boolInt(has(c.Stems, "ship", "complet", "return", "paid", "finish", "close"))
		if verb != "" && dateScore(c, verb)-dateScore(c, "") > 0 {
			n += 5
		}
		if n > score {
			done, score = c, n
		}
	}
	return due, done
}
