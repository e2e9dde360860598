package index

import (
	"slices"
	"strings"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
)

// Index is a schema prepared for questions. It is read-only once made.
type Index struct {
	Schema  *custard.Schema
	Tables  []*Table
	Columns []*Column // of all tables; Column.ID is the position
	Graph   *Graph

	byName map[string]*Table    // "schema.table" and "table", lower case
	post   map[string][]posting // stem of a name's word → the names that have it
	vocab  func() map[string]bool
	short  []string // words of names that look like words without their vowels
}

type posting struct {
	table  *Table
	column *Column // nil: the table's own name
}

// Table is a table of the index.
type Table struct {
	ID      int
	Def     *custard.Table
	Words   []string // of the name, lower case, short forms written out, without a prefix such as tbl: order, items
	Stems   []string
	Notes   []string // stems of the comment's words
	Columns []*Column
	Key     *Column // the single-column primary key, declared or guessed; nil where there is none
	Label   *Column // the column that names a row: name, title …; nil where there is none
	Bridge  bool    // little more than foreign keys to two or more tables
	View    bool
}

// Column is a column of the index.
type Column struct {
	ID    int
	Table *Table
	Def   *custard.Column
	Pos   int      // in its table
	Words []string // of the name, lower case, short forms written out
	Stems []string
	Notes []string // stems of the comment's words
	Role  Role

	InKey   bool    // part of the primary key
	Ref     *Column // the column that it refers to as a foreign key, declared or inferred; nil for none
	squeeze string  // the name's letters and digits, lower case
}

// New prepares a schema.
func New(schema *custard.Schema) *Index {
	ix := &Index{Schema: schema, byName: map[string]*Table{}, post: map[string][]posting{}}
	ix.vocab = sync.OnceValue(ix.vocabulary)
	known := knownWords(schema)
	stems := stemmer()
	prefix := commonPrefix(schema)
	for _, def := range schema.Tables {
		t := &Table{ID: len(ix.Tables), Def: def, Words: expanded(withoutPrefix(Words(def.Name, known), prefix))}
		t.View = def.Kind == custard.KindView || def.Kind == custard.KindMaterializedView
		t.Stems = stems(t.Words)
		t.Notes = noteStems(def.Comment)
		ix.Tables = append(ix.Tables, t)
		if _, taken := ix.byName[strings.ToLower(def.Name)]; !taken || def.Schema == schema.DefaultSchema {
			ix.byName[strings.ToLower(def.Name)] = t
		}
		ix.byName[strings.ToLower(def.Schema+"."+def.Name)] = t
		for i, cd := range def.Columns {
			c := &Column{ID: len(ix.Columns), Table: t, Def: cd, Pos: i, Words: expanded(Words(cd.Name, known)), squeeze: squeeze(cd.Name)}
			c.Stems = stems(c.Words)
			c.Notes = noteStems(cd.Comment)
			ix.Columns = append(ix.Columns, c)
			t.Columns = append(t.Columns, c)
		}
	}
	ix.keys()
	ix.Graph = newGraph(ix)
	ix.roles()
	for _, t := range ix.Tables {
		ix.enter(t.Stems, posting{table: t})
		ix.enter(t.Notes, posting{table: t})
		for _, c := range t.Columns {
			ix.enter(c.Stems, posting{table: t, column: c})
			ix.enter(c.Notes, posting{table: t, column: c})
			if len(c.squeeze) > 3 {
				ix.enter([]string{c.squeeze}, posting{table: t, column: c})
			}
		}
	}
	for _, t := range ix.Tables {
		ix.shorten(t.Words)
		for _, c := range t.Columns {
			ix.shorten(c.Words)
		}
	}
	return ix
}

// stemmer returns Stems with a memory: the names of a schema are made of few words.
func stemmer() func(words []string) []string {
	known := map[string]string{}
	return func(words []string) []string {
		out := make([]string, len(words))
		for i, w := range words {
			s, ok := known[w]
			if !ok {
				s = Stem(w)
				known[w] = s
			}
			out[i] = s
		}
		return out
	}
}

func (ix *Index) shorten(words []string) {
	for _, w := range words {
		if skeleton(w) && !slices.Contains(ix.short, w) {
			ix.short = append(ix.short, w)
		}
	}
}

func (ix *Index) enter(stems []string, p posting) {
	for i, s := range stems {
		if list := ix.post[s]; len(list) == 0 || list[len(list)-1] != p {
			ix.post[stems[i]] = append(list, p)
		}
	}
}

// Table returns the table of that name, nil where there is none; schema may be empty.
func (ix *Index) Table(schema, name string) *Table {
	if schema != "" {
		if t := ix.byName[strings.ToLower(schema+"."+name)]; t != nil {
			return t
		}
	}
	return ix.byName[strings.ToLower(name)]
}

// Column returns a table's column of that name without regard to case, nil where there is none.
func (t *Table) Column(name string) *Column {
	for _, c := range t.Columns {
		if strings.EqualFold(c.Def.Name, name) {
			return c
		}
	}
	return nil
}

// Frequency says how many names (tables and columns) hold a stem.
func (ix *Index) Frequency(stem string) int { return len(ix.post[stem]) }

// Named returns the tables and columns whose names or comments hold a stem. Do not change what it returns.
func (ix *Index) Named(stem string) (tables []*Table, columns []*Column) {
	for _, p := range ix.post[stem] {
		if p.column != nil {
			columns = append(columns, p.column)
		} else {
			tables = append(tables, p.table)
		}
	}
	return tables, columns
}

// String returns table.column.
func (c *Column) String() string { return c.Table.Def.Name + "." + c.Def.Name }

// Phrase is the column's name in words: 'date of birth'.
func (c *Column) Phrase() string { return strings.Join(c.Words, " ") }

// Phrase is the table's name in words.
func (t *Table) Phrase() string { return strings.Join(t.Words, " ") }

// knownWords says which words run-together names may be split into: common parts, and the words of the schema's tables.
func knownWords(schema *custard.Schema) func(string) bool {
	own := map[string]bool{}
	for _, t := range schema.Tables {
		for _, w := range splitCase(t.Name) {
			w = strings.ToLower(w)
			if len(w) < 3 {
				continue
			}
			own[w] = true
			if len(w) > 4 && strings.HasSuffix(w, "s") {
				own[strings.TrimSuffix(w, "s")] = true
			}
		}
	}
	return func(w string) bool { return own[w] || commonPart(w) }
}

// noteStems returns the stems of a comment's content words, at most 30.
func noteStems(comment string) []string {
	if comment == "" {
		return nil
	}
	tokens, _ := Tokenize(comment)
	var out []string
	for _, t := range tokens {
		if !Stopword(t.Lower) && len(out) < 30 {
			out = append(out, t.Stem)
		}
	}
	return out
}

func squeeze(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}
