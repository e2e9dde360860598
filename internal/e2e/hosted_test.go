package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/custard-ai/custard/internal/pgtest"
)

// exported are the variables of a script that the programs it starts see.
var exported = []string{
	"PATH", "HOME", "TMPDIR", "LANG", "TZ", "CUSTARD_HOME", "CUSTARD_NOW", "HOST", "PORT", "PUBLIC_URL", "DATABASE_URL", "DATA_DIR",
	"BACKEND_WEBSOCKET_URI", "CONNECTION_ID", "AGENT_TOKEN", "DB_URL", "ALLOW_PRIVILEGED", "NATS_URL",
}

// programs builds the three programs, once for all tests.
var programs = sync.OnceValues(func() (string, error) { //nolint:gochecknoglobals // one build for all tests of a binary
	dir, err := os.MkdirTemp("", "custard-programs-")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-o", dir, "../../cmd/custard", "../../cmd/custard-server", "../../cmd/custard-agent")
	if out, err := cmd.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return dir, nil
})

// withServer gives a script what a server needs: it listens at a port that is free, and says which.
func withServer(env *testscript.Env) {
	withProcesses(env)
	for name, value := range map[string]string{"EXPORTED": strings.Join(exported, " "), "HOST": "127.0.0.1", "PORT": "0"} {
		env.Setenv(name, value)
	}
}

// listening is what a server writes when it takes requests.
func listening() *regexp.Regexp { return regexp.MustCompile(`listening.* url=(http://\S+)`) }

// TestHosted are stories of the three programs, as built, with a real PostgreSQL: from a clean folder to an answer.
func TestHosted(t *testing.T) {
	t.Parallel()
	pgtest.URL(t) // skips here, once, where there is no server
	built, err := programs()
	t.Cleanup(func() { _ = os.RemoveAll(built) })
	if err != nil {
		t.Fatal(err)
	}
	base := people(setup(t))
	testscript.Run(t, testscript.Params{
		Dir: "testdata/hosted", Cmds: commands(), Condition: condition, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			if err := base(env); err != nil {
				return err
			}
			tb, _ := env.T().(testing.TB)
			env.Setenv("SERVER_DATABASE", pgtest.URL(tb))
			env.Setenv("PATH", built+string(filepath.ListSeparator)+env.Getenv("PATH"))
			withServer(env)
			return nil
		},
	})
}

// TestBothWays runs the same scripts against a database in the program's own process and against one behind a server and
// an agent: who asks cannot tell the two apart.
func TestBothWays(t *testing.T) {
	t.Parallel()
	for _, suite := range []struct {
		dir, connection, dialect, database string
		base                               func(*testscript.Env) error
	}{
		{"testdata/both", "shop", "sqlite", "SHOP", setup(t)},
		{"testdata/people", "people", "postgres", "READER", people(setup(t))},
	} {
		if suite.dialect == "postgres" {
			pgtest.URL(t) // skips here where there is no server
		}
		for _, way := range []struct {
			name  string
			setup func(*testscript.Env) error
		}{
			{"process", func(env *testscript.Env) error {
				return custard(env, "connections", "add", suite.connection, env.Getenv(suite.database))
			}},
			{"hosted", func(env *testscript.Env) error {
				return host(env, suite.connection, suite.dialect, env.Getenv(suite.database))
			}},
		} {
			t.Run(suite.connection+"/"+way.name, func(t *testing.T) {
				t.Parallel()
				testscript.Run(t, testscript.Params{
					Dir: suite.dir, Cmds: commands(), Condition: condition, RequireExplicitExec: true,
					Setup: func(env *testscript.Env) error {
						if err := suite.base(env); err != nil {
							return err
						}
						env.Setenv("WAY", way.name)
						return way.setup(env)
					},
				})
			})
		}
	}
}

// host starts a server and an agent for a database, signs somebody up and in, and leaves a hosted connection of that name.
func host(env *testscript.Env, connection, dialect, database string) error {
	withServer(env)
	all, _ := env.Values[processesKey{}].(processes)
	server, err := startProcess(env.WorkDir, filepath.Join(env.WorkDir, "server.log"), vars(env), "custard-server")
	if err != nil {
		return err
	}
	all["server"] = server
	said, err := server.await(listening())
	if err != nil {
		return err
	}
	url := said[1]
	env.Setenv("SERVER", url)
	env.Setenv("BACKEND_WEBSOCKET_URI", url)
	env.Setenv("PORT", url[strings.LastIndexByte(url, ':')+1:]) // where a script that starts it again wants it
	const password = "correct horse battery"
	who := []string{"--server", url, "--email", "ada@example.com", "--password-stdin"}
	if err := typed(env, password, append([]string{"signup", "--name", "Ada", "--organisation", "Acme"}, who...)...); err != nil {
		return err
	}
	link, err := server.await(regexp.MustCompile(regexp.QuoteMeta(url) + `/verify\?\S+`))
	if err != nil {
		return err
	}
	if _, err := browse(link[0], nil); err != nil {
		return err
	}
	if err := typed(env, password, append([]string{"login"}, who...)...); err != nil {
		return err
	}
	out, err := output(env, "connections", "add", connection, "--hosted", "--dialect", dialect, "--json")
	if err != nil {
		return err
	}
	var added struct {
		Connection struct {
			ID string `json:"id"`
		} `json:"connection"`
		Token string `json:"agent_token"`
	}
	if err := json.Unmarshal([]byte(out), &added); err != nil {
		return err
	}
	env.Setenv("CONNECTION_ID", added.Connection.ID)
	env.Setenv("AGENT_TOKEN", added.Token)
	env.Setenv("DB_URL", database)
	agent, err := startProcess(env.WorkDir, filepath.Join(env.WorkDir, "agent.log"), vars(env), "custard-agent")
	if err != nil {
		return err
	}
	all["agent"] = agent
	if err := custard(env, "connections", "test", connection, "--wait", patience.String()); err != nil {
		said, _ := os.ReadFile(agent.log)
		return fmt.Errorf("%w\nthe agent says:\n%s", err, said)
	}
	return nil
}

// vars are the variables of a script that programs see.
func vars(env *testscript.Env) []string {
	return slices.DeleteFunc(slices.Clone(env.Vars), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return !slices.Contains(exported, name)
	})
}

func custard(env *testscript.Env, args ...string) error {
	_, err := output(env, args...)
	return err
}

func output(env *testscript.Env, args ...string) (string, error) { return run(env, "", args...) }

func typed(env *testscript.Env, line string, args ...string) error {
	_, err := run(env, line+"\n", args...)
	return err
}

func run(env *testscript.Env, stdin string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, find("custard", env.Getenv("PATH")), args...)
	cmd.Dir, cmd.Env, cmd.Stdin = env.WorkDir, vars(env), strings.NewReader(stdin)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("custard %s: %w\n%s", strings.Join(args, " "), err, exit.Stderr)
	}
	return string(out), err
}
