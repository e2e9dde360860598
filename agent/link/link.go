package link

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/custard-ai/custard/agent/backoff"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// Options say whom to dial and what answers. Endpoint, Token, Source and Logger are required.
type Options struct {
	Endpoint string // see [Endpoint]
	Token    string
	TLS      *tls.Config
	Hello    wire.Hello // who we are; versions and capabilities are filled in
	Source   custard.Source
	// Fingerprint returns that of the schema where it is known without asking the database; may be nil.
	Fingerprint func() string
	Statements  int           // at once; default 8
	Waiting     int           // more that wait their turn; what comes beyond is refused
	Grace       time.Duration // how long what runs may take to end when the agent stops; default 20 s
	Logger      *slog.Logger

	// Tests have their own.
	dial  func(ctx context.Context) (*wire.Conn, error)
	first time.Duration // bound of the first delay before dialling again
}

const (
	defaultStatements = 8
	defaultGrace      = 20 * time.Second
	// handshakeTime is how long the hub may take from the first packet to its welcome.
	handshakeTime = 20 * time.Second
	// writeTime is how long the line may take for a piece of a frame: 3 KB a second are enough. That the hub is gone shows
	// in what it does not send.
	writeTime = 30 * time.Second
	// stable is how long a connection must last to count as a success: a hub that takes agents and drops them at once has
	// not recovered.
	stable       = 30 * time.Second
	firstBackoff = 2 * time.Second
	mostBackoff  = 30 * time.Second
)

// Link keeps one connection to the hub.
type Link struct {
	opts Options
	gate *gate
	work sync.WaitGroup // requests of all connections

	mu    sync.Mutex
	state string // connected, or why not
	ready bool
}

// New makes a link; Run connects it.
func New(o Options) *Link {
	if o.Statements <= 0 {
		o.Statements = defaultStatements
	}
	if o.Grace <= 0 {
		o.Grace = defaultGrace
	}
	if o.first <= 0 {
		o.first = firstBackoff
	}
	if o.Fingerprint == nil {
		o.Fingerprint = func() string { return "" }
	}
	if o.dial == nil {
		o.dial = func(ctx context.Context) (*wire.Conn, error) {
			return wire.Dial(ctx, o.Endpoint, o.Token, wire.DialOptions{TLS: o.TLS, UserAgent: "custard-agent/" + o.Hello.Agent, WriteTimeout: writeTime})
		}
	}
	return &Link{opts: o, gate: newGate(o.Statements, max(o.Waiting, 0)), state: "not connected yet"}
}

// State says how the link is doing: connected, or why not. ready is true where it is connected.
func (l *Link) State() (state string, ready bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state, l.ready
}

func (l *Link) set(state string, ready bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state, l.ready = state, ready
}

// Run keeps the link connected until ctx ends. Then it takes no more requests, lets those that run finish within the
// grace period, and returns nil. It returns an error where connecting again would be wrong: CodeUnauthenticated,
// CodeForbidden or CodeNotFound where the server does not take the token; CodeConflict where another connection of this agent
// took over; CodeUsage for a protocol that the server does not speak. All that it started has ended when it returns.
func (l *Link) Run(ctx context.Context) error {
	defer l.work.Wait()
	defer l.set("stopped", false)
	wait := backoff.Backoff{First: l.opts.first, Most: mostBackoff}
	for {
		began := time.Now()
		err := l.connectOnce(ctx)
		if ctx.Err() != nil {
			return nil // it was told to stop
		}
		if final := forGood(err); final != nil {
			l.opts.Logger.Error("the server does not want this agent", "error", final.Message, "hint", final.Hint)
			return final
		}
		if time.Since(began) > stable {
			wait.Reset()
		}
		e := asError(err)
		delay := max(wait.Next(), e.After)
		l.set("not connected: "+e.Message, false)
		l.opts.Logger.Warn("not connected to the server", "error", e.Message, "cause", e.Cause, "again_in", delay.Round(time.Millisecond))
		if !backoff.Sleep(ctx, delay, nil) {
			return nil
		}
	}
}

// connectOnce connects and serves until the connection ends, and says why it did.
func (l *Link) connectOnce(ctx context.Context) error {
	conn, welcome, err := l.handshake(ctx, l.hello())
	if err != nil {
		return err
	}
	l.opts.Logger.Info("connected to the server", "protocol", welcome.Version, "heartbeat", welcome.Heartbeat())
	l.set("connected", true)
	return l.serve(ctx, conn, welcome)
}

