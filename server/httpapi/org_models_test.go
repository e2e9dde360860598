package httpapi

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth/authtest"
	"github.com/custard-ai/custard/server/engines"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/guard"
	"github.com/custard-ai/custard/server/llm/keyring"
	"github.com/custard-ai/custard/server/llm/llmtest"
)

const ringSecret = "a secret of the server that seals what organisations give it"

// ownModels gives a configuration engines over the kit's store, which dial this machine too.
func ownModels(t testing.TB, k *authtest.Kit, env map[string]string) func(*Config) {
	t.Helper()
	ring, err := keyring.New(ringSecret)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := guard.ParsePolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *Config) {
		e, err := engines.New(engines.Config{
			Getenv: func(name string) string { return env[name] }, Guard: policy, OwnGuard: policy, Store: k.Store, Ring: ring, Now: c.Now, Logger: c.Logger,
			DailyTokens: 1_000_000, Prices: llm.Prices{"openai/gauge": {Input: 100, Output: 200}},
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Models, c.Usage, c.Engine = e, k.Store, e.Get
	}
}

// says is a model's answer with a query.
func says(statement string) llmtest.Answer {
	text, err := json.Marshal(map[string]any{
		"plan": "", "kind": "query", "sql": statement, "assumptions": []string{}, "question": nil, "choices": []string{}, "reason": nil, "confidence": 0.9,
	})
	if err != nil {
		panic(err)
	}
	return llmtest.Answer{Text: string(text), Usage: llm.Usage{Input: 1000, Output: 100, Known: true}}
}

// An organisation's own key answers its questions: with its own budget, counted and shown, what was drafted and mended with
// it; and the key is nowhere but in the request to the service.
func TestAnOrganisationsOwnModel(t *testing.T) {
	t.Parallel()
	fake := llmtest.Say(llmtest.OpenAI{}, says("SELECT count(*) AS n FROM zebras"), says("SELECT count(*) AS n FROM customers WHERE country = 'Spain'"))
	w, _, _ := withShop(t, nil)
	w.use(t, nil)
	base := fake.URL(t) + "/v1"
	r := w.do(t, "PUT", "/org/models/openai", map[string]any{"key": llmtest.Key, "base_url": base, "model": "openai/gauge", "daily_tokens": 100_000})
	if r.status != 200 || strings.Contains(string(r.body), llmtest.Key) {
		t.Fatalf("%d %s", r.status, r.body)
	}
	var answer struct {
		Engine         string
		Rows           [][]any
		Assumptions    []string
		ConversationID string `json:"conversation_id"`
	}
	r = w.do(t, "POST", "/query", map[string]any{"connection": "shop", "question": "how many customers are in Spain?"})
	if r.into(t, &answer); r.status != 200 || answer.Engine != "openai/gauge" || len(answer.Rows) != 1 || answer.Rows[0][0] != 2.0 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	asked := fake.Requests()
	if len(asked) != 2 || asked[0].Header.Get("Authorization") != "Bearer "+llmtest.Key {
		t.Fatalf("%d requests: %v", len(asked), asked)
	}
	var history struct {
		Items []struct {
			ID    string
			Trace any
			Usage custard.Usage
		}
	}
	w.do(t, "GET", "/history", nil).into(t, &history)
	if len(history.Items) != 1 || history.Items[0].Usage != (custard.Usage{Calls: 2, Input: 2000, Output: 200, USD: 0.24}) || history.Items[0].Trace != nil {
		t.Fatalf("history %+v", history)
	}
	trace := w.do(t, "GET", "/history/"+history.Items[0].ID+"/trace", nil)
	var root custard.Stage
	trace.into(t, &root)
	var names []string
	for _, s := range root.Stages {
		names = append(names, s.Name)
	}
	if root.Name != "ask" || strings.Join(names, " ") != "schema translate check translate check query" {
		t.Errorf("stages: %v in %s", names, trace.body)
	}
	for _, want := range []string{"FROM zebras", "how many customers are in Spain?", `"custard.repair":true`, "gen_ai.usage.input_tokens", `"custard.cost.usd":0.12`} {
		if !strings.Contains(string(trace.body), want) && !strings.Contains(string(trace.body), strings.TrimSpace(want)+`"`) {
			t.Errorf("%q is not in %s", want, trace.body)
		}
	}
	if strings.Contains(string(trace.body), "gen_ai.input.messages") || strings.Contains(string(trace.body), "gen_ai.output.messages") {
		t.Errorf("a prompt is kept: %s", trace.body)
	}
	var usage struct {
		Items []struct {
			Engine, Day string
			Questions   int
			custard.Usage
		}
		Total struct{ USD float64 }
	}
	r = w.do(t, "GET", "/org/usage?by=engine,day", nil)
	if r.into(t, &usage); len(usage.Items) != 1 || usage.Items[0].Engine != "openai/gauge" || usage.Items[0].Input != 2000 || usage.Items[0].Questions != 1 || usage.Total.USD != 0.24 {
		t.Errorf("usage %s", r.body)
	}
	var listed struct {
		Items []engines.Service
	}
	r = w.do(t, "GET", "/org/models", nil)
	if r.into(t, &listed); len(listed.Items) != 1 || !listed.Items[0].HasKey || listed.Items[0].TokensToday != 2200 {
		t.Errorf("models %s", r.body)
	}

	// Its budget ends: the built-in engine answers, and the answer says so.
	w.do(t, "PUT", "/org/models/openai", map[string]any{"base_url": base, "model": "openai/gauge", "daily_tokens": 2500})
	r = w.do(t, "POST", "/query", map[string]any{"connection": "shop", "question": "how many customers are there?"})
	var fallen struct {
		Engine   string
		Warnings []string
	}
	if r.into(t, &fallen); fallen.Engine != "builtin" || len(fallen.Warnings) == 0 || !strings.Contains(fallen.Warnings[0], "openai/gauge did not answer") || len(fake.Requests()) != 2 {
		t.Errorf("beyond the budget: %d %s", r.status, r.body)
	}

	w.secretIsNowhere(t, llmtest.Key, string(trace.body))
	if r := w.do(t, "DELETE", "/org/models/openai", nil); r.status != 204 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "question": "how many customers?", "engine": "openai/gauge"}); r.status != 400 {
		t.Errorf("the key is gone, and it is still asked: %d %s", r.status, r.body)
	}
}

