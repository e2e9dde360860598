package custard

import "strings"

// Type is the kind of a column's values, the same for every database. It decides how a cell's text is read.
type Type string

// The types of CLI answers. The text form of each, as cells carry it in a [Batch]:
//
//	bool       t or f
//	int        decimal digits with an optional minus
//	float      as strconv writes it; NaN, Infinity and -Infinity occur
//	decimal    exact digits; NaN occurs
//	text       the text itself, UTF-8
//	date       2006-01-02
//	time       15:04:05[.999999] with an optional offset
//	timestamp  2006-01-02 15:04:05[.999999] with an optional offset such as +00 or +05:30
//	uuid       lower-case, with hyphens
//	json       JSON text
//	bytes      \x and hexadecimal digits
//	array      a PostgreSQL array literal such as {1,2,NULL}; the element's type is Column.Elem
//
// They are PostgreSQL's own text forms under DateStyle ISO, so that its values travel untouched.
const (
	TypeBool      Type = "bool"
	TypeInt       Type = "int"
	TypeFloat     Type = "float"
	TypeDecimal   Type = "decimal"
	TypeText      Type = "text"
	TypeDate      Type = "date"
	TypeTime      Type = "time"
	TypeTimestamp Type = "timestamp"
	TypeUUID      Type = "uuid"
	TypeJSON      Type = "json"
	TypeBytes     Type = "bytes"
	TypeArray     Type = "array"
)

// Numeric says whether values of the type are numbers.
func (t Type) Numeric() bool { return t == TypeInt || t == TypeFloat || t == TypeDecimal }

// Temporal says whether values of the type are dates or times.
func (t Type) Temporal() bool { return t == TypeDate || t == TypeTime || t == TypeTimestamp }

// Schema is what a database holds, as far as the connected role may see it. It is read-only once made.
type Schema struct {
	Dialect       Dialect  `json:"dialect"`
	Database      string   `json:"database"`                 // its name, or the file's base name
	DefaultSchema string   `json:"default_schema,omitempty"` // where unqualified names are looked up first: public, main
	Version       string   `json:"version,omitempty"`        // of the server, as it says
	Fingerprint   string   `json:"fingerprint,omitempty"`    // changes when the schema does
	Tables        []*Table `json:"tables"`                   // ordered by schema and name
	Overloads     []string `json:"overloads,omitempty"`      // PostgreSQL: functions of the system that an extension has again for types of its own
}

// TableKind says what a relation is.
type TableKind string

// The kinds of relations.
const (
	KindTable            TableKind = "table"
	KindView             TableKind = "view"
	KindMaterializedView TableKind = "materialized view"
	KindForeignTable     TableKind = "foreign table"
)

// Table is a relation: a table or a view.
type Table struct {
	Schema      string       `json:"schema,omitempty"`
	Name        string       `json:"name"`
	Kind        TableKind    `json:"kind"`
	Comment     string       `json:"comment,omitempty"`
	Columns     []*Column    `json:"columns"`
	PrimaryKey  []string     `json:"primary_key,omitempty"` // column names in the key's order
	Unique      [][]string   `json:"unique,omitempty"`      // other unique keys over plain columns
	ForeignKeys []ForeignKey `json:"foreign_keys,omitempty"`
	Rows        int64        `json:"rows"` // an estimate; -1 where unknown
}

// Column is a column of a table.
type Column struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Elem     Type   `json:"elem,omitempty"` // of an array's elements
	DataType string `json:"data_type"`      // as the database spells it: numeric(10,2), varchar(40)
	Nullable bool   `json:"nullable"`
	Comment  string `json:"comment,omitempty"`
}

// ForeignKey says that Columns of this table name a row of another.
type ForeignKey struct {
	Columns    []string `json:"columns"`
	RefSchema  string   `json:"ref_schema,omitempty"`
	RefTable   string   `json:"ref_table"`
	RefColumns []string `json:"ref_columns"`
}

// Column returns the column of that name, by exact spelling first, else without regard to case; nil where there is none.
func (t *Table) Column(name string) *Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	for _, c := range t.Columns {
		if strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// Table returns the table of that name: schema may be empty for the default schema (then any other schema that
// alone has the name); exact spelling first, else without regard to case; nil where there is none.
func (s *Schema) Table(schema, name string) *Table {
	var found *Table
	best := 0
	for _, t := range s.Tables {
		if !strings.EqualFold(t.Name, name) || (schema != "" && !strings.EqualFold(t.Schema, schema)) {
			continue
		}
		score := 1
		if t.Name == name {
			score += 2
		}
		if t.Schema == schema || (schema == "" && t.Schema == s.DefaultSchema) {
			score += 4
		}
		if score > best {
			found, best = t, score
		}
	}
	return found
}
