// Package hub keeps the agents that have dialled this server, and turns the database behind each connection into a [custard.Source].
//
// An agent is accepted by [Hub.Accept], which authenticates it, shakes hands and leaves one goroutine that reads its socket. A
// request of a Source picks the least busy agent of the connection, is written to its socket by whoever asks, and is answered by that
// reading goroutine, which hands frames over to the asker. What waits there is bounded by the credit that the agent was
// given (see package wire), whatever the length of a result and the speed of its reader.
//
// Every request ends exactly once: with its reply or rows, or with an *[custard.Error] whose Retry says whether the same may be
// asked again. A request that its agent had not begun when the agent was lost moves to another agent of the connection, twice
// at the most. Where there is none, and where the statement had begun, it ends with CodeUnreachable: Retry is true as long as no row has
// been handed out (statements only read, so asking twice does no harm), false afterwards, because the asker holds a part already.
//
// Time is the clock of package time; tests run it in synctest bubbles.
package hub

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// Config is what a hub is made of. Authenticate is needed; zero values of the others take the defaults.
type Config struct {
	// Authenticate says whose token this is and whether it is good for the connection. CodeUnauthenticated, CodeForbidden and
	// CodeNotFound make the agent give up; with any other error it tries again.
	Authenticate func(ctx context.Context, connection, token string) (Identity, error)
	// OnSchema keeps a schema that an agent reported, each time that its fingerprint is another one. May be nil.
	OnSchema func(ctx context.Context, org, connection string, schema *custard.Schema)

	// Tokens returns the ids of a connection's tokens that are valid now. Each connection with agents is asked once in Recheck, and
	// agents of other tokens are cut: those whose overlap has ended, and those that a lost revocation did not reach. May be nil.
	Tokens  func(ctx context.Context, org, connection string) ([]string, error)
	Recheck time.Duration // default 1 min

	Limits    Limits
	Heartbeat time.Duration // between two pings; default 30 s. An agent that is silent for two is cut
	SchemaAge time.Duration // how long a schema is trusted without asking its agent; default 5 s
	Bus       Bus           // reaches the agents of other replicas; nil for one server
	Log       *slog.Logger
}

// Identity is who an agent is.
type Identity struct {
	Org         string
	Connection  string          // its id
	Token       string          // the token's id, for Revoke
	Dialect     custard.Dialect // of the connection: an agent of another one is refused; empty takes any
	Fingerprint string          // of the schema that is kept: where the agent has another one it is fetched at once
}

// Limits bound what agents and results may use. Zero values take the defaults.
type Limits struct {
	Agents   int   // of this server; default 20,000
	Replicas int   // agents of one connection; default 16
	Requests int   // open at once at one agent; default 256
	Window   int64 // bytes of rows on the way or waiting, for one result; default 1 MiB
	Frame    int64 // bytes of one frame of rows, and so of one row; default 32 MiB
	Control  int64 // bytes of a control frame; default 1 MiB
	Schema   int64 // bytes of a schema; default 32 MiB
	Cache    int64 // bytes of schemas in memory, about; default 128 MiB
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Agents:   cmp.Or(l.Agents, 20_000),
		Replicas: cmp.Or(l.Replicas, 16),
		Requests: cmp.Or(l.Requests, 256),
		Window:   cmp.Or(l.Window, 1<<20),
		Frame:    cmp.Or(l.Frame, 32<<20),
		Control:  cmp.Or(l.Control, 1<<20),
		Schema:   cmp.Or(l.Schema, 32<<20),
		Cache:    cmp.Or(l.Cache, 128<<20),
	}
}

const (
	defaultHeartbeat = 30 * time.Second
	defaultSchemaAge = 5 * time.Second
	helloTimeout     = 10 * time.Second // for the agent's hello
	writeTimeout     = 5 * time.Second  // of one control frame
)

