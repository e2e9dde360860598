package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// ahead is how far the last use of a bucket may lie in the future, because another server's clock is ahead, before it counts
// as written by a clock that was wrong and has been set right.
const ahead = 5 * time.Minute

// Take implements auth.Bucket in one statement, so that no two takers get the same token. A clock that runs behind by a little
// gives nothing back and takes nothing away; after a clock was set back, buckets fill from the new time on, and not only when
// the old one is reached.
func (s *Store) Take(ctx context.Context, key string, n int, rate float64, burst int, now time.Time) (int, time.Duration, error) {
	if n < 1 || burst < 1 || rate <= 0 {
		return 0, 0, custard.Errorf(custard.CodeInternal, "a token bucket needs a rate, a burst and a taker")
	}
	least, greatest, whole := "min", "max", "CAST(%s AS INTEGER)"
	if s.dialect == dialectPostgres {
		least, greatest, whole = "least", "greatest", "floor(%s)"
	}
	full := least + "(CAST(?3 AS DOUBLE PRECISION), b.tokens + " + greatest + "(0, ?4 - b.updated) * CAST(?2 AS DOUBLE PRECISION) / 1000000.0)"
	got := least + "(?1, " + fmt.Sprintf(whole, full) + ")"
	first := min(n, burst)
	var gained int64
	var left float64
	query := "INSERT INTO rate_buckets AS b (id, tokens, updated, got) VALUES (?0, ?5, ?4, ?6) ON CONFLICT (id) DO UPDATE SET tokens = " +
		full + " - " + got + ", updated = CASE WHEN b.updated > ?4 + ?7 THEN ?4 ELSE " + greatest + "(b.updated, ?4) END, got = " + got + " RETURNING got, tokens"
	err := s.write.NewRaw(query, key, n, rate, burst, micros(now), float64(burst-first), first, ahead.Microseconds()).Scan(ctx, &gained, &left)
	if err != nil {
		return 0, 0, failed(err, "take from the rate limit")
	}
	if gained > 0 {
		return int(gained), 0, nil
	}
	return 0, time.Duration(math.Ceil((1 - left) / rate * float64(time.Second))), nil
}
