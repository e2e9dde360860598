package main

import (
	"os"
	"path/filepath"
	"testing"
)

// floor is what the embedded weights must reach on the sample: some points under what was measured, for what chance does
// to a sample of this size.
const floor = 56.0

// TestAccuracy asks each fifth question about databases that training does not see, where the data is at hand.
func TestAccuracy(t *testing.T) {
	if testing.Short() {
		t.Skip("asks some 200 questions")
	}
	dir, ok := shared(t)
	if !ok {
		t.Skip("no shared/eval/spider-train beside the repository")
	}
	list, _, err := measure(t.Context(), options{
		questions: filepath.Join(dir, "questions.jsonl"), databases: filepath.Join(dir, "database"), split: "validate", field: "question", every: 5,
	})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, r := range list {
		if r.Right {
			right++
		}
	}
	got := 100 * float64(right) / float64(len(list))
	t.Logf("%.1f%% of %d questions", got, len(list))
	if got < floor {
		t.Errorf("%.1f%% right, under the floor of %.1f%%", got, floor)
	}
}

// shared finds the folder of the data set, by walking up to a folder shared/ or by CUSTARD_SHARED.
func shared(t *testing.T) (string, bool) {
	t.Helper()
	at, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	var roots []string
	if env := os.Getenv("CUSTARD_SHARED"); env != "" {
		roots = append(roots, env)
	}
	for {
		roots = append(roots, filepath.Join(at, "shared"))
		up := filepath.Dir(at)
		if up == at {
			break
		}
		at = up
	}
	for _, r := range roots {
		dir := filepath.Join(r, "eval", "spider-train")
		if _, err := os.Stat(filepath.Join(dir, "questions.jsonl")); err == nil {
			return dir, true
		}
	}
	return "", false
}

func TestSameRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		g, p    [][]string
		ordered bool
		want    bool
	}{
		{"rows in another order", [][]string{{"a"}, {"b"}}, [][]string{{"b"}, {"a"}}, false, true},
		{"rows in another order where the order counts", [][]string{{"a"}, {"b"}}, [][]string{{"b"}, {"a"}}, true, false},
		{"columns in another order", [][]string{{"a", "1"}, {"b", "2"}}, [][]string{{"1", "a"}, {"2", "b"}}, true, true},
		{"columns mixed", [][]string{{"a", "1"}, {"b", "2"}}, [][]string{{"2", "a"}, {"1", "b"}}, false, false},
		{"one column more", [][]string{{"a"}}, [][]string{{"a", "b"}}, false, false},
		{"both empty", nil, nil, true, true},
		{"one empty", nil, [][]string{{"a"}}, false, false},
		{"twice the same row", [][]string{{"a"}, {"a"}}, [][]string{{"a"}}, false, false},
	} {
		if got := sameRows(c.g, c.p, c.ordered); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if normal(2.0) != normal(int64(2)) || normal(0.1234567) != normal(0.12345671) || normal("2") == normal(int64(2)) {
		t.Error("cells are compared as values, rounded to six places")
	}
}
