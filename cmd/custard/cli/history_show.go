package cli

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newHistoryShow(a *app) *cobra.Command {
	var out outputFlags
	var where whereFlags
	var trace bool
	cmd := &cobra.Command{
		Use: "show [ID]", Short: "Show one entry: the question, the query, the answer", Args: arguments(0, 1, "an id"),
		Long: "Shows one entry of the history; without an id the newest.", Example: "  custard history show\n  custard history show 12 --json\n  custard history show 12 --trace",
	}
	out.flags(cmd, false)
	where.flags(cmd)
	cmd.Flags().BoolVar(&trace, "trace", false, "show what the question went through: stages, times, tokens, cost, drafts and repairs")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		e, server, err := a.historyEntry(ctx, where, args)
		if err != nil {
			return err
		}
		if trace && server != nil {
			if e.Trace, err = server.HistoryTrace(ctx, e.ID); err != nil {
				return err
			}
		}
		if trace && e.Trace == nil {
			return custard.Errorf(custard.CodeNotFound, "the stages of this question were not kept").
				WithHint("They are kept since this version, of questions.")
		}
		if !trace {
			e.Trace = nil
		}
		if format == output.JSON {
			text, err := json.MarshalIndent(e, "", "  ")
			if err != nil {
				return custard.Errorf(custard.CodeInternal, "encoding an entry of the history: %w", err)
			}
			_, err = a.stdout.Write(append(text, '\n'))
			return err
		}
		if format == output.Table {
			format = output.Vertical
		}
		l := newList(textField("id"), timeField("time"), textField("connection"), textField("engine"), textField("question"), textField("query"),
			textField("result"), textField("answer"), textField("conversation"))
		outcome := result(e)
		if e.Error != "" {
			outcome += ": " + e.Error
		}
		l.row(e.ID, e.Time.Local().Format("2006-01-02 15:04:05Z07:00"), e.Connection, e.Engine, e.Question, e.SQL, outcome, e.Answer, e.Conversation)
		if err := l.write(a, format); err != nil || !trace {
			return err
		}
		return a.writeStages(e.Trace)
	}
	return cmd
}

// historyEntry returns the entry of an id, or the newest, and the server that has it: nil for the local history.
func (a *app) historyEntry(ctx context.Context, where whereFlags, args []string) (custard.HistoryEntry, *client.Client, error) {
	if _, err := a.config(); err != nil {
		return custard.HistoryEntry{}, nil, err
	}
	catalog, server, err := a.historyOf(ctx, where, args)
	if err != nil {
		return custard.HistoryEntry{}, nil, err
	}
	if len(args) > 0 && args[0] != "last" {
		e, err := catalog.HistoryEntry(ctx, args[0])
		return e, server, err
	}
	entries, err := catalog.History(ctx, "", 1)
	if err != nil {
		return custard.HistoryEntry{}, nil, err
	}
	if len(entries) == 0 {
		return custard.HistoryEntry{}, nil, custard.Errorf(custard.CodeNotFound, "the history is empty").WithHint("Ask something first: custard ask \"…\"")
	}
	return entries[0], server, nil
}
