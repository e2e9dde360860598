package check

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// lookTable finds the table that a name in FROM means. It fails, and returns nil, where there is none; for the one-row
// table DUAL it returns nil without failing.
func (r *resolver) lookTable(n query.Name) *table {
	for m := exactly; m <= r.last(); m++ {
		found := r.tablesNamed(n, m)
		switch {
		case len(found) == 1:
			if m == loosely && n.Last().Quote != 0 {
				if !r.opts.Repair {
					continue
				}
				r.repaired("table", written(n), found[0].Name)
			}
			return found[0]
		case len(found) > 1:
			r.severalTables(n, found)
			return &table{}
		}
	}
	if len(n) == 1 && r.isDual(n) {
		return nil
	}
	if r.probe || r.err != nil {
		return &table{}
	}
	return r.missingTable(n)
}

func (r *resolver) isDual(n query.Name) bool {
	oracle := r.rules.dialect == custard.MySQL || r.rules.dialect == custard.Snowflake || r.probe
	return oracle && strings.EqualFold(n[0].Name, "dual") && len(r.tablesNamed(n, exactly)) == 0
}

// tablesNamed lists the tables that a name may mean: without a schema, the default schema's before all others.
func (r *resolver) tablesNamed(n query.Name, m match) []*table {
	if len(n) == 0 || len(n) > 3 {
		return nil
	}
	name := r.folded(n.Last())
	all := r.idx.tables[strings.ToLower(name)]
	if len(all) == 0 {
		return nil
	}
	if len(all) == 1 && len(n) == 1 {
		if r.same(name, all[0].Name, m) {
			return all
		}
		return nil
	}
	var found []*table
	for _, t := range all {
		if !r.same(name, t.Name, m) || len(n) > 1 && !r.inSchema(t, n[:len(n)-1], m) {
			continue
		}
		found = append(found, t)
	}
	if len(found) < 2 {
		return found
	}
	if len(n) == 1 {
		home := slices.DeleteFunc(slices.Clone(found), func(t *table) bool { return t.Schema != r.idx.schema.DefaultSchema })
		if len(home) > 0 {
			found = home
		}
	}
	for _, t := range found { // of several that differ in case, the one spelled the same
		if t.Name == name {
			same := slices.DeleteFunc(slices.Clone(found), func(t *table) bool { return t.Name != name })
			if len(same) < len(found) {
				return same
			}
			break
		}
	}
	return found
}

// inSchema says whether a table is in the schema that a name is qualified with: schema, or database.schema.
func (r *resolver) inSchema(t *table, q query.Name, m match) bool {
	s := r.idx.schema
	schema := r.folded(q.Last())
	if len(q) == 2 && !r.same(r.folded(q[0]), s.Database, loosely) {
		return false
	}
	if t.Schema != "" {
		if r.same(schema, t.Schema, m) {
			return true
		}
		// MySQL has databases where others have schemas; DuckDB takes database.table for the default schema.
		return len(q) == 1 && t.Schema == s.DefaultSchema && r.databaseIsSchema() && r.same(schema, s.Database, loosely)
	}
	if r.same(schema, s.DefaultSchema, loosely) && s.DefaultSchema != "" {
		return true
	}
	return r.rules.dialect == custard.SQLite && r.same(schema, "main", exactly) ||
		r.databaseIsSchema() && r.same(schema, s.Database, loosely)
}

func (r *resolver) databaseIsSchema() bool {
	return r.rules.dialect == custard.MySQL || r.rules.dialect == custard.DuckDB
}

func (r *resolver) severalTables(n query.Name, found []*table) {
	names := make([]string, len(found))
	for i, t := range found {
		names[i] = t.Name
		if t.Schema != "" {
			names[i] = t.Schema + "." + t.Name
		}
	}
	r.fail(custard.Errorf(custard.CodeUnknownTable, "table '%s' is ambiguous", written(n)).
		WithHint("Write %s.", strings.Join(names, " or ")))
}
