package hub

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// Accept serves GET /api/v1/connections/ws/{id}: it answers an agent that may not connect, and else makes the request a connection of the
// hub and returns, so that net/http frees what it holds.
func (h *Hub) Accept(w http.ResponseWriter, r *http.Request, connection string) {
	if err := wire.CanUpgrade(r); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	h.mu.RLock()
	stopping, full := h.draining, h.agents >= h.cfg.Limits.Agents
	h.mu.RUnlock()
	switch {
	case stopping:
		refuse(w, http.StatusServiceUnavailable, errStopping())
		return
	case full:
		refuse(w, http.StatusServiceUnavailable, errFull())
		return
	}
	revoked := h.counts.revocations.Load()
	token := wire.BearerToken(r)
	if token == "" {
		refuse(w, http.StatusUnauthorized, custard.Errorf(custard.CodeUnauthenticated, "the agent's token is missing").
			WithHint("Set AGENT_TOKEN to the token that was shown when the connection was made."))
		return
	}
	id, err := h.cfg.Authenticate(r.Context(), connection, token)
	if err != nil {
		h.refuseToken(w, err)
		return
	}
	conn, err := h.upgrader.Upgrade(w, r)
	if err != nil {
		h.cfg.Log.Info("agent's request is no WebSocket", "connection", id.Connection, "error", custard.Detail(err))
		return
	}
	a := &agent{hub: h, conn: conn, key: key{id.Org, id.Connection}, token: id.Token}
	if err := a.handshake(id); errors.Is(err, errChecked) {
		h.cfg.Log.Info("agent checked its connection", "connection", id.Connection)
		return
	} else if err != nil {
		h.cfg.Log.Info("agent refused", "connection", id.Connection, "error", custard.Detail(err))
		return
	}
	// A token that was revoked between Authenticate and the registration was not found by Revoke.
	if h.counts.revocations.Load() != revoked {
		if _, err := h.cfg.Authenticate(r.Context(), connection, token); err != nil {
			a.end(wire.CloseRevoked, "the token was revoked", errRevoked())
		}
	}
}

// refuseToken answers a token that is not good for the connection.
func (h *Hub) refuseToken(w http.ResponseWriter, err error) {
	e, ok := errors.AsType[*custard.Error](err)
	status := http.StatusServiceUnavailable
	switch {
	case !ok:
		h.cfg.Log.Error("agent not authenticated", "error", custard.Detail(err))
	case e.Code == custard.CodeUnauthenticated:
		status = http.StatusUnauthorized
	case e.Code == custard.CodeForbidden:
		status = http.StatusForbidden
	case e.Code == custard.CodeNotFound:
		status = http.StatusNotFound
	case e.Code == custard.CodeRateLimited:
		status = http.StatusTooManyRequests
	default:
		h.cfg.Log.Error("agent not authenticated", "error", custard.Detail(err))
	}
	refuse(w, status, err)
}

func refuse(w http.ResponseWriter, status int, err error) {
	body := wire.ErrorBody{Error: *wire.ErrorOf(err)}
	body.Error.RequestID = w.Header().Get("X-Request-ID")
	body.Error.Retry = status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests
	if body.Error.Retry {
		w.Header().Set("Retry-After", "2")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if data, err := json.Marshal(body); err == nil {
		_, _ = w.Write(data) // the agent may be gone
	}
}

func errFull() *custard.Error {
	return &custard.Error{Code: custard.CodeUnreachable, Message: "this server has as many agents as it takes", Retry: true}
}

// handshake takes the agent's hello, registers the agent and welcomes it; or refuses it and frees the connection.
func (a *agent) handshake(id Identity) error {
	a.conn.Expect(helloTimeout)
	m, b, err := a.conn.Receive()
	if b != nil {
		b.Release()
	}
	if err != nil {
		return err
	}
	if m == nil || m.Kind != wire.KindHello {
		return a.refuse(wire.CloseProtocol, custard.Errorf(custard.CodeUsage, "the first frame is no hello"))
	}
	hello := m.Hello
	if err := checkHello(hello, id); err != nil {
		return a.refuse(wire.CloseRefused, err)
	}
	if hello.Check {
		return a.seeOff(hello)
	}
	a.instance, a.version, a.connector = hello.Instance, hello.Agent, hello.Connector
	a.address = a.conn.RemoteAddr().String()
	if err := a.welcome(hello); err != nil {
		return err
	}
	a.conn.Expect(0) // the hub's beat watches from now on
	a.hub.ready(a, hello.Fingerprint != "" && hello.Fingerprint == id.Fingerprint)
	return nil
}

// welcome registers the agent and welcomes it. Whoever picks it meanwhile waits with its request until the welcome is sent.
func (a *agent) welcome(hello *wire.Hello) error {
	welcome := a.hub.welcomeTo(hello)
	a.mu.Lock()
	err := a.hub.register(a)
	if err != nil {
		a.mu.Unlock()
		return a.refuse(wire.CloseOverloaded, err)
	}
	err = a.conn.Send(&wire.Message{Kind: wire.KindWelcome, Welcome: welcome})
	a.mu.Unlock()
	if err != nil {
		a.end(wire.CloseNormal, "", errLost(err))
		a.hub.work.Done()
	}
	return err
}

// welcomeTo is the answer to a hello that is taken.
func (h *Hub) welcomeTo(hello *wire.Hello) *wire.Welcome {
	w := &wire.Welcome{Version: wire.Version, HeartbeatMS: h.cfg.Heartbeat.Milliseconds(), Limits: h.upgrader.Limits}
	if slices.Contains(hello.Capabilities, wire.CapZstd) {
		w.Capabilities = []string{wire.CapZstd}
	}
	return w
}

// seeOff welcomes an agent's self-test and sees it off. It is no agent: nothing is registered, listed or replaced.
func (a *agent) seeOff(hello *wire.Hello) error {
	err := a.conn.Send(&wire.Message{Kind: wire.KindWelcome, Welcome: a.hub.welcomeTo(hello)})
	a.conn.CloseWait(wire.CloseNormal, "checked")
	return cmp.Or(err, errChecked)
}

// refuse tells the agent why it is not taken.
func (a *agent) refuse(code int, err error) error {
	_ = a.conn.Send(&wire.Message{Kind: wire.KindRefuse, Error: wire.ErrorOf(err)})
	a.conn.CloseWait(code, err.Error())
	return err
}

func checkHello(h *wire.Hello, id Identity) error {
	switch {
	case !slices.Contains(h.Versions, wire.Version):
		return custard.Errorf(custard.CodeUsage, "this server speaks version %d of the agents' protocol", wire.Version).
			WithHint("Use the custard-agent of the server's own release.")
	case h.Instance == "" || len(h.Instance) > 64 || strings.ContainsFunc(h.Instance, notPlain):
		return custard.Errorf(custard.CodeUsage, "the hello has no instance of up to 64 letters and digits")
	case len(h.Agent) > 64 || len(h.Connector) > 64 || len(h.Fingerprint) > 256:
		return custard.Errorf(custard.CodeUsage, "the hello's texts are too long")
	case id.Dialect != "" && h.Dialect != id.Dialect:
		return custard.Errorf(custard.CodeRefused, "the connection is for %s", id.Dialect).
			WithHint("Give this agent a %s database, or make a connection for its own.", id.Dialect)
	}
	return nil
}

func notPlain(r rune) bool { return r <= ' ' || r >= 0x7f }
