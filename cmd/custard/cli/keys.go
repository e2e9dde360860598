package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newKeys(a *app) *cobra.Command {
	return group("keys", "API keys for scripts and CI",
		`Makes, lists and revokes API keys. A key acts for whoever made it, within its scopes: ask (questions and statements),
read (connections, schemas, history), manage (connections, members, keys). CUSTARD_TOKEN holds it.`,
		`  custard keys create ci
  CUSTARD_TOKEN=cust_key_… custard ask -c prod "orders without a customer" --expect 'rows = 0'
  custard keys revoke ci`,
		newKeysCreate(a), newKeysList(a), newKeysRevoke(a))
}

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
			_, err = fmt.Fprintln(a.stdout, secret)
			return err
		}
		l := newList(textField("id"), textField("name"), textField("scopes"), textField("key"))
		l.row(key.ID, key.Name, strings.Join(key.Scopes, " "), secret)
		return l.write(a, format)
	}
	return cmd
}

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
