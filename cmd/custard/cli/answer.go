package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

// answering turns the events of one answer into output: data on standard output, everything else on standard error.
type answering struct {
	app    *app
	show   *show
	req    custard.Request
	answer *output.Answer
	spin   *spinner

	page   io.Writer
	leave  func() error // ends the page
	writer output.Writer
	fields []custard.Field
	points *output.Points
	rows   int64

	clarify *custard.Clarify
}

// answer asks, shows the answer and keeps it in the history.
func (a *app) answer(ctx context.Context, at place, req custard.Request, s *show) error {
	w := &answering{
		app: a, show: s, req: req, spin: a.spin("thinking"),
		answer: &output.Answer{Question: req.Question, Connection: req.Connection},
	}
	err := w.run(ctx, at.asker())
	w.spin.stop()
	if history, hosted := at.history(); !req.DryRun && !hosted {
		w.remember(ctx, history, err)
	}
	return err
}

func (w *answering) run(ctx context.Context, asker custard.Asker) error {
	for event, err := range asker.Ask(ctx, w.req) {
		if err == nil {
			err = w.event(event)
		}
		if err != nil {
			return w.abort(err)
		}
	}
	return w.finish()
}

func (w *answering) event(e custard.Event) error {
	switch e.Kind {
	case custard.EventStatus:
		w.spin.say(e.Status)
	case custard.EventQuery:
		w.answer.Query = *e.Query
		w.app.log().Info("query", "engine", e.Query.Engine, "sql", e.Query.SQL)
		if w.show.sql && !w.req.DryRun {
			w.spin.stop()
			w.showQuery()
			w.spin = w.app.spin("running")
		} else {
			w.spin.say("running")
		}
	case custard.EventColumns:
		return w.begin(e.Fields)
	case custard.EventRows:
		return w.take(e.Rows)
	case custard.EventAnswer:
		w.answer.Answer = e.Answer
	case custard.EventChart:
		w.answer.Chart = e.Chart
	case custard.EventClarify:
		w.clarify = e.Clarify
	case custard.EventDone:
		w.answer.Done = *e.Done
	}
	return nil
}

func (w *answering) showQuery() {
	text := w.answer.Query.Pretty
	if text == "" || !w.app.screen.err.Terminal() {
		text = w.answer.Query.SQL
	}
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		fmt.Fprintln(w.app.stderr, w.app.paint(dim, strings.TrimSuffix(line, "\n")))
	}
}

func (w *answering) begin(fields []custard.Field) error {
	w.fields = fields
	for _, e := range w.show.expect {
		if err := e.begin(fields); err != nil {
			return err
		}
	}
	w.spin.stop()
	w.page, w.leave = w.app.page()
	w.writer = output.New(w.page, w.show.format, w.answer, output.Options{Screen: w.app.screen.out, CSVSafe: w.show.csvSafe})
	if w.draws() {
		w.points = output.NewPoints(fields)
	}
	return w.writer.Begin(fields)
}

// draws says whether a chart may be drawn.
func (w *answering) draws() bool {
	return w.show.format == output.Table && w.show.chart != custard.ChartNone && (w.app.screen.out.Terminal() || w.show.drawn)
}

func (w *answering) take(b *custard.Batch) error {
	w.rows += int64(b.Rows)
	if w.points != nil {
		w.points.Rows(b)
	}
	if len(w.show.expect) > 0 {
		r := b.Reader()
		for range b.Rows {
			for i := range w.fields {
				cell, null, _ := r.Next()
				for _, e := range w.show.expect {
					if e.column == i {
						e.look(cell, null)
					}
				}
			}
		}
	}
	return w.writer.Rows(b)
}

// abort ends what was begun and passes the error on, with the choices of a question back.
func (w *answering) abort(err error) error {
	w.spin.stop()
	if w.writer != nil {
		_, broken := err.(*writeError) //nolint:errorlint // as the writer gave it
		if !broken {
			_ = w.writer.Abort(custard.AsError(err)) // the first error is the one to tell
			w.app.answered = w.show.format == output.JSON
		}
		_ = w.leave() // likewise
	}
	if w.clarify != nil {
		return &chooseError{err: custard.AsError(err), choices: w.clarify.Choices}
	}
	return err
}

// finish writes what comes after the rows.
func (w *answering) finish() error {
	w.spin.stop()
	if w.writer == nil {
		return w.dryRun()
	}
	failed := w.assertions()
	w.answer.Err = custard.AsError(failed)
	if err := w.writer.End(); err != nil {
		_ = w.leave() // the first error is the one to tell
		return err
	}
	w.app.answered = w.show.format == output.JSON
	chartErr := w.chart()
	if err := w.leave(); err != nil {
		return err
	}
	w.notes(chartErr)
	return failed
}

func (w *answering) assertions() error {
	for _, e := range w.show.expect {
		if err := e.end(w.rows); err != nil {
			return err
		}
	}
	if w.show.failEmpty && w.rows == 0 {
		return custard.Errorf(custard.CodeAssertion, "there are no rows").WithHint("--fail-empty asks for at least one.")
	}
	return nil
}

// dryRun prints the query on standard output.
func (w *answering) dryRun() error {
	if w.show.format == output.JSON {
		w.writer = output.New(w.app.stdout, output.JSON, w.answer, output.Options{})
		w.app.answered = true
		return w.writer.End()
	}
	text := w.answer.Query.SQL
	if w.app.screen.out.Terminal() && w.answer.Query.Pretty != "" {
		text = w.answer.Query.Pretty
	}
	if w.app.screen.out.Terminal() {
		text = output.Shown(text)
	}
	_, err := fmt.Fprintln(w.app.stdout, strings.TrimRight(text, "\n"))
	w.remarks()
	return err
}

