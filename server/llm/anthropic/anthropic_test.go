package anthropic_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/anthropic"
	"github.com/custard-ai/custard/server/llm/llmtest"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	llmtest.Run(t, llmtest.Subject{Protocol: llmtest.Anthropic{}, Open: open})
}

func open(client *http.Client, idle time.Duration) llm.Provider {
	return anthropic.New(anthropic.Config{Model: "gauge", BaseURL: "http://api.anthropic.com", Key: llmtest.Key, HTTP: client, Idle: idle})
}

// TestRequest holds the request to the byte: what is marked for the cache, and the tool that must be called.
func TestRequest(t *testing.T) {
	t.Parallel()
	fake := llmtest.Say(llmtest.Anthropic{}, llmtest.Answer{Text: `{}`})
	p := open(fake.Client(t), 0)
	zero := 0.0
	req := llmtest.Form()
	req.Temperature, req.MaxTokens = &zero, 99
	req.Messages = []llm.Message{{Role: llm.RoleUser, Text: "1", Cache: true}, {Role: llm.RoleAssistant, Text: "2", Cache: true}, {Role: llm.RoleUser, Text: "3", Cache: true}, {Role: llm.RoleAssistant, Text: "4", Cache: true}, {Role: llm.RoleUser, Text: "5"}}
	if _, err := llm.Complete(t.Context(), p, req); err != nil {
		t.Fatal(err)
	}
	if _, err := llm.Complete(t.Context(), p, &llm.Request{Messages: req.Messages[4:]}); err != nil {
		t.Fatal(err)
	}
	const mark = `,"cache_control":{"type":"ephemeral"}}`
	for i, want := range []string{
		`{"model":"gauge","max_tokens":99,"stream":true,"temperature":0,"system":[{"type":"text","text":"Answer briefly."` + mark + `],"messages":[` +
			`{"role":"user","content":[{"type":"text","text":"1"}]},` + // four marks are the most: the system's and the last three
			`{"role":"assistant","content":[{"type":"text","text":"2"` + mark + `]},` +
			`{"role":"user","content":[{"type":"text","text":"3"` + mark + `]},` +
			`{"role":"assistant","content":[{"type":"text","text":"4"` + mark + `]},` +
			`{"role":"user","content":[{"type":"text","text":"5"}]}],` +
			`"tools":[{"name":"answer","description":"The answer.","input_schema":{"type":"object","properties":{"sql":{"type":"string"}},"required":["sql"],"additionalProperties":false}}],` +
			`"tool_choice":{"type":"tool","name":"answer","disable_parallel_tool_use":true}}`,
		`{"model":"gauge","max_tokens":4096,"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"5"}]}]}`,
	} {
		got := fake.Requests()[i]
		if string(got.Body) != want {
			t.Errorf("body\n%s\nwant\n%s", got.Body, want)
		}
		if got.URL.Path != "/v1/messages" || got.Header.Get("X-Api-Key") != llmtest.Key || got.Header.Get("Anthropic-Version") != "2023-06-01" {
			t.Errorf("%s %v", got.URL, got.Header)
		}
	}
}

// The model's words beside the tool are not the answer; the cache's counts are.
func TestToolBesideWords(t *testing.T) {
	t.Parallel()
	const stream = `event: message_start
data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"gauge-1","content":[],"usage":{"input_tokens":10,"cache_creation_input_tokens":200,"cache_read_input_tokens":3000,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Let me write {\"sql\":\"wrong\"}"}}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"answer","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"sql\":\"right\"}"}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":44}}

event: message_stop
data: {"type":"message_stop"}

`
	fake := llmtest.Say(llmtest.Anthropic{}, llmtest.Answer{Body: stream, Type: "text/event-stream"})
	res, err := llm.Complete(t.Context(), open(fake.Client(t), 0), llmtest.Form())
	if err != nil || res.Text != `{"sql":"right"}` {
		t.Fatalf("%q, %v", res.Text, err)
	}
	if want := (llm.Usage{Input: 3210, Output: 44, Cached: 3000, Written: 200, Known: true}); res.Usage != want {
		t.Errorf("usage %+v, want %+v", res.Usage, want)
	}
}

func FuzzStream(f *testing.F) {
	llmtest.Fuzz(f, llmtest.Subject{Protocol: llmtest.Anthropic{}, Open: open})
}
