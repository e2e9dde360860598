package postgres

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

const (
	// idleLife is how long a connection may have been idle to be used again: poolers and firewalls forget older ones.
	idleLife = 4 * time.Minute
)

// Conn is a pool of connections to one database, opened when they are needed.
type Conn struct {
	config  *pgconn.Config
	maxCell int64
	slots   *connector.Slots // one for each session at work

	mu     sync.Mutex
	idle   []*session
	shared atomic.Bool             // a pooler gives sessions to others too: none is pinned
	arrays map[uint32]custard.Type // element types of the database's own array types, known after discovery
}

// session is one connection.
type session struct {
	pg     *pgconn.PgConn
	used   time.Time // when it was last given back
	reused bool      // it has been idle: the server may have closed it since
	pins
}

func newConn(config *pgconn.Config, opts connector.Options) *Conn {
	opts = opts.WithDefaults()
	return &Conn{config: config, maxCell: opts.MaxCell, slots: connector.NewSlots(opts.MaxConns)}
}

// acquire takes a session, waiting for one while all are at work.
func (c *Conn) acquire(ctx context.Context) (*session, error) {
	if err := c.slots.Take(ctx); err != nil {
		return nil, err
	}
	if s := c.takeIdle(); s != nil {
		return s, nil
	}
	s, err := c.connect(ctx)
	if err != nil {
		c.slots.Give()
		return nil, err
	}
	return s, nil
}

// takeIdle returns a session that has been idle, but not for too long; nil where there is none.
func (c *Conn) takeIdle() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := len(c.idle); n > 0; n = len(c.idle) {
		s := c.idle[n-1]
		c.idle = c.idle[:n-1]
		if time.Since(s.used) < idleLife && !(s.pinned() && time.Since(s.since) > pinnedLife) && !s.pg.IsClosed() {
			s.reused = true
			return s
		}
		c.hangUp(s)
	}
	return nil
}

func (c *Conn) connect(ctx context.Context) (*session, error) {
	ctx, cancel := c.until(ctx)
	defer cancel()
	attempt, done := once(c.config)
	defer done()
	pg, err := pgconn.ConnectConfig(ctx, attempt)
	if err != nil {
		if c.slots.Closed() {
			return nil, connector.ErrClosed()
		}
		return nil, connectError(c.config, err)
	}
	return &session{pg: pg}, nil
}

// until returns a context that also ends when the Conn closes.
func (c *Conn) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(c.slots.Closing(), func() { cancel(connector.ErrClosed()) })
	return ctx, func() {
		stop()
		cancel(context.Canceled)
	}
}

// release gives a session back; keep says that it is in order.
func (c *Conn) release(s *session, keep bool) {
	s.used = time.Now()
	c.mu.Lock()
	if keep && !c.slots.Closed() && !s.pg.IsClosed() && s.pg.TxStatus() == 'I' {
		c.idle = append(c.idle, s)
	} else {
		c.hangUp(s)
	}
	c.mu.Unlock()
	c.slots.Give()
}

// hangUp closes a session without waiting for the server.
func (c *Conn) hangUp(s *session) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = s.pg.Close(ctx) // it is given up either way
}

// Close cancels what runs, waits for it and closes the connections.
func (c *Conn) Close() error {
	c.slots.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.idle {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_ = s.pg.Close(ctx) // says goodbye where it can
		cancel()
	}
	c.idle = nil
	return nil
}
