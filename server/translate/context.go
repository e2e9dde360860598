package translate

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Context is what a team has written about its database. It is read-only once made. The zero value says nothing.
type Context struct {
	Tables   []TableNote
	Columns  []ColumnNote
	Metrics  []Metric
	Glossary []Term
	Examples []Example
}

// TableNote is what is known of a table beyond the schema.
type TableNote struct {
	Schema, Table string // Schema may be empty for the default one
	Description   string
	Synonyms      []string
	Filter        string // a condition that holds for its rows unless the question says otherwise: deleted_at IS NULL
	Hidden        bool   // nobody is told that it is there
}

// ColumnNote is what is known of a column beyond the schema.
type ColumnNote struct {
	Schema, Table, Column string
	Description           string
	Synonyms              []string
	Hidden                bool // nobody is told that it is there
	Masked                bool // usable in joins, filters and counts, never shown; its values go to no model
}

// Metric is a figure with a name: revenue: sum(order_items.price * quantity).
type Metric struct {
	Name, Expression, Description string
	Synonyms                      []string
}

// Term is a word of the team's and what it means.
type Term struct{ Word, Meaning string }

// Example is a question and the query that somebody has verified.
type Example struct{ Question, SQL string }

func (n *TableNote) about(s *custard.Schema, t *custard.Table) bool {
	return strings.EqualFold(n.Table, t.Name) && sameSchema(s, n.Schema, t.Schema)
}

func (n *ColumnNote) about(s *custard.Schema, t *custard.Table, column string) bool {
	return strings.EqualFold(n.Column, column) && strings.EqualFold(n.Table, t.Name) && sameSchema(s, n.Schema, t.Schema)
}

func sameSchema(s *custard.Schema, noted, real string) bool {
	return strings.EqualFold(noted, real) || noted == "" && real == s.DefaultSchema
}

// Masked says whether a column of a table may not be shown. A nil context masks nothing.
func (c *Context) Masked(s *custard.Schema, t *custard.Table, column string) bool {
	return c != nil && slices.ContainsFunc(c.Columns, func(n ColumnNote) bool { return n.Masked && n.about(s, t, column) })
}

// Visible returns the schema as it may be seen: without hidden tables and columns and without the keys that name them, with
// the team's descriptions and synonyms in the comments. It is the schema itself where the context changes nothing.
func (c *Context) Visible(s *custard.Schema) *custard.Schema {
	if c == nil || len(c.Tables)+len(c.Columns) == 0 {
		return s
	}
	out := *s
	if out.Fingerprint != "" {
		out.Fingerprint = "" // it is no longer that of the database
	}
	out.Tables = nil
	hidden := map[string]bool{} // of tables and columns, lower case
	for _, t := range s.Tables {
		note := c.table(s, t)
		if note.Hidden {
			hidden[key(t.Schema, t.Name, "")] = true
			continue
		}
		v := *t
		v.Comment = described(t.Comment, note.Description, note.Synonyms)
		v.Columns = nil
		for _, col := range t.Columns {
			n := c.column(s, t, col.Name)
			if n.Hidden {
				hidden[key(t.Schema, t.Name, col.Name)] = true
				continue
			}
			vc := *col
			vc.Comment = described(col.Comment, n.Description, n.Synonyms)
			v.Columns = append(v.Columns, &vc)
		}
		if len(v.Columns) > 0 {
			out.Tables = append(out.Tables, &v)
		} else {
			hidden[key(t.Schema, t.Name, "")] = true
		}
	}
	for _, t := range out.Tables {
		gone := func(names []string) bool {
			return slices.ContainsFunc(names, func(n string) bool { return hidden[key(t.Schema, t.Name, n)] })
		}
		if gone(t.PrimaryKey) {
			t.PrimaryKey = nil
		}
		t.Unique = slices.DeleteFunc(slices.Clone(t.Unique), gone)
		t.ForeignKeys = slices.DeleteFunc(slices.Clone(t.ForeignKeys), func(fk custard.ForeignKey) bool {
			ref := s.Table(fk.RefSchema, fk.RefTable)
			return ref == nil || gone(fk.Columns) || hidden[key(ref.Schema, ref.Name, "")] ||
				slices.ContainsFunc(fk.RefColumns, func(n string) bool { return hidden[key(ref.Schema, ref.Name, n)] })
		})
	}
	return &out
}

func key(schema, table, column string) string {
	return strings.ToLower(schema + "\x00" + table + "\x00" + column)
}

func (c *Context) table(s *custard.Schema, t *custard.Table) (out TableNote) {
	for _, n := range c.Tables {
		if n.about(s, t) {
			out.Hidden = out.Hidden || n.Hidden
			if out.Description == "" {
				out.Description = n.Description
			}
			out.Synonyms = append(out.Synonyms, n.Synonyms...)
		}
	}
	return out
}

func (c *Context) column(s *custard.Schema, t *custard.Table, column string) (out ColumnNote) {
	for _, n := range c.Columns {
		if n.about(s, t, column) {
			out.Hidden = out.Hidden || n.Hidden
			if out.Description == "" {
				out.Description = n.Description
			}
			out.Synonyms = append(out.Synonyms, n.Synonyms...)
		}
	}
	return out
}

// described joins the database's comment with the team's words, which come first.
func described(comment, description string, synonyms []string) string {
	own := description
	if len(synonyms) > 0 {
		if own != "" {
			own += "; "
		}
		own += "also called " + strings.Join(synonyms, ", ")
	}
	switch { // a schema that was made visible once stays as it is
	case own == "" || strings.HasPrefix(comment, own):
		return comment
	case comment == "" || comment == description:
		return own
	}
	return own + "; " + comment
}
