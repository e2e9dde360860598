package focus

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// DefaultTokens is the budget of a part's cards where nothing else is said.
const DefaultTokens = 8000

// Cards say how the tables of a part are written down.
type Cards struct {
	Tokens int // at most, estimated; 0 for DefaultTokens
	// Masked says whether a column may not be shown in an answer; nil for none.
	Masked func(t *custard.Table, column string) bool
	// Clean makes a text that others wrote safe to stand among the cards: a name or a comment. A name that it changes could
	// not be used in a query: its table or column is left out. Nil for no change.
	Clean func(text string) string
}

// Tokens estimates how many tokens a text takes: names and SQL take one for some three letters, whatever the model.
func Tokens(text string) int { return (len(text) + 2) / 3 }

// detail is how much of a table a card holds.
type detail struct {
	columns int // at most
	comment int // letters of a comment
}

// The details, each cheaper than the one before.
func details() []detail {
	return []detail{{60, 160}, {30, 80}, {16, 40}, {8, 0}}
}

// Write returns the cards of p's tables, joins that the database does not declare, and how many tables of the schema are
// not among them. Tables come in p's order. Where the budget does not hold all of them in full, cards lose comments and
// columns that the question does not speak of, the last tables' first, and at the end the last tables go.
func (p *Part) Write(o Cards) (text string, left int) {
	if o.Tokens <= 0 {
		o.Tokens = DefaultTokens
	}
	if o.Clean == nil {
		o.Clean = func(s string) string { return s }
	}
	w := &writer{Cards: o, part: p, dialect: p.Index.Schema.Dialect}
	joins := w.joins()
	room := o.Tokens - Tokens(joins)

	cards := make([]string, len(p.Tables))
	total := 0
	for i, t := range p.Tables {
		cards[i] = w.card(t, details()[0])
		total += Tokens(cards[i])
	}
	for level := 1; level < len(details()) && total > room; level++ {
		for i := len(cards) - 1; i >= 0 && total > room; i-- {
			smaller := w.card(p.Tables[i], details()[level])
			total += Tokens(smaller) - Tokens(cards[i])
			cards[i] = smaller
		}
	}
	for len(cards) > 1 && total > room {
		total -= Tokens(cards[len(cards)-1])
		cards = cards[:len(cards)-1]
	}
	written := 0
	for _, c := range cards {
		if c != "" {
			written++
		}
	}
	return strings.Join(cards, "") + joins, len(p.Index.Tables) - written
}

type writer struct {
	Cards
	part    *Part
	dialect custard.Dialect
}

// name returns a name as a query spells it; ok is false for one that cannot stand in a prompt.
func (w *writer) name(parts ...string) (string, bool) {
	for _, p := range parts {
		if p == "" || w.Clean(p) != p || strings.ContainsAny(p, "\n\t") {
			return "", false
		}
	}
	return print.Name(w.dialect, parts...)
}

func (w *writer) table(t *index.Table) (string, bool) {
	if t.Def.Schema != "" && t.Def.Schema != w.part.Index.Schema.DefaultSchema {
		return w.name(t.Def.Schema, t.Def.Name)
	}
	return w.name(t.Def.Name)
}

// card is a table as its definition would read, which models have seen most of ("code representation" does best in Gao et
// al., 2023, arXiv:2308.15363), without what does not help: defaults, lengths of texts, indexes.
func (w *writer) card(t *index.Table, d detail) string {
	name, ok := w.table(t)
	if !ok {
		return ""
	}
	var b strings.Builder
	kind := "TABLE"
	if t.View {
		kind = "VIEW"
	}
	fmt.Fprintf(&b, "%s %s (%s\n", kind, name, w.remark(t.Def.Comment, d))
	keep := w.keep(t, d.columns)
	shown := 0
	for _, c := range t.Columns {
		if !keep[c.Pos] {
			continue
		}
		if line, ok := w.column(t, c, d); ok {
			b.WriteString(line)
			shown++
		}
	}
	if shown == 0 {
		return ""
	}
	if len(t.Def.PrimaryKey) > 1 {
		if list, ok := w.list(t.Def.PrimaryKey); ok {
			fmt.Fprintf(&b, "  PRIMARY KEY (%s)\n", list)
		}
	}
	for _, fk := range t.Def.ForeignKeys {
		if len(fk.Columns) > 1 {
			b.WriteString(w.reference(fk))
		}
	}
	if more := len(t.Columns) - shown; more > 0 {
		fmt.Fprintf(&b, "  -- and %s not listed\n", columns(more))
	}
	b.WriteString(")\n")
	return b.String()
}

func columns(n int) string {
	if n == 1 {
		return "1 more column that is"
	}
	return fmt.Sprintf("%d more columns that are", n)
}

