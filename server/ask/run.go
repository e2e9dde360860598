package ask

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/check"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/span"
	"github.com/custard-ai/custard/server/translate"
)

// unsure is the confidence below which an answer comes with a warning: measured on questions about databases that the
// built-in engine was not trained on, fewer than one such answer in three was right.
const unsure = 0.35

// errLeft ends a run whose asker has left the loop.
var errLeft = errors.New("the asker left")

// run is one question on its way.
type run struct {
	svc     *Service
	req     custard.Request
	started time.Time
	timings map[string]float64 // milliseconds a stage, summed over repairs
	yield   func(custard.Event, error) bool
	fresh   bool   // the conversation begins
	whole   string // what a follow-up was read as; empty for a whole question
	usage   *custard.Usage
	left    bool  // the asker left the loop: yield must not be called again
	seen    bool  // columns or rows have been sent: too late for a repair
	view    *view // the schema that is asked; nil before it was read
}

// emit sends an event; it fails with errLeft where the asker has left.
func (r *run) emit(e custard.Event) error {
	if r.left {
		return errLeft
	}
	if !r.yield(e, nil) {
		r.left = true
		return errLeft
	}
	return nil
}

func (r *run) status(text string) error {
	return r.emit(custard.Event{Kind: custard.EventStatus, Status: text})
}

// clock adds the time since start to a stage's.
func (r *run) clock(stage string, start time.Time) {
	r.timings[stage] += float64(time.Since(start).Microseconds()) / 1000
}

// answer goes through the stages.
func (r *run) answer(ctx context.Context) error {
	if r.req.SQL != "" {
		return r.statement(ctx)
	}
	if strings.TrimSpace(r.req.Question) == "" {
		return custard.Errorf(custard.CodeUsage, "there is no question").WithHint(`Ask something, such as "how many customers are there?".`)
	}
	engine, err := r.svc.cfg.Engine(ctx, r.req.Engine)
	if err != nil {
		return err
	}
	treq, err := r.focus(ctx, engine)
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		fail, err := r.attempt(ctx, engine, treq)
		if err == nil {
			return nil
		}
		repeated := treq.Failed != nil && fail != nil && treq.Failed.SQL == fail.SQL
		if fail == nil || repeated || r.seen || attempt == maxRepairs || ctx.Err() != nil || !repairable(fail.Err) {
			return err
		}
		treq.Failed = fail
		if err := r.status("mending the query"); err != nil {
			return err
		}
	}
}

// focus reads the schema, the conversation and the values that the question mentions.
func (r *run) focus(ctx context.Context, engine translate.Translator) (translate.Request, error) {
	treq := translate.Request{
		Question: r.req.Question, Dialect: r.svc.cfg.Dialect, Now: r.req.Now, Candidates: r.req.Candidates,
		Organisation: r.svc.cfg.Organisation, Connection: r.svc.cfg.Connection, Share: r.svc.cfg.Share,
	}
	if err := r.status("reading the schema"); err != nil {
		return treq, err
	}
	start := time.Now()
	var err error
	if err = r.schema(ctx); err != nil {
		return treq, err
	}
	treq.Schema, treq.Context = r.view.schema, r.view.context
	r.clock("schema", start)
	if len(treq.Schema.Tables) == 0 {
		return treq, custard.Errorf(custard.CodeUnanswerable, "the database has no tables that can be read").
			WithHint("Check that it is the right database, and what its role may read, with: custard schema")
	}
	if r.svc.cfg.Turns != nil && !r.fresh {
		if treq.History, err = r.svc.cfg.Turns(ctx, r.req.Conversation); err != nil {
			return treq, err
		}
	}
	start = time.Now()
	values := func(text string) ([]custard.ValueMatch, error) {
		return r.values(ctx, text)
	}
	treq.Lookup = values
	if u, ok := engine.(translate.Understander); ok && len(treq.History) > 0 {
		if treq.Question, err = u.Understand(ctx, treq, values); err != nil {
			return treq, err
		}
		if treq.Question != r.req.Question {
			r.whole = treq.Question
		}
	}
	if v, ok := engine.(translate.Valuer); ok && !v.WantsValues(treq) {
		return treq, nil
	}
	if err := r.status("looking up values"); err != nil {
		return treq, err
	}
	if treq.Values, err = values(treq.Question); err != nil {
		return treq, err
	}
	r.clock("values", start)
	return treq, nil
}

