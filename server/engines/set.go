package engines

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/llm/all"
	"github.com/custard-ai/custard/server/llm/openai"
)

// Service is what an organisation has set for a service, without its key.
type Service struct {
	Service     string    `json:"service"`
	HasKey      bool      `json:"has_key" doc:"A key is kept. It is never shown."`
	BaseURL     string    `json:"base_url,omitempty" doc:"Where the service is; left out for its published address."`
	Model       string    `json:"model,omitempty" doc:"What is asked where a question and its connection name no engine."`
	Priority    int       `json:"priority" doc:"Of several services with a model the lowest is asked first, the next where it does not answer."`
	DailyTokens int64     `json:"daily_tokens,omitempty" doc:"That the key may take a day; left out for no bound."`
	TokensToday int64     `json:"tokens_today,omitempty" doc:"Taken of them today (UTC), with what is being asked now."`
	User        string    `json:"set_by" doc:"The id of the user who set it last."`
	Created     time.Time `json:"created"`
	Updated     time.Time `json:"updated"`
}

// Setting is what is set for a service.
type Setting struct {
	Key         string // empty keeps the one there is, as long as it goes to the same address
	BaseURL     string
	Model       string
	Priority    int
	DailyTokens int64
}

// The bounds of what may be set.
const (
	longestKey  = 1000
	longestURL  = 500
	maxPriority = 1000
)

