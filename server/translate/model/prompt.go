package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/model/focus"
)

const (
	maxQuestion = 8000 // letters of a question that are sent
	maxTurns    = 6    // of the conversation
	maxValues   = 24
	maxGlossary = 60 // terms and metrics
	maxExamples = 4
)

// prompt writes the request for a question. Its first message holds what is the same for all questions about a schema that
// fits whole, so that providers can keep it.
func (t *Translator) prompt(req translate.Request) *llm.Request {
	known := t.known(req)
	f, q := fence{known.mark}, fence{t.cfg.Mark()}
	both := func(s string) string { return known.unnamed(q.clean(f.clean(s))) }
	part, m := t.focus(known, req)
	cards, left := part.Write(focus.Cards{
		Tokens: t.cfg.SchemaTokens, Clean: both,
		Masked: func(tb *custard.Table, column string) bool { return req.Context.Masked(known.whole, tb, column) },
	})

	var schema strings.Builder
	schema.WriteString("The schema" + leftOut(left) + ":\n")
	schema.WriteString(f.block("schema", cards))
	if text := glossary(req.Context, m, part, both); text != "" {
		schema.WriteString("\nWhat the team has defined:\n" + f.block("glossary", text))
	}

	var ask strings.Builder
	if text := examples(known, req, both); text != "" {
		ask.WriteString("Questions like this one, with queries that the team has verified:\n" + q.block("examples", text) + "\n")
	}
	if text := foundValues(req, m, both); text != "" {
		ask.WriteString("Words of the question that are values in the database:\n" + q.block("values", text) + "\n")
	}
	if text := conversation(known, req, both); text != "" {
		ask.WriteString("The conversation so far, oldest first:\n" + q.block("conversation", text) + "\n")
	}
	if !req.Now.IsZero() {
		fmt.Fprintf(&ask, "Today is %s.\n\n", req.Now.Format("Monday, 2006-01-02"))
	}
	ask.WriteString("The question:\n" + q.block("question", clip(q.clean(f.clean(req.Question)), maxQuestion)))
	ask.WriteString("\nAnswer with the JSON object.")

	out := &llm.Request{
		System: rules(req.Dialect, req.Schema.Version),
		Messages: []llm.Message{
			{Role: llm.RoleUser, Text: schema.String(), Cache: part.Whole && left == 0},
			{Role: llm.RoleUser, Text: ask.String()},
		},
		Schema: answerSchema(), MaxTokens: t.cfg.MaxTokens, Effort: t.cfg.Effort, Organisation: req.Organisation,
	}
	if req.Failed != nil {
		out.Messages = append(out.Messages, repair(req, q)...)
	}
	return out
}

func leftOut(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " (the part that may matter; one more table is not listed)"
	}
	return fmt.Sprintf(" (the part that may matter; %d more tables are not listed)", n)
}

// focus picks the part of the schema. The tables of the last query, and of the one that failed, are always in it, and in a
// conversation the words of the question before count too.
func (t *Translator) focus(known *schema, req translate.Request) (*focus.Part, *index.Mentions) {
	text := req.Question
	if n := len(req.History); n > 0 {
		text += "\n" + req.History[n-1].Question
	}
	m := known.finder.Read(clip(text, maxQuestion), req.Values)
	return known.finder.Pick(m, t.cfg.Tables, used(known.index, req)...), m
}

// used returns the tables of the queries that a question goes on from.
func used(ix *index.Index, req translate.Request) []*index.Table {
	var texts []string
	if req.Failed != nil {
		texts = append(texts, req.Failed.SQL)
	}
	if n := len(req.History); n > 0 {
		texts = append(texts, req.History[n-1].SQL)
	}
	var out []*index.Table
	for _, text := range texts {
		tree, err := parse.Parse(req.Dialect, text)
		if err != nil {
			continue
		}
		query.Inspect(tree, func(n query.Node) bool {
			if ref, ok := n.(*query.Table); ok {
				schema := ""
				if len(ref.Name) > 1 {
					schema = ref.Name[len(ref.Name)-2].Name
				}
				if tb := ix.Table(schema, ref.Name.Last().Name); tb != nil && !slices.Contains(out, tb) {
					out = append(out, tb)
				}
			}
			return true
		})
	}
	return out
}

// values lists the words of the question that are values of the database in full, where the connection lets them be told.
// A value that is longer than what the question says of it is not: that would tell what the person did not know.
func foundValues(req translate.Request, m *index.Mentions, clean func(string) string) string {
	if !req.Share.Values && !req.Share.Results {
		return ""
	}
	var b strings.Builder
	n := 0
	for _, v := range m.Values {
		def := v.Column.Table.Def
		said := m.Text(v.Span)
		if n == maxValues || v.Span.Len() == 0 || !sameWords(said, v.Value) || req.Context.Masked(req.Schema, def, v.Column.Def.Name) {
			continue
		}
		value := strings.Join(strings.Fields(clean(v.Value)), " ")
		fmt.Fprintf(&b, "%q is '%s' in %s.%s\n", clean(said), strings.ReplaceAll(value, "'", "''"), clean(def.Name), clean(v.Column.Def.Name))
		n++
	}
	return b.String()
}

// sameWords says whether two texts have the same words, but for their case and endings.
func sameWords(a, b string) bool {
	x, _ := index.Tokenize(a)
	y, _ := index.Tokenize(b)
	if len(x) != len(y) || len(x) == 0 {
		return false
	}
	for i := range x {
		if x[i].Stem != y[i].Stem {
			return false
		}
	}
	return true
}

// conversation writes the last turns: questions and queries, no rows.
func conversation(known *schema, req translate.Request, clean func(string) string) string {
	var b strings.Builder
	turns := req.History[max(0, len(req.History)-maxTurns):]
	for i, turn := range turns {
		sql := "(its query is not shown)"
		if known.runs(req.Dialect, turn.SQL) {
			sql = oneLine(clean(turn.SQL))
		}
		fmt.Fprintf(&b, "%d. %s\n   %s\n", i+1, oneLine(clean(clip(turn.Question, 500))), sql)
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func clip(s string, letters int) string {
	if len(s) <= letters {
		return s
	}
	r := []rune(s)
	if len(r) <= letters {
		return s
	}
	return string(r[:letters])
}
