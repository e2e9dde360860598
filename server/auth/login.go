package auth

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Session is what a login gives.
type Session struct {
	Access  string // the access token
	Expires time.Time
	Refresh string
	User    User
	Org     Organisation
	Role    Role
	Family  string
}

// Login checks a password and begins a session in an organisation of the user: the one that org names by id or name, or the
// first that it joined. An unknown address, a wrong password and a password that is too long get the same answer after
// the same work.
func (s *Service) Login(ctx context.Context, email, password, org string, from Caller) (Session, error) {
	u, err := s.checkLogin(ctx, email, password, from)
	if err != nil {
		return Session{}, err
	}
	m, err := s.membership(ctx, u.ID, org)
	if err != nil {
		return Session{}, err
	}
	out, err := s.begin(ctx, u, m)
	if err != nil {
		return Session{}, err
	}
	// A password that changed while this one was being compared counts: its change ended the sessions before this one.
	if err := s.unchanged(ctx, u, password); err != nil {
		return Session{}, s.endAfter(ctx, out.Family, err)
	}
	return out, s.Audit(ctx, Principal{Org: m.Org.ID, User: u.ID}, from, ActLogin, u.ID, nil)
}

// LoginWeb is Login for the dashboard: it returns the value of a cookie, which is good for twelve hours whatever the browser
// thinks.
func (s *Service) LoginWeb(ctx context.Context, email, password string, from Caller) (cookie string, err error) {
	u, err := s.checkLogin(ctx, email, password, from)
	if err != nil {
		return "", err
	}
	m, err := s.membership(ctx, u.ID, "")
	if err != nil {
		return "", err
	}
	cookie, r, err := s.beginWeb(ctx, u, m)
	if err != nil {
		return "", err
	}
	if err := s.unchanged(ctx, u, password); err != nil {
		return "", s.endAfter(ctx, r.Family, err)
	}
	return cookie, s.Audit(ctx, Principal{Org: m.Org.ID, User: u.ID}, from, ActLogin, u.ID, map[string]string{"with": "browser"})
}

func (s *Service) beginWeb(ctx context.Context, u User, m Membership) (cookie string, r Refresh, err error) {
	now := s.cfg.Now()
	cookie, hash := newSecret(prefixWeb)
	r = Refresh{Hash: hash, Family: custard.NewID(now), User: u.ID, Org: m.Org.ID, Created: now, Expires: now.Add(webLife)}
	return cookie, r, s.cfg.Store.AddRefresh(ctx, r)
}

// AuthenticateWeb returns who a dashboard's cookie stands for.
func (s *Service) AuthenticateWeb(ctx context.Context, cookie string) (Principal, error) {
	hash, ok := hashOfKind(prefixWeb, cookie)
	if !ok {
		return Principal{}, notSignedIn(nil)
	}
	r, err := s.cfg.Store.RefreshByHash(ctx, hash, s.cfg.Now())
	if err != nil {
		return Principal{}, refused(err)
	}
	return s.sessionPrincipal(ctx, r.User, r.Org, r.Family)
}

// wrongLogin is the answer to everybody who cannot prove who he is by a password.
func wrongLogin() *custard.Error {
	return custard.Errorf(custard.CodeUnauthenticated, "the e-mail address or the password is wrong").
		WithHint("Check both; a forgotten password can be set anew.")
}

// checkLogin returns the verified user of an address and a password.
func (s *Service) checkLogin(ctx context.Context, email, password string, from Caller) (User, error) {
	start := time.Now()
	email, err := cleanEmail(email)
	if err != nil {
		return User{}, err
	}
	for _, l := range []struct {
		limit
		whom string
	}{{loginByAddress(), from.Address}, {loginByPair(), email + " " + from.Address}, {loginByAccount(), email}} {
		if err := s.allow(ctx, l.limit, l.whom); err != nil {
			return User{}, err
		}
	}
	u, err := s.cfg.Store.UserByEmail(ctx, email)
	if err != nil && !is(err, custard.CodeNotFound) {
		return User{}, err
	}
	ok, stale, err := s.passwords.verify(ctx, u.PasswordHash, password)
	if err != nil {
		return User{}, err
	}
	if !ok {
		defer s.even(ctx, start)
		if u.ID != "" {
			if err := s.auditEverywhere(ctx, u.ID, from, ActLoginFail); err != nil {
				s.log.ErrorContext(ctx, "cannot write the audit log", "error", custard.Detail(err))
			}
		}
		s.log.InfoContext(ctx, "sign-in failed", "address", from.Address)
		return User{}, wrongLogin()
	}
	if u.Verified.IsZero() {
		return User{}, custard.Errorf(custard.CodeForbidden, "the e-mail address is not verified yet").
			WithHint("Follow the link in the mail that was sent to you, or ask for a new one.")
	}
	if stale {
		if u.PasswordHash, err = s.passwords.hash(ctx, password); err != nil {
			return User{}, err
		}
		if err := s.cfg.Store.SetPassword(ctx, u.ID, u.PasswordHash); err != nil {
			return User{}, err
		}
	}
	return u, nil
}

// unchanged says whether the password is still the user's.
func (s *Service) unchanged(ctx context.Context, u User, password string) error {
	now, err := s.cfg.Store.User(ctx, u.ID)
	if err != nil {
		return err
	}
	if now.PasswordHash == u.PasswordHash {
		return nil
	}
	ok, _, err := s.passwords.verify(ctx, now.PasswordHash, password)
	if err != nil {
		return err
	}
	if !ok {
		return wrongLogin()
	}
	return nil
}

// endAfter ends a session that should not have begun, and returns why.
func (s *Service) endAfter(ctx context.Context, family string, why error) error {
	if err := s.cfg.Store.EndFamily(ctx, family); err != nil {
		return err
	}
	return why
}

// membership returns the organisation of a user that a login is for.
func (s *Service) membership(ctx context.Context, user, org string) (Membership, error) {
	all, err := s.cfg.Store.Memberships(ctx, user)
	if err != nil {
		return Membership{}, err
	}
	if len(all) == 0 {
		return Membership{}, custard.Errorf(custard.CodeForbidden, "you belong to no organisation any more").
			WithHint("Ask an owner or admin of one for an invitation.")
	}
	slices.SortStableFunc(all, func(a, b Membership) int {
		if c := a.Org.Created.Compare(b.Org.Created); c != 0 {
			return c
		}
		return cmp.Compare(a.Org.ID, b.Org.ID)
	})
	if org == "" {
		return all[0], nil
	}
	for _, by := range []func(Membership) bool{
		func(m Membership) bool { return m.Org.ID == org },
		func(m Membership) bool { return m.Org.Name == org },
	} {
		if i := slices.IndexFunc(all, by); i >= 0 {
			return all[i], nil
		}
	}
	return Membership{}, custard.Errorf(custard.CodeNotFound, "there is no such organisation").
		WithHint("Leave it out for your first one; `custard whoami` lists yours.")
}
