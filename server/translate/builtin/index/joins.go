package index

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Edge is a way to join two tables: From, the referring side, names rows of To.
type Edge struct {
	From, To []*Column // of equal length; composite keys have several
	Declared bool      // a foreign key of the database; else inferred
	Cost     float64   // 1 for a declared key, more the less sure
}

// FromTable is the referring table.
func (e *Edge) FromTable() *Table { return e.From[0].Table }

// ToTable is the table that is referred to.
func (e *Edge) ToTable() *Table { return e.To[0].Table }

// Other returns the table at the other end.
func (e *Edge) Other(t *Table) *Table {
	if e.FromTable() == t {
		return e.ToTable()
	}
	return e.FromTable()
}

// Graph is how the tables join.
type Graph struct {
	Edges []*Edge
	At    [][]*Edge // by Table.ID: the edges that touch the table
}

// Between returns the edges between two tables, cheapest first.
func (g *Graph) Between(a, b *Table) []*Edge {
	var out []*Edge
	for _, e := range g.At[a.ID] {
		if e.Other(a) == b && (a != b || e.FromTable() == e.ToTable()) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(x, y *Edge) int {
		switch {
		case x.Cost < y.Cost:
			return -1
		case x.Cost > y.Cost:
			return 1
		}
		return 0
	})
	return out
}

func newGraph(ix *Index) *Graph {
	g := &Graph{At: make([][]*Edge, len(ix.Tables))}
	for _, t := range ix.Tables {
		for _, fk := range t.Def.ForeignKeys {
			g.declare(ix, t, fk)
		}
	}
	g.infer(ix)
	return g
}

func (g *Graph) add(e *Edge) {
	g.Edges = append(g.Edges, e)
	a, b := e.FromTable().ID, e.ToTable().ID
	g.At[a] = append(g.At[a], e)
	if a != b {
		g.At[b] = append(g.At[b], e)
	}
	if len(e.From) == 1 && e.From[0].Ref == nil && e.Cost < 2 {
		e.From[0].Ref = e.To[0]
	}
}

func (g *Graph) declare(ix *Index, t *Table, fk custard.ForeignKey) {
	ref := ix.Table(fk.RefSchema, fk.RefTable)
	if ref == nil {
		return
	}
	names := fk.RefColumns
	if len(names) == 0 {
		names = ref.Def.PrimaryKey
	}
	if len(names) != len(fk.Columns) || len(names) == 0 {
		return
	}
	e := &Edge{Declared: true, Cost: 1}
	for i := range names {
		from, to := t.Column(fk.Columns[i]), ref.Column(names[i])
		if from == nil || to == nil {
			return
		}
		e.From, e.To = append(e.From, from), append(e.To, to)
	}
	if len(e.From) == 1 && e.From[0] == e.To[0] {
		return
	}
	for _, other := range g.At[t.ID] {
		if slices.Equal(other.From, e.From) && slices.Equal(other.To, e.To) {
			return
		}
	}
	g.add(e)
}

// infer adds joins that the database does not declare: a column with the name of another table's key, or with the name
// of another table and a key's ending.
func (g *Graph) infer(ix *Index) {
	keyBySqueeze := map[string][]*Column{} // name of a key → the keys
	byStems := map[string][]*Table{}       // stems of a table's name → tables
	shared := map[string][]*Column{}       // name → columns, for joins over no key
	for _, t := range ix.Tables {
		if t.Key != nil {
			keyBySqueeze[t.Key.squeeze] = append(keyBySqueeze[t.Key.squeeze], t.Key)
		}
		if len(t.Stems) > 0 {
			byStems[strings.Join(t.Stems, " ")] = append(byStems[strings.Join(t.Stems, " ")], t)
			if n := len(t.Stems); n > 1 {
				last := t.Stems[n-1]
				byStems[last] = append(byStems[last], t)
			}
		}
		for _, c := range t.Columns {
			shared[c.squeeze] = append(shared[c.squeeze], c)
		}
	}
	declared := map[*Column]bool{}
	for _, e := range g.Edges {
		for _, c := range e.From {
			declared[c] = true
		}
	}
	for _, c := range ix.Columns {
		if !declared[c] {
			g.inferRef(c, keyBySqueeze, byStems)
		}
	}
	roles := roleKeys(ix)
	for _, c := range ix.Columns {
		if !declared[c] && c.Ref == nil && (c != c.Table.Key || c.squeeze != "id") {
			g.inferRole(ix, c, roles)
		}
	}
	for _, c := range ix.Columns {
		if !declared[c] && c.Ref == nil && (c != c.Table.Key || c.squeeze != "id") {
			g.inferShared(c, shared)
		}
	}
}

// inferRef joins a column to a key of its name, or to the key of the table that it names.
func (g *Graph) inferRef(c *Column, keys map[string][]*Column, byStems map[string][]*Table) {
	if c.squeeze != "id" && c.squeeze != "name" && c.squeeze != "code" {
		for _, key := range keys[c.squeeze] {
			if key.Table != c.Table && compatible(c, key) && !g.joined(c, key) {
				cost := 1.3
				if c.InKey && c == c.Table.Key {
					cost = 1.8
				}
				g.add(&Edge{From: []*Column{c}, To: []*Column{key}, Cost: cost})
			}
		}
		if c.Ref != nil {
			return
		}
	}
	if c == c.Table.Key && c.squeeze == "id" {
		return
	}
	stems := c.Stems
	if n := len(stems); n > 1 && c.idLike() {
		stems = stems[:n-1]
	} else if n == 1 && c.idLike() && strings.HasSuffix(c.squeeze, "id") && len(c.squeeze) > 4 {
		stems = []string{Stem(strings.TrimSuffix(c.squeeze, "id"))}
	}
	for from := range stems {
		for _, t := range byStems[strings.Join(stems[from:], " ")] {
			if t.Key == nil || t.Key == c || !compatible(c, t.Key) || (t == c.Table && from == 0) || g.joined(c, t.Key) {
				continue
			}
			cost := 1.4 + 0.4*float64(from)
			if !c.idLike() {
				if c.Def.Type != t.Key.Def.Type || c.Text() != t.Key.Text() {
					continue
				}
				cost += 0.5
			}
			g.add(&Edge{From: []*Column{c}, To: []*Column{t.Key}, Cost: cost})
		}
		if c.Ref != nil {
			return
		}
	}
}

