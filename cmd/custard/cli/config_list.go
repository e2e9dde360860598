package cli

import (
	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/output"
)

func newConfigList(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{Use: "list", Aliases: []string{"ls"}, Short: "List every setting, its value, and where it comes from", Args: arguments(0, 0, ""), Example: "  custard config list"}
	out.flags(cmd, true)
	cmd.RunE = func(*cobra.Command, []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		cfg, err := a.config()
		if err != nil {
			return err
		}
		l := newList(textField("setting"), textField("value"), textField("from"), textField("meaning"))
		for _, s := range config.Settings() {
			value, from, _ := cfg.Get(s.Key)
			value = shownSetting(s.Key, value)
			if format == output.Table || format == output.Markdown || format == output.Vertical {
				value = orDash(value)
			}
			l.row(s.Key, value, from, s.Help)
		}
		return l.write(a, format)
	}
	return cmd
}

// shownSetting is a setting's value without a secret.
func shownSetting(key, value string) string {
	switch {
	case key == "db":
		return maskDSN(value)
	case key == "model_key" && value != "":
		return "****"
	}
	return value
}

// completeSettings completes the names of settings.
func completeSettings(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	keys := make([]string, 0, 16)
	for _, s := range config.Settings() {
		keys = append(keys, s.Key+"\t"+s.Help)
	}
	return keys, cobra.ShellCompDirectiveNoFileComp
}
