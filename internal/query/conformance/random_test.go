package conformance

import (
	"math/rand/v2"
	"testing"

	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/querytest"
)

// random asks the witness about random expressions: that it reads them with the parentheses that print deems needed as it
// reads them with all of them.
func (w witness) random(t *testing.T) {
	t.Helper()
	source := querytest.Source{Rand: rand.New(rand.NewPCG(1, 2)), Dialect: w.dialect, Leaf: querytest.Column}
	for range 3000 {
		e := source.Expr(4)
		q := &query.Query{Body: &query.Select{Items: []query.Item{{Expr: e}}}}
		if w.knows(q) {
			w.sameShape(t, "a random expression", q)
		}
		if t.Failed() {
			return
		}
	}
}

// words uses every keyword of ours as a name.
func (w witness) words(t *testing.T) {
	t.Helper()
	for _, name := range querytest.Words(t, "../print/keywords.go", "../parse/keywords.go", "../parse/reserved.go") {
		q := querytest.Named(name)
		w.agreeOn(t, name, q, false)
	}
}
