package check

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// expr resolves an expression and says what is known about its value.
func (r *resolver) expr(e query.Expr, sc *scope) (query.Expr, val) {
	if r.idx.guarded {
		return r.guardedExpr(e, sc)
	}
	return r.plainExpr(e, sc)
}

func (r *resolver) plainExpr(e query.Expr, sc *scope) (query.Expr, val) {
	if !r.enter() {
		return e, val{}
	}
	defer r.leave()
	switch e := e.(type) {
	case *query.Column:
		return r.column(e, sc)
	case *query.Number:
		r.number(e)
		return &query.Number{Text: e.Text, Pos: e.Pos}, val{typ: numberType(e.Text)}
	case *query.String:
		if e.Prefix != "" && e.Prefix != "N" && !charset(strings.TrimPrefix(e.Prefix, "_")) {
			r.refuse("Leave it out.", "the character set %s is not known", e.Prefix)
		}
		return &query.String{Value: e.Value, Prefix: e.Prefix, Pos: e.Pos}, val{typ: custard.TypeText}
	case *query.Bytes:
		return &query.Bytes{Hex: e.Hex, Bits: e.Bits, Pos: e.Pos}, val{typ: custard.TypeBytes}
	case *query.Bool:
		return &query.Bool{Value: e.Value, Pos: e.Pos}, r.boolean()
	case *query.Null:
		return &query.Null{Pos: e.Pos}, val{}
	case *query.Keyword:
		return r.keyword(e)
	case *query.Func:
		return r.call(e, sc)
	case *query.Binary:
		return r.binary(e, sc)
	case *query.Unary:
		return r.unary(e, sc)
	case *query.Cast:
		return r.cast(e, sc)
	case *query.Case:
		return r.caseOf(e, sc)
	case *query.Subquery:
		before := r.outward
		q, rel := r.query(e.Query, sc, sc.env)
		r.oneColumn(rel, "of a value")
		r.ofQuery(rel, before)
		v := val{}
		if len(rel.cols) == 1 {
			v = val{typ: rel.cols[0].typ, elem: rel.cols[0].elem, dataType: rel.cols[0].dataType}
		}
		return &query.Subquery{Query: q, Pos: e.Pos}, v
	default:
		if out := r.predicate(e, sc); out != nil {
			return out, r.boolean()
		}
		return r.special(e, sc)
	}
}

// opt resolves an expression that may be missing.
func (r *resolver) opt(e query.Expr, sc *scope) query.Expr {
	if e == nil {
		return nil
	}
	out, _ := r.expr(e, sc)
	return out
}

func (r *resolver) exprs(es []query.Expr, sc *scope) []query.Expr {
	if es == nil {
		return nil
	}
	out := make([]query.Expr, len(es))
	for i, e := range es {
		out[i], _ = r.expr(e, sc)
	}
	return out
}

// condition resolves WHERE or ON and takes note of the columns that it makes equal.
func (r *resolver) condition(e query.Expr, sc *scope) query.Expr {
	b, ok := e.(*query.Binary)
	if !ok || b.Op != "AND" && b.Op != "=" {
		return r.opt(e, sc)
	}
	if !r.enter() {
		return e
	}
	defer r.leave()
	if b.Op == "AND" {
		return &query.Binary{Op: b.Op, L: r.condition(b.L, sc), R: r.condition(b.R, sc), Pos: b.Pos}
	}
	left, l, right, rr := r.operands(b, sc)
	r.compare("=", left, l, right, rr)
	switch {
	case l.at.src != nil && rr.at.src != nil:
		sc.equate(l.at, rr.at)
	case l.at.src != nil && fixed(right):
		sc.fix(l.at)
	case rr.at.src != nil && fixed(left):
		sc.fix(rr.at)
	}
	return &query.Binary{Op: b.Op, L: left, R: right, Pos: b.Pos}
}

func (r *resolver) boolean() val {
	switch r.rules.dialect {
	case custard.SQLite, custard.MySQL:
		return val{typ: custard.TypeInt}
	default:
		return val{typ: custard.TypeBool}
	}
}

