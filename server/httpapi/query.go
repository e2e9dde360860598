package httpapi

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate/model"
)

const (
	defaultRows    = 1000
	defaultTimeout = time.Minute
	maxTimeout     = time.Hour
	maxQuestion    = 16 << 10 // bytes of a question or a statement
	maxQueryBody   = 64 << 10
	maxCandidates  = model.MaxCandidates
	// writeGrace is how long a client that reads slowly may take for what was written when its statement's time was over.
	writeGrace = 10 * time.Second
)

// queryBody is a question, or a statement.
type queryBody struct {
	Question       string `json:"question,omitempty" doc:"In plain language. With sql it is only a label for the history."`
	SQL            string `json:"sql,omitempty" doc:"A read-only statement in the database's own dialect."`
	Connection     string `json:"connection" doc:"The connection's name or id."`
	Engine         string `json:"engine,omitempty" doc:"builtin, or provider/model; the connection's default where it is left out."`
	ConversationID string `json:"conversation_id,omitempty" doc:"Go on from the questions of this conversation."`
	DryRun         bool   `json:"dry_run,omitempty" doc:"Stop before running: the query alone."`
	Limit          int64  `json:"limit,omitempty" doc:"Rows at the most: 1000 where it is 0 or left out, -1 for no limit."`
	TimeoutMS      int64  `json:"timeout_ms,omitempty" doc:"Of the whole question in milliseconds: 60000 where it is left out."`
	Chart          string `json:"chart,omitempty" doc:"auto, none, bar, line or hist."`
	Now            string `json:"now,omitempty" doc:"What 'today' means: a date or a time in RFC 3339."`
	Candidates     int    `json:"candidates,omitempty" doc:"How many queries a model writes and compares by their results; 0 and 1 for one."`
}

// answerBody is a JSON answer, for the document alone: the answer itself is written as its rows come.
type answerBody struct {
	Question       string             `json:"question"`
	Connection     string             `json:"connection"`
	Dialect        custard.Dialect    `json:"dialect"`
	Engine         string             `json:"engine" doc:"What wrote the query; sql for a statement."`
	Query          string             `json:"query" doc:"The query that ran."`
	Columns        []custard.Field    `json:"columns,omitempty" doc:"Not of a dry run."`
	Rows           [][]any            `json:"rows,omitempty" doc:"Cells: bool, int and float as JSON has them (an int past 2^53, NaN and the infinities as strings), decimal as a string, timestamp as RFC 3339, bytes as base64, json embedded, arrays as arrays, NULL as null, all else as strings."`
	RowCount       int64              `json:"row_count,omitempty"`
	Truncated      bool               `json:"truncated,omitempty" doc:"There are more rows than the limit."`
	Answer         string             `json:"answer,omitempty" doc:"A sentence that was computed from the rows."`
	Chart          *custard.Chart     `json:"chart"`
	Assumptions    []string           `json:"assumptions"`
	Warnings       []string           `json:"warnings"`
	Confidence     float64            `json:"confidence"`
	TimingsMS      map[string]float64 `json:"timings_ms"`
	ConversationID string             `json:"conversation_id"`
	RequestID      string             `json:"request_id"`
}

func (a *API) queryRoutes() []route {
	return []route{{
		method: http.MethodPost, pattern: "/query", access: from(auth.RoleMember, auth.ScopeAsk), handle: a.query,
		maxBody: maxQueryBody, rate: rateQuery, raw: true,
		doc: operation{
			id: "query", tag: "questions", summary: "Ask a question, or run a read-only statement", body: queryBody{},
			detail: "The Accept header decides the form: one JSON answer (its rows bounded by what fits into 32 MiB), or the events as they happen.\n\n" +
				"Closing the request cancels the statement at the database. In a stream the status is 200 once the first event is sent; an error after that is an event of its own.",
			answers: []answer{{
				status: http.StatusOK, body: answerBody{}, text: "The answer.",
				media: map[string]string{
					wire.NDJSON:      `One event a line: {"kind": "status|query|columns|rows|answer|chart|clarify|error|done", …}.`,
					wire.SSE:         "The same objects as data of events named for their kind; a comment every 15 seconds keeps the connection open.",
					wire.EventStream: "Binary frames: a byte for the kind, the length, and JSON; rows as blocks of raw text values.",
				},
			}},
		},
	}}
}

// request checks a body and makes the domain's request of it.
func (b *queryBody) request(maxRows int64) (custard.Request, error) {
	bad := func(hint, format string, args ...any) (custard.Request, error) {
		return custard.Request{}, custard.Errorf(custard.CodeUsage, format, args...).WithHint("%s", hint)
	}
	req := custard.Request{
		Question: b.Question, SQL: b.SQL, Connection: b.Connection, Engine: b.Engine, Conversation: b.ConversationID,
		DryRun: b.DryRun, Chart: custard.ChartMode(b.Chart), Candidates: b.Candidates,
	}
	switch {
	case strings.TrimSpace(b.Question) == "" && strings.TrimSpace(b.SQL) == "":
		return bad(`Send "question", or "sql".`, "there is neither a question nor a statement")
	case len(b.Question) > maxQuestion || len(b.SQL) > maxQuestion:
		return bad("Say it in less.", "a question or statement is longer than %d KiB", maxQuestion>>10)
	case len(b.ConversationID) > 64:
		return bad("Take the conversation_id of an answer.", "conversation_id is longer than 64 characters")
	case b.Limit < -1:
		return bad("It must be a number of rows, or -1 for no limit.", "limit is %d", b.Limit)
	case b.TimeoutMS < 0 || b.TimeoutMS > maxTimeout.Milliseconds():
		return bad("It must be at most an hour, in milliseconds.", "timeout_ms is %d", b.TimeoutMS)
	case b.Candidates < 0 || b.Candidates > maxCandidates:
		return bad(fmt.Sprintf("It must be a number up to %d.", maxCandidates), "candidates is %d", b.Candidates)
	}
	switch req.Chart {
	case "":
		req.Chart = custard.ChartAuto
	case custard.ChartAuto, custard.ChartNone, custard.ChartBar, custard.ChartLine, custard.ChartHist:
	default:
		return bad("It must be auto, none, bar, line or hist.", "chart is %q", clip(b.Chart))
	}
	var err error
	if req.Now, err = parseNow(b.Now); err != nil {
		return bad("It must be a date such as 2026-01-31, or a time in RFC 3339.", "now is %q", clip(b.Now))
	}
	req.Limits.Timeout = defaultTimeout
	if b.TimeoutMS > 0 {
		req.Limits.Timeout = time.Duration(b.TimeoutMS) * time.Millisecond
	}
	switch b.Limit {
	case 0:
		req.Limits.Rows = defaultRows
	case -1: // none
	default:
		req.Limits.Rows = b.Limit
	}
	if maxRows > 0 && (req.Limits.Rows == 0 || req.Limits.Rows > maxRows) {
		req.Limits.Rows = maxRows
	}
	return req, nil
}

