package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
)

func newOrgRemove(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "remove EMAIL", Aliases: []string{"rm"}, Short: "Take a member out, or an invitation back", Args: arguments(1, 1, "an e-mail address"),
		Long:    "Takes a member out of the organisation: logins and API keys of the member end at once.\nFor somebody who was only invited, takes the invitation back.",
		Example: "  custard org remove ada@example.com",
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask first")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		c, err := a.needServer()
		if err != nil {
			return err
		}
		m, err := findMember(ctx, c, args[0])
		if err != nil {
			return err
		}
		if m == nil {
			return a.removeInvitation(ctx, c, args[0])
		}
		if !yes {
			if ok, err := a.yes(ctx, "Take "+m.Email+" out of the organisation?"); err != nil || !ok {
				return err
			}
		}
		if err := c.RemoveMember(ctx, m.ID); err != nil {
			return err
		}
		a.note(a.paint("", "Removed "+m.Email+"."))
		return nil
	}
	return cmd
}

func (a *app) removeInvitation(ctx context.Context, c *client.Client, email string) error {
	invited, err := c.Invitations(ctx)
	if err != nil && custard.AsError(err).Code != custard.CodeForbidden {
		return err
	}
	for _, i := range invited {
		if strings.EqualFold(i.Email, email) {
			if err := c.RemoveInvitation(ctx, i.ID); err != nil {
				return err
			}
			a.note(a.paint("", "Took the invitation of "+i.Email+" back."))
			return nil
		}
	}
	return noMember(email)
}
