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
	} else {
		if capital(p.ms.Tokens[v.span.First].Text) {
			f.num("capital", src)
		}
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
