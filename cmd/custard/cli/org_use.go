package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

func newOrgUse(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "use NAME|ID", Short: "Change to another organisation of yours", Args: arguments(1, 1, "an organisation"),
		Long:    "Changes the login to another organisation that you are in; 'custard whoami' lists them.",
		Example: "  custard org use Acme",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			c, err := a.needServer()
			if err != nil {
				return err
			}
			me, err := c.Me(ctx)
			if err != nil {
				return err
			}
			var names []string
			for _, m := range me.Memberships {
				names = append(names, m.Organisation.Name)
				if m.Organisation.ID != args[0] && !strings.EqualFold(m.Organisation.Name, args[0]) {
					continue
				}
				login, err := c.SwitchOrganisation(ctx, m.Organisation.ID)
				if err != nil {
					return err
				}
				a.note(a.paint("", "You are in "+login.Organisation.Name+" as "+login.Role+" now."))
				return nil
			}
			return usagef("You are in: "+strings.Join(names, ", ")+".", "you are in no organisation %q", args[0])
		},
	}
}
