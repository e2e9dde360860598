package llm

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/span"
)

// WithSpans makes a span of each call, named and filled by OpenTelemetry's conventions for generative models. Prompt and
// answer are content: they are in it only where the operator wants them.
func WithSpans(p Provider) Provider { return &spanned{p} }

type spanned struct{ Provider }

// Unwrap returns the provider within.
func (p *spanned) Unwrap() Provider { return p.Provider }

// Stream implements Provider.
func (p *spanned) Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error] {
	if !span.Listening(ctx) {
		return p.Provider.Stream(ctx, req)
	}
	return func(yield func(Chunk, error) bool) {
		ctx, s := span.Start(ctx, "chat "+modelOf(p.Name()), span.Client, p.asked(req)...)
		var failed error
		defer func() { s.End(failed) }()
		var text strings.Builder
		first := true
		for chunk, err := range p.Provider.Stream(ctx, req) {
			if failed = err; err != nil {
				s.Set(span.A("error.type", string(KindOf(err))))
				if f := FailureOf(err); f != nil && f.Status != 0 {
					s.Set(span.A("http.response.status_code", f.Status))
				}
			}
			if chunk.Text != "" && first {
				first = false
				s.Event("first token")
			}
			text.WriteString(chunk.Text)
			if chunk.End != nil {
				s.Set(answered(chunk.End, text.String())...)
			}
			if !yield(chunk, err) {
				if failed == nil && chunk.End == nil {
					failed = custard.Errorf(custard.CodeCanceled, "interrupted")
				}
				return
			}
		}
	}
}

func modelOf(name string) string {
	_, model, _ := strings.Cut(name, "/")
	return model
}

// asked are the attributes of a request.
func (p *spanned) asked(req *Request) []span.Attr {
	service, model, _ := strings.Cut(p.Name(), "/")
	limit := req.MaxTokens
	if limit == 0 {
		limit = DefaultMaxTokens
	}
	attrs := []span.Attr{
		span.A("gen_ai.operation.name", "chat"), span.A("gen_ai.provider.name", conventional(service)), span.A("gen_ai.request.model", model),
		span.A("gen_ai.request.max_tokens", limit), span.A("gen_ai.output.type", map[bool]string{true: "json", false: "text"}[req.Schema != nil]),
	}
	if req.Temperature != nil {
		attrs = append(attrs, span.A("gen_ai.request.temperature", *req.Temperature))
	}
	if a := within[Addressed](p.Provider); a != nil {
		base, _ := a.Address()
		if u, err := url.Parse(base); err == nil {
			attrs = append(attrs, span.A("server.address", u.Hostname()))
		}
	}
	type part struct {
		Type    string `json:"type"`
		Content string `json:"content"`
	}
	type message struct {
		Role  string `json:"role"`
		Parts []part `json:"parts"`
	}
	var messages []message
	for _, m := range req.Messages {
		messages = append(messages, message{string(m.Role), []part{{"text", m.Text}}})
	}
	return append(attrs, content("gen_ai.system_instructions", []part{{"text", req.System}}), content("gen_ai.input.messages", messages))
}

func content(key string, v any) span.Attr {
	b, err := json.Marshal(v)
	if err != nil {
		b = nil
	}
	return span.Content(key, string(b))
}

// conventional is a service's name in the conventions, where it has another there.
func conventional(service string) string {
	switch service {
	case "azure":
		return "azure.ai.openai"
	case "gemini":
		return "gcp.gemini"
	}
	return service
}

// answered are the attributes of an answer.
func answered(end *End, text string) []span.Attr {
	attrs := []span.Attr{
		span.A("gen_ai.response.model", end.Model), span.A("gen_ai.response.finish_reasons", []string{string(end.Finish)}),
		content("gen_ai.output.messages", []any{map[string]any{
			"role": "assistant", "parts": []any{map[string]string{"type": "text", "content": text}}, "finish_reason": end.Finish,
		}}),
	}
	if end.Usage.Known {
		attrs = append(attrs, span.A("gen_ai.usage.input_tokens", end.Usage.Input), span.A("gen_ai.usage.output_tokens", end.Usage.Output),
			span.A("gen_ai.usage.cache_read.input_tokens", end.Usage.Cached), span.A("gen_ai.usage.cache_creation.input_tokens", end.Usage.Written))
	}
	if end.Cost.Known {
		attrs = append(attrs, span.A("custard.cost.usd", end.Cost.USD))
	}
	return attrs
}
