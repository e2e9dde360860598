package hub

import (
	"context"
	"errors"

	"github.com/custard-ai/custard/internal/custard"
)

// Bus reaches the agents that are connected to other replicas of the server. A hub works the same without one.
type Bus interface {
	// Serve is called once, before anything else: what comes over the bus for this replica is answered by local.
	Serve(local Local)
	// Announce says that Local.Has may have changed for a connection.
	Announce(org, connection string)
	// Remote reaches an agent of another replica. Where there is none its methods answer [NoAgent].
	Remote(org, connection string) Remote
	// Agents lists the agents of a connection at the other replicas.
	Agents(ctx context.Context, org, connection string) ([]AgentInfo, error)
	// Revoke cuts the agents of a token (all of the connection where it is empty) at the other replicas.
	Revoke(ctx context.Context, org, connection, token string) error
	// Close ends what runs over the bus.
	Close()
}

// Remote is a database as the replica of its agent serves it to others. Errors are as for [custard.Source].
type Remote interface {
	// Schema returns nil where the fingerprint is still the one that the asker has.
	Schema(ctx context.Context, refresh bool, have string) (*custard.Schema, error)
	Values(ctx context.Context, req custard.ValuesRequest) ([]custard.ValueMatch, error)
	Explain(ctx context.Context, stmt custard.Statement) (*custard.Plan, error)
	Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error)
}

// Local is what a replica serves to the others: its own agents alone.
type Local interface {
	// Has says whether a connection has an agent here that takes requests of others.
	Has(org, connection string) bool
	Remote(org, connection string) Remote
	Agents(org, connection string) []AgentInfo
	Revoke(org, connection, token string)
}

// local implements Local.
type local struct{ hub *Hub }

func (l local) Has(org, connection string) bool {
	l.hub.mu.RLock()
	defer l.hub.mu.RUnlock()
	return !l.hub.draining && len(l.hub.pools[key{org, connection}]) > 0
}

func (l local) Remote(org, connection string) Remote {
	return &agents{hub: l.hub, key: key{org, connection}}
}

func (l local) Agents(org, connection string) []AgentInfo {
	return l.hub.localAgents(key{org, connection})
}

func (l local) Revoke(org, connection, token string) { l.hub.revokeHere(key{org, connection}, token) }

// IsNoAgent says whether err is [NoAgent]: the request was not begun anywhere.
func IsNoAgent(err error) bool { return errors.Is(err, errNoAgent) }
