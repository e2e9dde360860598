package cli

import "github.com/spf13/cobra"

func newConfig(a *app) *cobra.Command {
	return group("config", "Read and change settings",
		"Reads and changes settings. See `custard help configuration` for where they come from.",
		"  custard config list\n  custard config set limit 500\n  custard config get limit",
		newConfigList(a), newConfigGet(a), newConfigSet(a), newConfigPath(a))
}
