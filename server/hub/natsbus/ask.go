package natsbus

import (
	"context"
	"encoding/binary"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/hub"
)

// moves is how often a request that nobody took is sent again.
const moves = 2

// asked is a request to another replica. The bus's receiver fills it, the asker's goroutine empties it.
type asked struct {
	bus  *Bus
	id   uint64
	kind wire.Kind
	wake chan struct{} // has room for one: something changed

	mu      sync.Mutex
	sent    time.Time
	seen    time.Time // when the server was last heard of; zero until it took the request
	control string    // where it listens
	parts   parts
	queue   []wire.Rows // bounded by credit
	last    []byte      // the message that ended it, for the asker to decode: a schema takes a while
	credit  int64
	width   int
	ended   bool
	refused bool // nobody took it, or who did is gone and has not begun to answer: it may be sent again
	err     *custard.Error
}

// remote is a connection that other replicas serve.
type remote struct {
	bus             *Bus
	org, connection string
}

// Remote returns a connection that other replicas serve.
func (b *Bus) Remote(org, connection string) hub.Remote { return &remote{b, org, connection} }

// start sends a request and waits for the first of its answer, again where nobody takes it or its server is lost before that.
func (r *remote) start(ctx context.Context, m wire.Message) (*asked, wire.Rows, *wire.Message, error) {
	if !r.bus.nc.IsConnected() { // what is published now would be sent when nobody waits for it any more
		return nil, wire.Rows{}, nil, errBus("no agent is connected to this server, and the other servers cannot be reached")
	}
	var err error
	for range 1 + moves {
		a := r.bus.ask(m.Kind)
		if a == nil {
			return nil, wire.Rows{}, nil, errBus("the server is stopping")
		}
		m.ID, m.Credit = a.id, 0
		if m.Kind == wire.KindQuery {
			m.Credit = r.bus.opts.Window
		}
		to := r.bus.subject("to", r.bus.id, strconv.FormatUint(a.id, 10))
		if err = r.bus.publish(r.bus.connection(r.org, r.connection), to, request{r.org, r.connection, m}); err != nil {
			a.leave()
			return nil, wire.Rows{}, nil, err
		}
		var rows wire.Rows
		var reply *wire.Message
		if rows, reply, err = a.first(ctx); err == nil {
			return a, rows, reply, nil
		}
		a.leave()
		if !a.wasRefused() || ctx.Err() != nil {
			break
		}
		if hub.IsNoAgent(err) {
			return nil, wire.Rows{}, nil, hub.NoAgent(r.connection)
		}
	}
	return nil, wire.Rows{}, nil, err
}

// ask opens a request; nil where the bus is closed.
func (b *Bus) ask(kind wire.Kind) *asked {
	a := &asked{bus: b, id: b.next.Add(1), kind: kind, wake: make(chan struct{}, 1), sent: time.Now(), credit: b.opts.Window}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.asked[a.id] = a
	return a
}

func (a *asked) wasRefused() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.refused
}

func (a *asked) signal() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

func (a *asked) fail(err *custard.Error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.ended {
		a.ended, a.err = true, err
	}
	a.signal()
}

// refuse ends a request that nobody took or answered.
func (a *asked) refuse(err *custard.Error) {
	a.mu.Lock()
	a.refused = true
	a.mu.Unlock()
	a.fail(err)
}

