package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newHistoryList(a *app) *cobra.Command {
	var out outputFlags
	var limit int
	var where whereFlags
	var connection string
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List what was asked, the newest first", Args: arguments(0, 0, ""),
		Example: "  custard history list\n  custard history list --limit 0 -o ndjson\n  custard history list -c prod",
	}
	out.flags(cmd, true)
	cmd.Flags().IntVar(&limit, "limit", 20, "`entries` at the most; 0 for all")
	cmd.Flags().StringVarP(&connection, "connection", "c", "", "what was asked of the connection of this `name` alone")
	where.flags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("connection", a.completeConnections)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		if limit < 0 {
			return usagef("Write 0 for no limit.", "--limit %d is less than 0", limit)
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		entries, err := a.entries(ctx, where, connection, limit)
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

// entries returns the newest entries of a history, those of one connection alone where it is not empty.
func (a *app) entries(ctx context.Context, where whereFlags, connection string, limit int) ([]custard.HistoryEntry, error) {
	if connection != "" && where == (whereFlags{}) {
		if _, err := a.config(); err != nil {
			return nil, err
		}
		t, err := a.connectionTarget(ctx, connection)
		if err != nil {
			return nil, err
		}
		connection = t.label
		where.local, where.hosted = t.server == nil, t.server != nil
	}
	catalog, server, err := a.history(ctx, where)
	if err != nil {
		return nil, err
	}
	if connection == "" {
		return catalog.History(ctx, "", limit)
	}
	if server != nil {
		entries, err := server.HistoryOf(ctx, connection, "", limit)
		return entries, a.noHosted(ctx, server, connection, err)
	}
	entries, err := catalog.History(ctx, "", 0)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e custard.HistoryEntry) bool { return !strings.EqualFold(e.Connection, connection) })
	if limit > 0 && len(entries) > limit {
		entries = entries[:limit]
	}
	return entries, nil
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
