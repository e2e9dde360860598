package analytic

import (
	"container/heap"
	"slices"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// view is the index as the grammar sees it: which tables a row of another leads to one of (so that joining multiplies
// nothing), which columns say when something happened, where the money is.
type view struct {
	ix      *index.Index
	dialect custard.Dialect
	skip    []bool // by Table.ID: views, where there are tables
	up      map[*index.Table]*climb
}

// climb is how each table is reached from one by foreign keys towards the referred side.
type climb struct {
	cost []float64 // by Table.ID; unreachable beyond far
	via  []*index.Edge
}

const far = 1e6

func newView(ix *index.Index, dialect custard.Dialect) *view {
	v := &view{ix: ix, dialect: dialect, skip: make([]bool, len(ix.Tables)), up: map[*index.Table]*climb{}}
	tables := false
	for _, t := range ix.Tables {
		tables = tables || t.Def.Kind != custard.KindView && t.Def.Kind != custard.KindMaterializedView
	}
	if !tables {
		return v
	}
	for i, t := range ix.Tables {
		v.skip[i] = t.Def.Kind == custard.KindView || t.Def.Kind == custard.KindMaterializedView
	}
	return v
}

// climb finds, from one table, the cheapest way to all that a row of it leads to one row of.
func (v *view) climb(from *index.Table) *climb {
	if c := v.up[from]; c != nil {
		return c
	}
	n := len(v.ix.Tables)
	c := &climb{cost: make([]float64, n), via: make([]*index.Edge, n)}
	for i := range c.cost {
		c.cost[i] = far
	}
	c.cost[from.ID] = 0
	q := &steps{{from, 0}}
	for q.Len() > 0 {
		s := heap.Pop(q).(step) //nolint:forcetypeassert // the queue holds nothing else
		if s.cost > c.cost[s.table.ID] {
			continue
		}
		for _, e := range v.ix.Graph.At[s.table.ID] {
			to := e.ToTable()
			if e.FromTable() != s.table || to == s.table || v.skip[to.ID] || !toKey(e) {
				continue
			}
			if next := s.cost + e.Cost; next < c.cost[to.ID]-1e-9 {
				c.cost[to.ID], c.via[to.ID] = next, e
				heap.Push(q, step{to, next})
			}
		}
	}
	v.up[from] = c
	return c
}

// toKey says whether an edge leads to at most one row: to the key of the table, or to a unique column.
func toKey(e *index.Edge) bool {
	if e.Declared {
		return true
	}
	return len(e.To) == 1 && e.To[0] == e.ToTable().Key
}

// path is the way up from one table to another, in the order of joining; ok is false where there is none.
func (v *view) path(from, to *index.Table) (edges []*index.Edge, cost float64, ok bool) {
	c := v.climb(from)
	if c.cost[to.ID] >= far {
		return nil, far, false
	}
	for t := to; t != from; {
		e := c.via[t.ID]
		edges = append(edges, e)
		t = e.FromTable()
	}
	slices.Reverse(edges)
	return edges, c.cost[to.ID], true
}

// leads says whether a row of one table leads to one row of the other.
func (v *view) leads(from, to *index.Table) bool { return v.climb(from).cost[to.ID] < far }

// hub finds the table with the cheapest ways up to all of the given ones; prefer is taken where it leads to all.
func (v *view) hub(prefer *index.Table, tables ...*index.Table) *index.Table {
	var best *index.Table
	cost := far
	for _, t := range v.ix.Tables {
		if v.skip[t.ID] {
			continue
		}
		sum := 0.0
		for _, to := range tables {
			sum += v.climb(t).cost[to.ID]
		}
		if sum >= far {
			continue
		}
		if t == prefer {
			return t
		}
		if sum < cost {
			best, cost = t, sum
		}
	}
	return best
}

// children are the tables with a foreign key to t, nearest first.
func (v *view) children(t *index.Table) []*index.Table {
	var out []*index.Table
	for _, e := range v.ix.Graph.At[t.ID] {
		if c := e.FromTable(); e.ToTable() == t && c != t && !v.skip[c.ID] && toKey(e) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

type step struct {
	table *index.Table
	cost  float64
}

type steps []step

func (s steps) Len() int           { return len(s) }
func (s steps) Less(a, b int) bool { return s[a].cost < s[b].cost }
func (s steps) Swap(a, b int)      { s[a], s[b] = s[b], s[a] }
func (s *steps) Push(x any)        { *s = append(*s, x.(step)) } //nolint:forcetypeassert // only steps are pushed
func (s *steps) Pop() any {
	old := *s
	x := old[len(old)-1]
	*s = old[:len(old)-1]
	return x
}
