package store

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/migrations"
)

// migrateVar makes the test binary one of many processes that migrate a database at once.
const migrateVar = "CUSTARD_TEST_MIGRATE"

func TestMain(m *testing.M) {
	if url := os.Getenv(migrateVar); url != "" {
		s, err := Open(context.Background(), url, Options{Migrate: true})
		if err == nil {
			err = s.Close()
		}
		if err != nil {
			fmt.Println(err, custard.AsError(err).Cause)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fresh calls a test with the URL of an empty database of each dialect.
func fresh(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "custard.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, pgtest.URL(t))
	})
}

func migratorOf(t *testing.T, url string) *Migrator {
	t.Helper()
	m, err := OpenMigrator(t.Context(), url)
	ok(t, err)
	t.Cleanup(func() { ok(t, m.Close()) })
	return m
}

func applied(list []Migration) []string {
	var out []string
	for _, one := range list {
		if !one.Applied.IsZero() {
			out = append(out, one.Number)
		}
	}
	return out
}

func TestSixteenProcessesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	fresh(t, func(t *testing.T, url string) {
		exe, err := os.Executable()
		ok(t, err)
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				cmd := exec.CommandContext(t.Context(), exe)
				cmd.Env = append(os.Environ(), migrateVar+"="+url)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("process %d: %v: %s", i, err, out)
				}
			})
		}
		wg.Wait()
		list, err := migratorOf(t, url).Status(t.Context())
		ok(t, err)
		if got := applied(list); !slices.Equal(got, ours(t)) {
			t.Errorf("applied %v", got)
		}
	})
}

func TestManyConnectionsMigrateUpAndDown(t *testing.T) {
	t.Parallel()
	fresh(t, func(t *testing.T, url string) {
		var wg sync.WaitGroup
		for range 16 {
			m := migratorOf(t, url)
			wg.Go(func() {
				if _, err := m.Up(t.Context()); err != nil {
					t.Errorf("up: %v (%v)", err, custard.AsError(err).Cause)
				}
				if _, err := m.Down(t.Context(), 1); err != nil {
					t.Errorf("down: %v (%v)", err, custard.AsError(err).Cause)
				}
			})
		}
		wg.Wait()
		m := migratorOf(t, url)
		_, err := m.Up(t.Context())
		ok(t, err)
		done, err := m.Down(t.Context(), 100)
		ok(t, err)
		same(t, "taken back", len(done), len(ours(t)))
		// Nothing of ours is left: everything can be made again.
		_, err = m.Up(t.Context())
		ok(t, err)
	})
}

// ours are the numbers of the migrations that there are.
func ours(t *testing.T) []string {
	t.Helper()
	known, err := migrations.For("sqlite")
	ok(t, err)
	files, err := fs.Glob(known, "*.up.sql")
	ok(t, err)
	for i, f := range files {
		files[i], _, _ = strings.Cut(f, "_")
	}
	return files
}

// with is the migrations of a dialect and another one.
func with(t *testing.T, dialect, up string) fs.FS {
	t.Helper()
	files := fstest.MapFS{"0999_more.up.sql": {Data: []byte(up)}, "0999_more.down.sql": {Data: []byte("DROP TABLE more;")}}
	known, err := migrations.For(dialect)
	ok(t, err)
	entries, err := fs.ReadDir(known, ".")
	ok(t, err)
	for _, e := range entries {
		b, err := fs.ReadFile(known, e.Name())
		ok(t, err)
		files[e.Name()] = &fstest.MapFile{Data: b}
	}
	return files
}

func TestAFailedMigrationLeavesNothing(t *testing.T) {
	t.Parallel()
	fresh(t, func(t *testing.T, url string) {
		ctx := t.Context()
		m := migratorOf(t, url)
		_, err := m.Up(ctx)
		ok(t, err)
		good := m.files
		m.files = with(t, m.store.dialect, "CREATE TABLE more (id TEXT);\n--bun:split\nINSERT INTO more VALUES ('x');\nINSERT INTO nothing_like_it VALUES (1);")
		_, err = m.Up(ctx)
		want(t, err, custard.CodeInternal)
		if !strings.Contains(fmt.Sprint(custard.AsError(err).Cause), "nothing_like_it") {
			t.Errorf("the cause does not say what failed: %v", custard.AsError(err).Cause)
		}
		list, err := m.Status(ctx)
		ok(t, err)
		same(t, "applied", len(applied(list)), len(ours(t)))
		var n int
		if err := m.store.read.QueryRowContext(ctx, "SELECT count(*) FROM more").Scan(&n); err == nil {
			t.Error("the failed migration left its table")
		}
		// The same with its fault mended.
		m.files = with(t, m.store.dialect, "CREATE TABLE more (id TEXT);")
		done, err := m.Up(ctx)
		ok(t, err)
		same(t, "applied", len(done), 1)

		// To a program that does not know it, the database is too new.
		m.files = good
		_, err = m.Up(ctx)
		want(t, err, custard.CodeConflict)
		_, err = m.Down(ctx, 1)
		want(t, err, custard.CodeConflict)
		for _, may := range []bool{true, false} {
			_, err = Open(ctx, url, Options{Migrate: may})
			want(t, err, custard.CodeConflict)
			if e := custard.AsError(err); !strings.Contains(e.Message, "0999") || e.Hint == "" {
				t.Errorf("got %q with the hint %q", e.Message, e.Hint)
			}
		}
		list, err = m.Status(ctx)
		ok(t, err)
		if last := list[len(list)-1]; last.Known || last.Number != "0999" {
			t.Errorf("got %+v, want the unknown one last", last)
		}
	})
}

// A program that is killed in the middle, here by its context, has done nothing.
func TestAnInterruptedMigrationLeavesNothing(t *testing.T) {
	t.Parallel()
	fresh(t, func(t *testing.T, url string) {
		m := migratorOf(t, url)
		slow := "SELECT pg_sleep(60);"
		if m.store.dialect == dialectSQLite {
			slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000) INSERT INTO more SELECT max(i) FROM n;"
		}
		m.files = with(t, m.store.dialect, "CREATE TABLE more (id TEXT);\n--bun:split\n"+slow)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if _, err := m.Up(ctx); err == nil {
			t.Fatal("it came to its end")
		}
		list, err := migratorOf(t, url).Status(t.Context())
		ok(t, err)
		same(t, "applied", len(applied(list)), 0)
		s, err := Open(t.Context(), url, Options{Migrate: true})
		ok(t, err)
		ok(t, s.Close())
	})
}

func TestAnOldDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	fresh(t, func(t *testing.T, url string) {
		_, err := Open(t.Context(), url, Options{})
		want(t, err, custard.CodeConflict)
		if !strings.Contains(custard.AsError(err).Hint, "migrate up") {
			t.Errorf("the hint %q does not say what to run", custard.AsError(err).Hint)
		}
	})
}

func TestBothDialectsHaveTheSameMigrations(t *testing.T) {
	t.Parallel()
	list := func(dialect string) []string {
		files, err := migrations.For(dialect)
		ok(t, err)
		entries, err := fs.ReadDir(files, ".")
		ok(t, err)
		var out []string
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	if a, b := list(dialectSQLite), list(dialectPostgres); !slices.Equal(a, b) || len(a) == 0 {
		t.Errorf("%v and %v differ", a, b)
	}
	if _, err := migrations.For("oracle"); err == nil {
		t.Error("there are migrations for a dialect that there are none for")
	}
}
