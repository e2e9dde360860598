// Package app wires custard-agent: environment and flags in, checks of the database beside it out.
package app

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
)

// Exit codes, as the command line's.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitRefused     = 3
	exitUnreachable = 5
)

// Run runs the program and returns its exit code: 0 all well, 1 failed, 2 wrong configuration, 3 the database's role may
// do more than read, 5 the database is not reachable.
func Run(ctx context.Context, version string, args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{
		Use:   "custard-agent",
		Short: "Stands beside a database and keeps its credentials",
		Long: `custard-agent stands beside a customer's database and keeps its credentials.

This version checks the database that it would serve: is it reachable, may its role only read, what schema does it find.
Dialling a Custard server is not part of it yet.

The database comes from the environment: DB_URL, or DB_TYPE, DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD (or
DB_PASSWORD_FILE) and DB_SSLMODE.`,
		Example:       "  DB_URL=postgres://reader@db.internal/shop custard-agent check\n  DB_TYPE=sqlite DB_NAME=/data/shop.db custard-agent check",
		Args:          noArguments,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return custard.Errorf(custard.CodeUsage, "%s", err.Error()).WithHint("See `%s --help`.", cmd.CommandPath())
	})
	var timeout time.Duration
	var privileged bool
	check := &cobra.Command{
		Use:   "check",
		Short: "Check the database: reachable, role read-only, schema found",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			return checkDatabase(ctx, stdout, getenv, privileged)
		},
	}
	check.Flags().DurationVar(&timeout, "timeout", 30*time.Second, "how long the checks may take")
	check.Flags().BoolVar(&privileged, "allow-privileged", false, "accept a role that may do more than read")
	root.AddCommand(check, &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(stdout, "custard-agent", version)
			return err
		},
	})
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		e := custard.AsError(err)
		fmt.Fprintln(stderr, "custard-agent:", e.Message)
		if e.Hint != "" {
			fmt.Fprintln(stderr, e.Hint)
		}
		return exitCode(e)
	}
	return exitOK
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return custard.Errorf(custard.CodeUsage, "%s does not know %q", cmd.CommandPath(), args[0]).WithHint("See `%s --help`.", cmd.CommandPath())
}

func exitCode(e *custard.Error) int {
	switch e.Code {
	case custard.CodeUsage:
		return exitUsage
	case custard.CodePolicy, custard.CodeRefused:
		return exitRefused
	case custard.CodeUnreachable, custard.CodeUnauthenticated:
		return exitUnreachable
	}
	return exitFailed
}
