package cli

import (
	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newHistoryList(a *app) *cobra.Command {
	var out outputFlags
	var limit int
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List what was asked, the newest first", Args: arguments(0, 0, ""),
		Example: "  custard history list\n  custard history list --limit 0 -o ndjson",
	}
	out.flags(cmd, true)
	cmd.Flags().IntVar(&limit, "limit", 20, "`entries` at the most; 0 for all")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		if limit < 0 {
			return usagef("Write 0 for no limit.", "--limit %d is less than 0", limit)
		}
		entries, err := a.store().History(cmd.Context(), "", limit)
		if err != nil {
			return err
		}
		if len(entries) == 0 && format == output.Table {
			a.note("Nothing was asked yet.")
			return nil
		}
		l := newList(textField("id"), timeField("time"), textField("connection"), textField("asked"), textField("result"))
		for _, e := range entries {
			l.row(e.ID, e.Time.Local().Format("2006-01-02 15:04:05Z07:00"), e.Connection, asked(e), result(e))
		}
		return l.write(a, format)
	}
	return cmd
}

// asked is the question, or the statement where there was none.
func asked(e custard.HistoryEntry) string {
	if e.Question != "" {
		return e.Question
	}
	return e.SQL
}

func result(e custard.HistoryEntry) string {
	if e.Code != "" {
		return string(e.Code)
	}
	return count(e.Rows, "row")
}
