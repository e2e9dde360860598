package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func newConversations(a *app) *cobra.Command {
	c := group("conversations", "Questions that go on from each other",
		`Lists, shows, continues and exports conversations. Like the history they lie on this machine, or on the server of a
hosted connection. Without --local or --hosted, those of where a question would go now.`,
		`  custard conversations list
  custard conversations show last
  custard conversations continue last "only Germany"
  custard conversations export last -o json > talk.json`,
		newConversationsList(a), newConversationsShow(a), newConversationsContinue(a), newConversationsExport(a))
	c.Aliases = []string{"conv", "conversation"}
	return c
}

// talks is where conversations are kept.
type talks interface {
	custard.Catalog
	Conversations(ctx context.Context, limit int) ([]custard.Conversation, error)
	Conversation(ctx context.Context, id string) ([]custard.HistoryEntry, error)
}

// talks returns where the flags say that conversations are kept; server is nil for this machine.
func (a *app) talks(ctx context.Context, where whereFlags) (talks, *client.Client, error) {
	_, server, err := a.history(ctx, where)
	if err != nil {
		return nil, nil, err
	}
	if server != nil {
		return server, server, nil
	}
	return a.store(), nil, nil
}

// conversation returns the turns of a conversation by its id; without one, or for 'last', of the one that was gone on with
// last.
func (a *app) conversation(ctx context.Context, where whereFlags, args []string) (string, []custard.HistoryEntry, *client.Client, error) {
	t, server, err := a.talks(ctx, where)
	if err != nil {
		return "", nil, nil, err
	}
	id := "last"
	if len(args) > 0 {
		id = args[0]
	}
	if id == "last" {
		if id, err = lastConversation(ctx, t); err != nil {
			return "", nil, nil, err
		}
	}
	turns, err := t.Conversation(ctx, id)
	if err == nil && len(turns) == 0 {
		err = custard.Errorf(custard.CodeNotFound, "there is no conversation %q", id).WithHint("See `custard conversations list`.")
	}
	return id, turns, server, err
}

func newConversationsList(a *app) *cobra.Command {
	var out outputFlags
	var where whereFlags
	var limit int
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List conversations, the newest first", Args: arguments(0, 0, ""),
		Example: "  custard conversations list\n  custard conversations list --limit 0 -o json",
	}
	out.flags(cmd, true)
	cmd.Flags().IntVar(&limit, "limit", 20, "`conversations` at the most; 0 for all")
	where.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		if limit < 0 {
			return usagef("Write 0 for no limit.", "--limit %d is less than 0", limit)
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		t, _, err := a.talks(ctx, where)
		if err != nil {
			return err
		}
		found, err := t.Conversations(ctx, limit)
		if err != nil {
			return err
		}
		if len(found) == 0 && format == output.Table {
			a.note("Nothing was asked yet.")
			return nil
		}
		l := newList(textField("id"), timeField("last"), textField("connection"), intField("questions"), textField("began_with"))
		for _, c := range found {
			l.row(c.ID, shownTime(c.Last), c.Connection, int64(c.Questions), c.Title)
		}
		return l.write(a, format)
	}
	return cmd
}

func newConversationsShow(a *app) *cobra.Command {
	var out outputFlags
	var where whereFlags
	cmd := &cobra.Command{
		Use: "show [ID]", Short: "Show what was asked and answered in a conversation", Args: arguments(0, 1, "an id"),
		Long: "Shows the turns of a conversation, oldest first; without an id, or for 'last', of the newest.", Example: "  custard conversations show\n  custard conversations show 7Q2M -o json",
	}
	out.flags(cmd, true)
	where.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		_, turns, _, err := a.conversation(ctx, where, args)
		if err != nil {
			return err
		}
		l := newList(textField("id"), timeField("time"), textField("asked"), textField("query"), textField("result"), textField("answer"))
		for _, e := range turns {
			l.row(e.ID, shownTime(e.Time), asked(e), e.SQL, result(e), e.Answer)
		}
		return l.write(a, format)
	}
	return cmd
}

