package ir

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Extract reads the intermediate form from a query tree; ok is false where the form cannot say it. It does not check
// that Build gives an equal query: joins may differ.
func Extract(tree *query.Query, ix *index.Index) (q *Query, ok bool) {
	x := &extractor{ix: ix, ok: true, any: &index.Table{}}
	q = x.query(tree)
	return q, x.ok
}

type extractor struct {
	ix  *index.Index
	ok  bool
	any *index.Table // marks a star whose table is not said
}

func (x *extractor) fail() { x.ok = false }

// from is what names mean inside one SELECT.
type from struct {
	tables  []*index.Table
	aliases map[string]*index.Table
}

func (x *extractor) query(t *query.Query) *Query {
	if t == nil || t.With != nil {
		x.fail()
		return &Query{}
	}
	switch body := t.Body.(type) {
	case *query.Select:
		return x.sel(body, t)
	case *query.Query:
		if len(t.OrderBy) == 0 && t.Limit == nil {
			return x.query(body)
		}
	case *query.SetOp:
		if body.All || len(t.OrderBy) > 0 || t.Limit != nil {
			break
		}
		left, right := x.body(body.Left), x.body(body.Right)
		if left.Set != "" || right.Set != "" {
			break
		}
		left.Set, left.Right = body.Op, right
		return left
	}
	x.fail()
	return &Query{}
}

func (x *extractor) body(b query.Body) *Query {
	switch b := b.(type) {
	case *query.Select:
		return x.sel(b, &query.Query{})
	case *query.Query:
		return x.query(b)
	}
	x.fail()
	return &Query{}
}

func (x *extractor) sel(s *query.Select, t *query.Query) *Query {
	q := &Query{Distinct: s.Distinct}
	f := &from{aliases: map[string]*index.Table{}}
	for _, te := range s.From {
		x.from(f, te)
	}
	if !x.ok || len(f.tables) == 0 || len(s.DistinctOn) > 0 || len(s.Windows) > 0 || s.Qualify != nil {
		x.fail()
		return q
	}
	var stars []*Term // whose table is to be found
	for _, item := range s.Items {
		q.Select = append(q.Select, x.term(item.Expr, f))
	}
	q.Where = x.conds(s.Where, f, false)
	if s.GroupBy != nil {
		for _, g := range s.GroupBy.Items {
			c := x.term(g.Expr, f)
			if g.Kind != query.GroupExpr || c.Col == nil || c.Agg != None {
				x.fail()
				return q
			}
			q.Group = append(q.Group, c.Col)
		}
	}
	q.Having = x.conds(s.Having, f, false)
	for _, o := range t.OrderBy {
		q.Order = append(q.Order, Order{Term: x.term(o.Expr, f), Desc: o.Desc})
	}
	if t.Limit != nil {
		n, ok := t.Limit.Count.(*query.Number)
		if !ok || t.Limit.Offset != nil {
			x.fail()
			return q
		}
		for _, d := range n.Text {
			if d < '0' || d > '9' || q.Limit > 1e6 {
				x.fail()
				return q
			}
			q.Limit = q.Limit*10 + int(d-'0')
		}
	}
	if !x.ok {
		return q
	}
	for i := range q.Select {
		stars = append(stars, &q.Select[i])
	}
	for i := range q.Having {
		stars = append(stars, &q.Having[i].Left)
	}
	for i := range q.Order {
		stars = append(stars, &q.Order[i].Term)
	}
	x.place(q, f, stars)
	return q
}

