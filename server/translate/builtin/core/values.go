package core

import (
	"strings"
	"unicode"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// findValues gathers what conditions may compare with: values of the database, quoted strings, numbers, capitalised
// words that are nothing else, and codes such as F for 'female'.
func (p *Problem) findValues() {
	ms := p.ms
	bySpan := map[index.Span]int{}
	for _, v := range ms.Values {
		bySpan[v.Span]++
	}
	seen := map[string]bool{}
	for _, v := range ms.Values {
		key := v.Column.String() + "\x00" + v.Value
		if seen[key] && v.Score < 1 {
			continue
		}
		seen[key] = true
		item := valueItem{span: v.Span, text: v.Value, col: v.Column, source: fromDatabase, score: v.Score, rivals: bySpan[v.Span]}
		item.quoted = ms.Tokens[v.Span.First].Quoted
		for _, o := range ms.Values {
			if o.Span != v.Span && o.Score >= v.Score-0.2 && o.Span.First <= v.Span.First && o.Span.End >= v.Span.End {
				item.inside = true
			}
		}
		item.likeness = p.likeness(&item)
		if p.shadowed(&item) {
			continue
		}
		p.values = append(p.values, item)
		weight := v.Score
		if v.Span.Len() == 1 && !item.quoted && item.likeness > 0 && !capital(ms.Tokens[v.Span.First].Text) {
			weight *= 0.8
		}
		for k := v.Span.First; k < v.Span.End; k++ {
			p.taken[k] = max(p.taken[k], weight)
		}
	}
	for _, q := range ms.Quotes {
		p.values = append(p.values, valueItem{span: q.Span, text: q.Text, source: fromQuote, score: 1, quoted: true})
		for k := q.Span.First; k < q.Span.End; k++ {
			p.taken[k] = 1
		}
	}
	p.dates()
	for i := range ms.Numbers {
		n := &ms.Numbers[i]
		if p.partOfValue(n.Span) {
			continue
		}
		p.values = append(p.values, valueItem{span: n.Span, text: n.Text, number: n, source: fromNumber, score: 1})
	}
	p.negatives()
	p.letters()
	p.capitals()
	p.codes()
}

// shadowed says whether a longer match, or what the question uses the words for, leaves no room for a value.
func (p *Problem) shadowed(v *valueItem) bool {
	if v.likeness == 5 && !v.quoted && v.span.Len() == 1 {
		return true // 'driver' is the table, not the surname Driver
	}
	if v.score >= 0.95 && v.span.Len() == 1 && p.partOfName(v) {
		return false
	}
	for _, q := range p.ms.Quotes {
		if q.Span.Overlaps(v.span) && (q.Span != v.span || v.score < 0.85) && (v.score < 0.95 || v.span.Len() < q.Span.Len()) {
			return true
		}
	}
	for _, o := range p.ms.Values {
		if o.Score >= 0.95 && o.Span.Len() > v.span.Len() && o.Span.First <= v.span.First && o.Span.End >= v.span.End {
			return true
		}
	}
	return false
}

// partOfName says whether a value is the first or last name of somebody whose other name stands beside it.
func (p *Problem) partOfName(v *valueItem) bool {
	mine := namePart(v.col)
	if mine == 0 {
		return false
	}
	for _, o := range p.ms.Values {
		if o.Score >= 0.95 && o.Column.Table == v.col.Table && namePart(o.Column) == -mine && (o.Span.First == v.span.End || o.Span.End == v.span.First) {
			return true
		}
	}
	return false
}

// namePart says whether a column holds first names (1), last names (-1) or neither (0).
func namePart(c *index.Column) int {
	if len(c.Stems) < 2 || c.Stems[len(c.Stems)-1] != "name" {
		return 0
	}
	switch c.Stems[len(c.Stems)-2] {
	case "first":
		return 1
	case "last":
		return -1
	}
	return 0
}

// likeness tells how a database value is written in the question: 0 the same, 1 with other capitals, 2 in small letters
// though the database has capitals, plus 3 where the words name a table or column too.
func (p *Problem) likeness(v *valueItem) int {
	said := p.ms.Text(v.span)
	n := 1
	switch {
	case said == v.text:
		n = 0
	case !capital(said) && strings.EqualFold(said, v.text):
		n = 2
	}
	for _, l := range p.ms.Links {
		if l.Span == v.span && l.Coverage >= 0.9 {
			return n + 3
		}
	}
	return n
}

// partOfValue says whether a number stands inside a date or a quoted string of several words.
func (p *Problem) partOfValue(s index.Span) bool {
	for i := range p.values {
		v := &p.values[i]
		if v.source == fromQuote && v.span.Len() > s.Len() && v.span.Overlaps(s) {
			return true
		}
	}
	return false
}

// dates finds dates written as 2020-01-31.
func (p *Problem) dates() {
	tokens := p.ms.Tokens
	text := func(s index.Span) string { return p.ms.Text(s) }
	for i := range tokens {
		if tokens[i].Quoted {
			continue
		}
		if i+2 < len(tokens) {
			s := index.Span{First: i, End: i + 3}
			if isoDate(text(s)) {
				p.values = append(p.values, valueItem{span: s, text: text(s), source: fromQuote, score: 1})
				for k := s.First; k < s.End; k++ {
					p.taken[k] = 1
				}
			}
		}
	}
}

// negatives puts the minus back to numbers that have one.
func (p *Problem) negatives() {
	tokens := p.ms.Tokens
	for i := range p.ms.Numbers {
		n := &p.ms.Numbers[i]
		if at := tokens[n.Span.First].Start; at > 1 && p.ms.Question[at-1] == '-' && p.ms.Question[at-2] == ' ' && !n.Word {
			minus := *n
			minus.Text, minus.Value = "-"+n.Text, -n.Value
			for k := range p.values {
				if p.values[k].number == n {
					p.values[k].text, p.values[k].number = minus.Text, &minus
				}
			}
		}
	}
}

func isoDate(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	for i := range len(s) {
		if i != 4 && i != 7 && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// letters finds what 'the letter z', 'containing Foo' and 'starts with A' look for.
func (p *Problem) letters() {
	tokens := p.ms.Tokens
	for i := range p.ms.Cues {
		c := &p.ms.Cues[i]
		if c.Kind != index.CueContains || c.Span.End >= len(tokens) {
			continue
		}
		at := c.Span.End
		for at < len(tokens)-1 && (index.Stopword(tokens[at].Lower) && tokens[at].Text != "A" || tokens[at].Lower == "letter" || tokens[at].Lower == "word" || tokens[at].Lower == "string" || tokens[at].Lower == "substring") {
			at++
		}
		if tokens[at].Quoted || p.taken[at] >= 1 {
			continue
		}
		s := index.Span{First: at, End: at + 1}
		p.values = append(p.values, valueItem{span: s, text: tokens[at].Text, source: fromLetters, score: 1})
	}
	for i := range tokens {
		if len(tokens[i].Text) == 1 && i > 0 && !tokens[i].Quoted && capital(tokens[i].Text) && tokens[i].Text != "A" && tokens[i].Text != "I" {
			p.values = append(p.values, valueItem{span: index.Span{First: i, End: i + 1}, text: tokens[i].Text, source: fromLetters, score: 0.5})
		}
	}
}

// pattern is what LIKE compares with for a value: where it may stand in the cell follows from the words before it.
func (p *Problem) pattern(v *valueItem) string {
	text := strings.Trim(v.text, "%")
	for i := range p.ms.Cues {
		c := &p.ms.Cues[i]
		if d := v.span.First - c.Span.End; c.Kind == index.CueContains && d >= 0 && d <= 3 {
			switch c.Op {
			case "prefix":
				return text + "%"
			case "suffix":
				return "%" + text
			}
		}
	}
	return "%" + text + "%"
}

func capital(s string) bool {
	for _, r := range s {
		return unicode.IsUpper(r)
	}
	return false
}

// capitals finds runs of capitalised words that no database value covers.
func (p *Problem) capitals() {
	tokens := p.ms.Tokens
	for i := 1; i < len(tokens); i++ {
		if !p.loose(i) {
			continue
		}
		end := i + 1
		for end < len(tokens) && p.loose(end) && tokens[end].Start-tokens[end-1].End <= 2 {
			end++
		}
		s := index.Span{First: i, End: end}
		if len(p.ms.Text(s)) > 1 || end-i > 1 {
			p.values = append(p.values, valueItem{span: s, text: p.ms.Text(s), source: fromCapitals, score: 0.5})
		}
		i = end
	}
}

func (p *Problem) loose(i int) bool {
	t := p.ms.Tokens[i]
	if t.Quoted || p.taken[i] >= 0.9 || !capital(t.Text) || index.Stopword(t.Lower) {
		return false
	}
	return p.sentence[i] == p.sentence[i-1]
}

// codes finds words that a column is likely to hold as a letter.
func (p *Problem) codes() {
	for i, t := range p.ms.Tokens {
		code := ""
		switch t.Lower {
		case "female", "females", "woman", "women", "girl", "girls":
			code = "F"
		case "male", "males", "man", "men", "boy", "boys":
			code = "M"
		}
		if code == "" || t.Quoted {
			continue
		}
		for _, c := range p.ix.Columns {
			for _, s := range c.Stems {
				if s == "sex" || s == "gender" {
					p.values = append(p.values, valueItem{span: index.Span{First: i, End: i + 1}, text: code, col: c, source: fromCode, score: 0.5})
				}
			}
		}
	}
}

// fits says whether a value may be compared with a column.
func (v *valueItem) fits(c *index.Column) bool {
	if v.col != nil {
		return v.col == c
	}
	switch v.source {
	case fromNumber:
		return c.Numeric() || c.Role == index.RoleDate || c.Role == index.RoleID || c.Role == index.RoleRef || c.Role == index.RoleFlag ||
			c.Role == index.RoleCategory || v.number.Year || len(c.Words) > 0
	case fromQuote, fromCapitals, fromLetters:
		return !c.Numeric() || strings.IndexFunc(v.text, unicode.IsLetter) < 0
	case fromDatabase, fromCode:
	}
	return true
}
