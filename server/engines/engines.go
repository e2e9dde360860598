// Package engines is what translates questions on the server: the built-in engine, and language models with the keys of
// organisations and of the operator.
//
//	engines.go  which engine a name means, made when it is first asked for
//	own.go      the services that an organisation has set for itself
//	set.go      setting and removing them: keys go in and never come out
//	state.go    whether the operator's models can be reached
//
// An organisation's own key goes before the operator's. Its address is dialled by a policy of its own: what an organisation
// writes is trusted less than what the operator does.
package engines

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/all"
	"github.com/custard-ai/custard/server/llm/guard"
	"github.com/custard-ai/custard/server/llm/keyring"
	"github.com/custard-ai/custard/server/llm/ledger"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
	"github.com/custard-ai/custard/server/translate/model"
)

// Builtin is the name of the engine that asks no model.
const Builtin = "builtin"

const (
	maxEngines = 256         // models that are kept ready; where there are more, all are made again
	modelTime  = time.Minute // of a request to a model with all its attempts
	attempts   = 3
)

// Config is what Engines are made of.
type Config struct {
	Getenv   func(string) string // the operator's keys and addresses
	Standard string              // the engine where neither question nor organisation name one; empty for builtin
	Guard    guard.Policy        // where the operator's models may be
	OwnGuard guard.Policy        // where those of organisations may be
	Prices   llm.Prices          // laid over the list prices

	DailyTokens int64 // that an organisation may take of the operator's models a day; 0 for no bound
	AskTokens   int64 // that one request may take; 0 for no bound

	Store  catalog.ModelStore // what organisations have set; nil for none
	Ring   *keyring.Ring      // seals their keys; nil where the server has no secret
	Now    func() time.Time
	Logger *slog.Logger
}

// Engines are what translates questions. They are safe for use by many at once.
type Engines struct {
	cfg      Config
	builtin  translate.Translator
	breakers *llm.Breakers // of the operator's services
	theirs   *llm.Breakers // of organisations': none of them closes a service to others

	mu     sync.Mutex
	made   map[string]made
	owns   map[string]*own // by organisation
	open   all.Config      // of the operator's
	own    all.Config      // of organisations', but for key and address
	prices llm.Prices      // nil before the first model: those who want none pay for nothing
	state  state
}

// made is an engine that was asked for, and what it was made from.
type made struct {
	engine   translate.Translator
	provider llm.Provider // nil for the built-in one
	set      time.Time    // when the organisation set the service; zero for the operator's
}

// New returns Engines. CodeUsage where there is no standard engine of that name.
func New(cfg Config) (*Engines, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	cfg.Standard = cmp.Or(cfg.Standard, Builtin)
	e := &Engines{
		cfg: cfg, builtin: builtin.New(), breakers: llm.NewBreakers(llm.BreakerPolicy{}), theirs: llm.NewBreakers(llm.BreakerPolicy{}),
		made: map[string]made{}, owns: map[string]*own{},
	}
	if cfg.Standard != Builtin {
		if _, err := e.Get(context.Background(), "", ""); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Standard is the engine where neither question nor organisation name one.
func (e *Engines) Standard() string { return e.cfg.Standard }

// Get returns the translator of a name for an organisation: builtin, a model, or several with commas between, each asked
// where the one before does not answer. "" is what the organisation has set, else the server's own. CodeUsage for a name
// that there is none of. An empty organisation has set nothing.
func (e *Engines) Get(ctx context.Context, org, name string) (translate.Translator, error) {
	var mine *own
	if org != "" && e.cfg.Store != nil && name != Builtin {
		var err error
		if mine, err = e.ownOf(ctx, org); err != nil {
			return nil, err
		}
	}
	return model.Named(cmp.Or(name, mine.standard(), e.cfg.Standard), func(one string) (translate.Translator, error) {
		m, err := e.one(org, mine, one)
		return m.engine, err
	})
}

func (e *Engines) one(org string, mine *own, name string) (made, error) {
	if name == Builtin {
		return made{engine: e.builtin}, nil
	}
	service, _, ok := strings.Cut(name, "/")
	if !ok {
		return made{}, custard.Errorf(custard.CodeUsage, "there is no engine %q", name).
			WithHint("Write builtin, or SERVICE/MODEL such as openai/gpt-4.1 or anthropic/claude-sonnet-4-5. The services: %s.", strings.Join(all.Services(), ", "))
	}
	key, set := name, time.Time{}
	theirs := mine.service(service)
	if theirs != nil {
		key, set = org+"\x00"+name, theirs.Updated
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if m, ok := e.made[key]; ok && m.set.Equal(set) {
		return m, nil
	}
	provider, err := e.provider(org, theirs, name)
	if err != nil {
		return made{}, err
	}
	m := made{engine: model.New(model.Config{Provider: provider, Name: name, Logger: e.cfg.Logger}), provider: provider, set: set}
	if len(e.made) >= maxEngines {
		clear(e.made)
	}
	e.made[key] = m
	return m, nil
}

// provider opens a model, with the key that an organisation has set for its service, or with the operator's.
func (e *Engines) provider(org string, theirs *catalog.ModelService, name string) (llm.Provider, error) {
	if e.prices == nil {
		prices, err := llm.ListPrices(e.cfg.Prices)
		if err != nil {
			return nil, err
		}
		e.prices, e.open = prices, all.Config{Guard: e.cfg.Guard, Getenv: e.cfg.Getenv, Client: e.cfg.Guard.Client()}
		e.own = all.Config{Guard: e.cfg.OwnGuard, Client: e.cfg.OwnGuard.Client()}
	}
	open, breakers, daily, budget := e.open, e.breakers, e.cfg.DailyTokens, ""
	if theirs != nil {
		secret, err := e.unseal(org, theirs)
		if err != nil {
			return nil, err
		}
		open = e.own
		open.Key, open.Base = secret, theirs.BaseURL
		breakers, daily, budget = e.theirs, theirs.DailyTokens, theirs.Service
	}
	p, err := all.Open(name, open)
	if err != nil {
		return nil, err
	}
	layers := llm.Layers{Prices: e.prices, Breakers: breakers, Whole: true, Retry: llm.RetryPolicy{Attempts: attempts}, Deadline: modelTime}
	if daily > 0 || e.cfg.AskTokens > 0 {
		layers.Budget = &llm.Budget{Request: int(e.cfg.AskTokens)}
	}
	switch {
	case daily <= 0:
	case e.cfg.Store == nil:
		layers.Budget.Ledger = llm.NewDaily(int(daily), e.cfg.Now)
	default:
		layers.Budget.Ledger = ledger.New(ledger.Config{Store: e.cfg.Store, Budget: budget, Limit: daily, Now: e.cfg.Now, Logger: e.cfg.Logger})
	}
	return llm.Wrap(p, layers), nil
}
