package cli

import (
	"github.com/spf13/cobra"
)

func newOrgRole(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "role EMAIL ROLE", Short: "Give a member another role", Args: arguments(2, 2, "an e-mail address and a role"),
		Example: "  custard org role ada@example.com admin",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			if err := validRole(args[1]); err != nil {
				return err
			}
			c, err := a.needServer()
			if err != nil {
				return err
			}
			m, err := findMember(ctx, c, args[0])
			if err != nil {
				return err
			}
			if m == nil {
				return noMember(args[0])
			}
			if err := c.SetRole(ctx, m.ID, args[1]); err != nil {
				return err
			}
			a.note(a.paint("", m.Email+" is "+args[1]+" now."))
			return nil
		},
	}
}
