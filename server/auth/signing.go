package auth

import (
	"context"
	"crypto/ed25519"
	"slices"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// signing is the store's signing keys, read again every second: a key that is added or removed at one replica counts at the
// others a second later.
type signing struct {
	store KeyStore
	now   func() time.Time

	mu   sync.Mutex
	keys []signer // the newest first
	read time.Time
}

type signer struct {
	id      string
	private ed25519.PrivateKey
	public  ed25519.PublicKey
}

const keysAge = time.Second

// first makes the first key where there is none. Of many replicas that start at once, one key wins.
func (s *signing) first(ctx context.Context) error {
	keys, err := s.store.SigningKeys(ctx)
	if err != nil || len(keys) > 0 {
		return err
	}
	return s.add(ctx, true)
}

func (s *signing) add(ctx context.Context, onlyFirst bool) error {
	now := s.now()
	err := s.store.AddSigningKey(ctx, SigningKey{ID: custard.NewID(now), Seed: random(ed25519.SeedSize), Created: now}, onlyFirst)
	s.forget()
	return err
}

func (s *signing) forget() {
	s.mu.Lock()
	s.keys = nil
	s.mu.Unlock()
}

// current returns the keys, the newest first.
func (s *signing) current(ctx context.Context) ([]signer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if s.keys != nil && now.Sub(s.read).Abs() < keysAge {
		return s.keys, nil
	}
	stored, err := s.store.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	keys := make([]signer, 0, len(stored))
	for _, k := range stored {
		if len(k.Seed) != ed25519.SeedSize {
			return nil, custard.Errorf(custard.CodeInternal, "the signing key %s is broken", k.ID)
		}
		private := ed25519.NewKeyFromSeed(k.Seed)
		keys = append(keys, signer{id: k.ID, private: private, public: private.Public().(ed25519.PublicKey)})
	}
	if len(keys) == 0 {
		return nil, custard.Errorf(custard.CodeInternal, "there is no signing key")
	}
	s.keys, s.read = keys, now
	return keys, nil
}

// byID returns the key of a token's kid, and whether there is one.
func (s *signing) byID(ctx context.Context, id string) (signer, bool, error) {
	keys, err := s.current(ctx)
	if err != nil {
		return signer{}, false, err
	}
	i := slices.IndexFunc(keys, func(k signer) bool { return k.id == id })
	if i < 0 {
		return signer{}, false, nil
	}
	return keys[i], true, nil
}

// RotateSigningKey adds a key, which signs from now on. The older ones go on verifying until they are removed: a quarter
// of an hour later nothing that they signed is valid any more.
func (s *Service) RotateSigningKey(ctx context.Context) error { return s.signing.add(ctx, false) }

// SigningKeys lists the keys without their secrets, the one that signs first.
func (s *Service) SigningKeys(ctx context.Context) ([]SigningKey, error) {
	keys, err := s.cfg.Store.SigningKeys(ctx)
	for i := range keys {
		keys[i].Seed = nil
	}
	return keys, err
}

// RemoveSigningKey removes a key: what it signed is refused at once here, and within a second at other replicas. The last
// one stays: CodeConflict.
func (s *Service) RemoveSigningKey(ctx context.Context, id string) error {
	keys, err := s.cfg.Store.SigningKeys(ctx)
	if err != nil {
		return err
	}
	if len(keys) == 1 && keys[0].ID == id {
		return custard.Errorf(custard.CodeConflict, "this is the last signing key").WithHint("Make another first: custard-server keys rotate.")
	}
	err = s.cfg.Store.RemoveSigningKey(ctx, id)
	s.signing.forget()
	return err
}
