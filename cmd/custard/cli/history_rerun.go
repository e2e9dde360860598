package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
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
		return a.askWhere(ctx, f.choice, e.Connection, server, req, s)
	}
	return cmd
}

// askWhere asks the database that flags choose, else the one that an entry of the history calls connection: of a server,
// where that is not nil, else of this machine.
func (a *app) askWhere(ctx context.Context, c choice, connection string, server *client.Client, req custard.Request, s *show) error {
	if c == (choice{}) {
		if server != nil {
			return a.askTarget(ctx, hostedTarget(server, connection), req, s)
		}
		if _, err := a.store().Connection(ctx, connection); err == nil {
			c.connection = connection
		} else if connection == "demo" {
			c.demo = true
		} else {
			c.db = connection
		}
	}
	return a.ask(ctx, c, req, s)
}
