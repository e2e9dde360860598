package cli

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
	"github.com/custard-ai/custard/server/translate/notes"
)

func newContextExample(a *app) *cobra.Command {
	return group("example", "Keep questions with their verified queries",
		"Keeps questions with queries that somebody has verified. The same question gets that query; a language model sees those\nthat are like a question.",
		"  custard context example add --from last\n  custard context example list",
		newContextExampleAdd(a), newContextExampleList(a), newContextExampleRemove(a))
}

func newContextExampleAdd(a *app) *cobra.Command {
	var from string
	cmd := a.setter("add [QUESTION QUERY]", "Keep a question with its query",
		"Keeps a question with its query, given as they are or taken from the history.",
		"  custard context example add --from last\n  custard context example add \"how many orders?\" \"SELECT count(*) FROM orders\"",
		arguments(0, 2, "a question and a query"), func(cmd *cobra.Command, args []string) ([]notes.Edit, error) {
			var e notes.Example
			switch {
			case from != "" && len(args) == 0:
				entry, _, err := a.historyEntry(cmd.Context(), whereFlags{}, []string{from})
				if err != nil {
					return nil, err
				}
				if entry.Question == "" || entry.SQL == "" || entry.Error != "" {
					return nil, usagef("Choose one that was asked and answered.", "entry %s of the history is no answered question", entry.ID)
				}
				e = notes.Example{Question: entry.Question, Query: entry.SQL}
			case from == "" && len(args) == 2:
				e = notes.Example{Question: args[0], Query: args[1]}
			default:
				return nil, usagef("Give both, or --from with an id of the history.", "a question and a query are needed")
			}
			return []notes.Edit{{Keys: []string{"examples"}, Value: map[string]any{"question": e.Question, "query": e.Query}, Append: true}}, nil
		})
	cmd.Flags().StringVar(&from, "from", "", "take the `id` of the history (last for the newest)")
	return cmd
}

// examples returns what is kept.
func (w *written) examples(cmd *cobra.Command) ([]notes.Example, error) {
	section, err := w.read(cmd.Context())
	if err != nil {
		return nil, err
	}
	n, err := notes.Read(section, "the context")
	if err != nil {
		return nil, err
	}
	return n.Examples, nil
}

func newContextExampleList(a *app) *cobra.Command {
	var c choice
	var out outputFlags
	cmd := &cobra.Command{
		Use: "list", Short: "List what is kept", Args: arguments(0, 0, ""), Long: "Lists the examples with the numbers that remove takes.", Example: "  custard context example list",
	}
	c.flags(a, cmd)
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		w, err := a.written(cmd.Context(), c)
		if err != nil {
			return err
		}
		list, err := w.examples(cmd)
		if err != nil {
			return err
		}
		l := newList(intField("number"), textField("question"), textField("query"))
		for i, e := range list {
			l.row(int64(i+1), e.Question, e.Query)
		}
		return l.write(a, format)
	}
	return cmd
}

func newContextExampleRemove(a *app) *cobra.Command {
	var c choice
	cmd := &cobra.Command{
		Use: "remove NUMBER", Short: "Forget one", Args: arguments(1, 1, "a number"), Long: "Forgets the example of a number that list prints.", Example: "  custard context example remove 2",
	}
	c.flags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		w, err := a.written(cmd.Context(), c)
		if err != nil {
			return err
		}
		list, err := w.examples(cmd)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 || n > len(list) {
			return usagef("See the numbers with: custard context example list", "there is no example %s", args[0])
		}
		edit := notes.Edit{Keys: []string{"examples"}}
		if kept := slices.Concat(list[:n-1], list[n:]); len(kept) > 0 {
			edit.Value = kept
		}
		return w.edit(cmd.Context(), edit)
	}
	return cmd
}

func newContextLint(a *app) *cobra.Command {
	var c choice
	var out outputFlags
	cmd := &cobra.Command{
		Use: "lint", Short: "Say what no longer fits the schema", Args: arguments(0, 0, ""),
		Long: "Says which notes name tables or columns that are gone, and which metrics, filters and examples no longer pass the\nchecks. Ends with 1 where it finds something.", Example: "  custard context lint -c shop\n  custard context lint --json",
	}
	c.flags(a, cmd)
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		t, err := a.target(ctx, c)
		if err != nil {
			return err
		}
		found, err := a.lint(ctx, t)
		if err != nil {
			return err
		}
		if format == output.JSON {
			text, err := json.MarshalIndent(map[string]any{"findings": found}, "", "  ")
			if err != nil {
				return custard.Errorf(custard.CodeInternal, "encoding findings: %w", err)
			}
			a.answered = true // the findings are the object that is told
			if _, err := a.stdout.Write(append(text, '\n')); err != nil {
				return err
			}
		} else if len(found) > 0 {
			l := newList(textField("where"), textField("problem"), textField("hint"))
			for _, f := range found {
				l.row(f.Where, f.Problem, orDash(f.Hint))
			}
			if err := l.write(a, format); err != nil {
				return err
			}
		}
		if len(found) > 0 {
			return custard.Errorf(custard.CodeFailed, "%s not fit the schema", plural(len(found), "note does", "notes do"))
		}
		a.note("Everything fits.")
		return nil
	}
	return cmd
}
