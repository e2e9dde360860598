package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/output"
)

func newConnectionsList(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List the connections", Args: arguments(0, 0, ""),
		Long:    "Lists the local connections, and those of the server where you are signed in: 'where' says which.",
		Example: "  custard connections list\n  custard conn list -o json",
	}
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		all, failed := a.allConnections(ctx)
		if failed != nil && len(all) == 0 {
			return failed
		}
		if len(all) == 0 {
			a.note("There are no connections yet. Add one: custard connections add NAME DSN|FILE")
			if format == output.Table {
				return nil
			}
		}
		l := newList(textField("name"), textField("dialect"), textField("database"), boolField("in_use"), textField("where"), textField("status"))
		for _, c := range all {
			if format == output.Table || format == output.Markdown || format == output.Vertical {
				c.database, c.status = orDash(c.database), orDash(c.status)
			}
			l.row(c.name, c.dialect, c.database, c.inUse, c.where, c.status)
		}
		if err := l.write(a, format); err != nil {
			return err
		}
		return failed
	}
	return cmd
}

// listed is a connection as the list shows it.
type listed struct {
	name, dialect, database, where, status string
	inUse                                  bool
}

// allConnections returns the local connections, then the server's. Where the server fails it returns the local ones and
// the error.
func (a *app) allConnections(ctx context.Context) ([]listed, error) {
	var all []listed
	current := ""
	if !a.serverFlag() {
		if _, err := a.config(); err != nil {
			return nil, err
		}
		store := a.store()
		local, err := store.Connections(ctx)
		if err != nil {
			return nil, err
		}
		if current, err = store.Current(ctx); err != nil {
			return nil, err
		}
		for _, c := range local {
			all = append(all, listed{name: c.Name, dialect: string(c.Dialect), database: maskDSN(c.DSN), where: "local", inUse: strings.EqualFold(c.Name, current)})
		}
	}
	server, err := a.signedIn()
	if err != nil {
		return all, err
	}
	if a.serverFlag() {
		server, err = a.client()
	}
	if err != nil {
		return all, err
	}
	chosen := current != ""
	if server != nil {
		hosted, err := server.HostedConnections(ctx)
		if err != nil {
			return all, err
		}
		current, err := server.Current(ctx)
		if err != nil {
			return all, err
		}
		for _, c := range hosted {
			used := !chosen && strings.EqualFold(c.Name, current)
			all = append(all, listed{name: c.Name, dialect: string(c.Dialect), database: c.Description, where: server.Address(), status: c.Status, inUse: used})
		}
		chosen = chosen || current != ""
	}
	if !chosen { // the only local one, else the server's only one
		local := 0
		for _, c := range all {
			if c.where == "local" {
				local++
			}
		}
		if local == 1 || (local == 0 && len(all) == 1) {
			all[0].inUse = true
		}
	}
	return all, nil
}
