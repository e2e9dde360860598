package cli

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func newHistoryClear(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "clear", Short: "Forget everything that was asked", Args: arguments(0, 0, ""),
		Example: "  custard history clear --yes",
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask first")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if _, err := a.config(); err != nil {
			return err
		}
		if !yes {
			if !a.screen.in || !a.screen.err.Terminal() {
				return usagef("Say --yes.", "there is no terminal to ask on whether the history may go")
			}
			fmt.Fprint(a.stderr, "Forget everything that was asked? [y/N] ")
			line, _ := bufio.NewReader(a.stdin).ReadString('\n') // no line is no yes
			if !strings.EqualFold(strings.TrimSpace(line), "y") {
				a.note("Nothing was changed.")
				return nil
			}
		}
		return a.store().ClearHistory(cmd.Context())
	}
	return cmd
}
