package httpapi

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/span"
)

// The actions of questions in the audit log.
const (
	actQueryRun    = "query.run"
	actQueryRefuse = "query.refuse" // it was not run: a policy or the rules of what may run forbid it
	actQueryFail   = "query.fail"
)

// account is what is written down of a question.
type account struct {
	started time.Time
	req     custard.Request
	conn    catalog.Connection
	query   custard.Query
	answer  string
	done    *custard.Done
	err     *custard.Error
	choices []string
	kept    bool
	stages  *span.Recorder // what a question goes through; nil for a statement
	tally   *llm.Tally     // what models take for it; likewise

	continues bool // a conversation was named
}

// watch returns the context of a question, whose stages and whose models' usage are kept with its account. Prompts and
// what models answered are among the stages only where the operator wants them kept; what the history holds anyway, the
// question and queries, always is.
func (q *account) watch(ctx context.Context, prompts bool) context.Context {
	q.stages = &span.Recorder{Content: func(key string) bool { return prompts || !strings.HasPrefix(key, "gen_ai.") }}
	ctx, q.tally = llm.WithTally(ctx)
	return span.Recorded(ctx, q.stages)
}

// see notes what an event says.
func (q *account) see(e custard.Event) {
	switch e.Kind {
	case custard.EventQuery:
		q.query = *e.Query
	case custard.EventAnswer:
		q.answer = e.Answer
	case custard.EventClarify:
		q.choices = e.Clarify.Choices
	case custard.EventDone:
		q.done = e.Done
	case custard.EventStatus, custard.EventColumns, custard.EventRows, custard.EventChart:
	}
}

func (q *account) fail(err error) { q.err = custard.AsError(err) }

// outcome is what meters call what came of it.
func (q *account) outcome() string {
	if q.err == nil {
		return "answered"
	}
	return string(q.err.Code)
}

// action is what the audit log calls what came of it.
func (q *account) action() string {
	if q.err == nil {
		return actQueryRun
	}
	switch q.err.Code {
	case custard.CodeSyntax, custard.CodeRefused, custard.CodePolicy, custard.CodeUnknownTable, custard.CodeUnknownColumn, custard.CodeTooExpensive:
		return actQueryRefuse
	}
	return actQueryFail
}

// entry is the question's entry in the history.
func (q *account) entry(id string, took time.Duration) *catalog.Entry {
	e := &catalog.Entry{ConnectionID: q.conn.ID, HistoryEntry: custard.HistoryEntry{
		ID: id, Time: q.started.UTC(), Question: q.req.Question, Connection: q.conn.Name, Engine: q.query.Engine, SQL: q.query.SQL,
		Answer: q.answer, Millis: float64(took.Microseconds()) / 1000, Conversation: q.req.Conversation,
	}}
	if e.SQL == "" {
		e.SQL = q.req.SQL
	}
	if q.req.SQL != "" {
		e.Engine = cmp.Or(e.Engine, "sql")
		if !q.continues { // nothing goes on from a statement
			e.Conversation = ""
		}
	}
	if q.done != nil {
		e.Rows, e.Millis = q.done.Rows, q.done.TimingsMS["total"]
	}
	if q.tally != nil {
		e.Usage = q.tally.Usage()
	}
	if q.stages != nil {
		e.Trace = q.stages.SoFar()
	}
	if q.err != nil {
		e.Error, e.Code = q.err.Message, q.err.Code
		if q.err.Code == custard.CodeInternal {
			e.Error = "something went wrong on the server"
		}
	}
	return e
}

// keepAccount writes a question into the history and the audit log. A question that a follow-up may go on from is written
// before its answer ends; a statement only has to be queued.
func (a *API) keepAccount(c *call, q *account) {
	if q.kept {
		return
	}
	q.kept = true
	a.meters.asked.WithLabelValues(q.outcome()).Inc()
	now := a.now()
	entry := q.entry(a.newID(), now.Sub(q.started))
	entry.User, entry.Key = c.who.User, c.who.Key
	row := &auth.Audit{
		ID: a.newID(), Time: now.UTC(), User: c.who.User, Key: c.who.Key, Action: q.action(), Target: entry.ID, Address: c.address(),
		Detail: map[string]string{"connection": q.conn.ID, "engine": entry.Engine},
	}
	if q.err != nil {
		row.Detail["code"] = string(q.err.Code)
	} else {
		row.Detail["rows"] = strconv.FormatInt(entry.Rows, 10)
	}
	if q.req.DryRun {
		row.Detail["dry_run"] = "true"
	}
	n := journalled{org: c.who.Org, entry: entry, audit: row}
	if q.req.DryRun { // nothing was asked of the database: it is audited, but no history
		n.entry, row.Target = nil, q.conn.ID
	}
	var written chan struct{}
	if q.req.SQL == "" {
		written = make(chan struct{})
		n.written = written
	}
	// The client may have gone away; what was asked is written down all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx()), 10*time.Second)
	defer cancel()
	if err := a.journal.add(ctx, n); err != nil {
		c.log().ErrorContext(ctx, "question is not written down", "error", custard.Detail(err))
		return
	}
	if written != nil {
		select {
		case <-written:
		case <-ctx.Done():
		}
	}
}
