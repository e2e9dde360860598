package core

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// Sketch is the shape of a query in the intermediate form: everything but which columns, values and directions.
type Sketch struct {
	Plain    int         `json:"p,omitempty"` // selected columns without an aggregate
	All      bool        `json:"a,omitempty"` // SELECT *
	Aggs     []AggSlot   `json:"g,omitempty"` // selected aggregates, sorted
	Distinct bool        `json:"d,omitempty"`
	Conds    []CondSlot  `json:"w,omitempty"`
	Group    int         `json:"b,omitempty"`
	Having   []CondSlot  `json:"h,omitempty"`
	Order    []AggSlot   `json:"o,omitempty"` // Agg None for a plain column
	Limit    LimitKind   `json:"l,omitempty"`
	Extra    int         `json:"x,omitempty"` // tables joined without a column of theirs
	Set      string      `json:"s,omitempty"` // UNION, INTERSECT, EXCEPT
	Same     bool        `json:"m,omitempty"` // the right side selects what the left side does
	Right    *Sketch     `json:"r,omitempty"`
	parts    []component // what the sketch model scores; made by prepare
}

// AggSlot is an aggregate to fill, or a column to order by.
type AggSlot struct {
	Agg      ir.Agg `json:"a,omitempty"`
	Distinct bool   `json:"d,omitempty"`
	Star     bool   `json:"s,omitempty"`
}

// CondKind is a kind of condition.
type CondKind string

// The kinds of conditions; compare stands for > < >= <=.
const (
	condEq      CondKind = "eq"
	condNe      CondKind = "ne"
	condCompare CondKind = "cmp"
	condLike    CondKind = "like"
	condNotLike CondKind = "notlike"
	condBetween CondKind = "between"
	condNull    CondKind = "null"
	condNotNull CondKind = "notnull"
	condIn      CondKind = "in"    // IN (sub-query)
	condNotIn   CondKind = "notin" // NOT IN (sub-query)
	condSub     CondKind = "sub"   // > < >= <= a sub-query
	condEqSub   CondKind = "eqsub" // = a sub-query
	condNeSub   CondKind = "nesub"
)

// CondSlot is a condition to fill.
type CondSlot struct {
	Kind CondKind `json:"k"`
	Or   bool     `json:"o,omitempty"`
	Left AggSlot  `json:"l,omitzero"` // in HAVING
	Sub  *Sketch  `json:"s,omitempty"`
}

// LimitKind says whether and how the rows are limited.
type LimitKind uint8

// The kinds: none, one row, as many as the question says.
const (
	LimitNone LimitKind = iota
	LimitOne
	LimitSome
)

// SketchOf returns the shape of a query and the query with its parts in the order in which the sketch fills them; ok is
// false for what sketches do not say.
func SketchOf(q *ir.Query) (s *Sketch, ok bool) {
	s = &Sketch{Distinct: q.Distinct, Group: len(q.Group)}
	for _, t := range q.Select {
		switch {
		case t.Star != nil && t.Agg == ir.None:
			s.All = true
			if len(q.Select) > 1 {
				return nil, false
			}
		case t.Agg == ir.None:
			s.Plain++
		default:
			s.Aggs = append(s.Aggs, AggSlot{Agg: t.Agg, Distinct: t.Distinct, Star: t.Star != nil})
		}
	}
	slices.SortStableFunc(s.Aggs, func(a, b AggSlot) int { return a.rank() - b.rank() })
	for _, c := range q.Where {
		slot, ok := condSlot(c)
		if !ok || c.Left.Agg != ir.None {
			return nil, false
		}
		s.Conds = append(s.Conds, slot)
	}
	for _, c := range q.Having {
		slot, ok := condSlot(c)
		if !ok {
			return nil, false
		}
		slot.Left = AggSlot{Agg: c.Left.Agg, Distinct: c.Left.Distinct, Star: c.Left.Star != nil}
		s.Having = append(s.Having, slot)
	}
	for _, o := range q.Order {
		if o.Term.Agg == ir.None && o.Term.Star != nil {
			return nil, false
		}
		s.Order = append(s.Order, AggSlot{Agg: o.Term.Agg, Distinct: o.Term.Distinct, Star: o.Term.Star != nil})
	}
	switch {
	case q.Limit == 1:
		s.Limit = LimitOne
	case q.Limit > 1:
		s.Limit = LimitSome
	}
	s.Extra = len(q.Extra)
	if len(q.Extra) > 1 || len(q.Group) > 2 {
		return nil, false
	}
	if q.Set != "" {
		s.Set = string(q.Set)
		r, ok := SketchOf(q.Right)
		if !ok {
			return nil, false
		}
		s.Right = r
		if sameSelect(q, q.Right) {
			s.Same = true
			r.Plain, r.All, r.Aggs = 0, false, nil
		}
	}
	return s, true
}

func sameSelect(a, b *ir.Query) bool {
	return slices.Equal(a.Select, b.Select)
}

func (a AggSlot) rank() int {
	r := int(a.Agg) * 4
	if a.Distinct {
		r++
	}
	if a.Star {
		r += 2
	}
	return r
}

