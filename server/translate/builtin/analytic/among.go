package analytic

import (
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// An among keeps a series to the first of a ranking: 'revenue by month of the top 3 products'.
type among struct {
	dim dim
	dir int
	n   int
	by  *measure
}

// seriesOf reads 'top 3 products' in a question that already measures something over time.
func (in *interpreter) seriesOf(k int, d dim) bool {
	r := in.rank
	if r == nil || r.done || r.n < 1 || r.base != "" || len(in.measures) != 1 || in.entity != nil || in.among != nil || in.change != "" ||
		len(in.grains) == 0 && !in.saidAfter(k, kGrain) {
		return false
	}
	in.among = &among{dim: d, dir: r.dir, n: r.n}
	in.rank = nil
	return true
}

// settleAmong turns 'top 3 categories by revenue by month' into a series of those three, and shows which is which.
func (p *plan) settleAmong() {
	if r := p.rank; p.among == nil && r != nil && r.done && r.by != nil && r.n > 0 && len(p.grains) > 0 && len(p.rankDims) == 0 && len(p.measures) == 1 && p.measures[0] == r.by && len(p.dims) == 1 && p.change == "" {
		p.among = &among{dim: p.dims[0], dir: r.dir, n: r.n, by: r.by}
		p.rank = nil
	}
	if p.among == nil || len(p.measures) == 0 {
		return
	}
	if p.among.by == nil {
		p.among.by = p.measures[0]
	}
	for _, d := range p.dims {
		if d.of() == p.among.dim.of() {
			return
		}
	}
	p.dims = append(p.dims, p.among.dim)
}

// keepAmong puts the restriction on a block; the ranking goes by the same conditions and windows as the series.
func (p *plan) keepAmong(b *block, base *index.Table) bool {
	a := p.among
	inner := p.v.block(base, nil)
	key, ok := p.keyOf(inner, &a.dim)
	if !ok {
		return false
	}
	value, ok := p.measureIn(inner, a.by)
	if !ok || !p.finishBlock(inner, nil) {
		return false
	}
	group, _ := p.keyOf(inner, &a.dim)
	sel := inner.selects(item(key, "kept"))
	sel.GroupBy = groupBy([]query.Expr{group})
	ranked := &query.Query{Body: sel, OrderBy: []query.Order{{Expr: value, Desc: a.dir > 0}}, Limit: limit(a.n)}
	id := query.ID("best")
	outer := &query.Select{Items: []query.Item{item(named("", "kept"), "")}, From: []query.TableExpr{&query.Derived{Query: ranked, Alias: &id}}}
	own, ok := p.keyOf(b, &a.dim)
	if !ok {
		return false
	}
	b.where(&query.In{X: own, Query: &query.Query{Body: outer}})
	return true
}