// use gives a world that is there already engines of its own.
func (w *world) use(t testing.TB, env map[string]string) {
	t.Helper()
	ownModels(t, w.kit, env)(&w.API.cfg)
}

// secretIsNowhere looks for a key in the log, the audit log, every table of the store, and texts.
func (w *world) secretIsNowhere(t *testing.T, secret string, texts ...string) {
	t.Helper()
	audit := w.do(t, "GET", "/audit?limit=200", nil)
	if !strings.Contains(string(audit.body), actModelSet) {
		t.Errorf("the audit log knows nothing of it: %s", audit.body)
	}
	texts = append(texts, string(audit.body), w.log.String(), w.files(t))
	for i, text := range texts {
		if strings.Contains(text, secret) {
			t.Errorf("text %d holds the key", i)
		}
	}
}

// A service that fails with a key that is wrong is told of as such: never with the key, which services like to quote.
func TestAWrongKeyIsNotQuoted(t *testing.T) {
	t.Parallel()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Problem: llmtest.ProblemAuth})
	w, _, _ := withShop(t, nil)
	w.use(t, nil)
	if r := w.do(t, "PUT", "/org/models/openai", map[string]any{"key": llmtest.Key, "base_url": fake.URL(t) + "/v1"}); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "question": "how many customers?", "engine": "openai/gauge"})
	if r.status != http.StatusServiceUnavailable || !strings.Contains(r.fault(t).Hint, "custard org models set") {
		t.Errorf("%d %s", r.status, r.body)
	}
	var history struct{ Items []struct{ ID string } }
	all := w.do(t, "GET", "/history", nil)
	all.into(t, &history)
	trace := w.do(t, "GET", "/history/"+history.Items[0].ID+"/trace", nil)
	w.secretIsNowhere(t, llmtest.Key, string(r.body), string(all.body), string(trace.body))
}

