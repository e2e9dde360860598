package cli

import (
	"errors"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
	"github.com/custard-ai/custard/server/translate/model"
)

// answerFlags are the flags of commands that answer: ask, sql, history rerun.
type answerFlags struct {
	choice       choice
	output       outputFlags
	showSQL      bool
	noSQL        bool
	dryRun       bool
	chart        string
	limit        int64
	timeout      string
	engine       string
	candidates   int
	conversation string
	fresh        bool
	failEmpty    bool
	expect       []string
	now          string
}

func (f *answerFlags) flags(a *app, cmd *cobra.Command, question bool) {
	cmd.Flags().SortFlags = false
	f.choice.flags(a, cmd)
	f.output.flags(cmd, true)
	p := cmd.Flags()
	shown := "print the query too, on standard error (a terminal shows it anyway)"
	if !question {
		shown = "print the statement as the database gets it, on standard error"
	}
	p.BoolVar(&f.showSQL, "show-sql", false, shown)
	p.BoolVar(&f.noSQL, "no-sql", false, "do not print the query")
	cmd.MarkFlagsMutuallyExclusive("show-sql", "no-sql")
	p.BoolVar(&f.dryRun, "dry-run", false, "stop before running; print the query on standard output")
	p.StringVar(&f.chart, "chart", "", "the `kind` of chart: auto, none, bar, line or hist (default auto on a terminal)")
	p.Int64Var(&f.limit, "limit", 0, "`rows` at the most; 0 for no limit, streamed (default 1000)")
	p.StringVar(&f.timeout, "timeout", "", "give up after this `duration` (default 60s)")
	if question {
		p.StringVar(&f.engine, "engine", "", "what writes the query, by `name`: builtin, or a model such as openai/gpt-4.1; after a comma, what to ask where it does not answer")
		p.IntVar(&f.candidates, "candidates", 0, "let a model write `n` queries, compare their results and take what most have")
		p.StringVar(&a.cassette.record, "record", "", "keep the traffic with a model in this `folder`")
		p.StringVar(&a.cassette.replay, "replay", "", "answer from the traffic kept in this `folder`: no key, no network")
		cmd.MarkFlagsMutuallyExclusive("record", "replay")
		p.StringVar(&f.conversation, "conversation", "", "continue the conversation with this `id`, or the 'last' one")
		p.BoolVar(&f.fresh, "new", false, "begin a new conversation, whatever is configured")
		cmd.MarkFlagsMutuallyExclusive("conversation", "new")
	}
	p.BoolVar(&f.failEmpty, "fail-empty", false, "exit 6 where there are no rows")
	p.StringArrayVar(&f.expect, "expect", nil, "exit 6 where this `expr` does not hold, such as 'rows > 0'; may be repeated")
	p.StringVar(&f.now, "now", "", "what 'today' means: a `date` such as 2026-01-31 (CUSTARD_NOW)")
	_ = cmd.RegisterFlagCompletionFunc("chart", cobra.FixedCompletions([]string{"auto", "none", "bar", "line", "hist"}, cobra.ShellCompDirectiveNoFileComp))
}

// outputFlags choose a format.
type outputFlags struct {
	format  string
	json    bool
	csvSafe bool
}

func (f *outputFlags) flags(cmd *cobra.Command, csv bool) {
	p := cmd.Flags()
	p.StringVarP(&f.format, "output", "o", "", "the `format`: table, json, ndjson, csv, tsv, markdown or vertical")
	p.BoolVar(&f.json, "json", false, "the same as -o json")
	if csv {
		p.BoolVar(&f.csvSafe, "csv-safe", false, "write csv and tsv cells that a spreadsheet would run as text")
	}
	cmd.MarkFlagsMutuallyExclusive("output", "json")
	names := make([]string, 0, 7)
	for _, name := range output.Formats() {
		names = append(names, string(name))
	}
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
}

// chosen returns the format: the flag's, else the configuration's, else table.
func (f *outputFlags) chosen(a *app) (output.Format, error) {
	cfg, err := a.config()
	if err != nil {
		a.json = a.json || f.json || f.format == "json"
		return "", err
	}
	name := cfg.Output
	if f.format != "" {
		name = f.format
	}
	if f.json {
		name = string(output.JSON)
	}
	if name == "" {
		return output.Table, nil
	}
	format, err := output.ParseFormat(name)
	a.json = format == output.JSON
	return format, err
}

