package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/config"
)

func newConfigPath(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "path", Short: "Print where your own configuration file lies", Args: arguments(0, 0, ""), Example: "  $EDITOR \"$(custard config path)\"",
		RunE: func(*cobra.Command, []string) error {
			path := config.UserFile(a.configOptions())
			if path == "" {
				return usagef("Set HOME, XDG_CONFIG_HOME or CUSTARD_HOME.", "there is no folder for a configuration file")
			}
			_, err := fmt.Fprintln(a.stdout, path)
			return err
		},
	}
}
