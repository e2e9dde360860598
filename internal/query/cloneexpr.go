package query

import (
	"fmt"
	"slices"
)

// CloneExpr returns a deep copy of e; nil for nil.
func CloneExpr(e Expr) Expr {
	switch e := e.(type) {
	case nil:
		return nil
	case *Column:
		return &Column{Name: slices.Clone(e.Name), Pos: e.Pos}
	case *Star:
		c := *e
		c.Table, c.Exclude = slices.Clone(e.Table), slices.Clone(e.Exclude)
		c.Replace, c.Rename = cloneList(e.Replace, cloneItem), cloneList(e.Rename, cloneItem)
		return &c
	case *Number:
		return clonePointer(e)
	case *String:
		return clonePointer(e)
	case *Bytes:
		return clonePointer(e)
	case *Bool:
		return clonePointer(e)
	case *Null:
		return clonePointer(e)
	case *Keyword:
		return clonePointer(e)
	case *Interval:
		c := *e
		c.Value = CloneExpr(e.Value)
		return &c
	case *Unary:
		c := *e
		c.X = CloneExpr(e.X)
		return &c
	case *Binary:
		c := *e
		c.L, c.R = CloneExpr(e.L), CloneExpr(e.R)
		return &c
	case *Like:
		c := *e
		c.X, c.Pattern, c.Escape = CloneExpr(e.X), CloneExpr(e.Pattern), CloneExpr(e.Escape)
		return &c
	case *Between:
		c := *e
		c.X, c.Lo, c.Hi = CloneExpr(e.X), CloneExpr(e.Lo), CloneExpr(e.Hi)
		return &c
	case *In:
		c := *e
		c.X, c.List, c.Query = CloneExpr(e.X), cloneExprs(e.List), Clone(e.Query)
		return &c
	case *Exists:
		c := *e
		c.Query = Clone(e.Query)
		return &c
	case *Is:
		c := *e
		c.X, c.Y = CloneExpr(e.X), CloneExpr(e.Y)
		return &c
	case *Quantified:
		c := *e
		c.X, c.Array, c.Query = CloneExpr(e.X), CloneExpr(e.Array), Clone(e.Query)
		return &c
	case *Case:
		c := *e
		c.Operand, c.Else = CloneExpr(e.Operand), CloneExpr(e.Else)
		c.Whens = cloneList(e.Whens, func(w When) When {
			return When{Cond: CloneExpr(w.Cond), Then: CloneExpr(w.Then)}
		})
		return &c
	case *Cast:
		c := *e
		c.X, c.Type = CloneExpr(e.X), cloneType(e.Type)
		return &c
	case *Func:
		return cloneFunc(e)
	}
	return cloneSpecial(e)
}

func cloneFunc(e *Func) *Func {
	c := *e
	c.Name = slices.Clone(e.Name)
	c.Args = cloneList(e.Args, func(a Arg) Arg {
		a.Name, a.Value = clonePointer(a.Name), CloneExpr(a.Value)
		return a
	})
	c.OrderBy, c.Within = cloneOrders(e.OrderBy), cloneOrders(e.Within)
	c.Separator, c.Filter = CloneExpr(e.Separator), CloneExpr(e.Filter)
	c.Limit = cloneLimit(e.Limit)
	c.NullsIgnore = clonePointer(e.NullsIgnore)
	c.Over = cloneWindow(e.Over)
	return &c
}

// cloneSpecial copies the expressions with a syntax of their own.
func cloneSpecial(e Expr) Expr {
	switch e := e.(type) {
	case *Extract:
		c := *e
		c.X = CloneExpr(e.X)
		return &c
	case *DateTrunc:
		c := *e
		c.X = CloneExpr(e.X)
		return &c
	case *Trim:
		c := *e
		c.Chars, c.X = CloneExpr(e.Chars), CloneExpr(e.X)
		return &c
	case *Position:
		c := *e
		c.Needle, c.Haystack = CloneExpr(e.Needle), CloneExpr(e.Haystack)
		return &c
	case *Substring:
		c := *e
		c.X, c.From, c.For = CloneExpr(e.X), CloneExpr(e.From), CloneExpr(e.For)
		return &c
	case *Overlay:
		c := *e
		c.X, c.Placing, c.From, c.For = CloneExpr(e.X), CloneExpr(e.Placing), CloneExpr(e.From), CloneExpr(e.For)
		return &c
	case *Subquery:
		c := *e
		c.Query = Clone(e.Query)
		return &c
	case *Row:
		c := *e
		c.Items = cloneExprs(e.Items)
		return &c
	case *Array:
		c := *e
		c.Items, c.Query = cloneExprs(e.Items), Clone(e.Query)
		return &c
	case *Struct:
		c := *e
		c.Keys, c.Values = slices.Clone(e.Keys), cloneExprs(e.Values)
		return &c
	case *Index:
		c := *e
		c.X, c.I, c.Lo, c.Hi = CloneExpr(e.X), CloneExpr(e.I), CloneExpr(e.Lo), CloneExpr(e.Hi)
		return &c
	case *Path:
		c := *e
		c.X = CloneExpr(e.X)
		c.Steps = cloneList(e.Steps, func(s PathStep) PathStep {
			return PathStep{Name: s.Name, Index: CloneExpr(s.Index)}
		})
		return &c
	case *AtTimeZone:
		c := *e
		c.X, c.Zone = CloneExpr(e.X), CloneExpr(e.Zone)
		return &c
	case *Collate:
		c := *e
		c.X, c.Name = CloneExpr(e.X), slices.Clone(e.Name)
		return &c
	case *Lambda:
		c := *e
		c.Params, c.Body = slices.Clone(e.Params), CloneExpr(e.Body)
		return &c
	case *MatchAgainst:
		c := *e
		c.Columns, c.Against = cloneExprs(e.Columns), CloneExpr(e.Against)
		return &c
	}
	panic(fmt.Sprintf("query: Clone does not know %T", e))
}

func cloneExprs(list []Expr) []Expr { return cloneList(list, CloneExpr) }