// place finds the table of the stars that do not say theirs, and the tables that are joined without being used.
func (x *extractor) place(q *Query, f *from, stars []*Term) {
	used := map[*index.Table]bool{}
	for _, t := range q.Tables() {
		used[t] = true
	}
	var unused []*index.Table
	for _, t := range f.tables {
		if !used[t] {
			unused = append(unused, t)
		}
	}
	star := f.tables[0]
	if len(f.tables) > 1 {
		star = x.deepest(unused)
		if star == nil {
			star = x.deepest(f.tables)
		}
	}
	placed := false
	for _, t := range stars {
		if t.Star == x.any {
			t.Star, placed = star, true
			if t.Agg == None && len(f.tables) > 1 {
				x.fail() // SELECT * of a join
			}
		}
	}
	for _, t := range unused {
		if !(placed && t == star) {
			q.Extra = append(q.Extra, t)
		}
	}
	// A table between two others is found by the join tree.
	q.Extra = slices.DeleteFunc(q.Extra, func(t *index.Table) bool {
		saved := q.Extra
		q.Extra = slices.DeleteFunc(slices.Clone(saved), func(o *index.Table) bool { return o == t })
		tree, ok := x.ix.JoinTree(q.Tables()...)
		q.Extra = saved
		return ok && slices.Contains(tree.Tables, t)
	})
}

// deepest returns the table that refers to others of the list and is not referred to.
func (x *extractor) deepest(list []*index.Table) *index.Table {
	var best *index.Table
	score := -100
	for _, t := range list {
		s := 0
		for _, e := range x.ix.Graph.At[t.ID] {
			if o := e.Other(t); o != t && slices.Contains(list, o) {
				if e.FromTable() == t {
					s++
				} else {
					s--
				}
			}
		}
		if s > score {
			best, score = t, s
		}
	}
	return best
}

func (x *extractor) from(f *from, te query.TableExpr) {
	switch te := te.(type) {
	case *query.Table:
		t := x.ix.Table("", te.Name.Last().Name)
		if t == nil || slices.Contains(f.tables, t) {
			x.fail() // unknown, or joined to itself
			return
		}
		f.tables = append(f.tables, t)
		f.aliases[strings.ToLower(te.Name.Last().Name)] = t
		if te.Alias != nil {
			f.aliases[strings.ToLower(te.Alias.Name)] = t
		}
	case *query.Join:
		if te.Kind != query.InnerJoin && te.Kind != query.CrossJoin {
			x.fail()
			return
		}
		x.from(f, te.Left)
		x.from(f, te.Right)
	default:
		x.fail()
	}
}

// column resolves a name; nil where it is none.
func (x *extractor) column(name query.Name, f *from) *index.Column {
	last := name.Last().Name
	if len(name) > 1 {
		t := f.aliases[strings.ToLower(name[len(name)-2].Name)]
		if t == nil {
			return nil
		}
		return t.Column(last)
	}
	for _, t := range f.tables {
		if c := t.Column(last); c != nil {
			return c
		}
	}
	return nil
}

func (x *extractor) term(e query.Expr, f *from) Term {
	switch e := e.(type) {
	case *query.Column:
		if c := x.column(e.Name, f); c != nil {
			return Term{Col: c}
		}
	case *query.Star:
		if len(e.Table) > 0 {
			if t := f.aliases[strings.ToLower(e.Table.Last().Name)]; t != nil {
				return Term{Star: t}
			}
			break
		}
		return Term{Star: x.any}
	case *query.Func:
		agg := aggregate(e.Name.Last().Name)
		if agg == None || e.Over != nil || e.Filter != nil {
			break
		}
		if e.Star {
			return Term{Agg: Count, Star: x.any}
		}
		if len(e.Args) != 1 {
			break
		}
		in := x.term(e.Args[0].Value, f)
		if in.Agg != None || (in.Star != nil && agg != Count) {
			break
		}
		in.Agg, in.Distinct = agg, e.Distinct
		return in
	}
	x.fail()
	return Term{Star: x.any}
}

func aggregate(name string) Agg {
	switch strings.ToLower(name) {
	case "count":
		return Count
	case "sum":
		return Sum
	case "avg":
		return Avg
	case "min":
		return Min
	case "max":
		return Max
	}
	return None
}

