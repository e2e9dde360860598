package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	agent "github.com/custard-ai/custard/cmd/custard-agent/app"
	server "github.com/custard-ai/custard/cmd/custard-server/app"
	"github.com/custard-ai/custard/cmd/custard/cli"
	"github.com/custard-ai/custard/internal/demo"
	"github.com/custard-ai/custard/internal/pgtest"
)

// today is what 'today' means in every script, so that the sample shop is the same in all of them.
const today = "2026-06-15"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"custard": func() {
			os.Exit(cli.Run(context.Background(), "test", os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
		},
		"custard-server": func() {
			os.Exit(server.Run(context.Background(), "test", os.Args[1:], os.Stdout, os.Stderr, os.Getenv))
		},
		"custard-agent": func() {
			os.Exit(agent.Run(context.Background(), "test", os.Args[1:], os.Stdout, os.Stderr, os.Getenv))
		},
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", Setup: setup(t), Cmds: commands(), Condition: condition,
		RequireExplicitExec: true, UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// TestPostgres has a database of its own for each script: $PG is its owner's URL, $READER that of a role that may read.
func TestPostgres(t *testing.T) {
	t.Parallel()
	pgtest.URL(t) // skips here, once, where there is no server
	testscript.Run(t, testscript.Params{
		Dir: "testdata/postgres", Cmds: commands(), Condition: condition, RequireExplicitExec: true, Setup: people(setup(t)),
	})
}

// people adds a PostgreSQL database of its own to a script's setup.
func people(base func(*testscript.Env) error) func(*testscript.Env) error {
	return func(env *testscript.Env) error {
		if err := base(env); err != nil {
			return err
		}
		tb, ok := env.T().(testing.TB)
		if !ok {
			return errors.New("the script's T is no testing.TB")
		}
		return peopleAt(env, tb, pgtest.URL(tb))
	}
}

// peopleAt makes the database of people where a URL says.
func peopleAt(env *testscript.Env, tb testing.TB, pg string) error {
	pgtest.Exec(tb, pg,
		"CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, born date, salary numeric(10,2))",
		"INSERT INTO people VALUES (1, 'Ada', '1815-12-10', 100.50), (2, 'Grace', '1906-12-09', NULL)",
		"CREATE TABLE numbers AS SELECT n FROM generate_series(1, 100000) n", // a join with itself takes minutes
		"COMMENT ON TABLE people IS 'who works here'")
	env.Setenv("PG", pg)
	env.Setenv("READER", pgtest.Role(tb, pg, "GRANT SELECT ON people, numbers TO {role}"))
	u, err := url.Parse(pg)
	if err != nil {
		return err
	}
	env.Setenv("PGHOSTPORT", u.Host)
	return nil
}

// shop makes the sample shop once for all scripts.
func shop(t *testing.T) func() (string, error) {
	dir := t.TempDir()
	return sync.OnceValues(func() (string, error) {
		day, err := time.ParseInLocation(time.DateOnly, today, time.Local)
		if err != nil {
			return "", err
		}
		return demo.Path(context.Background(), dir, day)
	})
}

func setup(t *testing.T) func(*testscript.Env) error {
	t.Helper()
	made := shop(t)
	return func(env *testscript.Env) error {
		path, err := made()
		if err != nil {
			return err
		}
		data := filepath.Join(env.WorkDir, "custard", "data")
		if err := os.MkdirAll(data, 0o700); err != nil {
			return err
		}
		if err := os.Link(path, filepath.Join(data, filepath.Base(path))); err != nil {
			return err
		}
		for name, value := range map[string]string{
			"CUSTARD_HOME": filepath.Join(env.WorkDir, "custard"), "CUSTARD_NOW": today, "SHOP": path,
			"HOME": filepath.Join(env.WorkDir, "home"), "LANG": "C.UTF-8", "TZ": "UTC",
		} {
			env.Setenv(name, value)
		}
		return os.MkdirAll(filepath.Join(env.WorkDir, "home"), 0o700)
	}
}

func condition(name string) (bool, error) {
	switch name {
	case "root":
		return os.Getuid() == 0, nil
	case "devfull":
		_, err := os.Stat("/dev/full")
		return err == nil && runtime.GOOS == "linux", nil
	case "pipefail":
		_, err := exec.LookPath("bash")
		return err == nil, nil
	}
	return false, fmt.Errorf("there is no condition %q", name)
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	all := processCommands()
	maps.Copy(all, databaseCommands())
	return all
}

func databaseCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		// exits CODE PROGRAM ARG…: the program ends with that code.
		"exits": func(ts *testscript.TestScript, _ bool, args []string) {
			if len(args) < 2 {
				ts.Fatalf("usage: exits CODE PROGRAM ARG…")
			}
			got := 0
			if err := ts.Exec(args[1], args[2:]...); err != nil {
				exit, ok := errors.AsType[*exec.ExitError](err)
				if !ok {
					ts.Fatalf("%v", err)
				}
				got = exit.ExitCode()
			}
			if strconv.Itoa(got) != args[0] {
				ts.Fatalf("exit code %d, want %s", got, args[0])
			}
		},
		// secret FILE…: only the owner may read them.
		"secret": func(ts *testscript.TestScript, _ bool, args []string) {
			for _, path := range args {
				info, err := os.Stat(ts.MkAbs(path))
				ts.Check(err)
				if mode := info.Mode().Perm(); mode&0o077 != 0 {
					ts.Fatalf("%s has rights %v", path, mode)
				}
			}
		},
		// lines N FILE: the file (or stdout) has so many lines.
		"lines": func(ts *testscript.TestScript, _ bool, args []string) {
			if got := strings.Count(ts.ReadFile(args[1]), "\n"); strconv.Itoa(got) != args[0] {
				ts.Fatalf("%s has %d lines, want %s", args[1], got, args[0])
			}
		},
		// running [!] TEXT: waits until the database runs (! no longer runs) a statement with the text.
		"running": running,
		// interrupt: sends an interrupt to what runs in the background.
		"interrupt": func(ts *testscript.TestScript, _ bool, _ []string) {
			for _, cmd := range ts.BackgroundCmds() {
				if cmd.Process != nil {
					ts.Check(cmd.Process.Signal(syscall.SIGINT))
				}
			}
		},
		// unfinished: no file of the data folder is a temporary one.
		"tidy": func(ts *testscript.TestScript, _ bool, args []string) {
			err := filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() && strings.Contains(d.Name(), ".tmp") {
					return fmt.Errorf("%s was left behind", path)
				}
				return err
			})
			ts.Check(err)
		},
	}
}
