package cli

import "github.com/spf13/cobra"

func newConnections(a *app) *cobra.Command {
	c := group("connections", "Keep databases under a name",
		`Keeps databases under a name. A local connection is a DSN or a file; it lies in the data folder, readable by you
alone. A hosted one is a database that an agent serves through the server that you are signed in to: its address and
password stay with the agent. 'custard help databases' says which one is asked.`,
		`  custard connections add shop shop.db
  custard connections add prod postgres://reader@db.example/shop
  custard connections add orders --hosted --dialect postgres
  custard connections use prod
  custard connections test`,
		newConnectionsList(a), newConnectionsAdd(a), newConnectionsShow(a), newConnectionsUse(a),
		newConnectionsRemove(a), newConnectionsRefresh(a), newConnectionsTest(a), newConnectionsRotate(a))
	c.Aliases = []string{"conn", "connection"}
	return c
}
