package check

import (
	"path/filepath"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

func dialects() []custard.Dialect {
	return []custard.Dialect{custard.Postgres, custard.MySQL, custard.SQLite, custard.DuckDB, custard.Snowflake}
}

// again checks what was printed of a checked statement: it must pass, mean the same, and need no repair. It reports whether the
// statement passed at all.
func again(t *testing.T, d custard.Dialect, text string, idx *Index) bool {
	t.Helper()
	tree, err := parse.Parse(d, text)
	if err != nil {
		return false
	}
	before := query.Clone(tree)
	res, err := Check(tree, idx, Options{Dialect: d, MaxRows: 100, Repair: true})
	if !query.Equal(d, before, tree) {
		t.Fatalf("%s: %s\n\tthe query was changed", d, text)
	}
	if err != nil {
		if custard.AsError(err).Code == custard.CodeInternal {
			t.Fatalf("%s: %s\n\t%v", d, text, err)
		}
		return false
	}
	if len(res.Tables) > 0 && !NeedsSchema(tree) {
		t.Fatalf("%s: %s\n\treads %s and needs no schema", d, text, res.Tables[0].Name)
	}
	first, err := print.SQL(d, res.Query)
	if err != nil {
		return false
	}
	if len(first) > parse.MaxBytes {
		return true
	}
	tree, err = parse.Parse(d, first)
	if err != nil {
		t.Fatalf("%s: %s\n\tprinted as %s\n\tis not read: %v", d, text, first, err)
	}
	res2, err := Check(tree, idx, Options{Dialect: d, MaxRows: 100})
	if err != nil {
		t.Fatalf("%s: %s\n\tprinted as %s\n\tis not accepted: %v", d, text, first, err)
	}
	second, err := print.SQL(d, res2.Query)
	if err != nil || first != second {
		t.Fatalf("%s: %s\n\tprinted as %s\n\tand again as %s (%v)", d, text, first, second, err)
	}
	return true
}

// TestAgain checks the corpora's statements twice: what the server has checked and printed, the agent checks again.
func TestAgain(t *testing.T) {
	t.Parallel()
	for _, d := range []custard.Dialect{custard.SQLite, custard.Postgres, custard.MySQL} {
		passed := 0
		for _, q := range readLines[question](t, filepath.Join(shared(t), "corpus", "benign-"+string(d)+".jsonl")) {
			tree, err := parse.Parse(d, q.SQL)
			if err != nil {
				continue
			}
			if again(t, d, q.SQL, NewIndex(anySchema(d, tree))) {
				passed++
			}
		}
		t.Logf("%s: %d statements passed twice", d, passed)
	}
	for _, file := range []string{"twins.jsonl", "hostile.jsonl", "readonly-escapes.jsonl"} {
		for _, h := range readLines[hostile](t, filepath.Join("testdata", file)) {
			if h.DB != custard.MongoDB {
				again(t, h.DB, h.text(), victim(h.DB))
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, file := range []string{"twins.jsonl", "hostile.jsonl"} {
		for i, h := range readLines[hostile](f, filepath.Join("testdata", file)) {
			if i%7 == 0 {
				f.Add(h.text())
			}
		}
	}
	f.Add(long)
	indexes := map[custard.Dialect]*Index{}
	for _, d := range dialects() {
		indexes[d] = NewIndex(shop(d))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range dialects() {
			again(t, d, text, indexes[d])
		}
	})
}
