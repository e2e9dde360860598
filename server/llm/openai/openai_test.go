package openai_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/llmtest"
	"github.com/custard-ai/custard/server/llm/openai"
)

// TestSuite runs the suite over every preset: they share the code and differ in the table.
func TestSuite(t *testing.T) {
	t.Parallel()
	for _, preset := range openai.Presets() {
		t.Run(preset.Name, func(t *testing.T) {
			t.Parallel()
			llmtest.Run(t, llmtest.Subject{Protocol: llmtest.OpenAI{}, Open: func(client *http.Client, idle time.Duration) llm.Provider {
				return open(preset, client, idle)
			}})
		})
	}
}

func open(preset openai.Preset, client *http.Client, idle time.Duration) llm.Provider {
	base := preset.BaseURL
	if base == "" {
		base = "https://gauge.openai.azure.com"
	}
	base = strings.Replace(base, "https:", "http:", 1) // every connection leads to the fake, which speaks no TLS
	return openai.New(openai.Config{Preset: preset, Model: "gauge", BaseURL: base, Key: llmtest.Key, Version: preset.Version, HTTP: client, Idle: idle})
}

func preset(t testing.TB, name string) openai.Preset {
	t.Helper()
	p, ok := openai.PresetOf(name)
	if !ok {
		t.Fatalf("no preset %s", name)
	}
	return p
}

// A compatible server that takes no strict schema is asked for JSON, one that takes no JSON mode by words; the answer is the
// same, and what was learnt is kept.
func TestAsksForJSONInTheWayThatTheServiceTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		refuses func(body string) llmtest.Problem
		asked   []string // the response_format of each request, for two questions
	}{
		{"everything", func(string) llmtest.Problem { return "" }, []string{"json_schema", "json_schema"}},
		{"no schema", func(body string) llmtest.Problem {
			if strings.Contains(body, `"json_schema"`) {
				return llmtest.ProblemSchema
			}
			return ""
		}, []string{"json_schema", "json_object", "json_object"}},
		{"no JSON mode", func(body string) llmtest.Problem {
			if strings.Contains(body, "response_format") {
				return llmtest.ProblemJSON
			}
			return ""
		}, []string{"json_schema", "json_object", "", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			fake := llmtest.New(llmtest.OpenAI{}, func(asked llmtest.Recorded) llmtest.Answer {
				return llmtest.Answer{Problem: c.refuses(string(asked.Body)), Text: `{"sql":"select 1"}`}
			})
			p := open(preset(t, "vllm"), fake.Client(t), 0)
			for range 2 {
				res, err := llm.Complete(t.Context(), p, llmtest.Form())
				if err != nil || res.Text != `{"sql":"select 1"}` {
					t.Fatalf("%q, %v", res.Text, err)
				}
			}
			var asked []string
			for _, r := range fake.Requests() {
				var body struct {
					ResponseFormat struct {
						Type string `json:"type"`
					} `json:"response_format"`
				}
				r.Into(t, &body)
				asked = append(asked, body.ResponseFormat.Type)
				inWords := strings.Contains(r.Text(), `"additionalProperties":false`)
				if strict := body.ResponseFormat.Type == "json_schema"; inWords == strict {
					t.Errorf("%q: the schema in the instructions: %t", body.ResponseFormat.Type, inWords)
				}
			}
			if !slices.Equal(asked, c.asked) {
				t.Errorf("asked %q, want %q", asked, c.asked)
			}
		})
	}
}

func TestWordsOfRefusalsAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body   string // a 400 as services write it
		refuse string // sent while the request has this
	}{
		{`{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}`, `"max_tokens"`},
		{`{"error":"Unknown field max_tokens; use max_completion_tokens"}`, `"max_tokens"`},
		{`{"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted'}]","type":"BadRequestError","param":null,"code":400}`, `"stream_options"`},
		{`[{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"reasoning_effort\"","status":"INVALID_ARGUMENT"}}]`, `"reasoning_effort"`},
		{`{"error":{"message":"This model does not support response format json_schema","type":"invalid_request_error","param":"response_format"}}`, `"json_schema"`},
		{`{"detail":"guided decoding is switched off"}`, `"response_format"`},
		{`{"error":{"message":"Invalid request","type":"invalid_request_error"}}`, `"response_format"`},
		{`Bad Request`, `"response_format"`},
		{`{"error":"Bad Request"}`, `"stream_options"`},
	} {
		fake := llmtest.New(llmtest.OpenAI{}, func(asked llmtest.Recorded) llmtest.Answer {
			if strings.Contains(string(asked.Body), c.refuse) {
				return llmtest.Answer{Status: http.StatusBadRequest, Body: c.body}
			}
			return llmtest.Answer{Text: `{}`}
		})
		req := llmtest.Form()
		req.Effort = "low"
		if res, err := llm.Complete(t.Context(), open(preset(t, "openrouter"), fake.Client(t), 0), req); err != nil {
			t.Errorf("%s: %q, %v after %d requests", c.body, res.Text, err, len(fake.Requests()))
		}
	}
}

