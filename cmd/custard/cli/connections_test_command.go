package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
)

func newConnectionsTest(a *app) *cobra.Command {
	var c choice
	var wait string
	cmd := &cobra.Command{
		Use: "test [NAME]", Short: "See whether a connection works, and what its role may do", Args: arguments(0, 1, "a name"),
		Long:    "Opens a connection, reads its schema, and looks at what its role may do beyond reading. Of a hosted one\nit also says whether its agent is there; --wait gives it time to come.\nExit 5 where it cannot be reached, 4 where the login is refused.",
		Example: "  custard connections test prod\n  custard connections test --db postgres://me@localhost/shop", ValidArgsFunction: a.completeConnections,
	}
	c.flags(a, cmd)
	cmd.Flags().StringVar(&wait, "wait", "", "hosted: keep trying for this `duration`, until the agent is there and has its database")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		t, err := a.named(ctx, c, args)
		if err != nil {
			return err
		}
		if t.server != nil {
			return a.testHosted(ctx, t, wait)
		}
		spin := a.spin("connecting")
		defer spin.stop()
		started := a.clock()
		db, err := a.open(ctx, t)
		if err != nil {
			return err
		}
		defer db.source.Close() // it was only read
		schema, err := db.source.Schema(ctx, true)
		if err != nil {
			return err
		}
		spin.stop()
		ms := float64(a.clock().Sub(started).Microseconds()) / 1000
		if _, err := fmt.Fprintf(a.stdout, "ok: %s, %s, %s\n", db.driver.Dialect(), count(int64(len(schema.Tables)), "table"), milliseconds(ms)); err != nil {
			return err
		}
		a.privileges(ctx, db)
		return nil
	}
	return cmd
}

// testHosted has the server look at a connection: its agent, its database, what the role may do.
func (a *app) testHosted(ctx context.Context, t target, wait string) error {
	var until time.Time
	if wait != "" {
		patience, err := parseTimeout(wait)
		if err != nil {
			return err
		}
		until = a.clock().Add(patience)
		if err := a.online(ctx, t.server, t.label, patience); err != nil {
			return a.noHosted(ctx, t.server, t.label, err)
		}
	}
	spin := a.spin("testing")
	defer spin.stop()
	started := a.clock()
	checks, err := a.passed(ctx, t, until)
	if err != nil {
		return a.noHosted(ctx, t.server, t.label, err)
	}
	schema, err := t.server.Schema(ctx, t.label, false)
	spin.stop()
	if err != nil {
		return err
	}
	ms := float64(a.clock().Sub(started).Microseconds()) / 1000
	if _, err := fmt.Fprintf(a.stdout, "ok: %s, %s, %s\n", schema.Dialect, count(int64(len(schema.Tables)), "table"), milliseconds(ms)); err != nil {
		return err
	}
	for _, c := range checks {
		if a.verbose() {
			a.note(a.paint(dim, c.Name+": "+c.Detail))
		}
		if c.OK && c.Hint != "" {
			a.warn(c.Name + ": " + c.Detail + ". " + c.Hint)
		}
	}
	return nil
}

// passed returns the checks of a connection, once all of them hold. It tries until a time; one in the past is for a single try.
func (a *app) passed(ctx context.Context, t target, until time.Time) ([]client.Check, error) {
	for {
		checks, err := t.server.Test(ctx, t.label)
		if err == nil {
			err = failedCheck(checks)
		}
		if err == nil || a.clock().After(until) || custard.AsError(err).Code != custard.CodeUnreachable {
			return checks, err
		}
		next := time.NewTimer(agentPoll / 4)
		select {
		case <-next.C:
		case <-ctx.Done():
			next.Stop()
			return nil, custard.AsError(ctx.Err())
		}
	}
}

// failedCheck returns the error of the first check that failed.
func failedCheck(checks []client.Check) error {
	for _, c := range checks {
		if !c.OK {
			return custard.Errorf(custard.CodeUnreachable, "%s: %s", c.Name, c.Detail).WithHint("%s", c.Hint)
		}
	}
	return nil
}

// named returns the connection of an argument, or the one that flags and configuration choose.
func (a *app) named(ctx context.Context, c choice, args []string) (target, error) {
	if len(args) == 0 {
		return a.target(ctx, c)
	}
	if c != (choice{}) {
		return target{}, usagef("Leave one of them out.", "both a name and a flag choose the database")
	}
	if _, err := a.config(); err != nil {
		return target{}, err
	}
	return a.connectionTarget(ctx, args[0])
}

// privileges warns about what the role may do beyond reading, with the statements that make a proper role.
func (a *app) privileges(ctx context.Context, db *database) {
	p, err := db.conn.Privileges(ctx)
	if err != nil {
		a.warn("what the role may do could not be read: " + custard.AsError(err).Message)
		return
	}
	if len(p.Excess) == 0 {
		return
	}
	a.warn(fmt.Sprintf("the role %s %s. Custard only reads, but a role that may only read is safer.", p.Role, strings.Join(p.Excess, ", ")))
	if p.ProperBy != "" {
		a.note("These statements make one:\n")
		a.note(a.paint(dim, strings.TrimRight(p.ProperBy, "\n")))
	}
}