// chart draws the chart below the table. Why it could not be drawn is said where it was asked for by name.
func (w *answering) chart() error {
	if w.points == nil {
		return nil
	}
	chart := w.answer.Chart
	if chart == nil && w.show.drawn { // none suits by itself, but one was asked for by name
		chart = plainChart(w.show.chart, w.fields)
	}
	if chart == nil || chart.Kind == custard.ChartNone {
		return nil
	}
	drawing, err := w.points.Draw(*chart, w.app.screen.out)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w.page, "\n"+drawing)
	return err
}

// plainChart draws the first column of numbers over the first other column.
func plainChart(kind custard.ChartMode, fields []custard.Field) *custard.Chart {
	chart := &custard.Chart{Kind: kind}
	for i, f := range fields {
		switch {
		case f.Type.Numeric() && (i > 0 || len(fields) == 1 || kind == custard.ChartHist) && len(chart.Y) == 0:
			chart.Y = []string{f.Name}
		case chart.X == "" && kind != custard.ChartHist:
			chart.X = f.Name
		}
	}
	return chart
}

// notes writes the sentence, what was assumed, and how much there is.
func (w *answering) notes(chartErr error) {
	a := w.app
	if a.quiet() {
		return
	}
	if a.screen.out.Terminal() && a.screen.err.Terminal() && w.show.people() && w.answer.Answer != "" && w.req.SQL == "" {
		fmt.Fprintln(a.stderr)
	}
	// Where rows were left out the sentence only says so, and so does the note below, with what to do.
	if w.show.people() && w.req.SQL == "" && w.answer.Answer != "" && !w.answer.Done.Truncated {
		a.note(a.wrap(a.paint(bold, w.answer.Answer), ""))
	}
	w.remarks()
	if chartErr != nil && w.show.drawn {
		a.note(a.paint(dim, "no chart: "+chartErr.Error()))
	}
	if h, ok := w.writer.(interface{ Hidden() int }); ok && h.Hidden() > 0 {
		a.note(a.paint(dim, fmt.Sprintf("%s did not fit; -o vertical shows all", count(int64(h.Hidden()), "column"))))
	}
	if w.answer.Done.Truncated {
		a.note(a.paint(yellow, fmt.Sprintf("cut off after %s; --limit 0 gives all", count(w.rows, "row"))))
	}
	if a.screen.out.Terminal() && w.show.people() || a.verbose() {
		a.note(a.paint(dim, w.footer()))
	}
}

// remarks writes what was assumed and what is doubtful. JSON holds both.
func (w *answering) remarks() {
	if w.show.format == output.JSON {
		return
	}
	for _, text := range w.answer.Query.Assumptions {
		w.app.note(w.app.wrap(w.app.paint(dim, w.app.mark("·", "-")+" "+text), "  "))
	}
	for _, text := range w.answer.Query.Warnings {
		w.app.warn(text)
	}
}

func (w *answering) footer() string {
	parts := []string{count(w.rows, "row")}
	if total, ok := w.answer.Done.TimingsMS["total"]; ok {
		parts = append(parts, milliseconds(total))
	}
	if w.req.SQL == "" {
		parts = append(parts, w.answer.Query.Engine)
		if c := w.answer.Query.Confidence; c > 0 && c < 1 {
			parts = append(parts, strconv.Itoa(int(c*100+0.5))+" % sure")
		}
	}
	if w.app.verbose() {
		for _, stage := range [...]string{"schema", "values", "translate", "check", "compare", "plan", "run"} {
			if ms, ok := w.answer.Done.TimingsMS[stage]; ok {
				parts = append(parts, stage+" "+milliseconds(ms))
			}
		}
		if u := w.answer.Done.Usage; u != nil {
			parts = append(parts, fmt.Sprintf("%d + %d tokens", u.Input, u.Output))
			if u.USD > 0 {
				parts = append(parts, fmt.Sprintf("$%.4f", u.USD))
			}
		}
		parts = append(parts, "conversation "+w.answer.Done.ConversationID)
	}
	return strings.Join(parts, w.app.mark(" · ", ", "))
}

// remember keeps the question in the history. A history that cannot be written is no reason to fail.
func (w *answering) remember(ctx context.Context, history custard.Catalog, err error) {
	if closedPipe(err) {
		err = nil
	}
	entry := custard.HistoryEntry{
		Time: w.app.clock().UTC(), Question: w.req.Question, Connection: w.req.Connection,
		Engine: w.answer.Query.Engine, SQL: w.answer.Query.SQL, Answer: w.answer.Answer, Rows: w.rows,
		Millis: w.answer.Done.TimingsMS["total"], Conversation: w.answer.Done.ConversationID,
	}
	if entry.SQL == "" {
		entry.SQL = w.req.SQL
	}
	if err != nil {
		e := custard.AsError(err)
		entry.Error, entry.Code = e.Message, e.Code
	}
	entry.Usage, entry.Trace = w.answer.Done.Usage, w.app.stages.Last()
	if _, err := history.AddHistory(context.WithoutCancel(ctx), entry); err != nil {
		w.app.warn("this is not in the history: " + err.Error())
	}
}

func (a *app) verbose() bool { return a.global.verbose || (a.cfg != nil && a.cfg.Verbose) }

// count writes a number of things: 1 row, 2 rows, 1,234 rows.
func count(n int64, thing string) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if n != 1 {
		thing += "s"
	}
	return digits + " " + thing
}

func milliseconds(ms float64) string {
	switch {
	case ms >= 10_000:
		return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
	case ms >= 100:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	}
	return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
}