// schema reads the schema as the team lets it be seen.
func (r *run) schema(ctx context.Context) error {
	schema, err := r.svc.cfg.Source.Schema(ctx, false)
	if err != nil {
		return err
	}
	var c *translate.Context
	if r.svc.cfg.Context != nil {
		if c, err = r.svc.cfg.Context(ctx); err != nil {
			return err
		}
	}
	r.view = r.svc.viewOf(schema, c)
	return nil
}

// attempt translates, checks, plans and runs once. Where a query came about and failed, it is returned with the error.
func (r *run) attempt(ctx context.Context, engine translate.Translator, treq translate.Request) (*translate.Failure, error) {
	if err := r.status("writing the query"); err != nil {
		return nil, err
	}
	start := time.Now()
	tr, err := r.translate(ctx, engine, treq)
	r.clock("translate", start)
	if err != nil {
		return nil, err
	}
	r.usage = r.usage.Add(tr.Usage)
	if tr.Clarify != nil {
		if err := r.emit(custard.Event{Kind: custard.EventClarify, Clarify: tr.Clarify}); err != nil {
			return nil, err
		}
		return nil, custard.Errorf(custard.CodeAmbiguous, "%s", tr.Clarify.Question).WithHint("Ask one of the choices, or say it in other words.")
	}
	if len(tr.Others) > 0 {
		if tr, err = r.vote(ctx, tr); err != nil {
			return nil, err
		}
	}
	q := custard.Query{
		Dialect: treq.Dialect, Engine: cmp.Or(tr.Engine, engine.Name()), Assumptions: tr.Assumptions, Confidence: tr.Confidence,
	}
	if r.whole != "" {
		q.Assumptions = append([]string{"read as the question '" + r.whole + "'"}, q.Assumptions...)
	}
	sql := tr.SQL
	start = time.Now()
	checked, err := r.checkAnswer(tr, &q)
	if err == nil {
		err = fill(&q, checked)
	}
	q.Warnings = append(append([]string{}, tr.Warnings...), q.Warnings...)
	if q.Confidence < unsure {
		q.Warnings = append(q.Warnings, fmt.Sprintf("this reading is a guess (%.0f %% sure): look at the query before you trust the rows, or ask in other words", 100*q.Confidence))
	}
	r.clock("check", start)
	span.Record(ctx, "check", start, err)
	if q.SQL != "" {
		sql = q.SQL
	}
	if err == nil {
		err = r.execute(ctx, q, checked)
	}
	if err != nil {
		return &translate.Failure{SQL: sql, Err: custard.AsError(err)}, err
	}
	return nil, nil //nolint:nilnil // neither a failure nor an error: it was answered
}

// statement runs the asker's own statement.
func (r *run) statement(ctx context.Context) error {
	start := time.Now()
	tree, err := parse.Parse(r.svc.cfg.Dialect, r.req.SQL)
	r.clock("check", start)
	if err != nil {
		return err
	}
	if check.NeedsSchema(tree) {
		if err := r.status("reading the schema"); err != nil {
			return err
		}
		start = time.Now()
		if err = r.schema(ctx); err != nil {
			return err
		}
		r.clock("schema", start)
	}
	start = time.Now()
	checked, err := r.check(tree, check.Options{Repair: true})
	if err != nil {
		return err
	}
	q := custard.Query{Dialect: r.svc.cfg.Dialect, Engine: "sql", Confidence: 1}
	err = fill(&q, checked)
	r.clock("check", start)
	if err != nil {
		return err
	}
	return r.execute(ctx, q, checked)
}

// check resolves a tree against the schema, where it was read.
func (r *run) check(tree *query.Query, o check.Options) (*check.Result, error) {
	var idx *check.Index
	if r.view != nil {
		idx = r.view.index
	}
	o.Dialect = r.svc.cfg.Dialect
	return check.Check(tree, idx, o)
}

// fill completes q with the checked query's text and what the check found.
func fill(q *custard.Query, checked *check.Result) error {
	var err error
	if q.SQL, err = print.SQL(q.Dialect, checked.Query); err != nil {
		return err
	}
	if q.Pretty, err = print.Pretty(q.Dialect, checked.Query); err != nil {
		return err
	}
	q.Assumptions = append(append([]string{}, q.Assumptions...), checked.Repairs...)
	q.Warnings = append([]string{}, checked.Warnings...)
	return nil
}