func (r *resolver) unary(e *query.Unary, sc *scope) (query.Expr, val) {
	if !unaryOperator(r.rules.dialect, e.Op) {
		r.refuse("", "the operator %s is not allowed before a value", e.Op)
	}
	x, v := r.expr(e.X, sc)
	if e.Op == "NOT" || e.Op == "!" {
		v = r.boolean()
	}
	return &query.Unary{Op: e.Op, X: x, Pos: e.Pos}, val{typ: v.typ}
}

func (r *resolver) binary(e *query.Binary, sc *scope) (query.Expr, val) {
	if !binaryOperator(r.rules.dialect, e.Op) {
		r.refuse("", "the operator %s is not allowed", e.Op)
	}
	left, l, right, rr := r.operands(e, sc)
	r.operandSizes(e.Op, left, right)
	if comparing(e.Op) {
		r.compare(e.Op, left, l, right, rr)
	}
	return &query.Binary{Op: e.Op, L: left, R: right, Pos: e.Pos}, r.operatorType(e.Op, l, rr)
}

// operands resolves both sides of an operator.
func (r *resolver) operands(e *query.Binary, sc *scope) (left query.Expr, l val, right query.Expr, rr val) {
	if rowish(e.L) && rowish(e.R) {
		r.wide++
		defer func() { r.wide-- }()
	}
	left, l = r.expr(e.L, sc)
	right, rr = r.expr(e.R, sc)
	return left, l, right, rr
}

func (r *resolver) caseOf(e *query.Case, sc *scope) (query.Expr, val) {
	out := &query.Case{Operand: r.opt(e.Operand, sc), Whens: make([]query.When, len(e.Whens)), Pos: e.Pos}
	var v val
	var gives mask
	for i, w := range e.Whens {
		out.Whens[i].Cond, _ = r.expr(w.Cond, sc)
		var t val
		out.Whens[i].Then, t = r.expr(w.Then, sc)
		v, gives = unite(v, t), gives.and(t.mask)
	}
	if e.Else != nil {
		var t val
		out.Else, t = r.expr(e.Else, sc)
		v, gives = unite(v, t), gives.and(t.mask)
	}
	r.mixed(gives, "the values of CASE")
	return out, v
}

// predicate resolves what is true or false; nil where e is no predicate.
func (r *resolver) predicate(e query.Expr, sc *scope) query.Expr {
	switch e := e.(type) {
	case *query.Like:
		return r.like(e, sc)
	case *query.Between:
		out := &query.Between{Not: e.Not, Symmetric: e.Symmetric, Pos: e.Pos}
		var x, lo, hi val
		out.X, x = r.expr(e.X, sc)
		out.Lo, lo = r.expr(e.Lo, sc)
		out.Hi, hi = r.expr(e.Hi, sc)
		r.compare("<", out.X, x, out.Lo, lo)
		r.compare("<", out.X, x, out.Hi, hi)
		return out
	case *query.In:
		out := &query.In{Not: e.Not, Pos: e.Pos}
		if e.Query != nil {
			r.wide++ // (SELECT a, b …) IN (SELECT c, d …)
		}
		var x val
		out.X, x = r.expr(e.X, sc)
		if e.Query != nil {
			r.wide--
		}
		if e.Query != nil {
			var rel relation
			before := r.outward
			out.Query, rel = r.query(e.Query, sc, sc.env)
			r.among("=", out.X, x, r.ofQuery(rel, before))
			if !rowish(e.X) {
				r.oneColumn(rel, "of IN")
			}
		} else {
			out.List = r.exprs(e.List, sc)
		}
		return out
	case *query.Exists:
		q, _ := r.query(e.Query, sc, sc.env)
		return &query.Exists{Query: q, Pos: e.Pos}
	case *query.Is:
		out := &query.Is{Not: e.Not, What: e.What, Pos: e.Pos}
		var x, y val
		out.X, x = r.expr(e.X, sc)
		if e.Y != nil {
			out.Y, y = r.expr(e.Y, sc)
			r.compare("=", out.X, x, out.Y, y)
		}
		return out
	case *query.Quantified:
		if !binaryOperator(r.rules.dialect, e.Op) && !likeOperator(e.Op) {
			r.refuse("", "the operator %s is not allowed", e.Op)
		}
		out := &query.Quantified{Op: e.Op, All: e.All, Pos: e.Pos}
		var x, array val
		out.X, x = r.expr(e.X, sc)
		if e.Query != nil {
			var rel relation
			before := r.outward
			out.Query, rel = r.query(e.Query, sc, sc.env)
			r.among(e.Op, out.X, x, r.ofQuery(rel, before))
		} else if e.Array != nil {
			out.Array, array = r.expr(e.Array, sc)
			r.compare(e.Op, out.X, x, out.Array, array)
		}
		r.operandSizes(e.Op, out.X, out.Array)
		return out
	case *query.MatchAgainst:
		return &query.MatchAgainst{Columns: r.exprs(e.Columns, sc), Against: r.opt(e.Against, sc), Mode: e.Mode, Pos: e.Pos}
	default:
		return nil
	}
}

