package client

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// question is the body of POST /query.
type question struct {
	Question     string            `json:"question,omitempty"`
	SQL          string            `json:"sql,omitempty"`
	Connection   string            `json:"connection"`
	Engine       string            `json:"engine,omitempty"`
	Conversation string            `json:"conversation_id,omitempty"`
	DryRun       bool              `json:"dry_run,omitempty"`
	Limit        int64             `json:"limit,omitempty"` // -1 for none
	TimeoutMS    int64             `json:"timeout_ms,omitempty"`
	Chart        custard.ChartMode `json:"chart,omitempty"`
	Now          string            `json:"now,omitempty"`
}

func newQuestion(req custard.Request) question {
	q := question{
		Question: req.Question, SQL: req.SQL, Connection: req.Connection, Engine: req.Engine, Conversation: req.Conversation,
		DryRun: req.DryRun, Limit: req.Limits.Rows, TimeoutMS: req.Limits.Timeout.Milliseconds(), Chart: req.Chart,
	}
	if q.Limit == 0 {
		q.Limit = -1
	}
	if !req.Now.IsZero() {
		q.Now = req.Now.Format(time.RFC3339)
	}
	return q
}

// Ask answers one question as a stream of events, as [custard.Asker] says. Rows are handed on frame by frame. Leaving the
// loop or cancelling ctx closes the request, which cancels the statement at the database.
func (c *Client) Ask(ctx context.Context, req custard.Request) iter.Seq2[custard.Event, error] {
	return func(yield func(custard.Event, error) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		silence := c.awaitBeginning(req.Limits.Timeout, cancel)
		res, err := c.send(ctx, call{
			method: "POST", path: "/query", body: newQuestion(req), signed: true, accept: wire.EventStream, stream: true,
		})
		silence()
		if err != nil {
			c.refuse(err, yield)
			return
		}
		body := res.RawBody()
		defer func() {
			cancel(nil)      // before the body is closed, which would read on otherwise
			_ = body.Close() // it says nothing that matters now
		}()
		events := wire.NewEventReader(body, 0)
		for {
			event, err := events.Next()
			if err != nil {
				yield(custard.Event{}, c.streamError(ctx, err))
				return
			}
			if !yield(event, nil) || event.Kind == custard.EventDone {
				return
			}
		}
	}
}

// awaitBeginning ends a request whose first event does not come although the statement's own time is long over: the server
// would have said so. The function that it returns ends the watch.
func (c *Client) awaitBeginning(timeout time.Duration, cancel context.CancelCauseFunc) (stop func()) {
	const margin = 30 * time.Second
	if timeout <= 0 {
		return func() {}
	}
	timer := time.AfterFunc(timeout+margin, func() {
		cancel(custard.Errorf(custard.CodeUnreachable, "%s does not answer", c.address.Host).WithHint("Check the network, and whether the server runs."))
	})
	return func() { timer.Stop() }
}

// refuse ends a stream that did not begin, with the choices of a question back where the error holds them.
func (c *Client) refuse(err error, yield func(custard.Event, error) bool) {
	if answer, ok := asAnswer(err); ok && len(answer.Choices) > 0 {
		clarify := &custard.Clarify{Question: custard.AsError(err).Message, Choices: answer.Choices}
		if !yield(custard.Event{Kind: custard.EventClarify, Clarify: clarify}, nil) {
			return
		}
	}
	yield(custard.Event{}, err)
}

// streamError is the error that ends a stream: an interrupt, else what the reader says.
func (c *Client) streamError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return custard.AsError(context.Cause(ctx))
	}
	if e, ok := errors.AsType[*custard.Error](err); ok {
		return e
	}
	e := custard.Errorf(custard.CodeInternal, "%s ended the answer without saying so", c.address.Host)
	e.Cause = err
	return e
}
