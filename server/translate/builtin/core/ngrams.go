package core

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// sketchFeatures makes the features of the sketch model: n-grams of the question with names and values replaced by what
// they are, and counts of what it mentions.
func (p *Problem) sketchFeatures() {
	words := p.delexicalised()
	seen := map[uint32]bool{}
	add := func(parts ...string) {
		h := hash(strings.Join(parts, " "))
		if !seen[h] {
			seen[h] = true
			p.ngrams = append(p.ngrams, h)
		}
	}
	add("bias")
	padded := append(append([]string{"^"}, words...), "$")
	for i := range padded {
		add("1", padded[i])
		if i+1 < len(padded) {
			add("2", padded[i], padded[i+1])
		}
		if i+2 < len(padded) {
			add("3", padded[i], padded[i+1], padded[i+2])
		}
		if i+3 < len(padded) {
			add("4", padded[i], padded[i+1], padded[i+2], padded[i+3])
		}
	}
	for _, t := range p.ms.Tokens {
		if !t.Quoted {
			add("w", t.Stem)
		}
	}
	p.countFeatures(add)
}

// delexicalised is the question with COL, TAB, VAL and NUM for what it mentions.
func (p *Problem) delexicalised() []string {
	kind := make([]string, len(p.ms.Tokens))
	size := make([]int, len(kind))
	mark := func(s index.Span, k string) {
		for i := s.First; i < s.End; i++ {
			if kind[i] != "" && (size[i] > s.Len() || kind[i] == "VAL" && k != "VAL") {
				return
			}
		}
		for i := s.First; i < s.End; i++ {
			kind[i], size[i] = k, s.Len()
		}
	}
	for i := range p.values {
		v := &p.values[i]
		switch {
		case v.source == fromQuote, v.source == fromCapitals, v.source == fromLetters,
			v.source == fromDatabase && v.score >= 0.9 && !v.inside && (v.span.Len() > 1 || v.likeness == 0 || capital(p.ms.Tokens[v.span.First].Text)):
			mark(v.span, "VAL")
		case v.source == fromDatabase && v.score >= 0.95 && !v.inside, v.source == fromCode:
			mark(v.span, "val")
		}
	}
	for i := range p.ms.Numbers {
		mark(p.ms.Numbers[i].Span, "NUM")
	}
	for i := range p.tables {
		if p.tables[i].score >= 0.95 {
			mark(p.tables[i].span, "TAB")
		}
	}
	for _, info := range p.linked {
		for _, l := range info.links {
			if l.Coverage >= 0.95 {
				mark(l.Span, "COL")
			}
		}
	}
	var out []string
	for i, t := range p.ms.Tokens {
		switch {
		case kind[i] == "":
			out = append(out, t.Lower)
		case i > 0 && kind[i] == kind[i-1] && size[i] == size[i-1] && size[i] > 1 && out[len(out)-1] == kind[i]:
		default:
			out = append(out, kind[i])
		}
	}
	return out
}