// Try connects as a self-test: it says whether the server takes this agent, and goes. An agent that runs is not disturbed.
// Its errors are those of Run, and CodeUnreachable.
func (l *Link) Try(ctx context.Context) (*wire.Welcome, error) {
	hello := l.hello()
	hello.Check = true
	conn, welcome, err := l.handshake(ctx, hello)
	if err != nil {
		if final := forGood(err); final != nil {
			return nil, final
		}
		return nil, asError(err)
	}
	conn.CloseWait(wire.CloseNormal, "checked")
	return welcome, nil
}

func (l *Link) hello() *wire.Hello {
	h := l.opts.Hello
	h.Versions = []int{wire.Version}
	h.Capabilities = []string{wire.CapZstd}
	h.Fingerprint = l.opts.Fingerprint()
	return &h
}

// handshake dials, says hello and waits for the welcome.
func (l *Link) handshake(ctx context.Context, hello *wire.Hello) (*wire.Conn, *wire.Welcome, error) {
	ctx, cancel := context.WithTimeout(ctx, handshakeTime)
	defer cancel()
	conn, err := l.opts.dial(ctx)
	if err != nil {
		return nil, nil, err
	}
	// Whatever the hub does, the handshake ends with the context.
	stop := context.AfterFunc(ctx, conn.Abort)
	welcome, err := greet(conn, hello)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		conn.Abort()
		return nil, nil, err
	}
	return conn, welcome, nil
}

func greet(conn *wire.Conn, hello *wire.Hello) (*wire.Welcome, error) {
	if err := conn.Send(&wire.Message{Kind: wire.KindHello, Hello: hello}); err != nil {
		return nil, err
	}
	for {
		m, binary, err := conn.Receive()
		switch {
		case err != nil:
			return nil, err
		case binary != nil:
			binary.Release()
			return nil, custard.Errorf(custard.CodeUnreachable, "the server sent rows instead of a welcome")
		case m.Kind == wire.KindRefuse:
			return nil, &refusal{m.Error.Err()}
		case m.Kind != wire.KindWelcome:
			continue // from a newer server
		case m.Welcome.Version != wire.Version || m.Welcome.HeartbeatMS <= 0 || m.Welcome.Limits.Frame <= 0:
			return nil, &refusal{custard.Errorf(custard.CodeUsage, "the server speaks version %d of the protocol, this agent %d", m.Welcome.Version, wire.Version).
				WithHint("Update the older of both.")}
		}
		return m.Welcome, nil
	}
}

// refusal is the hub's word that it does not take this agent.
type refusal struct{ err *custard.Error }

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// forGood returns what Run ends with, where dialling again is wrong; nil where it is right.
func forGood(err error) *custard.Error {
	if r, ok := errors.AsType[*refusal](err); ok {
		if r.err.Retry {
			return nil
		}
		return r.err
	}
	if closed, ok := errors.AsType[*wire.CloseError](err); ok {
		return closedForGood(closed)
	}
	e, ok := errors.AsType[*custard.Error](err)
	if !ok || e.Retry {
		return nil
	}
	switch e.Code { //nolint:exhaustive // all others may pass
	case custard.CodeUnauthenticated, custard.CodeForbidden, custard.CodeNotFound:
		if e.Hint == "" {
			return e.WithHint("Check CONNECTION_ID and AGENT_TOKEN; `custard connections rotate-token NAME` makes a new token.")
		}
		return e
	}
	return nil
}

func closedForGood(closed *wire.CloseError) *custard.Error {
	switch {
	case !closed.Final():
		return nil
	case closed.Code == wire.CloseReplaced:
		return custard.Errorf(custard.CodeConflict, "another connection of this agent took over").
			WithHint("If two copies of one running agent exist (a restored snapshot), stop one of them.")
	case closed.Code == wire.CloseRevoked:
		return custard.Errorf(custard.CodeUnauthenticated, "the agent's token was revoked").
			WithHint("Make a new one with `custard connections rotate-token NAME`, and start the agent with it.")
	}
	return custard.Errorf(custard.CodeForbidden, "the server refused this agent: %s", closed.Reason)
}

// asError is any failure of a connection in the domain's terms.
func asError(err error) *custard.Error {
	if closed, ok := errors.AsType[*wire.CloseError](err); ok {
		e := custard.Errorf(custard.CodeUnreachable, "%s", closed.Error())
		e.Retry = true
		return e
	}
	return custard.AsError(err)
}
