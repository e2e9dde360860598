package anthropic

import (
	"encoding/json"

	"github.com/custard-ai/custard/server/llm"
)

// request is the body of a call of Messages.
type request struct {
	Model       string      `json:"model"`
	MaxTokens   int         `json:"max_tokens"`
	Stream      bool        `json:"stream"`
	Temperature *float64    `json:"temperature,omitempty"`
	System      []block     `json:"system,omitempty"`
	Messages    []message   `json:"messages"`
	Tools       []tool      `json:"tools,omitempty"`
	ToolChoice  *toolChoice `json:"tool_choice,omitempty"`
}

type message struct {
	Role    string  `json:"role"`
	Content []block `json:"content"`
}

type block struct {
	Type         string        `json:"type"`
	Text         string        `json:"text"`
	CacheControl *cacheControl `json:"cache_control,omitempty"`
}

type cacheControl struct {
	Type string `json:"type"`
}

type tool struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	InputSchema json.RawMessage `json:"input_schema"`
}

type toolChoice struct {
	Type       string `json:"type"`
	Name       string `json:"name"`
	NoParallel bool   `json:"disable_parallel_tool_use"`
}

// event is what the stream's events carry, all of them in one.
type event struct {
	Type         string   `json:"type"`
	Message      *started `json:"message"`
	Index        int      `json:"index"`
	ContentBlock *struct {
		Type string `json:"type"`
		Name string `json:"name"`
		Text string `json:"text"`
	} `json:"content_block"`
	Delta *struct {
		Type        string `json:"type"`
		Text        string `json:"text"`
		PartialJSON string `json:"partial_json"`
		StopReason  string `json:"stop_reason"`
	} `json:"delta"`
	Usage *usage `json:"usage"`

	whole
}

// whole is the answer of a service that does not stream, with the type message.
type whole struct {
	Model   string `json:"model"`
	Content []struct {
		Type  string          `json:"type"`
		Name  string          `json:"name"`
		Text  string          `json:"text"`
		Input json.RawMessage `json:"input"`
	} `json:"content"`
	StopReason string `json:"stop_reason"`
}

type started struct {
	Model string `json:"model"`
	Usage *usage `json:"usage"`
}

// usage counts input apart from what the cache gave or took; the counts of later events stand for all before.
type usage struct {
	InputTokens              *int `json:"input_tokens"`
	OutputTokens             *int `json:"output_tokens"`
	CacheCreationInputTokens *int `json:"cache_creation_input_tokens"`
	CacheReadInputTokens     *int `json:"cache_read_input_tokens"`
}

// lay puts the counts of a later event over those so far.
func (u *usage) lay(later *usage) {
	if later == nil {
		return
	}
	for _, c := range []struct{ to, from **int }{
		{&u.InputTokens, &later.InputTokens}, {&u.OutputTokens, &later.OutputTokens},
		{&u.CacheCreationInputTokens, &later.CacheCreationInputTokens}, {&u.CacheReadInputTokens, &later.CacheReadInputTokens},
	} {
		if *c.from != nil {
			*c.to = *c.from
		}
	}
}

func (u *usage) tokens() llm.Usage {
	count := func(n *int) int {
		if n == nil {
			return 0
		}
		return max(*n, 0)
	}
	out := llm.Usage{
		Output: count(u.OutputTokens), Cached: count(u.CacheReadInputTokens), Written: count(u.CacheCreationInputTokens),
		Known: u.InputTokens != nil && u.OutputTokens != nil,
	}
	out.Input = count(u.InputTokens) + out.Cached + out.Written
	return out
}

// breakpoints is how many places of a request the service lets mark for its cache; one is the system's.
const breakpoints = 4

func (p *Provider) body(req *llm.Request, temperature bool) request {
	out := request{Model: p.model, MaxTokens: req.MaxTokens, Stream: true}
	if out.MaxTokens == 0 {
		out.MaxTokens = llm.DefaultMaxTokens
	}
	if temperature {
		out.Temperature = req.Temperature
	}
	left := breakpoints
	if req.System != "" {
		out.System = []block{{Type: "text", Text: req.System, CacheControl: &cacheControl{Type: "ephemeral"}}}
		left--
	}
	out.Messages = make([]message, len(req.Messages))
	for i := len(req.Messages) - 1; i >= 0; i-- { // from the end: the longest prefixes are worth most
		m := req.Messages[i]
		b := block{Type: "text", Text: m.Text}
		if m.Cache && left > 0 {
			b.CacheControl = &cacheControl{Type: "ephemeral"}
			left--
		}
		out.Messages[i] = message{Role: string(m.Role), Content: []block{b}}
	}
	if req.Schema != nil {
		out.Tools = []tool{{Name: req.Schema.Name, Description: req.Schema.Description, InputSchema: req.Schema.JSON}}
		out.ToolChoice = &toolChoice{Type: "tool", Name: req.Schema.Name, NoParallel: true}
	}
	return out
}