// roleKeys returns, by the last word of their name without its ending, the keys that a column may name by that word:
// iata_code by iata, unless its table is called that.
func roleKeys(ix *Index) map[string][]*Column {
	out := map[string][]*Column{}
	for _, t := range ix.Tables {
		if t.Key == nil || len(t.Key.Stems) < 2 || !t.Key.idLike() {
			continue
		}
		if base := t.Key.Stems[:len(t.Key.Stems)-1]; !slices.Equal(base, t.Stems) {
			out[base[len(base)-1]] = append(out[base[len(base)-1]], t.Key)
		}
	}
	return out
}

// inferRole joins a column that names the role of what it refers to: manager_id to the employees that it stands in,
// created_by to the users, origin_iata to the key iata_code.
func (g *Graph) inferRole(ix *Index, c *Column, keys map[string][]*Column) {
	n := len(c.Stems)
	if n == 0 || c == c.Table.Key {
		return
	}
	to := (*Column)(nil)
	switch {
	case c.superior():
		if to = c.Table.Key; to == nil || !c.Table.personal() {
			to = ix.onlyPeople()
		}
	case c.agent():
		to = ix.onlyPeople()
	default:
		for _, k := range keys[c.Stems[n-1]] {
			if base := k.Stems[:len(k.Stems)-1]; k.Table != c.Table && n > len(base) && slices.Equal(c.Stems[n-len(base):], base) {
				if to != nil {
					return
				}
				to = k
			}
		}
	}
	if to != nil && to != c && compatible(c, to) && !g.joined(c, to) {
		g.add(&Edge{From: []*Column{c}, To: []*Column{to}, Cost: 1.7})
	}
}

// superior says whether the column names somebody above the row's own person, by key.
func (c *Column) superior() bool {
	if !c.Numeric() && !c.idLike() {
		return false
	}
	switch c.Words[0] {
	case "manager", "supervisor", "boss", "superior", "mgr":
		return len(c.Words) == 1 || c.idLike()
	case "reports":
		return len(c.Words) == 2 && c.Words[1] == "to"
	}
	return c.squeeze == "reportsto"
}

// agent says whether the column names who did something, by key.
func (c *Column) agent() bool {
	if !c.Numeric() && !c.idLike() {
		return false
	}
	switch c.Words[len(c.Words)-1] {
	case "by":
		return len(c.Words) > 1
	case "to":
		return c.Words[0] == "assigned"
	}
	switch c.Words[0] {
	case "author", "creator", "owner", "assignee", "seller", "salesperson", "agent", "representative", "reviewer", "approver":
		return len(c.Words) == 2 && c.idLike()
	}
	return false
}

// personal says whether the table's rows are people.
func (t *Table) personal() bool {
	if len(t.Stems) == 0 {
		return false
	}
	switch t.Stems[len(t.Stems)-1] {
	case "employe", "user", "staff", "person", "member", "personnel", "worker":
		return true
	}
	return false
}

// onlyPeople returns the key of the one table of people; nil where there is none, or several.
func (ix *Index) onlyPeople() *Column {
	var found *Column
	for _, t := range ix.Tables {
		if t.Key == nil || !t.personal() {
			continue
		}
		if found != nil {
			return nil
		}
		found = t.Key
	}
	return found
}

// inferShared joins columns of one name over no key: a last resort.
func (g *Graph) inferShared(c *Column, shared map[string][]*Column) {
	if len(shared[c.squeeze]) > 6 || plainName(c.squeeze) {
		return
	}
	for _, o := range shared[c.squeeze] {
		if o.Table.ID <= c.Table.ID || !compatible(c, o) || len(g.Between(c.Table, o.Table)) > 0 {
			continue
		}
		g.add(&Edge{From: []*Column{c}, To: []*Column{o}, Cost: 2.6})
	}
}

// joined says whether an edge joins the two columns already.
func (g *Graph) joined(a, b *Column) bool {
	for _, e := range g.At[a.Table.ID] {
		if len(e.From) == 1 && (e.From[0] == a && e.To[0] == b || e.From[0] == b && e.To[0] == a) {
			return true
		}
	}
	return false
}

func compatible(a, b *Column) bool {
	switch {
	case a.Def.Type == b.Def.Type:
		return true
	case a.Numeric() && b.Numeric():
		return true
	}
	return a.Def.Type == "" || b.Def.Type == ""
}

// plainName says whether equal names say nothing about a join.
func plainName(s string) bool {
	switch s {
	case "id", "name", "title", "description", "type", "status", "date", "year", "comment", "comments", "notes", "note", "code",
		"startdate", "enddate", "datefrom", "dateto", "createdat", "updatedat", "price", "amount", "quantity", "rating", "rank",
		"address", "email", "phone", "city", "state", "country", "location", "age", "gender", "sex", "time", "start", "end", "season",
		"details", "otherdetails", "firstname", "lastname", "fname", "lname", "color", "size", "salary", "balance", "position", "points", "population":
		return true
	}
	return false
}
