package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/custard-ai/custard/internal/custard"
)

func newMan(a *app) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "man [COMMAND…]", Short: "Print a manual page, or write all of them to a folder", Args: arguments(0, -1, "commands"),
		Example: "  custard man | man -l -\n  custard man connections add | man -l -\n  custard man --dir /usr/local/share/man/man1",
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write the pages of all commands to this `folder`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if dir == "" {
			page, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usagef("See `custard --help`.", "there is no command %q", "custard "+strings.Join(args, " "))
			}
			_, err = fmt.Fprint(a.stdout, manPage(page, a.version))
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // manual pages are for everybody
			return custard.Errorf(custard.CodeFailed, "cannot make the folder: %w", err)
		}
		return writePages(cmd.Root(), dir, a.version)
	}
	return cmd
}

func writePages(cmd *cobra.Command, dir, version string) error {
	path := filepath.Join(dir, strings.ReplaceAll(cmd.CommandPath(), " ", "-")+".1")
	if err := os.WriteFile(path, []byte(manPage(cmd, version)), 0o644); err != nil {
		return custard.Errorf(custard.CodeFailed, "cannot write a manual page: %w", err)
	}
	for _, c := range cmd.Commands() {
		if !c.IsAvailableCommand() && !c.IsAdditionalHelpTopicCommand() {
			continue
		}
		if err := writePages(c, dir, version); err != nil {
			return err
		}
	}
	return nil
}

// manPage returns a command's page in the man macros.
func manPage(cmd *cobra.Command, version string) string {
	var b strings.Builder
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"custard %s\" \"Custard\"\n.SH NAME\n%s \\- %s\n", roff(strings.ToUpper(name)), roff(version), roff(name), roff(cmd.Short))
	if cmd.Runnable() {
		fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(cmd.UseLine()))
	}
	if cmd.Long != "" {
		b.WriteString(".SH DESCRIPTION\n.nf\n" + roff(cmd.Long) + "\n.fi\n")
	}
	section := func(title string, flags *pflag.FlagSet) {
		if !flags.HasAvailableFlags() {
			return
		}
		b.WriteString(".SH " + title + "\n")
		flags.VisitAll(func(f *pflag.Flag) {
			value, usage := pflag.UnquoteUsage(f)
			flag := "--" + f.Name
			if f.Shorthand != "" {
				flag = "-" + f.Shorthand + ", " + flag
			}
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR", roff(flag))
			if value != "" {
				fmt.Fprintf(&b, " \\fI%s\\fR", roff(value))
			}
			fmt.Fprintf(&b, "\n%s\n", roff(usage))
		})
	}
	if cmd.Runnable() {
		section("OPTIONS", cmd.LocalNonPersistentFlags())
		section("GLOBAL OPTIONS", cmd.Root().PersistentFlags())
	}
	pages := func(title string, listed func(*cobra.Command) bool) {
		open := false
		for _, c := range cmd.Commands() {
			if !listed(c) {
				continue
			}
			if !open {
				b.WriteString(".SH " + title + "\n")
				open = true
			}
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR\n%s\n", roff(c.Name()), roff(c.Short))
		}
	}
	pages("COMMANDS", (*cobra.Command).IsAvailableCommand)
	pages("TOPICS", (*cobra.Command).IsAdditionalHelpTopicCommand)
	if cmd.Example != "" {
		b.WriteString(".SH EXAMPLES\n.nf\n" + roff(cmd.Example) + "\n.fi\n")
	}
	if cmd.Parent() != nil {
		fmt.Fprintf(&b, ".SH SEE ALSO\n.BR %s (1)\n", roff(strings.ReplaceAll(cmd.Parent().CommandPath(), " ", "-")))
	}
	return b.String()
}

// roff escapes a text for the man macros.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
