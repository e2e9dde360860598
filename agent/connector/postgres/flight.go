package postgres

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// flight is queries on their way: one message stream of BEGIN READ ONLY, the pinned settings, the queries, and after a
// synchronisation that an error cannot skip, ROLLBACK.
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
		err = f.send(pinned(s.pg.ParameterStatus("server_version"), timeout, own), queries)
		if err == nil {
			return f, nil
		}
		pg, said := errors.AsType[*pgconn.PgError](err)
		gone := !said || pg.SeverityUnlocalized == "FATAL"
		err = f.cause(err)
		f.finish()
		if s.reused && gone && ctx.Err() == nil && !c.slots.Closed() {
			continue
		}
		return nil, err
	}
}

// send sends everything and reads the answers to BEGIN and the settings.
func (f *flight) send(settings string, queries []string) error {
	// Our own watch cancels: the pipeline itself is given no context to end it.
	f.p = f.s.pg.StartPipeline(context.Background())
	f.p.SendQueryParams("BEGIN READ ONLY", nil, nil, nil, nil)
	f.p.SendQueryParams(settings, nil, nil, nil, nil)
	for _, q := range queries {
		f.p.SendQueryParams(q, nil, nil, nil, nil)
	}
	f.p.SendPipelineSync()
	f.p.SendQueryParams("ROLLBACK", nil, nil, nil, nil)
	if err := f.p.Sync(); err != nil {
		return err
	}
	for range 2 {
		if _, err := f.next(); err != nil {
			return err
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
	clean := f.p != nil
	if clean {
		if err := f.p.Close(); err != nil {
			if _, said := errors.AsType[*pgconn.PgError](err); !said {
				clean = false
			}
		}
	}
	cancelled := f.unwatch()
	f.conn.release(f.s, clean && !cancelled)
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
		_ = pg.Conn().SetDeadline(time.Now().Add(cancelPatience)) // fails on a closed connection, which needs none
		ctx, cancel := context.WithTimeout(context.Background(), cancelPatience)
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

// pinned is the statement that sets, until the transaction ends, everything that decides how text is read and written
// and how long it may take. The search path is the role's own with the system's functions first: nothing that a user
// has made hides one of them. It is a statement and not a set of start-up parameters, because poolers refuse those.
func pinned(version string, timeout time.Duration, own bool) string {
	ms := strconv.FormatInt(max(1, timeout.Milliseconds()), 10)
	sql := "SELECT set_config('statement_timeout','" + ms + "',true),set_config('lock_timeout','" + ms + "',true)," +
		"set_config('idle_in_transaction_session_timeout','60000',true)," +
		"set_config('standard_conforming_strings','on',true),set_config('DateStyle','ISO,MDY',true)," +
		"set_config('IntervalStyle','postgres',true),set_config('TimeZone','UTC',true)," +
		"set_config('extra_float_digits','1',true),set_config('bytea_output','hex',true)," +
		"set_config('search_path',(SELECT concat_ws(',','pg_catalog',string_agg(quote_ident(s),','),'pg_temp')" +
		" FROM unnest(current_schemas(false)) s),true)"
	if major(version) >= 14 {
		// The server notices that the client is gone and ends the statement. Only on Linux can it, elsewhere it refuses.
		sql += ",CASE WHEN version() LIKE '%linux%' THEN set_config('client_connection_check_interval','2000',true) END"
	}
	if own { // many rows of the catalogue, none worth compiling a query for
		sql += ",set_config('jit','off',true)"
	}
	return sql
}

// major returns the major version that a server says: 15 of '15.18 (Debian 15.18-0+deb12u1)'.
func major(version string) int {
	n := 0
	for _, c := range version {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
	}
	return n
}
