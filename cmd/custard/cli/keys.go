package cli

import (
	"github.com/spf13/cobra"
)

func newKeys(a *app) *cobra.Command {
	return group("keys", "API keys for scripts and CI",
		`Makes, lists and revokes API keys. A key acts for whoever made it, within its scopes: ask (questions and statements),
read (connections, schemas, history), manage (connections, members, keys). CUSTARD_TOKEN holds it.`,
		`  custard keys create ci
  CUSTARD_TOKEN=cust_key_… custard ask -c prod "orders without a customer" --expect 'rows = 0'
  custard keys revoke ci`,
		newKeysCreate(a), newKeysList(a), newKeysRevoke(a))
}
