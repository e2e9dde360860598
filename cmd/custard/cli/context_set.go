package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/notes"
)

// setter makes a command that changes the notes.
func (a *app) setter(use, short, long, example string, args cobra.PositionalArgs, edits func(cmd *cobra.Command, args []string) ([]notes.Edit, error)) *cobra.Command {
	var c choice
	cmd := &cobra.Command{Use: use, Short: short, Long: long, Example: example, Args: args}
	c.flags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		list, err := edits(cmd, args)
		if err != nil {
			return err
		}
		w, err := a.written(cmd.Context(), c)
		if err != nil {
			return err
		}
		return w.edit(cmd.Context(), list...)
	}
	return cmd
}

func newContextDescribe(a *app) *cobra.Command {
	var table bool
	cmd := a.setter("describe NAME TEXT", "Say what a table or column holds",
		"Says what a table or column holds. An empty text takes the description out.",
		"  custard context describe orders \"one row a checkout\"\n  custard context describe orders.total \"with tax, in euros\"",
		arguments(2, 2, "a table or column, and a text"), func(_ *cobra.Command, args []string) ([]notes.Edit, error) {
			keys, err := noted(args[0], table)
			return []notes.Edit{{Keys: append(keys, "description"), Value: valueOrNone(args[1])}}, err
		})
	cmd.Flags().BoolVar(&table, "table", false, "the name is SCHEMA.TABLE")
	return cmd
}

func newContextSynonym(a *app) *cobra.Command {
	return a.setter("synonym NAME [WORD…]", "Say what else a table or column is called",
		"Says what else a table or column is called. Without words those that there are are taken out.",
		"  custard context synonym orders purchases checkouts",
		arguments(1, -1, "a table or column, and words"), func(_ *cobra.Command, args []string) ([]notes.Edit, error) {
			keys, err := noted(args[0], false)
			e := notes.Edit{Keys: append(keys, "synonyms")}
			if len(args) > 1 {
				e.Value = args[1:]
			}
			return []notes.Edit{e}, err
		})
}

func newContextMetric(a *app) *cobra.Command {
	return a.setter("metric NAME EXPRESSION", "Define a figure that people ask for by name",
		"Defines a figure that people ask for by name, as an aggregate. An empty expression takes it out.",
		"  custard context metric revenue \"sum(order_items.price * order_items.quantity)\"",
		arguments(2, 2, "a name and an expression"), func(_ *cobra.Command, args []string) ([]notes.Edit, error) {
			if args[1] == "" {
				return []notes.Edit{{Keys: []string{"metrics", args[0]}}}, nil
			}
			return []notes.Edit{{Keys: []string{"metrics", args[0], "expression"}, Value: args[1]}}, nil
		})
}

func newContextFilter(a *app) *cobra.Command {
	return a.setter("filter TABLE CONDITION", "Say which rows of a table count by default",
		"Says which rows of a table count unless a question says otherwise. Statements of one's own (custard sql) are not\nfiltered. An empty condition takes it out.",
		"  custard context filter orders \"deleted_at IS NULL\"",
		arguments(2, 2, "a table and a condition"), func(_ *cobra.Command, args []string) ([]notes.Edit, error) {
			keys, err := noted(args[0], true)
			return []notes.Edit{{Keys: append(keys, "filter"), Value: valueOrNone(args[1])}}, err
		})
}

func newContextTerm(a *app) *cobra.Command {
	return a.setter("term WORD MEANING", "Say what a word of the team's means",
		"Says what a word of the team's means. An empty meaning takes it out.",
		"  custard context term VIP \"customers with more than ten orders\"",
		arguments(2, 2, "a word and its meaning"), func(_ *cobra.Command, args []string) ([]notes.Edit, error) {
			return []notes.Edit{{Keys: []string{"terms", args[0]}, Value: valueOrNone(args[1])}}, nil
		})
}

func newContextFlag(a *app, name, short, key string, on bool) *cobra.Command {
	return a.setter(name+" NAME…", short, short+". See `custard help context`.", "  custard context "+name+" customers.email",
		arguments(1, -1, "tables or columns"), func(_ *cobra.Command, args []string) ([]notes.Edit, error) {
			edits := make([]notes.Edit, 0, len(args))
			for _, arg := range args {
				keys, err := noted(arg, false)
				if err != nil {
					return nil, err
				}
				const columnKeys = 4
				if key == "masked" && len(keys) < columnKeys {
					return nil, usagef("Write TABLE.COLUMN; a whole table is hidden with: custard context hide TABLE", "%q names no column", arg)
				}
				e := notes.Edit{Keys: append(keys, key)}
				if on {
					e.Value = true
				}
				edits = append(edits, e)
			}
			return edits, nil
		})
}

func newContextImport(a *app) *cobra.Command {
	return a.setter("import FILE", "Take notes that were exported", "Sets every section that a file has (- for standard input); others stay.",
		"  custard context import context.json -c prod",
		arguments(1, 1, "a file"), func(_ *cobra.Command, args []string) ([]notes.Edit, error) {
			var content []byte
			var err error
			if args[0] == "-" {
				content, err = io.ReadAll(a.stdin)
			} else {
				content, err = os.ReadFile(args[0])
			}
			if err != nil {
				return nil, custard.Errorf(custard.CodeUsage, "cannot read %s: %w", args[0], err)
			}
			return notes.Sections(content, args[0])
		})
}
