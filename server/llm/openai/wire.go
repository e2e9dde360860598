package openai

import (
	"encoding/json"
	"strings"

	"github.com/custard-ai/custard/server/llm"
)

// request is the body of a call of Chat Completions.
type request struct {
	Model               string          `json:"model"`
	Messages            []message       `json:"messages"`
	Stream              bool            `json:"stream"`
	StreamOptions       *streamOptions  `json:"stream_options,omitempty"`
	MaxTokens           int             `json:"max_tokens,omitempty"`
	MaxCompletionTokens int             `json:"max_completion_tokens,omitempty"`
	Temperature         *float64        `json:"temperature,omitempty"`
	ReasoningEffort     string          `json:"reasoning_effort,omitempty"`
	ResponseFormat      *responseFormat `json:"response_format,omitempty"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type responseFormat struct {
	Type   string      `json:"type"`
	Schema *jsonSchema `json:"json_schema,omitempty"`
}

type jsonSchema struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Strict      bool            `json:"strict"`
	Schema      json.RawMessage `json:"schema"`
}

// chunk is one event of the stream, or the whole answer of a service that does not stream.
type chunk struct {
	Model   string   `json:"model"`
	Choices []choice `json:"choices"`
	Usage   *usage   `json:"usage"`
	XGroq   *struct {
		Usage *usage `json:"usage"`
	} `json:"x_groq"`
	Error json.RawMessage `json:"error"`
}

type choice struct {
	Index        int     `json:"index"`
	Delta        said    `json:"delta"`
	Message      *said   `json:"message"` // in the place of the delta, from a service that does not stream
	FinishReason *string `json:"finish_reason"`
}

type said struct {
	Content   *string           `json:"content"`
	Refusal   *string           `json:"refusal"`
	ToolCalls []json.RawMessage `json:"tool_calls"`
}

type usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
	PromptDetails    *struct {
		CachedTokens int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
}

func (u *usage) tokens() llm.Usage {
	if u == nil {
		return llm.Usage{}
	}
	out := llm.Usage{Input: max(u.PromptTokens, 0), Output: max(u.CompletionTokens, 0), Known: true}
	if u.PromptDetails != nil {
		out.Cached = min(max(u.PromptDetails.CachedTokens, 0), out.Input)
	}
	return out
}

// body writes a request in the way that the service is known to take.
func (p *Provider) body(req *llm.Request, takes takes) request {
	out := request{Model: p.model, Stream: true}
	bound := req.MaxTokens
	if bound == 0 {
		bound = llm.DefaultMaxTokens
	}
	if takes.maxTokens == maxTokens {
		out.MaxTokens = bound
	} else {
		out.MaxCompletionTokens = bound
	}
	if takes.usage {
		out.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	if takes.temperature {
		out.Temperature = req.Temperature
	}
	if takes.effort {
		out.ReasoningEffort = req.Effort
	}
	system := req.System
	if req.Schema != nil {
		switch takes.form {
		case FormStrict:
			s := &jsonSchema{Name: req.Schema.Name, Description: req.Schema.Description, Strict: true, Schema: req.Schema.JSON}
			out.ResponseFormat = &responseFormat{Type: "json_schema", Schema: s}
		case FormObject:
			out.ResponseFormat = &responseFormat{Type: "json_object"}
		case FormPrompt:
		}
		if takes.form != FormStrict {
			system = strings.TrimSpace(system + "\n\nAnswer with one JSON object and nothing else. It must be valid against this JSON Schema:\n" + string(req.Schema.JSON))
		}
	}
	if system != "" {
		out.Messages = append(out.Messages, message{Role: "system", Content: system})
	}
	for _, m := range req.Messages {
		if n := len(out.Messages); n > 0 && out.Messages[n-1].Role == string(m.Role) {
			out.Messages[n-1].Content += "\n\n" + m.Text // the chat templates of open models want the roles to alternate
			continue
		}
		out.Messages = append(out.Messages, message{Role: string(m.Role), Content: m.Text})
	}
	return out
}
