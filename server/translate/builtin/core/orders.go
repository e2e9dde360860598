package core

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// having tries each number against a count or an aggregate of a column.
func (g *generator) having() {
	type option struct {
		op ir.Op
		v  *valueItem
	}
	var options []option
	switch g.sl.kind {
	case condSub, condEqSub, condNeSub, condIn, condNotIn:
		for _, op := range g.sl.kind.ops() {
			options = append(options, option{op: op})
		}
	default:
		for i := range g.p.values {
			if v := &g.p.values[i]; v.number != nil && !g.used(v) {
				for _, op := range g.sl.kind.ops() {
					options = append(options, option{op, v})
				}
			}
		}
	}
	for _, o := range options {
		extra := func(info *colInfo) func(*feats) {
			return func(f *feats) {
				if o.v == nil {
					f.add("op " + string(o.op))
					return
				}
				f.pair("vprev", hash(g.p.lower(o.v.span.First-1)))
				f.pair("vnext", hash(g.p.lower(o.v.span.End)))
				f.num("year", b2i(o.v.number.Year)*2+b2i(o.v.number.Word))
				g.opFeats(f, o.v, info, o.op)
			}
		}
		if g.sl.agg.Star {
			before := len(g.out)
			g.havingStars(o.v, extra(&colInfo{col: g.anyColumn()}))
			for i := before; i < len(g.out); i++ {
				g.out[i].op, g.out[i].val = o.op, o.v
			}
			continue
		}
		for _, info := range g.columns() {
			if o.v == nil || info.best.Coverage > 0.2 || len(g.p.pool) < 25 || slices.Contains(g.tables, info.col.Table) {
				g.put(choice{col: info.col, op: o.op, val: o.v}, info, extra(info))
			}
		}
	}
}

func (g *generator) anyColumn() *index.Column { return g.p.ix.Columns[0] }

func (g *generator) havingStars(v *valueItem, extra func(*feats)) {
	for _, t := range g.p.ix.Tables {
		info := &g.p.tables[t.ID]
		if len(g.p.ix.Tables) > 12 && info.score < 0.3 && !slices.Contains(g.tables, t) {
			continue
		}
		g.putTable(t, func(f *feats) {
			extra(f)
			if v != nil && info.span.Len() > 0 {
				f.num("table after number", gap(info.span.First-v.span.End))
			}
		})
	}
}

// orders tries each column or table in both directions.
func (g *generator) orders() {
	for _, desc := range []bool{false, true} {
		dir := 0
		if desc {
			dir = 1
		}
		if g.sl.agg.Star {
			before := len(g.out)
			g.starOrders(dir)
			for i := before; i < len(g.out); i++ {
				g.out[i].desc = desc
			}
			continue
		}
		for _, info := range g.columns() {
			g.put(choice{col: info.col, desc: desc}, info, func(f *feats) { g.directionFeats(f, info, dir) })
		}
	}
}

func (g *generator) starOrders(dir int) {
	for _, t := range g.p.ix.Tables {
		info := &g.p.tables[t.ID]
		if len(g.p.ix.Tables) > 12 && info.score < 0.3 && !slices.Contains(g.tables, t) {
			continue
		}
		g.putTable(t, func(f *feats) { g.directionFeats(f, nil, dir) })
	}
}

// directionFeats ties a direction to the question's sort words and superlatives.
func (g *generator) directionFeats(f *feats, info *colInfo, dir int) {
	limited := 0
	if g.pl.parts[g.sl.query].sketch.Limit > 0 {
		limited = 1
	}
	f.num("dir", dir*2+limited)
	any := false
	for i := range g.p.ms.Cues {
		c := &g.p.ms.Cues[i]
		if c.Kind != index.CueSort && c.Kind != index.CueSuperlative {
			continue
		}
		d := c.Dir
		adj := 0
		if info != nil {
			d = c.DirFor(info.col)
			adj = abs(index.AttributeDirection(c.Base, info.col.Stems))
			if d == 0 {
				continue
			}
		}
		any = true
		f.num("dir "+string(c.Kind), ((d+1)*2+dir)*4+limited*2+adj)
		if info != nil && info.best.Span.Len() > 0 {
			near := gap(info.best.Span.First - c.Span.End)
			if c.Kind == index.CueSort {
				near = gap(c.Span.First - info.best.Span.End)
			}
			f.num("dirgap "+string(c.Kind), (near+10)*8+(d+1)*2+dir)
		}
	}
	if !any {
		f.num("dir nocue", dir*2+limited)
	}
	for _, t := range g.p.ms.Tokens {
		if !index.Stopword(t.Lower) || t.Lower == "most" || t.Lower == "least" {
			f.num("dirword", int(mix(hash(t.Lower), uint32(dir*2+limited))))
		}
	}
}

// condSubs tries each column for the left side of a condition with a sub-query.
func (g *generator) condSubs() {
	for _, info := range g.columns() {
		for _, op := range g.sl.kind.ops() {
			g.put(choice{col: info.col, op: op}, info, func(f *feats) {
				if len(g.sl.kind.ops()) == 1 {
					return
				}
				f.add("op " + string(op))
				for i := range g.p.ms.Cues {
					c := &g.p.ms.Cues[i]
					if c.Kind != index.CueCompare || c.Number != nil {
						continue
					}
					f.add("op " + string(op) + " cue " + c.Op)
					if c.Base != "" {
						f.num("op adj "+string(op), c.DirFor(info.col)+1)
					}
				}
			})
		}
	}
}
