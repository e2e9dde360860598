package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// demoQuestions are what `custard demo` asks: a number over time, a comparison, a list.
func demoQuestions() []string {
	return []string{
		"revenue by month this year",
		"number of orders by country",
		"top 5 products by revenue last month",
	}
}

func newDemo(a *app) *cobra.Command {
	f := &answerFlags{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make a sample shop and ask it three questions",
		Long: `Makes the database of a sample shop in the data folder (a second, the first time) and asks it three questions.
After it, ask your own: custard ask --demo "…"`,
		Example: "  custard demo\n  custard ask --demo \"which products were never ordered?\"\n  custard schema --demo",
		Args:    arguments(0, 0, ""),
	}
	f.output.flags(cmd, true)
	cmd.Flags().StringVar(&f.now, "now", "", "what 'today' means: a `date` such as 2026-01-31 (CUSTARD_NOW)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		f.choice.demo = true
		for i, q := range demoQuestions() {
			req, s, err := f.request(a, cmd)
			if err != nil {
				return err
			}
			if i > 0 {
				a.note("")
			}
			a.note(fmt.Sprintf("%s custard ask --demo %q", a.paint(cyan, "$"), q))
			req.Question = q
			s.sql = s.people()
			if err := a.ask(cmd.Context(), f.choice, req, s); err != nil {
				return err
			}
		}
		a.note("\nNow ask your own: custard ask --demo \"…\"   (custard schema --demo shows what there is)")
		return nil
	}
	return cmd
}
