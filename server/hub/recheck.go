package hub

import (
	"context"
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

const recheckTime = 10 * time.Second // for one connection's tokens

// recheck cuts agents whose token is not valid any more. One goroutine looks after all connections, one after another.
func (h *Hub) recheck() {
	tick := time.NewTicker(max(h.cfg.Recheck/16, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-tick.C:
			for _, a := range h.all() {
				if h.ctx.Err() == nil && time.Since(a.checked) >= h.cfg.Recheck {
					h.recheckConnection(a.key)
				}
			}
		}
	}
}

// recheckConnection looks at all agents of a connection.
func (h *Hub) recheckConnection(k key) {
	ctx, cancel := context.WithTimeout(h.ctx, recheckTime)
	defer cancel()
	h.mu.RLock()
	pool := h.pools[k]
	h.mu.RUnlock()
	valid, err := h.cfg.Tokens(ctx, k.org, k.connection)
	if err != nil && h.ctx.Err() == nil {
		h.cfg.Log.Warn("agents' tokens not checked", "connection", k.connection, "error", custard.Detail(err)) // in the next round again
	}
	for _, a := range pool {
		a.checked = time.Now()
		if err == nil && !slices.Contains(valid, a.token) {
			a.end(wire.CloseRevoked, "the token is not valid any more", errRevoked())
		}
	}
}
