package focus

import (
	"cmp"
	"math"
	"slices"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Ranked is a table and how much speaks for it.
type Ranked struct {
	Table *index.Table
	Score float64
	Own   float64 // what is said of the table itself, without its neighbours
}

// How much evidence counts, chosen on Spider's training questions over its 140 schemas merged into one.
const (
	ofTable    = 1.0  // a word of a table's name
	ofColumn   = 0.65 // a word of a column's name
	ofSynonym  = 0.7  // of these, where the word is another one of the same meaning
	ofValue    = 0.9  // a value of the table
	leastValue = 0.6  // score of a value that counts
	joined     = 0.7  // of what is said of a table that this one joins to
	together   = 0.3  // of what is said of tables in the same schema
	speaks     = 0.9  // evidence from which on a word speaks of a table
	around     = 2.0  // weight of a table's neighbourhood against its own
)

// Finder picks parts of one schema. It is read-only once made.
type Finder struct {
	ix     *index.Index
	family []string // of each table, see families
	taken  []int    // words of its name that its family takes
}

// New makes a Finder over a schema's index, once for each schema.
func New(ix *index.Index) *Finder {
	f := &Finder{ix: ix}
	f.family, f.taken = families(ix)
	return f
}

// Read finds what a question mentions of the schema, as the index does.
func (f *Finder) Read(question string, values []custard.ValueMatch) *index.Mentions {
	return f.ix.Read(question, values)
}

// Rank orders the tables of the schema by how much the question speaks of them, the most first; those with nothing for
// them come last, in the schema's order.
func (f *Finder) Rank(m *index.Mentions) []Ranked { return f.rank(f.gather(m)) }

func (f *Finder) rank(e *evidence) []Ranked {
	ix := f.ix
	out := make([]Ranked, len(ix.Tables))
	near := e.near(ix)
	for i, t := range ix.Tables {
		r := Ranked{Table: t}
		for k, w := range e.weight {
			r.Own += w * e.at(i, k)
			r.Score += w * (e.at(i, k) + around*near[i*len(e.weight)+k])
		}
		out[i] = r
	}
	slices.SortStableFunc(out, func(a, b Ranked) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// best returns, for each word of the question that speaks of few tables before the others, the table that it speaks of most;
// among equals the better ranked.
func (e *evidence) best(ranked []Ranked) []*index.Table {
	order := make([]int, 0, len(e.words))
	for k, w := range e.weight {
		if w > 0 {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(e.weight[b], e.weight[a]) })
	var out []*index.Table
	for _, k := range order {
		var found *index.Table
		most := 0.0
		for _, r := range ranked {
			if c := e.at(r.Table.ID, k); c > most {
				found, most = r.Table, c
			}
		}
		if most >= speaks && !slices.Contains(out, found) {
			out = append(out, found)
		}
	}
	return out
}

// evidence is, for each table, what each word of the question says of it: 0 to 1.
type evidence struct {
	words  []int     // word → token
	weight []float64 // of each word: the fewer tables it speaks of, the more
	cells  []float64 // table by table
	family []string  // of each table
}

func (e *evidence) at(table, word int) float64 { return e.cells[table*len(e.words)+word] }

func (f *Finder) gather(m *index.Mentions) *evidence {
	e := &evidence{family: f.family}
	wordOf := make([]int, len(m.Tokens))
	for i := range m.Tokens {
		wordOf[i] = -1
		if !index.Stopword(m.Tokens[i].Lower) {
			wordOf[i] = len(e.words)
			e.words = append(e.words, i)
		}
	}
	n := len(e.words)
	e.cells = make([]float64, len(m.Index.Tables)*n)
	put := func(t *index.Table, i int, strength float64) {
		if k := wordOf[i]; k >= 0 {
			c := &e.cells[t.ID*n+k]
			*c = max(*c, strength)
		}
	}
	for _, l := range m.Links {
		coverage := l.Coverage
		if n := f.taken[l.Table.ID]; n > 0 && l.Column == nil {
			coverage = max(coverage, ownWords(m, l, n))
		}
		strength := 0.4 + 0.6*coverage
		if l.Column != nil {
			strength *= ofColumn
		} else {
			strength *= ofTable
		}
		stems := l.Table.Stems
		if l.Column != nil {
			stems = l.Column.Stems
		}
		for i := l.Span.First; i < l.Span.End; i++ {
			if l.Synonym && !slices.Contains(stems, m.Tokens[i].Stem) {
				put(l.Table, i, strength*ofSynonym)
			} else {
				put(l.Table, i, strength)
			}
		}
	}
	for _, v := range m.Values {
		if v.Score >= leastValue {
			for i := v.Span.First; i < v.Span.End; i++ {
				put(v.Column.Table, i, ofValue*v.Score)
			}
		}
	}
	e.weight = make([]float64, n)
	for k := range e.weight {
		df := 0.0
		for t := range m.Index.Tables {
			df += e.at(t, k)
		}
		if df > 0 {
			e.weight[k] = math.Log(1 + float64(len(m.Index.Tables))/df)
		}
	}
	return e
}

// ownWords is the share of a table's name, without the words that its family has, that a link finds.
func ownWords(m *index.Mentions, l index.Link, family int) float64 {
	own := l.Table.Stems[family:]
	found := 0
	for _, s := range own {
		for i := l.Span.First; i < l.Span.End; i++ {
			if m.Tokens[i].Stem == s {
				found++
				break
			}
		}
	}
	return float64(found) / float64(len(own))
}

// near is the evidence for each table and word in the table's neighbourhood: of the tables that it joins to, directly or
// over one more, and, for less, of those in its schema.
func (e *evidence) near(ix *index.Index) []float64 {
	n := len(e.words)
	out := slices.Clone(e.cells)
	schemas := map[string][]float64{}
	group := func(i int, t *index.Table) string {
		if e.family[i] != "" {
			return e.family[i]
		}
		return t.Def.Schema
	}
	for i, t := range ix.Tables {
		best := schemas[group(i, t)]
		if best == nil {
			best = make([]float64, n)
			schemas[group(i, t)] = best
		}
		for k := range n {
			best[k] = max(best[k], e.at(i, k))
		}
	}
	if len(schemas) > 1 {
		for i, t := range ix.Tables {
			for k, b := range schemas[group(i, t)] {
				out[i*n+k] = max(out[i*n+k], together*b)
			}
		}
	}
	for range 2 {
		from := slices.Clone(out)
		for _, edge := range ix.Graph.Edges {
			a, b := edge.FromTable().ID, edge.ToTable().ID
			keep := joined / math.Sqrt(edge.Cost)
			for k := range n {
				out[a*n+k] = max(out[a*n+k], keep*from[b*n+k])
				out[b*n+k] = max(out[b*n+k], keep*from[a*n+k])
			}
		}
	}
	return out
}
