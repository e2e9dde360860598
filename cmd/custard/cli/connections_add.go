package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/internal/custard"
)

func newConnectionsAdd(a *app) *cobra.Command {
	var use, noCheck bool
	var h hostedFlags
	cmd := &cobra.Command{
		Use:   "add NAME [DSN|FILE]",
		Short: "Keep a connection",
		Long: `Keeps a database under a name, after trying to open it. With '-' the DSN is read from standard input, so that
it stands in no shell history. Better: leave the password out, and let PGPASSWORD or ~/.pgpass say it.

With --hosted the connection is the server's: a command that starts its agent is printed, with a token that is shown
this once. Run it where the database can be reached. On a terminal custard waits until the agent is there.`,
		Example: `  custard connections add shop data/shop.db
  custard connections add prod postgres://reader@db.example/shop --use
  pass show db/prod | custard connections add prod -
  custard connections add orders --hosted --dialect postgres`,
		Args: arguments(1, 2, "a name and a DSN or file"),
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&use, "use", false, "make it the one that is asked by default")
	cmd.Flags().BoolVar(&noCheck, "no-check", false, "keep it without opening it")
	h.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if _, err := a.config(); err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		if h.wanted(cmd) {
			return a.addHosted(ctx, &h, args, use)
		}
		if len(args) < 2 {
			return usagef("For a database behind the server: custard connections add "+args[0]+" --hosted --dialect postgres",
				"%s needs a name and a DSN or file", cmd.CommandPath())
		}
		dsn := args[1]
		if dsn == "-" {
			var err error
			if dsn, err = a.input([]string{"-"}, "", "DSN"); err != nil {
				return err
			}
		}
		c, err := a.newConnection(ctx, args[0], dsn, noCheck)
		if err != nil {
			return err
		}
		store := a.store()
		if _, err := store.AddConnection(ctx, c); err != nil {
			return err
		}
		a.note("Added " + c.Name + ": " + maskDSN(c.DSN))
		if use {
			return a.useLocal(ctx, c.Name)
		}
		return nil
	}
	return cmd
}

// newConnection makes a connection of a DSN, opening it to see that it works.
func (a *app) newConnection(ctx context.Context, name, dsn string, noCheck bool) (custard.Connection, error) {
	t := fileTarget(dsn)
	c := custard.Connection{Name: name, DSN: t.dsn, Created: a.clock().UTC()}
	for _, d := range all.Drivers() {
		if d.Accepts(t.dsn) {
			c.Dialect = d.Dialect()
			break
		}
	}
	if noCheck && c.Dialect != "" {
		return c, nil
	}
	spin := a.spin("connecting")
	db, err := a.open(ctx, t)
	spin.stop()
	if err != nil {
		e := custard.AsError(err)
		if c.Dialect != "" {
			e = e.WithHint("%s", strings.TrimSpace(e.Hint+"\n--no-check keeps it without opening it."))
		}
		return c, e
	}
	a.privileges(ctx, db)
	return c, db.close()
}
