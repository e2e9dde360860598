package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
)

func newHistory(a *app) *cobra.Command {
	return group("history", "What was asked",
		`Lists, shows and reruns what was asked. What was asked of a local database lies in the data folder, readable by you
alone; what was asked of a hosted connection lies on its server. No rows are kept. Without --local or --hosted, it is
the history of where a question would go now.`,
		"  custard history list\n  custard history show 12\n  custard history rerun 12 -o csv",
		newHistoryList(a), newHistoryShow(a), newHistoryRerun(a), newHistoryClear(a))
}

// whereFlags choose between the history of this machine and the server's.
type whereFlags struct {
	local, hosted bool
}

func (f *whereFlags) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.local, "local", false, "what was asked of local databases")
	cmd.Flags().BoolVar(&f.hosted, "hosted", false, "what was asked of the server's connections")
	cmd.MarkFlagsMutuallyExclusive("local", "hosted")
}

// history returns the catalogue that the flags choose, else that of where a question would go; server is nil for the local one.
func (a *app) history(ctx context.Context, f whereFlags) (catalog custard.Catalog, server *client.Client, err error) {
	if _, err := a.config(); err != nil {
		return nil, nil, err
	}
	if f.local {
		return a.store(), nil, nil
	}
	if f.hosted || a.serverFlag() {
		c, err := a.client()
		return c, c, err
	}
	if server, err = a.signedIn(); err != nil {
		return nil, nil, err
	}
	if server == nil { // nothing of the server's could be asked
		return a.store(), nil, nil
	}
	t, err := a.target(ctx, choice{})
	switch {
	case err != nil && custard.AsError(err).Code != custard.CodeUsage:
		return nil, nil, err
	case err == nil && t.server == nil:
		return a.store(), nil, nil
	}
	return server, server, nil
}

// historyOf returns the catalogue that has an entry: the ids of this machine are numbers, a server's are not.
func (a *app) historyOf(ctx context.Context, f whereFlags, args []string) (custard.Catalog, *client.Client, error) {
	if len(args) > 0 && args[0] != "last" && f == (whereFlags{}) {
		f.local = strings.Trim(args[0], "0123456789") == ""
		f.hosted = !f.local
	}
	if f.hosted {
		if c, err := a.signedIn(); err != nil || c == nil {
			return a.store(), nil, err
		}
	}
	return a.history(ctx, f)
}
