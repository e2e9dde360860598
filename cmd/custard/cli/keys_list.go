package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/output"
)

func newKeysList(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List the keys", Args: arguments(0, 0, ""),
		Example: "  custard keys list\n  custard keys list -o json",
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
		keys, err := c.APIKeys(ctx)
		if err != nil {
			return err
		}
		if len(keys) == 0 && format == output.Table {
			a.note("There are no keys yet. Make one: custard keys create NAME")
			return nil
		}
		l := newList(textField("id"), textField("name"), textField("begins_with"), textField("scopes"), timeField("created"), timeField("last_used"))
		for _, k := range keys {
			l.row(k.ID, k.Name, k.Prefix, strings.Join(k.Scopes, " "), shownTime(k.Created), shownTime(k.Used))
		}
		return l.write(a, format)
	}
	return cmd
}
