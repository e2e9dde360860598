package e2e

import (
	"errors"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/custard-ai/custard/internal/pgtest"
)

type databaseKey struct{}

// TestFaults are stories of a server, an agent and a database that are killed, stopped and started again under somebody
// who asks. Each script begins with all three running and a hosted connection 'people'. The database is the script's own:
// `database kill` crashes it, `database start` starts it again.
func TestFaults(t *testing.T) {
	t.Parallel()
	pgtest.URL(t) // skips here, once, where there is no server
	base := setup(t)
	cmds := commands()
	cmds["database"] = func(ts *testscript.TestScript, _ bool, args []string) {
		own, ok := ts.Value(databaseKey{}).(*pgtest.Own)
		switch {
		case !ok || len(args) != 1:
			ts.Fatalf("usage: database kill|start")
		case args[0] == "kill":
			own.Kill()
		case args[0] == "start":
			own.Start()
		}
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/faults", Cmds: cmds, Condition: condition, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			if err := base(env); err != nil {
				return err
			}
			tb, ok := env.T().(testing.TB)
			if !ok {
				return errors.New("the script's T is no testing.TB")
			}
			own := pgtest.NewOwn(tb)
			own.Start()
			env.Values[databaseKey{}] = own
			if err := peopleAt(env, tb, own.URL()); err != nil {
				return err
			}
			return host(env, "people", "postgres", env.Getenv("READER"))
		},
	})
}