func (p *Problem) countFeatures(add func(...string)) {
	digit := func(n int) string { return string(rune('0' + min(max(n, 0), 9))) }
	var spans []index.Span
	for i := range p.values {
		v := &p.values[i]
		strong := v.source == fromQuote || v.source == fromDatabase && v.score >= 0.95 && !v.inside && v.likeness < 2
		if strong && !slices.ContainsFunc(spans, v.span.Overlaps) {
			spans = append(spans, v.span)
		}
	}
	years, numbers, words := 0, 0, 0
	for _, n := range p.ms.Numbers {
		switch {
		case n.Year:
			years++
		case n.Word:
			words++
		default:
			numbers++
		}
	}
	add("#values", digit(len(spans)))
	add("#numbers", digit(numbers), digit(years), digit(words))
	add("#valnum", digit(len(spans)), digit(numbers+years+words))
	var cols []index.Span
	for _, info := range p.linked {
		if info.best.Coverage >= 0.9 && !slices.ContainsFunc(cols, info.best.Span.Overlaps) {
			cols = append(cols, info.best.Span)
		}
	}
	names := 0
	for i := range p.values {
		if v := &p.values[i]; v.source == fromDatabase && v.span.Len() == 1 && v.score >= 0.95 && namePart(v.col) == 1 && p.partOfName(v) {
			names++
		}
	}
	add("#names", digit(names))
	p.headFeatures(add, digit)
	tabs := 0
	for i := range p.tables {
		if p.tables[i].score >= 0.95 {
			tabs++
		}
	}
	add("#cols", digit(len(cols)))
	add("#tabs", digit(tabs))
	add("#colstabs", digit(len(cols)), digit(tabs))
	add("#sentences", digit(p.sentence[max(len(p.sentence)-1, 0)]))
	add("#length", digit(len(p.ms.Tokens)/4))
	var kinds []string
	for i := range p.ms.Cues {
		c := &p.ms.Cues[i]
		k := string(c.Kind)
		if c.Kind == index.CueCompare {
			k += c.Op
			if c.Number == nil {
				k += "?"
			}
		}
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	slices.Sort(kinds)
	for i, a := range kinds {
		add("cue", a)
		for _, b := range kinds[i+1:] {
			add("cues", a, b)
		}
		add("cuevalues", a, digit(len(spans)), digit(numbers+years+words))
		add("cuecols", a, digit(len(cols)))
	}
	add("cueset", strings.Join(kinds, ","))
	for i := range p.ms.Tokens[:min(len(p.ms.Tokens), 3)] {
		add("first"+digit(i), p.lower(i))
	}
	add("first two", p.lower(0), p.lower(1))
	add("first three", p.lower(0), p.lower(1), p.lower(2))
}

// headFeatures counts the columns that the question lists before its first clause, and those of its last sentence: how
// many things are selected.
func (p *Problem) headFeatures(add func(...string), digit func(int) string) {
	count := func(first, end int) (strong, weak, commas int) {
		var strongs, weaks []index.Span
		for _, info := range p.linked {
			for _, l := range info.links {
				if l.Span.First < first || l.Span.End > end || l.Coverage < 0.5 {
					continue
				}
				if !slices.ContainsFunc(weaks, l.Span.Overlaps) {
					weaks = append(weaks, l.Span)
				}
				if l.Coverage >= 0.9 && !slices.ContainsFunc(strongs, l.Span.Overlaps) {
					strongs = append(strongs, l.Span)
				}
			}
		}
		for k := first; k < end; k++ {
			if p.ms.Tokens[k].Lower == "and" || k > first && strings.Contains(p.ms.Question[p.ms.Tokens[k-1].End:p.ms.Tokens[k].Start], ",") {
				commas++
			}
		}
		return len(strongs), len(weaks), commas
	}
	end := len(p.ms.Tokens)
	for k := 2; k < end; k++ {
		if headEnd(p.ms.Tokens[k].Lower) || p.sentence[k] > 0 {
			end = k
			break
		}
	}
	s, w, c := count(0, end)
	add("#head", digit(s), digit(c))
	add("#headw", digit(w), digit(c))
	add("#heads", digit(s))
	last := p.sentence[len(p.sentence)-1]
	if last == 0 {
		return
	}
	first := slices.Index(p.sentence, last)
	end = len(p.ms.Tokens)
	for k := first + 2; k < end; k++ {
		if headEnd(p.ms.Tokens[k].Lower) {
			end = k
			break
		}
	}
	s, w, c = count(first, end)
	add("#tail", p.lower(first), digit(s), digit(c))
	add("#tailw", p.lower(first), digit(w), digit(c))
	add("#headtail", digit(s), digit(c), p.lower(0))
}

// headEnd says whether a word ends the list of what is asked for.
func headEnd(w string) bool {
	switch w {
	case "of", "for", "in", "with", "whose", "that", "who", "which", "where", "from", "ordered", "sorted", "when", "have", "has", "had",
		"is", "are", "was", "were", "by", "at", "on", "to", "without", "having", "do", "does", "did", "order", "sort":
		return true
	}
	return false
}
