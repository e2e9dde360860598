package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func environment(pairs map[string]string) func(string) string {
	return func(key string) string { return pairs[key] }
}

func TestAgentWhatWins(t *testing.T) {
	t.Parallel()
	file := write(t, "agent.yaml", "statements: 2\nwaiting: 3\nlog_format: json\nallow_insecure: true\n")
	a, err := LoadAgent(AgentOptions{
		File: file, Flags: map[string]string{"waiting": "5"},
		Getenv: environment(map[string]string{"CUSTARD_AGENT_STATEMENTS": "4", "CUSTARD_AGENT_WAITING": "4", "CUSTARD_AGENT_MAX_BYTES": "2MiB"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if a.Waiting != 5 || a.Statements != 4 || a.LogFormat != "json" || !a.AllowInsecure || a.Grace != 20*time.Second || a.MaxBytes != 2<<20 {
		t.Errorf("%+v", *a)
	}
}

func TestAgentSecretsComeFromEnvironmentAndFiles(t *testing.T) {
	t.Parallel()
	token, password := write(t, "token", "cust_agent_x\n"), write(t, "password", "p:w/d\r\n")
	a, err := LoadAgent(AgentOptions{Getenv: environment(map[string]string{
		"AGENT_TOKEN_FILE": token, "DB_PASSWORD_FILE": password, "DB_URL": "postgres://re%40der@db.internal/shop", "DB_SSLMODE": "require",
	})})
	if err != nil || a.Token != "cust_agent_x" || a.Database.Password != "p:w/d" {
		t.Fatalf("%+v, %v", a, err)
	}
	if dsn, err := a.Database.DSN(); err != nil || dsn != "postgres://re%40der:p%3Aw%2Fd@db.internal/shop?sslmode=require" {
		t.Errorf("%q, %v", dsn, err)
	}
	a, err = LoadAgent(AgentOptions{Getenv: environment(map[string]string{"AGENT_TOKEN_FILE": token, "AGENT_TOKEN": "mine"})})
	if err != nil || a.Token != "mine" {
		t.Errorf("the variable does not win: %+v, %v", a, err)
	}
}

func TestAgentRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file       string
		flags, env map[string]string
		says       string
	}{
		"an unknown setting":       {file: "statments: 3\n", says: "statments"},
		"a token in a file":        {file: "agent_token: hunter2\n", says: "agent_token is a secret"},
		"a password in a file":     {file: "db_password: hunter2\n", says: "db_password is a secret"},
		"a URL's password there":   {file: "db_url: postgres://me:hunter2@db/shop\n", says: "db_url holds a password"},
		"and as a flag":            {flags: map[string]string{"db_url": "postgres://me:hunter2@db/shop"}, says: "--db-url holds a password"},
		"and as a parameter":       {flags: map[string]string{"db_url": "postgres://db/shop?user=me&password=hunter2"}, says: "--db-url holds a password"},
		"no number":                {env: map[string]string{"CUSTARD_AGENT_STATEMENTS": "many"}, says: `CUSTARD_AGENT_STATEMENTS is "many"`},
		"no statements":            {flags: map[string]string{"statements": "0"}, says: "--statements"},
		"no duration":              {flags: map[string]string{"grace": "20"}, says: "--grace"},
		"no size":                  {flags: map[string]string{"max_bytes": "10MB"}, says: "--max-bytes"},
		"a huge size":              {flags: map[string]string{"max_bytes": "9000000000GiB"}, says: "--max-bytes"},
		"no format":                {flags: map[string]string{"log_format": "xml"}, says: "--log-format"},
		"no truth":                 {env: map[string]string{"CUSTARD_AGENT_ALLOW_INSECURE": "perhaps"}, says: "CUSTARD_AGENT_ALLOW_INSECURE"},
		"a file that is not there": {env: map[string]string{"AGENT_TOKEN_FILE": "/nowhere/token"}, says: "AGENT_TOKEN_FILE cannot be read"},
		"no YAML":                  {file: "\tstatements", says: "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := AgentOptions{Flags: tt.flags, Getenv: environment(tt.env)}
			if tt.file != "" {
				o.File = write(t, "agent.yaml", tt.file)
			}
			_, err := LoadAgent(o)
			e := custard.AsError(err)
			if e == nil || e.Code != custard.CodeUsage || !strings.Contains(e.Message, tt.says) || e.Hint == "" {
				t.Fatalf("%v", err)
			}
			if strings.Contains(e.Message+e.Hint, "hunter2") {
				t.Errorf("a secret is in the message: %s %s", e.Message, e.Hint)
			}
		})
	}
}

func TestDatabaseFromParts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		d    Database
		want string
	}{
		{Database{Type: "postgres", Host: "db.internal", Port: "6543", Name: "shop", User: "re@der", Password: "p:w/d", SSLMode: "require"}, "postgres://re%40der:p%3Aw%2Fd@db.internal:6543/shop?sslmode=require"},
		{Database{Type: "postgres", Name: "shop"}, "postgres://localhost/shop"},
		{Database{Type: "postgres", Host: "::1", Port: "5432", Name: "shop"}, "postgres://[::1]:5432/shop"},
		{Database{Type: "sqlite", Name: "/data/shop.db"}, "sqlite:/data/shop.db"},
		{Database{URL: "sqlite:/data/a@b.db", Password: "x"}, "sqlite:/data/a@b.db"},
		{Database{URL: "postgres://me:own@db/shop", User: "other", Password: "x"}, "postgres://me:own@db/shop"},
		{Database{URL: "postgres://db/shop", User: "me"}, "postgres://me@db/shop"},
	} {
		if got, err := tt.d.DSN(); err != nil || got != tt.want {
			t.Errorf("%+v: %q, %v; want %q", tt.d, got, err, tt.want)
		}
	}
}

// Every setting has a name in the environment, and no secret has a flag or a place in a file.
func TestAgentSettings(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range AgentSettings() {
		if s.Key == "" || s.Env == "" || s.Help == "" || seen[s.Key] || seen[s.Env] {
			t.Errorf("%+v", s)
		}
		seen[s.Key], seen[s.Env] = true, true
		if secret := s.Key == "agent_token" || s.Key == "db_password"; secret != s.Secret {
			t.Errorf("%s: secret is %v", s.Key, s.Secret)
		}
	}
}
