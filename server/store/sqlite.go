package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"

	"github.com/custard-ai/custard/internal/custard"
)

const dialectSQLite = "sqlite"

// openSQLite opens a file, making it and its folder for this user alone. One connection writes, so that writers wait in
// line in this process instead of failing; the others read what was last committed meanwhile (write-ahead log).
func (s *Store) openSQLite(path string, opts Options) error {
	s.dialect = dialectSQLite
	path = strings.TrimPrefix(path, "//")
	if path == "" || strings.Contains(path, ":memory:") || strings.ContainsAny(path, "?\x00") {
		return custard.Errorf(custard.CodeUsage, "the database's URL names no file").
			WithHint("Write sqlite:/path/to/custard.db; there are no parameters.")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return failed(err, "find the database's file")
	}
	if err := private(path); err != nil {
		return &custard.Error{
			Code: custard.CodeUnreachable, Message: "the database's file " + path + " can be neither opened nor made", Cause: err,
			Hint: "Check that its folder can be written to, or choose another with DATABASE_URL=sqlite:/path/to/custard.db.",
		}
	}
	// NORMAL with a write-ahead log survives the process; a power cut may lose the last commits and never breaks the file.
	write, err := openFile(path, "_txlock=immediate", "_pragma=secure_delete(FAST)")
	if err != nil {
		return err
	}
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	read, err := openFile(path, "_query_only=1", "_pragma=cache_size(-512)")
	if err != nil {
		return err
	}
	readers := cmp.Or(opts.Connections, 4)
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	read.SetConnMaxIdleTime(time.Minute)
	s.write = bun.NewDB(write, cleanSQLite{sqlitedialect.New()})
	s.read = bun.NewDB(read, cleanSQLite{sqlitedialect.New()})
	return nil
}

func openFile(path string, params ...string) (*sql.DB, error) {
	params = append(params, "_busy_timeout=20000", "_foreign_keys=1", "_journal_mode=WAL", "_synchronous=NORMAL")
	name := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: strings.Join(params, "&")}
	c, err := sqlite.NewConnector(name.String())
	if err != nil {
		return nil, failed(err, "open the database's file")
	}
	return sql.OpenDB(patient{c}), nil
}

// patient opens a connection while others are opening or closing theirs: turning the write-ahead log on, and taking it
// away with the last connection, need the file for themselves, and SQLite does not wait for that however long its own
// patience (busy_timeout) is.
type patient struct{ driver.Connector }

// Connect implements driver.Connector.
func (p patient) Connect(ctx context.Context) (driver.Conn, error) {
	const tries, between = 800, 50 * time.Millisecond // some twenty seconds
	for try := 1; ; try++ {
		c, err := p.Connector.Connect(ctx)
		if err == nil || !busy(err) || try == tries {
			return c, err
		}
		timer := time.NewTimer(rand.N(between))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-timer.C:
		}
	}
}

// private makes the file where there is none, and takes the rights of others on one that is there: it holds hashes,
// signing keys and questions. SQLite gives its other files the same rights.
func private(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Chmod(path, 0o600)
}

// cleanSQLite refuses no text: what no database keeps becomes the replacement character.
type cleanSQLite struct{ *sqlitedialect.Dialect }

// AppendString implements schema.Dialect.
func (d cleanSQLite) AppendString(b []byte, text string) []byte {
	return d.Dialect.AppendString(b, clean(text))
}
