package postgres

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// flight is queries on their way: one message stream of BEGIN READ ONLY, the pinned settings where the session does not
// have them (see pin), the queries and ROLLBACK. An error skips what follows it, ROLLBACK too, which finish then sends.
type flight struct {
	conn    *Conn
	s       *session
	p       *pgconn.Pipeline
	ctx     context.Context //nolint:containedctx // a flight is one statement's life
	unwatch func() bool
	stop    func()
}

// defaultTimeout of statements whose limits have none, and of discovery.
const defaultTimeout = 60 * time.Second

// fly sends queries, own ones where they are the connector's, and returns when the first answer is there. A session that the server has closed while it was idle
// is replaced once: nothing has run on it.
func (c *Conn) fly(ctx context.Context, timeout time.Duration, own bool, queries ...string) (*flight, error) {
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	for {
		s, err := c.acquire(ctx)
		if err != nil {
			return nil, err
		}
		f := &flight{conn: c, s: s, ctx: ctx}
		f.watch()
		err = f.send(timeout, own, queries)
		if err == nil {
			return f, nil
		}
		pg, said := errors.AsType[*pgconn.PgError](err)
		gone := !said || pg.SeverityUnlocalized == "FATAL"
		// The session is another one than that which was pinned, or takes no pins: nothing has run on it.
		shared := !gone && (s.spoilt || s.pinned() && pg.Code == noStatement)
		err = f.cause(err)
		if shared {
			s.spoilt = true
			if ctx.Err() == nil {
				c.shared.Store(true)
			}
		}
		f.finish()
		if (s.reused && gone || shared) && ctx.Err() == nil && !c.slots.Closed() {
			continue
		}
		return nil, err
	}
}

// send sends everything and reads the answers to what comes before the queries.
func (f *flight) send(timeout time.Duration, own bool, queries []string) error {
	s := f.s
	// Our own watch cancels: the pipeline itself is given no context to end it.
	f.p = s.pg.StartPipeline(context.Background())
	pins := !own && s.direct && !s.pinned() && !f.conn.shared.Load()
	if pins {
		s.pin(f.p, timeout)
	}
	bare := !own && (pins || s.pinned()) && timeout == s.timeout
	begin := 1
	if bare {
		f.p.SendQueryPrepared(s.begin, nil, nil, nil)
	} else {
		f.p.SendQueryParams("BEGIN READ ONLY", nil, nil, nil, nil)
		f.p.SendQueryParams(settings(s.version(), timeout, own, true), nil, nil, nil, nil)
		begin = 2
	}
	for _, q := range queries {
		f.p.SendQueryParams(q, nil, nil, nil, nil)
	}
	f.p.SendQueryParams("ROLLBACK", nil, nil, nil, nil)
	if err := f.p.Sync(); err != nil {
		return err
	}
	if pins {
		if err := s.readPin(f.p); err != nil {
			s.spoilt = true
			return err
		}
	}
	for i := range begin {
		rows, err := f.next()
		if err != nil {
			return err
		}
		if i == 1 {
			s.recognise(rows)
		}
	}
	return nil
}

// next returns the answer to the next query. The one before is read to its end first.
func (f *flight) next() (*pgconn.ResultReader, error) {
	answer, err := f.p.GetResults()
	if err != nil {
		return nil, err
	}
	rows, ok := answer.(*pgconn.ResultReader)
	if !ok {
		return nil, custard.Errorf(custard.CodeFailed, "the server gave no answer to a statement")
	}
	return rows, nil
}

// finish reads what is left, the answer to ROLLBACK included, and gives the session back. A session that was cancelled
// is not used again: the cancellation may still be on its way, and would hit the next statement.
func (f *flight) finish() {
	clean := f.p != nil && !f.s.spoilt
	if clean {
		if err := f.p.Close(); err != nil {
			if _, said := errors.AsType[*pgconn.PgError](err); !said {
				clean = false
			}
		}
	}
	if f.unwatch() {
		clean = false
	}
	if clean && f.s.pg.TxStatus() != 'I' {
		clean = f.rollBack()
	}
	f.conn.release(f.s, clean)
}

// rollBack ends the transaction of a flight that an error broke off.
func (f *flight) rollBack() bool {
	ctx, cancel := context.WithTimeout(context.Background(), cancelPatience)
	defer cancel()
	_, err := f.s.pg.ExecParams(ctx, "ROLLBACK", nil, nil, nil, nil).Close()
	return err == nil
}

// cause returns why a flight failed: the end of its context or of the Conn, where the server says cancelled, else the
// server's or the network's error.
func (f *flight) cause(err error) error {
	if err == nil {
		return nil
	}
	pg, said := errors.AsType[*pgconn.PgError](err)
	if !said || pg.Code == "57014" {
		if f.conn.slots.Closed() {
			return connector.ErrClosed()
		}
		if f.ctx.Err() != nil {
			return custard.AsError(context.Cause(f.ctx))
		}
	}
	return errorOf(err)
}

// watch makes stop, which begins to cancel at the server what runs on the session, and calls it when the flight's
// context ends or the Conn closes. unwatch ends the watch and says whether stop was called; it must be called once.
func (f *flight) watch() {
	var mu sync.Mutex
	var ended bool
	var giveUp context.CancelFunc // set once stop was called
	var work sync.WaitGroup
	pg := f.s.pg
	f.stop = func() {
		mu.Lock()
		defer mu.Unlock()
		if ended || giveUp != nil {
			return
		}
		// The statement ends and what it has sent is read, or the connection is cut.
		_ = pg.Conn().SetDeadline(time.Now().Add(cancelPatience))                // fails on a closed connection, which needs none
		ctx, cancel := context.WithTimeout(context.Background(), cancelPatience) //nolint:gosec // unwatch calls it: giveUp
		giveUp = cancel
		work.Go(func() { cancelAgain(ctx, pg) })
	}
	byAsker := context.AfterFunc(f.ctx, f.stop)
	byClose := context.AfterFunc(f.conn.slots.Closing(), f.stop)
	f.unwatch = func() bool {
		byAsker()
		byClose()
		mu.Lock()
		ended = true
		mu.Unlock()
		if giveUp == nil {
			return false
		}
		giveUp()
		work.Wait()
		return true
	}
}

// cancelAgain asks the server to cancel what runs on a session, again and again until ctx ends: the server forgets a
// request that comes before the statement has begun, or between planning it and running it. The session serves nobody
// afterwards, so that no request hits another's statement.
func cancelAgain(ctx context.Context, pg *pgconn.PgConn) {
	for pause := cancelPause; ctx.Err() == nil; pause *= 2 {
		_ = pg.CancelRequest(ctx) // where none can be sent, the deadline ends the connection
		late := time.NewTimer(pause)
		select {
		case <-late.C:
		case <-ctx.Done():
			late.Stop()
		}
	}
}
