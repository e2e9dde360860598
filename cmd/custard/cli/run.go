// Package cli is the command line: one cobra command a file, wired over the domain's services. Run is the whole program,
// so that tests drive it in their own process.
package cli

import (
	"context"
	"io"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

// Run runs the program with its arguments (without its name) and returns the exit code.
func Run(ctx context.Context, version string, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	a := newApp(version, stdin, stdout, stderr, getenv)
	defer a.close()
	root := newRoot(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = a.stdout.err
	}
	if err == nil {
		return int(exitOK)
	}
	if closedPipe(err) { // whoever read has seen enough
		return int(exitOK)
	}
	code := exitFor(err)
	a.json = a.json || wantsJSON(args)
	a.report(err)
	return int(code)
}

// report says what went wrong and what to do: on standard error, and on standard output as an object where JSON was asked for.
func (a *app) report(err error) {
	e := custard.AsError(err)
	a.log().Error("failed", "code", string(e.Code), "error", err)
	choices := choicesOf(err)
	a.printError(e, choices)
	if a.json && !a.answered {
		_ = output.WriteError(a.stdout, e, choices) // there is nowhere left to say that this failed
	}
}

// wantsJSON finds the wish for JSON among arguments that could not be parsed.
func wantsJSON(args []string) bool {
	for i, arg := range args {
		switch arg {
		case "--":
			return false
		case "--json", "-ojson", "-o=json", "--output=json":
			return true
		case "-o", "--output":
			if i+1 < len(args) && args[i+1] == "json" {
				return true
			}
		}
	}
	return false
}
