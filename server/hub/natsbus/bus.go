// Package natsbus lets the replicas of a server share their agents over NATS: it implements [hub.Bus].
//
// A replica with agents of a connection subscribes to the connection's subject, in a queue group, so that a request from elsewhere
// reaches one of them; where nobody subscribes, NATS itself says so at once. The replica that takes a request answers with a stream of messages to
// the asker, numbered so that a lost one shows, split where they are larger than NATS takes, and with rows only as far as the asker granted
// credit, as between hub and agent. Both ends of a stream send a beat; whoever misses the other's for three gives up: the server by
// cancelling the statement, as it does where NATS says that nobody listens; the asker with CodeUnreachable, or by asking another replica where no
// part of the answer has come.
//
// Every replica tells the others that it lives. A list of agents and a revocation wait for an answer of each.
// What is on the bus is the operator's own, but sizes and shapes are checked as if it were not.
package natsbus

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/hub"
)

// Options are what a bus may be given. Zero values take the defaults.
type Options struct {
	Prefix string        // of every subject: servers that share a NATS but no agents have different ones; default custard
	Window int64         // bytes of rows on the way or waiting, for one result; default 1 MiB
	Frame  int64         // bytes of one frame of rows, or of a schema; default 64 MiB
	Beat   time.Duration // between two signs of life; default 1 s
	Serve  int           // requests of other replicas that are served at once; default 4,096: one more is refused
	Log    *slog.Logger
}

const (
	defaultWindow = 1 << 20
	defaultFrame  = 64 << 20
	defaultBeat   = time.Second
	defaultServe  = 4096
	missed        = 3         // beats without which the other end is taken for dead
	chunk         = 512 << 10 // bytes of a message: NATS takes a MiB
)

// Bus is a replica's end of the bus. Make it with [Connect]; the hub closes it.
type Bus struct {
	opts  Options
	nc    *nats.Conn
	id    string // this replica
	local hub.Local
	log   *slog.Logger

	requests chan *nats.Msg // of other replicas, from every connection's subject; where it is full NATS drops, and the asker asks again
	ctx      context.Context
	stop     context.CancelFunc
	work     sync.WaitGroup

	mu      sync.Mutex
	subs    map[string]*nats.Subscription // connections that are served here, by subject
	asked   map[uint64]*asked             // requests to others
	served  map[uint64]*served            // requests of others
	peers   map[string]time.Time          // other replicas, and when they last said that they live
	serving int
	closed  bool
	next    atomic.Uint64
}

var _ hub.Bus = (*Bus)(nil)

// Connect connects to NATS (NATS_URL; several addresses are separated by commas). Where it cannot be reached the bus goes on trying: until
// then the server serves its own agents.
func Connect(url string, opts Options) (*Bus, error) {
	if opts.Prefix == "" {
		opts.Prefix = "custard"
	}
	if opts.Window <= 0 {
		opts.Window = defaultWindow
	}
	if opts.Frame <= 0 {
		opts.Frame = defaultFrame
	}
	if opts.Beat <= 0 {
		opts.Beat = defaultBeat
	}
	if opts.Serve <= 0 {
		opts.Serve = defaultServe
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	log := opts.Log
	nc, err := nats.Connect(url,
		nats.Name("custard-server"), nats.NoEcho(), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(500*time.Millisecond),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { log.Warn("bus lost", "error", err) }),
		nats.ReconnectHandler(func(*nats.Conn) { log.Info("bus is back") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("bus error", "error", err) }))
	if err != nil {
		return nil, (&custard.Error{Code: custard.CodeUnreachable, Message: "cannot use the bus", Cause: err}).WithHint("Check NATS_URL.")
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Bus{
		opts: opts, nc: nc, id: rand.Text(), log: log, ctx: ctx, stop: stop,
		requests: make(chan *nats.Msg, 4096),
		subs:     map[string]*nats.Subscription{}, asked: map[uint64]*asked{}, served: map[uint64]*served{}, peers: map[string]time.Time{},
	}, nil
}

// Err says why the bus does not work at the moment; nil where it does.
func (b *Bus) Err() error {
	if b.nc.IsConnected() {
		return nil
	}
	return custard.Errorf(custard.CodeUnreachable, "the bus is not connected").WithHint("Check NATS_URL and the NATS server.")
}

// Serve begins to answer other replicas.
func (b *Bus) Serve(local hub.Local) {
	b.local = local
	for subject, handle := range map[string]nats.MsgHandler{
		b.subject("to", b.id, "*"): b.receive, // streams, both ways
		b.subject("peers"):         b.peer,
		b.subject("agents"):        b.listAgents,
		b.subject("revoke"):        b.revokeHere,
	} {
		if _, err := b.nc.Subscribe(subject, handle); err != nil {
			b.log.Error("bus subscription failed", "error", err)
		}
	}
	b.work.Go(b.beat)
	b.work.Go(b.take)
}

// subject joins the parts of a subject.
func (b *Bus) subject(parts ...string) string {
	return b.opts.Prefix + ".v1." + strings.Join(parts, ".")
}

// connection is the subject of a connection's requests. Ids are hashed: they may hold what a subject may not.
func (b *Bus) connection(org, connection string) string {
	sum := sha256.Sum256([]byte(org + "\x00" + connection))
	return b.subject("connection", hex.EncodeToString(sum[:16]))
}

// Announce subscribes to a connection's requests while it has agents here.
func (b *Bus) Announce(org, connection string) {
	subject := b.connection(org, connection)
	b.mu.Lock()
	defer b.mu.Unlock()
	sub, on := b.subs[subject]
	want := !b.closed && b.local.Has(org, connection)
	switch {
	case want && !on:
		// One channel for all: a goroutine for each of ten thousand agents would cost more than the agents.
		sub, err := b.nc.ChanQueueSubscribe(subject, "hubs", b.requests)
		if err != nil {
			b.log.Error("bus subscription failed", "error", err)
			return
		}
		b.subs[subject] = sub
	case !want && on:
		delete(b.subs, subject)
		_ = sub.Unsubscribe() // fails where the bus is closed
	}
}

// Close ends what runs over the bus.
func (b *Bus) Close() {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return
	}
	b.closed = true
	askers, servers := b.asked, b.served
	b.asked, b.served = map[uint64]*asked{}, map[uint64]*served{}
	b.mu.Unlock()
	for _, a := range askers {
		a.fail(errBus("the server is stopping"))
	}
	for _, s := range servers {
		s.cancel(context.Canceled)
	}
	b.publishPeer("bye")
	b.stop()
	b.work.Wait()
	_ = b.nc.FlushTimeout(time.Second) // what could not be sent is found out by silence
	b.nc.Close()
}

// publish sends a value as JSON.
func (b *Bus) publish(subject, reply string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return custard.AsError(err)
	}
	return b.send(&nats.Msg{Subject: subject, Reply: reply, Data: data})
}

func (b *Bus) send(m *nats.Msg) error {
	err := b.nc.PublishMsg(m)
	switch {
	case errors.Is(err, nats.ErrMaxPayload):
		return custard.Errorf(custard.CodeLimit, "a message is larger than the bus takes")
	case err != nil:
		return &custard.Error{Code: custard.CodeUnreachable, Message: "the bus does not work", Retry: true, Cause: err}
	}
	return nil
}

// errBus is an error of a request that another replica serves.
func errBus(message string) *custard.Error {
	return (&custard.Error{Code: custard.CodeUnreachable, Message: message, Retry: true}).WithHint("Ask again in a moment.")
}
