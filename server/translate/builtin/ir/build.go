package ir

import (
	"slices"
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Joins finds the joins of a set of tables; *index.Joiner is one.
type Joins interface {
	Tree(tables ...*index.Table) (*index.Tree, bool)
}

// Build turns the intermediate form into a query tree for a dialect; ok is false where the tables do not join, or
// where the dialect has no such query.
func Build(q *Query, joins Joins, dialect custard.Dialect) (tree *query.Query, ok bool) {
	b := &builder{joins: joins, dialect: dialect}
	tree = b.query(q)
	return tree, !b.failed
}

type builder struct {
	joins   Joins
	dialect custard.Dialect
	failed  bool
}

// scope says how columns are written inside one SELECT.
type scope struct{ qualified bool }

func (b *builder) query(q *Query) *query.Query {
	sel, s := b.sel(q)
	out := &query.Query{Body: sel}
	if q.Set != "" && q.Right != nil {
		right, _ := b.sel(q.Right)
		out.Body = &query.SetOp{Op: q.Set, Left: sel, Right: right}
		return out
	}
	for _, o := range q.Order {
		out.OrderBy = append(out.OrderBy, query.Order{Expr: b.term(o.Term, s), Desc: o.Desc})
	}
	if q.Limit > 0 {
		out.Limit = &query.Limit{Count: &query.Number{Text: strconv.Itoa(q.Limit)}}
	}
	return out
}

func (b *builder) sel(q *Query) (*query.Select, scope) {
	out := &query.Select{Distinct: q.Distinct}
	tree, ok := b.joins.Tree(q.Tables()...)
	if !ok {
		b.failed = true
		return out, scope{}
	}
	s := scope{qualified: len(tree.Tables) > 1}
	out.From = []query.TableExpr{b.from(tree)}
	for _, t := range q.Select {
		out.Items = append(out.Items, query.Item{Expr: b.term(t, s)})
	}
	out.Where = b.conds(q.Where, s)
	if len(q.Group) > 0 {
		out.GroupBy = &query.GroupBy{}
		group := slices.Clone(q.Group)
		if b.dialect != custard.SQLite {
			group = b.complete(q, group)
		}
		for _, c := range group {
			out.GroupBy.Items = append(out.GroupBy.Items, query.GroupItem{Expr: column(c, s)})
		}
	}
	out.Having = b.conds(q.Having, s)
	if b.dialect != custard.SQLite && loose(q) {
		b.failed = true
	}
	return out, s
}

// loose says whether only SQLite runs q: rows and an aggregate of all rows side by side, or distinct rows in the order of
// what is not selected.
func loose(q *Query) bool {
	aggregates, rows := false, false
	see := func(t Term) {
		aggregates = aggregates || t.Agg != None
		rows = rows || t.Agg == None
	}
	for _, t := range q.Select {
		see(t)
	}
	for _, o := range q.Order {
		see(o.Term)
		if q.Distinct && !slices.Contains(q.Select, o.Term) {
			return true
		}
	}
	return len(q.Group) == 0 && aggregates && rows
}

// complete adds what is selected or ordered by without an aggregate to the group, as dialects other than SQLite ask.
func (b *builder) complete(q *Query, group []*index.Column) []*index.Column {
	add := func(t Term) {
		if t.Agg == None && t.Col != nil && !slices.Contains(group, t.Col) {
			group = append(group, t.Col)
		}
	}
	for _, t := range q.Select {
		add(t)
	}
	for _, o := range q.Order {
		add(o.Term)
	}
	return group
}

func (b *builder) from(tree *index.Tree) query.TableExpr {
	from := b.table(tree.Tables[0])
	in := map[*index.Table]bool{tree.Tables[0]: true}
	for i, e := range tree.Edges {
		next := tree.Tables[i+1]
		s := scope{qualified: true}
		var on query.Expr
		for k := range e.From {
			l, r := e.From[k], e.To[k]
			if !in[l.Table] || l.Table == next {
				l, r = r, l
			}
			on = and(on, &query.Binary{Op: "=", L: column(l, s), R: column(r, s)})
		}
		from = &query.Join{Kind: query.InnerJoin, Left: from, Right: b.table(next), On: on}
		in[next] = true
	}
	return from
}

func (b *builder) table(t *index.Table) query.TableExpr {
	name := query.Name{query.ID(t.Def.Name)}
	if t.Def.Schema != "" && t.Def.Schema != "main" && t.Def.Schema != "public" {
		name = query.Name{query.ID(t.Def.Schema), query.ID(t.Def.Name)}
	}
	return &query.Table{Name: name}
}

func column(c *index.Column, s scope) query.Expr {
	if s.qualified {
		return &query.Column{Name: query.Name{query.ID(c.Table.Def.Name), query.ID(c.Def.Name)}}
	}
	return &query.Column{Name: query.Name{query.ID(c.Def.Name)}}
}

func (b *builder) term(t Term, s scope) query.Expr {
	switch {
	case t.Star != nil && t.Agg == Count:
		return &query.Func{Name: query.Name{{Name: "count"}}, Star: true}
	case t.Star != nil && s.qualified:
		return &query.Star{Table: query.Name{query.ID(t.Star.Def.Name)}}
	case t.Star != nil:
		return &query.Star{}
	case t.Agg == None:
		return column(t.Col, s)
	}
	return &query.Func{
		Name: query.Name{{Name: t.Agg.String()}}, Distinct: t.Distinct, Args: []query.Arg{{Value: column(t.Col, s)}},
	}
}

// conds joins conditions; AND binds tighter than OR.
func (b *builder) conds(list []Cond, s scope) query.Expr {
	var whole, part query.Expr
	for i, c := range list {
		e := b.cond(c, s)
		if i > 0 && c.Or {
			whole = or(whole, part)
			part = nil
		}
		part = and(part, e)
	}
	return or(whole, part)
}

func and(l, r query.Expr) query.Expr { return binary("AND", l, r) }
func or(l, r query.Expr) query.Expr  { return binary("OR", l, r) }

func binary(op string, l, r query.Expr) query.Expr {
	switch {
	case l == nil:
		return r
	case r == nil:
		return l
	}
	return &query.Binary{Op: op, L: l, R: r}
}

func (b *builder) cond(c Cond, s scope) query.Expr {
	x := b.term(c.Left, s)
	switch c.Op {
	case Null, NotNull:
		return &query.Is{Not: c.Op == NotNull, What: query.IsNull, X: x}
	case In, NotIn:
		in := &query.In{Not: c.Op == NotIn, X: x}
		if c.Value.Sub != nil {
			in.Query = b.query(c.Value.Sub)
			return in
		}
		for i := range c.Value.Text {
			in.List = append(in.List, literal(c.Value, i))
		}
		return in
	case Like, NotLike:
		op := "LIKE"
		if b.dialect == custard.Postgres || b.dialect == custard.DuckDB || b.dialect == custard.Snowflake {
			op = "ILIKE"
		}
		return &query.Like{Op: op, Not: c.Op == NotLike, X: x, Pattern: literal(c.Value, 0)}
	case Between:
		return &query.Between{X: x, Lo: literal(c.Value, 0), Hi: literal(c.Value, 1)}
	case Eq, Ne, Gt, Lt, Ge, Le:
	}
	op := string(c.Op)
	if c.Op == Ne {
		op = "<>"
	}
	var right query.Expr
	switch {
	case c.Value.Sub != nil:
		right = &query.Subquery{Query: b.query(c.Value.Sub)}
	case c.Value.Col != nil:
		right = column(c.Value.Col, s)
	default:
		right = literal(c.Value, 0)
	}
	return &query.Binary{Op: op, L: x, R: right}
}

func literal(v Value, i int) query.Expr {
	if i >= len(v.Text) {
		return &query.Null{}
	}
	if i < len(v.Number) && v.Number[i] {
		return &query.Number{Text: v.Text[i]}
	}
	return &query.String{Value: v.Text[i]}
}