// reference writes a composite foreign key.
func (w *writer) reference(fk custard.ForeignKey) string {
	ref := w.part.Index.Table(fk.RefSchema, fk.RefTable)
	if ref == nil || len(fk.RefColumns) != len(fk.Columns) {
		return ""
	}
	from, ok1 := w.list(fk.Columns)
	to, ok2 := w.list(fk.RefColumns)
	name, ok3 := w.table(ref)
	if !ok1 || !ok2 || !ok3 {
		return ""
	}
	return fmt.Sprintf("  FOREIGN KEY (%s) REFERENCES %s(%s)\n", from, name, to)
}

func (w *writer) list(names []string) (string, bool) {
	out := make([]string, len(names))
	for i, n := range names {
		var ok bool
		if out[i], ok = w.name(n); !ok {
			return "", false
		}
	}
	return strings.Join(out, ", "), true
}

func (w *writer) column(t *index.Table, c *index.Column, d detail) (string, bool) {
	name, ok := w.name(c.Def.Name)
	if !ok {
		return "", false
	}
	var b strings.Builder
	b.WriteString("  " + name)
	if typ := w.Clean(cmp.Or(c.Def.DataType, string(c.Def.Type))); typ != "" {
		b.WriteString(" " + clip(typ, 40))
	}
	if len(t.Def.PrimaryKey) == 1 && strings.EqualFold(t.Def.PrimaryKey[0], c.Def.Name) {
		b.WriteString(" PRIMARY KEY")
	}
	for _, fk := range t.Def.ForeignKeys {
		if len(fk.Columns) != 1 || !strings.EqualFold(fk.Columns[0], c.Def.Name) {
			continue
		}
		if ref := w.part.Index.Table(fk.RefSchema, fk.RefTable); ref != nil {
			if to, ok := w.table(ref); ok {
				b.WriteString(" REFERENCES " + to)
				if len(fk.RefColumns) == 1 {
					if key, ok := w.name(fk.RefColumns[0]); ok {
						b.WriteString("(" + key + ")")
					}
				}
			}
		}
	}
	if w.Masked != nil && w.Masked(t.Def, c.Def.Name) {
		b.WriteString(" -- MASKED: may be joined, filtered and counted, never selected")
	}
	b.WriteString(w.remark(c.Def.Comment, d))
	b.WriteByte('\n')
	return b.String(), true
}

// remark is a comment on one line, cut.
func (w *writer) remark(comment string, d detail) string {
	comment = strings.Join(strings.Fields(w.Clean(comment)), " ")
	if comment == "" || d.comment == 0 {
		return ""
	}
	return " -- " + clip(comment, d.comment)
}

func clip(s string, letters int) string {
	r := []rune(s)
	if len(r) <= letters {
		return s
	}
	return strings.TrimSpace(string(r[:letters-1])) + "…"
}

// keep says which columns of a table are written, at most n: keys, what the question names, what names a row, dates, and
// then the first ones.
func (w *writer) keep(t *index.Table, n int) []bool {
	out := make([]bool, len(t.Columns))
	worth := func(c *index.Column) float64 {
		s := 2 * w.part.said[c]
		switch {
		case c.InKey || c == t.Key || c.Ref != nil:
			s += 1.5
		case c == t.Label:
			s++
		case c.Temporal():
			s += 0.4
		case c.Role == index.RoleMeasure:
			s += 0.3
		case c.Role == index.RoleCategory:
			s += 0.2
		}
		return s
	}
	order := slices.Clone(t.Columns)
	slices.SortStableFunc(order, func(a, b *index.Column) int { return cmp.Compare(worth(b), worth(a)) })
	for _, c := range order[:min(n, len(order))] {
		out[c.Pos] = true
	}
	return out
}

const (
	surest    = 1.5 // cost of an inferred join that is told of
	mostJoins = 40
)

// joins writes the joins that the database does not declare but its names suggest.
func (w *writer) joins() string {
	var b strings.Builder
	n := 0
	for _, e := range w.part.Joins {
		if e.Declared || len(e.From) != 1 || e.Cost > surest || n == mostJoins {
			continue
		}
		from, ok1 := w.table(e.FromTable())
		to, ok2 := w.table(e.ToTable())
		fc, ok3 := w.name(e.From[0].Def.Name)
		tc, ok4 := w.name(e.To[0].Def.Name)
		if !ok1 || !ok2 || !ok3 || !ok4 {
			continue
		}
		if n == 0 {
			b.WriteString("Joins that the names suggest (no foreign key is declared):\n")
		}
		fmt.Fprintf(&b, "  %s.%s = %s.%s\n", from, fc, to, tc)
		n++
	}
	return b.String()
}
