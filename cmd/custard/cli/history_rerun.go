package cli

import (
	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
)

func newHistoryRerun(a *app) *cobra.Command {
	f := &answerFlags{}
	var where whereFlags
	cmd := &cobra.Command{
		Use: "rerun [ID]", Short: "Run the query of an entry again", Args: arguments(0, 1, "an id"),
		Long:    "Runs the query of an entry (without an id: of the newest) again on the same database,\nor on another that the flags choose.",
		Example: "  custard history rerun\n  custard history rerun 12 -o csv --limit 0",
	}
	f.flags(a, cmd, false)
	where.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		req, s, err := f.request(a, cmd)
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		e, server, err := a.historyEntry(ctx, where, args)
		if err != nil {
			return err
		}
		if e.SQL == "" {
			return custard.Errorf(custard.CodeFailed, "entry %s has no query: it ended with %q", e.ID, e.Error).WithHint("Ask it again: custard ask …")
		}
		req.SQL, req.Question, req.Conversation = e.SQL, e.Question, ""
		if f.chart == "" {
			req.Chart, s.chart = custard.ChartNone, custard.ChartNone
		}
		s.sql = f.showSQL
		c := f.choice
		if c == (choice{}) {
			if server != nil {
				return a.askTarget(ctx, hostedTarget(server, e.Connection), req, s)
			}
			if _, err := a.store().Connection(ctx, e.Connection); err == nil {
				c.connection = e.Connection
			} else if e.Connection == "demo" {
				c.demo = true
			} else {
				c.db = e.Connection
			}
		}
		return a.ask(ctx, c, req, s)
	}
	return cmd
}
