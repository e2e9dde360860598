package cli

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/all"
	"github.com/custard-ai/custard/server/llm/cassette"
	"github.com/custard-ai/custard/server/llm/guard"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
	"github.com/custard-ai/custard/server/translate/model"
)

const builtinEngine = "builtin"

// engine returns the translator of a name: builtin, a model, or several with commas between, each asked where the one
// before does not answer.
func (a *app) engine(name string) (translate.Translator, error) {
	return model.Named(name, a.oneEngine)
}

func (a *app) oneEngine(name string) (translate.Translator, error) {
	if name == "" || name == builtinEngine {
		return builtin.New(), nil
	}
	provider, err := a.provider(name)
	if err != nil {
		return nil, err
	}
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	return model.New(model.Config{
		Provider: provider, Name: name, SchemaTokens: int(cfg.SchemaTokens), Logger: a.log(),
	}), nil
}

// provider opens a model with the keys of the environment; the configured key and address are those of the first model that
// the configuration names, and are sent nowhere else.
func (a *app) provider(name string) (llm.Provider, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	if !strings.Contains(name, "/") {
		return nil, usagef("Write builtin, or SERVICE/MODEL such as openai/gpt-4.1 or ollama/llama3.2. The services: "+strings.Join(all.Services(), ", ")+".",
			"there is no engine %q", name)
	}
	policy := guard.Local()
	policy.Proxy = http.ProxyFromEnvironment
	open := all.Config{Getenv: a.getenv, Guard: policy}
	if name == firstModel(cfg.Engine) {
		open.Key, open.Base = cfg.ModelKey, cfg.ModelURL
	}
	var taped error
	switch {
	case a.cassette.replay != "":
		open.Replayed = true
		open.Transport = func(http.RoundTripper) http.RoundTripper { return cassette.Replay(a.cassette.replay) }
	case a.cassette.record != "":
		open.Transport = func(next http.RoundTripper) http.RoundTripper {
			recorder, err := cassette.Record(a.cassette.record, next)
			if taped = err; err != nil {
				return next
			}
			return recorder
		}
	}
	p, err := all.Open(name, open)
	if err = cmp.Or(taped, err); err != nil {
		return nil, err
	}
	prices, err := llm.ListPrices(nil)
	if err != nil {
		return nil, err
	}
	const attempts = 3
	return llm.Wrap(p, llm.Layers{Prices: prices, Whole: true, Retry: llm.RetryPolicy{Attempts: attempts}}), nil
}

// firstModel is the first engine of a list that is a model.
func firstModel(list string) string {
	names, err := model.Names(list)
	if err != nil {
		return ""
	}
	for _, n := range names {
		if n != builtinEngine {
			return n
		}
	}
	return ""
}

// checkEngines says whether what is configured to write queries can be reached.
func (a *app) checkEngines(ctx context.Context) (string, error) {
	names, err := model.Names(a.cfg.Engine)
	if err != nil {
		return "", err
	}
	if len(names) == 0 {
		return builtinEngine, nil
	}
	for _, name := range names {
		if name == builtinEngine {
			continue
		}
		p, err := a.provider(name)
		if err != nil {
			return "", err
		}
		if c := llm.CheckerOf(p); c != nil {
			if err := c.Check(ctx); err != nil {
				return "", err
			}
		}
	}
	return strings.Join(names, ", else "), nil
}

// tooMany is the error for more candidates than are compared.
func tooMany(n int) error {
	return custard.Errorf(custard.CodeUsage, "--candidates %d is not from 1 to %d", n, model.MaxCandidates)
}
