package core

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// choices lists what a slot may be filled with, given what is filled already. With a model each has its score, and only
// the columns that score best by themselves are tried; without one all are, with their features.
func (p *Problem) choices(pl *plan, st *state, k int, m *Model) []choice {
	sl := pl.slots[k]
	g := &generator{p: p, pl: pl, st: st, k: k, sl: sl, m: m, seed: mix(0xD71, uint32(sl.key()))}
	g.tables = st.tablesOf(pl, sl.query, make([]*index.Table, 0, 4))
	g.parentTables = nil
	if par := pl.parts[sl.query].parent; par >= 0 {
		g.parentTables = st.tablesOf(pl, par, make([]*index.Table, 0, 4))
		if c := pl.parts[sl.query].cond; c >= 0 {
			g.left = st.picks[c]
		} else if first := pl.parts[par].slots; len(first) > 0 {
			for _, x := range first {
				if pl.slots[x].role == roleSelect {
					g.left = st.picks[x]
					break
				}
			}
		}
	}
	switch sl.role {
	case roleStar, roleAll, roleExtra:
		g.stars()
	case roleLimit:
		g.limits()
	case roleCond:
		g.conds()
	case roleHaving:
		g.having()
	case roleOrder, roleOrderAgg:
		g.orders()
	case roleCondSub:
		g.condSubs()
	case roleSelect, roleAgg, roleGroup, roleSub, roleRight:
		for _, info := range g.columns() {
			g.put(choice{col: info.col}, info, nil)
		}
	}
	return g.out
}

type generator struct {
	p            *Problem
	pl           *plan
	st           *state
	k            int
	sl           slot
	m            *Model
	seed         uint32
	tables       []*index.Table // used so far in the same part
	parentTables []*index.Table
	left         *choice // what the sub-query is compared with
	out          []choice
}

const tryColumns = 40

// columns lists the columns to try.
func (g *generator) columns() []*colInfo {
	if g.m == nil {
		return g.p.pool
	}
	return g.p.best(g.m, g.sl.key())
}

// put adds a choice of a column; extra adds features of its own.
func (g *generator) put(c choice, info *colInfo, extra func(*feats)) {
	f := &feats{seed: g.seed}
	base := g.p.baseFeats(info, g.sl.key())
	if g.m == nil {
		f.list = append(make([]uint32, 0, len(base)+24), base...)
	} else {
		c.score = g.p.baseScore(g.m, info, g.sl.key())
		f.list = g.p.scratch[:0]
	}
	g.columnFeats(f, info)
	if extra != nil {
		extra(f)
	}
	if g.m != nil {
		c.score += g.m.sum(f.list)
		g.p.scratch = f.list
	} else {
		c.feats = f.list
	}
	g.out = append(g.out, c)
}

// columnFeats tells how a column fits what is chosen already.
func (g *generator) columnFeats(f *feats, info *colInfo) {
	c := info.col
	g.tableFeats(f, c.Table)
	cov := bucket(info.best.Coverage)
	if info.best.Exact {
		cov = 7
	}
	for i, o := range g.st.picks {
		if o == nil || o.col == nil || i == g.k {
			continue
		}
		other := g.pl.slots[i]
		same := "same"
		if other.query != g.sl.query {
			same = "outer"
		}
		if o.col == c {
			f.num(same+" col", int(other.role)*8+min(cov, 7))
		} else if oi := g.p.columns[o.col.ID]; oi != nil && oi.best.Span.Len() > 0 && info.best.Span.Len() > 0 && oi.best.Span.Overlaps(info.best.Span) {
			f.num(same+" span", int(other.role))
		}
		if o.val != nil && info.best.Span.Len() > 0 && o.val.span.Overlaps(info.best.Span) {
			f.add("in value")
		}
		if other.query == g.sl.query && other.role == g.sl.role && i == g.k-1 {
			if oi := g.p.columns[o.col.ID]; oi != nil && oi.best.Span.Len() > 0 && info.best.Span.Len() > 0 {
				f.num("after", gap(info.best.Span.First-oi.best.Span.End))
			}
		}
		if other.query == g.sl.query && other.role == roleSelect {
			if c == o.col.Table.Key {
				f.num("key of selected", cov)
			}
			if c.Ref != nil && c.Ref.Table == o.col.Table {
				f.num("ref to selected", cov)
			}
			if o.col.Ref != nil && o.col.Ref.Table == c.Table {
				f.num("referred by selected", cov)
			}
		}
	}
	if g.left != nil && g.left.col != nil {
		g.leftFeats(f, c, g.left.col)
	}
	if g.sl.role == roleAgg || g.sl.role == roleOrderAgg || g.sl.role == roleHaving || g.sl.role == roleSub && g.sl.agg.Agg != ir.None {
		d := 9
		for i := range g.p.ms.Cues {
			if cue := &g.p.ms.Cues[i]; cue.Kind == aggCue(g.sl.agg.Agg) && info.best.Span.Len() > 0 {
				if x := info.best.Span.First - cue.Span.End; x >= -1 && x < d {
					d = x
				}
			}
		}
		f.num("agg gap", d)
	}
}

// leftFeats compares a sub-query's column with what it is compared with.
func (g *generator) leftFeats(f *feats, c, left *index.Column) {
	rel := "other"
	switch {
	case c == left:
		rel = "equal"
	case g.p.joins(c, left):
		rel = "edge"
	case c.Phrase() == left.Phrase():
		rel = "name"
	}
	f.add("left " + rel)
	if c.Table == left.Table {
		f.add("left table")
	}
	if left.Numeric() != c.Numeric() {
		f.add("left type")
	}
}

