package cli

import "github.com/spf13/cobra"

func newConnectionsRefresh(a *app) *cobra.Command {
	var c choice
	cmd := &cobra.Command{
		Use: "refresh [NAME]", Short: "Read the schema anew", Args: arguments(0, 1, "a name"),
		Long: "Reads the schema anew. Changes of tables and columns are noticed without it; this is for the rare one that is not.\n" +
			"Of a hosted connection, what has changed since the last look is listed.",
		Example: "  custard connections refresh prod", ValidArgsFunction: a.completeConnections,
	}
	c.flags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		t, err := a.named(ctx, c, args)
		if err != nil {
			return err
		}
		spin := a.spin("reading the schema")
		defer spin.stop()
		if t.server != nil {
			r, err := t.server.RefreshSchema(ctx, t.label)
			spin.stop()
			if err != nil {
				return a.noHosted(ctx, t.server, t.label, err)
			}
			a.note(a.paint("", t.label+": "+count(int64(r.Tables), "table")))
			for _, change := range r.Changes {
				a.note(a.paint(dim, "  "+change))
			}
			return nil
		}
		db, err := a.open(ctx, t)
		if err != nil {
			return err
		}
		defer db.source.Close() // it was only read
		schema, err := db.source.Schema(ctx, true)
		spin.stop()
		if err != nil {
			return err
		}
		a.note(t.label + ": " + count(int64(len(schema.Tables)), "table"))
		return nil
	}
	return cmd
}
