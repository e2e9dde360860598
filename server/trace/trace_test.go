package trace_test

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/agent/connector"
	connectors "github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/ask"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/all"
	"github.com/custard-ai/custard/server/llm/guard"
	"github.com/custard-ai/custard/server/llm/llmtest"
	"github.com/custard-ai/custard/server/span"
	"github.com/custard-ai/custard/server/trace"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/model"
)

// source is a small database with a cell that must not be told.
func source(t *testing.T) custard.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = db.Exec(`CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO customers VALUES (1,'cell canary'),(2,'Bo')`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	driver, conn, err := connectors.Open(t.Context(), path, connector.Options{})
	if err != nil {
		t.Fatal(err)
	}
	src := executor.New(driver, conn, executor.Options{})
	t.Cleanup(func() { src.Close() })
	return src
}

func says(sql string) llmtest.Answer {
	return llmtest.Answer{
		Text:  `{"plan":"plan canary","kind":"query","sql":"` + sql + `","assumptions":[],"question":null,"choices":[],"reason":null,"confidence":0.9}`,
		Usage: llm.Usage{Input: 1000, Output: 50, Cached: 400, Known: true},
	}
}

// asked puts one question to a model that writes a wrong query first, and returns what the collector got.
func asked(t *testing.T, content bool) *collector {
	t.Helper()
	c := newCollector(t)
	exporter, err := trace.New(t.Context(), trace.Config{URL: c.URL + "/v1/traces", Headers: map[string]string{"x-api-key": "collector key"}, Content: content, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{Problem: llmtest.ProblemServer}, says(`select shoe_size from customers where 'wrong canary' = ''`), says(`select name from customers where name <> 'literal canary'`))
	p, err := all.Open("openai/gpt-4.1", all.Config{Key: llmtest.Key, Base: "http://models.example/v1", Guard: guard.Local(), Client: fake.Client(t)})
	if err != nil {
		t.Fatal(err)
	}
	prices := llm.Prices{"openai/gpt-4.1": {Input: 2, Output: 8}}
	engine := model.New(model.Config{Provider: llm.Wrap(p, llm.Layers{Prices: prices, Retry: llm.RetryPolicy{Attempts: 2, Base: time.Millisecond}})})
	svc := ask.New(ask.Config{
		Source: source(t), Dialect: custard.SQLite, Engine: func(context.Context, string) (translate.Translator, error) { return engine, nil },
		Organisation: "org_1", Connection: "conn_1", Tracer: exporter,
	})
	rows := 0
	for e, err := range svc.Ask(t.Context(), custard.Request{Question: "question canary: which customers are there?", Conversation: "conv_1"}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == custard.EventRows {
			rows += e.Rows.Rows
		}
	}
	if rows != 2 {
		t.Fatalf("%d rows", rows)
	}
	if err := exporter.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAQuestionIsATrace(t *testing.T) {
	t.Parallel()
	c := asked(t, false)
	if c.service != "custard-server" || c.headers[0].Get("X-Api-Key") != "collector key" {
		t.Errorf("service %q, headers %v", c.service, c.headers[0])
	}
	root := c.named("ask")
	if len(root) != 1 || root[0].parent != "" || root[0].failed {
		t.Fatalf("roots: %+v", root)
	}
	byID := map[string]spanned{}
	for _, s := range c.spans {
		byID[s.id] = s
		if s.trace != root[0].trace || s.took == 0 {
			t.Errorf("%s: another trace, or no time", s.name)
		}
	}
	within := func(s spanned) string { return byID[s.parent].name }

	// Two drafts: the first fails at the check and goes back; the call before it fails at the service and is tried again.
	drafts, chats, checks := c.named("translate"), c.named("chat gpt-4.1"), c.named("check")
	if len(drafts) != 2 || len(chats) != 3 || len(checks) != 2 {
		t.Fatalf("%d drafts, %d calls, %d checks", len(drafts), len(chats), len(checks))
	}
	if drafts[0].attrs["custard.repair"] != nil || drafts[1].attrs["custard.repair"] != true || drafts[1].attrs["custard.repair.code"] != "unknown_column" {
		t.Errorf("drafts %v, %v", drafts[0].attrs, drafts[1].attrs)
	}
	if !checks[0].failed || checks[0].attrs["custard.error.code"] != "unknown_column" || checks[1].failed {
		t.Errorf("checks %+v", checks)
	}
	for i, s := range chats {
		if within(s) != "translate" || s.kind != tracepb.Span_SPAN_KIND_CLIENT || s.failed != (i == 0) {
			t.Errorf("call %d: within %s, %s, failed %t", i, within(s), s.kind, s.failed)
		}
	}
	if a := chats[0].attrs; a["error.type"] != "overloaded" || a["http.response.status_code"] != int64(500) || a["custard.error.code"] != "unreachable" {
		t.Errorf("the failed call: %v", a)
	}
	want := map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4.1", "gen_ai.response.model": "gpt-4.1-2025-04-14",
		"gen_ai.output.type": "json", "server.address": "models.example", "gen_ai.usage.input_tokens": int64(1000), "gen_ai.usage.output_tokens": int64(50),
		"gen_ai.usage.cache_read.input_tokens": int64(400), "custard.cost.usd": 0.0024,
	}
	got := chats[1].attrs
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s is %v, want %v", k, got[k], v)
		}
	}
	if reasons, _ := got["gen_ai.response.finish_reasons"].([]string); !slices.Equal(reasons, []string{"stop"}) || !slices.Contains(chats[1].events, "first token") {
		t.Errorf("finish %v, events %v", got["gen_ai.response.finish_reasons"], chats[1].events)
	}

	for _, name := range []string{"schema", "query"} {
		s := c.named(name)
		if len(s) != 1 || within(s[0]) != "ask" || s[0].attrs["db.system.name"] != "sqlite" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if q := c.named("query")[0]; q.attrs["db.response.returned_rows"] != int64(2) {
		t.Errorf("rows %v", q.attrs)
	}
	for k, v := range map[string]any{
		"custard.organisation": "org_1", "custard.connection": "conn_1", "gen_ai.conversation.id": "conv_1", "custard.engine": "openai/gpt-4.1",
		"custard.usage.input_tokens": int64(2000), "db.response.returned_rows": int64(2),
	} {
		if root[0].attrs[k] != v {
			t.Errorf("%s is %v, want %v", k, root[0].attrs[k], v)
		}
	}
}

