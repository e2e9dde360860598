package core

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// ops lists the operators that a kind of condition stands for.
func (k CondKind) ops() []ir.Op {
	switch k {
	case condEq, condEqSub:
		return []ir.Op{ir.Eq}
	case condNe, condNeSub:
		return []ir.Op{ir.Ne}
	case condCompare, condSub:
		return []ir.Op{ir.Gt, ir.Lt, ir.Ge, ir.Le}
	case condLike:
		return []ir.Op{ir.Like}
	case condNotLike:
		return []ir.Op{ir.NotLike}
	case condBetween:
		return []ir.Op{ir.Between}
	case condNull:
		return []ir.Op{ir.Null}
	case condNotNull:
		return []ir.Op{ir.NotNull}
	case condIn:
		return []ir.Op{ir.In}
	case condNotIn:
		return []ir.Op{ir.NotIn}
	}
	return nil
}

// conds tries each value with each column that fits it.
func (g *generator) conds() {
	switch g.sl.kind {
	case condNull, condNotNull:
		for _, info := range g.columns() {
			g.put(choice{col: info.col, op: g.sl.kind.ops()[0]}, info, nil)
		}
		return
	case condBetween:
		g.between()
		return
	}
	for i := range g.p.values {
		v := &g.p.values[i]
		if g.used(v) {
			continue
		}
		if g.sl.kind == condCompare && v.number == nil && !(v.col != nil && v.col.Temporal()) && !dateLike(v.text) {
			continue
		}
		if v.col != nil {
			g.putCond(v, nil, g.p.info(v.col))
			continue
		}
		for _, info := range g.columns() {
			if v.fits(info.col) && g.plausible(v, info) {
				g.putCond(v, nil, info)
			}
		}
	}
}

func dateLike(s string) bool {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n >= 4
}

// plausible keeps the number of choices small.
func (g *generator) plausible(v *valueItem, info *colInfo) bool {
	if len(g.p.pool) < 25 || info.best.Coverage > 0.2 || g.p.tables[info.col.Table.ID].score > 0.5 {
		return v.source != fromNumber || g.sl.kind != condCompare || info.col.Numeric() || info.col.Temporal() || info.best.Coverage > 0.4
	}
	return info.col.Role == index.RoleLabel || (v.number != nil && v.number.Year && info.col.Temporal()) || slices.Contains(g.tables, info.col.Table)
}

// used says whether another slot holds the value's words already, other than for the same words of another column.
func (g *generator) used(v *valueItem) bool {
	for i, o := range g.st.picks {
		if o == nil || i == g.k {
			continue
		}
		if o.val != nil && o.val.span.Overlaps(v.span) && !(g.sl.or && o.val.span == v.span) {
			return true
		}
		if o.upper != nil && o.upper.span.Overlaps(v.span) {
			return true
		}
	}
	return false
}

func (g *generator) between() {
	for i := range g.p.values {
		lo := &g.p.values[i]
		if lo.number == nil && !isoDate(lo.text) || g.used(lo) {
			continue
		}
		for j := range g.p.values {
			hi := &g.p.values[j]
			if (hi.number == nil) != (lo.number == nil) || hi.number == nil && !isoDate(hi.text) || hi.span.First < lo.span.End || hi.span.First-lo.span.End > 3 {
				continue
			}
			for _, info := range g.columns() {
				if g.plausible(lo, info) {
					g.putCond(lo, hi, info)
				}
			}
		}
	}
}

func (g *generator) putCond(v, upper *valueItem, info *colInfo) {
	for _, op := range g.sl.kind.ops() {
		g.put(choice{col: info.col, op: op, val: v, upper: upper}, info, func(f *feats) { g.valueFeats(f, v, info, op) })
	}
}