func parseNow(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC3339, text)
}

// query answers POST /query.
func (a *API) query(c *call) error {
	var body queryBody
	if err := c.read(&body); err != nil {
		return err
	}
	if body.Connection == "" {
		return custard.Errorf(custard.CodeUsage, "there is no connection to ask").WithHint(`Send "connection": its name or id. GET %s/connections lists them.`, Base)
	}
	form, err := formOf(c.r.Header.Values("Accept"))
	if err != nil {
		return err
	}
	target, err := a.askers.of(c.ctx(), c.who.Org, body.Connection)
	if err != nil {
		return err
	}
	req, err := body.request(target.conn.MaxRows)
	if err != nil {
		return err
	}
	if req.Conversation == "" {
		req.Conversation = a.newID()
	}
	req.Connection = target.conn.Name
	ctx, cancel := context.WithCancel(withUser(c.ctx(), c.who.User))
	defer cancel()
	rc := http.NewResponseController(c.w)
	defer boundWrites(rc, req.Limits.Timeout)()

	account := &account{started: a.now(), req: req, conn: target.conn, continues: body.ConversationID != ""}
	if req.SQL == "" {
		ctx = account.watch(ctx, a.cfg.KeepPrompts)
	}
	out := form.sink(c, rc, req)
	for event, err := range target.svc.Ask(ctx, req) {
		if err != nil {
			err = ofModel(err)
			account.fail(err)
			a.keepAccount(c, account)
			return out.fail(withChoices(err, account.choices))
		}
		account.see(event)
		if event.Kind == custard.EventDone {
			a.keepAccount(c, account)
		}
		if err := out.event(event); err != nil {
			if event.Kind != custard.EventDone {
				account.fail(err)
				a.keepAccount(c, account)
			}
			return out.fail(err)
		}
	}
	return out.end()
}

// boundWrites sees to it that a client that does not read holds neither its statement nor the handler for longer than the
// statement may take, and some grace. The function that it returns ends that, so that the connection can be used again.
func boundWrites(rc *http.ResponseController, limit time.Duration) (end func()) {
	var mu sync.Mutex
	over, set := false, false
	timer := time.AfterFunc(limit, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			set = true
			_ = rc.SetWriteDeadline(time.Now().Add(writeGrace))
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
		if set {
			_ = rc.SetWriteDeadline(time.Time{})
		}
	}
}

// ofModel turns what a language model's service says about the server's own key into what it means for who asks: he is
// signed in and allowed, the model is out of reach.
func ofModel(err error) error {
	e := custard.AsError(err)
	if llm.FailureOf(err) == nil || e.Code != custard.CodeUnauthenticated && e.Code != custard.CodeForbidden {
		return err
	}
	out := *e
	out.Code, out.Hint = custard.CodeUnreachable, "The model's key has to be set right: by an admin with `custard org models set` where it is the organisation's own, else by the operator of this server. Meanwhile, ask with the engine builtin."
	return &out
}

// withChoices adds the whole questions that can be asked instead to an ambiguous question's error.
func withChoices(err error, choices []string) error {
	if len(choices) == 0 {
		return err
	}
	return &httpError{err: custard.AsError(err), choices: choices}
}

// form is how an answer is written.
type form int

const (
	formJSON form = iota
	formNDJSON
	formSSE
	formBinary
)

// formOf chooses a form by the Accept header: the one with the greatest weight, the first of those that have the same.
func formOf(accept []string) (form, error) {
	if len(accept) == 0 {
		return formJSON, nil
	}
	best, found := 0.0, formJSON
	for _, header := range accept {
		for part := range strings.SplitSeq(header, ",") {
			kind, params, err := mime.ParseMediaType(part)
			if err != nil {
				continue
			}
			weight := 1.0
			if text, ok := params["q"]; ok {
				if weight, err = strconv.ParseFloat(text, 64); err != nil {
					continue
				}
			}
			var f form
			switch kind {
			case wire.EventStream:
				f = formBinary
			case wire.NDJSON:
				f = formNDJSON
			case wire.SSE:
				f = formSSE
			case "application/json", "application/*", "*/*":
				f = formJSON
			default:
				continue
			}
			if weight > best {
				best, found = weight, f
			}
		}
	}
	if best == 0 {
		return 0, withStatus(http.StatusNotAcceptable, custard.Errorf(custard.CodeUsage, "the answer cannot have the type that Accept asks for").
			WithHint("There is application/json, %s, %s and %s.", wire.NDJSON, wire.SSE, wire.EventStream))
	}
	return found, nil
}
