// Package anthropic talks to Anthropic's Messages. An answer in JSON is the input of a tool that the model must call; the
// instructions, and messages that say so, are marked for the prompt cache.
package anthropic

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/call"
)

// What opens a provider of this service.
const (
	Service = "anthropic"
	BaseURL = "https://api.anthropic.com"
	BaseEnv = "ANTHROPIC_BASE_URL"
	KeyEnv  = "ANTHROPIC_API_KEY"
	version = "2023-06-01"
)

// Config is what a provider needs.
type Config struct {
	Model   string
	BaseURL string // as guard.Policy.BaseURL returns it
	Key     string
	HTTP    *http.Client
	Idle    time.Duration    // see call.Options
	Now     func() time.Time // see call.Options
}

// Provider is one model.
type Provider struct {
	name   string
	model  string
	base   string
	client *call.Client
	plain  atomic.Bool // the model takes no temperature
}

// New returns a provider.
func New(c Config) *Provider {
	p := &Provider{name: Service + "/" + c.Model, model: c.Model, base: strings.TrimSuffix(c.BaseURL, "/v1")}
	p.client = call.New(call.Options{
		Provider: p.name, HTTP: c.HTTP, Headers: map[string]string{"X-Api-Key": c.Key, "Anthropic-Version": version},
		Secrets: []string{c.Key}, Idle: c.Idle, Now: c.Now, Explain: explain,
	})
	return p
}

// Name implements llm.Provider.
func (p *Provider) Name() string { return p.name }

// Address implements llm.Addressed.
func (p *Provider) Address() (base string, own bool) { return p.base, p.base != BaseURL }

// Check implements llm.Checker.
func (p *Provider) Check(ctx context.Context) error {
	var model struct {
		ID string `json:"id"`
	}
	return p.client.Get(ctx, p.base+"/v1/models/"+url.PathEscape(p.model), &model)
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
		if req.Schema != nil {
			a.tool = req.Schema.Name
		}
		for !a.stopped {
			raw, err := events.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			var text string
			if err == nil {
				text, err = a.take(raw.Data)
			}
			if err != nil {
				a.fail(yield, err)
				return
			}
			if text != "" && !yield(llm.Chunk{Text: text}, nil) {
				return
			}
		}
		if a.stopped {
			events.Ended()
		}
		if err := a.finish(); err != nil {
			a.fail(yield, err)
			return
		}
		if a.size == 0 && a.beside.Len() > 0 && !yield(llm.Chunk{Text: a.beside.String()}, nil) {
			return
		}
		a.end.Usage = a.usage.tokens()
		yield(llm.Chunk{End: &a.end}, nil)
	}
}

func (p *Provider) open(ctx context.Context, req *llm.Request) (*call.Events, error) {
	events, err := p.client.Stream(ctx, p.base+"/v1/messages", p.body(req, !p.plain.Load()))
	if f := llm.FailureOf(err); f != nil && f.Kind == llm.KindBadRequest && f.Param == "temperature" && req.Temperature != nil && !p.plain.Swap(true) {
		return p.client.Stream(ctx, p.base+"/v1/messages", p.body(req, false))
	}
	return events, err
}

// answer gathers what the events of one answer say.
type answer struct {
	p       *Provider
	end     llm.End
	usage   usage
	tool    string // the tool whose input is the answer; empty where the text is
	block   int    // the index of the block whose deltas are the answer
	open    bool   // there is such a block
	wrong   bool   // another tool was called
	size    int
	beside  strings.Builder // text beside the tool: the answer where no tool was called
	started bool
	stopped bool
}

// take reads one event and returns the text of the answer in it.
func (a *answer) take(data []byte) (string, error) {
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return "", a.p.client.Garbage(err)
	}
	var text string
	switch e.Type {
	case "error":
		return "", a.p.client.StatusError(statusIn(data), nil, data)
	case "message_start":
		a.started = true
		if e.Message != nil {
			a.end.Model = e.Message.Model
			a.usage.lay(e.Message.Usage)
		}
	case "content_block_start":
		if e.ContentBlock == nil {
			break
		}
		switch b := e.ContentBlock; {
		case b.Type == "tool_use" && b.Name == a.tool && a.tool != "" && a.size == 0:
			a.block, a.open = e.Index, true
		case b.Type == "tool_use":
			a.wrong = true
		case b.Type == "text":
			text = a.words(b.Text)
		}
	case "content_block_delta":
		if e.Delta == nil {
			break
		}
		switch {
		case e.Delta.Type == "input_json_delta" && a.open && e.Index == a.block:
			text = e.Delta.PartialJSON
		case e.Delta.Type == "text_delta":
			text = a.words(e.Delta.Text)
		}
	case "message_delta":
		if e.Delta != nil && e.Delta.StopReason != "" {
			a.end.Finish = finishOf(e.Delta.StopReason)
		}
		a.usage.lay(e.Usage)
	case "message_stop":
		a.stopped = true
	case "message":
		text = a.message(e)
	}
	if a.size += len(text); a.size > llm.MaxText || a.beside.Len() > llm.MaxText {
		return "", a.p.client.TooLarge()
	}
	return text, nil
}

// message takes an answer that came whole.
func (a *answer) message(e event) string {
	a.started, a.stopped = true, true
	a.end.Model, a.end.Finish = e.Model, finishOf(e.StopReason)
	a.usage.lay(e.Usage)
	var text strings.Builder
	for _, b := range e.Content {
		switch {
		case b.Type == "tool_use" && b.Name == a.tool && a.tool != "" && text.Len() == 0:
			text.Write(b.Input)
		case b.Type == "tool_use":
			a.wrong = true
		case b.Type == "text":
			text.WriteString(a.words(b.Text))
		}
	}
	return text.String()
}

// words takes text: the answer itself, or what stands beside the tool.
func (a *answer) words(text string) string {
	if a.tool == "" {
		return text
	}
	a.beside.WriteString(text)
	return ""
}

func finishOf(reason string) llm.Finish {
	switch reason {
	case "max_tokens", "model_context_window_exceeded":
		return llm.FinishLength
	case "refusal":
		return llm.FinishRefusal
	}
	return llm.FinishStop
}

// finish judges the answer at the end of its stream.
func (a *answer) finish() error {
	client := a.p.client
	switch {
	case a.end.Finish == llm.FinishRefusal:
		return client.Fail(llm.Failure{Kind: llm.KindRefused}, "%s would not answer", a.p.name)
	case a.end.Finish == "":
		return client.Cut()
	case a.size == 0 && a.wrong:
		return client.Fail(llm.Failure{Kind: llm.KindGarbage}, "%s called a tool that it was not given", a.p.name)
	case a.size == 0 && a.beside.Len() == 0 && a.end.Finish != llm.FinishLength:
		return client.Fail(llm.Failure{Kind: llm.KindGarbage}, "%s sent an empty answer", a.p.name)
	}
	return nil
}

// fail yields what the failed answer took, where that is known, and the error.
func (a *answer) fail(yield func(llm.Chunk, error) bool, err error) {
	if a.started {
		a.end.Usage = a.usage.tokens()
		if !yield(llm.Chunk{End: &a.end}, nil) {
			return
		}
	}
	yield(llm.Chunk{}, err)
}
