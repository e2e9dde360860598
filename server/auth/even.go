package auth

import (
	"context"
	"time"
)

// even makes answers that must not tell whether an account exists take equally long: it waits until the time since start
// is a whole number of steps. What the work beneath takes more or less for a known address (a row, a mail in the queue)
// vanishes in a step. It measures with the real clock, since that is the one that an attacker has.
func (s *Service) even(ctx context.Context, start time.Time) {
	step := s.cfg.Step
	if step <= 0 {
		return
	}
	t := time.NewTimer(step - time.Since(start)%step)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
