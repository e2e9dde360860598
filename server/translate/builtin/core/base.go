package core

import (
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// roleKey tells apart what columns are scored for: a role, with the aggregate and the kind of condition.
type roleKey uint16

func (s slot) key() roleKey {
	k := roleKey(s.role) << 8
	k |= roleKey(s.agg.Agg) << 1
	if s.agg.Distinct {
		k |= 1
	}
	switch s.kind {
	case condNe, condNotLike:
		k |= 1 << 4
	case condCompare, condBetween:
		k |= 2 << 4
	case condLike:
		k |= 3 << 4
	case condNull, condNotNull:
		k |= 4 << 4
	case condNotIn:
		k |= 5 << 4
	case condIn:
		k |= 6 << 4
	case condSub, condEqSub, condNeSub:
		k |= 7 << 4
	case condEq:
	}
	return k
}

// feats gathers feature hashes under a role's seed.
type feats struct {
	seed uint32
	list []uint32
}

func (f *feats) add(name string)            { f.list = append(f.list, mix(f.seed, hash(name))) }
func (f *feats) pair(name string, h uint32) { f.list = append(f.list, mix(mix(f.seed, hash(name)), h)) }
func (f *feats) num(name string, n int)     { f.pair(name, uint32(n)) }
func (f *feats) two(name string, a, b uint32) {
	f.list = append(f.list, mix(mix(mix(f.seed, hash(name)), a), b))
}

func bucket(x float64) int {
	switch {
	case x <= 0:
		return 0
	case x < 0.25:
		return 1
	case x < 0.5:
		return 2
	case x < 0.7:
		return 3
	case x < 0.9:
		return 4
	case x < 0.999:
		return 5
	}
	return 6
}

func gap(n int) int {
	switch {
	case n < -8:
		return -4
	case n < -3:
		return -3
	case n < 0:
		return n
	case n <= 3:
		return n
	case n <= 8:
		return 4
	}
	return 5
}

func (p *Problem) lower(i int) string {
	switch {
	case i < 0:
		return "^"
	case i >= len(p.ms.Tokens):
		return "$"
	}
	return p.ms.Tokens[i].Lower
}

// baseFeats says what the question tells of a column for a role, whatever else is chosen.
func (p *Problem) baseFeats(info *colInfo, key roleKey) []uint32 {
	if f, ok := info.base[key]; ok {
		return f
	}
	c := info.col
	f := &feats{seed: mix(0xC01, uint32(key)), list: make([]uint32, 0, 64)}
	f.add("bias")
	cov, tab := bucket(info.best.Coverage), bucket(p.tables[c.Table.ID].score)
	if info.best.Exact {
		cov = 7
	}
	f.num("cov", cov)
	f.num("tab", tab)
	f.num("covtab", cov*10+tab)
	f.num("role", int(c.Role))
	f.num("nstems", min(len(c.Stems), 4)*10+cov)
	f.num("rolecov", int(c.Role)*10+cov)
	f.num("covrival", cov*3+info.rival)
	if info.best.Synonym {
		f.num("syn", cov)
	}
	kind := "text"
	switch {
	case c.Numeric():
		kind = "num"
	case c.Temporal():
		kind = "date"
	}
	f.add("kind" + kind)
	if info.value {
		f.num("value", cov)
	}
	if c == c.Table.Key {
		f.num("key", cov*10+tab)
	}
	if c == c.Table.Label {
		f.num("label", cov*10+tab)
	}
	if c.Ref != nil {
		f.num("ref", cov*10+tab)
		f.num("reftab", cov*10+bucket(p.tables[c.Ref.Table.ID].score))
	}
	if len(c.Words) > 0 {
		f.pair("last", hash(c.Words[len(c.Words)-1]))
	}
	if c.Table.Bridge {
		f.add("bridge")
	}
	if seq, ok := p.tableSeq[c.Table]; ok {
		f.num("tabseq", min(seq, 4)*10+cov)
	}
	f.num("tabcols", min(p.tables[c.Table.ID].cols, 3))
	p.linkFeats(f, info)
	p.wordFeats(f, c)
	p.cueFeats(f, info)
	if info.base == nil {
		info.base = map[roleKey][]uint32{}
	}
	info.base[key] = f.list
	return f.list
}

// linkFeats tells where the question names the column and in what company.
func (p *Problem) linkFeats(f *feats, info *colInfo) {
	if info.best.Span.Len() == 0 {
		f.pair("nolink wh", hash(p.lower(0)))
		return
	}
	for i, l := range info.links {
		if i > 1 || (i > 0 && l.Coverage < info.best.Coverage-0.15) {
			break
		}
		n := "a"
		if i > 0 {
			n = "b"
		}
		s := l.Span
		f.pair(n+"prev", hash(p.lower(s.First-1)))
		f.two(n+"prev2", hash(p.lower(s.First-2)), hash(p.lower(s.First-1)))
		f.pair(n+"next", hash(p.lower(s.End)))
		f.two(n+"next2", hash(p.lower(s.End)), hash(p.lower(s.End+1)))
		f.num(n+"sent", min(p.sentence[s.First], 2)*3+min(p.sentence[len(p.sentence)-1], 2))
		if m := p.marker[s.First]; m >= 0 {
			f.pair(n+"marker", hash(p.lower(m)))
			f.two(n+"marker2", hash(p.lower(m-1)), hash(p.lower(m)))
		}
		after, far := p.tableNear(info.col.Table, s.End, 1, 8)
		f.num(n+"tabafter", after*10+min(far, 5))
		before, back := p.tableNear(info.col.Table, s.First-1, -1, 6)
		f.num(n+"tabbefore", before*10+min(back, 5))
		f.num(n+"tabround", after*3+before)
		if within, _ := p.tableNear(info.col.Table, s.First, 1, s.Len()); within > 0 {
			f.num(n+"tabin", within)
		}
		f.num(n+"place", s.First*5/len(p.ms.Tokens))
		if s.First < 4 {
			f.num(n+"early", s.First)
		}
		f.num(n+"len", min(s.Len(), 4)*10+bucket(l.Coverage))
		if p.taken[s.First] >= 0.9 {
			f.add(n + "invalue")
		}
		nearest := 99
		for k, x := range p.taken {
			if x >= 0.85 {
				if d := k - s.End; d >= -2 && d < nearest {
					nearest = d
				}
			}
		}
		if nearest < 99 {
			f.num(n+"tovalue", gap(nearest))
		}
	}
}

// wordFeats pairs the question's words with the column's: how synonyms are learnt.
func (p *Problem) wordFeats(f *feats, c *index.Column) {
	pairs := &feats{seed: 0x5EED}
	cols := make([]uint32, 0, len(c.Stems))
	for _, s := range c.Stems {
		cols = append(cols, hash(s))
	}
	for _, q := range p.stems {
		for _, s := range cols {
			if q != s {
				pairs.two("word", q, s)
			}
		}
	}
	f.list = append(f.list, pairs.list...)
	if len(cols) > 0 {
		last := cols[len(cols)-1]
		f.two("wh", hash(p.lower(0)), last)
		if p.lower(0) == "how" || p.lower(0) == "what" || p.lower(0) == "which" {
			f.two("wh2", hash(p.lower(1)), last)
		}
	}
}

// cueFeats tells of aggregates, superlatives and sort words about the column.
func (p *Problem) cueFeats(f *feats, info *colInfo) {
	for i := range p.ms.Cues {
		cue := &p.ms.Cues[i]
		switch cue.Kind {
		case index.CueSuperlative, index.CueCompare, index.CueSort:
			if cue.Base != "" {
				if index.AttributeDirection(cue.Base, info.col.Stems) != 0 {
					f.add("adjective " + string(cue.Kind))
				}
			}
		case index.CueAverage, index.CueSum, index.CueMax, index.CueMin, index.CueCount, index.CueEach, index.CueDistinct, index.CueNegation:
		default:
			continue
		}
		if info.best.Span.Len() > 0 {
			if d := info.best.Span.First - cue.Span.End; d >= -4 && d <= 5 {
				f.num("cue "+string(cue.Kind), d)
			}
		}
	}
}

// aggCue is the cue that asks for an aggregate.
func aggCue(a ir.Agg) index.CueKind {
	switch a {
	case ir.Count:
		return index.CueCount
	case ir.Sum:
		return index.CueSum
	case ir.Avg:
		return index.CueAverage
	case ir.Min:
		return index.CueMin
	case ir.Max, ir.None:
	}
	return index.CueMax
}
