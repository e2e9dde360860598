// Package sqlite is the connector of SQLite database files.
//
// It speaks to SQLite through the C API of modernc.org/sqlite/lib and not through database/sql: a cell's bytes go
// from SQLite's memory into the batch in one copy, and the authorizer, the limits and the interruption of a statement
// are the connection's own. A database is opened read-only; query_only, the authorizer (see authorizer.go) and a
// check that the prepared statement is read-only stand behind that.
package sqlite

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// Driver opens SQLite files.
type Driver struct{}

const (
	scheme = "sqlite:"
	// magic is how every SQLite database that holds anything begins.
	magic = "SQLite format 3\x00"
)

// Name returns sqlite.
func (Driver) Name() string { return "sqlite" }

// Dialect returns [custard.SQLite].
func (Driver) Dialect() custard.Dialect { return custard.SQLite }

// Accepts takes sqlite:PATH, a path that ends in .db, .sqlite, .sqlite3 or .db3, and any file that begins like a
// SQLite database.
func (Driver) Accepts(dsn string) bool {
	if strings.HasPrefix(dsn, scheme) {
		return true
	}
	if strings.Contains(dsn, "://") {
		return false
	}
	switch strings.ToLower(filepath.Ext(dsn)) {
	case ".db", ".sqlite", ".sqlite3", ".db3":
		return true
	}
	head, err := head(dsn)
	return err == nil && string(head) == magic
}

// Open opens the file of a DSN. The file must exist and hold a database; it is never made or written.
func (Driver) Open(ctx context.Context, dsn string, opts connector.Options) (connector.Conn, error) {
	path, err := pathOf(dsn)
	if err != nil {
		return nil, err
	}
	if err := inspect(path); err != nil {
		return nil, err
	}
	c := newConn(path, opts)
	h, err := c.acquire(ctx)
	if err != nil {
		return nil, err
	}
	err = h.discover(func() error { return h.exec("SELECT 1 FROM sqlite_schema LIMIT 1") })
	c.release(h)
	if err != nil {
		return nil, errors.Join(openError(path, err), c.Close())
	}
	return c, nil
}

// pathOf returns the file that a DSN names. The URL forms sqlite://PATH are common elsewhere and taken too.
func pathOf(dsn string) (string, error) {
	path, ok := strings.CutPrefix(dsn, scheme)
	if ok {
		path = strings.TrimPrefix(path, "//")
	}
	switch {
	case path == "":
		return "", custard.Errorf(custard.CodeUsage, "no SQLite file is named").WithHint("Write sqlite:PATH, such as sqlite:shop.db.")
	case strings.HasPrefix(path, ":memory:"), strings.HasPrefix(path, "file:"):
		return "", custard.Errorf(custard.CodeUsage, "%s is not a file", path).WithHint("Name a database file, such as sqlite:shop.db.")
	case strings.ContainsRune(path, 0):
		return "", custard.Errorf(custard.CodeUsage, "a file name cannot hold a NUL byte")
	}
	if base, params, found := strings.Cut(path, "?"); found {
		if _, err := os.Stat(path); err != nil {
			return "", custard.Errorf(custard.CodeUsage, "a SQLite file takes no parameters (%q)", params).WithHint("Write sqlite:%s.", base)
		}
	}
	return path, nil
}

// inspect says in plain words what is wrong with a file before SQLite says it in its own.
func inspect(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return custard.Errorf(custard.CodeUnreachable, "there is no file %s", path).WithHint("Check the path; Custard never makes a database.")
	case errors.Is(err, fs.ErrPermission):
		return custard.Errorf(custard.CodeUnreachable, "%s may not be read by this user", path).WithHint("Give the user read permission on the file and its folder.")
	case err != nil:
		return custard.Errorf(custard.CodeUnreachable, "cannot look at %s: %w", path, err)
	case info.IsDir():
		return custard.Errorf(custard.CodeUsage, "%s is a folder, not a SQLite file", path).WithHint("Name the database file in it.")
	case !info.Mode().IsRegular():
		return custard.Errorf(custard.CodeUsage, "%s is not a regular file", path)
	case info.Size() == 0:
		return custard.Errorf(custard.CodeUsage, "%s is empty: it holds no database", path).WithHint("Check the path: programs that open a file that does not exist leave such empty files behind.")
	}
	first, err := head(path)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return custard.Errorf(custard.CodeUnreachable, "%s may not be read by this user", path).WithHint("Give the user read permission on the file.")
	case err != nil:
		return custard.Errorf(custard.CodeUnreachable, "cannot read %s: %w", path, err)
	case string(first) != magic:
		return custard.Errorf(custard.CodeUsage, "%s is not a SQLite database", path).WithHint("%s", lookalike(first))
	}
	return nil
}

// lookalike guesses what a file that is no SQLite database is.
func lookalike(first []byte) string {
	switch {
	case len(first) >= 12 && string(first[8:12]) == "DUCK":
		return "It is a DuckDB database, which this version cannot open."
	case bytes.HasPrefix(first, []byte("PGDMP")):
		return "It is a PostgreSQL dump: restore it and connect to the server."
	}
	return "It may be encrypted, damaged, or of another program."
}

// head returns the first bytes of a file, as many as the magic has.
func head(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only
	buf := make([]byte, len(magic))
	n, err := f.Read(buf)
	if n == 0 && err != nil {
		return nil, err
	}
	return buf[:n], nil
}
