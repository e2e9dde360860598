package index

import "strings"

// Correction is a word of the question that was read as another.
type Correction struct {
	Token int
	Wrote string // as it stands in the question
	Read  string // what it was read as
}

// questionWords are words that questions are made of, beside the names of a schema.
const questionWords = `average total number highest lowest largest smallest biggest maximum minimum between before after never without
percent percentage share revenue sales turnover month months monthly quarter quarterly weekly yearly annual yesterday today previous
january february march april june july august september october november december monday tuesday wednesday thursday friday saturday
sunday expensive cheapest cheap oldest youngest newest latest earliest longest shortest different distinct missing compare median
together alphabetical alphabetically descending ascending ordered sorted growth increase decrease customer customers employee employees`

// spell corrects words that nothing in the schema or the lexicon has and that are nearly a word of either. Words that
// are values of the database, quoted, or that hold digits stay as they are.
func (m *Mentions) spell(values []Span) {
	var vocabulary map[string]bool
	for i := range m.Tokens {
		t := &m.Tokens[i]
		if len(t.Lower) < 5 || t.Quoted || !plain(t.Lower) || m.Index.knows(t) || covered(values, i) || i > 0 && t.Text[0] != t.Lower[0] {
			continue
		}
		if vocabulary == nil {
			vocabulary = m.Index.vocab()
		}
		if vocabulary[t.Lower] {
			continue
		}
		best, cost, rivals := "", 99, 0
		for w := range vocabulary {
			c := typo(t.Lower, w)
			switch {
			case c < cost:
				best, cost, rivals = w, c, 0
			case c == cost && Stem(w) != Stem(best):
				rivals++
			case c == cost && w < best:
				best = w
			}
		}
		if cost == 99 || rivals > 0 {
			continue
		}
		m.Spelled = append(m.Spelled, Correction{Token: i, Wrote: t.Text, Read: best})
		t.Lower, t.Stem = best, Stem(best)
	}
}

func plain(w string) bool {
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return true
}

func covered(spans []Span, token int) bool {
	for _, s := range spans {
		if s.Covers(token) {
			return true
		}
	}
	return false
}

// knows says whether a word needs no correction.
func (ix *Index) knows(t *Token) bool {
	if ix.Frequency(t.Stem) > 0 || Stopword(t.Lower) || len(Synonyms(t.Stem)) > 0 || Expand(t.Lower) != nil {
		return true
	}
	if _, _, _, ok := Adjective(t.Lower); ok {
		return true
	}
	_, number := smallNumber(t.Lower)
	return number
}

// vocabulary is every word of the schema's names of four letters and more, with its plural, and the words of questions.
func (ix *Index) vocabulary() map[string]bool {
	out := map[string]bool{}
	add := func(words []string) {
		for _, w := range words {
			if len(w) < 4 || !plain(w) {
				continue
			}
			out[w] = true
			switch {
			case strings.HasSuffix(w, "s"):
			case strings.HasSuffix(w, "y") && !strings.ContainsRune("aeiou", rune(w[len(w)-2])):
				out[w[:len(w)-1]+"ies"] = true
			default:
				out[w+"s"] = true
			}
		}
	}
	for _, t := range ix.Tables {
		add(t.Words)
		for _, c := range t.Columns {
			add(c.Words)
		}
	}
	for w := range strings.FieldsSeq(questionWords) {
		out[w] = true
	}
	return out
}

// typo says how far what was written is from a word: 1 for a letter left out, doubled, added or swapped with its
// neighbour, 2 for another letter in a longer word or two slips in a long one; 99 for anything else. The first letters
// must be the same.
func typo(wrote, word string) int {
	if wrote[0] != word[0] || wrote == word {
		return 99
	}
	n, m := len(wrote), len(word)
	if n-m > 2 || m-n > 2 {
		return 99
	}
	if slip(wrote, word) {
		return 1
	}
	if n < 7 {
		return 99
	}
	if n == m && differing(wrote, word) == 1 {
		return 2
	}
	if n < 8 {
		return 99
	}
	// Two slips: one of them undone gives a word that is one slip away.
	for i := 1; i < n; i++ {
		if slip(wrote[:i]+wrote[i+1:], word) {
			return 2
		}
		if i+1 < n && slip(wrote[:i]+wrote[i+1:i+2]+wrote[i:i+1]+wrote[i+2:], word) {
			return 2
		}
	}
	for i := 1; i < m; i++ {
		if slip(wrote, word[:i]+word[i+1:]) {
			return 2
		}
	}
	return 99
}

// slip says whether one letter was left out, added or swapped with its neighbour.
func slip(wrote, word string) bool {
	i := 0
	for i < len(wrote) && i < len(word) && wrote[i] == word[i] {
		i++
	}
	switch len(word) - len(wrote) {
	case 1:
		return wrote[i:] == word[i+1:]
	case -1:
		return wrote[i+1:] == word[i:]
	case 0:
		return i+1 < len(word) && wrote[i] == word[i+1] && wrote[i+1] == word[i] && wrote[i+2:] == word[i+2:]
	}
	return false
}

func differing(a, b string) int {
	n := 0
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}
