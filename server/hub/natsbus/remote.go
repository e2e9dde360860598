package natsbus

import (
	"context"
	"iter"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// Schema asks for the schema; nil where it is still the one with the fingerprint have.
func (r *remote) Schema(ctx context.Context, refresh bool, have string) (*custard.Schema, error) {
	a, _, reply, err := r.start(ctx, wire.Message{Kind: wire.KindSchema, GetSchema: &wire.GetSchema{Refresh: refresh, Have: have}})
	if err != nil {
		return nil, err
	}
	a.leave()
	if reply.Schema == nil || reply.Schema.Unchanged && have == "" {
		return nil, errBus("another server answered a question for the schema without one")
	}
	return reply.Schema.Schema, nil
}

// Values asks for values.
func (r *remote) Values(ctx context.Context, req custard.ValuesRequest) ([]custard.ValueMatch, error) {
	a, _, reply, err := r.start(ctx, wire.Message{Kind: wire.KindValues, FindValues: &wire.FindValues{Text: req.Text, Limit: req.Limit}})
	if err != nil {
		return nil, err
	}
	a.leave()
	return reply.Values, nil
}

// Explain asks for a plan.
func (r *remote) Explain(ctx context.Context, stmt custard.Statement) (*custard.Plan, error) {
	a, _, reply, err := r.start(ctx, wire.Message{Kind: wire.KindExplain, Statement: wire.StatementOf(stmt)})
	if err != nil {
		return nil, err
	}
	a.leave()
	if reply.Plan == nil {
		return nil, errBus("another server answered a question for the plan without one")
	}
	return reply.Plan, nil
}

// Query runs a statement. It returns when the columns are there.
func (r *remote) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	a, first, _, err := r.start(ctx, wire.Message{Kind: wire.KindQuery, Statement: wire.StatementOf(stmt)})
	if err != nil {
		return nil, err
	}
	truncated := false
	stop := context.AfterFunc(ctx, a.leave) // an asker that goes away without reading stops the statement too
	read := false
	return &custard.Result{
		Fields: first.Fields,
		Batches: func(yield func(*custard.Batch, error) bool) {
			if read {
				yield(nil, custard.Errorf(custard.CodeInternal, "a result was read twice"))
				return
			}
			read = true
			defer a.leave()
			defer stop()
			delivered := false
			var owed int64
			for f, err := range a.frames(ctx, first) {
				if err != nil {
					e := *custard.AsError(err)
					if delivered {
						e.Retry, e.Hint = false, "What came so far is incomplete. Ask again."
					}
					yield(nil, &e)
					return
				}
				truncated = f.Truncated
				if f.Batch.Rows == 0 {
					continue
				}
				delivered = true
				if !yield(&f.Batch, nil) {
					return
				}
				if owed += wire.Cost(f.Batch.Data); !f.End && owed >= r.bus.opts.Window/4 {
					a.grant(owed)
					owed = 0
				}
			}
		},
		Truncated: func() bool { return truncated },
	}, nil
}

// frames yields the frames of a result up to its end, or an error.
func (a *asked) frames(ctx context.Context, f wire.Rows) iter.Seq2[wire.Rows, error] {
	return func(yield func(wire.Rows, error) bool) {
		for yield(f, nil) && !f.End {
			var err error
			if f, _, err = a.first(ctx); err != nil {
				yield(wire.Rows{}, err)
				return
			}
		}
	}
}
