package store

import (
	"context"
	"database/sql/driver"
	"errors"
)

// pinned is one connection with a transaction open on it, dressed as a driver: whatever runs through it, on however many
// connections it believes to have, runs in that transaction. bun/migrate works on a pool and commits as it goes; through
// pinned its statements and its notes of what was applied become one transaction that holds one lock.
type pinned struct{ conn driver.Conn }

// Connect implements driver.Connector.
func (p pinned) Connect(context.Context) (driver.Conn, error) { return p, nil }

// Driver implements driver.Connector.
func (p pinned) Driver() driver.Driver { return p }

// Open implements driver.Driver.
func (p pinned) Open(string) (driver.Conn, error) { return p, nil }

// Prepare implements driver.Conn.
func (p pinned) Prepare(query string) (driver.Stmt, error) { return p.conn.Prepare(query) }

// Close implements driver.Conn. The connection is its owner's.
func (pinned) Close() error { return nil }

// Begin implements driver.Conn.
func (pinned) Begin() (driver.Tx, error) {
	return nil, errors.New("a migration begins no transaction of its own: it runs in one")
}

// ExecContext implements driver.ExecerContext.
func (p pinned) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return p.conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

// QueryContext implements driver.QueryerContext.
func (p pinned) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return p.conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}