func (r *resolver) like(e *query.Like, sc *scope) query.Expr {
	out := &query.Like{
		Op: e.Op, Not: e.Not, X: r.opt(e.X, sc), Pattern: r.opt(e.Pattern, sc), Escape: r.opt(e.Escape, sc),
		Quantifier: e.Quantifier, Pos: e.Pos,
	}
	switch e.Op {
	case "LIKE", "ILIKE", "GLOB", "MATCH":
		r.wildcards(out.Pattern)
	case "SIMILAR TO":
		r.pattern(&query.String{Value: strings.ReplaceAll(patternText(out.Pattern), "%", ".*")})
	case "REGEXP", "RLIKE":
		if r.rules.dialect == custard.SQLite {
			r.refuse("Use LIKE, or GLOB with [a-z] and *.", "SQLite has no regular expressions of its own")
		}
		r.pattern(out.Pattern)
	default:
		r.refuse("", "the operator %s is not allowed", e.Op)
	}
	return out
}

// special resolves the expressions with a syntax of their own.
func (r *resolver) special(e query.Expr, sc *scope) (query.Expr, val) {
	switch e := e.(type) {
	case *query.Star:
		return r.starValue(e, sc), val{}
	case *query.Interval:
		r.intervalUnit(e)
		return &query.Interval{Value: r.opt(e.Value, sc), Unit: e.Unit, To: e.To, Pos: e.Pos}, val{typ: custard.TypeText, dataType: "interval"}
	case *query.Extract:
		if !r.probe && !extractField(e.Field) {
			r.refuse("Use a field such as YEAR, MONTH, DAY or DOW.", "the field %s of a date is not known", e.Field)
		}
		return &query.Extract{Field: e.Field, X: r.opt(e.X, sc), Pos: e.Pos}, r.extractType(e.Field)
	case *query.DateTrunc:
		return &query.DateTrunc{Unit: e.Unit, X: r.opt(e.X, sc), Pos: e.Pos}, r.truncType(e.Unit)
	case *query.Trim:
		return &query.Trim{Side: e.Side, Chars: r.opt(e.Chars, sc), X: r.opt(e.X, sc), Pos: e.Pos}, val{typ: custard.TypeText}
	case *query.Position:
		return &query.Position{Needle: r.opt(e.Needle, sc), Haystack: r.opt(e.Haystack, sc), Pos: e.Pos}, val{typ: custard.TypeInt}
	case *query.Substring:
		return r.substring(e, sc), val{typ: custard.TypeText}
	case *query.Overlay:
		out := &query.Overlay{X: r.opt(e.X, sc), Placing: r.opt(e.Placing, sc), From: r.opt(e.From, sc), For: r.opt(e.For, sc), Pos: e.Pos}
		return out, val{typ: custard.TypeText}
	case *query.Row:
		return &query.Row{Items: r.exprs(e.Items, sc), Keyword: e.Keyword, Pos: e.Pos}, val{}
	case *query.Array:
		return r.array(e, sc)
	case *query.Struct:
		return &query.Struct{Keys: append([]query.String(nil), e.Keys...), Values: r.exprs(e.Values, sc), Pos: e.Pos}, val{}
	case *query.Index:
		return r.index(e, sc)
	case *query.Path:
		return r.path(e, sc)
	case *query.AtTimeZone:
		return &query.AtTimeZone{X: r.opt(e.X, sc), Zone: r.opt(e.Zone, sc), Pos: e.Pos}, val{typ: custard.TypeTimestamp}
	case *query.Collate:
		r.collation(e.Name)
		x, v := r.expr(e.X, sc)
		return &query.Collate{X: x, Name: append(query.Name(nil), e.Name...), Pos: e.Pos}, val{typ: v.typ}
	case *query.Lambda:
		return r.lambda(e, sc)
	case nil:
		r.refuse("", "an expression is missing")
		return nil, val{}
	default:
		r.refuse("", "an expression of a kind that is not known (%T)", e)
		return e, val{}
	}
}

