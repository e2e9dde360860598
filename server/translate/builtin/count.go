package builtin

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// plainCount says whether a reading counts the rows of one table that the question calls by its name: 'how many orders'.
// Nothing is left to weigh there, while the core, which knows such questions from other databases, may prefer a column.
func plainCount(tree *query.Query, ms *index.Mentions) bool {
	s, ok := tree.Body.(*query.Select)
	if !ok || tree.With != nil || len(s.Items) != 1 || len(s.From) != 1 || s.Distinct || s.Where != nil || s.GroupBy != nil || s.Having != nil {
		return false
	}
	count, ok := s.Items[0].Expr.(*query.Func)
	if !ok || !count.Star || count.Filter != nil || count.Over != nil {
		return false
	}
	table, ok := s.From[0].(*query.Table)
	if !ok {
		return false
	}
	name := strings.TrimSuffix(strings.ReplaceAll(strings.ToLower(table.Name[len(table.Name)-1].Name), "_", " "), "s")
	asked := make([]string, 0, len(ms.Tokens))
	for _, t := range ms.Tokens {
		asked = append(asked, strings.TrimSuffix(t.Lower, "s"))
	}
	return slices.Contains(asked, name) || strings.HasSuffix(strings.Join(asked, " "), " "+name)
}
