package custard_test

import (
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

func TestIDsSortByTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	seen := map[string]bool{}
	last := ""
	for range 2000 {
		id := custard.NewID(at)
		if len(id) != 26 || seen[id] {
			t.Fatalf("%q: want 26 letters, never the same twice", id)
		}
		if id <= last {
			t.Fatalf("%q comes after %q in time and not in order", id, last)
		}
		seen[id], last = true, id
		at = at.Add(time.Millisecond)
	}
}
