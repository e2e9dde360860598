package analytic

import (
	"cmp"
	"slices"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// longestName is how many words a name of the schema may take in a question.
const longestName = 5

// nounAt finds the tables and columns that the words from i on name, taking as many words as make sense.
func (r *reader) nounAt(i int) ([]target, int) {
	for n := min(longestName, len(r.toks)-i); n > 0; n-- {
		if index.Stopword(r.word(i)) || index.Stopword(r.word(i+n-1)) {
			continue
		}
		if n > 1 && (r.inner(i, n) || past(r.word(i+n-1)) || strings.HasSuffix(r.word(i+n-1), "ed") && r.isThing1(i)) {
			continue // 'employees hired' tells what happened to them, 'patients born' when
		}
		if found := r.named(i, n); len(found) > 0 && !r.totals(i, n) && (found[0].score > 0.9 || !r.counting(i, n)) {
			return found, n
		}
	}
	return nil, 0
}

// past says whether a word tells what was done.
func past(w string) bool {
	return isVerb(w) && (strings.HasSuffix(w, "ed") || isOneOf(w, "born", "sold", "bought", "paid", "made", "taken", "left", "written", "brought", "done", "flown", "held", "given", "sent", "built"))
}

// totals says whether 'total' goes with the money named next rather than being a column's name.
func (r *reader) totals(i, n int) bool {
	return n == 1 && r.word(i) == "total" && isOneOf(r.word(i+1), "spend", "spending", "sales", "revenue", "turnover", "profit", "income")
}

// counting says whether the words are only a part of a column's name, and rather ask to count or to add up.
func (r *reader) counting(i, n int) bool {
	switch r.word(i) {
	case "number", "count", "amount", "total", "sum", "average", "mean", "minimum", "maximum":
		return n == 1
	}
	return false
}

// isThing1 says whether word i alone names a table.
func (r *reader) isThing1(i int) bool {
	found := r.named(i, 1)
	return len(found) > 0 && found[0].column == nil
}

// inner says whether a word other than 'of' stands in the way inside a name.
func (r *reader) inner(i, n int) bool {
	for k := i + 1; k < i+n-1; k++ {
		if index.Stopword(r.word(k)) && r.word(k) != "of" {
			return true
		}
	}
	return false
}

// named scores all tables and columns against the words i to i+n and returns the best, best first.
func (r *reader) named(i, n int) []target {
	key := i*longestName + n - 1
	if found, ok := r.known[key]; ok {
		return found
	}
	found := r.nameAgain(i, n)
	if r.known == nil {
		r.known = map[int][]target{}
	}
	r.known[key] = found
	return found
}

// nameAgain is named without its memory.
func (r *reader) nameAgain(i, n int) []target {
	var stems []string
	var joined strings.Builder
	for k := i; k < i+n; k++ {
		joined.WriteString(r.word(k))
		if w := r.word(k); w != "of" {
			stems = append(stems, r.toks[k].Stem)
		}
	}
	stems = said(stems)
	of := strings.Contains(" "+strings.ToLower(r.text(i, n))+" ", " of ")
	wanted := slices.Clone(stems) // a name without any of these is another one
	for _, s := range stems {
		wanted = append(wanted, index.Synonyms(s)...)
		if isOneOf(s, "boss", "manag", "supervisor", "superior", "length", "durat", "runtim", "name") {
			wanted = nil
			break
		}
	}
	joinedStem := index.Stem(joined.String())
	var out []target
	for _, t := range r.v.ix.Tables {
		if r.v.skip[t.ID] {
			continue
		}
		if s := r.tableScore(t, stems, joinedStem); s > 0 {
			out = append(out, target{table: t, score: s})
		}
		for _, c := range t.Columns {
			if wanted != nil && !has(c.Stems, wanted...) && !squeezed(c.Words, joined.String()) {
				continue
			}
			if !of && len(stems) > 1 && !slices.Contains(t.Stems, stems[0]) && slices.Contains(t.Stems, stems[len(stems)-1]) && !slices.Contains(c.Stems, stems[len(stems)-1]) {
				continue // 'open tickets' are tickets
			}
			if s := r.columnScore(c, stems, joined.String()); s > 0 {
				out = append(out, target{table: t, column: c, score: s})
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	slices.SortStableFunc(out, func(a, b target) int {
		return cmp.Or(cmp.Compare(b.score, a.score), boolInt(a.column != nil)-boolInt(b.column != nil))
	})
	best := out[0].score
	if n > 1 && best < 0.7 {
		return nil
	}
	k := 0
	for k < len(out) && out[k].score >= best-0.36 {
		k++
	}
	return out[:k]
}

// squeezed says whether words written together are the text.
func squeezed(words []string, text string) bool {
	for _, w := range words {
		rest, ok := strings.CutPrefix(text, w)
		if !ok {
			return false
		}
		text = rest
	}
	return text == ""
}

// tableScore is 1 for the table's whole name, less for its last word or a synonym, 0 for something else.
func (r *reader) tableScore(t *index.Table, stems []string, joinedStem string) float64 {
	if len(t.Stems) == 0 {
		return 0
	}
	if sameSet(t.Stems, stems) || squeezed(t.Stems, joinedStem) {
		return 1
	}
	if len(stems) == 1 && len(t.Stems) > 1 {
		switch {
		case t.Stems[len(t.Stems)-1] == stems[0]:
			return 0.72
		case len(stems[0]) > 3 && t.Stems[0] == stems[0] && isOneOf(t.Stems[len(t.Stems)-1], "detail", "list", "data", "info", "record", "histori", "log", "tabl"):
			return 0.6
		}
	}
	if len(stems) == len(t.Stems) {
		synonyms := 0
		for k, s := range stems {
			if s == t.Stems[k] {
				continue
			}
			if !slices.Contains(index.Synonyms(s), t.Stems[k]) {
				return 0
			}
			synonyms++
		}
		if synonyms == 1 {
			return 0.66
		}
	}
	return 0
}

// columnScore is 1 for the column's whole name (also with the table's before it), less for a part or a synonym.
func (r *reader) columnScore(c *index.Column, stems []string, joined string) float64 {
	if len(stems) == 1 {
		switch s := stems[0]; {
		case isOneOf(s, "boss", "manag", "supervisor", "superior") && c.Ref != nil && c.Ref.Table == c.Table:
			return 0.9
		case isOneOf(s, "length", "durat", "runtim") && c.Numeric() && has(c.Stems, "millisecond", "second", "minut", "durat", "min", "hour"):
			return 0.62
		}
	}
	own := core(c.Stems)
	said := core(stems)
	if len(own) == 0 || len(said) == 0 {
		return 0
	}
	rest := without(said, c.Table.Stems) // the words less the table's: 'customer name'
	bare := without(own, c.Table.Stems)  // the name less the table's: CategoryName
	switch {
	case len(stems) == 1 && stems[0] == "name" && c.Table.Label == c:
		return 0.96
	case sameSet(c.Stems, stems) || squeezed(c.Words, joined):
		return 1
	case sameSet(own, said):
		return 0.97
	case len(bare) > 0 && sameSet(bare, said):
		return 0.96
	case len(rest) > 0 && len(rest) < len(said) && (sameSet(own, rest) || sameSet(bare, rest)):
		return 1
	case len(said) < len(own) && slices.Equal(own[len(own)-len(said):], said):
		return 0.75
	case len(said) < len(own) && slices.Equal(own[:len(said)], said) && c.Ref == nil && !c.InKey:
		return 0.68
	case len(rest) > 0 && len(rest) < len(said) && len(rest) < len(own) && slices.Equal(own[len(own)-len(rest):], rest):
		return 0.74
	}
	if grammarWord(said[len(said)-1]) {
		return 0
	}
	if len(said) == len(own) {
		for k := range said {
			if said[k] != own[k] && !slices.Contains(index.Synonyms(said[k]), own[k]) {
				return 0
			}
		}
		return 0.64
	}
	if len(said) == 1 && c.Ref == nil && !c.InKey && slices.Contains(index.Synonyms(said[0]), own[len(own)-1]) {
		return 0.62
	}
	return 0
}

// said mends the stems of words that people add: 'e-mail address', 'phone number'.
func said(stems []string) []string {
	if len(stems) == 2 && stems[0] == "e" && stems[1] == "mail" {
		return []string{"email"}
	}
	if len(stems) == 3 && stems[0] == "e" && stems[1] == "mail" && stems[2] == "address" {
		return []string{"email"}
	}
	if n := len(stems); n > 1 && (isOneOf(stems[n-1], "number", "no") && isOneOf(stems[n-2], "phone", "telephon", "fax", "mobil") || stems[n-1] == "address" && stems[n-2] == "email") {
		return stems[:n-1]
	}
	return stems
}

// grammarWord says whether a stem is a word of the grammar, of which synonyms are not names of columns.
func grammarWord(stem string) bool {
	return isOneOf(stem, "number", "count", "total", "sum", "amount", "valu", "time", "most", "top", "date", "year", "month", "day", "week", "sale", "order", "level", "list", "kind", "type", "sort", "status", "place", "work", "unit", "home", "general", "score", "share")
}

// core leaves out the words of a column's name that only say what sort of value it is: hired_on, discount_pct.
func core(stems []string) []string {
	out := make([]string, 0, len(stems))
	for _, s := range stems {
		switch s {
		case "at", "on", "date", "percent", "pct", "kg", "usd", "eur", "gbp", "datetim", "timestamp", "of":
		default:
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return stems
	}
	return out
}

func without(stems, drop []string) []string {
	var out []string
	for _, s := range stems {
		if !slices.Contains(drop, s) {
			out = append(out, s)
		}
	}
	return out
}

func sameSet(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for _, s := range a {
		if !slices.Contains(b, s) {
			return false
		}
	}
	for _, s := range b {
		if !slices.Contains(a, s) {
			return false
		}
	}
	return true
}
