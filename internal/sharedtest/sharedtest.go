// Package sharedtest finds the corpora that tests measure with. They lie outside the repository: in a folder `shared`
// beside it, or where CUSTARD_SHARED says. Without them the tests that want them are skipped.
package sharedtest

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Path returns the path of a file or folder in the shared folder, which is looked for upwards from the working folder.
// It skips the test where there is none.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	name := filepath.Join(elem...)
	if dir := os.Getenv("CUSTARD_SHARED"); dir != "" {
		return existing(t, filepath.Join(dir, name))
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "shared", "corpus")); err == nil {
			return existing(t, filepath.Join(dir, "shared", name))
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("no folder shared/ beside the repository, and CUSTARD_SHARED is not set")
		}
		dir = up
	}
}

func existing(t testing.TB, path string) string {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the shared folder has no %s", path)
	}
	return path
}

// Statement is one line of a corpus: benign-*.jsonl or readonly-escapes.jsonl.
type Statement struct {
	Dialect string `json:"dialect"`
	DB      string `json:"db"`
	SQL     string `json:"sql"`
}

// Question is one line of Spider's questions.jsonl.
type Question struct {
	ID       int    `json:"id"`
	DB       string `json:"db"`
	Split    string `json:"split"`
	Question string `json:"question"`
	SQL      string `json:"sql"`
}

// Lines reads a file of one JSON object a line.
func Lines[T any](t testing.TB, path string) []T {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var all []T
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var one T
		if err := json.Unmarshal(scanner.Bytes(), &one); err != nil {
			t.Fatalf("%s, line %d: %v", path, len(all)+1, err)
		}
		all = append(all, one)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
