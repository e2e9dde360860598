package app

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

func makeDatabase(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range append([]string{"PRAGMA user_version = 1"}, statements...) {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func runWith(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	code = Run(t.Context(), "1.2.3", args, &out, &errs, func(key string) string { return env[key] })
	return code, out.String(), errs.String()
}

func TestCheck(t *testing.T) {
	t.Parallel()
	good := makeDatabase(t, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
	empty := makeDatabase(t)
	broken := filepath.Join(t.TempDir(), "broken.db")
	if err := os.WriteFile(broken, []byte("this is no database, whatever its name says"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		env            map[string]string
		code           int
		stdout, stderr string
	}{
		"good":          {map[string]string{"DB_URL": "sqlite:" + good}, 0, "schema of 1 tables and 2 columns", ""},
		"by parts":      {map[string]string{"DB_TYPE": "sqlite", "DB_NAME": good}, 0, "database reachable", ""},
		"no tables":     {map[string]string{"DB_URL": "sqlite:" + empty}, 1, "database reachable", "sees no tables"},
		"nothing set":   {nil, 2, "", "no database is configured"},
		"no file named": {map[string]string{"DB_TYPE": "sqlite"}, 2, "", "DB_NAME is not set"},
		"no password":   {map[string]string{"DB_TYPE": "postgres", "DB_PASSWORD_FILE": filepath.Join(empty, "none")}, 2, "", "DB_PASSWORD_FILE"},
		"nobody there":  {map[string]string{"DB_URL": "postgres://reader:hunter2@127.0.0.1:1/shop"}, 5, "", "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := runWith(t, tt.env, "check", "--timeout", "10s")
			if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("code %d, want %d\nstdout: %s\nstderr: %s", code, tt.code, stdout, stderr)
			}
			if strings.Contains(stdout+stderr, "hunter2") {
				t.Error("the password is in the output")
			}
		})
	}
	if code, _, _ := runWith(t, map[string]string{"DB_URL": "sqlite:" + broken}, "check"); code == 0 {
		t.Error("a file that is no database passed")
	}
}

func TestDatabaseURL(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"DB_TYPE": "postgres", "DB_HOST": "db.internal", "DB_PORT": "6543", "DB_NAME": "shop", "DB_USER": "re@der",
		"DB_PASSWORD": "p:w/d", "DB_SSLMODE": "require",
	}
	got, err := databaseURL(func(key string) string { return env[key] })
	if want := "postgres://re%40der:p%3Aw%2Fd@db.internal:6543/shop?sslmode=require"; err != nil || got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestPrivilegedRoleIsRefusedUnlessAccepted(t *testing.T) {
	t.Parallel()
	p := &connector.Privileges{Role: "app", Excess: []string{"may write to 12 tables"}, ProperBy: "CREATE ROLE reader"}
	err := judge(p, false)
	if e := custard.AsError(err); e == nil || e.Code != custard.CodePolicy || !strings.Contains(e.Hint, "CREATE ROLE reader") {
		t.Errorf("refusal: %v", err)
	}
	if err := judge(p, true); err != nil {
		t.Errorf("accepted role refused: %v", err)
	}
	if err := judge(&connector.Privileges{Role: "reader"}, false); err != nil {
		t.Errorf("proper role refused: %v", err)
	}
}

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--nonsense"}, {"nonsense"}, {"check", "--nonsense"}, {"check", "nonsense"}, {"check", "--timeout", "soon"}} {
		code, out, errs := runWith(t, nil, args...)
		if code != 2 || out != "" || strings.Contains(errs, "internal") || !strings.Contains(errs, "--help") {
			t.Errorf("%v: %d, %q, %q", args, code, out, errs)
		}
	}
}
