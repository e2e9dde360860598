// Package analytic is the grammar for what people ask at work: time windows and series, change, running totals, shares,
// rankings within groups, averages per customer, who never did something, what is missing. DESIGN.md describes it.
//
// It knows no schema of its own: names, joins, dates and money are found in the index of the database that is asked.
package analytic

import (
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Candidate is a reading of a question.
type Candidate struct {
	Tree        *query.Query
	Assumptions []string // in plain words: "'last month' read as 2026-10-01 to 2026-10-31"
	Confidence  float64  // 0 to 1
	Coverage    float64  // share of the question's content words that the reading explains
	Analytic    bool     // an analytic construct (time, money, share, absence …) took part
}

// Translate reads a question as the grammar does; ok is false where it finds no reading that makes a query. The index is
// the schema's, the mentions the question's.
func Translate(req translate.Request, ix *index.Index, ms *index.Mentions) (*Candidate, bool) {
	now := req.Now
	if now.IsZero() {
		now = time.Now()
	}
	v := newView(ix, req.Dialect)
	r := &reader{v: v, m: ms, toks: slices.Clone(ms.Tokens), now: now}
	r.cut()
	p := &plan{v: v, r: r, sales: v.sales()}
	p.interpret(r.chunks)
	coverage := r.coverage()
	if coverage < 0.5 {
		return nil, false
	}
	if p.giveUp {
		return nil, false
	}
	tree, ok := p.build()
	if !ok {
		return nil, false
	}
	c := &Candidate{Tree: tree, Assumptions: append(r.notes, p.notes...), Coverage: coverage, Analytic: p.analytic}
	c.Confidence = 0.9 * coverage * coverage
	if !p.analytic {
		c.Confidence -= 0.15
	}
	return c, true
}

// coverage is the share of the content words that have been understood.
func (r *reader) coverage() float64 {
	all, known := 0, 0
	for _, c := range r.chunks {
		if c.kind == kFill {
			continue
		}
		n := 0
		for i := c.span.First; i < c.span.End; i++ {
			n += boolInt(!index.Stopword(r.word(i)) || c.kind == kNot || c.kind == kUnknown)
		}
		all += n
		if c.used && c.kind != kUnknown {
			known += n
		}
	}
	if all == 0 {
		return 0
	}
	return float64(known) / float64(all)
}
