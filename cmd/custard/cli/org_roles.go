package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

func newOrgRoles(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "roles", Short: "List the roles and what each may do", Args: arguments(0, 0, ""),
		Example: "  custard org roles",
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
		found, err := c.Roles(ctx)
		if err != nil {
			return err
		}
		l := newList(textField("role"), textField("description"), textField("may"))
		for _, r := range found {
			l.row(r.Name, r.Description, strings.Join(r.May, ", "))
		}
		return l.write(a, format)
	}
	return cmd
}
