package httpapi

import (
	"context"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth/authtest"
)

// Two replicas over one store: together they let no more through than one would.
func TestReplicasShareARate(t *testing.T) {
	t.Parallel()
	kit := authtest.New(t)
	one, two := newLimiter(kit.Store, kit.Clock.Now), newLimiter(kit.Store, kit.Clock.Now)
	rate := Rate{PerSecond: 10, Burst: 40}
	spend := func() (through int) {
		for range 100 {
			for _, l := range []*limiter{one, two} {
				if l.take(t.Context(), "k", rate) == 0 {
					through++
				}
			}
		}
		return through
	}
	if n := spend(); n != 40 {
		t.Errorf("%d went through a burst of 40", n)
	}
	if wait := one.take(t.Context(), "k", rate); wait <= 0 || wait > time.Second {
		t.Errorf("told to wait %s", wait)
	}
	kit.Clock.Move(2 * time.Second)
	if n := spend(); n < 18 || n > 20 {
		t.Errorf("%d went through after two seconds at ten a second", n)
	}
}

// away is a bucket whose database is gone.
type away struct{}

func (away) Take(context.Context, string, int, float64, int, time.Time) (int, time.Duration, error) {
	return 0, 0, custard.Errorf(custard.CodeUnreachable, "the database is away")
}

func TestRatesHoldWithoutTheSharedBucket(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := newLimiter(away{}, func() time.Time { return now })
	through := 0
	for range 10 {
		if l.take(t.Context(), "k", Rate{PerSecond: 1, Burst: 3}) == 0 {
			through++
		}
	}
	if through != 3 {
		t.Errorf("%d went through", through)
	}
}

func TestLimiterRemembersABoundedNumber(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := newLimiter(nil, func() time.Time { return now })
	for i := range maxBuckets + 1000 {
		l.take(t.Context(), string(rune('a'+i%26))+time.Duration(i).String(), Rate{PerSecond: 1, Burst: 3})
	}
	if len(l.buckets) > maxBuckets {
		t.Errorf("%d buckets", len(l.buckets))
	}
}

func TestAddressesAreCountedAsSubscribersHaveThem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64", "": "",
	} {
		if got := addressBlock(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