func condSlot(c ir.Cond) (CondSlot, bool) {
	slot := CondSlot{Or: c.Or}
	if c.Value.Col != nil {
		return slot, false
	}
	if c.Value.Sub != nil {
		sub, ok := SketchOf(c.Value.Sub)
		if !ok {
			return slot, false
		}
		slot.Sub = sub
		switch c.Op {
		case ir.In:
			slot.Kind = condIn
		case ir.NotIn:
			slot.Kind = condNotIn
		case ir.Eq:
			slot.Kind = condEqSub
		case ir.Ne:
			slot.Kind = condNeSub
		case ir.Gt, ir.Lt, ir.Ge, ir.Le:
			slot.Kind = condSub
		default:
			return slot, false
		}
		return slot, true
	}
	switch c.Op {
	case ir.Eq:
		slot.Kind = condEq
	case ir.Ne:
		slot.Kind = condNe
	case ir.Gt, ir.Lt, ir.Ge, ir.Le:
		slot.Kind = condCompare
	case ir.Like:
		slot.Kind = condLike
	case ir.NotLike:
		slot.Kind = condNotLike
	case ir.Between:
		slot.Kind = condBetween
	case ir.Null:
		slot.Kind = condNull
	case ir.NotNull:
		slot.Kind = condNotNull
	default:
		return slot, false
	}
	return slot, true
}

// Key is the sketch as a short text, equal for equal shapes.
func (s *Sketch) Key() string {
	if s == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(s.selectKey())
	if s.Distinct {
		b.WriteString(" D")
	}
	if len(s.Conds) > 0 {
		b.WriteString(" W[" + condKeys(s.Conds) + "]")
	}
	if s.Group > 0 {
		b.WriteString(" G" + string(rune('0'+s.Group)))
	}
	if len(s.Having) > 0 {
		b.WriteString(" H[" + condKeys(s.Having) + "]")
	}
	if len(s.Order) > 0 {
		b.WriteString(" " + s.orderKey())
	}
	if s.Extra > 0 {
		b.WriteString(" X")
	}
	if s.Limit > 0 {
		b.WriteString(" L" + string(rune('0'+s.Limit)))
	}
	if s.Set != "" {
		b.WriteString(" " + s.Set)
		if s.Same {
			b.WriteString("=")
		}
		b.WriteString("(" + s.Right.Key() + ")")
	}
	return b.String()
}

func (s *Sketch) selectKey() string {
	var k strings.Builder
	k.WriteString("S" + string(rune('0'+min(s.Plain, 9))))
	if s.All {
		k.WriteString("*")
	}
	for _, a := range s.Aggs {
		k.WriteString("," + a.key())
	}
	return k.String()
}

func (s *Sketch) orderKey() string {
	var k strings.Builder
	k.WriteString("O[")
	for _, o := range s.Order {
		k.WriteString(o.key() + ";")
	}
	return k.String() + "]"
}

func (a AggSlot) key() string {
	k := a.Agg.String()
	if k == "" {
		k = "c"
	}
	if a.Distinct {
		k += "D"
	}
	if a.Star {
		k += "*"
	}
	return k
}

func condKeys(list []CondSlot) string {
	var b strings.Builder
	for i, c := range list {
		if i > 0 {
			if c.Or {
				b.WriteByte('|')
			} else {
				b.WriteByte('&')
			}
		}
		if c.Left != (AggSlot{}) {
			b.WriteString(c.Left.key())
		}
		b.WriteString(string(c.Kind))
		if c.Sub != nil {
			b.WriteString("(" + c.Sub.Key() + ")")
		}
	}
	return b.String()
}

// component is one part of a sketch that the sketch model has weights for.
type component uint32

// prepare makes the components: the whole, each clause, and pairs of clauses.
func (s *Sketch) prepare() {
	add := func(k string) { s.parts = append(s.parts, component(hash(k))) }
	key := s.Key()
	add("all " + key)
	add("sel " + s.selectKey())
	d := "0"
	if s.Distinct {
		d = "1"
	}
	add("distinct " + d)
	for _, a := range s.Aggs {
		add("agg " + a.key())
	}
	add("plain " + string(rune('0'+min(s.Plain, 6))))
	where := condKeys(s.Conds)
	add("where " + where)
	add("nwhere " + string(rune('0'+len(s.Conds))))
	for _, c := range s.Conds {
		add("cond " + string(c.Kind))
		if c.Sub != nil {
			add("sub " + c.Sub.Key())
		}
	}
	group := "group " + string(rune('0'+s.Group))
	having := "having " + condKeys(s.Having)
	order := s.orderKey() + string(rune('0'+s.Limit))
	add(group + having)
	add(group)
	add(having)
	add("order " + order)
	add("limit " + string(rune('0'+s.Limit)))
	add("extra " + string(rune('0'+s.Extra)))
	add("set " + s.Set)
	if s.Right != nil {
		add("right " + s.Right.Key())
	}
	nested := "0"
	if s.Set != "" {
		nested = "1"
	}
	for _, c := range s.Conds {
		if c.Sub != nil {
			nested = "2"
		}
	}
	add("nested " + nested)
}

// operator is the sketch's set operator.
func (s *Sketch) operator() query.SetOperator { return query.SetOperator(s.Set) }
