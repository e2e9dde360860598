package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/store"
)

// openMigrator opens the database that the configuration names.
func (p *program) openMigrator(ctx context.Context) (*store.Migrator, error) {
	c, err := p.settings()
	if err != nil {
		return nil, err
	}
	return store.OpenMigrator(ctx, c.DatabaseURL)
}

// newMigrate returns the command "migrate". open opens the database that the configuration names, when a command runs.
func newMigrate(open func(ctx context.Context) (*store.Migrator, error)) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Change the database's tables to another version of this program",
		Long: `Change the database's tables to another version of this program.

Every command is all or nothing, and of many at once one works while the others wait. Make a backup first: taking a
migration back drops what it made. A server refuses to start on a database that a newer version has changed.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	with := func(f func(ctx context.Context, m *store.Migrator, out io.Writer) error) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, _ []string) error {
			m, err := open(cmd.Context())
			if err != nil {
				return err
			}
			return errors.Join(f(cmd.Context(), m, cmd.OutOrStdout()), m.Close())
		}
	}
	cmd.AddCommand(&cobra.Command{
		Use: "up", Short: "Apply every migration that is not applied yet", Args: noArguments,
		RunE: with(func(ctx context.Context, m *store.Migrator, out io.Writer) error {
			done, err := m.Up(ctx)
			if err != nil {
				return err
			}
			return report(out, "applied", done)
		}),
	})
	steps := 1
	down := &cobra.Command{
		Use: "down", Short: "Take the last migration back, and the data in the tables that it made", Args: noArguments,
		Example: "  custard-server migrate down\n  custard-server migrate down --steps 2",
		RunE: with(func(ctx context.Context, m *store.Migrator, out io.Writer) error {
			if steps < 1 {
				return custard.Errorf(custard.CodeUsage, "--steps must be at least 1")
			}
			done, err := m.Down(ctx, steps)
			if err != nil {
				return err
			}
			return report(out, "taken back", done)
		}),
	}
	down.Flags().IntVar(&steps, "steps", 1, "how many migrations to take back")
	cmd.AddCommand(down, &cobra.Command{
		Use: "status", Short: "List the migrations and when they were applied", Args: noArguments,
		RunE: with(func(ctx context.Context, m *store.Migrator, out io.Writer) error {
			list, err := m.Status(ctx)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
			for _, one := range list {
				when := "not applied"
				if !one.Applied.IsZero() {
					when = "applied " + one.Applied.UTC().Format(time.RFC3339)
				}
				if !one.Known {
					when += ", by a newer version of this program"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\n", one.Number, one.Name, when)
			}
			return w.Flush()
		}),
	})
	return cmd
}

// report says what was done.
func report(out io.Writer, what string, list []store.Migration) error {
	for _, one := range list {
		if _, err := fmt.Fprintf(out, "%s %s_%s\n", what, one.Number, one.Name); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "nothing to do")
		return err
	}
	return nil
}
