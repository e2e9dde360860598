package query

import (
	"fmt"
	"slices"
)

// Clone returns a deep copy of q: nothing that can be changed is shared. Clone(nil) is nil.
func Clone(q *Query) *Query {
	if q == nil {
		return nil
	}
	c := *q
	c.With = cloneWith(q.With)
	c.Body = cloneBody(q.Body)
	c.OrderBy = cloneOrders(q.OrderBy)
	c.Limit = cloneLimit(q.Limit)
	return &c
}

func cloneWith(w *With) *With {
	if w == nil {
		return nil
	}
	c := *w
	c.CTEs = cloneList(w.CTEs, func(t *CTE) *CTE {
		c := *t
		c.Columns = slices.Clone(t.Columns)
		c.Materialized = clonePointer(t.Materialized)
		c.Query = Clone(t.Query)
		return &c
	})
	return &c
}

func cloneBody(b Body) Body {
	switch b := b.(type) {
	case nil:
		return nil
	case *Query:
		return Clone(b)
	case *Select:
		return cloneSelect(b)
	case *SetOp:
		c := *b
		c.Left, c.Right = cloneBody(b.Left), cloneBody(b.Right)
		return &c
	case *Values:
		c := *b
		c.Rows = cloneList(b.Rows, cloneExprs)
		return &c
	}
	panic(fmt.Sprintf("query: Clone does not know %T", b))
}

func cloneSelect(s *Select) *Select {
	c := *s
	c.DistinctOn = cloneExprs(s.DistinctOn)
	c.Items = cloneList(s.Items, cloneItem)
	c.From = cloneList(s.From, CloneTable)
	c.Where = CloneExpr(s.Where)
	if s.GroupBy != nil {
		g := *s.GroupBy
		g.Items = cloneList(g.Items, cloneGroupItem)
		c.GroupBy = &g
	}
	c.Having = CloneExpr(s.Having)
	c.Windows = cloneList(s.Windows, func(w NamedWindow) NamedWindow {
		return NamedWindow{Name: w.Name, Window: cloneWindow(w.Window)}
	})
	c.Qualify = CloneExpr(s.Qualify)
	return &c
}

// CloneTable returns a deep copy of t; nil for nil.
func CloneTable(t TableExpr) TableExpr {
	switch t := t.(type) {
	case nil:
		return nil
	case *Table:
		c := *t
		c.Name = slices.Clone(t.Name)
		c.Alias = clonePointer(t.Alias)
		c.Columns = slices.Clone(t.Columns)
		if t.Sample != nil {
			s := *t.Sample
			s.Size, s.Seed = CloneExpr(s.Size), CloneExpr(s.Seed)
			c.Sample = &s
		}
		return &c
	case *Derived:
		c := *t
		c.Query = Clone(t.Query)
		c.Alias = clonePointer(t.Alias)
		c.Columns = slices.Clone(t.Columns)
		return &c
	case *FuncTable:
		c := *t
		if t.Func != nil {
			c.Func = cloneFunc(t.Func)
		}
		c.Alias = clonePointer(t.Alias)
		c.Columns = cloneList(t.Columns, func(d ColumnDef) ColumnDef {
			return ColumnDef{Name: d.Name, Type: cloneType(d.Type)}
		})
		return &c
	case *Join:
		c := *t
		c.Left, c.Right = CloneTable(t.Left), CloneTable(t.Right)
		c.On, c.Match = CloneExpr(t.On), CloneExpr(t.Match)
		c.Using = slices.Clone(t.Using)

		return &c
	}
	panic(fmt.Sprintf("query: Clone does not know %T", t))
}

func cloneWindow(w *Window) *Window {
	if w == nil {
		return nil
	}
	c := *w
	c.Ref = clonePointer(w.Ref)
	c.Partition = cloneExprs(w.Partition)
	c.OrderBy = cloneOrders(w.OrderBy)
	if w.Frame != nil {
		f := *w.Frame
		f.Start, f.End = cloneBound(f.Start), cloneBound(f.End)
		c.Frame = &f
	}
	return &c
}

func cloneBound(b *Bound) *Bound {
	if b == nil {
		return nil
	}
	c := *b
	c.Offset = CloneExpr(b.Offset)
	return &c
}

func cloneGroupItem(g GroupItem) GroupItem {
	g.Expr = CloneExpr(g.Expr)
	g.Sets = cloneList(g.Sets, cloneExprs)
	g.Nest = cloneList(g.Nest, cloneGroupItem)
	return g
}

func cloneItem(i Item) Item {
	return Item{Expr: CloneExpr(i.Expr), Alias: clonePointer(i.Alias)}
}

func cloneOrders(orders []Order) []Order {
	return cloneList(orders, func(o Order) Order {
		o.Expr = CloneExpr(o.Expr)
		return o
	})
}

func cloneLimit(l *Limit) *Limit {
	if l == nil {
		return nil
	}
	c := *l
	c.Count, c.Offset = CloneExpr(l.Count), CloneExpr(l.Offset)
	return &c
}

func cloneType(t *Type) *Type {
	if t == nil {
		return nil
	}
	c := *t
	c.Name = slices.Clone(t.Name)
	c.Args = slices.Clone(t.Args)
	c.Fields = cloneList(t.Fields, func(f TypeField) TypeField {
		return TypeField{Name: f.Name, Type: cloneType(f.Type)}
	})
	return &c
}

func cloneList[T any](list []T, clone func(T) T) []T {
	if list == nil {
		return nil
	}
	c := make([]T, len(list))
	for i, x := range list {
		c[i] = clone(x)
	}
	return c
}

func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
