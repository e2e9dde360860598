package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/config"
)

func newConfigGet(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "get SETTING", Short: "Print a setting's value", Args: arguments(1, 1, "a setting"), Example: "  custard config get limit",
		ValidArgsFunction: completeSettings,
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := a.config()
			if err != nil {
				return err
			}
			value, _, ok := cfg.Get(args[0])
			if !ok {
				return config.Unknown(args[0])
			}
			_, err = fmt.Fprintln(a.stdout, shownSetting(args[0], value))
			return err
		},
	}
}
