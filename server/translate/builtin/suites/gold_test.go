package suites

import (
	"strings"
	"testing"
)

// What is taken for right must be right: every query runs and finds something, and says its order where that matters.
func TestSuitesHold(t *testing.T) {
	t.Parallel()
	for _, s := range suites() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			db := open(t, s.database(t, s.name))
			seen := map[string]bool{}
			for _, q := range questions(t, s.name) {
				q.now(t)
				if seen[q.Question] {
					t.Errorf("%q is asked twice", q.Question)
				}
				seen[q.Question] = true
				if !q.answerable() {
					if q.SQL != "" {
						t.Errorf("%q: a question of kind %s has a query", q.Question, q.Kind)
					}
					continue
				}
				for _, query := range append([]string{q.SQL}, q.Also...) {
					got, err := rows(t.Context(), db, query)
					if err != nil {
						t.Errorf("%q: %v", q.Question, err)
					}
					if len(got) == 0 {
						t.Errorf("%q: nothing answers it: %s", q.Question, query)
					}
					if q.Ordered && !strings.Contains(strings.ToLower(query), "order by") {
						t.Errorf("%q: its rows have an order, its query has none", q.Question)
					}
				}
			}
		})
	}
}

// suite is a set of questions about one database and the share of right answers, in percent, below which it fails: a
// little under what the engine reaches, so that a change that costs answers is seen.
type suite struct {
	name     string
	database func(*testing.T, string) string
	floor    float64
}

func suites() []suite {
	return []suite{
		{"demo", sampleShop, 95},
		{"hr", build, 80},
		{"clinic", build, 84},
		{"airline", build, 79},
		{"saas", build, 84},
		{"chinook", sample, 89},
		{"northwind", sample, 87},
	}
}