// Hub is the agents that are connected to this server. All methods are safe for concurrent use.
type Hub struct {
	cfg      Config
	upgrader wire.Upgrader
	schemas  schemaCache
	counts   counts
	ctx      context.Context // ends with Close
	stop     context.CancelFunc
	work     sync.WaitGroup // every goroutine of the hub
	fetches  chan *agent    // schemas to fetch; where it is full, the first request fetches it

	mu       sync.RWMutex
	pools    map[key][]*agent // every agent, by connection
	agents   int
	draining bool // takes no agents any more
	closed   bool
}

// key is a connection of an organisation.
type key struct{ org, connection string }

// New makes a hub. Close ends it.
func New(cfg Config) *Hub {
	cfg.Limits = cfg.Limits.withDefaults()
	cfg.Heartbeat = cmp.Or(cfg.Heartbeat, defaultHeartbeat)
	cfg.SchemaAge = cmp.Or(cfg.SchemaAge, defaultSchemaAge)
	cfg.Recheck = cmp.Or(cfg.Recheck, time.Minute)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	h := &Hub{cfg: cfg, ctx: ctx, stop: stop, pools: map[key][]*agent{}, fetches: make(chan *agent, fetchQueue)}
	h.schemas.budget = cfg.Limits.Cache
	h.upgrader.Limits = wire.Limits{Requests: cfg.Limits.Requests, Control: cfg.Limits.Control, Schema: cfg.Limits.Schema, Frame: cfg.Limits.Frame}
	h.upgrader.WriteTimeout = writeTimeout
	if cfg.Bus != nil {
		cfg.Bus.Serve(local{h})
	}
	h.work.Go(h.beat)
	if cfg.Tokens != nil {
		h.work.Go(h.recheck)
	}
	for range fetchers {
		h.work.Go(h.fetch)
	}
	return h
}

// Source returns the database behind a connection. It is always there: whether an agent is connected shows when it is asked.
// Closing it does nothing.
func (h *Hub) Source(org, connection string) custard.Source {
	return &source{hub: h, key: key{org, connection}}
}

// Drain refuses new agents and takes this server's agents off the bus, waits until no request runs here or ctx ends, and closes every agent
// with 1012, so that it dials again. Requests of this server itself are served until then: stop the HTTP server first.
func (h *Hub) Drain(ctx context.Context) {
	h.mu.Lock()
	h.draining = true
	keys := make([]key, 0, len(h.pools))
	for k := range h.pools {
		keys = append(keys, k)
	}
	h.mu.Unlock()
	if h.cfg.Bus != nil {
		for _, k := range keys {
			h.cfg.Bus.Announce(k.org, k.connection)
		}
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for h.busy() > 0 && ctx.Err() == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	h.closeAll()
}

// Close closes every agent with 1012 and waits until nothing of the hub runs any more.
func (h *Hub) Close() {
	h.mu.Lock()
	h.draining, h.closed = true, true
	h.mu.Unlock()
	h.stop()
	h.closeAll()
	if h.cfg.Bus != nil {
		h.cfg.Bus.Close()
	}
	h.work.Wait()
}

func (h *Hub) closeAll() {
	var wg sync.WaitGroup
	for _, a := range h.all() {
		wg.Go(func() { a.end(wire.CloseRestart, "the server is stopping", errStopping()) })
	}
	wg.Wait()
}

func errStopping() *custard.Error {
	return (&custard.Error{Code: custard.CodeUnreachable, Message: "the server is stopping", Retry: true}).WithHint("Ask again in a moment.")
}

// all returns the agents at this moment.
func (h *Hub) all() []*agent {
	h.mu.RLock()
	defer h.mu.RUnlock()
	out := make([]*agent, 0, h.agents)
	for _, pool := range h.pools {
		out = append(out, pool...)
	}
	return out
}

func (h *Hub) busy() int {
	n := 0
	for _, a := range h.all() {
		n += int(a.busy.Load())
	}
	return n
}
