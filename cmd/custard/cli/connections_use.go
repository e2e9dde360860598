package cli

import (
	"context"

	"github.com/spf13/cobra"

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
			if err := a.store().UseConnection(cmd.Context(), args[0]); err != nil {
				return &chooseError{err: asDomain(err), usage: asDomain(err).Code == custard.CodeNotFound}
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

// asDomain returns an error as the domain's.
func asDomain(err error) *custard.Error { return custard.AsError(err) }

// connectionName returns the argument, else the connection that would be asked.
func (a *app) connectionName(ctx context.Context, args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	t, err := a.target(ctx, choice{})
	if err != nil {
		return "", err
	}
	return t.label, nil
}
