// Package executor runs statements beside a database: it parses, checks and prints every text again, whoever wrote and
// checked it before, and gives the database only what it printed, within limits. It implements [custard.Source] over a
// connector.
package executor

import (
	"context"
	"time"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// Options are the executor's own limits and its cache. Zero values take the defaults.
type Options struct {
	Limits   custard.Limits // hold for every statement, the smaller of these and the statement's; default 16 MiB a cell, 60 s
	CacheDir string         // keeps schemas and value indexes between runs, readable by the user alone; empty keeps none
	CacheKey string         // names the database in the cache: see [Key]; empty keeps none
	// SchemaAge is how long a schema is trusted without asking the database whether it changed; default 5 s.
	SchemaAge time.Duration
	// ValueWait is how long the first question waits for the index of values; default 4 s.
	ValueWait time.Duration
}

const (
	defaultCell      = 16 << 20
	defaultTimeout   = 60 * time.Second
	defaultSchemaAge = 5 * time.Second
	defaultValueWait = 4 * time.Second
)

// Executor is one database. All methods are safe for concurrent use.
type Executor struct {
	driver connector.Driver
	conn   connector.Conn
	opts   Options
	schema schemaCache
	values valueIndex
}

var _ custard.Source = (*Executor)(nil)

// New makes an executor of a connection, which it closes when it is closed.
func New(driver connector.Driver, conn connector.Conn, opts Options) *Executor {
	if opts.Limits.Cell <= 0 {
		opts.Limits.Cell = defaultCell
	}
	if opts.Limits.Timeout <= 0 {
		opts.Limits.Timeout = defaultTimeout
	}
	if opts.SchemaAge <= 0 {
		opts.SchemaAge = defaultSchemaAge
	}
	if opts.ValueWait <= 0 {
		opts.ValueWait = defaultValueWait
	}
	return &Executor{driver: driver, conn: conn, opts: opts}
}

// Explain returns the database's plan for a statement that has passed the checks.
func (e *Executor) Explain(ctx context.Context, stmt custard.Statement) (*custard.Plan, error) {
	stmt.Limits = smaller(stmt.Limits, e.opts.Limits)
	sql, err := e.prepare(ctx, stmt)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, stmt.Limits.Timeout)
	defer cancel()
	return e.conn.Explain(ctx, sql)
}

// Query runs a statement that passes the checks.
func (e *Executor) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	stmt.Limits = smaller(stmt.Limits, e.opts.Limits)
	sql, err := e.prepare(ctx, stmt)
	if err != nil {
		return nil, err
	}
	return e.conn.Query(ctx, custard.Statement{SQL: sql, Limits: stmt.Limits})
}

// Close ends what runs and closes the connection.
func (e *Executor) Close() error {
	e.values.close()
	return e.conn.Close()
}

// smaller returns limit by limit the smaller of two, zero being none.
func smaller(a, b custard.Limits) custard.Limits {
	return custard.Limits{
		Rows:    lesser(a.Rows, b.Rows),
		Bytes:   lesser(a.Bytes, b.Bytes),
		Cell:    lesser(a.Cell, b.Cell),
		Timeout: lesser(a.Timeout, b.Timeout),
	}
}

func lesser[T int64 | time.Duration](a, b T) T {
	if a <= 0 || b > 0 && b < a {
		return b
	}
	return a
}
