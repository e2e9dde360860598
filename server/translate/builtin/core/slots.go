package core

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// role is what a slot is for.
type role uint8

const (
	roleSelect role = iota
	roleAgg         // selected aggregate of a column
	roleStar        // count(*): which table
	roleAll         // SELECT *: which table
	roleCond
	roleCondSub // left side of a condition with a sub-query
	roleGroup
	roleHaving
	roleOrder
	roleOrderAgg
	roleLimit
	roleSub   // what a sub-query selects
	roleRight // what the right side of a set operation selects
	roleExtra // a table joined without a column of it
)

// slot is one thing to fill in a sketch.
type slot struct {
	role  role
	agg   AggSlot
	kind  CondKind
	or    bool
	query int // which of the sketch's queries it belongs to
	nth   int // among the slots of the role in the query
}

// part is one SELECT of a sketch: the whole, a sub-query, or a right side.
type part struct {
	sketch *Sketch
	parent int // index of the part that it belongs to; -1 for the whole
	cond   int // the slot of the condition that it is the right side of; -1 for none
	right  bool
	slots  []int
}

// plan is a sketch with its slots in the order of filling.
type plan struct {
	sketch *Sketch
	slots  []slot
	parts  []part
}

func newPlan(s *Sketch) *plan {
	p := &plan{sketch: s}
	p.add(s, -1, -1, false)
	return p
}

func (p *plan) add(s *Sketch, parent, cond int, right bool) {
	me := len(p.parts)
	p.parts = append(p.parts, part{sketch: s, parent: parent, cond: cond, right: right})
	put := func(sl slot) int {
		sl.query = me
		p.slots = append(p.slots, sl)
		p.parts[me].slots = append(p.parts[me].slots, len(p.slots)-1)
		return len(p.slots) - 1
	}
	type sub struct {
		s    *Sketch
		slot int
	}
	var subs []sub
	for i, c := range s.Conds {
		if c.Sub == nil {
			put(slot{role: roleCond, kind: c.Kind, or: c.Or, nth: i})
		}
	}
	sel, agg := roleSelect, roleAgg
	switch {
	case right:
		sel, agg = roleRight, roleRight
	case cond >= 0:
		sel, agg = roleSub, roleSub
	}
	for i := range s.Plain {
		put(slot{role: sel, nth: i})
	}
	if s.All {
		put(slot{role: roleAll})
	}
	for i, a := range s.Aggs {
		r := agg
		if a.Star {
			r = roleStar
		}
		put(slot{role: r, agg: a, nth: i})
	}
	for i := range s.Group {
		put(slot{role: roleGroup, nth: i})
	}
	for i, h := range s.Having {
		k := put(slot{role: roleHaving, agg: h.Left, kind: h.Kind, or: h.Or, nth: i})
		if h.Sub != nil {
			subs = append(subs, sub{h.Sub, k})
		}
	}
	if s.Extra > 0 {
		put(slot{role: roleExtra})
	}
	for i, o := range s.Order {
		r := roleOrder
		if o.Agg != ir.None {
			r = roleOrderAgg
		}
		put(slot{role: r, agg: o, nth: i})
	}
	if s.Limit == LimitSome {
		put(slot{role: roleLimit})
	}
	for i, c := range s.Conds {
		if c.Sub != nil {
			k := put(slot{role: roleCondSub, kind: c.Kind, or: c.Or, nth: i})
			subs = append(subs, sub{c.Sub, k})
		}
	}
	for _, c := range subs {
		p.add(c.s, me, c.slot, false)
	}
	if s.Right != nil {
		p.add(s.Right, me, -1, true)
	}
}

// choice fills a slot.
type choice struct {
	col   *index.Column
	table *index.Table // of a star
	op    ir.Op
	desc  bool
	val   *valueItem
	upper *valueItem
	limit int
	feats []uint32
	score float64
}

// state is a sketch filled so far.
type state struct {
	picks []*choice
	score float64 // sum of the log probabilities
	worst float64
}

