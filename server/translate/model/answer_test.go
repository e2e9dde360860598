package model

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestReadsWhateverModelsWrite(t *testing.T) {
	t.Parallel()
	const sql = "SELECT count(*) FROM orders"
	for _, c := range []struct {
		name, text string
		want       answer
		err        string
	}{
		{name: "as asked for", text: `{"plan":"count","kind":"query","sql":"` + sql + `","assumptions":["a","b"],"question":null,"choices":[],"reason":null,"confidence":0.8}`,
			want: answer{kind: kindQuery, sql: sql, assumptions: []string{"a", "b"}, confidence: 0.8}},
		{name: "prose round it", text: "Sure! Here is {the} answer:\n" + `{"kind":"query","sql":"` + sql + `","confidence":0.8}` + "\nHope that helps {:-}.",
			want: answer{kind: kindQuery, sql: sql, confidence: 0.8}},
		{name: "fenced", text: "```json\n" + `{"kind":"query","sql":"` + sql + `;"}` + "\n```", want: answer{kind: kindQuery, sql: sql, confidence: plainConfidence}},
		{name: "the query fenced inside", text: `{"kind":"query","sql":"` + "```sql\\n" + sql + "\\n```" + `"}`, want: answer{kind: kindQuery, sql: sql, confidence: plainConfidence}},
		{name: "a bare query", text: "  " + sql + ";\n", want: answer{kind: kindQuery, sql: sql, confidence: plainConfidence}},
		{name: "a fenced bare query", text: "Use this:\n```sql\n" + sql + "\n```\nIt counts.", want: answer{kind: kindQuery, sql: sql, confidence: plainConfidence}},
		{name: "wrong types", text: `{"KIND":"Query","SQL":["SELECT count(*)","FROM orders"],"assumptions":"all of them","choices":"none","confidence":"85 %"}`,
			want: answer{kind: kindQuery, sql: "SELECT count(*)\nFROM orders", assumptions: []string{"all of them"}, confidence: 0.85}},
		{name: "percent and objects", text: `{"kind":"query","query":"` + sql + `","assumptions":[{"assumption":"x"},{"a":1,"b":2},"x",3,""],"confidence":85}`,
			want: answer{kind: kindQuery, sql: sql, assumptions: []string{"x"}, confidence: 0.85}},
		{name: "wrapped", text: `{"answer":{"kind":"query","sql":"` + sql + `","confidence":"high"}}`, want: answer{kind: kindQuery, sql: sql, confidence: 0.9}},
		{name: "a kind of its own", text: `{"kind":"sql","sql":"` + sql + `","confidence":-3}`, want: answer{kind: kindQuery, sql: sql, confidence: plainConfidence}},
		{name: "no kind", text: `{"sql":null,"reason":"There are no weather data."}`, want: answer{kind: kindCannot, reason: "There are no weather data.", confidence: plainConfidence}},
		{name: "clarify", text: `{"kind":"clarify","question":"Which revenue?","choices":["gross revenue by month","net revenue by month"],"confidence":0.5}`,
			want: answer{kind: kindClarify, question: "Which revenue?", choices: []string{"gross revenue by month", "net revenue by month"}, confidence: 0.5}},
		{name: "clarify without choices", text: `{"kind":"clarify","question":"Which?","choices":["one"]}`, err: `"choices" has fewer than two`},
		{name: "query without a query", text: `{"kind":"query","sql":"  "}`, err: `"sql" is empty`},
		{name: "cannot without a reason", text: `{"kind":"cannot"}`, err: `"reason" is empty`},
		{name: "nothing in it", text: `{}`, err: `"kind" is missing`},
		{name: "another form", text: `{"kind":"poem","verses":3}`, err: `must be "query", "clarify" or "cannot"`},
		{name: "cut", text: `{"kind":"query","sql":"SELECT count(*) FR`, err: "no whole JSON object"},
		{name: "empty", text: " \n", err: "empty"},
		{name: "cut behind a line end", text: "{\"kind\":\"query\",\"sql\":\"WITH a AS (SELECT 1)\nSELECT count(*) FR", err: "no whole JSON object"},
		{name: "line ends within a text", text: "{\"kind\":\"query\",\"sql\":\"SELECT count(*)\n\tFROM orders\",\r\n\"confidence\":0.8}", want: answer{kind: kindQuery, sql: "SELECT count(*)\n\tFROM orders", confidence: 0.8}},
		{name: "a comma too many", text: `{"kind":"query","sql":"` + sql + `","assumptions":["a, ]",],}`, want: answer{kind: kindQuery, sql: sql, assumptions: []string{"a, ]"}, confidence: plainConfidence}},
		{name: "another name", text: `{"sql_query":"` + sql + `"}`, want: answer{kind: kindQuery, sql: sql, confidence: plainConfidence}},
		{name: "words within", text: `{"kind":"query","sql":"Here is the query: ` + sql + `;"}`, want: answer{kind: kindQuery, sql: sql, confidence: plainConfidence}},
		{name: "a comment first", text: "-- how many\n/* orders */ " + sql + ";", want: answer{kind: kindQuery, sql: "-- how many\n/* orders */ " + sql, confidence: plainConfidence}},
		{name: "words round a bare query", text: "To answer this I use\n\n" + sql + ";\n\nThis counts them.", want: answer{kind: kindQuery, sql: sql, confidence: plainConfidence}},
		{name: "small letters in words", text: "SQL: select count(*) from orders", want: answer{kind: kindQuery, sql: "select count(*) from orders", confidence: plainConfidence}},
		{name: "a tag", text: "<sql>\n" + sql + "\n</sql>", want: answer{kind: kindQuery, sql: sql, confidence: plainConfidence}},
		{name: "a second statement stays", text: sql + ";\nDROP TABLE orders;", want: answer{kind: kindQuery, sql: sql + ";\nDROP TABLE orders", confidence: plainConfidence}},
		{name: "a second statement in small letters stays", text: sql + ";\nDelete from orders", want: answer{kind: kindQuery, sql: sql + ";\nDelete from orders", confidence: plainConfidence}},
		{name: "advice", text: "You should\nselect a table first, with care: with orders it would be easy.", err: "no whole JSON object"},
		{name: "prose", text: "I would count the orders.", err: "no whole JSON object"},
		{name: "prose that begins like a query", text: "Selecting is fun.", err: "no whole JSON object"},
	} {
		got, err := read(c.text)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error %v, want %q", c.name, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got.kind != c.want.kind || got.sql != c.want.sql || !slices.Equal(got.assumptions, c.want.assumptions) || got.question != c.want.question ||
			(c.want.choices != nil && !slices.Equal(got.choices, c.want.choices)) || got.reason != c.want.reason || math.Abs(got.confidence-c.want.confidence) > 1e-9 {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestSchemaOfAnswersIsStrict(t *testing.T) {
	t.Parallel()
	var s struct {
		Required             []string
		Properties           map[string]any
		AdditionalProperties *bool
	}
	if err := json.Unmarshal(answerSchema().JSON, &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Required) != len(s.Properties) || s.AdditionalProperties == nil || *s.AdditionalProperties {
		t.Errorf("strict services refuse %s", answerSchema().JSON)
	}
	for _, r := range s.Required {
		if _, ok := s.Properties[r]; !ok || !strings.Contains(rulesText, `"`+r+`"`) {
			t.Errorf("%q is required and not explained", r)
		}
	}
}

// FuzzRead wants an answer or an error of any text, and what it gives to be whole.
func FuzzRead(f *testing.F) {
	f.Add(`{"kind":"query","sql":"SELECT 1","confidence":1e400}`)
	f.Add("```sql\nSELECT 1\n```")
	f.Add("SQL: select a\nfrom b;\n\nThis is all.")
	f.Add("{\"sql\":\"SELECT\n1\",}")
	f.Add(`{"a":{"b":{"c":{"kind":"cannot","reason":["x",{"y":1}]}}}}`)
	f.Add("{\"kind\":\"clarify\",\"question\":\"\\u202e\",\"choices\":[\"a\",\"b\"]}")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := read(text)
		if err != nil {
			return
		}
		if err := a.complete(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if math.IsNaN(a.confidence) || a.confidence < 0 || a.confidence > 1 {
			t.Errorf("%q: confidence %v", text, a.confidence)
		}
		for _, s := range append(append([]string{a.question, a.reason}, a.choices...), a.assumptions...) {
			if strings.ContainsAny(s, "\n\r\x1b") {
				t.Errorf("%q: a line holds %q", text, s)
			}
		}
	})
}
