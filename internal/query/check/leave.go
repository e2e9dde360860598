package check

import (
	"fmt"
	"slices"

	"github.com/custard-ai/custard/internal/query"
)

// spelled writes the columns of a star out one by one, where the database's star would hold more than may be seen, or, at the
// top, masked columns, which are left out; nil items where the star may stay.
func (r *resolver) spelled(s *query.Star, sc *scope, cols []column, top bool) ([]query.Item, []column) {
	var of []*source
	if len(s.Table) > 0 {
		if src := r.sourceCalled(s.Table, sc); src != nil {
			of = []*source{src}
		}
	} else {
		of = sc.sources
	}
	masked := slices.ContainsFunc(cols, func(c column) bool { return c.mask.column != "" })
	if r.err != nil || r.probe || !r.hidesAny(of) && !(top && masked) {
		return nil, cols
	}
	if len(s.Exclude)+len(s.Replace)+len(s.Rename) > 0 {
		r.refuse("Name the columns.", "* with exceptions cannot be spelled out for these tables")
		return nil, cols
	}
	items := make([]query.Item, 0, len(cols))
	kept := make([]column, 0, len(cols))
	for _, c := range cols {
		if top && c.mask.column != "" {
			r.omitted(c.mask.column)
			continue
		}
		if c.from.src == nil || c.name == "" {
			r.refuse("Name the columns.", "* cannot be spelled out for these tables")
			return nil, cols
		}
		ref := &query.Column{Name: query.Name{query.ID(c.name)}}
		src := c.from.src
		if src.name != "" && !slices.Contains(sc.merged, c.from) {
			if src.schema != "" {
				ref.Name = query.Name{query.ID(src.schema), query.ID(src.name), query.ID(c.name)}
			}
			ref = r.reference(src, c.from.i, ref)
		}
		items = append(items, query.Item{Expr: ref})
		kept = append(kept, c)
	}
	return items, kept
}

func (r *resolver) omitted(column string) {
	note := fmt.Sprintf("%s is masked and left out", column)
	if !slices.Contains(r.warnings, note) {
		r.warnings = append(r.warnings, note)
	}
}

// leftOut says whether a masked column of the select list is left out, and notes it.
func (r *resolver) leftOut(s *query.Select, x query.Expr, v val) bool {
	if !r.opts.LeaveOut || v.mask.column == "" || s.Distinct || len(s.Items) < 2 || !isColumn(x) {
		return false
	}
	if s.GroupBy != nil && slices.ContainsFunc(s.GroupBy.Items, func(g query.GroupItem) bool { _, number := g.Expr.(*query.Number); return number }) {
		return false
	}
	r.omitted(v.mask.column)
	return true
}

// nothingLeft is the error where all columns of a result are masked.
func (r *resolver) nothingLeft(sc *scope) {
	for _, s := range sc.sources {
		if column := s.tells(); column != "" {
			r.forbid(column, "all columns of the result are masked: %s", column)
			return
		}
	}
	r.refuse("Name a column.", "the result has no column")
}

// anchored is the columns that a query which reads itself sees of itself: no table's any more, since each round makes them
// anew, and masked as soon as any round makes them so.
func (r *resolver) anchored(c *cte, cols []column) []column {
	if !r.idx.guarded {
		return cols
	}
	out := slices.Clone(cols)
	for i := range out {
		out[i].base, out[i].from = false, place{}
		if column := r.taints[c.ord][i]; column != "" {
			out[i].mask = mask{column: column, direct: true}
		}
	}
	return out
}

// cyclic notes the columns that only a later round masks.
func (r *resolver) cyclic(c *cte, cols []column) {
	if c == nil {
		return
	}
	for i := range min(len(cols), len(c.cols)) {
		if cols[i].mask.column != "" && c.cols[i].mask.column == "" && r.taints[c.ord][i] == "" {
			r.linkKey(c.ord, i, cols[i].mask.column)
		}
	}
}
