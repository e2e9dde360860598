package parse

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/sharedtest"
)

// exceptions are the statements of the corpora that are not queries, from testdata/exceptions.jsonl, where it says why.
func exceptions(t *testing.T) map[string]bool {
	t.Helper()
	f, err := os.Open("testdata/exceptions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	known := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var e struct{ SQL, Why string }
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.Why == "" {
			t.Fatalf("%s: %v", lines.Bytes(), err)
		}
		known[strings.TrimSpace(e.SQL)] = true
	}
	return known
}

// TestCorpora reads what language models wrote and what people did.
func TestCorpora(t *testing.T) {
	t.Parallel()
	broken := exceptions(t)
	read := func(t *testing.T, d custard.Dialect, sql string) {
		_, err := Parse(d, sql)
		switch excepted := broken[strings.TrimSpace(sql)]; {
		case err != nil && !excepted:
			t.Errorf("%v\n%s", err, sql)
		case err == nil && excepted:
			t.Errorf("listed in testdata/exceptions.jsonl, but accepted: %s", sql)
		}
	}
	for _, d := range []custard.Dialect{custard.Postgres, custard.MySQL, custard.SQLite} {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			for _, s := range sharedtest.Lines[sharedtest.Statement](t, sharedtest.Path(t, "corpus", "benign-"+string(d)+".jsonl")) {
				read(t, d, s.SQL)
			}
		})
	}
	t.Run("spider", func(t *testing.T) {
		t.Parallel()
		for _, q := range sharedtest.Lines[sharedtest.Question](t, sharedtest.Path(t, "eval", "spider-train", "questions.jsonl")) {
			read(t, custard.SQLite, q.SQL)
		}
	})
}