// A service that refuses everything ends in its error, not in a circle.
func TestRefusalOfEverythingEnds(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"", "response_format", "max_tokens", "max_completion_tokens", "stream_options", "temperature", "messages"} {
		fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Status: http.StatusBadRequest, Body: `{"error":{"message":"no","param":"` + field + `"}}`})
		_, err := llm.Complete(t.Context(), open(preset(t, "openai"), fake.Client(t), 0), llmtest.Form())
		if n := len(fake.Requests()); llm.KindOf(err) != llm.KindBadRequest || n > 3 {
			t.Errorf("%s: %v after %d requests", field, err, n)
		}
	}
}

// TestRequest holds the request to the byte, for each way of asking.
func TestRequest(t *testing.T) {
	t.Parallel()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Text: `{}`})
	zero := 0.0
	req := llmtest.Form()
	req.Temperature, req.Effort, req.MaxTokens = &zero, "low", 99
	for _, name := range []string{"openai", "azure", "ollama"} {
		if _, err := llm.Complete(t.Context(), open(preset(t, name), fake.Client(t), 0), req); err != nil {
			t.Fatal(err)
		}
	}
	const messages = `"messages":[{"role":"system","content":"Answer briefly."},{"role":"user","content":"How many customers are there? 金額"}],"stream":true,"stream_options":{"include_usage":true}`
	const format = `"temperature":0,"reasoning_effort":"low","response_format":{"type":"json_schema","json_schema":{"name":"answer","description":"The answer.","strict":true,"schema":` +
		`{"type":"object","properties":{"sql":{"type":"string"}},"required":["sql"],"additionalProperties":false}}}}`
	for i, want := range []struct{ url, header, value, body string }{
		{"/v1/chat/completions", "Authorization", "Bearer " + llmtest.Key, `{"model":"gauge",` + messages + `,"max_completion_tokens":99,` + format},
		{"/openai/deployments/gauge/chat/completions?api-version=2024-10-21", "Api-Key", llmtest.Key, `{"model":"gauge",` + messages + `,"max_completion_tokens":99,` + format},
		{"/v1/chat/completions", "Authorization", "Bearer " + llmtest.Key, `{"model":"gauge",` + messages + `,"max_tokens":99,` + format},
	} {
		got := fake.Requests()[i]
		if got.URL.RequestURI() != want.url || got.Header.Get(want.header) != want.value || string(got.Body) != want.body {
			t.Errorf("%d: %s, %s\n%s\nwant\n%s", i, got.URL.RequestURI(), got.Header, got.Body, want.body)
		}
		if got.Header.Get("Content-Type") != "application/json" || got.Header.Get("User-Agent") != "custard" {
			t.Errorf("%d: headers %v", i, got.Header)
		}
	}
}

// Messages of one role after another are one: the chat templates of open models refuse anything else.
func TestRolesAlternate(t *testing.T) {
	t.Parallel()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Text: "fine"})
	p := open(preset(t, "vllm"), fake.Client(t), 0)
	_, err := llm.Complete(t.Context(), p, &llm.Request{Messages: []llm.Message{
		{Role: llm.RoleUser, Text: "the schema"}, {Role: llm.RoleUser, Text: "the question"}, {Role: llm.RoleAssistant, Text: "no"}, {Role: llm.RoleUser, Text: "again"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Messages []struct{ Role, Content string }
	}
	fake.Requests()[0].Into(t, &body)
	if len(body.Messages) != 3 || body.Messages[0].Content != "the schema\n\nthe question" || body.Messages[1].Role != "assistant" {
		t.Errorf("sent %+v", body.Messages)
	}
}

func TestPresetsAreSortedAndWhole(t *testing.T) {
	t.Parallel()
	for _, p := range openai.Presets() {
		if found, ok := openai.PresetOf(p.Name); !ok || found.Name != p.Name {
			t.Errorf("%s is not found: the table is not sorted", p.Name)
		}
		if p.BaseEnv == "" || len(p.KeyEnv) == 0 || p.MaxTokens == "" {
			t.Errorf("%+v lacks something", p)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body string
		kind llm.Kind
		hint string
	}{
		{`{"object":"list","data":[{"id":"other"},{"id":"gauge"}]}`, "", ""},
		{`{"data":[{"id":"gauge:latest"}]}`, "", ""},
		{`{"data":[{"id":"models/gauge"}]}`, "", ""},
		{`{"data":[]}`, "", ""},
		{`{"data":[{"id":"other"},{"id":"another"}]}`, llm.KindNoModel, "It has: another, other."},
		{`<html>`, llm.KindGarbage, ""},
	} {
		client := &http.Client{Transport: answering(c.body)}
		err := open(preset(t, "ollama"), client, 0).(llm.Checker).Check(t.Context())
		if llm.KindOf(err) != c.kind || err != nil && custard.AsError(err).Hint != c.hint {
			t.Errorf("%s: %v", c.body, err)
		}
	}
}

type answering string

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(string(a))), Request: r}, nil
}

func FuzzStream(f *testing.F) {
	llmtest.Fuzz(f, llmtest.Subject{Protocol: llmtest.OpenAI{}, Open: func(client *http.Client, idle time.Duration) llm.Provider {
		p, _ := openai.PresetOf("openai")
		return open(p, client, idle)
	}})
}
