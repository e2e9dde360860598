package translate

import (
	"fmt"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
)

// Filtered returns a query with the default filters of the tables that it reads, and what to say about each. A block that
// constrains one of a filter's columns itself, and a question that speaks of one ('including deleted orders', where the filter
// is deleted_at IS NULL), have it left out. The query is the caller's and is not changed.
func (c *Context) Filtered(q *query.Query, s *custard.Schema, question string) (*query.Query, []string) {
	if c == nil || q == nil {
		return q, nil
	}
	var said []string
	f := &filters{context: c, schema: s, asked: wordsOf(question), names: map[string]bool{}}
	query.Inspect(q, func(n query.Node) bool {
		if cte, ok := n.(*query.CTE); ok {
			f.names[strings.ToLower(cte.Name.Name)] = true
		}
		return true
	})
	if !f.any() {
		return q, nil
	}
	out := query.Clone(q)
	query.Inspect(out, func(n query.Node) bool {
		if sel, ok := n.(*query.Select); ok {
			said = append(said, f.block(sel)...)
		}
		return true
	})
	if len(said) == 0 {
		return q, nil
	}
	return out, unique(said)
}

type filters struct {
	context *Context
	schema  *custard.Schema
	asked   map[string]bool
	names   map[string]bool // WITH queries, which hide tables of their names
}

func (f *filters) any() bool {
	for _, n := range f.context.Tables {
		if n.Filter != "" && !n.Hidden {
			return true
		}
	}
	return false
}

func (f *filters) block(sel *query.Select) (said []string) {
	for _, from := range sel.From {
		said = append(said, f.table(sel, from, func(cond query.Expr) bool {
			sel.Where = both(sel.Where, cond)
			return true
		})...)
	}
	return said
}

// table adds the filters of the tables in an element of FROM; put takes a condition for what the element gives.
func (f *filters) table(sel *query.Select, e query.TableExpr, put func(query.Expr) bool) []string {
	switch e := e.(type) {
	case *query.Table:
		return f.one(sel, e, put)
	case *query.Join:
		on := func(cond query.Expr) bool { // of an outer join: the rows that are missing stay missing
			if e.On == nil {
				return false
			}
			e.On = both(e.On, cond)
			return true
		}
		left, right := put, put
		switch e.Kind {
		case query.LeftJoin, query.SemiJoin, query.AntiJoin:
			right = on
		case query.RightJoin:
			left = on
		case query.FullJoin, query.AsofJoin, query.AsofLeftJoin, query.Positional:
			return nil
		}
		return append(f.table(sel, e.Left, left), f.table(sel, e.Right, right)...)
	}
	return nil
}

func (f *filters) one(sel *query.Select, t *query.Table, put func(query.Expr) bool) []string {
	if len(t.Name) == 1 && f.names[strings.ToLower(t.Name[0].Name)] {
		return nil
	}
	schema := ""
	if len(t.Name) > 1 {
		schema = t.Name[len(t.Name)-2].Name
	}
	known := f.schema.Table(schema, t.Name.Last().Name)
	if known == nil {
		return nil
	}
	note := f.context.table(f.schema, known)
	filter := ""
	for _, n := range f.context.Tables {
		if n.Filter != "" && n.about(f.schema, known) {
			filter = n.Filter
			break
		}
	}
	if filter == "" || note.Hidden {
		return nil
	}
	cond, err := ParseFilter(f.schema.Dialect, filter)
	if err != nil {
		return nil // the linter says so
	}
	columns := map[string]bool{}
	query.Inspect(cond, func(n query.Node) bool {
		if c, ok := n.(*query.Column); ok && len(c.Name) > 0 {
			columns[strings.ToLower(c.Name.Last().Name)] = true
		}
		return true
	})
	for name := range columns {
		if known.Column(name) == nil || f.speaksOf(name) {
			return nil
		}
	}
	if constrains(sel, columns) {
		return nil
	}
	name := t.Name.Last()
	if t.Alias != nil {
		name = *t.Alias
	}
	query.Inspect(cond, func(n query.Node) bool {
		if c, ok := n.(*query.Column); ok && len(c.Name) > 0 {
			c.Name = query.Name{name, c.Name.Last()}
		}
		return true
	})
	if !put(cond) {
		return nil
	}
	return []string{fmt.Sprintf("only %s with %s, the team's default filter", known.Name, filter)}
}

// speaksOf says whether the question has a word of a column's name.
func (f *filters) speaksOf(column string) bool {
	for word := range strings.FieldsFuncSeq(column, func(r rune) bool { return r == '_' || r == ' ' }) {
		if len(word) > 3 && (f.asked[word] || f.asked[strings.TrimSuffix(word, "d")] || f.asked[strings.TrimSuffix(word, "ed")]) {
			return true
		}
	}
	return false
}

// constrains says whether the conditions of a block name one of the columns.
func constrains(sel *query.Select, columns map[string]bool) bool {
	found := false
	look := func(e query.Expr) {
		if e == nil {
			return
		}
		query.Inspect(e, func(n query.Node) bool {
			if c, ok := n.(*query.Column); ok && len(c.Name) > 0 && columns[strings.ToLower(c.Name.Last().Name)] {
				found = true
			}
			return !found
		})
	}
	look(sel.Where)
	look(sel.Having)
	return found
}

// ParseFilter reads a condition as a dialect writes it.
func ParseFilter(d custard.Dialect, condition string) (query.Expr, error) {
	q, err := parse.Parse(d, "SELECT 1 FROM t WHERE ("+condition+"\n)")
	if err != nil {
		return nil, err
	}
	sel, ok := q.Body.(*query.Select)
	if !ok || sel.Where == nil || sel.GroupBy != nil || q.Limit != nil || len(q.OrderBy) > 0 {
		return nil, custard.Errorf(custard.CodeSyntax, "%q is no condition", condition)
	}
	return sel.Where, nil
}

func both(a, b query.Expr) query.Expr {
	if a == nil {
		return b
	}
	return &query.Binary{Op: "AND", L: a, R: b}
}

func wordsOf(text string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x7f) }) {
		out[w] = true
	}
	return out
}

func unique(list []string) []string {
	seen := map[string]bool{}
	out := list[:0]
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
