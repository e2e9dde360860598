package cli

import (
	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/output"
)

func newConnectionsShow(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "show [NAME]", Short: "Show a connection, its password left out", Args: arguments(0, 1, "a name"),
		Example: "  custard connections show prod", ValidArgsFunction: a.completeConnections,
	}
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		if format == output.Table {
			format = output.Vertical
		}
		name, err := a.connectionName(cmd.Context(), args)
		if err != nil {
			return err
		}
		c, err := a.store().Connection(cmd.Context(), name)
		if err != nil {
			return &chooseError{err: asDomain(err), usage: true}
		}
		l := newList(textField("name"), textField("dialect"), textField("database"), timeField("created"))
		l.row(c.Name, string(c.Dialect), maskDSN(c.DSN), c.Created.Format("2006-01-02 15:04:05Z07:00"))
		return l.write(a, format)
	}
	return cmd
}
