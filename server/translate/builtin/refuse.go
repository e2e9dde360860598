package builtin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// refuse answers requests to change data: they are CodeRefused, in plain words.
func refuse(question string) *custard.Error {
	for part := range strings.SplitSeq(question, ";") {
		if err := refusePart(part); err != nil {
			return err
		}
	}
	return nil
}

func refusePart(question string) *custard.Error {
	tokens, _ := index.Tokenize(question)
	at := 0
	for at < len(tokens) && polite(tokens[at].Lower) {
		at++
	}
	if at >= len(tokens) {
		return nil
	}
	verb := tokens[at].Lower
	what := ""
	switch verb {
	case "delete", "erase", "truncate", "purge", "wipe":
		what = "delete data"
	case "drop", "alter", "rename":
		what = "change tables"
	case "update", "modify", "overwrite", "upsert":
		what = "change data"
	case "insert":
		what = "add data"
	case "grant", "revoke":
		what = "change rights"
	case "remove", "add", "create", "set", "change", "replace", "increase", "decrease", "cancel":
		if !changes(tokens[at:]) {
			return nil
		}
		what = map[bool]string{true: "add data", false: "change data"}[verb == "add" || verb == "create"]
	case "mark", "raise", "lower", "upgrade", "downgrade", "promote", "demote", "assign", "reassign", "transfer", "approve", "reject", "refund", "fire", "dismiss", "disable", "enable",
		"activate", "deactivate", "archive", "unarchive", "reopen", "reschedule", "restore", "block", "unblock", "rebook", "merge":
		if !orders(tokens[at:]) {
			return nil
		}
		what = "change data"
	case "give":
		if !slices.ContainsFunc(tokens[at:], func(t index.Token) bool {
			return t.Lower == "raise" || t.Lower == "discount" || t.Lower == "bonus" || t.Lower == "refund" || t.Lower == "promotion"
		}) || !slices.ContainsFunc(tokens[at:], func(t index.Token) bool { return t.Lower == "a" || t.Lower == "an" }) {
			return nil
		}
		what = "change data"
	default:
		return nil
	}
	return custard.Errorf(custard.CodeRefused, "Custard only reads: it does not %s", what).
		WithHint("Ask a question about the data instead, such as how many rows there are.")
}

// changes says whether what follows an everyday verb reads as an order to change rows.
func changes(tokens []index.Token) bool {
	if len(tokens) < 2 {
		return false
	}
	if tokens[0].Lower == "cancel" && orders(tokens) {
		return true
	}
	switch tokens[1].Lower {
	case "a", "an", "the", "all", "every", "new", "this", "that", "these", "those", "my", "our", "price", "prices", "table", "column",
		"row", "rows", "record", "records", "user", "customer", "order", "database", "index", "view", "everything", "up":
	default:
		return false
	}
	if tokens[0].Lower == "add" && slices.ContainsFunc(tokens, func(t index.Token) bool { return t.Lower == "up" || t.Lower == "together" || t.Lower == "sum" }) {
		return false
	}
	return true
}

// orders says whether a verb is followed by what it is to be done to: 'approve the request', 'cancel flight CU118', but not
// 'refund amount by month'.
func orders(tokens []index.Token) bool {
	if len(tokens) < 2 {
		return false
	}
	switch tokens[1].Lower {
	case "a", "an", "the", "all", "every", "everyone", "everybody", "this", "that", "these", "those", "my", "our", "his", "her", "their":
		return true
	}
	return one(tokens[1]) || len(tokens) > 2 && one(tokens[2])
}

// one says whether a word is written as the name or number of one thing: CU118, Granite, 7003.
func one(t index.Token) bool {
	if period(t.Lower) || len(t.Lower) == 2 && t.Lower[0] == 'q' || len(t.Text) == 4 && (t.Text[:2] == "19" || t.Text[:2] == "20") {
		return false
	}
	switch t.Lower {
	case "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december":
		return false
	}
	return t.Text != t.Lower || t.Lower[0] >= '0' && t.Lower[0] <= '9'
}

// period says whether a word names a stretch of time.
func period(w string) bool {
	switch strings.TrimSuffix(w, "s") {
	case "day", "week", "month", "quarter", "year", "today", "yesterday":
		return true
	}
	return false
}

func polite(w string) bool {
	switch w {
	case "please", "can", "could", "would", "will", "you", "i", "want", "to", "need", "now", "just", "kindly", "let", "us", "me", "lets", "go", "and", "then", "we", "should", "custard":
		return true
	}
	return false
}

// unlinked answers what has nothing to do with the schema.
func unlinked(ix *index.Index, ms *index.Mentions) *custard.Error {
	if len(ms.Tokens) == 0 {
		return custard.Errorf(custard.CodeUnanswerable, "that is no question").WithHint("%s", offer(ix))
	}
	for _, l := range ms.Links {
		if l.Coverage >= 0.35 {
			return nil
		}
	}
	for _, v := range ms.Values {
		if v.Score >= 0.6 {
			return nil
		}
	}
	return unanswerable(ix, ms)
}

// unanswerable names the words that are nowhere in the schema.
func unanswerable(ix *index.Index, ms *index.Mentions) *custard.Error {
	var missing []string
	for i, t := range ms.Tokens {
		if index.Stopword(t.Lower) || t.Lower[0] >= '0' && t.Lower[0] <= '9' || named(ms, i) || filler(t.Lower) {
			continue
		}
		if w := fmt.Sprintf("'%s'", t.Text); !slices.Contains(missing, w) {
			missing = append(missing, w)
		}
	}
	if len(missing) == 0 {
		return custard.Errorf(custard.CodeUnanswerable, "no query about this database fits the question").WithHint("%s", offer(ix))
	}
	if len(missing) > 3 {
		missing = missing[:3]
	}
	return custard.Errorf(custard.CodeUnanswerable, "nothing in this database is called %s", strings.Join(missing, " or ")).WithHint("%s", offer(ix))
}

func named(ms *index.Mentions, token int) bool {
	for _, l := range ms.Links {
		if l.Span.Covers(token) && l.Coverage >= 0.35 {
			return true
		}
	}
	for _, v := range ms.Values {
		if v.Span.Covers(token) {
			return true
		}
	}
	return slices.ContainsFunc(ms.Cues, func(c index.Cue) bool { return c.Span.Covers(token) })
}

func filler(w string) bool {
	switch w {
	case "name", "names", "number", "please", "get", "information", "info", "details", "today", "now", "like", "want", "know", "database", "data":
		return true
	}
	return false
}

// offer names a few tables that can be asked about.
func offer(ix *index.Index) string {
	var names []string
	for _, views := range []bool{false, true} {
		for _, t := range ix.Tables {
			if t.View == views && !t.Bridge && len(names) < 5 {
				names = append(names, t.Phrase())
			}
		}
	}
	if len(names) == 0 {
		return "The database has no tables that can be read."
	}
	return "It has " + strings.Join(names, ", ") + "; ask about those."
}
