package builtin

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// beyond says why no database answers a question of this kind: it asks for reasons, advice or the future, or for a thing
// that nothing in the schema is called. nil where it may be answered.
func beyond(ix *index.Index, ms *index.Mentions) *custard.Error {
	if len(ms.Tokens) == 0 {
		return nil
	}
	for i, t := range ms.Tokens[:min(3, len(ms.Tokens))] {
		switch t.Lower {
		case "why":
			return custard.Errorf(custard.CodeUnanswerable, "a query finds what happened, not why").WithHint("%s", offer(ix))
		case "should", "will", "would":
			if i > 0 && !exact(ms, i) {
				return custard.Errorf(custard.CodeUnanswerable, "the database holds what was, not what %s be", t.Lower).WithHint("%s", offer(ix))
			}
		}
	}
	if head := unknownHead(ms); head != "" {
		return custard.Errorf(custard.CodeUnanswerable, "nothing in this database is called '%s'", head).WithHint("%s", offer(ix))
	}
	return nil
}

// unknownHead is the thing that a question asks for, where it is nothing that the schema or a value has: the mayor in
// 'who is the mayor of Leeds', trains in 'how many trains'. Empty where it is known, or where nothing tells.
func unknownHead(ms *index.Mentions) string {
	i := afterAsking(ms.Tokens)
	if i == 0 {
		return ""
	}
	end := i
	for end < len(ms.Tokens) && end < i+3 && !index.Stopword(ms.Tokens[end].Lower) {
		if familiar(ms, end) {
			return ""
		}
		end++
	}
	if end == i {
		return ""
	}
	return ms.Text(index.Span{First: i, End: end})
}

// afterAsking is the token after the words that ask: 'how many', 'what is the'; 0 where there are none.
func afterAsking(tokens []index.Token) int {
	for _, phrase := range []string{
		"how many of the", "how many of our", "how many different", "how many", "what is the", "what are the", "what s the", "what was the", "what is our", "what are our", "who is the", "who are the", "who was the", "which", "what", "how",
	} {
		n := 0
		for w := range strings.FieldsSeq(phrase) {
			if n >= len(tokens) || tokens[n].Lower != w {
				n = 0
				break
			}
			n++
		}
		if n > 0 {
			return n
		}
	}
	return 0
}

// familiar says whether a token is known well enough to be what a question asks for.
func familiar(ms *index.Mentions, i int) bool {
	t := &ms.Tokens[i]
	if t.Quoted || t.Lower[0] >= '0' && t.Lower[0] <= '9' || filler(t.Lower) || index.Expand(t.Lower) != nil || common(t.Lower) {
		return true
	}
	if _, _, _, ok := index.Adjective(t.Lower); ok {
		return true
	}
	for _, l := range ms.Links {
		if l.Span.Covers(i) && l.Coverage >= 0.3 {
			return true
		}
	}
	for _, v := range ms.Values {
		if v.Span.Covers(i) && v.Score >= 0.7 {
			return true
		}
	}
	for k := range ms.Cues {
		if ms.Cues[k].Span.Covers(i) {
			return true
		}
	}
	return false
}

// common says whether a word may stand for many things: it needs no name of its own.
func common(w string) bool {
	switch w {
	case "people", "person", "persons", "times", "time", "one", "ones", "type", "types", "kind", "kinds", "sort", "sorts", "share", "percent", "percentage", "proportion", "fraction",
		"total", "sum", "average", "mean", "median", "distribution", "difference", "ratio", "revenue", "turnover", "sales", "profit", "income", "money", "value", "amount", "order",
		"day", "days", "week", "weeks", "month", "months", "quarter", "quarters", "year", "years", "hour", "hours", "minute", "minutes", "date", "weekday", "last", "first", "next", "most", "common",
		"unique", "distinct", "different", "various", "individual", "things", "thing", "rows", "records", "record", "entries", "table", "tables", "column", "columns", "list", "full", "complete",
		"ids", "id", "growth", "trend", "change", "result", "results", "members", "member", "else", "new", "ever", "far", "big", "items", "item", "combined", "overall", "highest", "lowest", "respective":
		return true
	}
	return false
}

func exact(ms *index.Mentions, token int) bool {
	for _, l := range ms.Links {
		if l.Span.Covers(token) && l.Exact {
			return true
		}
	}
	return false
}

// strange says whether at least half of what a question says is nowhere in the schema.
func strange(ms *index.Mentions) bool {
	all, missing := 0, 0
	for i, t := range ms.Tokens {
		if index.Stopword(t.Lower) || t.Lower[0] >= '0' && t.Lower[0] <= '9' || filler(t.Lower) {
			continue
		}
		all++
		if !familiar(ms, i) {
			missing++
		}
	}
	return 2*missing >= all && missing > 0
}
