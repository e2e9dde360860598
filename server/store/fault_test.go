package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/mail"
)

// everything calls a method of each file and returns the errors by name: whatever is wrong with the database, it is said
// with a code, a hint and no panic.
func everything(ctx context.Context, s *Store, now time.Time) map[string]error {
	out := map[string]error{"Ping": s.Ping(ctx)}
	_, out["User"] = s.User(ctx, "u")
	_, out["Member"] = s.Member(ctx, "o", "u")
	out["SetRole"] = s.SetRole(ctx, "o", "u", auth.RoleViewer)
	_, out["APIKeyPrincipal"] = s.APIKeyPrincipal(ctx, hash("k"))
	_, out["AgentTokenByHash"] = s.AgentTokenByHash(ctx, hash("k"), now)
	_, _, out["RotateRefresh"] = s.RotateRefresh(ctx, hash("k"), auth.Refresh{}, now)
	_, out["PollDevice"] = s.PollDevice(ctx, hash("k"), now)
	_, out["AuditLog"] = s.AuditLog(ctx, "o", "", 1)
	_, out["Connections"] = s.Connections(ctx, "o", "", 1)
	_, out["History"] = s.History(ctx, "o", "", "", 1)
	_, _, out["Take"] = s.Take(ctx, "k", 1, 1, 1, now)
	_, out["ClaimLetters"] = s.ClaimLetters(ctx, "l", 1, now, now)
	_, out["Prune"] = s.Prune(ctx, now)
	return out
}

func TestAClosedDatabase(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		s, err := Open(t.Context(), w.url, Options{})
		ok(t, err)
		ok(t, s.Close())
		ok(t, s.Close())
		for name, err := range everything(t.Context(), s, w.clock.now()) {
			if err == nil || custard.AsError(err).Code != custard.CodeUnreachable || custard.AsError(err).Hint == "" {
				t.Errorf("%s: got %v, want unreachable with a hint", name, err)
			}
		}
	})
}

func TestAnEndedContext(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, err := range everything(ctx, w.Store, w.clock.now()) {
			if err == nil || custard.AsError(err).Code != custard.CodeCanceled {
				t.Errorf("%s: got %v, want canceled", name, err)
			}
		}
		ok(t, w.Ping(t.Context())) // and nothing is broken
	})
}

func TestAFullDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "custard.db"))
	ctx := t.Context()
	var pages int
	ok(t, w.write.DB.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages))
	_, err := w.write.DB.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages+2))
	ok(t, err)
	e := w.entry(w.a, w.a.owner, "c", "t", strings.Repeat("long ", 20000))
	err = w.AddHistory(ctx, e)
	want(t, err, custard.CodeUnreachable)
	if f := custard.AsError(err); !strings.Contains(f.Hint, "disk is full") || !f.Retry {
		t.Errorf("got %+v", f)
	}
	_, err = w.Member(ctx, w.a.org, w.a.owner) // reading goes on
	ok(t, err)
	_, err = w.write.DB.ExecContext(ctx, "PRAGMA max_page_count = 1000000")
	ok(t, err)
	ok(t, w.AddHistory(ctx, e)) // and writing, as soon as there is space
}

func TestPostgresThatIsNotThere(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	address := l.Addr().String()
	ok(t, l.Close())
	_, err = Open(t.Context(), "postgres://u:hunter2@"+address+"/d?sslmode=disable", Options{Migrate: true})
	want(t, err, custard.CodeUnreachable)
	e := custard.AsError(err)
	if !e.Retry || e.Hint == "" || strings.Contains(e.Message+e.Hint, "hunter2") {
		t.Errorf("got %+v", e)
	}
}

func TestPostgresThatGoesAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, pgtest.URL(t))
	ctx := t.Context()
	base, err := url.Parse(w.url)
	ok(t, err)
	for range 3 {
		_, err := w.Member(ctx, w.a.org, w.a.owner)
		ok(t, err)
		// Every connection is cut, as when PostgreSQL restarts.
		pgtest.Exec(t, w.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+strings.TrimPrefix(base.Path, "/")+"' AND pid <> pg_backend_pid()")
		// A call may meet a dead connection: then it says so, and the pool mends itself.
		for try := 0; ; try++ {
			_, err := w.Member(ctx, w.a.org, w.a.owner)
			if err == nil {
				break
			}
			want(t, err, custard.CodeUnreachable)
			if try == 20 {
				t.Fatal("the pool does not mend itself")
			}
		}
		ok(t, w.SetRole(ctx, w.a.org, w.a.owner, auth.RoleOwner))
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "custard.db", "mysql://localhost/x", "sqlite:", "sqlite::memory:", "sqlite:x.db?_pragma=journal_mode(OFF)", "postgres://u:hunter2@host:port/x", "postgres://u:hunter2@[::1"} {
		_, err := Open(t.Context(), url, Options{})
		want(t, err, custard.CodeUsage)
		e := custard.AsError(err)
		if e.Hint == "" || strings.Contains(fmt.Sprint(e.Message, e.Hint, e.Cause), "hunter2") {
			t.Errorf("%q: got %q with the hint %q", url, e.Message, e.Hint)
		}
	}
}

func TestSQLiteFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new ? folder#%41", "data")
	if runtime.GOOS == "windows" {
		t.Skip("no such names, and other rights")
	}
	path := filepath.Join(strings.ReplaceAll(dir, "?", ""), "custard db")
	s, err := Open(t.Context(), "sqlite://"+path, Options{Migrate: true})
	ok(t, err)
	ok(t, s.AddSigningKey(t.Context(), auth.SigningKey{ID: "k", Seed: hash("s"), Created: time.Now()}, true))
	entries, err := os.ReadDir(filepath.Dir(path))
	ok(t, err)
	for _, e := range entries {
		info, err := e.Info()
		ok(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the rights %v", e.Name(), info.Mode())
		}
		if !strings.HasPrefix(e.Name(), "custard db") {
			t.Errorf("a file %q was made", e.Name())
		}
	}
	ok(t, s.Close())
	// A file that others could read is taken from them.
	ok(t, os.Chmod(path, 0o644))
	s, err = Open(t.Context(), "sqlite:"+path, Options{})
	ok(t, err)
	info, err := os.Stat(path)
	ok(t, err)
	same(t, "rights", info.Mode().Perm(), os.FileMode(0o600))
	list, err := s.SigningKeys(t.Context())
	ok(t, err)
	same(t, "keys after a restart", len(list), 1)
	ok(t, s.Close())

	// What cannot be a database is said to be none.
	ok(t, os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600))
	_, err = Open(t.Context(), "sqlite:"+path, Options{Migrate: true})
	want(t, err, custard.CodeUnreachable)
	_, err = Open(t.Context(), "sqlite:"+filepath.Join(path, "below", "a file"), Options{Migrate: true})
	want(t, err, custard.CodeUnreachable)
}

// Readers go on while somebody writes, and many writers wait in line instead of failing.
func TestReadersDoNotWaitForWriters(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		tx, err := w.write.BeginTx(ctx, nil)
		ok(t, err)
		defer func() { _ = tx.Rollback() }()
		_, err = tx.ExecContext(ctx, "UPDATE organisations SET name = 'held'")
		ok(t, err)
		org, err := w.Organisation(ctx, w.a.org)
		ok(t, err)
		same(t, "name", org.Name, "Apples")
		_, err = w.Member(ctx, w.a.org, w.a.owner)
		ok(t, err)
	})
}

// What the database says about a failure goes to the log: no value that was to be kept is in it.
func TestErrorsHoldNoValues(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx, now := t.Context(), w.clock.now()
		const secret = "PLANTED-SECRET"
		conflict := w.Signup(ctx, auth.User{ID: w.id(), Email: w.a.email, Name: secret, PasswordHash: secret, Created: now},
			auth.Organisation{ID: w.id(), Name: secret, Created: now}, auth.OneTime{Hash: []byte(secret), User: "u"})
		missing := w.AddOneTime(ctx, auth.OneTime{Hash: []byte(secret), Purpose: auth.Purpose(secret), User: secret})
		twice := w.entry(w.a, secret, "c", "t", secret)
		doubled := w.AddHistory(ctx, twice, twice)
		for _, table := range []string{"outbox", "history_traces", "history", "one_time_tokens", "api_keys"} {
			_, err := w.write.DB.ExecContext(ctx, "DROP TABLE "+table)
			ok(t, err)
		}
		for name, err := range map[string]error{
			"conflict": conflict, "missing": missing, "doubled": doubled,
			"letter":  w.AddLetter(ctx, mail.Letter{ID: w.id(), Kind: "verify", Body: []byte(secret), Created: now}),
			"history": w.AddHistory(ctx, w.entry(w.a, w.a.owner, "c", "t", secret)),
			"token":   w.AddOneTime(ctx, auth.OneTime{Hash: []byte(secret), Purpose: auth.PurposeReset, User: w.a.owner}),
			"key":     w.AddAPIKey(ctx, w.a.org, auth.APIKey{ID: w.id(), Name: secret, User: w.a.owner, Hash: []byte(secret)}),
			"lookup":  func() error { _, err := w.HistoryEntry(ctx, w.a.org, "", secret); return err }(),
		} {
			if err == nil {
				t.Errorf("%s: no error", name)
				continue
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if strings.Contains(e.Error(), secret) || strings.Contains(fmt.Sprintf("%+v", e), secret) {
					t.Errorf("%s: %v holds the secret", name, e)
				}
			}
		}
	})
}
