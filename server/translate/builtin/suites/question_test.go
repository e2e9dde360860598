package suites

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// question is one line of a suite.
type question struct {
	Question string   `json:"question"`
	SQL      string   `json:"sql"`      // what answers it; empty where nothing can
	Also     []string `json:"also"`     // other answers that people would accept
	After    []string `json:"after"`    // questions of the same conversation before it
	Now      string   `json:"now"`      // what 'today' means
	Ordered  bool     `json:"ordered"`  // the order of the rows matters
	Optional int      `json:"optional"` // so many columns at the end of SQL's may be missing
	Kind     string   `json:"kind"`     // what it tries; see below for the two that have no query
}

const (
	kindUnanswerable = "unanswerable" // the engine is to say that it cannot answer, or ask back
	kindRefused      = "refused"      // it asks for a change, which is to be refused
)

// questions reads a suite.
func questions(t *testing.T, name string) []question {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []question
	for line := range bytes.Lines(data) {
		var q question
		if err := json.Unmarshal(line, &q); err != nil {
			t.Fatalf("%s.jsonl, line %d: %v", name, len(out)+1, err)
		}
		out = append(out, q)
	}
	return out
}

// now is the day that the question was asked on.
func (q question) now(t *testing.T) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, q.Now)
	if err != nil {
		t.Fatalf("%q: now: %v", q.Question, err)
	}
	return day.Add(12 * time.Hour)
}

// answerable says whether there is a query that answers the question.
func (q question) answerable() bool { return q.Kind != kindUnanswerable && q.Kind != kindRefused }
