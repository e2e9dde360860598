package index_test

import (
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

func TestSpelling(t *testing.T) {
	t.Parallel()
	ix := index.New(library())
	values := []custard.ValueMatch{{Table: "authors", Column: "nationality", Value: "Booker", Start: 0, End: 6, Score: 1}}
	for _, c := range []struct {
		question string
		values   []custard.ValueMatch
		read     string // what the first corrected word was read as; empty for none
	}{
		{"how many memebers are there", nil, "members"},
		{"avrage price of books", nil, "average"},
		{"athors by nationalty", nil, "authors"},
		{"how many books cost more than 10", nil, ""},
		{`books called "memebers"`, nil, ""},
		{"books by Memeber", nil, ""},
		{"loand", nil, "loan"},
		{"booker prizes", values, ""},
		{"houses with gardens", nil, ""},
	} {
		got := ""
		if m := ix.Read(c.question, c.values); len(m.Spelled) > 0 {
			got = m.Spelled[0].Read
		}
		if got != c.read {
			t.Errorf("%q: read %q, want %q", c.question, got, c.read)
		}
	}
}
