package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/llmtest"
	"github.com/custard-ai/custard/server/translate"
)

// An organisation's questions end at its daily tokens; another's go on. What they cost is by the operator's prices.
func TestEnginesKeepToTheBudget(t *testing.T) {
	t.Parallel()
	fake := llmtest.Say(llmtest.OpenAI{}, llmtest.Answer{
		Text:  `{"plan":"","kind":"query","sql":"select 1","assumptions":[],"question":null,"choices":[],"reason":null,"confidence":0.9}`,
		Usage: llm.Usage{Input: 8000, Output: 1000, Known: true},
	})
	prices := filepath.Join(t.TempDir(), "prices.json")
	if err := os.WriteFile(prices, []byte(`{"openai/gauge":{"input":1,"output":2}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &config.Server{DailyTokens: 20_000, ModelPrices: prices, ModelRanges: []string{"127.0.0.1"}, OpenAIKey: llmtest.Key}
	env := map[string]string{"OPENAI_BASE_URL": fake.URL(t) + "/v1"}
	e, err := newEngines(c, func(name string) string { return env[name] }, nil, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := e.Get(t.Context(), "", "openai/gauge")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(org string) (*translate.Translation, error) {
		return engine.Translate(t.Context(), translate.Request{
			Question: "how many?", Organisation: org, Dialect: custard.SQLite, Now: time.Now(),
			Schema: &custard.Schema{Dialect: custard.SQLite, Tables: []*custard.Table{{Name: "orders", Columns: []*custard.Column{{Name: "id"}}}}},
		})
	}
	for range 2 {
		if tr, err := ask("org_1"); err != nil || tr.Usage.USD != 0.01 {
			t.Fatalf("%+v, %v", tr, err)
		}
	}
	if _, err := ask("org_1"); llm.KindOf(err) != llm.KindBudget || custard.AsError(err).Code != custard.CodeLimit {
		t.Errorf("beyond the budget: %v", err)
	}
	if _, err := ask("org_2"); err != nil {
		t.Errorf("another organisation: %v", err)
	}
	if n := len(fake.Requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
	for _, wrong := range []config.Server{{ModelPrices: filepath.Join(t.TempDir(), "none")}, {ModelPrices: os.DevNull}} {
		if _, err := newEngines(&wrong, func(string) string { return "" }, nil, nil, slog.New(slog.DiscardHandler)); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}
