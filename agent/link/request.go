package link

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// request is one request of the hub, from its receipt to its one reply or error.
type request struct {
	s      *session
	id     uint64
	ctx    context.Context //nolint:containedctx // the request's life
	cancel context.CancelCauseFunc
	credit *credit // of a query

	came      time.Time
	abandoned atomic.Bool // by the hub: no reply is wanted

	mu      sync.Mutex // held while a frame is sent, so that nothing follows the last one
	ended   bool       // the last frame was sent
	ackLate *time.Timer
}

func newRequest(s *session, m *wire.Message) *request {
	r := &request{s: s, id: m.ID, came: time.Now(), credit: newCredit(m.Credit)}
	r.ctx, r.cancel = context.WithCancelCause(s.ctx)
	return r
}

// abandon ends the request at the database; no reply is wanted any more. It never waits for a frame that is being sent.
func (r *request) abandon() {
	r.abandoned.Store(true)
	r.cancel(context.Canceled)
}

// serve answers the request.
func (r *request) serve(m *wire.Message) {
	defer r.cancel(nil)
	defer r.stopAck()
	began := time.Now()
	err := r.answer(m)
	log := r.s.link.opts.Logger
	if err == nil {
		log.Debug("answered", "request", r.id, "kind", string(m.Kind), "took", time.Since(began))
		return
	}
	err = r.cause(err)
	e := custard.AsError(err)
	if e.Code == custard.CodeInternal {
		log.Error("a request failed", "request", r.id, "kind", string(m.Kind), "error", err)
	} else {
		log.Debug("a request ended with an error", "request", r.id, "kind", string(m.Kind), "code", string(e.Code))
	}
	r.reply(&wire.Message{Kind: wire.KindError, ID: r.id, Error: wire.ErrorOf(err)})
}

// cause says why a request ended, where it was the connection or the agent that ended it.
func (r *request) cause(err error) error {
	if r.ctx.Err() == nil {
		return err
	}
	if errors.Is(context.Cause(r.ctx), errStopping) {
		return stopping()
	}
	return err
}

// answer sends the reply, or returns the error that is one. What panics ends this request alone: other people's run on.
func (r *request) answer(m *wire.Message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &custard.Error{Code: custard.CodeInternal, Message: "internal error", Cause: fmt.Errorf("panic: %v\n%s", p, debug.Stack())}
		}
	}()
	switch m.Kind { //nolint:exhaustive // begin takes these alone
	case wire.KindSchema:
		r.begun()
		return r.schema(m.GetSchema)
	case wire.KindValues:
		r.begun()
		return r.values(m.FindValues)
	}
	if err := r.s.link.gate.enter(r.ctx); err != nil {
		return err
	}
	defer r.s.link.gate.leave()
	r.begun()
	if m.Kind == wire.KindExplain {
		return r.explain(m.Statement.Statement())
	}
	return r.query(m.Statement.Statement())
}

// begun sees to it that the hub knows that the request has begun, if it is not answered soon: see wire.AckAfter.
func (r *request) begun() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ackLate = time.AfterFunc(wire.AckAfter-time.Since(r.came), func() {
		r.send(&wire.Message{Kind: wire.KindAck, ID: r.id}, false)
	})
}

func (r *request) stopAck() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	if r.ackLate != nil {
		r.ackLate.Stop()
	}
}

// reply sends the last frame of the request.
func (r *request) reply(m *wire.Message) { r.send(m, true) }

// send sends a frame, unless the request has ended. A lost connection ends the session, which the reader sees.
func (r *request) send(m *wire.Message, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended || r.abandoned.Load() {
		return
	}
	r.ended = last
	_ = r.s.conn.Send(m)
}

func (r *request) schema(get *wire.GetSchema) error {
	if get == nil {
		get = &wire.GetSchema{}
	}
	schema, err := r.s.link.opts.Source.Schema(r.ctx, get.Refresh)
	if err != nil {
		return err
	}
	if get.Have != "" && get.Have == schema.Fingerprint {
		r.reply(&wire.Message{Kind: wire.KindSchema, ID: r.id, Schema: &wire.Schema{Unchanged: true}})
		return nil
	}
	if size := schemaSize(schema); size > r.s.welcome.Limits.Schema {
		return custard.Errorf(custard.CodeLimit, "the schema has some %d bytes, more than the server takes (%d)", size, r.s.welcome.Limits.Schema).
			WithHint("Let the agent's role see fewer tables.")
	}
	r.reply(&wire.Message{Kind: wire.KindSchema, ID: r.id, Schema: &wire.Schema{Schema: schema}})
	return nil
}

func (r *request) values(find *wire.FindValues) error {
	if find == nil {
		return custard.Errorf(custard.CodeUsage, "a request for values has no text")
	}
	matches, err := r.s.link.opts.Source.Values(r.ctx, find.Request())
	if err != nil {
		return err
	}
	r.reply(&wire.Message{Kind: wire.KindValues, ID: r.id, Values: within(matches, r.s.welcome.Limits.Control)})
	return nil
}

func (r *request) explain(stmt custard.Statement) error {
	plan, err := r.s.link.opts.Source.Explain(r.ctx, stmt)
	if err != nil {
		return err
	}
	cut := *plan
	cut.Text = prefix(cut.Text, r.s.welcome.Limits.Control/escaped)
	r.reply(&wire.Message{Kind: wire.KindPlan, ID: r.id, Plan: &cut})
	return nil
}
