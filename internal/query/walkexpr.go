package query

import "fmt"

func inspectExpr(e Expr, f func(Node) bool) {
	if e == nil || !f(e) {
		return
	}
	switch e := e.(type) {
	case *Column, *Number, *String, *Bytes, *Bool, *Null, *Keyword:
	case *Star:
		inspectItems(e.Replace, f)
		inspectItems(e.Rename, f)
	case *Interval:
		inspectExpr(e.Value, f)
	case *Unary:
		inspectExpr(e.X, f)
	case *Binary:
		inspectExpr(e.L, f)
		inspectExpr(e.R, f)
	case *Like:
		inspectExpr(e.X, f)
		inspectExpr(e.Pattern, f)
		inspectExpr(e.Escape, f)
	case *Between:
		inspectExpr(e.X, f)
		inspectExpr(e.Lo, f)
		inspectExpr(e.Hi, f)
	case *In:
		inspectExpr(e.X, f)
		inspectExprs(e.List, f)
		inspectQuery(e.Query, f)
	case *Exists:
		inspectQuery(e.Query, f)
	case *Is:
		inspectExpr(e.X, f)
		inspectExpr(e.Y, f)
	case *Quantified:
		inspectExpr(e.X, f)
		inspectExpr(e.Array, f)
		inspectQuery(e.Query, f)
	case *Case:
		inspectExpr(e.Operand, f)
		for i := range e.Whens {
			inspectExpr(e.Whens[i].Cond, f)
			inspectExpr(e.Whens[i].Then, f)
		}
		inspectExpr(e.Else, f)
	case *Cast:
		inspectExpr(e.X, f)
		inspectType(e.Type, f)
	case *Func:
		inspectFunc(e, f)
	default:
		inspectSpecial(e, f)
	}
}

func inspectFunc(e *Func, f func(Node) bool) {
	for i := range e.Args {
		inspectExpr(e.Args[i].Value, f)
	}
	inspectOrders(e.OrderBy, f)
	inspectExpr(e.Separator, f)
	inspectLimit(e.Limit, f)
	inspectOrders(e.Within, f)
	inspectExpr(e.Filter, f)
	inspectWindow(e.Over, f)
}

// inspectSpecial goes below the expressions with a syntax of their own; f has seen e.
func inspectSpecial(e Expr, f func(Node) bool) {
	switch e := e.(type) {
	case *Extract:
		inspectExpr(e.X, f)
	case *DateTrunc:
		inspectExpr(e.X, f)
	case *Trim:
		inspectExpr(e.Chars, f)
		inspectExpr(e.X, f)
	case *Position:
		inspectExpr(e.Needle, f)
		inspectExpr(e.Haystack, f)
	case *Substring:
		inspectExpr(e.X, f)
		inspectExpr(e.From, f)
		inspectExpr(e.For, f)
	case *Overlay:
		inspectExpr(e.X, f)
		inspectExpr(e.Placing, f)
		inspectExpr(e.From, f)
		inspectExpr(e.For, f)
	case *Subquery:
		inspectQuery(e.Query, f)
	case *Row:
		inspectExprs(e.Items, f)
	case *Array:
		inspectExprs(e.Items, f)
		inspectQuery(e.Query, f)
	case *Struct:
		for i := range e.Keys {
			inspectExpr(&e.Keys[i], f)
		}
		inspectExprs(e.Values, f)
	case *Index:
		inspectExpr(e.X, f)
		inspectExpr(e.I, f)
		inspectExpr(e.Lo, f)
		inspectExpr(e.Hi, f)
	case *Path:
		inspectExpr(e.X, f)
		for i := range e.Steps {
			inspectExpr(e.Steps[i].Index, f)
		}
	case *AtTimeZone:
		inspectExpr(e.X, f)
		inspectExpr(e.Zone, f)
	case *Collate:
		inspectExpr(e.X, f)
	case *Lambda:
		inspectExpr(e.Body, f)
	case *MatchAgainst:
		inspectExprs(e.Columns, f)
		inspectExpr(e.Against, f)

	default:
		panic(fmt.Sprintf("query: Inspect does not know %T", e))
	}
}