// Services returns what an organisation has set.
func (e *Engines) Services(ctx context.Context, org string) ([]Service, error) {
	kept, err := e.cfg.Store.ModelServices(ctx, org)
	if err != nil {
		return nil, err
	}
	out := make([]Service, 0, len(kept))
	for i := range kept {
		s, err := e.shown(ctx, org, &kept[i])
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (e *Engines) shown(ctx context.Context, org string, m *catalog.ModelService) (Service, error) {
	out := Service{
		Service: m.Service, HasKey: m.Sealed != "", BaseURL: m.BaseURL, Model: m.Model, Priority: m.Priority, DailyTokens: m.DailyTokens,
		User: m.User, Created: m.Created, Updated: m.Updated,
	}
	var err error
	if m.DailyTokens > 0 {
		out.TokensToday, err = e.cfg.Store.TakenTokens(ctx, org, m.Service, e.cfg.Now())
	}
	return out, err
}

// Service returns what an organisation has set for one service; CodeNotFound for nothing.
func (e *Engines) Service(ctx context.Context, org, service string) (Service, error) {
	kept, err := e.find(ctx, org, service)
	if err != nil {
		return Service{}, err
	}
	if kept == nil {
		return Service{}, custard.Errorf(custard.CodeNotFound, "the organisation has set nothing for this service")
	}
	return e.shown(ctx, org, kept)
}

func (e *Engines) find(ctx context.Context, org, service string) (*catalog.ModelService, error) {
	kept, err := e.cfg.Store.ModelServices(ctx, org)
	if err != nil {
		return nil, err
	}
	return (&own{services: kept}).service(service), nil
}

// Set sets a service of an organisation. CodeUsage says what cannot be, CodePolicy for an address that may not be dialled,
// CodeFailed where the server has no secret to seal keys with. No error holds the key.
//
// Who changes the address must give the key again: else whoever may change settings, and must not see the key, could have
// it sent to himself.
func (e *Engines) Set(ctx context.Context, org, user, service string, in Setting) (Service, error) {
	if !slices.Contains(all.Services(), service) {
		return Service{}, custard.Errorf(custard.CodeUsage, "there is no such service of models").WithHint("There is: %s.", strings.Join(all.Services(), ", "))
	}
	if err := e.valid(service, &in); err != nil {
		return Service{}, err
	}
	old, err := e.find(ctx, org, service)
	if err != nil {
		return Service{}, err
	}
	now := e.cfg.Now().UTC().Truncate(time.Microsecond)
	m := catalog.ModelService{
		Service: service, BaseURL: in.BaseURL, Model: in.Model, Priority: in.Priority, DailyTokens: in.DailyTokens, User: user, Created: now, Updated: now,
	}
	if old != nil {
		m.Created = old.Created
		if !m.Updated.After(old.Updated) { // what was made of the old one is known by its time
			m.Updated = old.Updated.Add(time.Microsecond)
		}
	}
	switch {
	case in.Key != "" && e.cfg.Ring == nil:
		return Service{}, custard.Errorf(custard.CodeFailed, "this server keeps no keys: it has no secret to seal them with").
			WithHint("The operator sets CUSTARD_SERVER_SECRET to 32 random bytes or more, the same on all replicas.")
	case in.Key != "":
		m.Sealed = e.cfg.Ring.Seal(org, service, in.Key)
	case old != nil && old.Sealed != "" && old.BaseURL != m.BaseURL:
		return Service{}, custard.Errorf(custard.CodeUsage, "the address changes, but the key is not given").
			WithHint("Give the key again: one that was given for another address is not sent to this one.")
	case old != nil:
		m.Sealed = old.Sealed
	}
	if m.Sealed == "" && !keyless(service, in.BaseURL) {
		return Service{}, custard.Errorf(custard.CodeUsage, "%s needs a key", service).WithHint("Give it as key.")
	}
	if err := e.cfg.Store.SetModelService(ctx, org, m); err != nil {
		return Service{}, err
	}
	e.forget(org)
	return e.shown(ctx, org, &m)
}

// keyless says whether a service may be asked without a key: a server of one's own.
func keyless(service, base string) bool {
	p, ok := openai.PresetOf(service)
	return ok && base != "" && (p.NoKey || service == "openai")
}

// valid says what of a setting cannot be, and writes its address as it is kept.
func (e *Engines) valid(service string, in *Setting) error {
	wrong := func(hint, format string, args ...any) error {
		return custard.Errorf(custard.CodeUsage, format, args...).WithHint("%s", hint)
	}
	in.Key = strings.TrimSpace(in.Key)
	switch {
	case len(in.Key) > longestKey || strings.ContainsFunc(in.Key, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return wrong("Give it without line ends or quotes.", "the key has characters that no key has, or is longer than %d bytes", longestKey)
	case len(in.BaseURL) > longestURL:
		return wrong("Write it as https://models.example.com/v1.", "base_url is longer than %d bytes", longestURL)
	case in.Priority < 0 || in.Priority > maxPriority:
		return wrong("It must be a number from 0 to 1000; the lowest is asked first.", "priority is %d", in.Priority)
	case in.DailyTokens < 0:
		return wrong("0 means no bound.", "daily_tokens is %d", in.DailyTokens)
	case in.Model != "" && !strings.HasPrefix(in.Model, service+"/"):
		return wrong("Write it as "+service+"/MODEL.", "the model is not one of %s", service)
	}
	if p, ok := openai.PresetOf(service); ok && in.BaseURL == "" && (p.BaseURL == "" || p.NoKey) {
		return wrong("Give it as base_url, such as https://models.example.com/v1.", "%s has no address that everybody uses", service)
	}
	if in.BaseURL != "" {
		base, err := e.cfg.OwnGuard.BaseURL(in.BaseURL)
		if err != nil {
			return err
		}
		in.BaseURL = base
	}
	if in.Model == "" {
		return nil
	}
	const any = "x" // whether it is the right one the service says
	_, err := all.Open(in.Model, all.Config{Guard: e.cfg.OwnGuard, Key: any, Base: in.BaseURL})
	return err
}

// Remove removes what an organisation has set for a service; CodeNotFound where it has set nothing.
func (e *Engines) Remove(ctx context.Context, org, service string) error {
	err := e.cfg.Store.RemoveModelService(ctx, org, service)
	e.forget(org)
	return err
}
