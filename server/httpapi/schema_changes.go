package httpapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// schemaChanges says what is different in a new schema, one thing a line, in the order of tables and columns. Without an old
// one nothing is: everything is new then.
func schemaChanges(old, fresh *custard.Schema) []string {
	out := []string{}
	if old == nil {
		return out
	}
	was := tablesByName(old)
	is := tablesByName(fresh)
	for _, t := range fresh.Tables {
		name := tableName(fresh, t)
		before := was[key(t)]
		if before == nil {
			out = append(out, fmt.Sprintf("%s %s added", t.Kind, name))
			continue
		}
		out = append(out, tableChanges(name, before, t)...)
	}
	for _, t := range old.Tables {
		if is[key(t)] == nil {
			out = append(out, fmt.Sprintf("%s %s removed", t.Kind, tableName(old, t)))
		}
	}
	return out
}

func key(t *custard.Table) string { return t.Schema + "\x00" + t.Name }

func tablesByName(s *custard.Schema) map[string]*custard.Table {
	m := make(map[string]*custard.Table, len(s.Tables))
	for _, t := range s.Tables {
		m[key(t)] = t
	}
	return m
}

// tableName is a table's name, with its schema where that is not the default one.
func tableName(s *custard.Schema, t *custard.Table) string {
	if t.Schema == "" || t.Schema == s.DefaultSchema {
		return t.Name
	}
	return t.Schema + "." + t.Name
}

// tableChanges says what is different in one table.
func tableChanges(name string, old, fresh *custard.Table) []string {
	var out []string
	say := func(format string, args ...any) {
		out = append(out, "table "+name+": "+fmt.Sprintf(format, args...))
	}
	if old.Kind != fresh.Kind {
		say("is a %s now, was a %s", fresh.Kind, old.Kind)
	}
	was := map[string]*custard.Column{}
	for _, c := range old.Columns {
		was[c.Name] = c
	}
	for _, c := range fresh.Columns {
		before := was[c.Name]
		delete(was, c.Name)
		switch {
		case before == nil:
			say("column %s added", c.Name)
			continue
		case before.DataType != c.DataType:
			say("column %s is %s now, was %s", c.Name, c.DataType, before.DataType)
		case before.Type != c.Type || before.Elem != c.Elem:
			say("column %s is %s now, was %s", c.Name, c.Type, before.Type)
		}
		switch {
		case before.Nullable && !c.Nullable:
			say("column %s is not null now", c.Name)
		case !before.Nullable && c.Nullable:
			say("column %s may be null now", c.Name)
		}
		if before.Comment != c.Comment {
			say("comment of column %s changed", c.Name)
		}
	}
	for _, c := range old.Columns {
		if was[c.Name] != nil {
			say("column %s removed", c.Name)
		}
	}
	if !slices.Equal(old.PrimaryKey, fresh.PrimaryKey) {
		say("primary key is (%s) now", strings.Join(fresh.PrimaryKey, ", "))
	}
	if !slices.EqualFunc(old.Unique, fresh.Unique, slices.Equal[[]string]) {
		say("unique keys changed")
	}
	if !slices.EqualFunc(old.ForeignKeys, fresh.ForeignKeys, sameKey) {
		say("foreign keys changed")
	}
	if old.Comment != fresh.Comment {
		say("comment changed")
	}
	return out
}

func sameKey(a, b custard.ForeignKey) bool {
	return a.RefSchema == b.RefSchema && a.RefTable == b.RefTable && slices.Equal(a.Columns, b.Columns) && slices.Equal(a.RefColumns, b.RefColumns)
}
