package auth

import (
	"crypto/sha256"
	"sync"
	"time"
)

// principals remembers for at most a second who a token stands for, so that a thousand requests of one client cost one look
// into the store. What this process changes (a key revoked, a member removed, a role, a logout) is forgotten at once; what
// another replica changes counts here a second later.
//
// It also remembers which access tokens' signatures were verified, until they expire: verifying one takes longer than
// everything else about a small request.
type principals struct {
	mu      sync.Mutex
	entries map[[sha256.Size]byte]principal
	change  uint64 // counts what was forgotten: an answer that was on its way meanwhile is not remembered
	tokens  map[[sha256.Size]byte]verified
}

type principal struct {
	who   Principal
	until time.Time
	used  time.Time // the minute that was written down as the API key's last use
}

// verified is an access token whose signature, issuer, audience and type were good.
type verified struct {
	claims claims
	kid    string
}

// How many are remembered. A full table is emptied of what expired, and if that frees nothing, altogether: an attacker who
// fills it makes the server look things up, no more.
const (
	mostPrincipals = 8192
	mostTokens     = 8192
	principalAge   = time.Second
)

func newPrincipals() *principals {
	return &principals{
		entries: map[[sha256.Size]byte]principal{},
		tokens:  map[[sha256.Size]byte]verified{},
	}
}

// find returns a principal, whether it is still good, and the count of changes to hand to keep.
func (p *principals) find(key [sha256.Size]byte, now time.Time) (e principal, ok bool, change uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok = p.entries[key]
	return e, ok && now.Before(e.until) && e.until.Sub(now) <= principalAge, p.change
}

func (p *principals) keep(key [sha256.Size]byte, e principal, now time.Time, change uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.change != change {
		return
	}
	if len(p.entries) >= mostPrincipals {
		for k, e := range p.entries {
			if !now.Before(e.until) {
				delete(p.entries, k)
			}
		}
		if len(p.entries) >= mostPrincipals {
			clear(p.entries)
		}
	}
	e.until = now.Add(principalAge)
	p.entries[key] = e
}

// forget forgets the principals that match.
func (p *principals) forget(match func(Principal) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change++
	for k, e := range p.entries {
		if match(e.who) {
			delete(p.entries, k)
		}
	}
}

func (p *principals) token(key [sha256.Size]byte) (verified, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := p.tokens[key]
	return v, ok
}

func (p *principals) keepToken(key [sha256.Size]byte, v verified, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.tokens) >= mostTokens {
		for k, v := range p.tokens {
			if now.After(v.claims.ExpiresAt.Add(leeway)) {
				delete(p.tokens, k)
			}
		}
		if len(p.tokens) >= mostTokens {
			clear(p.tokens)
		}
	}
	p.tokens[key] = v
}
