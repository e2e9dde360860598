package cli

import (
	"github.com/spf13/cobra"
)

func newOrgInvite(a *app) *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use: "invite EMAIL", Short: "Invite somebody by mail", Args: arguments(1, 1, "an e-mail address"),
		Example: "  custard org invite ada@example.com\n  custard org invite ada@example.com --role viewer",
	}
	cmd.Flags().StringVar(&role, "role", "member", "as what: a `role` of owner, admin, member, viewer")
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(roles(), cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		if err := validRole(role); err != nil {
			return err
		}
		c, err := a.needServer()
		if err != nil {
			return err
		}
		i, err := c.Invite(ctx, args[0], role)
		if err != nil {
			return err
		}
		a.note(a.paint("", "Invited "+i.Email+" as "+i.Role+". The link in the mail is good until "+i.Expires.Local().Format("2006-01-02 15:04")+"."))
		return nil
	}
	return cmd
}
