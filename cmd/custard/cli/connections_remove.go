package cli

import (
	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
)

func newConnectionsRemove(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME", Aliases: []string{"rm"}, Short: "Forget a connection; the database stays as it is", Args: arguments(1, 1, "a name"),
		Example: "  custard connections remove old", ValidArgsFunction: a.completeConnections,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.store().RemoveConnection(cmd.Context(), args[0]); err != nil {
				return &chooseError{err: asDomain(err), usage: asDomain(err).Code == custard.CodeNotFound}
			}
			a.note("Removed " + args[0] + ".")
			return nil
		},
	}
}
