package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/httpapi"
	"github.com/custard-ai/custard/server/hub"
	"github.com/custard-ai/custard/server/hub/natsbus"
)

// recheck is how often the tokens of connected agents are looked up: a revocation reaches them at once, unless it was made while
// the servers could not reach each other.
const recheck = 5 * time.Minute

// connectBus connects the hub to those of other servers where NATS_URL names a bus, and returns what /status says of it.
// Without the bus a server answers through its own agents, so it stays ready.
func connectBus(c *config.Server, log *slog.Logger, to *hub.Config) (httpapi.Part, error) {
	if c.NATSURL == "" {
		return httpapi.Part{Name: "bus", Detail: "none"}, nil
	}
	bus, err := natsbus.Connect(c.NATSURL, natsbus.Options{Log: log})
	if err != nil {
		return httpapi.Part{}, err
	}
	to.Bus = bus
	return httpapi.Part{Name: "bus", Detail: "nats", Check: func(context.Context) error { return bus.Err() }}, nil
}

// validTokens looks up which tokens of a connection are valid.
func validTokens(store auth.KeyStore) func(ctx context.Context, org, connection string) ([]string, error) {
	return func(ctx context.Context, org, connection string) ([]string, error) {
		tokens, err := store.AgentTokens(ctx, org, connection, time.Now())
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(tokens))
		for i, t := range tokens {
			ids[i] = t.ID
		}
		return ids, nil
	}
}
