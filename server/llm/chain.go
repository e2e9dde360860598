package llm

import (
	"context"
	"iter"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Chain asks the first provider, and the next where one cannot answer and has said nothing yet. The end of an answer says
// which provider gave it and how those before it failed. What another model would get the same way (no budget, the caller
// gone) ends the chain; so does a refusal, which is an answer.
func Chain(first Provider, others ...Provider) Provider {
	if len(others) == 0 {
		return first
	}
	return &chain{providers: append([]Provider{first}, others...)}
}

type chain struct{ providers []Provider }

// Name is the first provider's.
func (c *chain) Name() string { return c.providers[0].Name() }

// Unwrap returns the first provider.
func (c *chain) Unwrap() Provider { return c.providers[0] }

// Stream implements Provider.
func (c *chain) Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		var attempts []Attempt
		for i, p := range c.providers {
			last, spoke, left := try(ctx, p, req, attempts, yield)
			if last == nil || left {
				return
			}
			if spoke || i == len(c.providers)-1 || ctx.Err() != nil || !passes(last.Err) {
				last.Err = withTried(last.Err, attempts)
				giveUp(yield, last, attempts)
				return
			}
			attempts = append(attempts, *last)
		}
	}
}

// passes says whether another model may do better after err.
func passes(err error) bool {
	switch KindOf(err) {
	case KindCanceled, KindBudget, KindRefused, KindFiltered, "":
		return false
	default:
		return true
	}
}

// withTried adds to the last error what went wrong before it: the first model is the one that people chose.
func withTried(err error, before []Attempt) error {
	if len(before) == 0 {
		return err
	}
	e := *custard.AsError(err)
	var tried []string
	for _, a := range before {
		tried = append(tried, custard.AsError(a.Err).Message)
	}
	e.Hint = strings.TrimSpace(e.Hint + " Before it: " + strings.Join(tried, "; ") + ".")
	return &e
}
