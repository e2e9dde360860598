package cli

import "github.com/spf13/cobra"

func newHistoryClear(a *app) *cobra.Command {
	var yes bool
	var where whereFlags
	cmd := &cobra.Command{
		Use: "clear", Short: "Forget everything that was asked", Args: arguments(0, 0, ""),
		Example: "  custard history clear --yes",
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask first")
	where.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		catalog, server, err := a.history(ctx, where)
		if err != nil {
			return err
		}
		if !yes {
			question := "Forget everything that was asked?"
			if server != nil {
				question = "Forget everything that you asked of " + server.Address() + "?"
			}
			if ok, err := a.yes(ctx, question); err != nil || !ok {
				return err
			}
		}
		return catalog.ClearHistory(ctx)
	}
	return cmd
}
