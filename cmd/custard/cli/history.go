package cli

import "github.com/spf13/cobra"

func newHistory(a *app) *cobra.Command {
	return group("history", "What was asked",
		"Lists, shows and reruns what was asked. It lies in the data folder, readable by you alone; no rows are kept.",
		"  custard history list\n  custard history show 12\n  custard history rerun 12 -o csv",
		newHistoryList(a), newHistoryShow(a), newHistoryRerun(a), newHistoryClear(a))
}
