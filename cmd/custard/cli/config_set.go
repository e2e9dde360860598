package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/config"
)

func newConfigSet(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "set SETTING VALUE", Short: "Write a setting into your own configuration file", Args: arguments(2, 2, "a setting and a value"),
		Long:    "Writes a setting into your own configuration file, or into one of its profiles\n(--profile). An empty value takes it out again.",
		Example: "  custard config set limit 500\n  custard config set timeout 5m --profile nightly\n  custard config set limit ''", ValidArgsFunction: completeSettings,
		RunE: func(_ *cobra.Command, args []string) error {
			o := a.configOptions()
			profile := o.Profile
			path, err := config.Set(o, profile, strings.ReplaceAll(args[0], "-", "_"), args[1])
			if err != nil {
				return err
			}
			a.note("Written to " + path)
			return nil
		},
	}
}
