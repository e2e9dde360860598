package analytic

import (
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// usual is how many rows a ranking of several things shows that says no number: 'our best customers'.
const usual = 10

// several says whether the ranking at chunk k is of things in the plural: 'top customers', 'which products sold best'.
// 'Which product sold best' wants one, and so does 'the products with the highest price', where several may share it.
func (in *interpreter) several(k int) bool {
	c := &in.chunks[k]
	word := in.r.word(c.span.First)
	thing, _ := in.next(k)
	switch {
	case c.base == "sold" || c.base == "selling":
		if strings.HasPrefix(in.r.word(c.span.End-1), "seller") || strings.HasPrefix(in.r.word(c.span.End-1), "bestseller") {
			in.sellers()
			return strings.HasSuffix(in.r.word(c.span.End-1), "s")
		}
		for i := k - 1; i >= 0 && (thing == nil || thing.kind != kTable); i-- {
			thing = &in.chunks[i]
		}
	case c.base == "best", c.base == "worst", word == "top", word == "bottom", word == "biggest", word == "largest":
	case isOneOf(c.base, "valuable", "important", "loyal", "good"):
	default:
		return false
	}
	return thing != nil && thing.kind == kTable && thing.span.Len() > 0 && plural(in.r.word(thing.span.End-1), thing.targets[0].table)
}

// sellers makes 'best sellers' a ranking of what is sold, where nothing else is named.
func (in *interpreter) sellers() {
	l := in.sales.line
	if in.entity != nil || l == nil || len(in.mentioned()) > 0 || len(in.aggs) > 0 {
		return
	}
	for _, t := range in.v.parents(l) {
		if t != in.sales.header && t.Label != nil && in.entity == nil {
			in.entity = t
		}
	}
}

// plural says whether a word that names a table is in the plural.
func plural(w string, t *index.Table) bool {
	switch w {
	case "people", "children", "men", "women":
		return true
	}
	return strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && w != singular(t)
}

// topSeveral gives a ranking without a number its rows, once it is known what it goes by.
func (p *plan) topSeveral() {
	r := p.rank
	if r == nil || r.top == "" || r.n > 0 || !r.done || p.sort != 0 || len(p.rankDims) > 0 || len(p.grains) > 0 || p.share {
		return
	}
	by := ""
	switch {
	case r.by != nil:
		by = strings.ReplaceAll(p.alias(r.by), "_", " ")
	case r.col != nil:
		by = r.col.Phrase()
	}
	r.n, r.first = usual, false
	p.analytic = true
	p.says("'" + r.top + "' read as the first 10 by " + by)
}
