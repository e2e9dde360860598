// Package openai talks to OpenAI's Chat Completions and to every service that speaks the same: a table of presets says what
// sets each apart. What a service does not take (a strict schema, a temperature, usage in the stream) is found out by its
// refusal, asked for in the next way, and remembered.
package openai

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/call"
)

// Config is what a provider needs.
type Config struct {
	Preset  Preset
	Model   string // a model, or the name of a deployment
	BaseURL string // as guard.Policy.BaseURL returns it
	Key     string // empty for none
	Version string // of the API, where the preset has one
	HTTP    *http.Client
	Idle    time.Duration    // see call.Options
	Now     func() time.Time // see call.Options
}

// Provider is one model of one service.
type Provider struct {
	name   string
	model  string
	client *call.Client
	base   string
	own    bool   // base is not the service's published one
	chat   string // the URLs
	models string

	mu    sync.Mutex
	takes takes
}

// takes is what a service is known, or still thought, to take.
type takes struct {
	form        Form
	maxTokens   string
	temperature bool
	effort      bool
	usage       bool
}

// New returns a provider.
func New(c Config) *Provider {
	p := &Provider{
		name: c.Preset.Name + "/" + c.Model, model: c.Model, base: c.BaseURL, own: c.BaseURL != c.Preset.BaseURL,
		chat: c.BaseURL + "/chat/completions", models: c.BaseURL + "/models",
		takes: takes{form: c.Preset.Form, maxTokens: c.Preset.MaxTokens, temperature: true, effort: true, usage: true},
	}
	if c.Preset.Deployment {
		version := "?api-version=" + url.QueryEscape(c.Version)
		p.chat = c.BaseURL + "/openai/deployments/" + url.PathEscape(c.Model) + "/chat/completions" + version
		p.models = c.BaseURL + "/openai/models" + version
	}
	headers := map[string]string{}
	switch {
	case c.Key == "":
	case c.Preset.KeyField != "":
		headers[c.Preset.KeyField] = c.Key
	default:
		headers["Authorization"] = "Bearer " + c.Key
	}
	p.client = call.New(call.Options{
		Provider: p.name, HTTP: c.HTTP, Headers: headers, Secrets: []string{c.Key}, Idle: c.Idle, Now: c.Now, Explain: explain,
	})
	return p
}

// Name implements llm.Provider.
func (p *Provider) Name() string { return p.name }

// Address implements llm.Addressed.
func (p *Provider) Address() (base string, own bool) { return p.base, p.own }

// Check implements llm.Checker.
func (p *Provider) Check(ctx context.Context) error {
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := p.client.Get(ctx, p.models, &list); err != nil {
		return err
	}
	var ids []string
	for _, m := range list.Data {
		id := strings.TrimPrefix(m.ID, "models/") // as Gemini writes them
		if id == p.model || id == p.model+":latest" {
			return nil
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 || strings.Contains(p.chat, "/deployments/") {
		return nil // no list, or one of models where deployments have names of their own: the key was taken
	}
	slices.Sort(ids)
	const few = 12
	return p.client.Fail(llm.Failure{Kind: llm.KindNoModel}, "%s has no such model", p.name).
		WithHint("It has: %s.", strings.Join(ids[:min(few, len(ids))], ", "))
}

// Stream implements llm.Provider.
func (p *Provider) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Chunk, error] {
	return func(yield func(llm.Chunk, error) bool) {
		events, err := p.open(ctx, req)
		if err != nil {
			yield(llm.Chunk{}, err)
			return
		}
		defer events.Close()
		a := answer{p: p, end: llm.End{Provider: p.name}}
		for {
			event, err := events.Next()
			if err == nil && strings.TrimSpace(string(event.Data)) == "[DONE]" || errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				a.fail(yield, err)
				return
			}
			text, err := a.take(event.Data)
			if err != nil {
				a.fail(yield, err)
				return
			}
			if text != "" && !yield(llm.Chunk{Text: text}, nil) {
				return
			}
		}
		events.Ended()
		if err := a.finish(); err != nil {
			a.fail(yield, err)
			return
		}
		yield(llm.Chunk{End: &a.end}, nil)
	}
}

// open sends the request, and again in other ways as long as the service names a field that there is another way for.
func (p *Provider) open(ctx context.Context, req *llm.Request) (*call.Events, error) {
	p.mu.Lock()
	takes := p.takes
	p.mu.Unlock()
	first := takes.maxTokens
	for {
		events, err := p.client.Stream(ctx, p.chat, p.body(req, takes))
		if err == nil {
			p.mu.Lock()
			p.takes = takes
			p.mu.Unlock()
			return events, nil
		}
		f := llm.FailureOf(err)
		if f == nil || f.Kind != llm.KindBadRequest || !takes.without(f.Param, req, first) {
			return nil, err
		}
	}
}

