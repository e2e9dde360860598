package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/output"
)

func newWhoami(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "whoami", Short: "Show who is signed in, and where", Args: arguments(0, 0, ""),
		Long:    "Shows who the server takes you for: the account, the organisation and your role in it, or the API key.\nExit 4 where nobody is signed in.",
		Example: "  custard whoami\n  custard whoami -o json",
	}
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		c, err := a.needServer()
		if err != nil {
			return err
		}
		me, err := c.Me(ctx)
		if err != nil {
			return err
		}
		if format == output.Table {
			format = output.Vertical
		}
		by := "login"
		if me.Key != nil {
			by = "API key " + me.Key.Name + " (" + strings.Join(me.Key.Scopes, ", ") + ")"
		}
		var others []string
		for _, m := range me.Memberships {
			if m.Organisation.ID != me.Organisation.ID {
				others = append(others, m.Organisation.Name+" ("+m.Role+")")
			}
		}
		l := newList(textField("server"), textField("email"), textField("name"), textField("organisation"), textField("role"), textField("by"), textField("also_in"))
		l.row(c.Address(), me.User.Email, me.User.Name, me.Organisation.Name, me.Role, by, strings.Join(others, ", "))
		return l.write(a, format)
	}
	return cmd
}
