// Package database keeps the one database of an agent open: it opens it, however long that takes, looks at what its role
// may do, and is a [custard.Source] meanwhile, whose answer until then is why the database cannot be asked.
//
// A database that goes away later comes back by itself: the connector's pool dials anew for each statement that finds no
// live session.
package database

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/custard-ai/custard/agent/backoff"
	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
)

const (
	attemptTime  = 15 * time.Second // of one attempt to open
	firstBackoff = time.Second
	mostBackoff  = 30 * time.Second
	nudgeRest    = 500 * time.Millisecond // between attempts that requests ask for
)

// Options say what to open. Driver, DSN and Logger are required.
type Options struct {
	Driver    connector.Driver
	DSN       string
	Connector connector.Options
	Executor  executor.Options
	// Accept judges the role; an error of it ends the attempts for good. nil accepts every role.
	Accept func(*connector.Privileges) error
	Logger *slog.Logger
}

// Database is a database that is open, or will be. All methods are safe for concurrent use.
type Database struct {
	opts   Options
	cancel context.CancelFunc
	work   sync.WaitGroup
	nudge  chan struct{} // one place: a second request changes nothing
	opened chan struct{} // closed when there is a source
	failed chan struct{} // closed when there will never be one

	mu     sync.Mutex
	source *executor.Executor
	err    error // why there is none
	closed bool

	fingerprint string // of the last schema that was seen
}

var _ custard.Source = (*Database)(nil)

// Open begins to open a database and returns at once. The caller closes it.
func Open(o Options) *Database {
	ctx, cancel := context.WithCancel(context.Background())
	notYet := custard.Errorf(custard.CodeUnreachable, "the agent is still connecting to its database").WithHint("Try again in a moment.")
	notYet.Retry = true
	d := &Database{
		opts: o, cancel: cancel, nudge: make(chan struct{}, 1), opened: make(chan struct{}), failed: make(chan struct{}), err: notYet,
	}
	d.work.Go(func() { d.keepTrying(ctx) })
	return d
}

// Opened is closed when the database has been opened.
func (d *Database) Opened() <-chan struct{} { return d.opened }

// Failed is closed when it is no use to try on: Err says why.
func (d *Database) Failed() <-chan struct{} { return d.failed }

// Err says why the database is not open; nil where it is.
func (d *Database) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.source != nil {
		return nil
	}
	return d.err
}

func (d *Database) keepTrying(ctx context.Context) {
	wait := backoff.Backoff{First: firstBackoff, Most: mostBackoff}
	for {
		began := time.Now()
		err := d.attempt(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		e := custard.AsError(err)
		d.mu.Lock()
		d.err = asUnreachable(e)
		if forGood(e.Code) {
			d.err = e
		}
		d.mu.Unlock()
		if forGood(e.Code) {
			close(d.failed)
			return
		}
		delay := wait.Next()
		d.opts.Logger.Warn("the database cannot be opened", "error", e.Message, "hint", e.Hint, "again_in", delay.Round(time.Millisecond))
		if !backoff.Sleep(ctx, nudgeRest-time.Since(began), nil) || !backoff.Sleep(ctx, delay, d.nudge) {
			return
		}
	}
}

// forGood says whether the same attempt can never succeed.
func forGood(code custard.Code) bool {
	return code == custard.CodeUsage || code == custard.CodePolicy
}

// asUnreachable is what a request is told: the database cannot be asked now, whatever it was that failed.
func asUnreachable(e *custard.Error) *custard.Error {
	out := custard.Errorf(custard.CodeUnreachable, "the agent cannot reach its database: %s", e.Message)
	out.Hint, out.Cause, out.Retry = e.Hint, e.Cause, true
	return out
}

func (d *Database) attempt(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	conn, err := d.opts.Driver.Open(ctx, d.opts.DSN, d.opts.Connector)
	if err != nil {
		return err
	}
	source := executor.New(d.opts.Driver, conn, d.opts.Executor)
	if err := d.accept(ctx, conn); err != nil {
		_ = source.Close() // nothing has run on it
		return err
	}
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return source.Close()
	}
	d.source = source
	d.mu.Unlock()
	close(d.opened)
	d.opts.Logger.Info("the database is open", "connector", d.opts.Driver.Name())
	return nil
}

func (d *Database) accept(ctx context.Context, conn connector.Conn) error {
	if d.opts.Accept == nil {
		return nil
	}
	p, err := conn.Privileges(ctx)
	if err != nil {
		return err
	}
	return d.opts.Accept(p)
}

// get returns the source, or why there is none. A request is a reason to try again soon.
func (d *Database) get() (*executor.Executor, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.source != nil {
		return d.source, nil
	}
	select {
	case d.nudge <- struct{}{}:
	default: // one is enough
	}
	return nil, d.err
}

// Schema is the database's; see [custard.Source].
func (d *Database) Schema(ctx context.Context, refresh bool) (*custard.Schema, error) {
	s, err := d.get()
	if err != nil {
		return nil, err
	}
	schema, err := s.Schema(ctx, refresh)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.fingerprint = schema.Fingerprint
	d.mu.Unlock()
	return schema, nil
}

// Fingerprint returns that of the schema that was last seen, without asking the database; empty where none was.
func (d *Database) Fingerprint() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fingerprint
}

// Values are the database's; see [custard.Source].
func (d *Database) Values(ctx context.Context, req custard.ValuesRequest) ([]custard.ValueMatch, error) {
	s, err := d.get()
	if err != nil {
		return nil, err
	}
	return s.Values(ctx, req)
}

// Explain asks the database; see [custard.Source].
func (d *Database) Explain(ctx context.Context, stmt custard.Statement) (*custard.Plan, error) {
	s, err := d.get()
	if err != nil {
		return nil, err
	}
	return s.Explain(ctx, stmt)
}

// Query asks the database; see [custard.Source].
func (d *Database) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	s, err := d.get()
	if err != nil {
		return nil, err
	}
	return s.Query(ctx, stmt)
}

// Close ends the attempts or what runs, and closes the database. It is idempotent.
func (d *Database) Close() error {
	d.cancel()
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.work.Wait()
	d.mu.Lock()
	source := d.source
	d.mu.Unlock()
	if source == nil {
		return nil
	}
	return source.Close()
}
