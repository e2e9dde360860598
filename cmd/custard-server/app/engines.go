package app

import (
	"cmp"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/all"
	"github.com/custard-ai/custard/server/llm/guard"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
	"github.com/custard-ai/custard/server/translate/model"
)

const (
	builtinName = "builtin"
	maxEngines  = 64          // models that are kept ready; where there are more, all are made again
	modelTime   = time.Minute // of a request to a model with all its attempts
)

// engines are what translates questions, made when they are first asked for.
type engines struct {
	open     all.Config
	standard string
	own      llm.Prices // laid over the list prices
	layers   llm.Layers
	log      *slog.Logger

	mu   sync.Mutex
	made map[string]translate.Translator
}

func newEngines(c *config.Server, getenv func(string) string, log *slog.Logger) (*engines, error) {
	policy, err := guard.ParsePolicy(c.ModelRanges)
	if err != nil {
		return nil, err
	}
	e := &engines{
		open:     all.Config{Guard: policy, Getenv: withKeys(c, getenv)},
		standard: cmp.Or(c.Engine, builtinName),
		layers: llm.Layers{
			Breakers: llm.NewBreakers(llm.BreakerPolicy{}), Whole: true,
			Retry: llm.RetryPolicy{Attempts: 3}, Deadline: modelTime,
		},
		log: log, made: map[string]translate.Translator{},
	}
	if c.ModelPrices != "" {
		text, err := os.ReadFile(c.ModelPrices)
		if err != nil {
			return nil, custard.Errorf(custard.CodeUsage, "the models' prices cannot be read: %w", err)
		}
		if e.own, err = llm.ParsePrices(text); err != nil {
			return nil, err
		}
	}
	if c.DailyTokens > 0 || c.AskTokens > 0 {
		e.layers.Budget = &llm.Budget{Request: int(c.AskTokens)}
		if c.DailyTokens > 0 {
			e.layers.Budget.Ledger = llm.NewDaily(int(c.DailyTokens), nil)
		}
	}
	if e.standard != builtinName {
		if _, err := e.get(""); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// withKeys is the environment with the keys that came from files.
func withKeys(c *config.Server, getenv func(string) string) func(string) string {
	return func(name string) string {
		switch name {
		case "OPENAI_API_KEY":
			return c.OpenAIKey
		case "ANTHROPIC_API_KEY":
			return c.AnthropicKey
		}
		return getenv(name)
	}
}

// get returns the translator of a name (builtin, a model, or several with commas between, each asked where the one before
// does not answer), and of "" the server's default.
func (e *engines) get(name string) (translate.Translator, error) {
	return model.Named(cmp.Or(name, e.standard), e.one)
}

func (e *engines) one(name string) (translate.Translator, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.made[name]; t != nil {
		return t, nil
	}
	t, err := e.make(name)
	if err != nil {
		return nil, err
	}
	if len(e.made) >= maxEngines {
		clear(e.made)
	}
	e.made[name] = t
	return t, nil
}

func (e *engines) make(name string) (translate.Translator, error) {
	if name == builtinName {
		return builtin.New(), nil
	}
	if !strings.Contains(name, "/") {
		return nil, custard.Errorf(custard.CodeUsage, "there is no engine %q", name).
			WithHint("Write builtin, or SERVICE/MODEL such as openai/gpt-4.1 or anthropic/claude-sonnet-4-5. The services: %s.", strings.Join(all.Services(), ", "))
	}
	if e.open.Client == nil { // the first model: those who want none pay for nothing
		prices, err := llm.ListPrices(e.own)
		if err != nil {
			return nil, err
		}
		e.layers.Prices, e.open.Client = prices, e.open.Guard.Client()
	}
	p, err := all.Open(name, e.open)
	if err != nil {
		return nil, err
	}
	return model.New(model.Config{Provider: llm.Wrap(p, e.layers), Name: name, Logger: e.log}), nil
}
