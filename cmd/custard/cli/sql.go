package cli

import (
	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
)

func newSQL(a *app) *cobra.Command {
	f := &answerFlags{}
	var file string
	cmd := &cobra.Command{
		Use:   "sql STATEMENT",
		Short: "Run a read-only statement",
		Long: `Runs a statement through the same checks as every query: it must be understood, read only, and keep within the
limits. The statement is the arguments, a file (-f), or standard input where that is a pipe or the argument is '-'.`,
		Example: `  custard sql --demo "select count(*) from orders"
  custard sql -c prod -f report.sql --limit 0 -o csv > report.csv
  custard sql "select * from users where id = 7" -o vertical
  custard sql "select max(age) from jobs" --expect 'value < 100' -q`,
		Args: arguments(0, -1, "a statement"),
	}
	f.flags(a, cmd, false)
	cmd.Flags().StringVarP(&file, "file", "f", "", "read the statement from this `file`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		req, s, err := f.request(a, cmd)
		if err != nil {
			return err
		}
		if req.SQL, err = a.input(args, file, "statement"); err != nil {
			return err
		}
		req.Conversation = ""
		if f.chart == "" { // a chart of a statement is drawn when it is asked for
			req.Chart, s.chart = custard.ChartNone, custard.ChartNone
		}
		s.sql = f.showSQL
		return a.ask(cmd.Context(), f.choice, req, s)
	}
	return cmd
}
