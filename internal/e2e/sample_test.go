package e2e

import (
	"net/url"
	"os"
	"strings"
	"testing"

	agent "github.com/custard-ai/custard/cmd/custard-agent/app"
	"github.com/custard-ai/custard/internal/pgtest"
)

// The sample database of the Compose file loads, and the role that its agent signs in with passes the agent's own check.
func TestSampleDatabaseOfTheComposeFile(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	script, err := os.ReadFile("../../deploy/sample/shop.sql")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	// Roles belong to the whole server, which tests share: this one gets a name of its own.
	name := strings.TrimPrefix(u.Path, "/")
	role := name + "_reader"
	sample := strings.ReplaceAll(strings.ReplaceAll(string(script), "custard_reader", role), "ON DATABASE shop", "ON DATABASE "+name)
	pgtest.Exec(t, dsn, sample)
	t.Cleanup(func() { pgtest.Exec(t, dsn, "DROP OWNED BY "+role, "DROP ROLE "+role) })

	u.User = url.UserPassword(role, "reader")
	var stdout, stderr strings.Builder
	env := map[string]string{"DB_URL": u.String()}
	code := agent.Run(t.Context(), "test", []string{"check"}, &stdout, &stderr, func(key string) string { return env[key] })
	if code != 0 || !strings.Contains(stdout.String(), "schema of 4 tables") || !strings.Contains(stdout.String(), "may only read") {
		t.Errorf("exit code %d\n%s%s", code, stdout.String(), stderr.String())
	}
}
