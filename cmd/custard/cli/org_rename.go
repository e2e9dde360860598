package cli

import (
	"github.com/spf13/cobra"
)

func newOrgRename(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "rename NAME", Short: "Give the organisation another name", Args: arguments(1, 1, "a name"),
		Example: "  custard org rename \"Acme Inc\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			c, err := a.needServer()
			if err != nil {
				return err
			}
			if err := c.RenameOrganisation(ctx, args[0]); err != nil {
				return err
			}
			a.note(a.paint("", "The organisation is called "+args[0]+" now."))
			return nil
		},
	}
}
