package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newKeysCreate(a *app) *cobra.Command {
	var out outputFlags
	var scopes []string
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Make a key, which is shown once", Args: arguments(1, 1, "a name"),
		Long:    "Makes an API key and prints it on standard output, once: the server keeps no copy.",
		Example: "  custard keys create ci\n  custard keys create reports --scope read\n  export CUSTARD_TOKEN=$(custard keys create ci)",
	}
	cmd.Flags().StringSliceVar(&scopes, "scope", []string{"ask", "read"}, "what it may be used for: `scopes` of ask, read, manage")
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
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
		key, secret, err := c.CreateAPIKey(ctx, args[0], scopes)
		if err != nil {
			return err
		}
		if secret == "" {
			return custard.Errorf(custard.CodeFailed, "the key %q was made, but lost on its way here", key.Name).
				WithHint("Revoke it and make another: custard keys revoke %s", key.ID)
		}
		if format == output.Table {
			a.note(a.paint("", fmt.Sprintf("The key %s may %s. It is shown this once:", key.Name, strings.Join(key.Scopes, ", "))))
			return a.print(secret)
		}
		l := newList(textField("id"), textField("name"), textField("scopes"), textField("key"))
		l.row(key.ID, key.Name, strings.Join(key.Scopes, " "), secret)
		return l.write(a, format)
	}
	return cmd
}
