package hub

import (
	"context"
	"iter"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// Query runs a statement at an agent. It returns when the columns are there.
func (s *agents) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	c, first, _, err := s.start(ctx, wire.Message{Kind: wire.KindQuery, Statement: wire.StatementOf(stmt)})
	if err != nil {
		return nil, err
	}
	r := &result{call: c, frame: first, hasFrame: true}
	if !first.End {
		// An asker that goes away without reading stops the statement too.
		r.stop = context.AfterFunc(ctx, c.leave)
	}
	return &custard.Result{
		Fields:    first.Fields,
		Batches:   r.batches(ctx),
		Truncated: func() bool { return r.truncated },
	}, nil
}

// result is a result that is being read.
type result struct {
	call      *call
	frame     frame // read already
	hasFrame  bool
	stop      func() bool // takes back that the end of the context leaves the call
	truncated bool
	delivered bool
	owed      int64 // bytes handed out and not granted again yet
}

func (r *result) batches(ctx context.Context) iter.Seq2[*custard.Batch, error] {
	return func(yield func(*custard.Batch, error) bool) {
		if !r.hasFrame {
			yield(nil, custard.Errorf(custard.CodeInternal, "a result was read twice"))
			return
		}
		r.hasFrame = false
		defer r.close()
		f := r.frame
		r.frame = frame{}
		for {
			more := r.hand(f, yield)
			f.memory.Release()
			if !more {
				return
			}
			var err error
			if f, err = r.call.next(ctx); err != nil {
				yield(nil, r.call.explain(err, r.delivered))
				return
			}
		}
	}
}

// hand yields a frame's rows and grants what they cost once the reader has come back. It says whether to go on.
func (r *result) hand(f frame, yield func(*custard.Batch, error) bool) bool {
	if f.End {
		r.truncated = f.Truncated
	}
	if f.Batch.Rows > 0 {
		r.delivered = true
		cost := wire.Cost(f.Batch.Data)
		if !yield(&f.Batch, nil) {
			return false
		}
		if r.owed += cost; !f.End && r.owed >= r.call.agent.hub.cfg.Limits.Window/4 {
			r.call.grant(r.owed)
			r.owed = 0
		}
	}
	return !f.End
}

func (r *result) close() {
	if r.stop != nil {
		r.stop()
	}
	r.call.leave()
}
