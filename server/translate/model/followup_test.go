package model_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/ask"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/model"
)

// A model is told the conversation's questions with the queries that ran, so that what comes after is read against the last
// of them; what begins anew is told nothing of it.
func TestFollowUpsReachTheModelWithTheLastQuery(t *testing.T) {
	t.Parallel()
	const first = "SELECT country, count(*) AS n FROM customers GROUP BY country"
	script := []struct{ conversation, question, sql string }{
		{"a", "customers by country", first},
		{"a", "only Germany", "SELECT country, count(*) AS n FROM customers WHERE country = 'Germany' GROUP BY country"},
		{"a", "by city instead", "SELECT city, count(*) AS n FROM customers WHERE country = 'Germany' GROUP BY city"},
		{"a", "and the year before", "SELECT city, count(*) AS n FROM customers WHERE country = 'Germany' AND created_at < '2026-01-01' GROUP BY city"},
		{"a", "why so many in May?", "SELECT city, count(*) AS n FROM customers WHERE country = 'Germany' AND created_at >= '2026-05-01' AND created_at < '2026-06-01' GROUP BY city"},
		{"b", "how many customers are there?", "SELECT count(*) AS n FROM customers"},
	}
	step := 0
	p := &scripted{answer: func(*llm.Request) (string, error) {
		text, err := json.Marshal(map[string]any{
			"plan": "", "kind": "query", "sql": script[step].sql, "assumptions": []string{}, "question": nil, "choices": []string{}, "reason": nil, "confidence": 0.9,
		})
		return string(text), err
	}}
	kept := map[string][]translate.Turn{}
	d := newDesk(t, model.New(model.Config{Provider: p}), shop(t), func(c *ask.Config) {
		c.Turns = func(_ context.Context, id string) ([]translate.Turn, error) { return kept[id], nil }
	})
	for i, s := range script {
		step = i
		a := put(t.Context(), d.Service, custard.Request{Question: s.question, Conversation: s.conversation})
		if a.err != nil {
			t.Fatalf("%s: %v (%s)", s.question, a.err, a.err.Hint)
		}
		var told strings.Builder
		for _, m := range p.asked[len(p.asked)-1].Messages {
			told.WriteString(m.Text)
		}
		if !strings.Contains(told.String(), s.question) {
			t.Errorf("the model was not told %q", s.question)
		}
		for j, earlier := range script[:i] {
			same := earlier.conversation == s.conversation
			asked := strings.Contains(told.String(), earlier.question)
			if asked != same && (same || earlier.question != s.question) {
				t.Errorf("at %q the model was told %q: %v", s.question, earlier.question, asked)
			}
			if j == i-1 && strings.Contains(told.String(), kept[earlier.conversation][len(kept[earlier.conversation])-1].SQL) != same {
				t.Errorf("at %q the model was told the query of %q: %v", s.question, earlier.question, !same)
			}
		}
		kept[s.conversation] = append(kept[s.conversation], translate.Turn{Question: s.question, SQL: a.query.SQL})
	}
}
