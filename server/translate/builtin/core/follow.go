package core

import (
	"cmp"
	"slices"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// Step is one choice along a known query: the features of every choice, and which is right.
type Step struct {
	Role    int
	Feats   [][]uint32
	Correct int
	choices []choice
}

// Order puts the parts of a query into the order in which sketches are filled: conditions by where their values stand
// in the question, selected columns before aggregates and by where they are named.
func (p *Problem) Order(q *ir.Query) *ir.Query {
	out := *q
	out.Select = slices.Clone(q.Select)
	slices.SortStableFunc(out.Select, func(a, b ir.Term) int {
		if a.Agg != b.Agg || a.Agg != ir.None {
			return aggRank(a) - aggRank(b)
		}
		return cmp.Compare(p.firstNamed(a), p.firstNamed(b))
	})
	out.Where = slices.Clone(q.Where)
	for i := range out.Where {
		if s := out.Where[i].Value.Sub; s != nil {
			out.Where[i].Value.Sub = p.Order(s)
		}
	}
	if len(out.Where) == 2 || !slices.ContainsFunc(out.Where, func(c ir.Cond) bool { return c.Or }) {
		or := slices.ContainsFunc(out.Where, func(c ir.Cond) bool { return c.Or })
		slices.SortStableFunc(out.Where, func(a, b ir.Cond) int { return cmp.Compare(p.valuePlace(a), p.valuePlace(b)) })
		for i := range out.Where {
			out.Where[i].Or = or && i > 0
		}
	}
	if q.Right != nil {
		out.Right = p.Order(q.Right)
	}
	return &out
}

func aggRank(t ir.Term) int {
	return AggSlot{Agg: t.Agg, Distinct: t.Distinct, Star: t.Star != nil}.rank()
}

// firstNamed is the token where the question first names a term well.
func (p *Problem) firstNamed(t ir.Term) int {
	if t.Col == nil || p.columns[t.Col.ID] == nil {
		return 999
	}
	best := 999
	top := p.columns[t.Col.ID].best.Coverage
	for _, l := range p.columns[t.Col.ID].links {
		if l.Coverage >= top-0.1 && l.Coverage > 0.2 {
			best = min(best, l.Span.First)
		}
	}
	return best
}

func (p *Problem) valuePlace(c ir.Cond) int {
	if c.Value.Sub != nil {
		return 1000
	}
	if len(c.Value.Text) > 0 {
		for i := range p.values {
			if v := &p.values[i]; v.fits(c.Left.Col) && sameText(v.text, c.Value.Text[0]) {
				return v.span.First
			}
		}
	}
	return 999
}

func sameText(a, b string) bool {
	return strings.EqualFold(strings.Trim(a, "% "), strings.Trim(b, "% "))
}

// Follow returns the steps that lead to a known query (put in order by Order) under its sketch; steps whose right choice
// is not among the choices are left out, and whole is false then.
func (p *Problem) Follow(sk *Sketch, gold *ir.Query) (steps []Step, whole bool) {
	pl := newPlan(sk)
	want := pl.disassemble(gold)
	st := &state{picks: make([]*choice, len(pl.slots))}
	whole = true
	for k := range pl.slots {
		choices := p.choices(pl, st, k, nil)
		correct := -1
		for i := range choices {
			if choices[i].matches(&want[k], pl.slots[k].role) {
				correct = i
				break
			}
		}
		if correct < 0 {
			whole = false
			pick := want[k].choice
			st.picks[k] = &pick
			continue
		}
		if len(choices) > 1 {
			s := Step{Role: int(pl.slots[k].role), Correct: correct, Feats: make([][]uint32, len(choices))}
			for i := range choices {
				s.Feats[i] = choices[i].feats
			}
			s.choices = choices
			steps = append(steps, s)
		}
		st.picks[k] = &choices[correct]
	}
	return steps, whole
}

// goal is what a slot should be filled with.
type goal struct {
	choice
	text []string
}

// disassemble finds what each slot of a sketch holds in a query.
func (p *plan) disassemble(q *ir.Query) []goal {
	out := make([]goal, len(p.slots))
	p.goals(q, 0, out)
	return out
}

func (p *plan) goals(q *ir.Query, me int, out []goal) {
	plain, aggs := 0, 0
	var plains, others []ir.Term
	for _, t := range q.Select {
		if t.Agg == ir.None {
			plains = append(plains, t)
		} else {
			others = append(others, t)
		}
	}
	for _, k := range p.parts[me].slots {
		sl := p.slots[k]
		g := &out[k]
		switch sl.role {
		case roleSelect, roleSub, roleRight, roleAgg, roleStar, roleAll:
			var t ir.Term
			if sl.agg.Agg == ir.None {
				t, plain = plains[plain], plain+1
			} else {
				t, aggs = others[aggs], aggs+1
			}
			g.col, g.table = t.Col, t.Star
		case roleCond, roleCondSub:
			c := q.Where[sl.nth]
			g.col, g.op, g.text = c.Left.Col, c.Op, c.Value.Text
			if c.Value.Sub != nil {
				p.subGoals(c.Value.Sub, k, out)
			}
		case roleGroup:
			g.col = q.Group[sl.nth]
		case roleHaving:
			c := q.Having[sl.nth]
			g.col, g.table, g.op, g.text = c.Left.Col, c.Left.Star, c.Op, c.Value.Text
			if c.Value.Sub != nil {
				p.subGoals(c.Value.Sub, k, out)
			}
		case roleOrder, roleOrderAgg:
			o := q.Order[sl.nth]
			g.col, g.table, g.desc = o.Term.Col, o.Term.Star, o.Desc
		case roleLimit:
			g.limit = q.Limit
		case roleExtra:
			g.table = q.Extra[0]
		}
	}
	if q.Right != nil {
		for i := range p.parts {
			if p.parts[i].parent == me && p.parts[i].right {
				p.goals(q.Right, i, out)
			}
		}
	}
}

func (p *plan) subGoals(q *ir.Query, slot int, out []goal) {
	for i := range p.parts {
		if p.parts[i].cond == slot {
			p.goals(q, i, out)
		}
	}
}

// matches says whether a choice is the goal.
func (c *choice) matches(g *goal, r role) bool {
	if c.col != g.col || c.table != g.table || c.limit != g.limit {
		return false
	}
	switch r {
	case roleOrder, roleOrderAgg:
		return c.desc == g.desc
	case roleCond, roleHaving:
		if c.op != g.op {
			return false
		}
		var have []string
		if c.val != nil {
			have = append(have, c.val.text)
		}
		if c.upper != nil {
			have = append(have, c.upper.text)
		}
		if len(have) != len(g.text) {
			return false
		}
		for i := range have {
			if !sameText(have[i], g.text[i]) {
				return false
			}
		}
	case roleCondSub:
		return c.op == g.op
	default:
	}
	return true
}

// Bare forgets what a step's choices are; their features stay.
func (s *Step) Bare() { s.choices = nil }
