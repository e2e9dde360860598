package builtin

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// statement takes a question that is a statement already, in the database's own language; nil for any other.
func (x entry) statement(req translate.Request) *translate.Translation {
	first, _, _ := strings.Cut(strings.TrimSpace(req.Question), " ")
	if !strings.EqualFold(first, "select") && !strings.EqualFold(first, "with") {
		return nil
	}
	tree, err := parse.Parse(req.Dialect, strings.TrimRight(strings.TrimSpace(req.Question), "?"))
	if err != nil || !x.runs(tree, req) {
		return nil
	}
	return &translate.Translation{Tree: tree, Assumptions: []string{"taken as the statement that it is"}, Confidence: 1}
}

// left judges a reading that explains only a part of a question: it stands, and says what it leaves out, unless that is
// somebody's or something's name, without which the answer would be another one.
func left(ix *index.Index, ms *index.Mentions, doubtful float64) error {
	if doubtful != doubtfulPart {
		return nil
	}
	for i, t := range ms.Tokens {
		if index.Stopword(t.Lower) || familiar(ms, i) {
			continue
		}
		if i > 0 && capitalised(t.Text) {
			return custard.Errorf(custard.CodeUnanswerable, "nothing in this database is called '%s'", t.Text).WithHint("%s", offer(ix))
		}
	}
	return nil
}

// brief says whether a question is a phrase without a word that asks: 'payments by method'.
func brief(ms *index.Mentions) bool {
	if len(ms.Tokens) == 0 || len(ms.Tokens) > 8 {
		return false
	}
	switch ms.Tokens[0].Lower {
	case "what", "which", "who", "whose", "whom", "when", "where", "how", "why", "list", "show", "find", "give", "return", "tell", "count", "display", "get", "select", "please", "is", "are", "do", "does",
		"did", "can", "could", "compute", "calculate", "report", "name", "in", "for", "sort", "order", "state", "retrieve", "describe", "provide":
		return false
	}
	return true
}

func capitalised(w string) bool { return w != strings.ToLower(w) && w != strings.ToUpper(w) }
