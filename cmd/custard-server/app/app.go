// Package app wires custard-server: flags, environment and a file in, a listening server out.
//
//	app.go     the commands; settings.go what they are told; migrate.go the database's schema
//	serve.go   the life of a server: listen, serve, drain
//	parts.go   what it is made of; mail.go, engines.go two of the parts
package app

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/custard-ai/custard/internal/custard"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

const long = `custard-server is the hosted side of Custard: accounts and organisations, the connections whose agents dial in, and
questions about their databases from any terminal.

With no configuration at all it keeps everything in SQLite in the data folder, makes a signing key of its own, and writes
mails into its log. With DATABASE_URL=postgres://… everything is in PostgreSQL, and several servers may share it, with
NATS_URL between them.

Settings come from flags, the environment and a YAML file (--config), in this order. Secrets come from the environment or
from files of their own: DATABASE_URL, RESEND_API_KEY, SMTP_URL, OPENAI_API_KEY, ANTHROPIC_API_KEY, each also with _FILE.

SIGTERM and SIGINT let what runs finish; a second one ends the process at once.

Exit codes: 0 stopped as told · 1 failed · 2 wrong configuration.`

const examples = `  custard-server
  HOST=127.0.0.1 PORT=9000 custard-server
  DATABASE_URL=postgres://custard@db/custard PUBLIC_URL=https://custard.example.com custard-server
  custard-server migrate status
  curl http://localhost:8080/status`

// program is one run.
type program struct {
	version        string
	stdout, stderr io.Writer
	getenv         func(string) string
	flags          *pflag.FlagSet
	config         string // the file
}

// Run runs the program and returns its exit code, which its help lists. It listens until ctx ends or the process is told to
// stop.
func Run(ctx context.Context, version string, args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the next signal ends the process
	p := &program{version: version, stdout: stdout, stderr: stderr, getenv: getenv}
	root := p.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	e := custard.AsError(err)
	message := e.Message
	if e.Code == custard.CodeUnreachable { // what stands behind it names the host, and no secret
		message = custard.Detail(e)
	}
	fmt.Fprintln(stderr, "custard-server:", message)
	if e.Hint != "" {
		fmt.Fprintln(stderr, e.Hint)
	}
	if e.Code == custard.CodeUsage {
		return exitUsage
	}
	return exitFailed
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use: "custard-server", Short: "The hosted side of Custard", Long: long, Example: examples,
		Args: noArguments, SilenceUsage: true, SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.serve(cmd.Context()) },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return custard.Errorf(custard.CodeUsage, "%s", err.Error()).WithHint("See `%s --help`.", cmd.CommandPath())
	})
	p.addFlags(root)
	root.AddCommand(newMigrate(p.openMigrator), newKeys(p.openAccounts), p.newHealth(), &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(p.stdout, "custard-server", p.version)
			return err
		},
	})
	return root
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return custard.Errorf(custard.CodeUsage, "%s does not know %q", cmd.CommandPath(), args[0]).WithHint("See `%s --help`.", cmd.CommandPath())
}
