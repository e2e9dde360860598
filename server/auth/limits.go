package auth

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// limit is how often something may be tried: burst times at once, then rate times a second.
type limit struct {
	name  string
	rate  float64
	burst int
}

// The limits. They stand before everything that costs (a hash, a mail, a row) or that can be guessed at. Each counts by
// address and, where there is one, by account: one address cannot try many accounts, many addresses cannot try one.
func loginByAddress() limit  { return limit{"login.address", 0.5, 60} }
func loginByPair() limit     { return limit{"login.pair", 1.0 / 20, 10} }
func loginByAccount() limit  { return limit{"login.account", 1.0 / 10, 100} }
func mailByAddress() limit   { return limit{"mail.address", 1.0 / 20, 30} }
func mailByAccount() limit   { return limit{"mail.account", 1.0 / 300, 5} }
func signupByAddress() limit { return limit{"signup.address", 1.0 / 10, 60} }
func resetByAddress() limit  { return limit{"reset.address", 1.0 / 10, 20} }
func deviceByAddress() limit { return limit{"device.address", 0.2, 60} }
func codeByUser() limit      { return limit{"code.user", 1.0 / 30, 10} }
func codeByAddress() limit   { return limit{"code.address", 1.0 / 10, 30} }
func inviteByOrg() limit     { return limit{"invite.org", 1.0 / 30, 100} }

// allow takes one try of a limit for whom: an address, an account's e-mail. CodeRateLimited where none is left.
// Who it is does not travel to the bucket in the clear: an address of a person is nobody's business there.
func (s *Service) allow(ctx context.Context, l limit, whom string) error {
	if whom == "" {
		return nil
	}
	key := l.name + ":" + hex.EncodeToString(hashOf(whom)[:16])
	got, wait, err := s.cfg.Bucket.Take(ctx, key, 1, l.rate, l.burst, s.cfg.Now())
	if err != nil {
		return err
	}
	if got < 1 {
		return tooMany("attempts", wait)
	}
	return nil
}

func tooMany(what string, wait time.Duration) *custard.Error {
	wait = max(wait, time.Second)
	e := custard.Errorf(custard.CodeRateLimited, "too many %s in too short a time", what).
		WithHint("Wait %s and try again.", wait.Round(time.Second))
	e.Retry, e.After = true, wait
	return e
}