func newConversationsContinue(a *app) *cobra.Command {
	f := &answerFlags{}
	var where whereFlags
	cmd := &cobra.Command{
		Use: "continue ID|last [QUESTION…]", Short: "Ask the next question of a conversation", Args: arguments(1, -1, "an id, or 'last', and a question"),
		Long: `Asks the next question of a conversation, of the database that its last question was asked of, or of another that the
flags choose. Without a question it says where the conversation stands and how it goes on.`,
		Example: "  custard conversations continue last \"only Germany\"\n  custard conversations continue 7Q2M \"by month instead\" -o csv",
	}
	f.flags(a, cmd, true)
	where.flags(cmd)
	for _, name := range []string{"conversation", "new"} { // they would say something else than the argument does
		_ = cmd.Flags().MarkHidden(name)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("conversation") || cmd.Flags().Changed("new") {
			return usagef("The first argument says which conversation goes on.", "--conversation and --new have no meaning here")
		}
		req, s, err := f.request(a, cmd)
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		id, turns, server, err := a.conversation(ctx, where, args[:1])
		if err != nil {
			return err
		}
		last := turns[len(turns)-1]
		if len(args) == 1 {
			a.note(a.paint("", fmt.Sprintf("%s of %s, the last: %s", count(int64(len(turns)), "question"), last.Connection, asked(last))))
			return a.print("custard ask --conversation " + id + " -c " + last.Connection + " \"…\"")
		}
		if req.Question, err = a.input(args[1:], "", "question"); err != nil {
			return err
		}
		req.Conversation = id
		return a.askWhere(ctx, f.choice, last.Connection, server, req, s)
	}
	return cmd
}

func newConversationsExport(a *app) *cobra.Command {
	var format string
	var where whereFlags
	cmd := &cobra.Command{
		Use: "export [ID]", Short: "Write a conversation as Markdown or JSON", Args: arguments(0, 1, "an id"),
		Long:    "Writes the turns of a conversation with their queries and answers; without an id, or for 'last', of the newest.\nNo rows are kept, so none are written.",
		Example: "  custard conversations export last > talk.md\n  custard conversations export 7Q2M -o json",
	}
	cmd.Flags().StringVarP(&format, "output", "o", "markdown", "the `format`: markdown or json")
	where.flags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"markdown", "json"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if format != "markdown" && format != "json" {
			return usagef("Choose one of markdown, json.", "there is no format %q here", format)
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		id, turns, _, err := a.conversation(ctx, where, args)
		if err != nil {
			return err
		}
		for i := range turns {
			turns[i].Trace = nil
		}
		if format == "markdown" {
			_, err = io.WriteString(a.stdout, conversationMarkdown(turns))
			return err
		}
		text, err := json.MarshalIndent(struct {
			Conversation custard.Conversation   `json:"conversation"`
			Items        []custard.HistoryEntry `json:"items"`
		}{custard.Conversation{
			ID: id, Title: asked(turns[0]), Connection: turns[0].Connection, Questions: len(turns), Started: turns[0].Time, Last: turns[len(turns)-1].Time,
		}, turns}, "", "  ")
		if err != nil {
			return custard.Errorf(custard.CodeInternal, "encoding a conversation: %w", err)
		}
		_, err = a.stdout.Write(append(text, '\n'))
		return err
	}
	return cmd
}

// conversationMarkdown writes turns as a page. What was asked and answered is text: it makes no links, images or headings.
func conversationMarkdown(turns []custard.HistoryEntry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s, %s\n", markdownText(asked(turns[0])), markdownText(turns[0].Connection), turns[0].Time.UTC().Format("2006-01-02 15:04 MST"))
	for _, e := range turns {
		fmt.Fprintf(&b, "\n## %s\n", markdownText(asked(e)))
		if e.SQL != "" {
			fence := "```"
			for strings.Contains(e.SQL, fence) {
				fence += "`"
			}
			fmt.Fprintf(&b, "\n%ssql\n%s\n%s\n", fence, strings.TrimRight(output.Shown(e.SQL), "\n"), fence)
		}
		said := e.Answer
		if e.Error != "" {
			said = string(e.Code) + ": " + e.Error
		}
		if said != "" {
			fmt.Fprintf(&b, "\n%s\n", markdownText(said))
		}
		fmt.Fprintf(&b, "\n_%s, %s, %s_\n", markdownText(e.Engine), result(e), milliseconds(e.Millis))
	}
	return b.String()
}

// markdownText is a text that Markdown shows as it is, on one line.
func markdownText(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(output.Shown(text)), " ") {
		if strings.ContainsRune("\\`*_{}[]<>#|!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
