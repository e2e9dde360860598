package check

import (
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// selectOrder resolves the ORDER BY of a select block: positions, the list's aliases, then anything of the block's scope.
func (r *resolver) selectOrder(order []query.Order, rel relation) []query.Order {
	rel.scope.seeAliases = r.rules.aliasInOrder
	out := make([]query.Order, len(order))
	for i, o := range order {
		out[i] = o
		out[i].Expr = r.exprOrAlias(o.Expr, rel.scope, rel, true)
		r.forbidMasked(r.keyMask, "in ORDER BY")
	}
	rel.scope.seeAliases = false
	return out
}

// outputOrder resolves the ORDER BY of a set operation: its output's names and positions. SQLite also takes what the first
// select block could order by.
func (r *resolver) outputOrder(order []query.Order, rel relation, parent *scope, e *env) []query.Order {
	out := make([]query.Order, len(order))
	sc := &scope{parent: parent, env: e, seeAliases: true}
	for _, c := range rel.cols {
		if c.name != "" {
			sc.aliases = append(sc.aliases, alias{name: c.name, val: val{typ: c.typ, elem: c.elem, dataType: c.dataType, mask: c.mask}})
		}
	}
	for i, o := range order {
		out[i] = o
		if r.rules.dialect == custard.SQLite && rel.scope != nil && r.qualified(o.Expr) {
			var v val
			out[i].Expr, v = r.expr(o.Expr, rel.scope)
			r.forbidMasked(v.mask, "in ORDER BY")
			continue
		}
		out[i].Expr = r.exprOrAlias(o.Expr, sc, rel, true)
		r.forbidMasked(r.keyMask, "in ORDER BY")
	}
	return out
}

func (r *resolver) qualified(e query.Expr) bool {
	c, ok := e.(*query.Column)
	return ok && len(c.Name) > 1
}

func (r *resolver) order(order []query.Order, sc *scope) []query.Order {
	if order == nil {
		return nil
	}
	out := make([]query.Order, len(order))
	for i, o := range order {
		out[i] = o
		var v val
		out[i].Expr, v = r.expr(o.Expr, sc)
		r.forbidMasked(v.mask, "in ORDER BY")
	}
	return out
}

// exprOrAlias resolves an element of ORDER BY, GROUP BY or DISTINCT ON: a position, a bare name of the select list, or an
// expression. aliasFirst says that such a name comes before a column of that name.
func (r *resolver) exprOrAlias(e query.Expr, sc *scope, rel relation, aliasFirst bool) query.Expr {
	r.keyMask = mask{}
	if n, ok := e.(*query.Number); ok {
		r.position(n, rel)
		if i, err := strconv.Atoi(n.Text); err == nil && i >= 1 && i <= len(rel.cols) {
			r.keyMask = rel.cols[i-1].mask
			if c := rel.cols[i-1]; c.late != "" {
				r.tooLate(&alias{name: n.Text, late: c.late}, sc)
			}
		}
		return &query.Number{Text: n.Text, Pos: n.Pos}
	}
	c, ok := e.(*query.Column)
	if !ok || len(c.Name) != 1 {
		out, v := r.expr(e, sc)
		r.keyMask = v.mask
		return out
	}
	if !aliasFirst {
		if out, v, ok := r.tryColumn(c, sc); ok {
			r.keyMask = v.mask
			return out
		}
	}
	for m := exactly; m <= r.last(); m++ {
		if a := sc.aliasNamed(r, r.folded(c.Name[0]), m); a != nil && (aliasFirst || !r.concealed(c, sc)) {
			r.keyMask = a.val.mask
			r.tooLate(a, sc)
			return bareColumn(a.name, c)
		}
	}
	out, v := r.expr(e, sc)
	r.keyMask = v.mask
	return out
}

func (r *resolver) exprsOrAliases(es []query.Expr, sc *scope, rel relation, each func(mask)) []query.Expr {
	if es == nil {
		return nil
	}
	out := make([]query.Expr, len(es))
	for i, e := range es {
		out[i] = r.exprOrAlias(e, sc, rel, false)
		if each != nil {
			each(r.keyMask)
		}
	}
	return out
}

// position checks ORDER BY 2 against the number of columns.
func (r *resolver) position(n *query.Number, rel relation) {
	i, err := strconv.Atoi(n.Text)
	if err == nil && (i < 1 || i > len(rel.cols)) {
		r.fail(custard.Errorf(custard.CodeUnknownColumn, "position %d is not in the select list, which has %d columns", i, len(rel.cols)))
	}
}

// aliasNamed is the select list's alias of that name; the first, where several have it.
func (sc *scope) aliasNamed(r *resolver, folded string, m match) *alias {
	for i := range sc.aliases {
		if r.same(folded, sc.aliases[i].name, m) {
			return &sc.aliases[i]
		}
	}
	return nil
}

// outputOf is the place in the select list that an element of GROUP BY stands for, -1 where it is none of them.
func (r *resolver) outputOf(in, resolved query.Expr, sc *scope, rel relation) int {
	if n, ok := in.(*query.Number); ok {
		if i, err := strconv.Atoi(n.Text); err == nil && i >= 1 && i <= len(rel.cols) {
			return i - 1
		}
		return -1
	}
	c, ok := resolved.(*query.Column)
	if !ok {
		return -1
	}
	if at, ok := r.placeOf(c, sc); ok {
		for i, out := range rel.cols {
			if out.from == at {
				return i
			}
		}
		return -1
	}
	for i, out := range rel.cols {
		if out.name == c.Name.Last().Name {
			return i
		}
	}
	return -1
}
