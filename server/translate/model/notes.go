package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/model/focus"
)

// glossary writes the metrics, terms and default filters. Where there are many, those that the question speaks of come.
func glossary(c *translate.Context, m *index.Mentions, part *focus.Part, clean func(string) string) string {
	if c == nil {
		return ""
	}
	asked := stems(m.Tokens)
	var all []note
	for _, x := range c.Metrics {
		text := fmt.Sprintf("metric %s = %s", x.Name, x.Expression)
		if x.Description != "" {
			text += " -- " + x.Description
		}
		all = append(all, note{text, overlap(asked, append([]string{x.Name}, x.Synonyms...)...)})
	}
	for _, x := range c.Glossary {
		all = append(all, note{fmt.Sprintf("%s: %s", x.Word, x.Meaning), overlap(asked, x.Word)})
	}
	if len(all) > maxGlossary {
		slices.SortStableFunc(all, func(a, b note) int { return cmp.Compare(b.score, a.score) })
		all = all[:maxGlossary]
	}
	var b strings.Builder
	for _, n := range all {
		b.WriteString(oneLine(clean(n.text)) + "\n")
	}
	for _, x := range c.Tables {
		if x.Filter == "" || x.Hidden {
			continue
		}
		if t := part.Index.Table(x.Schema, x.Table); t != nil && slices.Contains(part.Tables, t) {
			b.WriteString(oneLine(clean(fmt.Sprintf("unless the question says otherwise, rows of %s are those with: %s", x.Table, x.Filter))) + "\n")
		}
	}
	return b.String()
}

type note struct {
	text  string
	score float64
}

// examples writes the verified examples that are most like the question, by the stems that they share: DAIL-SQL found
// that likeness of questions is most of what makes an example help. The nearest stands last, closest to the question.
func examples(known *schema, req translate.Request, clean func(string) string) string {
	c := req.Context
	if c == nil || len(c.Examples) == 0 {
		return ""
	}
	tokens, _ := index.Tokenize(req.Question)
	asked := stems(tokens)
	type scored struct {
		translate.Example
		score float64
	}
	var all []scored
	for _, e := range c.Examples {
		if s := overlap(asked, e.Question); s > 0 {
			all = append(all, scored{e, s})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	fit := all[:0]
	for _, e := range all { // one that names what is gone or hidden would teach what is wrong
		if len(fit) < maxExamples && known.runs(req.Dialect, e.SQL) {
			fit = append(fit, e)
		}
	}
	all = fit
	slices.Reverse(all)
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "%s\n   %s\n", oneLine(clean(clip(e.Question, 500))), oneLine(clean(e.SQL)))
	}
	return b.String()
}

func stems(tokens []index.Token) map[string]bool {
	out := map[string]bool{}
	for _, t := range tokens {
		if !index.Stopword(t.Lower) {
			out[t.Stem] = true
		}
	}
	return out
}

// overlap is the Dice coefficient between the stems that were asked and those of texts; the best of the texts.
func overlap(asked map[string]bool, texts ...string) float64 {
	best := 0.0
	for _, text := range texts {
		tokens, _ := index.Tokenize(text)
		own := stems(tokens)
		both := 0
		for s := range own {
			if asked[s] {
				both++
			}
		}
		if n := len(own) + len(asked); n > 0 {
			best = max(best, 2*float64(both)/float64(n))
		}
	}
	return best
}
