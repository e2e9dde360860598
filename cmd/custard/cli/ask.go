package cli

import (
	"bufio"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
)

func newAsk(a *app) *cobra.Command {
	f := &answerFlags{}
	cmd := &cobra.Command{
		Use:   "ask QUESTION…",
		Short: "Ask one question",
		Long: `Asks one question and shows the answer: the query, the rows, a chart where one helps, a sentence, and what was
assumed. The question is the arguments, or standard input where that is a pipe or the argument is '-'.`,
		Example: `  custard ask --demo "how many orders were there last month?"
  custard ask "revenue by category this year" -c shop --chart bar
  custard ask "new customers per week" --limit 0 -o csv > customers.csv
  custard ask "orders without a customer" --expect 'rows = 0' -q
  custard ask "and by country?" --conversation last
  echo "who are our best customers?" | custard ask --db shop.db --json`,
		Args: arguments(0, -1, "a question"),
	}
	f.flags(a, cmd, true)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		req, s, err := f.request(a, cmd)
		if err != nil {
			return err
		}
		if req.Question, err = a.input(args, "", "question"); err != nil {
			return err
		}
		return a.ask(cmd.Context(), f.choice, req, s)
	}
	return cmd
}

// ask opens the chosen database and answers the request, asking back on a terminal where the question has several readings.
func (a *app) ask(ctx context.Context, c choice, req custard.Request, s *show) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	t, err := a.target(ctx, c)
	if err != nil {
		return err
	}
	return a.askTarget(ctx, t, req, s)
}

func (a *app) askTarget(ctx context.Context, t target, req custard.Request, s *show) error {
	at, err := a.reach(ctx, t)
	if err != nil {
		return err
	}
	defer func() { _ = at.close() }() // what it could say comes too late
	if req.Conversation, err = conversation(ctx, at, req.Conversation); err != nil {
		return err
	}
	req.Connection = t.label
	for {
		err := a.answer(ctx, at, req, s)
		choices := choicesOf(err)
		if len(choices) == 0 || !a.screen.in || !a.screen.out.Terminal() || !a.screen.err.Terminal() {
			return err
		}
		chosen, ok := a.choose(ctx, custard.AsError(err).Message, choices)
		if !ok {
			return err
		}
		req.Question = chosen
	}
}

// choose lets the user pick one of some questions; ok is false where none was.
func (a *app) choose(ctx context.Context, question string, choices []string) (chosen string, ok bool) {
	fmt.Fprintln(a.stderr, a.paint(bold, question))
	for i, c := range choices {
		fmt.Fprintf(a.stderr, "  %s %s\n", a.paint(cyan, strconv.Itoa(i+1)+"."), a.paint("", c))
	}
	fmt.Fprintf(a.stderr, "Which one? [1-%d, or Enter for none] ", len(choices))
	lines := make(chan string, 1)
	go func() { // ends with the program where nothing is typed
		line, err := bufio.NewReader(a.stdin).ReadString('\n')
		if err != nil {
			line = ""
		}
		lines <- line
	}()
	var line string
	select {
	case line = <-lines:
	case <-ctx.Done():
		fmt.Fprintln(a.stderr)
		return "", false
	}
	n, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || n < 1 || n > len(choices) {
		return "", false
	}
	return choices[n-1], true
}

// conversation returns the id to continue: 'last' is that of the newest entry of the history.
func conversation(ctx context.Context, at place, id string) (string, error) {
	if id != "last" {
		return id, nil
	}
	catalog, _ := at.history()
	return lastConversation(ctx, catalog)
}

// lastConversation returns the id of the conversation that was gone on with last.
func lastConversation(ctx context.Context, catalog custard.Catalog) (string, error) {
	const recent = 1000
	entries, err := catalog.History(ctx, "", recent)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.Conversation != "" {
			return e.Conversation, nil
		}
	}
	return "", usagef("Leave --conversation out to begin one.", "there is no conversation to continue yet")
}
