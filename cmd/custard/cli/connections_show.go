package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/output"
)

func newConnectionsShow(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "show [NAME]", Short: "Show a connection, its password left out; of a hosted one its agents", Args: arguments(0, 1, "a name"),
		Example: "  custard connections show prod", ValidArgsFunction: a.completeConnections,
	}
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		if format == output.Table {
			format = output.Vertical
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		t, err := a.named(ctx, choice{}, args)
		if err != nil {
			return err
		}
		if t.server != nil {
			return a.showHosted(ctx, t, format)
		}
		c, err := a.store().Connection(ctx, t.label)
		if err != nil {
			return &chooseError{err: asDomain(err), usage: true}
		}
		l := newList(textField("name"), textField("dialect"), textField("database"), timeField("created"))
		l.row(c.Name, string(c.Dialect), maskDSN(c.DSN), c.Created.Format("2006-01-02 15:04:05Z07:00"))
		return l.write(a, format)
	}
	return cmd
}

// showHosted shows a connection of the server, and who serves it.
func (a *app) showHosted(ctx context.Context, t target, format output.Format) error {
	c, err := t.server.HostedConnection(ctx, t.label)
	if err != nil {
		return a.noHosted(ctx, t.server, t.label, err)
	}
	agents := make([]string, 0, len(c.Agents))
	for _, one := range c.Agents {
		agents = append(agents, one.ID+" ("+one.Version+", since "+shownTime(one.Since)+")")
	}
	limit := func(v float64) string {
		if v == 0 {
			return ""
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	l := newList(textField("name"), textField("dialect"), textField("where"), textField("id"), textField("status"), textField("agents"),
		textField("description"), textField("engine"), boolField("share_results"), textField("max_rows"), textField("max_cost"),
		timeField("schema_found"), timeField("created"))
	l.row(c.Name, string(c.Dialect), t.server.Address(), c.ID, c.Status, strings.Join(agents, ", "), c.Description, c.Engine, c.ShareResults,
		limit(float64(c.MaxRows)), limit(c.MaxCost), shownTime(c.SchemaTime), shownTime(c.Created))
	return l.write(a, format)
}
