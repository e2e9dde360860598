package llm

import (
	"context"
	"iter"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
)

// Tally sums up what all calls take that are made with its context, those that fail included. It is safe for use by many at
// once.
type Tally struct {
	mu    sync.Mutex
	usage custard.Usage
}

type tallying struct{}

// WithTally returns a context whose calls are summed up.
func WithTally(ctx context.Context) (context.Context, *Tally) {
	t := &Tally{}
	return context.WithValue(ctx, tallying{}, t), t
}

// Usage returns what the calls so far took; nil where there was none.
func (t *Tally) Usage() *custard.Usage {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.usage.Calls == 0 {
		return nil
	}
	u := t.usage
	return &u
}

func (t *Tally) add(u custard.Usage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.usage = *t.usage.Add(&u)
}

// tallied adds each call to the tally of its context.
type tallied struct{ Provider }

// Unwrap returns the provider within.
func (p *tallied) Unwrap() Provider { return p.Provider }

// Stream implements Provider.
func (p *tallied) Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error] {
	t, ok := ctx.Value(tallying{}).(*Tally)
	if !ok {
		return p.Provider.Stream(ctx, req)
	}
	return func(yield func(Chunk, error) bool) {
		t.add(custard.Usage{Calls: 1})
		for chunk, err := range p.Provider.Stream(ctx, req) {
			if end := chunk.End; end != nil {
				t.add(custard.Usage{Input: end.Usage.Input, Output: end.Usage.Output, Cached: end.Usage.Cached, USD: end.Cost.USD})
			}
			if !yield(chunk, err) {
				return
			}
		}
	}
}
