package check

import (
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// growth refuses a recursion whose texts, lists or documents double with every step (s || s): thirty steps make a
// gigabyte, before any time limit. Each step adds up how often the columns of the one before go into each column; what
// stays below a sum, such as path || '/' || name, is let through.
func (r *resolver) growth(c *query.CTE, cols []column) {
	both, ok := c.Query.Body.(*query.SetOp)
	if !ok || r.err != nil || r.probe {
		return
	}
	step, ok := both.Right.(*query.Select)
	if !ok || len(step.Items) != len(cols) {
		return
	}
	own := map[string]int{}
	for i, col := range cols {
		own[col.name] = i
	}
	const steps, most = 40, 1e6
	uses := make([][]float64, len(cols))
	for i, item := range step.Items {
		uses[i] = make([]float64, len(cols))
		r.put(item.Expr, step.From, own, 1, uses[i])
	}
	size := make([]float64, len(cols))
	for i := range size {
		size[i] = 1
	}
	for range steps {
		next := make([]float64, len(cols))
		for i := range uses {
			for j, n := range uses[i] {
				next[i] += n * size[j]
			}
			next[i] = max(next[i], 1)
			if next[i] > most {
				r.refuse("Let each step add a fixed text to what it has.", "the column %s of %s grows to twice its size with each step of the recursion", cols[i].name, c.Name.Name)
				return
			}
		}
		size = next
	}
}

// put adds to uses how often each of a recursion's own columns goes whole into the value of e.
func (r *resolver) put(e query.Expr, from []query.TableExpr, own map[string]int, times float64, uses []float64) {
	if r.work++; r.work > maxWork { // sub-queries that each name the one inside twice
		r.refuse("Split it into smaller steps.", "the recursion is too large to be judged")
		return
	}
	all := func(es ...query.Expr) {
		for _, x := range es {
			if x != nil {
				r.put(x, from, own, times, uses)
			}
		}
	}
	switch e := e.(type) {
	case *query.Column:
		name := e.Name.Last().Name
		for _, t := range from {
			if x, in := itemOf(t, name); x != nil {
				r.put(x, in, own, times, uses)
				return
			}
		}
		if i, ok := own[name]; ok {
			uses[i] += times
		}
	case *query.Binary:
		if e.Op == "||" {
			all(e.L, e.R)
		}
	case *query.Cast:
		all(e.X)
	case *query.Collate:
		all(e.X)
	case *query.Array:
		all(e.Items...)
	case *query.Row:
		all(e.Items...)
	case *query.Overlay:
		all(e.X, e.Placing)
	case *query.Case:
		most := make([]float64, len(uses)) // one of the branches
		for _, w := range e.Whens {
			r.branch(w.Then, from, own, times, most)
		}
		r.branch(e.Else, from, own, times, most)
		for i := range most {
			uses[i] += most[i]
		}
	case *query.Func:
		switch strings.ToLower(e.Name.Last().Name) {
		case "concat", "concat_ws", "array_cat", "array_append", "array_prepend", "json_build_array", "json_build_object", "jsonb_build_array",
			"jsonb_build_object", "json_array", "json_object", "jsonb_concat", "array_to_string", "list_concat", "printf":
			for _, a := range e.Args {
				all(a.Value)
			}
		case "format":
			if text, ok := literal(argument(e, 0)); ok { // '%1$s%1$s' writes one argument twice
				times *= max(1, float64(strings.Count(text, "$")))
			}
			for _, a := range e.Args {
				all(a.Value)
			}
		case "replace", "regexp_replace":
			text, ok := literal(argument(e, 2))
			old, _ := literal(argument(e, 1))
			if !ok && argument(e, 2) != nil || len(text) > max(len(old), 1) {
				times *= 2
			}
			all(argument(e, 0))
		case "encode", "hex", "to_hex":
			times *= 2
			all(argument(e, 0))
		}
	}
}

func (r *resolver) branch(e query.Expr, from []query.TableExpr, own map[string]int, times float64, most []float64) {
	if e == nil {
		return
	}
	uses := make([]float64, len(most))
	r.put(e, from, own, times, uses)
	for i := range most {
		most[i] = max(most[i], uses[i])
	}
}

// itemOf finds a column that a sub-query in FROM makes, with the FROM that it is made from.
func itemOf(t query.TableExpr, name string) (query.Expr, []query.TableExpr) {
	switch t := t.(type) {
	case *query.Join:
		if x, from := itemOf(t.Left, name); x != nil {
			return x, from
		}
		return itemOf(t.Right, name)
	case *query.Derived:
		sel, ok := t.Query.Body.(*query.Select)
		if !ok {
			return nil, nil
		}
		for i, item := range sel.Items {
			if i < len(t.Columns) {
				if t.Columns[i].Name == name {
					return item.Expr, sel.From
				}
				continue
			}
			if item.Alias != nil && item.Alias.Name == name {
				return item.Expr, sel.From
			}
		}
	}
	return nil, nil
}
