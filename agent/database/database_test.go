package database

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/demo"
	"github.com/custard-ai/custard/internal/pgtest"
)

// patience is how long anything that should happen soon may take on a busy machine.
const patience = 30 * time.Second

func open(t *testing.T, o Options) *Database {
	t.Helper()
	driver, err := all.Find(o.DSN)
	if err != nil {
		t.Fatal(err)
	}
	o.Driver = driver
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	d := Open(o)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func wait(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("not %s", what)
	}
}

// names returns what a query of one column yields.
func names(t *testing.T, d *Database) ([]string, error) {
	t.Helper()
	res, err := d.Query(t.Context(), custard.Statement{SQL: "SELECT name FROM people ORDER BY name"})
	if err != nil {
		return nil, err
	}
	var out []string
	for b, err := range res.Batches {
		if err != nil {
			return nil, err
		}
		for r := b.Reader(); ; {
			text, _, ok := r.Next()
			if !ok {
				break
			}
			out = append(out, string(text))
		}
	}
	return out, nil
}

// A database that is not there when the agent starts, comes, crashes and comes again: the agent answers each time what
// there is to say.
func TestDatabaseThatComesAndGoes(t *testing.T) {
	t.Parallel()
	server := pgtest.NewOwn(t)
	var log strings.Builder
	dsn := strings.Replace(server.URL(), "postgres@", "postgres:hunter2@", 1)
	d := open(t, Options{DSN: dsn, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	_, err := names(t, d)
	for strings.Contains(custard.AsError(err).Message, "still connecting") { // until the first attempt has failed
		_, err = names(t, d)
	}
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUnreachable || !e.Retry {
		t.Fatalf("before it runs: %v", err)
	}
	server.Start()
	pgtest.Exec(t, server.URL(), "CREATE TABLE people (name text)", "INSERT INTO people VALUES ('Ada')")
	wait(t, d.Opened(), "opened after the database came")
	if got, err := names(t, d); err != nil || len(got) != 1 {
		t.Fatalf("%v, %v", got, err)
	}
	server.Kill()
	_, err = names(t, d)
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUnreachable || !e.Retry {
		t.Errorf("after it was killed: %v", err)
	}
	server.Start()
	if got, err := names(t, d); err != nil || len(got) != 1 {
		t.Errorf("after it was started again: %v, %v", got, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), "hunter2") || !strings.Contains(log.String(), "cannot be opened") {
		t.Errorf("log: %s", log.String())
	}
}

// A crash in the middle of rows ends them with an error that says that trying again is safe.
func TestCrashInTheMiddleOfRows(t *testing.T) {
	t.Parallel()
	server := pgtest.NewOwn(t)
	server.Start()
	pgtest.Exec(t, server.URL(), "CREATE TABLE people AS SELECT repeat('x', 1000) AS name FROM generate_series(1, 50000)")
	d := open(t, Options{DSN: server.URL()})
	wait(t, d.Opened(), "opened")
	res, err := d.Query(t.Context(), custard.Statement{SQL: "SELECT name FROM people"})
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	batches := 0
	for _, err := range res.Batches {
		if err != nil {
			failed = err
			break
		}
		if batches++; batches == 1 {
			server.Kill()
		}
	}
	if e := custard.AsError(failed); e == nil || e.Code != custard.CodeUnreachable || !e.Retry {
		t.Errorf("after %d batches: %v", batches, failed)
	}
}

func TestPrivilegedRoleEndsTheAttempts(t *testing.T) {
	t.Parallel()
	d := open(t, Options{DSN: pgtest.URL(t), Accept: func(p *connector.Privileges) error {
		return custard.Errorf(custard.CodePolicy, "the role %s", strings.Join(p.Excess, ", "))
	}})
	wait(t, d.Failed(), "refused")
	_, err := d.Schema(t.Context(), false)
	if e := custard.AsError(err); e == nil || e.Code != custard.CodePolicy || !strings.Contains(e.Message, "is a superuser") {
		t.Errorf("%v", err)
	}
}

func TestWrongAddressEndsTheAttempts(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notes.db")
	if err := os.WriteFile(path, []byte("no database at all, only notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, Options{DSN: "sqlite:" + path})
	wait(t, d.Failed(), "refused")
	if e := custard.AsError(d.Err()); e.Code != custard.CodeUsage {
		t.Errorf("%v", d.Err())
	}
}

// A cache that cannot be written (a read-only file system, a full disk) costs no answer.
func TestFullDiskStopsNoAnswer(t *testing.T) {
	t.Parallel()
	path, err := demo.Path(t.Context(), t.TempDir(), time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for name, cache := range map[string]string{"full": "/dev/full/cache", "not a folder": path, "read-only": "/proc/custard"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, Options{DSN: "sqlite:" + path, Executor: executor.Options{CacheDir: cache, CacheKey: "k"}})
			wait(t, d.Opened(), "opened")
			schema, err := d.Schema(t.Context(), true)
			if err != nil || len(schema.Tables) == 0 || d.Fingerprint() != schema.Fingerprint {
				t.Errorf("schema: %v", err)
			}
			if _, err := d.Values(t.Context(), custard.ValuesRequest{Text: "orders from Germany"}); err != nil {
				t.Errorf("values: %v", err)
			}
		})
	}
}
