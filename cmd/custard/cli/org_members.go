package cli

import (
	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
)

func newOrgMembers(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "members", Short: "List who is in the organisation, and who was invited", Args: arguments(0, 0, ""),
		Example: "  custard org members\n  custard org members -o csv",
	}
	out.flags(cmd, true)
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
		members, err := c.Members(ctx)
		if err != nil {
			return err
		}
		invited, err := c.Invitations(ctx)
		if err != nil && custard.AsError(err).Code != custard.CodeForbidden { // admins alone see them
			return err
		}
		l := newList(textField("email"), textField("name"), textField("role"), textField("state"), timeField("since"))
		for _, m := range members {
			l.row(m.Email, m.Name, m.Role, "member", shownTime(m.Joined))
		}
		for _, i := range invited {
			l.row(i.Email, orDash(""), i.Role, "invited", shownTime(i.Created))
		}
		return l.write(a, format)
	}
	return cmd
}
