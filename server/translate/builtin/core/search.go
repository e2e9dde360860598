package core

import (
	"math"
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// Candidate is a query that may answer the question.
type Candidate struct {
	Query  *ir.Query
	Sketch *Sketch
	Score  float64 // log probability of the sketch and the choices
	Rank   float64 // of the forest; greater is better
	Prob   float64 // that it is right, after ranking
	Feats  []float32

	shape float64 // log probability of the sketch
	order int     // the sketch's rank
	plan  *plan
	st    *state
	cost  float64 // of its joins
}

// Search limits.
const (
	searchSketches = 25
	searchBeam     = 6
	searchKeep     = 40
)

// Search returns the best candidates, best first by log probability; joins are not looked for yet.
func (p *Problem) Search(m *Model) []*Candidate {
	if len(p.ms.Tokens) == 0 || len(p.ix.Columns) == 0 {
		return nil
	}
	logp := m.shapes(p)
	order := make([]int, len(logp))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(logp[b], logp[a]) })
	seen := map[string]*Candidate{}
	var out []*Candidate
	tried := 0
	for rank, s := range order {
		if tried >= searchSketches || logp[s] < logp[order[0]]-9 {
			break
		}
		pl := newPlan(m.Sketches[s])
		states := p.beam(pl, m)
		if len(states) > 0 {
			tried++
		}
		for _, st := range states {
			c := &Candidate{Query: pl.assemble(st), Sketch: pl.sketch, Score: logp[s] + st.score, shape: logp[s], order: rank, plan: pl, st: st}
			key := c.Query.Key()
			if o := seen[key]; o != nil {
				if c.Score > o.Score {
					*o = *c
				}
				continue
			}
			seen[key] = c
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b *Candidate) int { return compare(b.Score, a.Score) })
	if len(out) > searchKeep {
		out = out[:searchKeep]
	}
	return out
}

// beam fills a plan's slots and returns the best ways.
func (p *Problem) beam(pl *plan, m *Model) []*state {
	states := []*state{{picks: make([]*choice, len(pl.slots))}}
	for k := range pl.slots {
		var next []*state
		for _, st := range states {
			choices := p.choices(pl, st, k, m)
			if len(choices) == 0 {
				continue
			}
			probs := make([]float64, len(choices))
			for i := range choices {
				probs[i] = choices[i].score
			}
			logSoftmax(probs)
			for i := range choices {
				if probs[i] < -8 || p.repeats(pl, st, k, &choices[i]) {
					continue
				}
				score := st.score + probs[i]
				if len(next) >= searchBeam && score <= next[len(next)-1].score {
					continue
				}
				n := &state{picks: slices.Clone(st.picks), score: score, worst: math.Min(st.worst, probs[i])}
				c := choices[i]
				c.score = probs[i]
				n.picks[k] = &c
				at, _ := slices.BinarySearchFunc(next, score, func(s *state, v float64) int { return compare(v, s.score) })
				next = slices.Insert(next, at, n)
				if len(next) > searchBeam {
					next = next[:searchBeam]
				}
			}
		}
		states = next
		if len(states) == 0 {
			return nil
		}
	}
	return states
}

// repeats says whether a choice repeats one of the same role: the same column selected or grouped by twice.
func (p *Problem) repeats(pl *plan, st *state, k int, c *choice) bool {
	sl := pl.slots[k]
	for i := range k {
		o := pl.slots[i]
		if o.query != sl.query || o.role != sl.role || st.picks[i] == nil {
			continue
		}
		pick := st.picks[i]
		switch sl.role {
		case roleSelect, roleGroup, roleOrder, roleSub, roleRight:
			if pick.col == c.col {
				return true
			}
		case roleCond:
			if pick.col == c.col && (pick.val == c.val && pick.op == c.op || pick.op == ir.Eq && c.op == ir.Eq && !sl.or && !o.or) {
				return true
			}
		case roleAgg:
			if pick.col == c.col && o.agg == sl.agg {
				return true
			}
		default:
		}
	}
	return false
}
