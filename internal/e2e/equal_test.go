package e2e

import (
	"bytes"
	"errors"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// said is what a run of the program shows.
type said struct {
	Out, Err string
	Code     int
}

// varies are what two runs of the same command may differ in: times, and the id of a new conversation.
func varies() *regexp.Regexp {
	return regexp.MustCompile(`"timings_ms": \{[^}]*\}|"conversation_id": "\w*"|\b\d+(\.\d+)? (ms|s)\b|conversation \w+`)
}

// TestEitherWayTheSameIsShown compares, byte for byte, what the program shows of a database in its own process with what it
// shows of the same one behind a server and an agent. Which engines there are is not compared: that is the server's matter.
func TestEitherWayTheSameIsShown(t *testing.T) {
	t.Parallel()
	questions := [][]string{
		{"ask", "how many customers are there?"},
		{"ask", "revenue by month this year"},
		{"ask", "top 5 products by revenue last month", "--chart", "bar"},
		{"ask", "how many orders per country", "--show-sql"},
		{"ask", "which customers never ordered?", "--limit", "3"},
		{"ask", "list all customers", "--limit", "2"},
		{"ask", "how many orders were there last month?", "--dry-run"},
		{"ask", "what is the meaning of life?"},
		{"ask", "delete all orders"},
		{"sql", "select * from orders order by id limit 3"},
		{"sql", "select null as nothing, '' as empty, 1.5 as half, x'00ff' as bytes, 'a\nb' as lines"},
		{"sql", "select id from orders where id < 0"},
		{"sql", "select id from orders where id < 0", "--fail-empty"},
		{"sql", "select 1 as n", "--expect", "n > 1"},
		{"sql", "select * from customers", "--limit", "1500"},
		{"sql", "drop table orders"},
		{"sql", "selec 1"},
		{"sql", "select * from no_such_table"},
		{"sql", "select no_such_column from orders"},
		{"sql", "select char(27) || '[31m' as escape"},
		{"schema"},
		{"schema", "orders", "customers"},
		{"schema", "order"},
	}
	runs := make([][]string, 0, 3*len(questions))
	for i, q := range questions {
		formats := []string{"table", "json"}
		if i%4 == 2 { // the formats are written by the same code either way: some questions go through all
			formats = []string{"table", "json", "ndjson", "csv", "tsv", "markdown", "vertical"}
		}
		for _, format := range formats {
			runs = append(runs, slices.Concat(q, []string{"-c", "shop", "-o", format}))
		}
	}
	all := map[string][]said{}
	for _, way := range []string{"process", "hosted"} {
		base := setup(t)
		testscript.Run(t, testscript.Params{
			Files: []string{"testdata/none.txtar"}, Cmds: commands(), Condition: condition,
			Setup: func(env *testscript.Env) error {
				if err := base(env); err != nil {
					return err
				}
				if way == "hosted" {
					if err := host(env, "shop", "sqlite", env.Getenv("SHOP")); err != nil {
						return err
					}
				} else if err := custard(env, "connections", "add", "shop", env.Getenv("SHOP")); err != nil {
					return err
				}
				for _, args := range runs {
					all[way] = append(all[way], say(env, args...))
				}
				return nil
			},
		})
	}
	t.Cleanup(func() {
		if len(all["hosted"]) != len(runs) || len(all["process"]) != len(runs) {
			t.Fatalf("%d and %d runs, want %d", len(all["process"]), len(all["hosted"]), len(runs))
		}
		for i, args := range runs {
			if diff := cmp.Diff(all["process"][i], all["hosted"][i]); diff != "" {
				t.Errorf("custard %s: in one process (-), hosted (+)\n%s", strings.Join(args, " "), diff)
			}
		}
	})
}

func say(env *testscript.Env, args ...string) said {
	cmd := exec.Command(find("custard", env.Getenv("PATH")), args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = env.WorkDir, vars(env), &out, &errs
	s := said{}
	if err := cmd.Run(); err != nil {
		s.Code = -1
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			s.Code = exit.ExitCode()
		} else {
			s.Err = strconv.Quote(err.Error())
			return s
		}
	}
	pattern := varies()
	s.Out, s.Err = pattern.ReplaceAllString(out.String(), "…"), pattern.ReplaceAllString(errs.String(), "…")
	return s
}
