package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// newHelp makes `custard help`, which refuses what there is no page of; cobra's own would show the front page instead.
func newHelp(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND…]", Short: "Show the help of a command or topic", Args: arguments(0, -1, "a command"),
		Example: "  custard help ask\n  custard help connections add\n  custard help exit-codes",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			page, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []string
			for _, c := range page.Commands() {
				if (c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand()) && strings.HasPrefix(c.Name(), prefix) {
					names = append(names, c.Name()+"\t"+c.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			page, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return noSuchCommand(page, rest)
			}
			page.InitDefaultHelpFlag() // so that it is among the flags
			a.help(page, nil)
			return nil
		},
	}
}
