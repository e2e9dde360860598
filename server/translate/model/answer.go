package model

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/server/llm"
)

// kind is what a model decided to do.
type kind string

const (
	kindQuery   kind = "query"
	kindClarify kind = "clarify"
	kindCannot  kind = "cannot"
)

// answer is what a model said, read.
type answer struct {
	kind        kind
	sql         string
	assumptions []string
	question    string
	choices     []string
	reason      string
	confidence  float64
}

const (
	plainConfidence = 0.5 // of a query that came without one
	mostAssumptions = 8
	mostChoices     = 6
	longestLine     = 400 // letters of an assumption, a choice, a reason
)

// read makes an answer of what a model wrote: the JSON object that was asked for, whatever stands round it and whatever
// types its values have, or a bare query. The error says what is wrong, in words that can go back to the model.
func read(text string) (answer, error) {
	object, ok := llm.Object(text)
	if !ok {
		object, ok = llm.Object(mended(text))
	}
	if !ok {
		if sql := bareQuery(text); sql != "" {
			return answer{kind: kindQuery, sql: sql, confidence: plainConfidence}, nil
		}
		if strings.TrimSpace(text) == "" {
			return answer{}, errors.New("the answer was empty")
		}
		return answer{}, errors.New("there is no whole JSON object in the answer")
	}
	fields, err := members(object)
	if err != nil {
		return answer{}, err
	}
	a := answer{
		kind:        kind(strings.ToLower(strings.TrimSpace(str(fields["kind"])))),
		sql:         unfenced(str(fields["sql"])),
		assumptions: lines(fields["assumptions"], mostAssumptions),
		question:    line(str(fields["question"])),
		choices:     lines(fields["choices"], mostChoices),
		reason:      line(str(fields["reason"])),
		confidence:  number(fields["confidence"]),
	}
	for _, other := range [...]string{"query", "sql_query", "sqlquery", "statement", "answer"} {
		if a.sql == "" && (other != "answer" || bareQuery(str(fields[other])) != "") {
			a.sql = unfenced(str(fields[other]))
		}
	}
	if !beginsQuery(a.sql) { // "Here is the query: SELECT …"
		a.sql = cmp.Or(bareQuery(a.sql), a.sql)
	}
	return a, a.complete()
}

// members reads the object's fields, by their names in lower case; an object that holds nothing but another is that one.
func members(object json.RawMessage) (map[string]any, error) {
	var raw map[string]any
	for range 3 {
		raw = nil
		if err := json.Unmarshal(object, &raw); err != nil {
			return nil, errors.New("the JSON object is broken")
		}
		if len(raw) != 1 {
			break
		}
		inner := json.RawMessage(nil)
		for _, v := range raw {
			if m, ok := v.(map[string]any); ok {
				if b, err := json.Marshal(m); err == nil {
					inner = b
				}
			}
		}
		if inner == nil {
			break
		}
		object = inner
	}
	out := make(map[string]any, len(raw))
	for k, v := range raw {
		out[strings.ToLower(k)] = v
	}
	return out, nil
}

// complete makes what the kind leaves open follow from what is there, and says what is missing.
func (a *answer) complete() error {
	switch a.kind {
	case kindQuery, kindClarify, kindCannot:
	default:
		switch { // a kind that is none: go by what is filled in
		case a.sql != "":
			a.kind = kindQuery
		case a.question != "" && len(a.choices) > 0:
			a.kind = kindClarify
		case a.reason != "":
			a.kind = kindCannot
		case a.kind == "":
			return errors.New(`"kind" is missing`)
		default:
			return errors.New(`"kind" must be "query", "clarify" or "cannot"`)
		}
	}
	switch {
	case a.kind == kindQuery && a.sql == "":
		return errors.New(`"kind" is "query" but "sql" is empty`)
	case a.kind == kindClarify && a.question == "":
		return errors.New(`"kind" is "clarify" but "question" is empty`)
	case a.kind == kindClarify && len(a.choices) < 2:
		return errors.New(`"kind" is "clarify" but "choices" has fewer than two`)
	case a.kind == kindCannot && a.reason == "":
		return errors.New(`"kind" is "cannot" but "reason" is empty`)
	}
	return nil
}

// str reads a text, or a list of texts that are its lines.
func str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, 0, len(v))
		for _, x := range v {
			if s, ok := x.(string); ok {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, "\n")
	}
	return ""
}

// lines reads a list of texts; one text is a list of one. Empty ones and repetitions go.
func lines(v any, most int) []string {
	var out []string
	add := func(s string) {
		if s = line(s); s != "" && len(out) < most && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	switch v := v.(type) {
	case string:
		if !strings.EqualFold(strings.TrimSpace(v), "none") {
			add(v)
		}
	case []any:
		for _, x := range v {
			switch x := x.(type) {
			case string:
				add(x)
			case map[string]any: // [{"assumption": "…"}]
				for _, inner := range x {
					if s, ok := inner.(string); ok && len(x) == 1 {
						add(s)
					}
				}
			}
		}
	}
	return out
}

// number reads a confidence: 0.8, "0.8", 80, "80 %", "high".
func number(v any) float64 {
	f := math.NaN()
	switch v := v.(type) {
	case float64:
		f = v
	case string:
		s := strings.ToLower(strings.TrimSpace(v))
		switch s {
		case "high", "very high":
			return 0.9
		case "medium":
			return 0.6
		case "low":
			return 0.3
		}
		percent := strings.HasSuffix(s, "%")
		if x, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(s, "%")), 64); err == nil {
			f = x
			if percent {
				f /= 100
			}
		}
	}
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0) || f < 0 || f > 100:
		return plainConfidence
	case f > 1:
		return f / 100
	}
	return f
}

// line is a text for people: on one line, cut.
func line(s string) string { return clip(oneLine(fence{}.clean(s)), longestLine) }

// unfenced takes the code fence and the semicolon off a query. Two statements stay two: the parser says so.
func unfenced(s string) string {
	s = strings.TrimSpace(s)
	if inner, ok := fenced(s); ok {
		s = inner
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), ";"))
}

// fenced returns what stands in the first code fence of a text.
func fenced(s string) (string, bool) {
	_, rest, ok := strings.Cut(s, "```")
	if !ok {
		return "", false
	}
	if nl := strings.IndexByte(rest, '\n'); nl >= 0 && !strings.ContainsAny(strings.TrimSpace(rest[:nl]), " ") { // the language's name
		rest = rest[nl+1:]
	}
	rest, _, _ = strings.Cut(rest, "```")
	return strings.TrimSpace(rest), true
}