func TestModelsThatCannotBeSet(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	w.use(t, nil)
	const key = "sk-planted-6f1c2b9a7d3e5f60"
	set := func(path string, body map[string]any) reply { return w.do(t, "PUT", "/org/models/"+path, body) }
	for _, tt := range []struct {
		path string
		body map[string]any
		code custard.Code
	}{
		{"nobody", map[string]any{"key": key}, custard.CodeUsage},
		{"openai", map[string]any{}, custard.CodeUsage},
		{"openai", map[string]any{"key": key + "\n" + key}, custard.CodeUsage},
		{"openai", map[string]any{"key": strings.Repeat("k", 2000)}, custard.CodeUsage},
		{"openai", map[string]any{"key": key, "model": "anthropic/claude"}, custard.CodeUsage},
		{"openai", map[string]any{"key": key, "model": "openai/a b"}, custard.CodeUsage},
		{"openai", map[string]any{"key": key, "priority": -1}, custard.CodeUsage},
		{"openai", map[string]any{"key": key, "daily_tokens": -1}, custard.CodeUsage},
		{"openai", map[string]any{"key": key, "base_url": "https://user:" + key + "@models.example.com"}, custard.CodeUsage},
		{"openai", map[string]any{"key": key, "base_url": "https://models.example.com/?key=" + key}, custard.CodeUsage},
		{"openai", map[string]any{"key": key, "base_url": "file:///etc/passwd"}, custard.CodeUsage},
		{"openai", map[string]any{"key": key, "base_url": "https://169.254.169.254/v1"}, custard.CodePolicy},
		{"openai", map[string]any{"key": key, "base_url": "https://10.0.0.1/v1"}, custard.CodePolicy},
		{"openai", map[string]any{"key": key, "base_url": "https://[::ffff:10.0.0.1]/v1"}, custard.CodePolicy},
		{"ollama", map[string]any{}, custard.CodeUsage},
		{"azure", map[string]any{"key": key}, custard.CodeUsage},
	} {
		r := set(tt.path, tt.body)
		if r.status < 400 || r.fault(t).Code != tt.code || strings.Contains(string(r.body), key) {
			t.Errorf("%s %v: %d %s", tt.path, tt.body, r.status, r.body)
		}
	}
	if r := w.do(t, "GET", "/org/models/openai", nil); r.status != http.StatusNotFound {
		t.Errorf("%d %s", r.status, r.body)
	}
	// A key goes where it was given for and nowhere else.
	if r := set("openai", map[string]any{"key": key, "base_url": "https://models.example.com/v1"}); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for _, elsewhere := range []map[string]any{{}, {"base_url": "https://thief.example.com/v1"}} {
		if r := set("openai", elsewhere); r.status != 400 {
			t.Errorf("the key goes along to %v: %d %s", elsewhere, r.status, r.body)
		}
	}
	if r := set("openai", map[string]any{"base_url": "https://models.example.com/v1/", "priority": 3}); r.status != 200 {
		t.Errorf("the same address: %d %s", r.status, r.body)
	}
	var s engines.Service
	if w.do(t, "GET", "/org/models/openai", nil).into(t, &s); !s.HasKey || s.Priority != 3 {
		t.Errorf("%+v", s)
	}
	w.secretIsNowhere(t, key)
	// A server without a secret keeps no key.
	bare, err := engines.New(engines.Config{Store: w.kit.Store, Now: w.kit.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	w.API.cfg.Models = bare
	if r := set("anthropic", map[string]any{"key": key}); r.status != 422 || !strings.Contains(r.fault(t).Hint, "CUSTARD_SERVER_SECRET") {
		t.Errorf("%d %s", r.status, r.body)
	}
	for _, query := range []string{"from=2026", "by=nothing", "from=2026-02-01&to=2026-01-01", "from=2020-01-01"} {
		if r := w.do(t, "GET", "/org/usage?"+query, nil); r.status != 400 {
			t.Errorf("%s: %d %s", query, r.status, r.body)
		}
	}
}

// A chain asks one model after another, and the answer says who answered and why the others did not.
func TestChainOfModels(t *testing.T) {
	t.Parallel()
	broken := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Problem: llmtest.ProblemQuota})
	works := llmtest.Say(llmtest.Anthropic{}, says("SELECT count(*) AS n FROM customers"))
	w, _, _ := withShop(t, nil)
	w.use(t, nil)
	for _, m := range []struct {
		path string
		body map[string]any
	}{
		{"anthropic", map[string]any{"key": llmtest.Key, "base_url": works.URL(t), "model": "anthropic/second", "priority": 2}},
		{"openai", map[string]any{"key": llmtest.Key, "base_url": broken.URL(t) + "/v1", "model": "openai/first", "priority": 1}},
	} {
		if r := w.do(t, "PUT", "/org/models/"+m.path, m.body); r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	w.kit.Clock.Move(2 * time.Second)
	var answer struct {
		Engine   string
		Warnings []string
		Rows     [][]any
	}
	r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "question": "how many customers are there?"})
	if r.into(t, &answer); answer.Engine != "anthropic/second" || len(answer.Warnings) != 1 || !strings.Contains(answer.Warnings[0], "openai/first did not answer") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// files returns what the store's files hold: the database with its log.
func (w *world) files(t testing.TB) string {
	t.Helper()
	found, err := filepath.Glob(strings.TrimPrefix(w.kit.URL, "sqlite:") + "*")
	if err != nil || len(found) == 0 {
		t.Fatalf("there is no database: %v", err)
	}
	var all strings.Builder
	for _, f := range found {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(content)
	}
	return all.String()
}
