package suites

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver that builds the databases and runs the right answers

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/demo"
)

// build makes a database of a script in testdata and returns its file.
func build(t *testing.T, name string) string {
	t.Helper()
	return buildIn(t, t.TempDir(), name)
}

func buildIn(t testing.TB, dir, name string) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", name+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, name+".sqlite")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), string(script)); err != nil {
		t.Fatalf("%s.sql: %v", name, err)
	}
	return file
}

// sample finds a sample database beside the repository, or skips the test.
func sample(t *testing.T, name string) string {
	t.Helper()
	shared := os.Getenv("CUSTARD_SHARED")
	if shared == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "shared", "eval")); err == nil {
				shared = filepath.Join(dir, "shared")
				break
			}
		}
	}
	file := filepath.Join(shared, "eval", "samples", name+".sqlite")
	if _, err := os.Stat(file); shared == "" || err != nil {
		t.Skipf("the sample database %s is not beside the repository; set CUSTARD_SHARED to the folder that has eval/samples", name)
	}
	return file
}

// sampleShop makes the demo database of the day that its questions are asked on.
func sampleShop(t *testing.T, _ string) string {
	t.Helper()
	file, err := demo.Path(t.Context(), t.TempDir(), time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// open opens a file as the tests see it: past the engine, with no checks.
func open(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// source opens a file as the engine sees it.
func source(t *testing.T, file string) custard.Source {
	t.Helper()
	driver, conn, err := all.Open(t.Context(), file, connector.Options{})
	if err != nil {
		t.Fatal(err)
	}
	src := executor.New(driver, conn, executor.Options{SchemaAge: time.Hour})
	t.Cleanup(func() { _ = src.Close() })
	return src
}
