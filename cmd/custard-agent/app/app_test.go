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
		env  map[string]string
		code int
		says []string
	}{
		"good":          {map[string]string{"DB_URL": "sqlite:" + good}, 0, []string{"skip  server: ", "ok    sqlite database reachable", "ok    role may only read", "ok    schema of 1 table and 2 columns"}},
		"by parts":      {map[string]string{"DB_TYPE": "sqlite", "DB_NAME": good}, 0, []string{"database reachable"}},
		"no tables":     {map[string]string{"DB_URL": "sqlite:" + empty}, 1, []string{"database reachable", "FAIL  schema: the role sees no tables\n      Grant"}},
		"nothing set":   {nil, 2, []string{"FAIL  configuration: no database is configured\n      Set DB_URL"}},
		"no file named": {map[string]string{"DB_TYPE": "sqlite"}, 2, []string{"DB_NAME is not set"}},
		"no password":   {map[string]string{"DB_TYPE": "postgres", "DB_PASSWORD_FILE": filepath.Join(empty, "none")}, 2, []string{"DB_PASSWORD_FILE cannot be read"}},
		"nobody there":  {map[string]string{"DB_URL": "postgres://reader:hunter2@127.0.0.1:1/shop"}, 5, []string{"FAIL  database: ", "127.0.0.1", "skip  role and schema"}},
		"no token":      {map[string]string{"DB_URL": "sqlite:" + good, "CONNECTION_ID": "c1", "BACKEND_WEBSOCKET_URI": "http://127.0.0.1:1"}, 2, []string{"no token is configured", "schema of 1 table"}},
		"no server": {map[string]string{"DB_URL": "sqlite:" + good, "CONNECTION_ID": "c1", "AGENT_TOKEN": "hunter2", "BACKEND_WEBSOCKET_URI": "http://127.0.0.1:1"}, 5,
			[]string{"FAIL  server: cannot reach the server at 127.0.0.1:1\n      Check BACKEND_WEBSOCKET_URI", "skip  token", "schema of 1 table"}},
		"readable": {map[string]string{"DB_URL": "sqlite:" + good, "CONNECTION_ID": "c1", "AGENT_TOKEN": "hunter2", "BACKEND_WEBSOCKET_URI": "http://custard.example.com"}, 2, []string{"--allow-insecure"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, how := range [][]string{{"check", "--timeout", "10s"}, {"--once"}} {
				code, stdout, stderr := runWith(t, tt.env, how...)
				if code != tt.code || stderr != "" {
					t.Errorf("%v: code %d, want %d\nstdout: %s\nstderr: %s", how, code, tt.code, stdout, stderr)
				}
				for _, s := range tt.says {
					if !strings.Contains(stdout, s) {
						t.Errorf("%v: the report lacks %q:\n%s", how, s, stdout)
					}
				}
				if strings.Contains(stdout, "hunter2") {
					t.Error("a secret is in the output")
				}
			}
		})
	}
	if code, _, _ := runWith(t, map[string]string{"DB_URL": "sqlite:" + broken}, "check"); code == 0 {
		t.Error("a file that is no database passed")
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
	for _, args := range [][]string{{"--nonsense"}, {"nonsense"}, {"check", "--nonsense"}, {"check", "nonsense"}, {"check", "--timeout", "soon"}, {"--agent-token", "x"}, {"--db-password", "x"}} {
		code, out, errs := runWith(t, nil, args...)
		if code != 2 || out != "" || strings.Contains(errs, "internal") || !strings.Contains(errs, "--help") {
			t.Errorf("%v: %d, %q, %q", args, code, out, errs)
		}
	}
}
