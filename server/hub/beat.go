package hub

import (
	"time"

	"github.com/custard-ai/custard/internal/wire"
)

// beat pings every agent once in an interval and cuts those that were silent for two. One goroutine does it for all, in
// small rounds, each agent in the round that its own time has come.
func (h *Hub) beat() {
	tick := time.NewTicker(max(h.cfg.Heartbeat/16, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-tick.C:
			for _, a := range h.all() {
				h.beatOne(a, time.Now())
			}
		}
	}
}

func (h *Hub) beatOne(a *agent, now time.Time) {
	if now.Sub(a.conn.LastSeen()) > 2*h.cfg.Heartbeat {
		h.counts.silent.Add(1)
		h.cfg.Log.Info("agent is silent", "connection", a.connection, "instance", a.instance)
		a.end(wire.CloseNormal, "silent for too long", errLost(nil))
		a.conn.Abort() // a half-open socket answers no close
		return
	}
	if now.Sub(a.pinged) >= h.cfg.Heartbeat {
		a.pinged = now
		_ = a.conn.Ping() // a failure ends the reader, which ends the agent
	}
}
