package core

import (
	"math"
	"slices"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// Describe finds the joins of candidates, drops those whose tables do not join, and gives the others the features that
// the forest ranks by.
func (p *Problem) Describe(list []*Candidate) []*Candidate {
	out := list[:0]
	for _, c := range list {
		cost, ok := p.joinCost(c.Query)
		if !ok {
			continue
		}
		c.cost = cost
		out = append(out, c)
	}
	if len(out) == 0 {
		return out
	}
	h, first, end := p.head(), 0, 0
	for i, c := range out {
		c.Feats, first, end = p.rankFeats(c, i, out, h)
	}
	compareAll(out, first, end)
	return out
}

func (p *Problem) joinCost(q *ir.Query) (float64, bool) {
	tree, ok := p.joiner.Tree(q.Tables()...)
	if !ok {
		return 0, false
	}
	cost := tree.Cost
	for _, list := range [][]ir.Cond{q.Where, q.Having} {
		for _, c := range list {
			if c.Value.Sub != nil {
				sub, ok := p.joinCost(c.Value.Sub)
				if !ok {
					return 0, false
				}
				cost += sub
			}
		}
	}
	if q.Right != nil {
		right, ok := p.joinCost(q.Right)
		if !ok {
			return 0, false
		}
		cost += right
	}
	return cost, true
}

// Joiner finds the joins for the question.
func (p *Problem) Joiner() *index.Joiner { return p.joiner }

// Rank scores described candidates by the forest and sorts them, best first.
func (m *Model) Rank(list []*Candidate) {
	for _, c := range list {
		if m.Trees == nil {
			c.Rank = c.Score
			continue
		}
		c.Rank = m.Trees.Score(c.Feats)
		c.Prob = 1 / (1 + math.Exp(-c.Rank))
	}
	slices.SortStableFunc(list, func(a, b *Candidate) int { return compare(b.Rank, a.Rank) })
}

// use is what a candidate uses of the question.
type use struct {
	tokens  []bool
	cols    map[*index.Column]bool
	tables  map[*index.Table]bool
	bridges int
	edges   int
	guessed int // inferred edges
	values  []index.Span
	weak    int
	anyCol  int
	counts  [8]int // conditions, comparisons, sub-queries, orders, limits, groups, havings, negations
	aggs    [6]int
	dist    bool
}

func (p *Problem) usage(c *Candidate) *use {
	u := &use{tokens: make([]bool, len(p.ms.Tokens)), cols: map[*index.Column]bool{}, tables: map[*index.Table]bool{}}
	p.walk(c.Query, u)
	for _, pick := range c.st.picks {
		if pick == nil {
			continue
		}
		for _, v := range []*valueItem{pick.val, pick.upper} {
			if v == nil {
				continue
			}
			u.values = append(u.values, v.span)
			for k := v.span.First; k < v.span.End; k++ {
				u.tokens[k] = true
			}
			if v.source == fromDatabase && v.score < 1 {
				u.weak++
			}
			if v.col == nil && v.number == nil {
				u.anyCol++
			}
		}
	}
	for c := range u.cols {
		if info := p.columns[c.ID]; info != nil {
			for _, l := range info.links {
				if l.Coverage >= info.best.Coverage-0.1 {
					for k := l.Span.First; k < l.Span.End; k++ {
						u.tokens[k] = true
					}
				}
			}
		}
	}
	for t := range u.tables {
		for _, l := range p.ms.OfTable(t) {
			if l.Coverage > 0.4 {
				for k := l.Span.First; k < l.Span.End; k++ {
					u.tokens[k] = true
				}
			}
		}
	}
	return u
}

func (p *Problem) walk(q *ir.Query, u *use) {
	term := func(t ir.Term) {
		u.aggs[t.Agg]++
		if t.Col != nil {
			u.cols[t.Col] = true
		}
		u.tables[t.Table()] = true
		if t.Distinct {
			u.dist = true
		}
	}
	if q.Distinct {
		u.dist = true
	}
	for _, t := range q.Select {
		term(t)
	}
	for _, c := range q.Where {
		term(c.Left)
		u.counts[0]++
		switch c.Op {
		case ir.Gt, ir.Lt, ir.Ge, ir.Le, ir.Between:
			u.counts[1]++
		case ir.Ne, ir.NotIn, ir.NotLike:
			u.counts[7]++
		default:
		}
		if c.Value.Sub != nil {
			u.counts[2]++
			p.walk(c.Value.Sub, u)
		}
	}
	for _, c := range q.Group {
		term(ir.Term{Col: c})
		u.counts[5]++
	}
	for _, c := range q.Having {
		term(c.Left)
		u.counts[6]++
		if c.Value.Sub != nil {
			u.counts[2]++
			p.walk(c.Value.Sub, u)
		}
	}
	for _, o := range q.Order {
		term(o.Term)
		u.counts[3]++
	}
	if q.Limit > 0 {
		u.counts[4]++
	}
	if tree, ok := p.joiner.Tree(q.Tables()...); ok {
		for _, t := range tree.Tables {
			if !slices.Contains(q.Tables(), t) {
				u.bridges++
			}
			u.tables[t] = true
		}
		for _, e := range tree.Edges {
			u.edges++
			if !e.Declared {
				u.guessed++
			}
		}
	}
	if q.Right != nil {
		if q.Set == query.Except {
			u.counts[7]++
		}
		p.walk(q.Right, u)
	}
}

// rankFeats makes the forest's features of a candidate, and tells which of them are worth comparing among candidates. Their
// order is part of the weights' format.
func (p *Problem) rankFeats(c *Candidate, place int, all []*Candidate, h *head) (f []float32, first, end int) {
	u := p.usage(c)
	q := c.Query
	f = make([]float32, 0, 256)
	add := func(v ...float64) {
		for _, x := range v {
			f = append(f, float32(x))
		}
	}
	slots := float64(max(len(c.st.picks), 1))
	add(c.Score, c.shape, float64(c.order), c.Score-c.shape, (c.Score-c.shape)/slots, c.st.worst, c.Score-all[0].Score, float64(place), slots)
	add(p.roleScores(c)...)
	set := map[query.SetOperator]float64{"": 0, query.Union: 1, query.Intersect: 2, query.Except: 3}[q.Set]
	plain, stars := 0.0, 0.0
	for _, t := range q.Select {
		if t.Agg == ir.None {
			plain++
		}
		if t.Star != nil {
			stars++
		}
	}
	add(plain, float64(len(q.Select))-plain, stars, float64(len(q.Where)), float64(len(q.Group)), float64(len(q.Having)),
		float64(len(q.Order)), float64(min(q.Limit, 2)), set, fb(q.Distinct))
	for _, n := range u.counts {
		add(float64(n))
	}
	for _, n := range u.aggs[1:] {
		add(float64(n))
	}
	add(float64(u.bridges), float64(u.edges), float64(u.guessed), c.cost, float64(u.weak), float64(u.anyCol), float64(len(u.tables)), float64(len(u.cols)))
	first = len(f)
	add(p.tableUse(u)...)
	add(p.columnUse(q, u)...)
	add(p.valueUse(u)...)
	add(p.selectUse(q, h)...)
	add(p.condUse(c)...)
	end = len(f)
	add(p.cueUse(q, u)...)
	add(p.agreement(q)...)
	add(float64(len(p.ms.Tokens)), float64(len(p.ix.Tables)), float64(len(all)))
	return f, first, end
}

func fb(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// roleScores is the lowest log probability of each role's choices.
func (p *Problem) roleScores(c *Candidate) []float64 {
	out := make([]float64, roleExtra+1)
	for i, pick := range c.st.picks {
		if pick != nil {
			r := c.plan.slots[i].role
			out[r] = min(out[r], pick.score)
		}
	}
	return out
}
