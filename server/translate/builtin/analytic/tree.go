package analytic

import (
	"strconv"

	"github.com/custard-ai/custard/internal/query"
)

// Short constructors for the query tree.

func num(n int) query.Expr { return &query.Number{Text: strconv.Itoa(n)} }

func decimal(text string) query.Expr { return &query.Number{Text: text} }

func str(s string) query.Expr { return &query.String{Value: s} }

func bin(op string, l, r query.Expr) query.Expr { return &query.Binary{Op: op, L: l, R: r} }

// and joins conditions; nil ones are left out.
func and(conds ...query.Expr) query.Expr {
	var out query.Expr
	for _, c := range conds {
		switch {
		case c == nil:
		case out == nil:
			out = c
		default:
			out = bin("AND", out, c)
		}
	}
	return out
}

func not(x query.Expr) query.Expr { return &query.Unary{Op: "NOT", X: x} }

func isNull(x query.Expr, negated bool) query.Expr {
	return &query.Is{Not: negated, What: query.IsNull, X: x}
}

func fn(name string, args ...query.Expr) *query.Func {
	f := &query.Func{Name: query.Name{{Name: name}}}
	for _, a := range args {
		f.Args = append(f.Args, query.Arg{Value: a})
	}
	return f
}

func countStar() *query.Func { return &query.Func{Name: query.Name{{Name: "count"}}, Star: true} }

func countDistinct(x query.Expr) *query.Func {
	f := fn("count", x)
	f.Distinct = true
	return f
}

func over(f *query.Func, partition []query.Expr, order ...query.Order) *query.Func {
	f.Over = &query.Window{Partition: partition, OrderBy: order}
	return f
}

func caseWhen(cond, then, otherwise query.Expr) query.Expr {
	return &query.Case{Whens: []query.When{{Cond: cond, Then: then}}, Else: otherwise}
}

// percent is 100.0 × part ÷ whole, NULL where the whole is zero.
func percent(part, whole query.Expr) query.Expr {
	return bin("/", bin("*", decimal("100.0"), part), fn("nullif", whole, num(0)))
}

// ratio is part ÷ whole as a fraction, NULL where the whole is zero.
func ratio(part, whole query.Expr) query.Expr {
	return bin("/", bin("*", decimal("1.0"), part), fn("nullif", whole, num(0)))
}

func item(x query.Expr, alias string) query.Item {
	if alias == "" {
		return query.Item{Expr: x}
	}
	id := query.ID(alias)
	return query.Item{Expr: x, Alias: &id}
}

// named is a column of a derived table or CTE.
func named(table, column string) *query.Column {
	if table == "" {
		return &query.Column{Name: query.Name{query.ID(column)}}
	}
	return &query.Column{Name: query.Name{query.ID(table), query.ID(column)}}
}

func asc(x query.Expr) query.Order { return query.Order{Expr: x} }

func desc(x query.Expr) query.Order { return query.Order{Expr: x, Desc: true} }

func limit(n int) *query.Limit {
	if n <= 0 {
		return nil
	}
	return &query.Limit{Count: num(n)}
}

func groupBy(exprs []query.Expr) *query.GroupBy {
	if len(exprs) == 0 {
		return nil
	}
	g := &query.GroupBy{}
	for _, e := range exprs {
		g.Items = append(g.Items, query.GroupItem{Expr: e})
	}
	return g
}

// with puts named queries before a select.
func with(sel *query.Select, ctes ...*query.CTE) *query.Query {
	return &query.Query{With: &query.With{CTEs: ctes}, Body: sel}
}

func cte(name string, q *query.Query) *query.CTE {
	return &query.CTE{Name: query.ID(name), Query: q}
}

func table(name string) query.TableExpr { return &query.Table{Name: query.Name{query.ID(name)}} }
