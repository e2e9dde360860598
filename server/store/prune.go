package store

import (
	"context"
	"time"
)

// sweep is a statement that removes what ended at least after ago. It goes over all organisations: nothing is read, and
// what goes is what time alone has ended.
type sweep struct {
	statement string
	after     time.Duration
}

// RemoveExpired implements auth.SessionStore: it prunes.
func (s *Store) RemoveExpired(ctx context.Context, before time.Time) (int64, error) {
	return s.Prune(ctx, before)
}

// Prune removes everything that time has ended: tokens, invitations, logins and device logins that expired, idempotency
// records after a day, model budgets of days before yesterday, rate limits that nobody took from for a day (they are full), and notes of mail that was sent or given
// up a week ago. It is safe to run on every replica, and should run some times a day. It returns how many rows went.
func (s *Store) Prune(ctx context.Context, now time.Time) (int64, error) {
	const day = 24 * time.Hour
	budgets, err := s.write.ExecContext(ctx, "DELETE FROM model_budgets WHERE day < ?", dayOf(now.Add(-day)))
	if err != nil {
		return 0, failed(err, "remove budgets of days that are over")
	}
	old, err := budgets.RowsAffected()
	if err != nil {
		return 0, failed(err, "remove budgets of days that are over")
	}
	rest, err := s.sweep(ctx, now,
		sweep{"DELETE FROM one_time_tokens WHERE expires <= ?", 0},
		sweep{"DELETE FROM invitations WHERE expires <= ?", 0},
		sweep{"DELETE FROM devices WHERE expires <= ?", 0},
		sweep{"DELETE FROM refresh_families WHERE expires <= ?", 0}, // their tokens go with them
		sweep{"DELETE FROM refresh_tokens WHERE expires <= ?", 0},
		sweep{"DELETE FROM agent_tokens WHERE expires > 0 AND expires <= ?", 0},
		sweep{"DELETE FROM idempotency WHERE created <= ?", remembered},
		sweep{"DELETE FROM rate_buckets WHERE updated <= ?", day},
		sweep{"DELETE FROM outbox WHERE state IN ('sent', 'failed') AND finished <= ?", 7 * day},
	)
	return old + rest, err
}

func (s *Store) sweep(ctx context.Context, now time.Time, list ...sweep) (int64, error) {
	var all int64
	for _, one := range list {
		res, err := s.write.ExecContext(ctx, one.statement, micros(now.Add(-one.after)))
		if err != nil {
			return all, failed(err, "remove what expired")
		}
		n, err := res.RowsAffected()
		if err != nil {
			return all, failed(err, "remove what expired")
		}
		all += n
	}
	return all, nil
}
