package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// help writes a command's help on standard output.
func (a *app) help(cmd *cobra.Command, _ []string) {
	h := &helpText{color: a.screen.out.Color}
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	h.add(strings.TrimSpace(text) + "\n")
	if cmd.Runnable() || cmd.HasAvailableSubCommands() {
		h.section("Usage")
		if cmd.HasAvailableSubCommands() {
			h.add("  " + cmd.CommandPath() + " COMMAND [flags]\n")
		} else {
			h.add("  " + cmd.UseLine() + "\n")
		}
	}
	if len(cmd.Aliases) > 0 {
		h.section("Also")
		h.add("  " + strings.Join(cmd.Aliases, ", ") + "\n")
	}
	h.commands(cmd)
	if cmd.Example != "" {
		h.section("Examples")
		h.add(strings.TrimRight(cmd.Example, "\n") + "\n")
	}
	if cmd.Runnable() || cmd.HasAvailableSubCommands() {
		if flags := cmd.LocalNonPersistentFlags(); flags.HasAvailableFlags() {
			h.section("Flags")
			h.flags(flags)
		}
		h.section("Flags of every command")
		h.flags(cmd.Root().PersistentFlags())
	}
	if cmd.Parent() == nil {
		h.section("More help")
		for _, c := range cmd.Commands() {
			if c.IsAdditionalHelpTopicCommand() {
				h.add(fmt.Sprintf("  custard help %-12s %s\n", c.Name(), c.Short))
			}
		}
	}
	fmt.Fprint(a.stdout, h.text.String())
}

type helpText struct {
	text  strings.Builder
	color bool
}

func (h *helpText) add(s string) { h.text.WriteString(s) }

func (h *helpText) section(title string) {
	if h.color {
		title = bold + title + reset
	}
	h.add("\n" + title + "\n")
}

func (h *helpText) commands(cmd *cobra.Command) {
	wide := 0
	for _, c := range cmd.Commands() {
		wide = max(wide, len(c.Name()))
	}
	list := func(title, group string) {
		open := false
		for _, c := range cmd.Commands() {
			if !c.IsAvailableCommand() || c.GroupID != group {
				continue
			}
			if !open {
				h.section(title)
				open = true
			}
			h.add(fmt.Sprintf("  %-*s  %s\n", wide, c.Name(), c.Short))
		}
	}
	for _, g := range cmd.Groups() {
		list(g.Title, g.ID)
	}
	list("Commands", "")
}

func (h *helpText) flags(set *pflag.FlagSet) {
	type line struct{ name, usage string }
	var lines []line
	wide := 0
	set.SortFlags = false // in the order in which they were thought of: the common ones first
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		if value != "" {
			name += " " + value
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" {
			usage += " (default " + f.DefValue + ")"
		}
		lines = append(lines, line{name, usage})
		wide = max(wide, len(name))
	})
	for _, l := range lines {
		h.add(fmt.Sprintf("  %-*s  %s\n", wide, l.name, l.usage))
	}
}
