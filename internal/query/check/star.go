package check

import (
	"slices"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// star resolves * and t.* and lists the columns that it stands for.
func (r *resolver) star(s *query.Star, sc *scope) (query.Expr, []column) {
	out := &query.Star{Pos: s.Pos}
	var cols []column
	if len(s.Table) > 0 {
		src := r.sourceCalled(s.Table, sc)
		if src == nil {
			r.missingSource(s.Table, sc)
			return s, nil
		}
		out.Table = query.Name{ident(src.name, s.Table.Last())}
		cols = r.columnsOf(src.scope, src, false, nil)
	} else {
		if len(sc.sources) == 0 {
			r.fail(custard.Errorf(custard.CodeUnknownTable, "* needs a table to take columns from").WithHint("Add FROM and a table."))
		}
		cols = r.allColumns(sc)
	}
	return r.starOptions(s, out, cols, sc)
}

func (r *resolver) sourceCalled(n query.Name, sc *scope) *source {
	for m := exactly; m <= r.last(); m++ {
		for s := sc; s != nil; s = s.parent {
			for _, src := range s.visible() {
				if r.called(src, n, m) {
					return src
				}
			}
		}
	}
	return nil
}

func (r *resolver) allColumns(sc *scope) []column {
	if len(sc.hidden) == 0 {
		n := 0
		for _, s := range sc.sources {
			n += s.width()
		}
		cols := make([]column, 0, min(n, maxColumns))
		for _, s := range sc.sources {
			cols = r.columnsOf(sc, s, false, cols)
		}
		return cols
	}
	var cols []column
	var first []place
	if r.rules.mergedFirst {
		for _, p := range slices.Backward(sc.merged) {
			if !sc.isHidden(p.src, p.i) && !placed(first, p) {
				first = append([]place{p}, first...)
			}
		}
		for _, p := range first {
			v := p.src.val(p.i)
			cols = append(cols, column{name: p.src.columnName(p.i), typ: v.typ, elem: v.elem, dataType: v.dataType, from: p})
		}
	}
	for _, s := range sc.sources {
		from := len(cols)
		cols = r.columnsOf(sc, s, true, cols)
		if len(first) > 0 {
			cols = append(cols[:from], slices.DeleteFunc(cols[from:], func(c column) bool { return placed(first, c.from) })...)
		}
	}
	return cols
}

func placed(ps []place, p place) bool {
	return slices.Contains(ps, p)
}

// starOptions applies EXCLUDE, REPLACE and RENAME.
func (r *resolver) starOptions(s, out *query.Star, cols []column, sc *scope) (query.Expr, []column) {
	find := func(id query.Ident) int {
		for m := exactly; m <= r.last(); m++ {
			for i, c := range cols {
				if r.same(r.folded(id), c.name, m) {
					return i
				}
			}
		}
		r.fail(custard.Errorf(custard.CodeUnknownColumn, "* has no column '%s'", id.Name))
		return -1
	}
	for _, it := range s.Replace {
		x, v := r.expr(it.Expr, sc)
		if it.Alias == nil {
			continue
		}
		if i := find(*it.Alias); i >= 0 {
			cols[i] = column{name: cols[i].name, typ: v.typ, elem: v.elem, dataType: v.dataType}
			id := ident(cols[i].name, *it.Alias)
			out.Replace = append(out.Replace, query.Item{Expr: x, Alias: &id})
		}
	}
	for _, it := range s.Rename {
		c, ok := it.Expr.(*query.Column)
		if !ok || it.Alias == nil || len(c.Name) == 0 {
			continue
		}
		if i := find(c.Name.Last()); i >= 0 {
			from := query.Name{ident(cols[i].name, c.Name.Last())}
			cols[i].name = r.folded(*it.Alias)
			out.Rename = append(out.Rename, query.Item{Expr: &query.Column{Name: from, Pos: c.Pos}, Alias: r.declaredPtr(it.Alias)})
		}
	}
	for _, id := range s.Exclude {
		if i := find(id); i >= 0 {
			out.Exclude = append(out.Exclude, ident(cols[i].name, id))
			cols = append(cols[:i:i], cols[i+1:]...)
		}
	}
	return out, cols
}
