package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootLong = `Custard answers questions about a database in plain language.

It shows the query that it ran, what it assumed, and the rows. Whatever runs was understood first and can only
read: what would change data, or is not understood, is refused.`

const rootExample = `  custard demo
  custard ask --demo "revenue by month this year"
  custard ask --db shop.db "which customers never ordered?"
  custard connections add prod postgres://me@db.example/shop
  custard ask "top 10 products by revenue last month" -o csv
  custard login --server https://custard.example`

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "custard",
		Short:         "Ask a database questions in plain language",
		Long:          rootLong,
		Example:       rootExample,
		Args:          noSuchCommand,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if a.global.noColor {
				a.screen.noColor()
			}
			return excluding(cmd)
		},
	}
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetIn(a.stdin)
	root.SetHelpFunc(a.help)
	root.SetUsageFunc(func(cmd *cobra.Command) error { a.help(cmd, nil); return nil })
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)

	f := root.PersistentFlags()
	f.SortFlags = false
	f.StringVar(&a.global.config, "config", "", "read this configuration `file` instead of your own (CUSTARD_CONFIG)")
	f.StringVar(&a.global.profile, "profile", "", "use this `profile` of the configuration (CUSTARD_PROFILE)")
	f.StringVar(&a.global.server, "server", "", "`address` of a Custard server, instead of the one signed in to (CUSTARD_SERVER)")
	f.BoolVar(&a.global.noColor, "no-color", false, "no colours (also NO_COLOR)")
	f.BoolVarP(&a.global.quiet, "quiet", "q", false, "no notes on standard error, errors alone")
	f.BoolVarP(&a.global.verbose, "verbose", "v", false, "more notes on standard error")
	f.StringVar(&a.global.logFile, "log-file", "", "append a log to this `file`; it holds no secrets and no cells")

	root.AddGroup(
		&cobra.Group{ID: "ask", Title: "Ask"},
		&cobra.Group{ID: "data", Title: "Databases"},
		&cobra.Group{ID: "account", Title: "Account"},
		&cobra.Group{ID: "more", Title: "More"},
	)
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("ask", newAsk(a), newSQL(a), newHistory(a), newContext(a), newConversations(a), newDemo(a))
	add("data", newConnections(a), newSchema(a), newDoctor(a))
	add("account", newSignup(a), newLogin(a), newLogout(a), newWhoami(a), newOrg(a), newKeys(a))
	add("more", newConfig(a), newVersion(a), newMan(a))
	root.SetCompletionCommandGroupID("more")
	root.SetHelpCommandGroupID("more")
	root.SetHelpCommand(newHelp(a))
	root.AddCommand(newTopics()...)
	completion(root)
	return root
}

// noSuchCommand refuses a first argument that is no command, and names those that are spelt alike.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	hint := "See `" + cmd.CommandPath() + " --help` for what there is."
	if cmd.Parent() == nil {
		hint += " To ask a question: custard ask \"…\""
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "Did you mean `" + cmd.CommandPath() + " " + strings.Join(near, "` or `") + "`?"
	}
	return usagef(hint, "there is no command %q", cmd.CommandPath()+" "+args[0])
}

// group makes a command that only holds others.
func group(use, short, long, example string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Example: example, Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(commands...)
	return c
}

// arguments accepts between least and most of them (most < 0: any number); names says which, for the error.
func arguments(least, most int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		hint := "Usage: " + cmd.UseLine()
		switch {
		case len(args) < least:
			return usagef(hint, "%s needs %s", cmd.CommandPath(), names)
		case most == 0 && len(args) > 0:
			return usagef(hint, "%s takes no arguments, but got %q", cmd.CommandPath(), args[0])
		case most >= 0 && len(args) > most:
			return usagef(hint, "%s takes %s alone, but got %q as well", cmd.CommandPath(), names, args[most])
		}
		return nil
	}
}

// flagError says what is wrong with a flag, and names one that is spelt alike.
func flagError(cmd *cobra.Command, err error) error {
	hint := "See `" + cmd.CommandPath() + " --help`."
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok { // what the library says next is for programmers
		switch bad.GetFlag().Value.Type() {
		case "int", "int64":
			return usagef(hint, "--%s needs a whole number, not %q", bad.GetFlag().Name, bad.GetValue())
		case "bool":
			return usagef("Write it without a value.", "--%s is true or false, not %q", bad.GetFlag().Name, bad.GetValue())
		}
	}
	if _, name, ok := strings.Cut(err.Error(), "unknown flag: --"); ok {
		if strings.ContainsAny(name, " \n\t") { // a statement that begins with a comment
			return usagef("Write -- before what begins with a dash: "+cmd.CommandPath()+" -- \"…\"", "unknown flag: --%s", name)
		}
		best := 3
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if d := distance(name, f.Name); d < best && !f.Hidden {
				best, hint = d, "Did you mean --"+f.Name+"?"
			}
		})
	}
	return usagef(hint, "%s", err.Error())
}

// excluding refuses flags that exclude each other. Cobra would too, with an error for programmers.
func excluding(cmd *cobra.Command) error {
	const annotation = "cobra_annotation_mutually_exclusive"
	given := map[string]string{}
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		for _, group := range f.Annotations[annotation] {
			if other, ok := given[group]; ok && err == nil {
				err = usagef("Leave one of them out.", "--%s and --%s exclude each other", other, f.Name)
			}
			given[group] = f.Name
		}
	})
	return err
}

// distance is how many letters must be put in, taken out or changed to make one word of another.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		previous := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := previous
			if a[i-1] != b[j-1] {
				change++
			}
			previous = row[j]
			row[j] = min(row[j]+1, row[j-1]+1, change)
		}
	}
	return row[len(b)]
}
