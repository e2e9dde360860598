package app

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/custard-ai/custard/server/store"
)

func TestMigrateCommand(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "custard.db")
	run := func(args ...string) (string, error) {
		var out bytes.Buffer
		cmd := newMigrate(func(ctx context.Context) (*store.Migrator, error) { return store.OpenMigrator(ctx, url) })
		cmd.SetArgs(args)
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	for _, step := range []struct {
		args string
		want string // contained
		not  string // not contained
	}{
		{"status", "0001  accounts   not applied", "Z"},
		{"up", "applied 0001_accounts\napplied 0002_catalogue\n", "taken"},
		{"up", "nothing to do", "applied"},
		{"status", "0001  accounts   applied 20", "not applied"},
		{"down", "taken back 00", "0001"},
		{"status", "not applied", "0001  accounts   not"},
		{"up", "applied 00", "0001"},
		{"down --steps 100", "taken back 0001_accounts", "applied"},
		{"down", "nothing to do", "taken"},
	} {
		got, err := run(strings.Fields(step.args)...)
		if err != nil || !strings.Contains(got, step.want) || strings.Contains(got, step.not) {
			t.Fatalf("migrate %s: %v\n%s\nwant %q and not %q", step.args, err, got, step.want, step.not)
		}
	}
	if _, err := run("down", "--steps", "0"); err == nil {
		t.Error("no steps were taken back without an error")
	}
	if _, err := run("sideways"); err == nil {
		t.Error("migrate sideways passed")
	}
}

func TestMigrateFromTheProgram(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "custard.db")
	for _, step := range []struct {
		args string
		exit int
		out  string
	}{
		{"migrate status", exitOK, "0001  accounts   not applied"},
		{"migrate up", exitOK, "applied 0001_accounts"},
		{"migrate down --steps 0", exitUsage, "--steps must be at least 1"},
		{"migrate up twice", exitUsage, "does not know"},
		{"migrate --help", exitOK, "migrate [command]"},
	} {
		var out bytes.Buffer
		exit := Run(t.Context(), "test", strings.Fields(step.args), &out, &out, func(name string) string {
			return map[string]string{"DATABASE_URL": url}[name]
		})
		if exit != step.exit || !strings.Contains(out.String(), step.out) {
			t.Errorf("custard-server %s: exit %d\n%s", step.args, exit, out.String())
		}
	}
}