// without takes the next way round a field that the service refused; false where there is none.
func (t *takes) without(param string, req *llm.Request, first string) bool {
	switch {
	case param == "response_format" && req.Schema != nil && t.form < FormPrompt:
		t.form++
	case param == "temperature" && req.Temperature != nil && t.temperature:
		t.temperature = false
	case param == "reasoning_effort" && req.Effort != "" && t.effort:
		t.effort = false
	case param == "" && req.Schema != nil && t.form < FormPrompt: // it does not say what: the form is what most often is not taken
		t.form = FormPrompt
	case (param == "stream_options" || param == "" && req.Schema != nil) && t.usage:
		t.usage = false
	case param == maxTokens && t.maxTokens == maxTokens && first == maxTokens:
		t.maxTokens = maxCompletionTokens
	case param == maxCompletionTokens && t.maxTokens == maxCompletionTokens && first == maxCompletionTokens:
		t.maxTokens = maxTokens
	default:
		return false
	}
	return true
}

// answer gathers what the events of one answer say.
type answer struct {
	p       *Provider
	end     llm.End
	size    int
	refusal strings.Builder
	tool    bool
	ended   bool // usage or a finish came: there is something to tell even where the answer failed
}

// take reads one event and returns the text in it.
func (a *answer) take(data []byte) (string, error) {
	var c chunk
	if err := json.Unmarshal(data, &c); err != nil {
		return "", a.p.client.Garbage(err)
	}
	if len(c.Error) > 0 && string(c.Error) != "null" {
		return "", a.p.streamError(data)
	}
	if c.Model != "" {
		a.end.Model = c.Model
	}
	if c.Usage == nil && c.XGroq != nil {
		c.Usage = c.XGroq.Usage
	}
	if c.Usage != nil {
		a.end.Usage, a.ended = c.Usage.tokens(), true
	}
	text := ""
	for _, choice := range c.Choices {
		if choice.Index != 0 {
			continue
		}
		said := choice.Delta
		if choice.Message != nil {
			said = *choice.Message
			a.end.Finish, a.ended = llm.FinishStop, true // it is whole, whatever reason it gives or leaves out
		}
		if said.Content != nil {
			text = *said.Content // there is one choice of this index
		}
		if said.Refusal != nil {
			a.refusal.WriteString(*said.Refusal)
		}
		a.tool = a.tool || len(said.ToolCalls) > 0
		if choice.FinishReason != nil && *choice.FinishReason != "" {
			a.end.Finish, a.ended = finishOf(*choice.FinishReason), true
		}
	}
	if a.size += len(text); a.size > llm.MaxText || a.refusal.Len() > llm.MaxText {
		return "", a.p.client.TooLarge()
	}
	return text, nil
}

func finishOf(reason string) llm.Finish {
	switch reason {
	case "length":
		return llm.FinishLength
	case "content_filter":
		return llm.FinishFilter
	}
	return llm.FinishStop
}

// finish judges the answer at the end of its stream.
func (a *answer) finish() error {
	client := a.p.client
	switch {
	case a.end.Finish == llm.FinishFilter:
		return client.Fail(llm.Failure{Kind: llm.KindFiltered}, "the content filter of %s stopped the answer", a.p.name)
	case a.refusal.Len() > 0:
		a.end.Finish = llm.FinishRefusal
		return client.Fail(llm.Failure{Kind: llm.KindRefused}, "%s would not answer: %s", a.p.name, call.Shorten(a.refusal.String()))
	case a.end.Finish == "":
		return client.Cut()
	case a.size == 0 && a.tool:
		return client.Fail(llm.Failure{Kind: llm.KindGarbage}, "%s called a tool that it was not given", a.p.name)
	case a.size == 0 && a.end.Finish != llm.FinishLength:
		return client.Fail(llm.Failure{Kind: llm.KindGarbage}, "%s sent an empty answer", a.p.name)
	}
	return nil
}

// fail yields what the failed answer took, where that is known, and the error.
func (a *answer) fail(yield func(llm.Chunk, error) bool, err error) {
	if a.ended && !yield(llm.Chunk{End: &a.end}, nil) {
		return
	}
	yield(llm.Chunk{}, err)
}

// streamError is the error that a service sends as an event, with the status it would have had.
func (p *Provider) streamError(data []byte) *custard.Error {
	return p.client.StatusError(statusIn(data), nil, data)
}
