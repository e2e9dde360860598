package model

import (
	"encoding/json"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate"
)

// repair is the turn of the conversation with the model that brings a failed query back with the precise error: what the
// parser and the checks say names the nearest real names already.
func repair(req translate.Request, f fence) []llm.Message {
	sql := clip(req.Failed.SQL, maxQuestion)
	said, err := json.Marshal(map[string]string{"kind": "query", "sql": sql})
	if err != nil {
		said = []byte(`{"kind":"query"}`) // a text always marshals
	}
	e := req.Failed.Err
	_, message, found := strings.Cut(e.Message, "that was written for the question: ")
	if !found { // whose words they are is said before them
		message = e.Message
	}
	hint := e.Hint
	if !req.Share.Results {
		message, hint = withoutCells(message, req), withoutCells(hint, req)
	}
	text := message
	if hint != "" {
		text += "\n" + hint
	}
	return []llm.Message{
		{Role: llm.RoleAssistant, Text: string(said)},
		{Role: llm.RoleUser, Text: failedHow(e.Code) + "\n" + f.block("error", f.clean(clip(text, 2000))) +
			"\nWrite the query again so that this does not happen; change nothing else about what it means. If the schema cannot give what is asked, say so instead. Answer with the JSON object."},
	}
}

// failedHow says at which step a query failed.
func failedHow(code custard.Code) string {
	switch code {
	case custard.CodeSyntax:
		return "The query could not be read:"
	case custard.CodeUnknownTable, custard.CodeUnknownColumn:
		return "The query names what the schema does not have:"
	case custard.CodeRefused, custard.CodePolicy:
		return "The query may not run:"
	case custard.CodeTooExpensive:
		return "The query would cost too much:"
	}
	return "The database could not run the query:"
}

// withoutCells takes out of an error what may be a row's value: databases quote the value that they stumbled over. What
// stands in the query, the question or the schema's names was known before.
func withoutCells(text string, req translate.Request) string {
	if text == "" {
		return text
	}
	known := func(s string) bool {
		return strings.Contains(req.Failed.SQL, s) || strings.Contains(req.Question, s) || named(req.Schema, s)
	}
	var b strings.Builder
	for {
		at := strings.IndexAny(text, `"'`+"`“‘")
		if at < 0 {
			break
		}
		quote, w := "", 1
		switch {
		case strings.HasPrefix(text[at:], "“"):
			quote, w = "”", len("“")
		case strings.HasPrefix(text[at:], "‘"):
			quote, w = "’", len("‘")
		default:
			quote = text[at : at+1]
		}
		if quote == "'" && at > 0 && letter(text[at-1]) { // an apostrophe
			b.WriteString(text[:at+1])
			text = text[at+1:]
			continue
		}
		end := strings.Index(text[at+w:], quote)
		if end < 0 { // nothing closes it: what follows may be a long value that was cut
			b.WriteString(text[:at])
			text = "…"
			break
		}
		content := text[at+w : at+w+end]
		b.WriteString(text[:at+w])
		if known(content) {
			b.WriteString(content)
		} else {
			b.WriteString("…")
		}
		b.WriteString(quote)
		text = text[at+w+end+len(quote):]
	}
	b.WriteString(text)
	return withoutKeys(b.String(), known)
}

// withoutKeys takes the values out of 'Key (email)=(x@y.z) …', PostgreSQL's form of a row.
func withoutKeys(text string, known func(string) bool) string {
	var b strings.Builder
	for {
		at := strings.Index(text, "=(")
		if at < 0 {
			break
		}
		end := strings.IndexByte(text[at:], ')')
		if end < 0 {
			end = len(text) - at - 1
		}
		content := text[at+2 : at+max(end, 2)]
		b.WriteString(text[:at+2])
		if known(content) {
			b.WriteString(content)
		} else {
			b.WriteString("…")
		}
		b.WriteByte(')')
		text = text[min(len(text), at+end+1):]
	}
	b.WriteString(text)
	return b.String()
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 }

// named says whether a text is a name of the schema, or a qualified one, or a type's.
func named(s *custard.Schema, text string) bool {
	parts := strings.Split(text, ".")
	for _, t := range s.Tables {
		all := true
		for _, p := range parts {
			p = strings.Trim(p, "\"`")
			all = all && (strings.EqualFold(p, t.Name) || strings.EqualFold(p, t.Schema) || t.Column(p) != nil)
		}
		if all {
			return true
		}
	}
	return false
}
