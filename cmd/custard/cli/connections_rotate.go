package cli

import (
	"time"

	"github.com/spf13/cobra"
)

func newConnectionsRotate(a *app) *cobra.Command {
	var overlap string
	cmd := &cobra.Command{
		Use: "rotate-token NAME", Short: "Give the agents of a hosted connection a new token", Args: arguments(1, 1, "a name"),
		Long: "Prints a new token for the agents of a hosted connection. The old one is good for an hour yet, or as long as\n" +
			"--overlap says; with --overlap 0 it ends now, and agents that use it are cut off.",
		Example:           "  custard connections rotate-token orders\n  custard connections rotate-token orders --overlap 0",
		ValidArgsFunction: a.completeConnections,
	}
	cmd.Flags().StringVar(&overlap, "overlap", "1h", "how long the old token is good yet: a `duration`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		var good time.Duration
		if overlap != "0" {
			var err error
			if good, err = parseTimeout(overlap); err != nil {
				return usagef("Write it as 1h or 30m; 0 ends the old one now.", "--overlap %q is no duration", overlap)
			}
		}
		c, err := a.needServer()
		if err != nil {
			return err
		}
		t, err := c.RotateToken(ctx, args[0], good)
		if err != nil {
			return a.noHosted(ctx, c, args[0], err)
		}
		if good > 0 {
			a.note("The old token is good until " + t.ExpiresOld.Local().Format("2006-01-02 15:04") + ". The new one is shown this once:")
		} else {
			a.note("The old token has ended. The new one is shown this once:")
		}
		return a.print(t.AgentToken)
	}
	return cmd
}
