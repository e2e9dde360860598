package hub

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// AgentInfo is an agent that is connected.
type AgentInfo struct {
	ID        string    `json:"id"` // its instance
	Version   string    `json:"version"`
	Connector string    `json:"connector"`
	Address   string    `json:"address"`
	Since     time.Time `json:"since"`
	Busy      int       `json:"busy"` // requests that it serves
}

// Agents lists the agents of a connection, those of other replicas too, the longest connected first. Where the bus fails it lists
// this replica's own.
func (h *Hub) Agents(ctx context.Context, org, connection string) []AgentInfo {
	out := h.localAgents(key{org, connection})
	if h.cfg.Bus != nil {
		others, err := h.cfg.Bus.Agents(ctx, org, connection)
		if err != nil {
			h.cfg.Log.Warn("agents of other replicas not listed", "error", custard.Detail(err))
		}
		out = append(out, others...)
	}
	slices.SortStableFunc(out, func(a, b AgentInfo) int { return a.Since.Compare(b.Since) })
	return out
}

func (h *Hub) localAgents(k key) []AgentInfo {
	h.mu.RLock()
	defer h.mu.RUnlock()
	out := make([]AgentInfo, 0, len(h.pools[k]))
	for _, a := range h.pools[k] {
		out = append(out, AgentInfo{ID: a.instance, Version: a.version, Connector: a.connector, Address: a.address, Since: a.since, Busy: int(a.busy.Load())})
	}
	return out
}

// Revoke cuts the agents of a token, all of the connection where token is empty, at every replica, and ends what they run. The token must be
// invalid for Authenticate before.
func (h *Hub) Revoke(ctx context.Context, org, connection, token string) error {
	h.revokeHere(key{org, connection}, token)
	if h.cfg.Bus != nil {
		return h.cfg.Bus.Revoke(ctx, org, connection, token)
	}
	return nil
}

func (h *Hub) revokeHere(k key, token string) {
	h.counts.revocations.Add(1)
	h.mu.RLock()
	pool := slices.Clone(h.pools[k])
	h.mu.RUnlock()
	var wg sync.WaitGroup
	for _, a := range pool {
		if token == "" || a.token == token {
			wg.Go(func() { a.end(wire.CloseRevoked, "the token was revoked", errRevoked()) })
		}
	}
	wg.Wait()
}

// counts are what the hub counts since its start.
type counts struct {
	accepted, replaced, silent, offences, revocations atomic.Int64
	requests, moved, dropped                          atomic.Int64
	sent, received                                    atomic.Int64 // bytes of agents that are gone
}

// Metrics are the hub's figures.
type Metrics struct {
	Agents      int   // connected now
	Connections int   // with an agent now
	Busy        int   // requests that run now
	Accepted    int64 // agents, since the start; so are all below
	Replaced    int64 // by a newer connection of the same instance
	Silent      int64 // cut after two intervals without a sign of life
	Offences    int64 // cut because they broke the protocol
	Requests    int64
	Moved       int64 // requests that another agent took over
	Dropped     int64 // replies to no open request
	Sent        int64 // bytes to agents
	Received    int64 // bytes from agents
}

// Metrics returns the hub's figures at this moment.
func (h *Hub) Metrics() Metrics {
	h.mu.RLock()
	connections := len(h.pools)
	h.mu.RUnlock()
	c := &h.counts
	m := Metrics{
		Connections: connections,
		Accepted:    c.accepted.Load(), Replaced: c.replaced.Load(), Silent: c.silent.Load(), Offences: c.offences.Load(),
		Requests: c.requests.Load(), Moved: c.moved.Load(), Dropped: c.dropped.Load(),
		Sent: c.sent.Load(), Received: c.received.Load(),
	}
	for _, a := range h.all() {
		sent, received := a.conn.Bytes()
		m.Agents++
		m.Busy += int(a.busy.Load())
		m.Sent += sent
		m.Received += received
	}
	return m
}
