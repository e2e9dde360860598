package builtin_test

import (
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
)

// valuesIn finds the library's values in a question.
func valuesIn(question string) []custard.ValueMatch {
	var out []custard.ValueMatch
	for _, v := range []custard.ValueMatch{{Table: "members", Column: "city", Value: "Paris", Score: 1}, {Table: "authors", Column: "nationality", Value: "Sweden", Score: 1}} {
		if at := strings.Index(question, v.Value); at >= 0 {
			v.Start, v.End = at, at+len(v.Value)
			out = append(out, v)
		}
	}
	return out
}

func TestAValueAloneIsNoQuestion(t *testing.T) {
	t.Parallel()
	e := builtin.New()
	for _, c := range []struct{ question, missing string }{
		{"what is the weather in Paris", "weather"},
		{"best restaurants in Paris", "restaurants"},
		{"is it raining in Paris", "raining"},
		{"flights from Sweden to Paris", "flights"},
	} {
		_, err := e.Translate(t.Context(), translate.Request{Question: c.question, Schema: library(), Dialect: custard.SQLite, Values: valuesIn(c.question)})
		if ce := custard.AsError(err); ce == nil || ce.Code != custard.CodeUnanswerable || !strings.Contains(ce.Message, "'"+c.missing+"'") {
			t.Errorf("%s: %v", c.question, err)
		}
	}
	for _, q := range []string{"Paris?", "tell me about Paris", "Paris"} {
		got, err := e.Translate(t.Context(), translate.Request{Question: q, Schema: library(), Dialect: custard.SQLite, Values: valuesIn(q)})
		if err != nil || got.Clarify == nil || len(got.Clarify.Choices) == 0 {
			t.Errorf("%s: %+v %v", q, got, err)
			continue
		}
		again := got.Clarify.Choices[0]
		if got, err := e.Translate(t.Context(), translate.Request{Question: again, Schema: library(), Dialect: custard.SQLite, Values: valuesIn(again)}); err != nil || got.Tree == nil {
			t.Errorf("%s: %+v %v", again, got, err)
		}
	}
	for _, q := range []string{"members in Paris", "how many members live in Paris?", "books by authors from Sweden"} {
		got, err := e.Translate(t.Context(), translate.Request{Question: q, Schema: library(), Dialect: custard.SQLite, Values: valuesIn(q)})
		if err != nil || got.Tree == nil {
			t.Errorf("%s: %+v %v", q, got, err)
		}
	}
}
