package builtin

import (
	"fmt"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// bare asks back where a question is no more than a name that columns of several tables share: 'status'. Nil where it is
// more than that.
func bare(ms *index.Mentions) *custard.Clarify {
	content, at := 0, 0
	for i, t := range ms.Tokens {
		if !index.Stopword(t.Lower) {
			content++
			at = i
		}
	}
	if content != 1 || len(ms.Cues) > 0 || len(ms.Values) > 0 || len(ms.Numbers) > 0 {
		return nil
	}
	var columns []*index.Column
	for _, l := range ms.Links {
		if !l.Span.Covers(at) || l.Coverage < 0.95 {
			continue
		}
		if l.Column == nil {
			return nil // a table is listed
		}
		if l.Column.Role != index.RoleRef {
			columns = append(columns, l.Column)
		}
	}
	if len(columns) < 2 {
		return nil
	}
	c := &custard.Clarify{Question: fmt.Sprintf("'%s' is a column of %d tables. Which do you mean?", ms.Tokens[at].Text, len(columns))}
	for _, col := range columns[:min(len(columns), 3)] {
		c.Choices = append(c.Choices, fmt.Sprintf("Show the %s of %s", index.Plural(col.Phrase()), index.Plural(col.Table.Phrase())))
	}
	return c
}

// missingNoun is the noun that a question counts ('how many unicorns …') where nothing in the database is called like it;
// empty where there is none.
func missingNoun(ms *index.Mentions) string {
	for i := range ms.Tokens {
		if i+2 >= len(ms.Tokens) || ms.Tokens[i].Lower != "how" || ms.Tokens[i+1].Lower != "many" {
			continue
		}
		noun := ms.Tokens[i+2]
		if index.Stopword(noun.Lower) || noun.Quoted || named(ms, i+2) || filler(noun.Lower) || len(index.Synonyms(noun.Stem)) > 0 {
			return ""
		}
		for _, l := range ms.Links { // 'how many open orders'
			if l.Span.First == i+3 && l.Coverage >= 0.5 {
				return ""
			}
		}
		return noun.Text
	}
	return ""
}
