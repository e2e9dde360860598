package auth

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// Work that takes a little more or less for an account that exists comes out the same.
func TestEvenAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &Service{cfg: Config{Step: 250 * time.Millisecond}}
		for work, want := range map[time.Duration]int64{
			0: 250, 50 * time.Millisecond: 250, 57 * time.Millisecond: 250, 249 * time.Millisecond: 250, 260 * time.Millisecond: 500,
		} {
			start := time.Now()
			time.Sleep(work) // the bubble's clock
			s.even(t.Context(), start)
			if took := time.Since(start); took.Milliseconds() != want {
				t.Errorf("%s of work came out as %s, want %d ms", work, took, want)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		start := time.Now()
		s.even(ctx, start)
		if took := time.Since(start); took != 0 {
			t.Errorf("who went away was waited for: %s", took)
		}
	})
}