// execute plans and runs a checked query and answers from its rows.
func (r *run) execute(ctx context.Context, q custard.Query, checked *check.Result) error {
	stmt := custard.Statement{SQL: q.SQL, Limits: r.req.Limits}
	if r.svc.cfg.MaxCost > 0 {
		if err := r.plan(ctx, stmt); err != nil {
			return err
		}
	}
	if r.req.DryRun {
		if err := r.emit(custard.Event{Kind: custard.EventQuery, Query: &q}); err != nil {
			return err
		}
		return r.done(0, false)
	}
	if err := r.status("running the query"); err != nil {
		return err
	}
	start := time.Now()
	res, err := r.svc.cfg.Source.Query(ctx, stmt)
	if err != nil {
		return r.atDatabase(err)
	}
	return r.stream(ctx, &q, checked, res, start)
}

// stream passes a result on and closes the answer. The query and columns are sent with the first batch, so that a
// statement that fails before its first row can still be repaired.
func (r *run) stream(ctx context.Context, q *custard.Query, checked *check.Result, res *custard.Result, start time.Time) error {
	kept := newSample(res.Fields, r.req.SQL != "" && r.req.Limits.Rows == 0)
	open := func() error {
		if r.seen {
			return nil
		}
		r.seen = true
		if err := r.emit(custard.Event{Kind: custard.EventQuery, Query: q}); err != nil {
			return err
		}
		return r.emit(custard.Event{Kind: custard.EventColumns, Fields: res.Fields})
	}
	for batch, err := range res.Batches {
		if err != nil {
			return r.atDatabase(err)
		}
		if err := open(); err != nil {
			return err
		}
		kept.add(batch)
		if err := r.emit(custard.Event{Kind: custard.EventRows, Rows: batch}); err != nil {
			return err
		}
	}
	r.clock("run", start)
	if err := open(); err != nil {
		return err
	}
	truncated := res.Truncated != nil && res.Truncated()
	answer := kept.sentence(truncated)
	if kept.rows == 0 && r.req.SQL == "" {
		answer = r.emptySentence(ctx, checked)
	}
	if err := r.emit(custard.Event{Kind: custard.EventAnswer, Answer: answer}); err != nil {
		return err
	}
	if chart := kept.chart(r.req.Chart); chart != nil {
		if err := r.emit(custard.Event{Kind: custard.EventChart, Chart: chart}); err != nil {
			return err
		}
	}
	return r.done(kept.rows, truncated)
}

// atDatabase says of an error in the database's own words that it is one, where the asker did not write the statement.
func (r *run) atDatabase(err error) error {
	e := custard.AsError(err)
	if r.req.SQL != "" || e.Code != custard.CodeFailed {
		return err
	}
	own := *e
	own.Message = "the database could not run the query that was written for the question: " + e.Message
	if own.Hint == "" {
		own.Hint = "Ask in other words, or look at the query with --dry-run."
	}
	return &own
}

// plan asks the database what a statement would cost and refuses one that costs too much.
func (r *run) plan(ctx context.Context, stmt custard.Statement) error {
	if err := r.status("planning"); err != nil {
		return err
	}
	start := time.Now()
	defer r.clock("plan", start)
	return r.affordable(ctx, stmt)
}

// affordable fails with CodeTooExpensive for a statement that would cost more than the connection allows.
func (r *run) affordable(ctx context.Context, stmt custard.Statement) error {
	p, err := r.svc.cfg.Source.Explain(ctx, stmt)
	if err != nil {
		return err
	}
	if p.Cost > r.svc.cfg.MaxCost {
		return custard.Errorf(custard.CodeTooExpensive, "the query would cost about %.0f, more than the %.0f that this connection allows", p.Cost, r.svc.cfg.MaxCost).
			WithHint("Ask for less: a shorter period, one category, a sum instead of rows.")
	}
	return nil
}

func (r *run) done(rows int64, truncated bool) error {
	r.clock("total", r.started)
	for _, stage := range [...]string{"translate", "check", "run"} { // always there, for scripts: a statement is not translated, a dry run not run
		r.timings[stage] += 0
	}
	return r.emit(custard.Event{Kind: custard.EventDone, Done: &custard.Done{
		Rows: rows, Truncated: truncated, ConversationID: r.req.Conversation, TimingsMS: r.timings, Usage: r.usage,
	}})
}

// repairable says whether a translator may do better when it is told of the error.
func repairable(err *custard.Error) bool {
	switch err.Code {
	case custard.CodeSyntax, custard.CodeRefused, custard.CodeUnknownTable, custard.CodeUnknownColumn,
		custard.CodeFailed, custard.CodeTooExpensive:
		return true
	}
	return false
}
