package cli

import "github.com/spf13/cobra"

// completion adds cobra's completion command, with examples, and refuses a shell that it does not know: by itself it would
// show its help then, as if all were well.
func completion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() != "completion" {
			continue
		}
		c.Short = "Print the completion script of a shell"
		c.Long = "Prints a script that completes commands, flags, connections and settings in a shell.\nThe help of each shell says how to install it."
		c.Example = "  source <(custard completion bash)\n  custard completion zsh --help"
		c.Args = noSuchCommand
		c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		for _, shell := range c.Commands() {
			switch shell.Name() {
			case "fish":
				shell.Example = "  custard completion fish | source"
			case "powershell":
				shell.Example = "  custard completion powershell | Out-String | Invoke-Expression"
			default:
				shell.Example = "  source <(custard completion " + shell.Name() + ")"
			}
		}
	}
}
