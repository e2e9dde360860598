package check

import (
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// relation is what a query or a body gives.
type relation struct {
	cols    []column
	grouped [][]int // columns that are unique together
	single  bool    // at most one row
	scope   *scope  // of the first select block; nil for VALUES
	plain   bool    // the rows are the scope's, none grouped
}

func (r *resolver) query(q *query.Query, parent *scope, e *env) (*query.Query, relation) {
	return r.queryOf(q, parent, e, nil)
}

// output resolves the query whose rows people see.
func (r *resolver) output(q *query.Query) (*query.Query, relation) {
	if q != nil {
		r.top, _ = q.Body.(*query.Select)
		for _, o := range q.OrderBy {
			if _, number := o.Expr.(*query.Number); number {
				r.opts.LeaveOut = false // it would mean another column
			}
		}
	}
	return r.queryOf(q, nil, nil, nil)
}

// queryOf resolves a query; anchor is the WITH query that it defines and may read itself, nil elsewhere.
func (r *resolver) queryOf(q *query.Query, parent *scope, e *env, anchor *cte) (*query.Query, relation) {
	if q == nil || q.Body == nil || !r.enter() {
		if q == nil || q.Body == nil {
			r.refuse("", "an empty query")
		}
		return q, relation{}
	}
	defer r.leave()
	if r.idx.guarded {
		outer := r.sum
		defer func() { r.sum = outer }()
	}
	out := &query.Query{Pos: q.Pos}
	if q.With != nil {
		out.With, e = r.with(q.With, parent, e)
	}
	var rel relation
	sel, isSelect := q.Body.(*query.Select)
	if isSelect {
		out.Body, rel = r.selectBlock(sel, parent, e)
	} else {
		out.Body, rel = r.body(q.Body, parent, e, anchor)
	}
	if len(q.OrderBy) > 0 {
		if isSelect {
			out.OrderBy = r.selectOrder(q.OrderBy, rel)
		} else {
			out.OrderBy = r.outputOrder(q.OrderBy, rel, parent, e)
		}
	}
	if isSelect {
		r.fanOut(rel.scope)
	}
	if q.Limit != nil {
		out.Limit = r.limit(q.Limit, &scope{parent: parent, env: e})
		if n, ok := constant(q.Limit.Count); ok && n <= 1 && !q.Limit.Percent && !q.Limit.WithTies {
			rel.single = true
		}
	}
	return out, rel
}

func (r *resolver) with(w *query.With, parent *scope, e *env) (*query.With, *env) {
	out := &query.With{Recursive: w.Recursive, CTEs: make([]*query.CTE, 0, len(w.CTEs))}
	for _, c := range w.CTEs {
		r.ords++
		def := &cte{ord: r.ords, name: r.folded(c.Name), columns: r.declaredAll(c.Columns), self: w.Recursive || r.rules.selfRecursive}
		inside := e
		if def.self {
			inside = &env{parent: e, cte: def}
		}
		q, rel := r.queryOf(c.Query, parent, inside, def)
		def.define(r, rel)
		e = &env{parent: e, cte: def}
		out.CTEs = append(out.CTEs, &query.CTE{
			Name: r.declared(c.Name), Columns: def.columns, Materialized: c.Materialized, Query: q,
		})
		if def.self {
			r.growth(out.CTEs[len(out.CTEs)-1], def.cols)
		}
	}
	return out, e
}

// define sets what a WITH query gives.
func (c *cte) define(r *resolver, rel relation) {
	r.markFanned(rel)
	c.cols = r.renamed(rel.cols, c.columns, c.name)
	c.grouped = r.keysOf(rel)
	c.single = rel.single
	c.ready = true
}

// renamed gives columns the names of a list such as AS t (a, b), which may be shorter.
func (r *resolver) renamed(cols []column, names []query.Ident, of string) []column {
	if len(names) == 0 {
		return cols
	}
	if len(names) > len(cols) {
		r.fail(custard.Errorf(custard.CodeUnknownColumn, "%s has %d columns, and %d names are given for them", of, len(cols), len(names)))
		return cols
	}
	out := append([]column(nil), cols...)
	for i, n := range names {
		out[i].name = n.Name
	}
	return out
}

func (r *resolver) body(b query.Body, parent *scope, e *env, anchor *cte) (query.Body, relation) {
	if !r.enter() {
		return b, relation{}
	}
	defer r.leave()
	switch b := b.(type) {
	case *query.Select:
		out, rel := r.selectBlock(b, parent, e)
		r.fanOut(rel.scope)
		return out, rel
	case *query.SetOp:
		left, l := r.body(b.Left, parent, e, anchor)
		if anchor != nil && !anchor.ready {
			anchor.cols = r.anchored(anchor, r.renamed(l.cols, anchor.columns, anchor.name))
			anchor.ready = true
		}
		right, rr := r.body(b.Right, parent, e, nil)
		out := &query.SetOp{Op: b.Op, All: b.All, ByName: b.ByName, Left: left, Right: right, Pos: b.Pos}
		rel := relation{cols: united(l.cols, rr.cols), scope: l.scope}
		if r.idx.guarded {
			r.unitedMasks(l.cols, rr.cols, rel.cols)
			r.cyclic(anchor, rel.cols)
		}
		if b.ByName {
			rel.cols = r.unitedByName(l.cols, rr.cols)
		} else if r.err == nil && len(l.cols) != len(rr.cols) {
			r.fail(custard.Errorf(custard.CodeSyntax, "the two sides of %s have %d and %d columns", b.Op, len(l.cols), len(rr.cols)).
				WithHint("Select the same number of columns on both sides."))
		}
		return out, rel
	case *query.Values:
		return r.values(b, &scope{parent: parent, env: e})
	case *query.Query:
		out, rel := r.queryOf(b, parent, e, anchor)
		rel.plain = false
		return out, rel
	default:
		r.refuse("", "a query of a kind that is not known (%T)", b)
		return b, relation{}
	}
}

func united(l, r []column) []column {
	out := make([]column, len(l))
	for i, c := range l {
		out[i] = column{name: c.name, typ: c.typ, elem: c.elem, dataType: c.dataType}
		if i < len(r) {
			v := unite(val{typ: c.typ, elem: c.elem, dataType: c.dataType}, val{typ: r[i].typ, elem: r[i].elem, dataType: r[i].dataType})
			out[i].typ, out[i].elem, out[i].dataType = v.typ, v.elem, v.dataType
		}
	}
	return out
}

func (r *resolver) unitedByName(l, right []column) []column {
	out := append([]column(nil), l...)
next:
	for _, c := range right {
		for _, have := range l {
			if r.same(c.name, have.name, exactly) {
				continue next
			}
		}
		out = append(out, c)
	}
	return out
}

func (r *resolver) values(b *query.Values, sc *scope) (query.Body, relation) {
	out := &query.Values{Rows: make([][]query.Expr, len(b.Rows)), Pos: b.Pos}
	var rel relation
	for i, row := range b.Rows {
		exprs := make([]query.Expr, len(row))
		for j, x := range row {
			var v val
			exprs[j], v = r.expr(x, sc)
			r.forbidMasked(v.mask, "in VALUES")
			if i == 0 {
				rel.cols = append(rel.cols, column{name: r.valuesName(j), typ: v.typ, elem: v.elem, dataType: v.dataType})
			} else if j < len(rel.cols) {
				c := &rel.cols[j]
				u := unite(val{typ: c.typ, elem: c.elem, dataType: c.dataType}, v)
				c.typ, c.elem, c.dataType = u.typ, u.elem, u.dataType
			}
		}
		out.Rows[i] = exprs
	}
	rel.single = len(b.Rows) == 1
	return out, rel
}

// valuesName is what a database calls the column of a VALUES list.
func (r *resolver) valuesName(j int) string {
	switch r.rules.dialect {
	case custard.MySQL:
		return "column_" + strconv.Itoa(j)
	case custard.Snowflake:
		return "COLUMN" + strconv.Itoa(j+1)
	case custard.DuckDB:
		return "col" + strconv.Itoa(j)
	default:
		return "column" + strconv.Itoa(j+1)
	}
}

func (r *resolver) selectBlock(s *query.Select, parent *scope, e *env) (*query.Select, relation) {
	sc := &scope{parent: parent, env: e, windows: s.Windows}
	out := &query.Select{Distinct: s.Distinct, Pos: s.Pos}
	if len(s.From) > 0 {
		out.From = make([]query.TableExpr, len(s.From))
		for i, t := range s.From {
			out.From[i] = r.tableExpr(t, sc)
		}
		for _, on := range sc.later {
			on()
		}
	}
	rel := relation{scope: sc, plain: s.GroupBy == nil}
	out.Items, rel.cols = r.items(s, sc)

	sc.seeAliases = r.rules.aliasInWhere
	sc.within("WHERE", func() { out.Where = r.condition(s.Where, sc) })
	out.DistinctOn = r.exprsOrAliases(s.DistinctOn, sc, rel, func(m mask) { r.forbidMasked(m, "in DISTINCT ON") })
	if s.GroupBy != nil {
		sc.within("GROUP BY", func() { out.GroupBy = r.groupBy(s.GroupBy, sc, &rel) })
	}
	sc.seeAliases = r.rules.aliasInHaving
	if s.Having != nil {
		out.Having, _ = r.expr(s.Having, sc)
	}
	if s.Qualify != nil {
		out.Qualify, _ = r.expr(s.Qualify, sc)
	}
	sc.seeAliases = r.rules.aliasInOrder
	if len(s.Windows) > 0 {
		out.Windows = make([]query.NamedWindow, len(s.Windows))
		for i, w := range s.Windows {
			out.Windows[i] = query.NamedWindow{Name: w.Name, Window: r.window(w.Window, sc)}
		}
	}
	if s.Distinct {
		rel.plain = false
		all := make([]int, len(rel.cols))
		for i := range all {
			all[i] = i
		}
		rel.grouped = append(rel.grouped, all)
	}
	if s.GroupBy == nil && len(sc.aggs) > 0 {
		rel.single, rel.plain = true, false
	}
	return out, rel
}

func (r *resolver) items(s *query.Select, sc *scope) ([]query.Item, []column) {
	items := s.Items
	out := make([]query.Item, len(items))
	at := -1
	cols := make([]column, 0, len(items))
	sc.aliases = make([]alias, 0, len(items))
	sc.seeAliases = r.rules.aliasLateral
	for _, it := range items {
		at++
		if star, ok := it.Expr.(*query.Star); ok {
			var from []column
			out[at].Expr, from = r.star(star, sc)
			if r.idx.guarded {
				var instead []query.Item
				if instead, from = r.spelled(star, sc, from, s == r.top); instead != nil {
					out = append(out[:at], append(instead, out[at+1:]...)...)
					at += len(instead) - 1
				}
			}
			if cols = append(cols, from...); len(cols) > maxColumns {
				r.refuse("Name the columns that you need.", "the result has more than %d columns", maxColumns)
			}
			continue
		}
		aggs, overs := len(sc.aggs), sc.overs
		x, v := r.expr(it.Expr, sc)
		late := sc.late(aggs, overs)
		r.warnLabel(it, x, sc)
		if s == r.top && r.leftOut(s, x, v) {
			out = append(out[:at], out[at+1:]...)
			at--
			continue
		}
		out[at] = query.Item{Expr: x, Alias: r.declaredPtr(it.Alias)}
		c := column{typ: v.typ, elem: v.elem, dataType: v.dataType, mask: v.mask, base: v.base, late: late}
		if v.at.src != nil {
			c.from = v.at
			if v.at.src.cols != nil {
				c.fanned = v.at.src.cols[v.at.i].fanned
			}
		}
		if it.Alias != nil {
			c.name = out[at].Alias.Name
			sc.aliases = append(sc.aliases, alias{name: c.name, val: v, expr: x, late: late})
		} else {
			c.name = r.outputName(x)
			if _, isColumn := x.(*query.Column); !isColumn && c.name != "" {
				sc.aliases = append(sc.aliases, alias{name: c.name, val: v, expr: x, late: late})
			}
		}
		cols = append(cols, c)
	}
	sc.seeAliases = false
	if len(out) == 0 && len(items) > 0 {
		r.nothingLeft(sc)
	}
	return out, cols
}

func (r *resolver) groupBy(g *query.GroupBy, sc *scope, rel *relation) *query.GroupBy {
	out := &query.GroupBy{All: g.All, WithRollup: g.WithRollup}
	sc.seeAliases = r.rules.aliasInHaving
	out.Items = r.groupItems(g.Items, sc, rel)
	unique := make([]int, 0, len(g.Items))
	for i, it := range out.Items {
		at := -1
		if it.Kind == query.GroupExpr {
			at = r.outputOf(g.Items[i].Expr, it.Expr, sc, *rel)
			r.groupKey(it.Expr, at, sc, *rel)
		} else {
			sc.sets = true
		}
		if at < 0 {
			unique = nil
			break
		}
		unique = append(unique, at)
	}
	if unique != nil && !g.All && !g.WithRollup {
		rel.grouped = append(rel.grouped, unique)
	}
	return out
}

func (r *resolver) groupItems(items []query.GroupItem, sc *scope, rel *relation) []query.GroupItem {
	out := make([]query.GroupItem, len(items))
	for i, it := range items {
		out[i].Kind = it.Kind
		if it.Expr != nil {
			out[i].Expr = r.exprOrAlias(it.Expr, sc, *rel, false)
		}
		if it.Sets != nil {
			out[i].Sets = make([][]query.Expr, len(it.Sets))
			for j, set := range it.Sets {
				out[i].Sets[j] = r.exprsOrAliases(set, sc, *rel, nil)
			}
		}
		if it.Nest != nil {
			out[i].Nest = r.groupItems(it.Nest, sc, rel)
		}
	}
	return out
}

// limit resolves LIMIT: its expressions see no columns of the query.
func (r *resolver) limit(l *query.Limit, sc *scope) *query.Limit {
	if l == nil {
		return nil
	}
	out := &query.Limit{WithTies: l.WithTies, Percent: l.Percent}
	r.forbidMasked(r.apart(func() {
		if l.Count != nil {
			out.Count, _ = r.expr(l.Count, sc)
		}
		if l.Offset != nil {
			out.Offset, _ = r.expr(l.Offset, sc)
		}
	}), "in LIMIT")
	return out
}
