package focus

import (
	"cmp"
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// DefaultTables is how many tables a part holds at the most where nothing else is said.
const DefaultTables = 25

// Part is what was chosen of a schema.
type Part struct {
	Index  *index.Index
	Tables []*index.Table // those that matter most first; in the schema's order where Whole
	Joins  []*index.Edge  // between chosen tables, declared and inferred, cheapest first
	Whole  bool           // nothing was left out

	said map[*index.Column]float64 // how surely the question names a column
}

const (
	topmost  = 4   // tables that come first by their rank alone
	seeds    = 8   // tables between which joins are looked for
	longest  = 3   // joins of a path between two of them
	farthest = 6.0 // its cost
)

// Pick chooses at most n tables (DefaultTables where n is 0) for a question: the best ranked, and those that join the best
// of them to each other. A schema of at most n tables is chosen whole.
func (f *Finder) Pick(m *index.Mentions, n int, always ...*index.Table) *Part {
	if n <= 0 {
		n = DefaultTables
	}
	ix := f.ix
	p := &Part{Index: ix, said: said(m)}
	if len(ix.Tables) <= n {
		p.Whole, p.Tables = true, slices.Clone(ix.Tables)
		p.join()
		return p
	}
	e := f.gather(m)
	ranked := f.rank(e)
	var first []*index.Table
	seed := func(t *index.Table, most int) {
		if len(first) < min(most, n) && !slices.Contains(first, t) {
			first = append(first, t)
		}
	}
	for _, r := range ranked[:min(topmost, len(ranked))] {
		if r.Own > 0 {
			seed(r.Table, seeds)
		}
	}
	for _, t := range e.best(ranked) { // a word that many tables share must not crowd out the table that another one names
		seed(t, seeds)
	}
	for _, r := range ranked {
		if r.Own > 0 {
			seed(r.Table, topmost)
		}
	}
	chosen := map[*index.Table]bool{}
	take := func(t *index.Table) {
		if !chosen[t] && len(p.Tables) < n {
			chosen[t] = true
			p.Tables = append(p.Tables, t)
		}
	}
	for _, t := range always {
		take(t)
	}
	for _, t := range first {
		take(t)
	}
	joiner := ix.NewJoiner(nil, nil).Within(farthest)
	for i, a := range first {
		for _, b := range first[i+1:] {
			tree, ok := joiner.Tree(a, b)
			if !ok || len(tree.Edges) > longest || tree.Cost > farthest {
				continue
			}
			for _, t := range tree.Tables {
				take(t)
			}
		}
	}
	for _, r := range ranked {
		if r.Score > 0 {
			take(r.Table)
		}
	}
	for _, r := range ranked { // a question that says nothing of the schema gets its first tables
		if len(p.Tables) < seeds {
			take(r.Table)
		}
	}
	p.join()
	return p
}

// said is how surely the question names each column, by its name or by a value.
func said(m *index.Mentions) map[*index.Column]float64 {
	out := map[*index.Column]float64{}
	for _, l := range m.Links {
		if l.Column != nil {
			out[l.Column] = max(out[l.Column], l.Coverage)
		}
	}
	for _, v := range m.Values {
		if v.Score >= leastValue {
			out[v.Column] = max(out[v.Column], v.Score)
		}
	}
	return out
}

// join finds the joins between the chosen tables.
func (p *Part) join() {
	in := make([]bool, len(p.Index.Tables))
	for _, t := range p.Tables {
		in[t.ID] = true
	}
	for _, e := range p.Index.Graph.Edges {
		if in[e.FromTable().ID] && in[e.ToTable().ID] {
			p.Joins = append(p.Joins, e)
		}
	}
	slices.SortStableFunc(p.Joins, func(a, b *index.Edge) int { return cmp.Compare(a.Cost, b.Cost) })
}
