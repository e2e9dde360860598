package executor

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// qualify puts the system's schema before the calls in a statement for PostgreSQL, which otherwise takes a function that
// somebody made in public where its arguments fit better: lower(integer) instead of lower(text). The names that
// extensions overload (citext's replace, vector's avg) stay as they are: there the better fit is what is meant. The
// tree is the check's own copy.
//
// What people make of operators and casts is still called. An operator can be named with its schema, but IN, LIKE,
// BETWEEN, CASE, NULLIF and USING look theirs up by the search path, and a path without public would break functions that
// views and policies call, and citext. A cast has no schema: one between built-in types only a superuser can make, one
// from a table's or an enumeration's type its owner. So does whoever owns a view or a policy decide what reading runs;
// the transaction is read-only all the same, and the role should be allowed to read and nothing else.
func qualify(q *query.Query, schema *custard.Schema) {
	query.Inspect(q, func(n query.Node) bool {
		f, ok := n.(*query.Func)
		if !ok || len(f.Name) != 1 {
			return true
		}
		name := strings.ToLower(f.Name[0].Name)
		if grammar(name) || schema != nil && slices.Contains(schema.Overloads, name) {
			return true
		}
		f.Name = query.Name{{Name: "pg_catalog", Pos: f.Pos}, {Name: name, Pos: f.Name[0].Pos}}
		return true
	})
}

// grammar lists the calls that PostgreSQL's grammar knows as such, in one version or another. They mean the system's own
// already, or are no functions.
func grammar(name string) bool {
	switch name {
	case "coalesce", "greatest", "least", "nullif", "grouping", "row", "trim", "normalize", "extract", "overlaps",
		"json", "json_array", "json_arrayagg", "json_exists", "json_objectagg", "json_query", "json_scalar",
		"json_serialize", "json_value":
		return true
	}
	return false
}
