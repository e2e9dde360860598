package hub

import (
	"context"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// call is an open request at an agent. The agent's reading goroutine fills it, the asker's goroutine empties it.
type call struct {
	agent *agent
	id    uint64
	kind  wire.Kind
	wake  chan struct{} // has room for one: something changed

	mu     sync.Mutex
	begun  bool // the agent acknowledged it, or sent a part of its reply
	reply  *wire.Message
	queue  []frame // bounded by credit: more rows than granted close the agent
	credit int64   // bytes that the agent may still send
	width  int     // of the columns; 0 before them
	ended  bool    // nothing more comes: reply, end or err
	err    *custard.Error
	lost   bool // err is that the agent is gone
	left   bool // the asker is gone: what comes is thrown away
}

// frame is a part of a result that waits for the asker.
type frame struct {
	wire.Rows
	memory *wire.Binary
}

func (c *call) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// message takes a control frame for this request.
func (c *call) message(m *wire.Message) error {
	if m.Kind == wire.KindAck {
		c.mu.Lock()
		c.begun = true
		c.mu.Unlock()
		return nil
	}
	if m.Kind != wire.KindError && (m.Kind != c.kind.Reply() || m.Kind == wire.KindSchema && m.Schema == nil) {
		return custard.Errorf(custard.CodeUsage, "the agent answered a request with another one's reply")
	}
	c.agent.forget(c.id)
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.Kind == wire.KindError {
		c.err = agentError(m.Error.Err())
	} else {
		c.begun = true
		c.reply = m
	}
	c.ended = true
	c.signal()
	return nil
}

// agentError takes from an agent's error what an agent may say: it cannot claim that the asker is not signed in, nor that the asker
// went away.
func agentError(e *custard.Error) *custard.Error {
	switch e.Code {
	case custard.CodeUnauthenticated, custard.CodeForbidden, custard.CodeNotFound, custard.CodeConflict, custard.CodeAssertion, custard.CodeUsage, custard.CodeAmbiguous, custard.CodeUnanswerable:
		e.Code = custard.CodeFailed
	case custard.CodeCanceled:
		e.Code, e.Message, e.Retry = custard.CodeUnreachable, "the agent stopped the statement", true
	}
	return e
}

// rows takes a frame of rows for this request. Its error says how the agent broke the protocol.
func (c *call) rows(b *wire.Binary) error {
	if c.kind != wire.KindQuery {
		b.Release()
		return custard.Errorf(custard.CodeUsage, "the agent sent rows for a request that has none")
	}
	c.mu.Lock()
	over := b.HasRows() && c.credit <= 0
	c.mu.Unlock()
	if over {
		b.Release()
		return custard.Errorf(custard.CodeUsage, "the agent sent rows without credit")
	}
	r, err := b.Open(c.agent.hub.cfg.Limits.Frame)
	if err != nil {
		b.Release()
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.fits(&r); err != nil { // the request is still open: it ends with the agent
		b.Release()
		return err
	}
	c.begun = true
	c.ended = r.End
	if r.End {
		c.agent.forget(c.id)
	}
	if c.left {
		b.Release()
		return nil
	}
	if r.Batch.Rows > 0 {
		c.credit -= wire.Cost(r.Batch.Data)
	}
	c.queue = append(c.queue, frame{Rows: r, memory: b})
	c.signal()
	return nil
}

// fits says whether a frame is one that may come now: columns first and once, and no empty frames.
func (c *call) fits(r *wire.Rows) error {
	switch {
	case r.HasFields != (c.width == 0):
		return custard.Errorf(custard.CodeUsage, "the agent sent columns twice, or rows without columns")
	case r.HasFields && len(r.Fields) == 0:
		return custard.Errorf(custard.CodeUsage, "the agent sent a result without columns")
	case !r.HasFields && r.Batch.Rows == 0 && !r.End:
		return custard.Errorf(custard.CodeUsage, "the agent sent an empty frame")
	}
	if r.HasFields {
		c.width = len(r.Fields)
	}
	if r.Batch.Rows > 0 && r.Batch.Width != c.width {
		return custard.Errorf(custard.CodeUsage, "the agent sent rows of another width than the columns")
	}
	return nil
}

// fail ends the request because its agent is gone.
func (c *call) fail(err *custard.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.ended, c.lost, c.err = true, true, err
	}
	c.signal()
}

// next waits for the next frame, in order. The end comes as a frame with End set; a failure, after the frames before it, as an error.
func (c *call) next(ctx context.Context) (frame, error) {
	for {
		c.mu.Lock()
		if len(c.queue) > 0 {
			f := c.queue[0]
			c.queue[0] = frame{}
			c.queue = c.queue[1:]
			c.mu.Unlock()
			return f, nil
		}
		err := c.err
		c.mu.Unlock()
		if err != nil {
			return frame{}, err
		}
		select {
		case <-c.wake:
		case <-ctx.Done():
			return frame{}, custard.AsError(context.Cause(ctx))
		}
	}
}

// answer waits for the reply of a request that is no query.
func (c *call) answer(ctx context.Context) (*wire.Message, error) {
	for {
		c.mu.Lock()
		reply, err := c.reply, c.err
		c.mu.Unlock()
		switch {
		case reply != nil:
			return reply, nil
		case err != nil:
			return nil, err
		}
		select {
		case <-c.wake:
		case <-ctx.Done():
			return nil, custard.AsError(context.Cause(ctx))
		}
	}
}

// leave is the asker's goodbye: what waits is freed, and the agent is told to stop where it has not ended yet. It may be called more than once,
// and beside next.
func (c *call) leave() {
	c.mu.Lock()
	queue := c.queue
	c.queue, c.left = nil, true
	c.mu.Unlock()
	for _, f := range queue {
		f.memory.Release()
	}
	if c.agent.forget(c.id) {
		_ = c.agent.conn.Send(&wire.Message{Kind: wire.KindCancel, ID: c.id}) // a lost agent has stopped by itself
	}
}

// grant gives the agent more credit.
func (c *call) grant(n int64) {
	c.mu.Lock()
	more := !c.ended
	c.credit += n
	c.mu.Unlock()
	if more {
		_ = c.agent.conn.Send(&wire.Message{Kind: wire.KindCredit, ID: c.id, Credit: n}) // a lost agent shows in next
	}
}

// movable says whether a request that failed may be given to another agent: this one had not begun it, or could not reach its
// database.
func (c *call) movable() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err != nil && !c.begun && (c.lost || c.err.Code == custard.CodeUnreachable && c.err.Retry)
}

// explain turns the loss of an agent into what the asker should know; other errors stay as they are, but for Retry once rows
// have been handed out.
func (c *call) explain(err error, delivered bool) error {
	e := *custard.AsError(err)
	c.mu.Lock()
	lost, begun := c.lost, c.begun
	c.mu.Unlock()
	switch {
	case lost && delivered:
		e.Message += " in the middle of the rows"
		e.Hint = "What came so far is incomplete. Ask again."
	case lost && begun:
		e.Message += " while the statement ran"
		e.Hint = "Ask again: the statement only reads."
		e.Retry = true
	case lost:
		e.Message += " before the statement began"
		e.Hint = "Ask again."
		e.Retry = true
	}
	if delivered {
		e.Retry = false
	}
	return &e
}
