package engines

import (
	"context"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

const (
	ownAge  = time.Second // how long what an organisation has set is believed: another replica may have changed it
	maxOwns = 1000        // organisations that are remembered; where there are more, all are read again
)

// own is what an organisation has set. A nil one has set nothing.
type own struct {
	services []catalog.ModelService
	read     time.Time
}

// ownOf reads what an organisation has set, at most once in ownAge.
func (e *Engines) ownOf(ctx context.Context, org string) (*own, error) {
	now := e.cfg.Now()
	e.mu.Lock()
	known := e.owns[org]
	e.mu.Unlock()
	if known != nil && now.Sub(known.read) < ownAge {
		return known, nil
	}
	services, err := e.cfg.Store.ModelServices(ctx, org)
	if err != nil {
		return nil, err
	}
	fresh := &own{services: services, read: now}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.owns) >= maxOwns {
		clear(e.owns)
	}
	e.owns[org] = fresh
	return fresh, nil
}

// forget reads anew what an organisation has set, because it was changed here.
func (e *Engines) forget(org string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.owns, org)
}

// service is what is set for a service; nil for nothing.
func (o *own) service(name string) *catalog.ModelService {
	if o == nil {
		return nil
	}
	for i := range o.services {
		if o.services[i].Service == name {
			return &o.services[i]
		}
	}
	return nil
}

// standard is what is asked where a question names no engine: the models that are set, by priority, and where none of them
// answers the built-in engine. It is empty where none is set.
func (o *own) standard() string {
	if o == nil {
		return ""
	}
	var names []string
	for _, s := range o.services {
		if s.Model != "" {
			names = append(names, s.Model)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(append(names[:min(len(names), mostModels)], Builtin), ",")
}

// mostModels is how many models are asked in turn: each that does not answer costs time.
const mostModels = 3

// unseal returns the key of a service; "" for one without.
func (e *Engines) unseal(org string, m *catalog.ModelService) (string, error) {
	switch {
	case m.Sealed == "":
		return "", nil
	case e.cfg.Ring == nil:
		return "", custard.Errorf(custard.CodeFailed, "the organisation's key of %s cannot be opened: this server has no secret any more", m.Service).
			WithHint("The operator sets CUSTARD_SERVER_SECRET to what it was. Meanwhile ask with the engine builtin.")
	}
	return e.cfg.Ring.Open(org, m.Service, m.Sealed)
}
