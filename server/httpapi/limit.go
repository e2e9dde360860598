package httpapi

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/custard-ai/custard/server/auth"
)

// rateClass says how dear a route is to those who use it too often.
type rateClass int

// The classes.
const (
	rateNormal rateClass = iota // counted against the caller's account and organisation
	rateCostly                  // public and dear: passwords are hashed, mails are sent; few a minute for an address
	rateQuery                   // a question or a statement: meant to come thick and fast
	rateFree                    // not counted: thousands of agents may come back from one address at once
)

// Rate is how often something may happen: Burst times at once, and then PerSecond. The zero value has no bounds.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Rates are the bounds of the routes.
type Rates struct {
	Address Rate // of an address on public routes
	Costly  Rate // of an address on those where passwords are hashed or mails sent
	Refused Rate // tokens of an address that were no good: after so many it is not even looked at them

	Account           Rate // of an account
	Organisation      Rate // of all accounts of an organisation
	AccountQuery      Rate // the same two, for questions and statements
	OrganisationQuery Rate
}

// DefaultRates are for a server that many share.
func DefaultRates() Rates {
	return Rates{
		Address: Rate{20, 200}, Costly: Rate{0.5, 20}, Refused: Rate{1, 60},
		Account: Rate{100, 500}, Organisation: Rate{500, 2000},
		AccountQuery: Rate{20_000, 40_000}, OrganisationQuery: Rate{50_000, 100_000},
	}
}

// limitAddress bounds what an address may do without saying who it is.
func (a *API) limitAddress(c *call) error {
	r := &a.cfg.Rates
	address := addressBlock(c.address())
	if !c.route.access.public {
		if wait := a.limits.look("refused:"+address, r.Refused); wait > 0 {
			return rateLimited("address", wait)
		}
		return nil
	}
	if c.route.rate == rateFree {
		return nil
	}
	if c.route.rate == rateCostly {
		if err := c.limit("address", "costly:"+address, r.Costly); err != nil {
			return err
		}
	}
	return c.limit("address", "address:"+address, r.Address)
}

// limitCaller bounds what an account and its organisation may do.
func (a *API) limitCaller(c *call) error {
	if c.route.access.public {
		return nil
	}
	r := &a.cfg.Rates
	account, organisation, kind := r.Account, r.Organisation, "call:"
	if c.route.rate == rateQuery {
		account, organisation, kind = r.AccountQuery, r.OrganisationQuery, "query:"
	}
	if err := c.limit("account", kind+"account:"+c.who.User, account); err != nil {
		return err
	}
	return c.limit("organisation", kind+"organisation:"+c.who.Org, organisation)
}

// limit takes one from the bucket of a key; what names whose it is, for the error.
func (c *call) limit(what, key string, rate Rate) error {
	if wait := c.api.limits.take(c.ctx(), key, rate); wait > 0 {
		return rateLimited(what, wait)
	}
	return nil
}

// addressBlock is an address as limits count it: an IPv6 subscriber has a whole /64.
func addressBlock(address string) string {
	addr, err := netip.ParseAddr(address)
	if err != nil || addr.Is4() {
		return address
	}
	if p, err := addr.Prefix(64); err == nil {
		return p.String()
	}
	return address
}

// maxBuckets bounds the memory of a limiter. Where there are more, full buckets go, and then any.
const maxBuckets = 50_000

// leaseTime is how much of a shared bucket's refill a process takes at once, and how long it may keep what it took.
const leaseTime = 100 * time.Millisecond

// limiter keeps token buckets: in memory, or (with a shared bucket) as small leases of buckets that all replicas share.
// Where the shared one fails, the process's own go on alone.
type limiter struct {
	shared auth.Bucket
	now    func() time.Time

	mu      sync.Mutex
	buckets map[string]*bucket
}

// bucket is one key's.
type bucket struct {
	mu     sync.Mutex
	tokens float64
	last   time.Time // of the last refill
	lease  int       // tokens taken from the shared bucket and not yet used
	until  time.Time // when the lease is forgotten
	barred time.Time // the shared bucket is empty until then
}

func newLimiter(shared auth.Bucket, now func() time.Time) *limiter {
	return &limiter{shared: shared, now: now, buckets: map[string]*bucket{}}
}

func (l *limiter) bucket(key string, rate Rate) *bucket {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[key]
	if b == nil {
		if len(l.buckets) >= maxBuckets {
			l.sweep()
		}
		b = &bucket{tokens: float64(rate.Burst), last: l.now()}
		l.buckets[key] = b
	}
	return b
}

// sweep forgets buckets that nobody used for a while, and some others where that is not enough.
func (l *limiter) sweep() {
	idle := l.now().Add(-10 * time.Minute)
	for key, b := range l.buckets {
		if b.mu.TryLock() {
			if b.last.Before(idle) {
				delete(l.buckets, key)
			}
			b.mu.Unlock()
		}
	}
	for key := range l.buckets {
		if len(l.buckets) < maxBuckets*9/10 {
			return
		}
		delete(l.buckets, key)
	}
}

// take takes one token; it returns how long to wait where there is none.
func (l *limiter) take(ctx context.Context, key string, rate Rate) time.Duration {
	if rate.Burst == 0 {
		return 0
	}
	b := l.bucket(key, rate)
	b.mu.Lock()
	defer b.mu.Unlock()
	now := l.now()
	if l.shared != nil {
		if wait, ok := l.leased(ctx, b, key, rate, now); ok {
			b.last = now
			return wait
		}
	}
	b.refill(rate, now)
	if b.tokens >= 1 {
		b.tokens--
		return 0
	}
	return time.Duration((1 - b.tokens) / rate.PerSecond * float64(time.Second))
}

// leased takes one token of the lease, which it renews; ok is false where the shared bucket does not answer.
func (l *limiter) leased(ctx context.Context, b *bucket, key string, rate Rate, now time.Time) (wait time.Duration, ok bool) {
	if b.lease > 0 && now.Before(b.until) {
		b.lease--
		return 0, true
	}
	if now.Before(b.barred) {
		return b.barred.Sub(now), true
	}
	n := max(1, min(int(rate.PerSecond*leaseTime.Seconds()), rate.Burst/4))
	got, wait, err := l.shared.Take(ctx, key, n, rate.PerSecond, rate.Burst, now)
	if err != nil {
		return 0, false
	}
	if got == 0 {
		b.barred = now.Add(min(wait, time.Second)) // ask again after a second: others may have given up
		return max(wait, time.Millisecond), true
	}
	b.lease, b.until = got-1, now.Add(10*leaseTime)
	return 0, true
}

func (b *bucket) refill(rate Rate, now time.Time) {
	if passed := now.Sub(b.last); passed > 0 {
		b.tokens = min(float64(rate.Burst), b.tokens+passed.Seconds()*rate.PerSecond)
		b.last = now
	}
}

// spend takes one token of a key that look looks at, if there is one.
func (l *limiter) spend(ctx context.Context, key string, rate Rate) { _ = l.take(ctx, key, rate) }

// look says how long to wait for a token, without taking one. It asks nobody else: it is the cheap look before the dear one.
func (l *limiter) look(key string, rate Rate) time.Duration {
	if rate.Burst == 0 {
		return 0
	}
	l.mu.Lock()
	b := l.buckets[key]
	l.mu.Unlock()
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := l.now()
	if l.shared != nil {
		return max(b.barred.Sub(now), 0)
	}
	b.refill(rate, now)
	if b.tokens >= 1 {
		return 0
	}
	return time.Duration((1 - b.tokens) / rate.PerSecond * float64(time.Second))
}
