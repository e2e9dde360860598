package index

import (
	"container/heap"
	"math"
)

// Tree is a set of tables and the edges that join them.
type Tree struct {
	Tables []*Table // in the order of joining: the first, then each with an edge to one before it
	Edges  []*Edge  // Edges[i] joins Tables[i+1] to one of the tables before it
	Cost   float64
}

// viewCost is what a path over a view costs more than one over the tables that it is made of.
const viewCost = 0.8

// Joiner finds join trees for one question: tables and key columns that the question mentions are cheaper.
type Joiner struct {
	ix        *Index
	mentioned func(*Table) float64 // 0 to 1
	edge      func(*Edge) float64  // taken off the edge's cost; may be nil
	farthest  float64              // cost of a path at the most
	dist      map[*Table]*reach
}

// farthest is the cost of the longest path that is looked for where nothing else is said.
const farthest = 12

type reach struct {
	cost []float64
	via  []*Edge
}

// NewJoiner makes a Joiner. mentioned says how surely a question names a table (0 to 1), edge what to take off an
// edge's cost (0 to 0.5); either may be nil.
func (ix *Index) NewJoiner(mentioned func(*Table) float64, edge func(*Edge) float64) *Joiner {
	return &Joiner{ix: ix, mentioned: mentioned, edge: edge, farthest: farthest, dist: map[*Table]*reach{}}
}

// Within makes j look for no path that costs more, which is faster; and returns it.
func (j *Joiner) Within(cost float64) *Joiner {
	j.farthest = cost
	return j
}

// JoinTree joins tables in the cheapest way, without regard to a question; ok is false where they do not join.
func (ix *Index) JoinTree(tables ...*Table) (*Tree, bool) {
	return ix.NewJoiner(nil, nil).Tree(tables...)
}

// Tree joins the tables in the cheapest way that it finds; ok is false where they do not join.
func (j *Joiner) Tree(tables ...*Table) (*Tree, bool) {
	var terminals []*Table
	seen := map[*Table]bool{}
	for _, t := range tables {
		if !seen[t] {
			seen[t] = true
			terminals = append(terminals, t)
		}
	}
	if len(terminals) == 0 {
		return nil, false
	}
	var best *Tree
	for i := range terminals {
		t := j.grow(terminals, i)
		if t != nil && (best == nil || t.Cost < best.Cost-1e-9) {
			best = t
		}
		if len(terminals) == 2 {
			break
		}
	}
	return best, best != nil
}

// grow starts with one terminal and adds the nearest other one again and again.
func (j *Joiner) grow(terminals []*Table, start int) *Tree {
	tree := &Tree{Tables: []*Table{terminals[start]}}
	in := map[*Table]bool{terminals[start]: true}
	for {
		var from, to *Table
		cost := math.Inf(1)
		for _, t := range terminals {
			if in[t] {
				continue
			}
			r := j.reach(t)
			for _, u := range tree.Tables {
				if r.cost[u.ID] < cost {
					from, to, cost = t, u, r.cost[u.ID]
				}
			}
		}
		if from == nil {
			for _, t := range terminals {
				if !in[t] {
					return nil
				}
			}
			return tree
		}
		// Walk from the tree outwards to the terminal.
		r := j.reach(from)
		for u := to; u != from; {
			e := r.via[u.ID]
			next := e.Other(u)
			if !in[next] {
				in[next] = true
				tree.Tables = append(tree.Tables, next)
				tree.Edges = append(tree.Edges, e)
			}
			u = next
		}
		tree.Cost += cost
	}
}

func (j *Joiner) reach(src *Table) *reach {
	if r := j.dist[src]; r != nil {
		return r
	}
	n := len(j.ix.Tables)
	r := &reach{cost: make([]float64, n), via: make([]*Edge, n)}
	for i := range r.cost {
		r.cost[i] = math.Inf(1)
	}
	r.cost[src.ID] = 0
	q := &queue{{src, 0}}
	for q.Len() > 0 {
		it := heap.Pop(q).(item) //nolint:forcetypeassert // the queue holds nothing else
		if it.cost > r.cost[it.table.ID] {
			continue
		}
		if it.cost > j.farthest {
			break
		}
		for _, e := range j.ix.Graph.At[it.table.ID] {
			next := e.Other(it.table)
			c := it.cost + e.Cost
			if next.View {
				c += viewCost
			}
			if j.edge != nil {
				c -= j.edge(e)
			}
			if j.mentioned != nil {
				c += 0.5 * (1 - j.mentioned(next))
			}
			if c < r.cost[next.ID]-1e-9 {
				r.cost[next.ID], r.via[next.ID] = c, e
				heap.Push(q, item{next, c})
			}
		}
	}
	j.dist[src] = r
	return r
}

type item struct {
	table *Table
	cost  float64
}

type queue []item

func (q queue) Len() int           { return len(q) }
func (q queue) Less(a, b int) bool { return q[a].cost < q[b].cost }
func (q queue) Swap(a, b int)      { q[a], q[b] = q[b], q[a] }
func (q *queue) Push(x any)        { *q = append(*q, x.(item)) } //nolint:forcetypeassert // only items are pushed
func (q *queue) Pop() any {
	old := *q
	it := old[len(old)-1]
	*q = old[:len(old)-1]
	return it
}
