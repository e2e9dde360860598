package builtin

import (
	"fmt"
	"slices"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// valueAlone answers a question that names no table and no column, only a value: with the words that are nowhere ('best
// restaurants in Berlin'), or by asking back where it says nothing else ('Berlin?'). Both nil where there is more to it.
func valueAlone(ix *index.Index, ms *index.Mentions) (*translate.Translation, error) {
	for _, l := range ms.Links {
		if l.Coverage >= 0.35 && !ms.OfValue(l.Span) {
			return nil, nil //nolint:nilnil // nothing to say about it
		}
	}
	var best []index.ValueLink
	for _, v := range ms.Values {
		if v.Score > 0.9 {
			best = append(best, v)
		}
	}
	if len(best) == 0 && len(ms.Values) == 0 {
		return nil, nil //nolint:nilnil // nothing to say about it
	}
	said := false
	for i, t := range ms.Tokens {
		if i > 1 && ms.Tokens[i-2].Lower == "how" && ms.Tokens[i-1].Lower == "many" && slices.ContainsFunc(ms.Values, func(v index.ValueLink) bool { return v.Span.Covers(i) }) {
			return nil, nil //nolint:nilnil // 'how many females'
		}
		switch {
		case index.Stopword(t.Lower), empty(t.Lower), slices.ContainsFunc(best, func(v index.ValueLink) bool { return v.Span.Covers(i) }):
		case familiar(ms, i):
			said = true
		default:
			return nil, custard.Errorf(custard.CodeUnanswerable, "nothing in this database is called '%s'", t.Text).WithHint("%s", offer(ix))
		}
	}
	if said || len(best) == 0 {
		return nil, nil //nolint:nilnil // 'how many in Berlin'
	}
	return &translate.Translation{Clarify: about(best)}, nil
}

// empty says whether a word asks without saying for what.
func empty(w string) bool {
	switch w {
	case "about", "get", "tell", "show", "give", "know", "info", "information", "details", "please", "something", "anything", "everything", "data", "find":
		return true
	}
	return false
}

// about asks what to know about a value.
func about(values []index.ValueLink) *custard.Clarify {
	v := values[0]
	c := &custard.Clarify{Question: fmt.Sprintf("'%s' is a %s of %s. What do you want to know?", v.Value, v.Column.Phrase(), v.Column.Table.Phrase())}
	for _, v := range values {
		choice := fmt.Sprintf("Show the %s with %s %s", v.Column.Table.Phrase(), v.Column.Phrase(), v.Value)
		if len(c.Choices) < 3 && !slices.Contains(c.Choices, choice) {
			c.Choices = append(c.Choices, choice)
		}
	}
	return c
}
