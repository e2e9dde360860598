package cli

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/notes"
)

func newContext(a *app) *cobra.Command {
	return group("context", "Write down what a database means",
		topicContext,
		"  custard context describe orders.total \"with tax\"\n  custard context metric revenue \"sum(order_items.price * order_items.quantity)\"\n"+
			"  custard context mask customers.email\n  custard context example add --from last\n  custard context lint",
		newContextShow(a), newContextDescribe(a), newContextSynonym(a), newContextMetric(a), newContextFilter(a), newContextTerm(a),
		newContextFlag(a, "hide", "Let nobody see tables or columns", "hidden", true), newContextFlag(a, "unhide", "Show them again", "hidden", false),
		newContextFlag(a, "mask", "Let columns be counted and filtered by, and never shown", "masked", true),
		newContextFlag(a, "unmask", "Show them again", "masked", false),
		newContextExample(a), newContextLint(a), newContextImport(a))
}

// writtenContext is what the project's file says about a local database; nil where it says nothing.
func (a *app) writtenContext(label string) (*translate.Context, error) {
	if c, ok := a.contexts[label]; ok {
		return c, nil
	}
	n, err := a.fileNotes()
	if err != nil {
		return nil, err
	}
	c := notes.Context(n.For(label)...)
	if a.contexts == nil {
		a.contexts = map[string]*translate.Context{}
	}
	a.contexts[label] = c
	return c, nil
}

func (a *app) fileNotes() (*notes.Notes, error) {
	section, path, err := config.Context(a.configOptions())
	if err != nil {
		return nil, err
	}
	return notes.Read(section, path)
}

// written is where notes are kept: a connection of a server, or the project's file, whole or its part about one connection.
type written struct {
	app    *app
	target target
	hosted bool
	part   string // of the file; empty for what holds for all
}

// written finds out whose notes a command is about. Without a choice, and where no database would be asked, it is the file.
func (a *app) written(ctx context.Context, c choice) (*written, error) {
	if _, err := a.config(); err != nil {
		return nil, err
	}
	t, err := a.target(ctx, c)
	if err != nil && c != (choice{}) {
		return nil, err
	}
	w := &written{app: a, target: t, hosted: err == nil && t.server != nil}
	if c.connection != "" || c.demo {
		w.part = t.label
	}
	return w, nil
}

// read returns the notes as JSON, whole.
func (w *written) read(ctx context.Context) ([]byte, error) {
	if w.hosted {
		kept, err := w.target.server.Context(ctx, w.target.label)
		if err != nil {
			return nil, w.app.noHosted(ctx, w.target.server, w.target.label, err)
		}
		return kept.Context, nil
	}
	section, path, err := config.Context(w.app.configOptions())
	if err != nil || w.part == "" {
		return section, err
	}
	n, err := notes.Read(section, path)
	if err != nil {
		return nil, err
	}
	for name, own := range n.Connections {
		if strings.EqualFold(name, w.part) {
			return json.Marshal(own)
		}
	}
	return nil, nil
}

// edit changes the notes and says where they are.
func (w *written) edit(ctx context.Context, edits ...notes.Edit) error {
	if w.hosted {
		if err := w.target.server.EditContext(ctx, w.target.label, edits); err != nil {
			return w.app.noHosted(ctx, w.target.server, w.target.label, err)
		}
		w.app.note("Written to the connection " + w.target.label)
		return nil
	}
	now, err := w.read(ctx)
	if err != nil {
		return err
	}
	if _, err := notes.Apply(now, edits); err != nil { // what cannot be read again is not written
		return err
	}
	file := make([]config.Edit, len(edits))
	for i, e := range edits {
		file[i] = config.Edit{Keys: e.Keys, Value: e.Value, Append: e.Append}
		if w.part != "" {
			file[i].Keys = append([]string{"connections", w.part}, e.Keys...)
		}
	}
	path, err := config.EditContext(w.app.configOptions(), file...)
	if err != nil {
		return err
	}
	w.app.contexts = nil
	w.app.note("Written to " + path)
	return nil
}

// noted is the place of a table's or column's notes: TABLE, TABLE.COLUMN, SCHEMA.TABLE.COLUMN; SCHEMA.TABLE with table.
func noted(name string, table bool) ([]string, error) {
	parts := strings.Split(name, ".")
	for _, p := range parts {
		if strings.TrimSpace(p) == "" {
			return nil, usagef("Write TABLE or TABLE.COLUMN.", "%q names no table", name)
		}
	}
	switch {
	case len(parts) == 1 || table && len(parts) == 2:
		return []string{"tables", name}, nil
	case len(parts) <= 3 && !table:
		last := len(parts) - 1
		return []string{"tables", strings.Join(parts[:last], "."), "columns", parts[last]}, nil
	}
	return nil, usagef("Write TABLE, TABLE.COLUMN or SCHEMA.TABLE.COLUMN.", "%q names no table", name)
}

// valueOrNone takes an empty text for what is to be taken out.
func valueOrNone(text string) any {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return text
}

func newContextShow(a *app) *cobra.Command {
	var c choice
	cmd := &cobra.Command{
		Use: "show", Aliases: []string{"export"}, Short: "Print the notes as JSON", Args: arguments(0, 0, ""),
		Long:    "Prints the notes as JSON, in the form that import takes.",
		Example: "  custard context show\n  custard context export -c prod > context.json",
	}
	c.flags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		w, err := a.written(cmd.Context(), c)
		if err != nil {
			return err
		}
		section, err := w.read(cmd.Context())
		if err != nil {
			return err
		}
		n, err := notes.Read(section, "the context")
		if err != nil {
			return err
		}
		text, err := json.MarshalIndent(n, "", "  ")
		if err != nil {
			return custard.Errorf(custard.CodeInternal, "encoding the context: %w", err)
		}
		_, err = a.stdout.Write(append(text, '\n'))
		return err
	}
	return cmd
}

// lint compares the notes about a database with its schema.
func (a *app) lint(ctx context.Context, t target) ([]notes.Finding, error) {
	w := &written{app: a, target: t, hosted: t.server != nil}
	if w.hosted {
		section, err := w.read(ctx)
		if err != nil {
			return nil, err
		}
		n, err := notes.Read(section, "the context of "+t.label)
		if err != nil {
			return nil, err
		}
		schema, err := t.server.Schema(ctx, t.label, false)
		if err != nil {
			return nil, err
		}
		return notes.Lint(notes.Context(n), schema), nil
	}
	db, err := a.open(ctx, t)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.close() }() // it was only read
	schema, err := db.source.Schema(ctx, true)
	if err != nil {
		return nil, err
	}
	c, err := a.writtenContext(t.label)
	if err != nil {
		return nil, err
	}
	return notes.Lint(c, schema), nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
