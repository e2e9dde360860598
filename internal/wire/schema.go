package wire

import (
	"slices"

	"github.com/custard-ai/custard/internal/custard"
)

// whole says whether a schema that came over the network is one. It takes out what the rest of the program could not rely
// on: holes in lists, keys over columns that are not there.
func whole(s *custard.Schema) bool {
	if s == nil || !s.Dialect.Valid() {
		return false
	}
	s.Tables = slices.DeleteFunc(s.Tables, func(t *custard.Table) bool { return t == nil })
	for _, t := range s.Tables {
		mendTable(t)
	}
	return true
}

func mendTable(t *custard.Table) {
	t.Columns = slices.DeleteFunc(t.Columns, func(c *custard.Column) bool { return c == nil })
	names := make(map[string]bool, len(t.Columns))
	for _, c := range t.Columns {
		names[c.Name] = true
	}
	unknown := func(columns []string) bool {
		return slices.ContainsFunc(columns, func(c string) bool { return !names[c] })
	}
	if unknown(t.PrimaryKey) {
		t.PrimaryKey = nil
	}
	t.Unique = slices.DeleteFunc(t.Unique, unknown)
	t.ForeignKeys = slices.DeleteFunc(t.ForeignKeys, func(f custard.ForeignKey) bool {
		return len(f.Columns) != len(f.RefColumns) || unknown(f.Columns)
	})
}
