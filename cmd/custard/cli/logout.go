package cli

import (
	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
)

func newLogout(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "logout", Short: "Sign out, here and at the server", Args: arguments(0, 0, ""),
		Long:    "Ends the login at the server and forgets it here. Other machines stay signed in.",
		Example: "  custard logout",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			c, err := a.loginClient()
			if err != nil {
				return err
			}
			was, err := c.Logout(ctx)
			switch {
			case !was && err == nil:
				a.note("You are not signed in to " + c.Address() + ".")
				return nil
			case err != nil && was:
				e := custard.AsError(err)
				a.warn("the login is forgotten here, but the server was not told: " + e.Message)
				return e
			case err != nil:
				return err
			}
			a.note("Signed out of " + c.Address() + ".")
			return nil
		},
	}
}
