package link

import (
	"context"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// gate bounds how many statements run at once. More wait their turn, in any order; when as many wait as may, the next is
// refused with an error that says that trying again is safe.
type gate struct {
	slots chan struct{} // one token for each that runs
	most  int           // that wait

	mu      sync.Mutex
	waiting int
}

func newGate(running, waiting int) *gate {
	return &gate{slots: make(chan struct{}, running), most: waiting}
}

// enter takes a slot; leave gives it back.
func (g *gate) enter(ctx context.Context) error {
	select {
	case g.slots <- struct{}{}:
		return nil
	default:
	}
	g.mu.Lock()
	full := g.waiting >= g.most
	if !full {
		g.waiting++
	}
	g.mu.Unlock()
	if full {
		e := custard.Errorf(custard.CodeRateLimited, "the agent runs %d statements already, and %d more wait", cap(g.slots), g.most)
		e.Retry, e.After = true, time.Second
		return e.WithHint("Try again in a moment, or raise --statements at the agent.")
	}
	defer func() {
		g.mu.Lock()
		g.waiting--
		g.mu.Unlock()
	}()
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (g *gate) leave() { <-g.slots }
