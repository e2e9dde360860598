package llm

import (
	"context"
	"iter"
	"strings"
	"time"
)

// Layers are what a provider is wrapped in. The zero value of a field leaves its layer out. Spans and tallies are always
// made, which costs nothing where nobody listens.
type Layers struct {
	Prices   Prices        // the cost of each answer
	Budget   *Budget       // tokens: each attempt is counted
	Breakers *Breakers     // spares a service that fails
	Whole    bool          // pass text on when all of it is there, so that a stream that breaks off may be tried again
	Retry    RetryPolicy   // tries again what is safe to
	Deadline time.Duration // of a request with all its attempts
}

// Wrap puts the layers round p in the order in which they work: what is innermost sees each attempt, what is outermost the
// request.
func Wrap(p Provider, l Layers) Provider {
	if l.Prices != nil {
		p = WithCost(p, l.Prices)
	}
	p = WithSpans(&tallied{p})
	if l.Budget != nil {
		p = WithBudget(p, *l.Budget)
	}
	if l.Breakers != nil {
		service := p.Name()
		if a := within[Addressed](p); a != nil {
			base, _ := a.Address()
			service += " at " + base
		}
		p = l.Breakers.Guard(p, service)
	}
	if l.Whole {
		p = Whole(p)
	}
	if l.Retry.Attempts > 1 {
		p = WithRetry(p, l.Retry)
	}
	if l.Deadline > 0 {
		p = WithDeadline(p, l.Deadline)
	}
	return p
}

// CheckerOf returns the Checker within the layers of p; nil where its service cannot be asked.
func CheckerOf(p Provider) Checker { return within[Checker](p) }

// within returns what is a T within the layers of p; nil where nothing is.
func within[T any](p Provider) (found T) {
	for {
		if t, ok := p.(T); ok {
			return t
		}
		layer, ok := p.(interface{ Unwrap() Provider })
		if !ok {
			return found
		}
		p = layer.Unwrap()
	}
}

// WithDeadline ends each request after d, with KindHung: another provider of a chain may still answer, as the caller waits.
func WithDeadline(p Provider, d time.Duration) Provider { return &deadlined{Provider: p, d: d} }

type deadlined struct {
	Provider
	d time.Duration
}

// Unwrap returns the provider within.
func (p *deadlined) Unwrap() Provider { return p.Provider }

// Stream implements Provider.
func (p *deadlined) Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		limited, cancel := context.WithTimeout(ctx, p.d)
		defer cancel()
		for chunk, err := range p.Provider.Stream(limited, req) {
			if err != nil && limited.Err() != nil && ctx.Err() == nil {
				err = Fail(Failure{Kind: KindHung, Provider: p.Name(), Cause: err}, "%s did not answer within %s", p.Name(), p.d).
					WithHint("Give it more time, or take a faster model.")
			}
			if !yield(chunk, err) {
				return
			}
		}
	}
}

// Whole passes an answer's text on in one piece, when all of it is there. Nothing of a failed answer is passed on but what
// it took, so that layers further out may try again whatever went wrong.
func Whole(p Provider) Provider { return &whole{Provider: p} }

type whole struct{ Provider }

// Unwrap returns the provider within.
func (p *whole) Unwrap() Provider { return p.Provider }

// Stream implements Provider.
func (p *whole) Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		var text strings.Builder
		var end *End
		for chunk, err := range p.Provider.Stream(ctx, req) {
			if err != nil {
				if end == nil || yield(Chunk{End: end}, nil) {
					yield(Chunk{}, err)
				}
				return
			}
			text.WriteString(chunk.Text)
			if chunk.End != nil {
				end = chunk.End
			}
		}
		if text.Len() == 0 || yield(Chunk{Text: text.String()}, nil) {
			yield(Chunk{End: end}, nil)
		}
	}
}