// valueFeats tells how a value fits a column and an operator.
func (g *generator) valueFeats(f *feats, v *valueItem, info *colInfo, op ir.Op) {
	p := g.p
	src := int(v.source) * 10
	f.num("src", src)
	f.num("src score", src+bucket(v.score-0.001))
	f.num("rivals", src+min(v.rivals, 4))
	cov := bucket(info.best.Coverage)
	if info.best.Exact {
		cov = 7
	}
	f.num("src cov", src+cov)
	f.num("src role", src*2+int(info.col.Role))
	f.num("src tab", src+bucket(p.tables[info.col.Table.ID].score))
	f.num("likeness", src*10+v.likeness*3+min(v.span.Len(), 2))
	f.num("vlen", src+min(v.span.Len(), 4))
	if v.inside {
		f.num("inside", src)
	}
	if v.quoted {
		f.num("quoted", src)
	} else if capital(p.ms.Tokens[v.span.First].Text) {
		f.num("capital", src)
	}
	if v.number != nil {
		f.num("numeric", b2i(info.col.Numeric())*2+b2i(v.number.Year))
		if v.number.Year && len(info.col.Words) > 0 {
			f.pair("year col", hash(info.col.Words[len(info.col.Words)-1]))
		}
		if v.number.Word {
			f.add("number word")
		}
		f.pair("number next", hash(p.lower(v.span.End)))
	}
	best := 99
	for _, l := range info.links {
		d := v.span.First - l.Span.End
		if d < 0 {
			d = -(l.Span.First - v.span.End) - 1
		}
		if l.Coverage > 0.3 && abs(d) < abs(best) {
			best = d
		}
		if l.Span.Overlaps(v.span) && l.Coverage > 0.5 {
			f.num("named like", src)
		}
	}
	if best < 99 {
		f.num("gap", gap(best))
		f.num("gapcov", gap(best)*10+cov)
	} else {
		f.num("nogap", src)
	}
	// Is another column named nearer to the value?
	nearer := 0
	for _, o := range p.linked {
		if o == info {
			continue
		}
		for _, l := range o.links {
			if l.Coverage < 0.5 {
				continue
			}
			if d := v.span.First - l.Span.End; d >= 0 && d < max(best, 0) && d < 6 {
				nearer++
				break
			}
		}
	}
	f.num("nearer", min(nearer, 3))
	f.pair("vprev", hash(p.lower(v.span.First-1)))
	if len(info.col.Stems) > 0 {
		f.two("vprevcol", hash(p.lower(v.span.First-1)), hash(info.col.Stems[len(info.col.Stems)-1]))
	}
	f.num("vprevrole", int(mix(hash(p.lower(v.span.First-1)), uint32(info.col.Role))))
	g.opFeats(f, v, info, op)
	for i, o := range g.st.picks {
		if o == nil || o.val == nil || i == g.k {
			continue
		}
		if o.val.span == v.span {
			f.add("same span")
		}
		f.num("order", b2i(o.val.span.First < v.span.First))
		if o.col == info.col {
			f.num("same cond col", b2i(g.sl.or)*4+b2i(g.pl.slots[i].query == g.sl.query)*2+b2i(o.val.source == v.source))
		}
	}
}

// opFeats ties an operator to the comparative next to the value.
func (g *generator) opFeats(f *feats, v *valueItem, info *colInfo, op ir.Op) {
	found := false
	for i := range g.p.ms.Cues {
		c := &g.p.ms.Cues[i]
		if c.Kind != index.CueCompare {
			continue
		}
		d := v.span.First - c.Span.End
		if c.Number != nil && v.number != nil && c.Number.Span == v.span {
			found = true
			f.add("op " + string(op) + " cue " + c.Op)
			if c.Base != "" {
				f.num("op adj "+string(op), c.DirFor(info.col)+1)
			}
		} else if d >= 0 && d < 4 && (c.Number == nil || v.number == nil && d < 2) {
			found = found || v.number == nil
			f.add("op " + string(op) + " near " + c.Op)
		}
	}
	if !found {
		f.add("op none " + string(op))
	}
	f.pair("op next "+string(op), mix(hash(g.p.lower(v.span.End)), hash(g.p.lower(v.span.End+1))))
	f.pair("op prev "+string(op), mix(hash(g.p.lower(v.span.First-2)), hash(g.p.lower(v.span.First-1))))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}