// starValue is t.* where a value stands: count(t.*), row(t.*).
func (r *resolver) starValue(e *query.Star, sc *scope) query.Expr {
	if len(e.Table) == 0 {
		if len(sc.sources) == 0 {
			r.fail(custard.Errorf(custard.CodeUnknownTable, "* needs a table to take columns from"))
		}
		for _, src := range sc.sources {
			if column := src.tells(); r.idx.guarded && column != "" {
				r.forbid(column, "* as a value holds what may not be shown")
			}
		}
		out, _ := r.star(e, sc)
		return out
	}
	src := r.sourceCalled(e.Table, sc)
	if src == nil {
		r.missingSource(e.Table, sc)
		return e
	}
	if column := src.tells(); r.idx.guarded && column != "" {
		r.forbid(column, "%s.* as a value holds what may not be shown", src.name)
	}
	return &query.Star{Table: query.Name{ident(src.name, e.Table.Last())}, Pos: e.Pos}
}

func (r *resolver) array(e *query.Array, sc *scope) (query.Expr, val) {
	out := &query.Array{Keyword: e.Keyword, Pos: e.Pos}
	if e.Query != nil {
		var rel relation
		before := r.outward
		out.Query, rel = r.query(e.Query, sc, sc.env)
		r.ofQuery(rel, before)
		if len(rel.cols) == 1 {
			return out, val{typ: custard.TypeArray, elem: rel.cols[0].typ}
		}
		return out, val{typ: custard.TypeArray}
	}
	var v val
	if e.Items != nil {
		out.Items = make([]query.Expr, len(e.Items))
	}
	for i, x := range e.Items {
		var t val
		out.Items[i], t = r.expr(x, sc)
		v = unite(v, t)
	}
	return out, val{typ: custard.TypeArray, elem: v.typ}
}

func (r *resolver) index(e *query.Index, sc *scope) (query.Expr, val) {
	x, v := r.expr(e.X, sc)
	out := &query.Index{X: x, Slice: e.Slice, I: r.opt(e.I, sc), Lo: r.opt(e.Lo, sc), Hi: r.opt(e.Hi, sc), Pos: e.Pos}
	switch {
	case e.Slice:
		return out, val{typ: v.typ, elem: v.elem}
	case v.typ == custard.TypeJSON:
		return out, val{typ: custard.TypeJSON}
	default:
		return out, val{typ: v.elem}
	}
}

func (r *resolver) path(e *query.Path, sc *scope) (query.Expr, val) {
	out := &query.Path{X: r.opt(e.X, sc), Steps: make([]query.PathStep, len(e.Steps)), Pos: e.Pos}
	for i, s := range e.Steps {
		out.Steps[i] = query.PathStep{Name: s.Name, Index: r.opt(s.Index, sc)}
	}
	return out, val{typ: custard.TypeJSON}
}
