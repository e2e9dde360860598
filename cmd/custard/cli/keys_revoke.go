package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
)

func newKeysRevoke(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "revoke NAME|ID", Aliases: []string{"rm", "remove"}, Short: "End a key at once", Args: arguments(1, 1, "the key's name or id"),
		Example: "  custard keys revoke ci",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			c, err := a.needServer()
			if err != nil {
				return err
			}
			key, err := findKey(ctx, c, args[0])
			if err != nil {
				return err
			}
			if err := c.RevokeAPIKey(ctx, key.ID); err != nil {
				return err
			}
			a.note(a.paint("", "Revoked "+key.Name+"."))
			return nil
		},
	}
}

// findKey returns the key of an id or, where that is clear, of a name.
func findKey(ctx context.Context, c *client.Client, name string) (client.APIKey, error) {
	keys, err := c.APIKeys(ctx)
	if err != nil {
		return client.APIKey{}, err
	}
	var found []client.APIKey
	for _, k := range keys {
		if k.ID == name {
			return k, nil
		}
		if strings.EqualFold(k.Name, name) {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 0:
		return client.APIKey{}, custard.Errorf(custard.CodeNotFound, "there is no key %q", name).WithHint("See `custard keys list`.")
	case 1:
		return found[0], nil
	}
	return client.APIKey{}, usagef("Say its id: custard keys list", "there are %d keys of the name %q", len(found), name)
}