// joins says whether a declared or inferred edge joins two columns.
func (p *Problem) joins(a, b *index.Column) bool {
	for _, e := range p.ix.Graph.At[a.Table.ID] {
		for i := range e.From {
			if e.From[i] == a && e.To[i] == b || e.From[i] == b && e.To[i] == a {
				return true
			}
		}
	}
	return false
}

// tableFeats tells how far a table is from those used so far.
func (g *generator) tableFeats(f *feats, t *index.Table) {
	mention := bucket(g.p.tables[t.ID].score)
	near := 3
	if len(g.tables) == 0 {
		near = 4
	}
	for _, o := range g.tables {
		switch {
		case o == t:
			near = 0
		case near > 1 && g.p.adjacent(o, t):
			near = 1
		}
	}
	f.num("near", near*10+mention)
	f.num("nearn", near*10+min(len(g.tables), 3))
	if near == 1 {
		for _, o := range g.tables {
			between := g.p.ix.Graph.Between(o, t)
			switch {
			case len(between) == 0:
			case between[0].FromTable() == t:
				f.add("near child")
			default:
				f.add("near parent")
			}
		}
	}
	if g.parentTables != nil {
		if slices.Contains(g.parentTables, t) {
			f.num("outer table", mention)
		} else {
			f.num("inner table", mention)
		}
	}
	better := 0
	for _, s := range g.p.topTables {
		if s > g.p.tables[t.ID].score+0.05 {
			better++
		}
	}
	f.num("tables better", min(better, 3))
}

func (p *Problem) adjacent(a, b *index.Table) bool {
	for _, e := range p.ix.Graph.At[a.ID] {
		if e.Other(a) == b {
			return true
		}
	}
	return false
}

// stars tries each table for count(*) and SELECT *.
func (g *generator) stars() {
	for _, t := range g.p.ix.Tables {
		info := &g.p.tables[t.ID]
		if g.sl.role == roleExtra && slices.Contains(g.tables, t) {
			continue
		}
		if len(g.p.ix.Tables) > 60 && info.score < 0.2 && info.cols == 0 && !slices.Contains(g.tables, t) {
			continue
		}
		g.putTable(t, nil)
	}
	if len(g.out) == 0 && len(g.p.ix.Tables) > 0 && g.sl.role != roleExtra {
		g.putTable(g.p.ix.Tables[0], nil)
	}
}

func (g *generator) putTable(t *index.Table, extra func(*feats)) {
	info := &g.p.tables[t.ID]
	f := &feats{seed: g.seed}
	f.add("star")
	f.num("tab", bucket(info.score))
	if info.exact {
		f.add("tab exact")
	}
	f.num("tabcols", min(info.cols, 3))
	if t.Bridge {
		f.num("bridge", bucket(info.score))
	}
	if info.span.Len() > 0 {
		f.num("place", info.span.First*5/len(g.p.ms.Tokens))
		f.pair("prev", hash(g.p.lower(info.span.First-1)))
		f.two("prev2", hash(g.p.lower(info.span.First-2)), hash(g.p.lower(info.span.First-1)))
		if m := g.p.marker[info.span.First]; m >= 0 {
			f.pair("marker", hash(g.p.lower(m)))
		}
		best := 9
		for i := range g.p.ms.Cues {
			if c := &g.p.ms.Cues[i]; c.Kind == index.CueCount || c.Kind == index.CueCompare || c.Kind == index.CueSuperlative {
				if d := info.span.First - c.Span.End; d >= 0 && d < best {
					best = d
				}
			}
		}
		f.num("cue gap", best)
		if info.span.Len() > 0 && g.p.taken[info.span.First] >= 0.9 {
			f.add("in value")
		}
	}
	if len(t.Stems) > 0 {
		last := hash(t.Stems[len(t.Stems)-1])
		for _, q := range g.p.stems {
			if q != last {
				f.list = append(f.list, mix(mix(0x7AB1E, q), last))
			}
		}
	}
	g.tableFeats(f, t)
	child, parent := 0, 0
	for _, o := range g.tables {
		for _, e := range g.p.ix.Graph.Between(o, t) {
			if o == t {
				continue
			}
			if e.FromTable() == t {
				child = 1
			} else {
				parent = 1
			}
		}
	}
	f.num("child", child*2+parent)
	for i, o := range g.st.picks {
		if o == nil || o.table == nil || i == g.k {
			continue
		}
		if o.table == t {
			f.num("table again", int(g.pl.slots[i].role))
		} else if g.pl.slots[i].query == g.sl.query {
			f.add("other star")
		}
	}
	if extra != nil {
		extra(f)
	}
	c := choice{table: t}
	if g.m != nil {
		c.score = g.m.sum(f.list)
	} else {
		c.feats = f.list
	}
	g.out = append(g.out, c)
}

// limits tries each number of the question.
func (g *generator) limits() {
	for i := range g.p.ms.Numbers {
		n := &g.p.ms.Numbers[i]
		if n.Value < 1 || n.Value > 10000 || n.Value != float64(int(n.Value)) {
			continue
		}
		f := &feats{seed: g.seed}
		f.pair("prev", hash(g.p.lower(n.Span.First-1)))
		f.pair("next", hash(g.p.lower(n.Span.End)))
		if n.Value <= 10 {
			f.add("small")
		}
		if n.Year {
			f.add("year")
		}
		for k := range g.p.ms.Cues {
			if c := &g.p.ms.Cues[k]; c.Kind == index.CueSuperlative && c.Number == n {
				f.add("superlative")
			} else if c.Kind == index.CueCompare && c.Number == n {
				f.add("compare")
			}
		}
		c := choice{limit: int(n.Value), feats: f.list}
		if g.m != nil {
			c.score = g.m.sum(f.list)
		}
		g.out = append(g.out, c)
	}
}
