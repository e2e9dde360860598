package model_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"sync"

	"github.com/custard-ai/custard/server/llm"
)

// scripted is a provider that answers with given texts, one after the other, the last one again and again; it keeps what it
// was asked. A text may be made from the request.
type scripted struct {
	name    string
	texts   []string
	answer  func(req *llm.Request) (string, error)
	err     error
	mu      sync.Mutex
	asked   []*llm.Request
	usage   llm.Usage
	attempt []llm.Attempt
	by      string
}

func (s *scripted) Name() string {
	if s.name == "" {
		return "fake/model"
	}
	return s.name
}

func (s *scripted) Stream(_ context.Context, req *llm.Request) iter.Seq2[llm.Chunk, error] {
	return func(yield func(llm.Chunk, error) bool) {
		s.mu.Lock()
		n := len(s.asked)
		s.asked = append(s.asked, req)
		s.mu.Unlock()
		text, err := "", s.err
		switch {
		case err != nil:
		case s.answer != nil:
			text, err = s.answer(req)
		default:
			text = s.texts[min(n, len(s.texts)-1)]
		}
		if err != nil {
			yield(llm.Chunk{}, err)
			return
		}
		by := s.by
		if by == "" {
			by = s.Name()
		}
		if !yield(llm.Chunk{Text: text}, nil) {
			return
		}
		yield(llm.Chunk{End: &llm.End{Finish: llm.FinishStop, Provider: by, Usage: s.usage, Attempts: s.attempt}}, nil)
	}
}

// seen is everything that the provider was sent.
func (s *scripted) seen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, r := range s.asked {
		b.WriteString(shown(r))
	}
	return b.String()
}

// shown writes a request for people.
func shown(r *llm.Request) string {
	var b strings.Builder
	b.WriteString("=== system\n" + r.System)
	for _, m := range r.Messages {
		kept := ""
		if m.Cache {
			kept = " (kept by the provider)"
		}
		fmt.Fprintf(&b, "=== %s%s\n%s\n", m.Role, kept, strings.TrimRight(m.Text, "\n"))
	}
	return b.String()
}

// queryText is an answer with a query.
func queryText(sql string) string {
	out, err := json.Marshal(map[string]any{
		"plan": "as asked", "kind": "query", "sql": sql, "assumptions": []string{}, "question": nil, "choices": []string{}, "reason": nil, "confidence": 0.9,
	})
	if err != nil {
		panic(err)
	}
	return string(out)
}
