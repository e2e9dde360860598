// Package backoff spreads attempts out: each delay is a random one from nothing up to a bound that doubles with every
// failure (full jitter). Many that lost the same peer at the same moment do not come back at the same moment.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff counts failures. It is not safe for concurrent use.
type Backoff struct {
	First time.Duration // bound of the first delay
	Most  time.Duration // that the bound grows to
	// Random returns a number in [0,1); nil for the process's generator.
	Random   func() float64
	failures int
}

// Next counts a failure and returns how long to wait before the next attempt.
func (b *Backoff) Next() time.Duration {
	bound := b.Most
	if b.failures < 32 {
		bound = min(b.Most, b.First<<b.failures)
		if bound <= 0 { // shifted out
			bound = b.Most
		}
	}
	b.failures++
	random := b.Random
	if random == nil {
		random = rand.Float64
	}
	return time.Duration(random() * float64(bound))
}

// Reset forgets the failures. Call it after something has gone well for a while, not as soon as it begins to: a peer that
// accepts and hangs up at once has not recovered.
func (b *Backoff) Reset() { b.failures = 0 }

// Sleep waits for a delay, or until ctx ends (false) or early has something (true).
func Sleep(ctx context.Context, d time.Duration, early <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-early:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
