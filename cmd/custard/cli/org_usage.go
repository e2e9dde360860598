package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newOrgUsage(a *app) *cobra.Command {
	var out outputFlags
	var from, to, by string
	cmd := &cobra.Command{
		Use: "usage", Short: "What language models took: questions, tokens, cost", Args: arguments(0, 0, ""),
		Long: `Sums up what language models took for the organisation's questions, repairs and failures included. The cost holds
what has a known price. For admins and owners.`,
		Example: "  custard org usage\n  custard org usage --by day,engine --from 2026-01-01\n  custard org usage --by user -o csv",
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&from, "from", "", "the first `day` (UTC), such as 2026-01-31; 30 days back where it is left out")
	cmd.Flags().StringVar(&to, "to", "", "the last `day`")
	cmd.Flags().StringVar(&by, "by", "engine", "what to sum up by: `parts` of day, engine, user")
	out.flags(cmd, true)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		c, err := a.needServer()
		if err != nil {
			return err
		}
		u, err := c.Usage(ctx, from, to, by)
		if err != nil {
			return err
		}
		if len(u.Items) == 0 && format == output.Table {
			a.note(a.paint("", "No model was asked from "+u.From+" to "+u.To+"."))
			return nil
		}
		names := map[string]string{}
		parts := strings.Split(strings.ReplaceAll(by, " ", ""), ",")
		if slices.Contains(parts, "user") {
			members, err := c.Members(ctx)
			if err != nil {
				return err
			}
			for _, m := range members {
				names[m.ID] = m.Email
			}
		}
		var fields []custard.Field
		for _, part := range parts {
			fields = append(fields, textField(part))
		}
		fields = append(fields, intField("questions"), intField("calls"), intField("input_tokens"), intField("cached_tokens"), intField("output_tokens"), custard.Field{Name: "usd", Type: custard.TypeDecimal})
		l := newList(fields...)
		for _, s := range u.Items {
			var row []any
			for _, part := range parts {
				switch part {
				case "day":
					row = append(row, s.Day)
				case "engine":
					row = append(row, s.Engine)
				default:
					if name := names[s.User]; name != "" {
						s.User = name
					}
					row = append(row, s.User)
				}
			}
			l.row(append(row, s.Questions, int64(s.Calls), int64(s.Input), int64(s.Cached), int64(s.Output), fmt.Sprintf("%.4f", s.USD))...)
		}
		if err := l.write(a, format); err != nil || format != output.Table {
			return err
		}
		a.note(a.paint(dim, fmt.Sprintf("%s to %s: %s, %d + %d tokens, $%.4f", u.From, u.To, count(u.Total.Questions, "question"), u.Total.Input, u.Total.Output, u.Total.USD)))
		return nil
	}
	return cmd
}