// show is what the flags and the configuration say about how an answer is shown.
type show struct {
	format    output.Format
	sql       bool
	csvSafe   bool
	chart     custard.ChartMode
	drawn     bool // a chart was asked for by name: it is drawn off a terminal too
	failEmpty bool
	expect    []*expectation
}

// people says whether the format is one that people read.
func (s *show) people() bool {
	return s.format == output.Table || s.format == output.Vertical || s.format == output.Markdown
}

// request reads the flags into a request without its words, and into how its answer is shown.
func (f *answerFlags) request(a *app, cmd *cobra.Command) (custard.Request, *show, error) {
	format, err := f.output.chosen(a)
	if err != nil {
		return custard.Request{}, nil, err
	}
	cfg, err := a.config()
	if err != nil {
		return custard.Request{}, nil, err
	}
	s := &show{format: format, csvSafe: f.output.csvSafe || cfg.CSVSafe, failEmpty: f.failEmpty}
	for _, text := range f.expect {
		e, err := parseExpectation(text)
		if err != nil {
			return custard.Request{}, nil, err
		}
		s.expect = append(s.expect, e)
	}
	req := custard.Request{Engine: f.engine, DryRun: f.dryRun, Limits: custard.Limits{Rows: cfg.Limit, Timeout: cfg.Timeout}}
	if req.Engine == "" {
		req.Engine = cfg.Engine
	}
	req.Candidates = int(cfg.Candidates)
	if cmd.Flags().Changed("candidates") {
		req.Candidates = f.candidates
		if f.candidates < 1 || f.candidates > model.MaxCandidates {
			return req, nil, tooMany(f.candidates)
		}
	}
	if cmd.Flags().Changed("limit") {
		if f.limit < 0 {
			return req, nil, usagef("Write 0 for no limit.", "--limit %d is less than 0", f.limit)
		}
		req.Limits.Rows = f.limit
	}
	if f.timeout != "" {
		if req.Limits.Timeout, err = parseTimeout(f.timeout); err != nil {
			return req, nil, err
		}
	}
	if req.Now, err = a.now(f.now); err != nil {
		return req, nil, err
	}
	if !f.fresh {
		req.Conversation = cfg.Conversation
		if f.conversation != "" {
			req.Conversation = f.conversation
		}
	}
	if req.Chart, err = f.chartMode(a, cfg.Chart, s); err != nil {
		return req, nil, err
	}
	s.chart = req.Chart
	switch {
	case f.noSQL:
	case f.showSQL:
		s.sql = true
	case cfg.ShowSQL != "":
		s.sql = cfg.ShowSQL == "yes"
	default:
		s.sql = a.screen.out.Terminal() && s.people()
	}
	return req, s, nil
}

func (f *answerFlags) chartMode(a *app, configured string, s *show) (custard.ChartMode, error) {
	mode := custard.ChartMode(f.chart)
	s.drawn = mode != "" && mode != custard.ChartNone && mode != custard.ChartAuto
	if mode == "" {
		mode = custard.ChartMode(configured)
	}
	switch mode {
	case custard.ChartAuto, custard.ChartNone, custard.ChartBar, custard.ChartLine, custard.ChartHist:
		return mode, nil
	case "":
		// JSON says which chart would suit; elsewhere one is drawn on a terminal alone.
		if a.screen.out.Terminal() || s.format == output.JSON {
			return custard.ChartAuto, nil
		}
		return custard.ChartNone, nil
	}
	return "", usagef("Choose one of auto, none, bar, line, hist.", "there is no chart %q", string(mode))
}

func parseTimeout(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if seconds, nerr := strconv.Atoi(text); nerr == nil {
		d, err = time.Duration(seconds)*time.Second, nil
	}
	if err == nil && d <= 0 {
		err = errors.New("not positive")
	}
	if err != nil {
		return 0, usagef("Write it as 30s, 5m or 1h30m.", "--timeout %q is no duration", text)
	}
	return d, nil
}
