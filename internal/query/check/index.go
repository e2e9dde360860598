package check

import (
	"strings"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
)

// Index is a schema made ready for look-ups by name. It is safe for concurrent use and costs one map of the tables'
// names; a table's columns are indexed when it is first read.
type Index struct {
	schema  *custard.Schema
	tables  map[string][]*table // by name in lower case
	schemas map[string]string   // schemas by name in lower case
	types   func() map[string]string
	guarded bool // a policy hides or masks something
}

// table is a relation of the schema with what is worked out about it once.
type table struct {
	*custard.Table
	once   sync.Once
	byName map[string]int // column by name in lower case; nil for a narrow table, -1 where several differ in case only
	hidden []string       // columns that the database has and nobody is told of
	masked []bool         // by place in Columns; nil for none
}

// narrow is the number of columns up to which looking through all of them is the fastest.
const narrow = 24

// NewIndex prepares a schema. It keeps and never changes it. A nil schema has no tables.
func NewIndex(s *custard.Schema) *Index {
	if s == nil {
		s = &custard.Schema{}
	}
	x := &Index{
		schema:  s,
		tables:  make(map[string][]*table, len(s.Tables)),
		schemas: make(map[string]string, 2),
	}
	all := make([]table, len(s.Tables))
	refs := make([]*table, len(s.Tables))
	for i, t := range s.Tables {
		all[i].Table = t
		refs[i] = &all[i]
		key := strings.ToLower(t.Name)
		if have, ok := x.tables[key]; ok {
			x.tables[key] = append(have, refs[i])
		} else {
			x.tables[key] = refs[i : i+1 : i+1]
		}
		if t.Schema != "" {
			if _, ok := x.schemas[t.Schema]; !ok {
				x.schemas[strings.ToLower(t.Schema)] = t.Schema
			}
		}
	}
	x.types = sync.OnceValue(x.dataTypes)
	return x
}

// dataTypes maps the columns' data types, in lower case, to their spelling. A type of the database's own, such as an
// enumeration, may be cast to where a column has it.
func (x *Index) dataTypes() map[string]string {
	types := make(map[string]string)
	for _, t := range x.schema.Tables {
		for _, c := range t.Columns {
			types[strings.ToLower(c.DataType)] = c.DataType
		}
	}
	return types
}

// column finds a column by folded name: its place, -1 where there is none, or several.
func (t *table) column(r *resolver, folded string, m match) int {
	if len(t.Columns) <= narrow {
		return t.scan(r, folded, m)
	}
	t.once.Do(func() {
		t.byName = make(map[string]int, len(t.Columns))
		for i, c := range t.Columns {
			key := strings.ToLower(c.Name)
			if _, ok := t.byName[key]; ok {
				t.byName[key] = -1
			} else {
				t.byName[key] = i
			}
		}
	})
	i, ok := t.byName[strings.ToLower(folded)]
	if !ok {
		return -1
	}
	if i >= 0 {
		if r.same(folded, t.Columns[i].Name, m) {
			return i
		}
		return -1
	}
	return t.scan(r, folded, m)
}

func (t *table) scan(r *resolver, folded string, m match) int {
	found := -1
	for i, c := range t.Columns {
		if !r.same(folded, c.Name, m) {
			continue
		}
		if c.Name == folded {
			return i
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}
