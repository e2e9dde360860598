package hub

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// agent is one connected agent. Idle it is this struct, its socket and one goroutine.
type agent struct {
	hub  *Hub
	conn *wire.Conn
	key
	token     string
	instance  string
	version   string
	connector string
	address   string
	since     time.Time
	pinged    time.Time // the beat's own
	checked   time.Time // when its token was last known to be valid; recheck's own

	draining atomic.Bool // it takes no new requests
	gone     atomic.Bool
	busy     atomic.Int32 // open calls, and those that picked it and open one now

	mu      sync.Mutex
	calls   map[uint64]*call // open requests; nil while there never was one
	last    uint64           // id given
	schemas int              // replies with a schema that may still come: the frame's limit is raised meanwhile
}

var (
	errNoAgent = errors.New("no agent")
	errChecked = errors.New("self-test") // an agent that came to ask whether it would be taken
)

// errLost is what a request ends with whose agent is lost; call.lostError says more.
func errLost(cause error) *custard.Error {
	return &custard.Error{Code: custard.CodeUnreachable, Message: "the agent was lost", Retry: true, Cause: cause}
}

func errRevoked() *custard.Error {
	return (&custard.Error{Code: custard.CodeUnreachable, Message: "the agent's token was revoked"}).
		WithHint("Start the agent with the connection's new token.")
}

// run reads the agent's frames until the connection ends.
func (a *agent) run() {
	defer a.hub.work.Done()
	for {
		m, b, err := a.conn.Receive()
		if err == nil && m != nil {
			err = a.message(m)
		} else if err == nil {
			err = a.rows(b)
		}
		if err != nil {
			a.lost(err)
			return
		}
	}
}

// lost ends an agent whose connection failed, or that broke the protocol: then the connection is still open.
func (a *agent) lost(err error) {
	if e, ok := errors.AsType[*custard.Error](err); ok && e.Code == custard.CodeUsage {
		a.hub.counts.offences.Add(1)
		a.hub.cfg.Log.Warn("agent broke the protocol", "connection", a.connection, "instance", a.instance, "error", err)
		a.end(wire.CloseProtocol, e.Message, errLost(err))
		a.conn.CloseWait(wire.CloseProtocol, e.Message)
		return
	}
	a.end(wire.CloseNormal, "", errLost(err))
	a.conn.CloseWait(wire.CloseNormal, "") // another goroutine may have ended it and be in the middle of closing
	a.hub.cfg.Log.Info("agent disconnected", "connection", a.connection, "instance", a.instance, "reason", err)
}

// end takes the agent out of the hub, ends its requests with err (or moves them, see source.go) and closes the
// connection with a code. Only the first call does.
func (a *agent) end(code int, reason string, err *custard.Error) {
	if a.gone.Swap(true) {
		return
	}
	a.hub.remove(a)
	a.mu.Lock()
	calls := a.calls
	a.calls = nil
	a.mu.Unlock()
	for _, c := range calls {
		c.fail(err)
	}
	a.conn.Close(code, reason)
	sent, received := a.conn.Bytes()
	a.hub.counts.sent.Add(sent)
	a.hub.counts.received.Add(received)
}

// open makes a request, which pick has counted, one of the agent's; false where the agent is gone meanwhile.
func (a *agent) open(kind wire.Kind) (*call, bool) {
	c := &call{agent: a, kind: kind, wake: make(chan struct{}, 1)}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gone.Load() {
		return nil, false
	}
	if a.calls == nil {
		a.calls = make(map[uint64]*call)
	}
	a.last++
	c.id = a.last
	a.calls[c.id] = c
	if kind == wire.KindSchema {
		if a.schemas++; a.schemas == 1 {
			a.conn.SetTextLimit(a.hub.cfg.Limits.Schema)
		}
	}
	return c, true
}

// forget closes a request: replies to it are dropped from now on. It says whether the request was open.
func (a *agent) forget(id uint64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, open := a.calls[id]
	if open {
		delete(a.calls, id)
		a.busy.Add(-1)
	}
	return open
}

func (a *agent) call(id uint64) *call {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[id]
}

// message takes a control frame. Its error says how the agent broke the protocol.
func (a *agent) message(m *wire.Message) error {
	switch m.Kind {
	case wire.KindDrain:
		a.draining.Store(true)
		return nil
	case wire.KindAck, wire.KindError, wire.KindSchema, wire.KindValues, wire.KindPlan:
	case wire.KindHello, wire.KindWelcome, wire.KindRefuse, wire.KindExplain, wire.KindQuery, wire.KindCredit, wire.KindCancel:
		return custard.Errorf(custard.CodeUsage, "the agent sent a frame that is not an agent's")
	default:
		return nil // of a newer version
	}
	c := a.call(m.ID)
	if m.Kind == wire.KindSchema || m.Kind == wire.KindError && c != nil && c.kind == wire.KindSchema {
		a.schemaCame()
	}
	if c == nil {
		a.hub.counts.dropped.Add(1)
		return nil
	}
	return c.message(m)
}

// schemaCame lowers the limit of a control frame once no schema is awaited.
func (a *agent) schemaCame() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.schemas == 0 {
		return
	}
	if a.schemas--; a.schemas == 0 {
		a.conn.SetTextLimit(a.hub.cfg.Limits.Control)
	}
}

// rows takes a binary frame.
func (a *agent) rows(b *wire.Binary) error {
	c := a.call(b.ID)
	if c == nil {
		b.Release()
		a.hub.counts.dropped.Add(1)
		return nil
	}
	return c.rows(b)
}
