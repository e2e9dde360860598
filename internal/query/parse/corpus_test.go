package parse

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

// sharedDir finds the folder of data sets beside the repository; the test is skipped without it.
func sharedDir(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("CUSTARD_SHARED"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		shared := filepath.Join(dir, "shared")
		if _, err := os.Stat(filepath.Join(shared, "corpus")); err == nil {
			return shared
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Skip("no folder shared/ with the data sets beside the repository")
	}
}

type statement struct {
	Dialect custard.Dialect `json:"dialect"`
	DB      string          `json:"db"`
	SQL     string          `json:"sql"`
}

func readStatements(t *testing.T, path string) []statement {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []statement
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s statement
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if s.Dialect == "" {
			s.Dialect = custard.SQLite
		}
		list = append(list, s)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestCorpora reads what language models wrote; testdata/exceptions.jsonl lists what is broken, and why.
func TestCorpora(t *testing.T) {
	t.Parallel()
	shared := sharedDir(t)
	broken := map[string]bool{}
	for _, s := range readStatements(t, "testdata/exceptions.jsonl") {
		broken[strings.TrimSpace(s.SQL)] = true
	}
	for _, path := range []string{
		"corpus/benign-sqlite.jsonl", "corpus/benign-postgres.jsonl", "corpus/benign-mysql.jsonl", "eval/spider-train/questions.jsonl",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			list := readStatements(t, filepath.Join(shared, path))
			for _, s := range list {
				_, err := Parse(s.Dialect, s.SQL)
				switch excepted := broken[strings.TrimSpace(s.SQL)]; {
				case err != nil && !excepted:
					t.Errorf("%v\n%s", err, s.SQL)
				case err == nil && excepted:
					t.Errorf("listed in testdata/exceptions.jsonl, but accepted: %s", s.SQL)
				}
			}
		})
	}
}