// tablesOf lists the tables used so far by one part.
func (s *state) tablesOf(p *plan, query int, buf []*index.Table) []*index.Table {
	out := buf[:0]
	for i, c := range s.picks {
		if p.slots[i].query != query || c == nil {
			continue
		}
		t := c.table
		if c.col != nil {
			t = c.col.Table
		}
		if t != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// assemble makes the query in the intermediate form.
func (p *plan) assemble(s *state) *ir.Query { return p.part(s, 0) }

func (p *plan) part(s *state, me int) *ir.Query {
	pt := p.parts[me]
	q := &ir.Query{Distinct: pt.sketch.Distinct}
	if pt.right && p.parts[pt.parent].sketch.Same {
		p.selects(s, pt.parent, q)
	} else {
		p.selects(s, me, q)
	}
	where := make([]ir.Cond, len(pt.sketch.Conds))
	for _, k := range pt.slots {
		sl, c := p.slots[k], s.picks[k]
		switch sl.role {
		case roleCond, roleCondSub:
			where[sl.nth] = ir.Cond{Left: ir.Term{Col: c.col}, Op: c.op, Or: sl.or, Value: c.value()}
			if sl.role == roleCondSub {
				where[sl.nth].Value = ir.Value{Sub: p.sub(s, k)}
			}
		case roleGroup:
			q.Group = append(q.Group, c.col)
		case roleHaving:
			cond := ir.Cond{Left: ir.Term{Agg: sl.agg.Agg, Distinct: sl.agg.Distinct, Col: c.col, Star: c.table}, Op: c.op, Or: sl.or, Value: c.value()}
			if sub := p.sub(s, k); sub != nil {
				cond.Value = ir.Value{Sub: sub}
			}
			q.Having = append(q.Having, cond)
		case roleOrder, roleOrderAgg:
			q.Order = append(q.Order, ir.Order{Term: ir.Term{Agg: sl.agg.Agg, Distinct: sl.agg.Distinct, Col: c.col, Star: c.table}, Desc: c.desc})
		case roleLimit:
			q.Limit = c.limit
		case roleExtra:
			q.Extra = append(q.Extra, c.table)
		case roleSelect, roleAgg, roleStar, roleAll, roleSub, roleRight:
		}
	}
	if len(where) > 0 {
		q.Where = where
	}
	if pt.sketch.Limit == LimitOne {
		q.Limit = 1
	}
	if pt.sketch.Right != nil {
		for i := range p.parts {
			if p.parts[i].parent == me && p.parts[i].right {
				q.Set, q.Right = pt.sketch.operator(), p.part(s, i)
			}
		}
	}
	return q
}

func (p *plan) sub(s *state, slot int) *ir.Query {
	for i := range p.parts {
		if p.parts[i].cond == slot {
			return p.part(s, i)
		}
	}
	return nil
}

// selects fills a query's select list from a part's picks.
func (p *plan) selects(s *state, me int, q *ir.Query) {
	for _, k := range p.parts[me].slots {
		sl, c := p.slots[k], s.picks[k]
		switch sl.role {
		case roleSelect, roleSub, roleRight, roleAgg, roleStar, roleAll:
			q.Select = append(q.Select, ir.Term{Agg: sl.agg.Agg, Distinct: sl.agg.Distinct, Col: c.col, Star: c.table})
		default:
		}
	}
}

func (c *choice) value() ir.Value {
	var v ir.Value
	for _, item := range []*valueItem{c.val, c.upper} {
		if item == nil {
			continue
		}
		text, number := item.text, item.number != nil
		if c.op == ir.Like || c.op == ir.NotLike {
			text, number = item.like, false
		}
		if number && c.col != nil {
			text = item.number.In(c.col)
		}
		if number && c.col != nil && c.table == nil && c.col.Text() {
			number = false
		}
		if !number && c.col != nil && c.col.Numeric() && plainNumber(text) {
			number = true
		}
		v.Text, v.Number = append(v.Text, text), append(v.Number, number)
	}
	return v
}

func plainNumber(s string) bool {
	if s == "" {
		return false
	}
	dot := false
	for i := range len(s) {
		switch {
		case s[i] >= '0' && s[i] <= '9':
		case s[i] == '.' && !dot && i > 0 && i < len(s)-1:
			dot = true
		default:
			return false
		}
	}
	return true
}
