package main

import (
	"context"
	"strings"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

type valueRef struct {
	table, column, value string
	words                int
}

type valueIndex struct {
	exact map[string][]valueRef
	stem  map[string][]valueRef
	part  map[string][]valueRef
}

func newValueIndex(ctx context.Context, conn connector.Conn, schema *custard.Schema) (*valueIndex, error) {
	v := &valueIndex{map[string][]valueRef{}, map[string][]valueRef{}, map[string][]valueRef{}}
	for _, t := range schema.Tables {
		for _, c := range t.Columns {
			if c.Type != custard.TypeText {
				continue
			}
			for text, err := range conn.Distinct(ctx, t, c, 100000, 5000) {
				if err != nil {
					break
				}
				v.add(t.Name, c.Name, text)
			}
		}
	}
	return v, nil
}

func (v *valueIndex) add(table, column, text string) {
	if len(text) > 80 || text == "" {
		return
	}
	tokens, _ := index.Tokenize(text)
	if len(tokens) == 0 || len(tokens) > 8 {
		return
	}
	ref := valueRef{table, column, text, len(tokens)}
	lower, stems := []string{}, []string{}
	for _, t := range tokens {
		lower = append(lower, t.Lower)
		stems = append(stems, t.Stem)
	}
	v.exact[strings.Join(lower, " ")] = append(v.exact[strings.Join(lower, " ")], ref)
	v.stem[strings.Join(stems, " ")] = append(v.stem[strings.Join(stems, " ")], ref)
	if len(tokens) > 1 {
		for i := range lower {
			for n := 1; n <= 3 && i+n <= len(lower); n++ {
				k := strings.Join(lower[i:i+n], " ")
				if n < len(lower) {
					v.part[k] = append(v.part[k], ref)
				}
			}
		}
	}
}

func (v *valueIndex) find(question string) []custard.ValueMatch {
	tokens, _ := index.Tokenize(question)
	var out []custard.ValueMatch
	for i := range tokens {
		lower, stem := "", ""
		for n := 1; n <= 8 && i+n <= len(tokens); n++ {
			t := tokens[i+n-1]
			if n > 1 {
				lower, stem = lower+" "+t.Lower, stem+" "+t.Stem
			} else {
				lower, stem = t.Lower, t.Stem
			}
			if n == 1 && index.Stopword(t.Lower) && !t.Quoted {
				continue
			}
			put := func(refs []valueRef, score func(valueRef) float64, most int) {
				if len(refs) > most {
					return
				}
				for _, r := range refs {
					out = append(out, custard.ValueMatch{Table: r.table, Column: r.column, Value: r.value, Start: tokens[i].Start, End: t.End, Score: score(r)})
				}
			}
			if refs := v.exact[lower]; len(refs) > 0 {
				put(refs, func(valueRef) float64 { return 1 }, 60)
				continue
			}
			if refs := v.stem[stem]; len(refs) > 0 {
				put(refs, func(valueRef) float64 { return 0.9 }, 30)
				continue
			}
			if n <= 3 && (len(t.Lower) > 2 || n > 1) {
				put(v.part[lower], func(r valueRef) float64 { return 0.3 + 0.5*float64(n)/float64(r.words) }, 8)
			}
		}
	}
	return out
}
