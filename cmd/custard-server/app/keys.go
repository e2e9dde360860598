package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/store"
)

// openAccounts opens the accounts that the configuration names, for a command that sends no mail and no links.
func (p *program) openAccounts(ctx context.Context) (*auth.Service, io.Closer, error) {
	c, err := p.settings()
	if err != nil {
		return nil, nil, err
	}
	s, err := store.Open(ctx, c.DatabaseURL, store.Options{Migrate: c.Migrate})
	if err != nil {
		return nil, nil, err
	}
	a, err := auth.New(ctx, auth.Config{Store: s, Bucket: s, PublicURL: c.PublicURL})
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return a, s, nil
}

func oneKey(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return custard.Errorf(custard.CodeUsage, "%s takes the id of one key", cmd.CommandPath()).WithHint("`custard-server keys list` lists them.")
	}
	return nil
}

// newKeys returns the command "keys". open opens the accounts that the configuration names, when a command runs.
func newKeys(open func(ctx context.Context) (*auth.Service, io.Closer, error)) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Change the keys that sign access tokens",
		Long: `Change the keys that sign access tokens.

The newest key signs; every one that is listed verifies. A server that runs notices a change within a second.
To replace a key: "keys rotate", and a quarter of an hour later "keys remove" the old one. After a leak remove it
at once: clients get new access tokens with their refresh tokens, and nobody has to sign in again.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	with := func(f func(ctx context.Context, a *auth.Service, args []string, out io.Writer) error) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			a, db, err := open(cmd.Context())
			if err != nil {
				return err
			}
			return errors.Join(f(cmd.Context(), a, args, cmd.OutOrStdout()), db.Close())
		}
	}
	cmd.AddCommand(&cobra.Command{
		Use: "list", Short: "List the keys, the one that signs first", Args: noArguments,
		RunE: with(func(ctx context.Context, a *auth.Service, _ []string, out io.Writer) error {
			keys, err := a.SigningKeys(ctx)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
			for i, k := range keys {
				use := "verifies"
				if i == 0 {
					use = "signs"
				}
				fmt.Fprintf(w, "%s\t%s\tmade %s\n", k.ID, use, k.Created.UTC().Format(time.RFC3339))
			}
			return w.Flush()
		}),
	}, &cobra.Command{
		Use: "rotate", Short: "Make a key that signs from now on", Args: noArguments,
		RunE: with(func(ctx context.Context, a *auth.Service, _ []string, out io.Writer) error {
			if err := a.RotateSigningKey(ctx); err != nil {
				return err
			}
			keys, err := a.SigningKeys(ctx)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(out, "%s signs from now on; older keys verify until they are removed\n", keys[0].ID)
			return err
		}),
	}, &cobra.Command{
		Use: "remove ID", Short: "Remove a key: what it signed is refused from now on", Args: oneKey,
		RunE: with(func(ctx context.Context, a *auth.Service, args []string, out io.Writer) error {
			if err := a.RemoveSigningKey(ctx, args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(out, "%s is removed\n", args[0])
			return err
		}),
	})
	return cmd
}
