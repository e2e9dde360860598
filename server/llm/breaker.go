package llm

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// BreakerPolicy says when a service that fails is spared.
type BreakerPolicy struct {
	Failures int           // so many in a row open the circuit; 0 takes 5
	Cooldown time.Duration // it stays open for so long, twice as long after each probe that fails, up to 10 times; 0 takes 30 s
	Now      func() time.Time
}

// Breakers are circuit breakers by service. After some failures in a row a service is not called for a while; then one
// request at a time may probe it, and its success closes the circuit. A failure is one of the service: a request that it
// refuses counts as well-being, one that the caller ended as nothing.
type Breakers struct {
	policy BreakerPolicy

	mu       sync.Mutex
	circuits map[string]*circuit // only of services whose last answer was a failure, at most maxCircuits
}

// maxCircuits bounds the memory; the failures of services beyond it are not counted.
const maxCircuits = 4096

type circuit struct {
	failures int
	until    time.Time // open until then; zero for closed
	cooldown time.Duration
	probing  bool
}

// NewBreakers returns breakers, all closed.
func NewBreakers(policy BreakerPolicy) *Breakers {
	const failures, cooldown = 5, 30 * time.Second
	if policy.Failures == 0 {
		policy.Failures = failures
	}
	if policy.Cooldown == 0 {
		policy.Cooldown = cooldown
	}
	if policy.Now == nil {
		policy.Now = time.Now
	}
	return &Breakers{policy: policy, circuits: map[string]*circuit{}}
}

// Guard puts the breaker of a service round a provider. Providers of one service share it by its name.
func (b *Breakers) Guard(p Provider, service string) Provider {
	return &guarded{Provider: p, breakers: b, service: service}
}

type guarded struct {
	Provider
	breakers *Breakers
	service  string
}

// Unwrap returns the provider within.
func (p *guarded) Unwrap() Provider { return p.Provider }

// Stream implements Provider.
func (p *guarded) Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		probe, wait := p.breakers.enter(p.service)
		if wait > 0 {
			err := Fail(Failure{Kind: KindOpen, Provider: p.Name(), RetryAfter: wait}, "%s failed several times in a row and is left alone for %s", p.Name(), wait.Round(time.Second))
			yield(Chunk{}, err)
			return
		}
		verdict, began := nothing, p.breakers.policy.Now()
		defer func() { p.breakers.leave(p.service, probe, verdict) }()
		for chunk, err := range p.Provider.Stream(ctx, req) {
			silent := verdict == nothing && p.breakers.policy.Now().Sub(began) >= slow
			verdict = well
			if err != nil {
				verdict = verdictOf(err, silent)
			}
			if !yield(chunk, err) {
				return
			}
		}
	}
}

type verdict int

const (
	nothing verdict = iota
	well
	unwell
)

// slow is the silence after which a deadline that passes speaks against the service and not against the deadline.
const slow = 20 * time.Second

func verdictOf(err error, silent bool) verdict {
	switch KindOf(err) {
	case KindCanceled:
		if silent && custard.AsError(err).Code == custard.CodeTimeout {
			return unwell
		}
		return nothing
	case KindOverloaded, KindUnreachable, KindCut, KindHung:
		return unwell
	case KindBudget, KindForbidden, KindRateLimited, "":
		return nothing
	default:
		return well
	}
}

// enter asks to call a service: wait is above 0 where it must be left alone, probe says that the call is the one that tries.
func (b *Breakers) enter(service string) (probe bool, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.circuits[service]
	if c == nil || c.until.IsZero() {
		return false, 0
	}
	if wait = c.until.Sub(b.policy.Now()); wait > 0 {
		return false, wait
	}
	if c.probing {
		return false, time.Second
	}
	c.probing = true
	return true, 0
}

func (b *Breakers) leave(service string, probe bool, v verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.circuits[service]
	if c != nil && probe {
		c.probing = false
	}
	switch v {
	case nothing:
	case well:
		delete(b.circuits, service)
	case unwell:
		if c == nil {
			if len(b.circuits) >= maxCircuits {
				return
			}
			c = &circuit{}
			b.circuits[service] = c
		}
		const longest = 10
		switch c.failures++; {
		case probe:
			c.cooldown = min(2*c.cooldown, longest*b.policy.Cooldown)
			c.until = b.policy.Now().Add(c.cooldown)
		case c.until.IsZero() && c.failures >= b.policy.Failures:
			c.cooldown = b.policy.Cooldown
			c.until = b.policy.Now().Add(c.cooldown)
		}
	}
}
