package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
)

func newConnectionsUse(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "use NAME", Short: "Choose the connection that is asked by default", Args: arguments(1, 1, "a name"),
		Example: "  custard connections use prod", ValidArgsFunction: a.completeConnections,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.config()
			if err != nil {
				return err
			}
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			t, err := a.connectionTarget(ctx, args[0])
			if err != nil {
				return err
			}
			if t.server != nil {
				err = a.useHosted(ctx, t.server, args[0])
			} else {
				err = a.useLocal(ctx, args[0])
			}
			if err != nil {
				return err
			}
			a.note("Questions now go to " + args[0] + ".")
			for _, key := range [...]string{"connection", "db"} {
				if from := cfg.From(key); from != "" {
					a.warn(from + " sets " + key + ", which wins over this choice")
				}
			}
			return nil
		},
	}
}

// useLocal makes a local connection the default, and no hosted one.
func (a *app) useLocal(ctx context.Context, name string) error {
	if err := a.store().UseConnection(ctx, name); err != nil {
		return &chooseError{err: asDomain(err), usage: asDomain(err).Code == custard.CodeNotFound}
	}
	c, err := a.signedIn()
	if err != nil || c == nil || a.apiKey() != "" {
		return err
	}
	if current, err := c.Current(ctx); err != nil || current == "" {
		return err
	}
	return c.UseConnection(ctx, "")
}

// useHosted makes a connection of the server the default, and no local one.
func (a *app) useHosted(ctx context.Context, c *client.Client, name string) error {
	if err := c.UseConnection(ctx, name); err != nil {
		return a.noHosted(ctx, c, name, err)
	}
	current, err := a.store().Current(ctx)
	if err != nil || current == "" {
		return err
	}
	return a.store().UseConnection(ctx, "")
}

// asDomain returns an error as the domain's.
func asDomain(err error) *custard.Error { return custard.AsError(err) }