// What was asked, prompts, drafts, queries and errors' words are in a trace only where the operator wants them. Cells and
// keys never are.
func TestContentIsTheOperatorsChoice(t *testing.T) {
	t.Parallel()
	for _, content := range []bool{false, true} {
		c := asked(t, content)
		for _, canary := range []string{"question canary", "wrong canary", "literal canary", "plan canary", "shoe_size"} {
			if told := bytes.Contains(c.raw, []byte(canary)); told != content {
				t.Errorf("content %t: %q told: %t", content, canary, told)
			}
		}
		for _, secret := range []string{"cell canary", llmtest.Key, "collector key"} {
			if bytes.Contains(c.raw, []byte(secret)) {
				t.Errorf("content %t: %q is in the trace", content, secret)
			}
		}
	}
}

// A collector that is away holds up no question and no shutdown beyond its deadline, and is told of once.
func TestCollectorThatIsAway(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(server.Close)
	e, err := trace.New(t.Context(), trace.Config{URL: server.URL + "/v1/traces", Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx := span.With(t.Context(), e)
	for range 1000 {
		_, s := span.Start(ctx, "ask", span.Internal)
		s.End(nil)
	}
	end, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := e.Close(end); err != nil {
		t.Errorf("closing: %v", err)
	}
	if n := strings.Count(log.String(), "traces are not sent"); n != 1 {
		t.Errorf("told %d times: %s", n, log.String())
	}
}

func TestFromEnvironment(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env     map[string]string
		url     string
		headers map[string]string
		content bool
	}{
		{env: nil},
		{env: map[string]string{"LANGSMITH_API_KEY": "k"}, url: "https://api.smith.langchain.com/otel/v1/traces", headers: map[string]string{"x-api-key": "k"}},
		{
			env: map[string]string{"LANGSMITH_API_KEY": "k", "LANGSMITH_PROJECT": "p", "LANGSMITH_ENDPOINT": "https://eu.api.smith.langchain.com/", "CUSTARD_TRACE_CONTENT": "true"},
			url: "https://eu.api.smith.langchain.com/otel/v1/traces", headers: map[string]string{"x-api-key": "k", "Langsmith-Project": "p"}, content: true,
		},
		{env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/", "OTEL_EXPORTER_OTLP_HEADERS": "a=b, c=d%20e"}, url: "http://collector:4318/v1/traces", headers: map[string]string{"a": "b", "c": "d e"}},
		{env: map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector/x", "LANGSMITH_API_KEY": "k"}, url: "http://collector/x", headers: map[string]string{}},
	} {
		got, ok, err := trace.FromEnvironment(func(k string) string { return c.env[k] })
		if err != nil || ok != (c.url != "") || ok && (got.URL != c.url || !maps.Equal(got.Headers, c.headers) || got.Content != c.content) {
			t.Errorf("%v: %+v, %t, %v", c.env, got, ok, err)
		}
	}
	_, _, err := trace.FromEnvironment(func(k string) string {
		return map[string]string{"OTEL_EXPORTER_OTLP_HEADERS": "secret", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}[k]
	})
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUsage || strings.Contains(e.Error(), "secret") {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "collector:4318", "ftp://x/"} {
		if _, err := trace.New(t.Context(), trace.Config{URL: bad}); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
