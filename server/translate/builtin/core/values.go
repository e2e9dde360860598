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
		p.values = append(p.values, item)
		weight := v.Score
		if v.Span.Len() == 1 && !item.quoted && !capital(ms.Tokens[v.Span.First].Text) {
			weight *= 0.9
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
	for i := range ms.Numbers {
		n := &ms.Numbers[i]
		p.values = append(p.values, valueItem{span: n.Span, text: n.Text, number: n, source: fromNumber, score: 1})
	}
	p.capitals()
	p.codes()
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
	case fromQuote, fromCapitals:
		return !c.Numeric() || strings.IndexFunc(v.text, unicode.IsLetter) < 0
	case fromDatabase, fromCode:
	}
	return true
}
