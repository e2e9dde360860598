package cli

import (
	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/output"
)

func newOrgShow(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "show", Short: "Show the organisation and your role in it", Args: arguments(0, 0, ""),
		Example: "  custard org show\n  custard org show -o json",
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
		o, err := c.Overview(ctx)
		if err != nil {
			return err
		}
		if format == output.Table {
			format = output.Vertical
		}
		l := newList(textField("organisation"), textField("id"), textField("role"), intField("members"), intField("connections"))
		l.row(o.Organisation.Name, o.Organisation.ID, o.Role, o.Members, o.Connections)
		return l.write(a, format)
	}
	return cmd
}
