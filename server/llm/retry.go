package llm

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// RetryPolicy says how often and how patiently a request is tried again. Zero fields of one with Attempts take the defaults.
type RetryPolicy struct {
	Attempts int           // with the first; below 2 tries nothing again
	Base     time.Duration // the longest wait before the second attempt; doubled for each further one; 500 ms
	Longest  time.Duration // the longest wait; a service that asks for more is not waited for; 20 s
	// Jitter draws a wait between 0 and most; nil draws evenly, which spreads those who failed together the widest.
	Jitter func(most time.Duration) time.Duration
}

func (r RetryPolicy) defaults() RetryPolicy {
	const base, longest = 500 * time.Millisecond, 20 * time.Second
	if r.Base == 0 {
		r.Base = base
	}
	if r.Longest == 0 {
		r.Longest = longest
	}
	if r.Jitter == nil {
		r.Jitter = func(most time.Duration) time.Duration { return rand.N(most + 1) }
	}
	return r
}

// WithRetry tries a request again where its error says that this is safe and nothing of the answer was passed on. It waits
// as long as the service asks, within the context's deadline: where the wait would pass it, the error is returned at once.
func WithRetry(p Provider, policy RetryPolicy) Provider {
	return &retrying{Provider: p, policy: policy.defaults()}
}

type retrying struct {
	Provider
	policy RetryPolicy
}

// Unwrap returns the provider within.
func (p *retrying) Unwrap() Provider { return p.Provider }

// Stream implements Provider.
func (p *retrying) Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		var attempts []Attempt
		for n := 1; ; n++ {
			last, spoke, left := try(ctx, p.Provider, req, attempts, yield)
			if last == nil || left {
				return
			}
			wait, again := p.wait(ctx, n, last.Err)
			if spoke || !again {
				giveUp(yield, last, attempts)
				return
			}
			if !sleep(ctx, wait) {
				last.Err = interrupted(ctx, p.Name(), last.Err)
				giveUp(yield, last, attempts)
				return
			}
			attempts = append(attempts, *last)
		}
	}
}

// wait returns how long to wait after attempt n failed with err, and whether there is another at all.
func (p *retrying) wait(ctx context.Context, n int, err error) (wait time.Duration, again bool) {
	f := FailureOf(err)
	if f == nil || n >= p.policy.Attempts || !Retryable(err) {
		return 0, false
	}
	if f.Kind == KindOpen || f.Kind == KindHung {
		return 0, false // the one says not to try now, the other took all the patience that there is
	}
	wait = p.policy.Jitter(min(p.policy.Base<<min(n-1, 20), p.policy.Longest))
	wait = max(wait, f.RetryAfter)
	if wait > p.policy.Longest {
		return 0, false
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return 0, false
	}
	return wait, true
}

// sleep waits; false where ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// interrupted is the error of a request that its caller ended between two attempts.
func interrupted(ctx context.Context, name string, last error) error {
	err := Fail(Failure{Kind: KindCanceled, Provider: name, Cause: last}, "interrupted while waiting for %s", name)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err.Code, err.Message = custard.CodeTimeout, "the time limit passed while waiting for "+name
	}
	return err
}

// try makes one attempt and passes its text on. failed is nil for an answer, whose end was told with the attempts before;
// spoke says that text was passed on, left that the caller left the loop.
func try(ctx context.Context, p Provider, req *Request, before []Attempt, yield func(Chunk, error) bool) (failed *Attempt, spoke, left bool) {
	began := time.Now()
	var end *End
	for chunk, err := range p.Stream(ctx, req) {
		if err != nil {
			failed = &Attempt{Provider: p.Name(), Err: err, Took: time.Since(began)}
			if end != nil {
				failed.Provider, failed.Usage, failed.Cost = end.Provider, end.Usage, end.Cost
			}
			return failed, spoke, false
		}
		if chunk.End != nil {
			end = chunk.End
		}
		if chunk.Text == "" {
			continue
		}
		spoke = true
		if !yield(Chunk{Text: chunk.Text}, nil) {
			return nil, spoke, true
		}
	}
	told := *end
	told.Attempts = append(append([]Attempt(nil), before...), told.Attempts...)
	return nil, spoke, !yield(Chunk{End: &told}, nil)
}

// giveUp tells what the attempts took, where any service said, and the error of the last.
func giveUp(yield func(Chunk, error) bool, last *Attempt, before []Attempt) {
	end := End{Usage: last.Usage, Cost: last.Cost, Provider: last.Provider, Attempts: before}
	switch KindOf(last.Err) {
	case KindRefused:
		end.Finish = FinishRefusal
	case KindFiltered:
		end.Finish = FinishFilter
	default:
	}
	if (last.Usage.Known || len(before) > 0) && !yield(Chunk{End: &end}, nil) {
		return
	}
	yield(Chunk{}, last.Err)
}
