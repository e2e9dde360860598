package analytic

import (
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// rates reads 'return rate', 'refund rate', 'conversion rate', where the schema has no such column itself. The chunk's base
// holds the stem of what happened.
func (r *reader) rates(i int) int {
	n := 1
	if r.eat(i+1, "rate", "rates", "ratio", "percentage") == 0 {
		if n = r.eat(i, "rate of", "ratio of"); n == 0 {
			return 0
		}
		i += n // 'rate of returns'
	}
	stem := r.stem(i)
	if targets, m := r.nounAt(i); m > 1 && n == 1 && targets[0].score >= 0.95 || isOneOf(r.word(i), "growth", "average", "hourly", "daily") || stem == "" {
		return 0
	}
	if r.v.holds("rate") && r.column(i) {
		return 0 // 'tax rate', 'exchange rate'
	}
	at, length := i, 2
	if n > 1 {
		at, length = i-n, n+1
	}
	if r.eat(i, "conversion") > 0 && r.v.traffic() != nil {
		return r.add(at, length, chunk{kind: kRate, op: "conversion"})
	}
	if stem = happenedTo(stem); r.v.happened(stem) == nil {
		return 0
	}
	return r.add(at, length, chunk{kind: kRate, base: stem})
}

// column says whether some column is called by word i and 'rate'.
func (r *reader) column(i int) bool {
	for _, c := range r.v.ix.Columns {
		if has(c.Stems, r.stem(i)) && has(c.Stems, "rate") {
			return true
		}
	}
	return false
}

// happenedTo is the stem of the verb behind a noun: cancel for cancellation.
func happenedTo(stem string) string {
	switch stem {
	case "cancel", "cancellat":
		return "cancel"
	case "complaint":
		return "complain"
	}
	return stem
}

// happened is the table whose rows say that something was done to something that was sold or ordered: returns, refunds.
func (v *view) happened(stem string) *index.Table {
	var found *index.Table
	for _, t := range v.ix.Tables {
		if v.skip[t.ID] || !has(t.Stems, stem) || len(v.parents(t)) == 0 || found != nil && len(found.Stems) <= len(t.Stems) {
			continue
		}
		found = t
	}
	return found
}

// traffic is the table of those who came, of whom some bought.
func (v *view) traffic() *index.Table {
	for _, t := range v.ix.Tables {
		if !v.skip[t.ID] && has(t.Stems, "visit", "session", "lead", "pageview", "click") && !has(t.Stems, "item", "line") {
			return t
		}
	}
	return nil
}
