package hub

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// register makes an agent one of its connection's. A connection of the same instance is replaced: the newest wins.
func (h *Hub) register(a *agent) error {
	h.mu.Lock()
	pool := h.pools[a.key]
	i := slices.IndexFunc(pool, func(b *agent) bool { return b.instance == a.instance })
	var err error
	switch {
	case h.draining:
		err = errStopping()
	case i < 0 && h.agents >= h.cfg.Limits.Agents:
		err = errFull()
	case i < 0 && len(pool) >= h.cfg.Limits.Replicas:
		err = (&custard.Error{Code: custard.CodeLimit, Message: "the connection has as many agents as it may", Retry: true}).
			WithHint("Stop one of them, or wait until one is gone.")
	}
	if err != nil {
		h.mu.Unlock()
		return err
	}
	a.since = time.Now()
	a.pinged, a.checked = a.since, a.since
	var old *agent
	if i >= 0 {
		old = pool[i]
		pool = slices.Delete(slices.Clone(pool), i, i+1)
		h.agents--
	}
	h.pools[a.key] = append(slices.Clip(pool), a)
	h.agents++
	h.work.Add(1) // for the goroutine that reads
	h.mu.Unlock()
	if old != nil {
		h.counts.replaced.Add(1)
		old.end(wire.CloseReplaced, "a newer connection of this agent took over", errLost(nil))
	}
	return nil
}

// ready begins to read from an agent that was welcomed. known says that its schema need not be fetched.
func (h *Hub) ready(a *agent, known bool) {
	h.counts.accepted.Add(1)
	h.cfg.Log.Info("agent connected", "connection", a.key.connection, "instance", a.instance, "version", a.version, "address", a.address)
	if h.cfg.Bus != nil {
		h.cfg.Bus.Announce(a.key.org, a.key.connection)
	}
	go a.run()
	if !known && h.cfg.OnSchema != nil {
		select {
		case h.fetches <- a:
		default:
		}
	}
}

// remove takes an agent out of its connection's.
func (h *Hub) remove(a *agent) {
	h.mu.Lock()
	pool := h.pools[a.key]
	i := slices.Index(pool, a)
	last := false
	if i >= 0 {
		h.agents--
		if last = len(pool) == 1; last {
			delete(h.pools, a.key)
		} else {
			h.pools[a.key] = slices.Delete(slices.Clone(pool), i, i+1)
		}
	}
	h.mu.Unlock()
	if last && h.cfg.Bus != nil {
		h.cfg.Bus.Announce(a.key.org, a.key.connection)
	}
}

// pick returns the least busy agent of a connection that was not tried yet, by chance where several are, and counts the request
// that it is for as one of its own. The error is [NoAgent] where there is none, CodeRateLimited where all have as many requests as they may.
func (h *Hub) pick(k key, tried []*agent) (*agent, error) {
	h.mu.RLock()
	pool := h.pools[k] // never changed in place
	h.mu.RUnlock()
	for {
		best, least, full := leastBusy(pool, tried, int32(h.cfg.Limits.Requests))
		switch {
		case best == nil && full:
			return nil, &custard.Error{Code: custard.CodeRateLimited, Message: "too many statements run on this connection", Hint: "Ask again in a moment.", Retry: true, After: time.Second}
		case best == nil:
			return nil, NoAgent(k.connection)
		case best.busy.CompareAndSwap(least, least+1):
			return best, nil
		}
	}
}

// leastBusy returns an agent with the fewest requests, and how many; full says whether one was left out because it has limit.
func leastBusy(pool, tried []*agent, limit int32) (best *agent, least int32, full bool) {
	start := rand.IntN(max(len(pool), 1))
	for i := range pool {
		a := pool[(start+i)%len(pool)]
		if a.gone.Load() || a.draining.Load() || slices.Contains(tried, a) {
			continue
		}
		busy := a.busy.Load()
		if busy >= limit {
			full = true
			continue
		}
		if best == nil || busy < least {
			best, least = a, busy
		}
	}
	return best, least, full
}

// NoAgent is the error of a connection that no agent serves at the moment.
func NoAgent(connection string) *custard.Error {
	return (&custard.Error{Code: custard.CodeUnreachable, Message: "no agent is connected for this connection", Retry: true, Cause: errNoAgent}).
		WithHint("Start it beside the database: BACKEND_WEBSOCKET_URI=… CONNECTION_ID=%s AGENT_TOKEN=… DB_URL=… custard-agent; 'custard-agent check' says what is wrong.", connection)
}
