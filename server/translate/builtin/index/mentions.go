package index

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Mentions is what a question says about a schema.
type Mentions struct {
	Index    *Index
	Question string
	Tokens   []Token
	Quotes   []Quote
	Numbers  []Number
	Links    []Link      // names of tables and columns, in no order
	Values   []ValueLink // values of the database, as the request gave them
	Cues     []Cue
	Spelled  []Correction // words that were read as others

	byTable  map[*Table][]int
	byColumn map[*Column][]int
}

// Link says that a span of the question names a table or a column.
type Link struct {
	Span     Span
	Table    *Table  // always set
	Column   *Column // nil where the table itself is named
	Coverage float64 // how much of the name is found, weighted by how rare its words are: 0 to 1
	Exact    bool    // every word of the name, side by side, without synonyms
	Synonym  bool    // a synonym or short form took part
}

// ValueLink says that a span of the question is a value of a column.
type ValueLink struct {
	Span   Span
	Column *Column
	Value  string // as it stands in the database
	Score  float64
}

// Read finds what a question mentions. values are the matches of the question's words among the database's values, by
// byte offsets in the question.
func (ix *Index) Read(question string, values []custard.ValueMatch) *Mentions {
	m := &Mentions{Index: ix, Question: question, byTable: map[*Table][]int{}, byColumn: map[*Column][]int{}}
	m.Tokens, m.Quotes = Tokenize(question)
	var spans []Span
	for _, v := range values {
		if v.Score > 0.6 {
			spans = append(spans, m.span(v.Start, v.End))
		}
	}
	m.spell(spans)
	m.Numbers = numbers(m.Tokens)
	m.link()
	m.Cues = cues(m.Tokens, m.Numbers)
	for _, v := range values {
		t := ix.Table(v.Schema, v.Table)
		if t == nil {
			continue
		}
		c := t.Column(v.Column)
		span := m.span(v.Start, v.End)
		if c == nil || span.Len() == 0 {
			continue
		}
		m.Values = append(m.Values, ValueLink{Span: span, Column: c, Value: v.Value, Score: v.Score})
	}
	return m
}

// OfTable returns the links that name a table, best first.
func (m *Mentions) OfTable(t *Table) []Link { return m.pick(m.byTable[t]) }

// OfColumn returns the links that name a column, best first.
func (m *Mentions) OfColumn(c *Column) []Link { return m.pick(m.byColumn[c]) }

func (m *Mentions) pick(at []int) []Link {
	out := make([]Link, len(at))
	for i, k := range at {
		out[i] = m.Links[k]
	}
	return out
}

// OfValue says whether a span lies within the name of a value: 'new' in 'New York'.
func (m *Mentions) OfValue(s Span) bool {
	return slices.ContainsFunc(m.Values, func(v ValueLink) bool {
		return v.Score > 0.9 && v.Span.First <= s.First && s.End <= v.Span.End && v.Span.Len() > s.Len()
	})
}

// span turns byte offsets into tokens.
func (m *Mentions) span(start, end int) Span {
	s := Span{First: -1}
	for i, t := range m.Tokens {
		if t.Start < end && t.End > start {
			if s.First < 0 {
				s.First = i
			}
			s.End = i + 1
		}
	}
	if s.First < 0 {
		return Span{}
	}
	return s
}

// Text returns a span's text as it stands in the question.
func (m *Mentions) Text(s Span) string {
	if s.Len() <= 0 {
		return ""
	}
	return m.Question[m.Tokens[s.First].Start:m.Tokens[s.End-1].End]
}

type hit struct {
	token, stem int // stem is an index in the name's stems; -1 for the whole name
	weight      float64
	synonym     bool
	note        bool
}

// link finds the names of tables and columns.
func (m *Mentions) link() {
	hits := map[posting][]hit{}
	for i := range m.Tokens {
		t := &m.Tokens[i]
		if Stopword(t.Lower) {
			continue
		}
		m.gather(hits, i, t.Stem, 1, false)
		for _, s := range Synonyms(t.Stem) {
			m.gather(hits, i, s, 0.75, true)
		}
		for _, s := range Stems(Expand(t.Lower)) {
			if s != t.Stem {
				m.gather(hits, i, s, 0.9, true)
			}
		}
		if len(t.Lower) > 4 {
			for _, s := range m.Index.short {
				if shortens(s, t.Lower) {
					m.gather(hits, i, Stem(s), 0.6, true)
				}
			}
			for n := 3; n < len(t.Lower); n++ {
				if t.Lower[:n] != t.Stem {
					m.gather(hits, i, t.Lower[:n], 0.55, true)
				}
			}
		}
		var joined strings.Builder
		joined.WriteString(t.Lower)
		for k := i + 1; k < len(m.Tokens) && k < i+3; k++ {
			joined.WriteString(m.Tokens[k].Lower)
			m.gatherJoined(hits, i, k+1, joined.String())
		}
	}
	keys := make([]posting, 0, len(hits))
	for p := range hits {
		keys = append(keys, p)
	}
	slices.SortFunc(keys, func(a, b posting) int {
		return cmp.Or(cmp.Compare(a.table.ID, b.table.ID), cmp.Compare(position(a), position(b)))
	})
	for _, p := range keys {
		m.cluster(p, hits[p])
	}
}

