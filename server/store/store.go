// Package store keeps everything that the server keeps, on SQLite (one process) or PostgreSQL (many). It implements
// auth.Store, auth.Bucket, catalog.Store and mail.Outbox over one set of statements; its rows never leave it.
//
// Every method on what belongs to an organisation takes its id after ctx and puts it into every statement. The few that
// find the organisation by a token's hash, and those over all organisations (clean-up), are listed in the tests with the
// reason of each.
//
// Times are kept in microseconds. An error is always a *custard.Error: the codes that the interfaces name, unreachable
// where the database is, internal for the rest with its detail in Cause alone.
package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
)

// Options say how a store works. The zero value is what a server wants that must not change its database.
type Options struct {
	// Migrate brings the database up to date when it is opened; else one that is not is refused.
	Migrate bool
	// Now is the clock; nil for time.Now.
	Now func() time.Time
	// Connections is how many connections are open at the most; 0 for 16, on SQLite 4 (each takes a megabyte, and none
	// waits for a network). SQLite has one more, which writes.
	Connections int

	observe func(query string) // tests see every statement
}

// Store keeps what the server keeps. It is safe for concurrent use.
type Store struct {
	dialect string // sqlite or postgres
	write   *bun.DB
	read    *bun.DB // the same as write on PostgreSQL
	now     func() time.Time
	observe func(query string)

	mu       sync.Mutex
	prepared map[string]*sql.Stmt // by text; the texts are constants of this package
}

// Open opens the database of a URL: sqlite:PATH (made where there is none) or postgres://…. Close closes it.
// CodeUsage for a URL that is neither, CodeConflict for a database that is not up to date or newer than this program,
// CodeUnreachable for one that does not answer.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s, err := connect(url, opts)
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx, opts.Migrate); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// connect makes the pools of a URL.
func connect(url string, opts Options) (*Store, error) {
	s := &Store{now: opts.Now, observe: opts.observe, prepared: map[string]*sql.Stmt{}}
	scheme, rest, _ := strings.Cut(url, ":")
	var err error
	switch strings.ToLower(scheme) {
	case "sqlite":
		err = s.openSQLite(rest, opts)
	case "postgres", "postgresql":
		err = s.openPostgres(url, opts)
	default:
		err = custard.Errorf(custard.CodeUsage, "the database's URL begins with neither sqlite: nor postgres:").
			WithHint("Set DATABASE_URL to sqlite:/path/to/custard.db or postgres://user:password@host/database.")
	}
	if err != nil {
		return nil, err
	}
	if s.observe != nil {
		same := s.read == s.write
		s.write = s.write.WithQueryHook(observer{s.observe})
		if same {
			s.read = s.write
		} else {
			s.read = s.read.WithQueryHook(observer{s.observe})
		}
	}
	return s, nil
}

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.dialect }

// Close closes the database after what runs has ended. It may be called again.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, stmt := range s.prepared {
		errs = append(errs, stmt.Close())
	}
	clear(s.prepared)
	errs = append(errs, s.write.Close())
	if s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	return errors.Join(errs...)
}

// Ping asks the database for an answer: for /status.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.read.ExecContext(ctx, "SELECT 1")
	return failed(err, "ask the database for a sign of life")
}

// tx runs f in a transaction: on SQLite the only one that writes, on PostgreSQL read committed and tried again where the
// database broke a deadlock. f may run several times and must leave nothing outside the transaction but its results.
func (s *Store) tx(ctx context.Context, doing string, f func(ctx context.Context, tx bun.Tx) error) error {
	const tries = 4
	var err error
	for range tries {
		err = s.write.RunInTx(ctx, nil, f)
		if !tryAgain(err) {
			break
		}
	}
	return failed(err, doing)
}

// lock is what a SELECT says that reads rows in order to change them.
func (s *Store) lock() string {
	if s.dialect == dialectPostgres {
		return " FOR UPDATE"
	}
	return "" // the only transaction that writes is this one
}

// observer hands every statement to a test.
type observer struct{ see func(query string) }

// BeforeQuery implements bun.QueryHook.
func (o observer) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	o.see(e.Query)
	return ctx
}

// AfterQuery implements bun.QueryHook.
func (observer) AfterQuery(context.Context, *bun.QueryEvent) {}

// micros is a time as it is kept: 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time that was kept as m.
func moment(m int64) time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(m).UTC()
}

// folded is a name without regard to case.
func folded(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// atLeastOne is how many rows a page has; to bun 0 would mean all.
func atLeastOne(limit int) int64 { return int64(max(limit, 1)) }
