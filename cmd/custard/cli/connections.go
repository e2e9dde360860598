package cli

import "github.com/spf13/cobra"

func newConnections(a *app) *cobra.Command {
	c := group("connections", "Keep databases under a name",
		`Keeps databases under a name. A connection is a DSN or a file; it lies in the data folder, readable by you alone.`,
		`  custard connections add shop shop.db
  custard connections add prod postgres://reader@db.example/shop
  custard connections use prod
  custard connections test`,
		newConnectionsList(a), newConnectionsAdd(a), newConnectionsShow(a), newConnectionsUse(a),
		newConnectionsRemove(a), newConnectionsRefresh(a), newConnectionsTest(a))
	c.Aliases = []string{"conn", "connection"}
	return c
}
