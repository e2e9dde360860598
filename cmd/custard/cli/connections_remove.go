package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
)

func newConnectionsRemove(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "remove NAME", Aliases: []string{"rm"}, Short: "Forget a connection; the database stays as it is", Args: arguments(1, 1, "a name"),
		Long:    "Forgets a connection. A hosted one is removed for the whole organisation, and its agents are cut off: that is\nasked first, or needs --yes.",
		Example: "  custard connections remove old\n  custard connections remove orders --yes", ValidArgsFunction: a.completeConnections,
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask first")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		if _, err := a.config(); err != nil {
			return err
		}
		t, err := a.connectionTarget(ctx, args[0])
		if err != nil {
			return err
		}
		if t.server != nil {
			return a.removeHosted(ctx, t, yes)
		}
		if err := a.store().RemoveConnection(ctx, args[0]); err != nil {
			return &chooseError{err: asDomain(err), usage: asDomain(err).Code == custard.CodeNotFound}
		}
		a.note("Removed " + args[0] + ".")
		return nil
	}
	return cmd
}

func (a *app) removeHosted(ctx context.Context, t target, yes bool) error {
	c, err := t.server.HostedConnection(ctx, t.label)
	if err != nil {
		return a.noHosted(ctx, t.server, t.label, err)
	}
	if !yes {
		if ok, err := a.yes(ctx, "Remove "+c.Name+" for everybody in the organisation, and cut its agents off?"); err != nil || !ok {
			return err
		}
	}
	if err := t.server.RemoveHosted(ctx, c.ID); err != nil {
		return err
	}
	if current, err := t.server.Current(ctx); err == nil && strings.EqualFold(current, c.Name) {
		if err := t.server.UseConnection(ctx, ""); err != nil {
			return err
		}
	}
	a.note(a.paint("", "Removed "+c.Name+"."))
	return nil
}
