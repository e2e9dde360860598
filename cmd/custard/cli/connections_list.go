package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/output"
)

func newConnectionsList(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List the connections", Args: arguments(0, 0, ""),
		Example: "  custard connections list\n  custard conn list -o json",
	}
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		store := a.store()
		connections, err := store.Connections(cmd.Context())
		if err != nil {
			return err
		}
		current, err := store.Current(cmd.Context())
		if err != nil {
			return err
		}
		if len(connections) == 0 {
			a.note("There are no connections yet. Add one: custard connections add NAME DSN|FILE")
			if format == output.Table {
				return nil
			}
		}
		l := newList(textField("name"), textField("dialect"), textField("database"), boolField("in_use"))
		for _, c := range connections {
			l.row(c.Name, string(c.Dialect), maskDSN(c.DSN), strings.EqualFold(c.Name, current) || (current == "" && len(connections) == 1))
		}
		return l.write(a, format)
	}
	return cmd
}
