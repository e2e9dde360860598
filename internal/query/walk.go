package query

import "fmt"

// Node is a part of a query that has an address: *Query, *With, *CTE, every Body, TableExpr and Expr, *GroupBy, *Limit,
// *Sample, *Window, *Frame, *Bound and *Type. Items, orders, arguments and names are fields of theirs, not nodes.
type Node any

// Inspect calls f for n and then for everything below it, in the order of the text, as long as f returns true for the
// node above. A nil n is nothing. It panics where n is not a Node: a fault of the caller.
func Inspect(n Node, f func(Node) bool) {
	switch n := n.(type) {
	case nil:
	case *Query:
		inspectQuery(n, f)
	case *With:
		inspectWith(n, f)
	case *CTE:
		inspectCTE(n, f)
	case *GroupBy:
		inspectGroupBy(n, f)
	case *Limit:
		inspectLimit(n, f)
	case *Sample:
		inspectSample(n, f)
	case *Window:
		inspectWindow(n, f)
	case *Frame:
		inspectFrame(n, f)
	case *Bound:
		inspectBound(n, f)
	case *Type:
		inspectType(n, f)
	case Body:
		inspectBody(n, f)
	case TableExpr:
		inspectTable(n, f)
	case Expr:
		inspectExpr(n, f)
	default:
		panic(fmt.Sprintf("query: Inspect of a %T, which is no node", n))
	}
}

func inspectQuery(q *Query, f func(Node) bool) {
	if q == nil || !f(q) {
		return
	}
	inspectWith(q.With, f)
	inspectBody(q.Body, f)
	inspectOrders(q.OrderBy, f)
	inspectLimit(q.Limit, f)
}

func inspectWith(w *With, f func(Node) bool) {
	if w == nil || !f(w) {
		return
	}
	for _, c := range w.CTEs {
		inspectCTE(c, f)
	}
}

func inspectCTE(c *CTE, f func(Node) bool) {
	if c != nil && f(c) {
		inspectQuery(c.Query, f)
	}
}

func inspectBody(b Body, f func(Node) bool) {
	switch b := b.(type) {
	case nil:
	case *Query:
		inspectQuery(b, f)
	case *Select:
		inspectSelect(b, f)
	case *SetOp:
		if f(b) {
			inspectBody(b.Left, f)
			inspectBody(b.Right, f)
		}
	case *Values:
		if f(b) {
			for _, row := range b.Rows {
				inspectExprs(row, f)
			}
		}
	default:
		panic(fmt.Sprintf("query: Inspect does not know %T", b))
	}
}

func inspectSelect(s *Select, f func(Node) bool) {
	if !f(s) {
		return
	}
	inspectExprs(s.DistinctOn, f)
	inspectItems(s.Items, f)
	for _, t := range s.From {
		inspectTable(t, f)
	}
	inspectExpr(s.Where, f)
	inspectGroupBy(s.GroupBy, f)
	inspectExpr(s.Having, f)
	for i := range s.Windows {
		inspectWindow(s.Windows[i].Window, f)
	}
	inspectExpr(s.Qualify, f)
}

func inspectItems(items []Item, f func(Node) bool) {
	for i := range items {
		inspectExpr(items[i].Expr, f)
	}
}

func inspectExprs(list []Expr, f func(Node) bool) {
	for _, e := range list {
		inspectExpr(e, f)
	}
}

func inspectOrders(orders []Order, f func(Node) bool) {
	for i := range orders {
		inspectExpr(orders[i].Expr, f)
	}
}

func inspectGroupBy(g *GroupBy, f func(Node) bool) {
	if g != nil && f(g) {
		inspectGroupItems(g.Items, f)
	}
}

func inspectGroupItems(items []GroupItem, f func(Node) bool) {
	for i := range items {
		inspectExpr(items[i].Expr, f)
		for _, set := range items[i].Sets {
			inspectExprs(set, f)
		}
		inspectGroupItems(items[i].Nest, f)
	}
}

func inspectLimit(l *Limit, f func(Node) bool) {
	if l != nil && f(l) {
		inspectExpr(l.Count, f)
		inspectExpr(l.Offset, f)
	}
}

func inspectTable(t TableExpr, f func(Node) bool) {
	if t == nil || !f(t) {
		return
	}
	switch t := t.(type) {
	case *Table:
		inspectSample(t.Sample, f)
	case *Derived:
		inspectQuery(t.Query, f)
	case *FuncTable:
		if t.Func != nil {
			inspectExpr(t.Func, f)
		}
		for i := range t.Columns {
			inspectType(t.Columns[i].Type, f)
		}
	case *Join:
		inspectTable(t.Left, f)
		inspectTable(t.Right, f)
		inspectExpr(t.Match, f)
		inspectExpr(t.On, f)
	default:
		panic(fmt.Sprintf("query: Inspect does not know %T", t))
	}
}

func inspectSample(s *Sample, f func(Node) bool) {
	if s != nil && f(s) {
		inspectExpr(s.Size, f)
		inspectExpr(s.Seed, f)
	}
}

func inspectWindow(w *Window, f func(Node) bool) {
	if w != nil && f(w) {
		inspectExprs(w.Partition, f)
		inspectOrders(w.OrderBy, f)
		inspectFrame(w.Frame, f)
	}
}

func inspectFrame(r *Frame, f func(Node) bool) {
	if r != nil && f(r) {
		inspectBound(r.Start, f)
		inspectBound(r.End, f)
	}
}

func inspectBound(b *Bound, f func(Node) bool) {
	if b != nil && f(b) {
		inspectExpr(b.Offset, f)
	}
}

func inspectType(t *Type, f func(Node) bool) {
	if t != nil && f(t) {
		for i := range t.Fields {
			inspectType(t.Fields[i].Type, f)
		}
	}
}
