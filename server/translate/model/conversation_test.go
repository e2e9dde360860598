package model_test

import (
	"context"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/ask"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/model"
)

// A follow-up reaches the model as it was said, with the last questions and their queries, and with the tables that the last
// query reads whatever the follow-up names.
func TestFollowUpsGoOnFromTheLastQuery(t *testing.T) {
	t.Parallel()
	src := shop(t)
	last := translate.Turn{
		Question: "refunds by reason this year",
		SQL:      "SELECT reason, count(*) AS refunds FROM refunds WHERE refunded_at >= '2026-01-01' GROUP BY reason",
	}
	for _, question := range []string{"only Germany", "by month instead", "and the year before?", "why so many in May?", "how many employees are there?"} {
		p := &scripted{texts: []string{queryText("SELECT count(*) FROM refunds")}}
		d := newDesk(t, model.New(model.Config{Provider: p, Tables: 3}), src, func(c *ask.Config) {
			c.Turns = turnsOf([]translate.Turn{{Question: "hello", SQL: "SELECT gone FROM nowhere"}, last})
		})
		if a := put(t.Context(), d.Service, custard.Request{Question: question, Conversation: "c"}); a.err != nil {
			t.Fatal(a.err)
		}
		schema, ask := p.asked[0].Messages[0].Text, p.asked[0].Messages[1].Text
		if !strings.Contains(schema, "TABLE refunds (") {
			t.Errorf("%s: the last query's table is not there:\n%s", question, schema)
		}
		if !strings.Contains(ask, "2. "+last.Question+"\n   "+last.SQL) || !strings.Contains(ask, "\n"+question+"\n</question-") || strings.Contains(ask, "nowhere") {
			t.Errorf("%s:\n%s", question, ask)
		}
		if !strings.Contains(ask, "Today is Sunday, 2026-02-15.") {
			t.Errorf("%s: no date:\n%s", question, ask)
		}
	}
	if !strings.Contains(newTopic(t, src), "TABLE employees (") {
		t.Error("a new topic does not find its table")
	}
}

// newTopic is the schema that a question about something else is shown.
func newTopic(t *testing.T, src custard.Source) string {
	t.Helper()
	p := &scripted{texts: []string{queryText("SELECT count(*) FROM employees")}}
	d := newDesk(t, model.New(model.Config{Provider: p, Tables: 3}), src, func(c *ask.Config) {
		c.Turns = turnsOf([]translate.Turn{{Question: "refunds by reason", SQL: "SELECT reason FROM refunds"}})
	})
	if a := put(t.Context(), d.Service, custard.Request{Question: "how many employees were hired this year?", Conversation: "c"}); a.err != nil {
		t.Fatal(a.err)
	}
	return p.asked[0].Messages[0].Text
}

// What is prepared for one database never serves another, however alike they are.
func TestSchemasOfOthersStayApart(t *testing.T) {
	t.Parallel()
	src := shop(t)
	p := &scripted{texts: []string{queryText("SELECT count(*) FROM customers")}}
	engine := model.New(model.Config{Provider: p})
	for _, org := range []string{"a", "b"} {
		w := &watched{Source: src, change: func(s *custard.Schema) *custard.Schema {
			out := commented(s, "COMMENT-OF-"+org)
			out.Fingerprint = "the same"
			return out
		}}
		d := newDesk(t, engine, w, func(c *ask.Config) { c.Organisation, c.Connection = org, "main" })
		if a := put(t.Context(), d.Service, custard.Request{Question: "how many customers?"}); a.err != nil {
			t.Fatal(a.err)
		}
		sent := shown(p.asked[len(p.asked)-1])
		if !strings.Contains(sent, "COMMENT-OF-"+org) || strings.Contains(sent, "COMMENT-OF-"+map[string]string{"a": "b", "b": "a"}[org]) {
			t.Errorf("%s was shown what is another's", org)
		}
		if got := p.asked[len(p.asked)-1].Organisation; got != org {
			t.Errorf("%q pays for %q", got, org)
		}
	}
}

// An asker that goes away ends the call of the model.
func TestLeavingEndsTheCall(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p := &scripted{answer: func(*llm.Request) (string, error) { cancel(); return queryText("SELECT count(*) FROM customers"), nil }}
	d := newDesk(t, model.New(model.Config{Provider: p}), shop(t), nil)
	a := put(ctx, d.Service, custard.Request{Question: "how many customers?"})
	if a.err == nil || a.err.Code != custard.CodeCanceled {
		t.Errorf("%v", a.err)
	}
}
