package auth

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// How long things live.
const (
	accessLife     = 15 * time.Minute
	refreshLife    = 30 * 24 * time.Hour
	webLife        = 12 * time.Hour
	verifyLife     = 24 * time.Hour
	resetLife      = time.Hour
	invitationLife = 7 * 24 * time.Hour
	deviceLife     = 10 * time.Minute
)

// Config is what a Service is made of. Store, Bucket, Mail and PublicURL are needed.
type Config struct {
	Store  Store
	Bucket Bucket
	Mail   Mailer
	// PublicURL is where people reach this server, without a slash at the end. It is the issuer of access tokens, and
	// links in mails begin with it: never with what a request says its host is.
	PublicURL string
	Now       func() time.Time // nil for the system's clock
	Log       *slog.Logger     // nil for none
	// Step is what the time of answers that must tell nothing is rounded up to; 0 for 250 ms, negative for not at all.
	Step time.Duration
}

// Service is what can be done with accounts. It is safe for concurrent use. Make it with New.
//
// Methods answer CodeUsage for input that cannot be right, CodeUnauthenticated for who cannot prove who he is, CodeForbidden
// for who may not, CodeNotFound for another organisation's things exactly as for what does not exist, CodeRateLimited for
// who tries too often.
type Service struct {
	cfg        Config
	log        *slog.Logger
	passwords  *passwords
	signing    *signing
	principals *principals
}

// New returns a service over cfg. It makes the first signing key where the store has none.
func New(ctx context.Context, cfg Config) (*Service, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Step == 0 {
		cfg.Step = 250 * time.Millisecond
	}
	cfg.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	s := &Service{
		cfg: cfg, log: cfg.Log,
		passwords:  newPasswords(currentArgon()),
		principals: newPrincipals(),
	}
	s.signing = &signing{store: cfg.Store, now: cfg.Now}
	if err := s.signing.first(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Clean removes what expired from the store every few minutes until ctx ends. Its caller runs it in a goroutine and waits
// for it. Of several replicas each may run it.
func (s *Service) Clean(ctx context.Context) {
	const every = 10 * time.Minute
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		// What expired stays for an hour, so that an answer can say that it did.
		if n, err := s.cfg.Store.RemoveExpired(ctx, s.cfg.Now().Add(-time.Hour)); err != nil {
			s.log.WarnContext(ctx, "cannot remove expired tokens", "error", custard.Detail(err))
		} else if n > 0 {
			s.log.DebugContext(ctx, "removed expired tokens", "rows", n)
		}
	}
}

// link returns an address of a page with a secret in its query.
func (s *Service) link(page, token string) string {
	l := s.cfg.PublicURL + page
	if token != "" {
		l += "?token=" + token
	}
	return l
}
