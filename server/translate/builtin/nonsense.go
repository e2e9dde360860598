package builtin

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// nonsense says whether a candidate computes with names: the greatest name, an average of titles.
func nonsense(q *ir.Query) bool {
	if q == nil {
		return false
	}
	if q.Limit == 1 && len(q.Order) > 0 && q.Order[0].Term.Agg == ir.None && name(q.Order[0].Term.Col) {
		return true
	}
	for _, t := range q.Select {
		if (t.Agg == ir.Sum || t.Agg == ir.Avg) && name(t.Col) {
			return true
		}
	}
	for _, o := range q.Order {
		if (o.Term.Agg == ir.Sum || o.Term.Agg == ir.Avg) && name(o.Term.Col) {
			return true
		}
	}
	return nonsense(q.Right) || slices.ContainsFunc(slices.Concat(q.Where, q.Having), func(c ir.Cond) bool { return nonsense(c.Value.Sub) })
}

func name(c *index.Column) bool { return c != nil && c.Role == index.RoleLabel && c.Text() }