// conds flattens AND and OR; OR inside AND cannot be said.
func (x *extractor) conds(e query.Expr, f *from, inAnd bool) []Cond {
	if e == nil {
		return nil
	}
	if b, ok := e.(*query.Binary); ok && (b.Op == "AND" || b.Op == "OR") {
		if b.Op == "OR" && inAnd {
			x.fail()
			return nil
		}
		l := x.conds(b.L, f, b.Op == "AND")
		r := x.conds(b.R, f, b.Op == "AND")
		if len(r) > 0 && b.Op == "OR" {
			r[0].Or = true
		}
		return append(l, r...)
	}
	return []Cond{x.cond(e, f)}
}

func (x *extractor) cond(e query.Expr, f *from) Cond {
	switch e := e.(type) {
	case *query.Binary:
		if op, ok := comparison(e.Op); ok {
			return Cond{Left: x.term(e.L, f), Op: op, Value: x.value(e.R, f)}
		}
	case *query.Like:
		c := Cond{Left: x.term(e.X, f), Op: Like, Value: x.value(e.Pattern, f)}
		if e.Not {
			c.Op = NotLike
		}
		if e.Op == "LIKE" && e.Escape == nil {
			return c
		}
	case *query.Between:
		if !e.Not {
			lo, hi := x.value(e.Lo, f), x.value(e.Hi, f)
			if len(lo.Text) == 1 && len(hi.Text) == 1 {
				return Cond{Left: x.term(e.X, f), Op: Between, Value: Value{Text: []string{lo.Text[0], hi.Text[0]}, Number: []bool{lo.Number[0], hi.Number[0]}}}
			}
		}
	case *query.In:
		c := Cond{Left: x.term(e.X, f), Op: In}
		if e.Not {
			c.Op = NotIn
		}
		if e.Query != nil {
			c.Value.Sub = x.query(e.Query)
			return c
		}
		for _, item := range e.List {
			v := x.value(item, f)
			c.Value.Text, c.Value.Number = append(c.Value.Text, v.Text...), append(c.Value.Number, v.Number...)
		}
		if len(c.Value.Text) == len(e.List) {
			return c
		}
	case *query.Is:
		if e.What == query.IsNull {
			c := Cond{Left: x.term(e.X, f), Op: Null}
			if e.Not {
				c.Op = NotNull
			}
			return c
		}
	case *query.Unary:
		if e.Op == "NOT" {
			c := x.cond(e.X, f)
			switch c.Op {
			case In:
				c.Op = NotIn
				return c
			case Like:
				c.Op = NotLike
				return c
			}
		}
	}
	x.fail()
	return Cond{Left: Term{Star: x.any}}
}

func comparison(op string) (Op, bool) {
	switch op {
	case "=", "==":
		return Eq, true
	case "<>", "!=":
		return Ne, true
	case ">", "<", ">=", "<=":
		return Op(op), true
	}
	return "", false
}

func (x *extractor) value(e query.Expr, f *from) Value {
	switch e := e.(type) {
	case *query.Number:
		return Value{Text: []string{e.Text}, Number: []bool{true}}
	case *query.String:
		return Value{Text: []string{e.Value}, Number: []bool{false}}
	case *query.Unary:
		if n, ok := e.X.(*query.Number); ok && e.Op == "-" {
			return Value{Text: []string{"-" + n.Text}, Number: []bool{true}}
		}
	case *query.Column:
		last := e.Name.Last()
		if len(e.Name) == 1 && last.Quote == '"' && x.column(e.Name, f) == nil {
			return Value{Text: []string{last.Name}, Number: []bool{false}}
		}
		if len(e.Name) == 1 && last.Quote == '"' && !strings.EqualFold(last.Name, "") {
			if c := x.column(e.Name, f); c != nil {
				return Value{Col: c}
			}
		}
		if c := x.column(e.Name, f); c != nil {
			return Value{Col: c}
		}
	case *query.Subquery:
		return Value{Sub: x.query(e.Query)}
	}
	x.fail()
	return Value{}
}
