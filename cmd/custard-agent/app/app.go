// Package app wires custard-agent: configuration in, a link to the server out.
package app

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
)

// Exit codes; those that the command line has too mean the same there.
const (
	exitOK          = 0 // stopped as told, or all checks passed
	exitFailed      = 1
	exitUsage       = 2 // flags, arguments, configuration
	exitRole        = 3 // the database's role may do more than read
	exitToken       = 4 // the server does not take the token
	exitUnreachable = 5 // server or database are not reachable
)

const long = `custard-agent stands beside a database, keeps its credentials, and dials out to a Custard server. It runs the
read-only statements that the server sends, after checking each again, and sends the rows back.

Settings come from flags, the environment and a YAML file (--config), in this order. Secrets come from the environment
or from files of their own: AGENT_TOKEN or AGENT_TOKEN_FILE, DB_PASSWORD or DB_PASSWORD_FILE, or in DB_URL.

Exit codes: 0 stopped as told, or all checks passed · 1 failed · 2 wrong configuration · 3 the database's role may do
more than read · 4 the server does not take the token · 5 server or database are not reachable.`

const examples = `  export BACKEND_WEBSOCKET_URI=https://custard.example.com CONNECTION_ID=… AGENT_TOKEN=cust_agent_…
  export DB_URL=postgres://reader@db.internal/shop DB_PASSWORD_FILE=/run/secrets/reader

  custard-agent check    # is everything there that it needs?
  custard-agent`

// program is one run.
type program struct {
	version        string
	stdout, stderr io.Writer
	getenv         func(string) string
	flags          *pflag.FlagSet
	config         string // the file
}

// Run runs the program and returns its exit code, which its help lists.
func Run(ctx context.Context, version string, args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	p := &program{version: version, stdout: stdout, stderr: stderr, getenv: getenv}
	root := p.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if failed, ok := err.(*failedError); ok { //nolint:errorlint // the report has said everything
		return failed.code
	}
	e := custard.AsError(err)
	fmt.Fprintln(stderr, "custard-agent:", e.Message)
	if e.Hint != "" {
		fmt.Fprintln(stderr, e.Hint)
	}
	return exitCode(e)
}

func (p *program) root() *cobra.Command {
	var once bool
	root := &cobra.Command{
		Use: "custard-agent", Short: "Stands beside a database and answers for it", Long: long, Example: examples,
		Args: noArguments, SilenceUsage: true, SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if once {
				return p.check(cmd.Context(), checkTime)
			}
			return p.serve(cmd.Context())
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return custard.Errorf(custard.CodeUsage, "%s", err.Error()).WithHint("See `%s --help`.", cmd.CommandPath())
	})
	root.Flags().BoolVar(&once, "once", false, "check everything once, as `custard-agent check`, and end")
	p.flags = root.PersistentFlags()
	p.flags.StringVar(&p.config, "config", "", "a YAML file of settings (CUSTARD_AGENT_CONFIG)")
	for _, s := range config.AgentSettings() {
		if s.Secret {
			continue
		}
		help := s.Help + " (" + s.Env + ")"
		if s.Bool {
			p.flags.Bool(s.Flag(), false, help)
		} else {
			p.flags.String(s.Flag(), s.Default, help)
		}
	}
	var timeout time.Duration
	check := &cobra.Command{
		Use: "check", Short: "Check configuration, server, token, database, role and schema", Args: noArguments,
		Long: `check tries everything once that the agent needs, says for each what to do where it fails, and ends with the exit code of
the first failure. An agent that runs meanwhile is not disturbed. Without the settings of a server it checks the database alone.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.check(cmd.Context(), timeout) },
	}
	check.Flags().DurationVar(&timeout, "timeout", checkTime, "how long the checks may take")
	var ready bool
	probe := &cobra.Command{
		Use: "health", Short: "Ask the agent that runs here how it is doing, for a container's probes", Args: noArguments,
		Long: `health asks the agent that runs on this machine with the same --health-address, and ends with 0 where it answers; with --ready,
where it is connected to its server and its database.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.health(cmd.Context(), ready) },
	}
	probe.Flags().BoolVar(&ready, "ready", false, "demand that server and database are connected")
	root.AddCommand(check, probe, &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(p.stdout, "custard-agent", p.version)
			return err
		},
	})
	return root
}

// settings reads the configuration.
func (p *program) settings() (*config.Agent, error) {
	flags := map[string]string{}
	for _, s := range config.AgentSettings() {
		if f := p.flags.Lookup(s.Flag()); f != nil && f.Changed {
			flags[s.Key] = f.Value.String()
		}
	}
	return config.LoadAgent(config.AgentOptions{File: p.config, Flags: flags, Getenv: p.getenv})
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return custard.Errorf(custard.CodeUsage, "%s does not know %q", cmd.CommandPath(), args[0]).WithHint("See `%s --help`.", cmd.CommandPath())
}

func exitCode(e *custard.Error) int {
	switch e.Code { //nolint:exhaustive // all others mean failed
	case custard.CodeUsage:
		return exitUsage
	case custard.CodePolicy, custard.CodeRefused:
		return exitRole
	case custard.CodeUnauthenticated, custard.CodeForbidden, custard.CodeNotFound:
		return exitToken
	case custard.CodeUnreachable, custard.CodeTimeout:
		return exitUnreachable
	}
	return exitFailed
}