func position(p posting) int {
	if p.column == nil {
		return -1
	}
	return p.column.Pos
}

func (m *Mentions) gather(hits map[posting][]hit, token int, stem string, weight float64, synonym bool) {
	for _, p := range m.Index.post[stem] {
		stems := p.table.Stems
		if p.column != nil {
			stems = p.column.Stems
		}
		k := slices.Index(stems, stem)
		h := hit{token: token, stem: k, weight: weight, synonym: synonym}
		if k < 0 {
			if p.column != nil && p.column.squeeze == stem && !synonym {
				h.stem = -1
			} else {
				h.stem, h.note = -2, true
			}
		}
		hits[p] = append(hits[p], h)
	}
}

// gatherJoined links words written apart in the question to a name written together: 'last name' to lastname.
func (m *Mentions) gatherJoined(hits map[posting][]hit, first, end int, joined string) {
	for _, p := range m.Index.post[joined] {
		if p.column != nil && p.column.squeeze == joined {
			for k := first; k < end; k++ {
				hits[p] = append(hits[p], hit{token: k, stem: -1, weight: 1})
			}
		}
	}
	for _, p := range m.Index.post[Stem(joined)] {
		if p.column == nil && len(p.table.Stems) == 1 && p.table.Stems[0] == Stem(joined) {
			for k := first; k < end; k++ {
				hits[p] = append(hits[p], hit{token: k, stem: 0, weight: 1})
			}
		}
	}
}

// cluster groups a name's hits into spans and keeps the best.
func (m *Mentions) cluster(p posting, list []hit) {
	slices.SortStableFunc(list, func(a, b hit) int { return cmp.Compare(a.token, b.token) })
	stems := p.table.Stems
	if p.column != nil {
		stems = p.column.Stems
	}
	var links []Link
	for first := 0; first < len(list); {
		end := first + 1
		for end < len(list) && m.near(list[end-1].token, list[end].token) {
			end++
		}
		if l, ok := m.measure(p, stems, list[first:end]); ok {
			links = append(links, l)
		}
		first = end
	}
	slices.SortStableFunc(links, func(a, b Link) int { return cmp.Compare(b.Coverage, a.Coverage) })
	for i, l := range links {
		if i >= 4 {
			break
		}
		k := len(m.Links)
		m.Links = append(m.Links, l)
		if p.column != nil {
			m.byColumn[p.column] = append(m.byColumn[p.column], k)
		} else {
			m.byTable[p.table] = append(m.byTable[p.table], k)
		}
	}
}

// near says whether two tokens may belong to one name: side by side, or with little words between ('date of birth').
func (m *Mentions) near(a, b int) bool {
	if b-a > 4 {
		return false
	}
	if b-a == 3 && (m.Tokens[a+1].Lower == "and" || m.Tokens[a+1].Lower == "or") {
		return true // 'first and last name'
	}
	for k := a + 1; k < b; k++ {
		if w := m.Tokens[k].Lower; !Stopword(w) || w == "and" || w == "or" {
			return false
		}
	}
	return true
}

func (m *Mentions) measure(p posting, stems []string, list []hit) (Link, bool) {
	best := make([]float64, len(stems))
	l := Link{Span: Span{list[0].token, list[len(list)-1].token + 1}, Table: p.table, Column: p.column}
	whole, note := false, 0.0
	exact := true
	for _, h := range list {
		switch {
		case h.stem == -1:
			whole = true
		case h.note:
			note = max(note, 0.4*h.weight)
		case h.weight > best[h.stem]:
			best[h.stem] = h.weight
		}
		if h.synonym {
			l.Synonym = true
		}
	}
	got, all := 0.0, 0.0
	for i, s := range stems {
		w := 1 / (1 + math.Log(float64(max(1, m.Index.Frequency(s)))))
		if p.column != nil && len(stems) > 1 && slices.Contains(p.table.Stems, s) {
			w *= 0.3
		}
		all += w
		got += w * best[i]
		if best[i] < 1 {
			exact = false
		}
	}
	if all > 0 {
		l.Coverage = got / all
	}
	if whole {
		l.Coverage, exact = 1, true
	}
	l.Coverage = max(l.Coverage, note)
	l.Exact = exact && l.Span.Len() <= max(len(stems), 1)
	if l.Exact || whole {
		l.Synonym = false
	}
	return l, l.Coverage >= 0.1
}

// Stopword says whether a lower-case word is no part of a name by itself.
func Stopword(w string) bool {
	switch w {
	case "a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or", "is", "are", "was", "were", "be",
		"been", "do", "does", "did", "has", "have", "had", "that", "which", "who", "whom", "whose", "what", "when", "where", "how",
		"there", "their", "its", "it", "they", "them", "this", "these", "those", "all", "any", "each", "every", "me", "show", "list",
		"find", "give", "tell", "return", "display", "please", "us", "i", "we", "you", "as", "than", "then", "also", "so", "if", "can",
		"both", "either", "out", "into", "s", "t", "many", "much", "most", "more", "less", "least", "not", "no", "but", "our", "your",
		"his", "her", "he", "she", "some", "such", "only", "between":
		return true
	}
	return false
}