// receive takes a message of the stream.
func (a *asked) receive(m *nats.Msg) {
	if len(m.Data) == 0 && m.Header.Get("Status") == "503" {
		a.refuse(hub.NoAgent(""))
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended {
		return
	}
	a.seen = time.Now()
	a.control = m.Reply
	kind, data, whole, ok := a.parts.add(m.Data, a.bus.opts.Frame)
	if !ok {
		a.broken()
		return
	}
	if !whole {
		return
	}
	switch kind {
	case isMessage:
		a.last, a.ended = data, true
	case isRows:
		a.rows(data)
	}
	a.signal()
}

// broken ends a stream of which something was lost. The lock is held.
func (a *asked) broken() {
	a.ended, a.err = true, errBus("a part of the answer was lost between two servers")
	a.signal()
}

// decode reads the message that ended the request. The lock is not held: only the asker does this.
func (a *asked) decode(data []byte) (*wire.Message, error) {
	m, err := wire.Decode(data)
	switch {
	case err != nil || m.Kind != a.kind.Reply() && m.Kind != wire.KindRefuse && m.Kind != wire.KindError:
		return nil, errBus("another server's answer cannot be read")
	case m.Kind == wire.KindRefuse:
		a.mu.Lock()
		a.refused = true
		a.mu.Unlock()
		return nil, m.Error.Err()
	case m.Kind == wire.KindError:
		return nil, m.Error.Err()
	}
	return m, nil
}

func (a *asked) rows(data []byte) {
	b, err := wire.ParseBinary(data)
	if err != nil || a.kind != wire.KindQuery || b.HasRows() && a.credit <= 0 {
		a.broken()
		return
	}
	r, err := b.Open(a.bus.opts.Frame)
	if err != nil || r.HasFields != (a.width == 0) || r.HasFields && len(r.Fields) == 0 {
		a.broken()
		return
	}
	if r.HasFields {
		a.width = len(r.Fields)
	}
	if r.Batch.Rows > 0 {
		if r.Batch.Width != a.width {
			a.broken()
			return
		}
		a.credit -= wire.Cost(r.Batch.Data)
	}
	a.ended = r.End
	a.queue = append(a.queue, r)
}

// first waits for the first frame of a query, or the reply of another request.
func (a *asked) first(ctx context.Context) (wire.Rows, *wire.Message, error) {
	for {
		a.mu.Lock()
		if len(a.queue) > 0 {
			r := a.queue[0]
			a.queue = a.queue[1:]
			a.mu.Unlock()
			return r, nil, nil
		}
		last, err := a.last, a.err
		a.mu.Unlock()
		switch {
		case last != nil:
			reply, err := a.decode(last)
			return wire.Rows{}, reply, err
		case err != nil:
			return wire.Rows{}, nil, err
		}
		select {
		case <-a.wake:
		case <-ctx.Done():
			return wire.Rows{}, nil, custard.AsError(context.Cause(ctx))
		}
	}
}

// grant gives the server more credit.
func (a *asked) grant(n int64) {
	a.mu.Lock()
	control := a.control
	if a.ended {
		control = ""
	}
	a.credit += n
	a.mu.Unlock()
	a.tell(control, binary.AppendUvarint([]byte{isCredit}, uint64(n)))
}

// tell sends to the server of the request, where it is known. What gets lost shows by silence.
func (a *asked) tell(control string, data []byte) {
	if control != "" {
		_ = a.bus.nc.Publish(control, data)
	}
}

// leave forgets the request, and stops it where it has not ended. It may be called more than once.
func (a *asked) leave() {
	a.bus.mu.Lock()
	delete(a.bus.asked, a.id)
	a.bus.mu.Unlock()
	a.mu.Lock()
	control := a.control
	if a.ended && a.err == nil { // it has ended at the server too
		control = ""
	}
	a.ended, a.queue = true, nil
	a.mu.Unlock()
	a.tell(control, []byte{isCancel})
}

// beat tells the server that the asker lives, and gives up where the server does not.
func (a *asked) beat(now time.Time) {
	a.mu.Lock()
	control, ended := a.control, a.ended
	silent := !a.seen.IsZero() && now.Sub(a.seen) > missed*a.bus.opts.Beat
	ignored := a.seen.IsZero() && now.Sub(a.sent) > missed*a.bus.opts.Beat
	unanswered := a.width == 0
	a.mu.Unlock()
	switch {
	case ended:
	case silent && unanswered: // another may run it: statements only read
		a.refuse(errBus("the server that ran the statement was lost"))
	case silent:
		a.fail(errBus("the server that ran the statement was lost"))
	case ignored:
		a.refuse(errBus("no server took the statement"))
	default:
		a.tell(control, []byte{isBeat})
	}
}
