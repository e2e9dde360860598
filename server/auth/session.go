package auth

import (
	"context"

	"github.com/custard-ai/custard/internal/custard"
)

// begin starts a login of a user in an organisation.
func (s *Service) begin(ctx context.Context, u User, m Membership) (Session, error) {
	now := s.cfg.Now()
	refresh, hash := newSecret(prefixRefresh)
	r := Refresh{Hash: hash, Family: custard.NewID(now), User: u.ID, Org: m.Org.ID, Created: now, Expires: now.Add(refreshLife)}
	if err := s.cfg.Store.AddRefresh(ctx, r); err != nil {
		return Session{}, err
	}
	access, expires, err := s.sign(ctx, u.ID, m.Org.ID, r.Family)
	if err != nil {
		return Session{}, err
	}
	return Session{Access: access, Expires: expires, Refresh: refresh, User: u, Org: m.Org, Role: m.Role, Family: r.Family}, nil
}

// Refresh replaces a refresh token by a new one and gives a new access token. A token that was used before ends the login:
// one of its two users has stolen it. org, by id or name, moves the login to another organisation of the user; empty keeps
// it where it is.
func (s *Service) Refresh(ctx context.Context, token, org string, from Caller) (Session, error) {
	hash, ok := hashOfKind(prefixRefresh, token)
	if !ok {
		return Session{}, notSignedIn(nil)
	}
	now := s.cfg.Now()
	var to Membership
	if org != "" { // looked up first: a wrong name must not cost the login
		old, err := s.cfg.Store.RefreshByHash(ctx, hash, now)
		if err == nil {
			to, err = s.membership(ctx, old.User, org)
		}
		if err != nil && !is(err, custard.CodeUnauthenticated) { // a token that was used goes on to end its family
			return Session{}, err
		}
	}
	next, nextHash := newSecret(prefixRefresh)
	r, reused, err := s.cfg.Store.RotateRefresh(ctx, hash, Refresh{Hash: nextHash, Created: now, Expires: now.Add(refreshLife)}, now)
	if err != nil {
		if reused {
			s.principals.forget(func(p Principal) bool { return p.Family == r.Family })
			s.log.WarnContext(ctx, "a refresh token was used twice", "user", r.User, "family", r.Family)
			if r.Org != "" {
				if err := s.Audit(ctx, Principal{Org: r.Org, User: r.User}, from, ActReuse, r.User, nil); err != nil {
					return Session{}, err
				}
			}
		}
		return Session{}, refused(err)
	}
	u, err := s.cfg.Store.User(ctx, r.User)
	if err != nil {
		return Session{}, refused(err)
	}
	if to.Org.ID != "" && to.Org.ID != r.Org {
		out, err := s.begin(ctx, u, to)
		if err != nil {
			return Session{}, err
		}
		if err := s.end(ctx, r.Family); err != nil {
			return Session{}, err
		}
		return out, s.Audit(ctx, Principal{Org: to.Org.ID, User: u.ID}, from, ActLogin, u.ID, map[string]string{"with": "another organisation"})
	}
	m, err := s.cfg.Store.Member(ctx, r.Org, r.User)
	if err != nil {
		return Session{}, refused(err)
	}
	o, err := s.cfg.Store.Organisation(ctx, r.Org)
	if err != nil {
		return Session{}, err
	}
	access, expires, err := s.sign(ctx, r.User, r.Org, r.Family)
	if err != nil {
		return Session{}, err
	}
	return Session{Access: access, Expires: expires, Refresh: next, User: u, Org: o, Role: m.Role, Family: r.Family}, nil
}

// Logout ends the login of a principal. An API key cannot sign out: CodeUsage.
func (s *Service) Logout(ctx context.Context, p Principal, from Caller) error {
	if p.Family == "" {
		return custard.Errorf(custard.CodeUsage, "an API key is not a login").WithHint("Revoke it: custard keys revoke.")
	}
	if err := s.end(ctx, p.Family); err != nil {
		return err
	}
	return s.Audit(ctx, p, from, ActLogout, p.User, nil)
}

// LogoutToken ends the login that a refresh token belongs to, if it is good: who has lost the access token can sign out
// too.
func (s *Service) LogoutToken(ctx context.Context, token string, from Caller) error {
	hash, ok := hashOfKind(prefixRefresh, token)
	if !ok {
		return notSignedIn(nil)
	}
	r, err := s.cfg.Store.RefreshByHash(ctx, hash, s.cfg.Now())
	if err != nil {
		return refused(err)
	}
	return s.Logout(ctx, Principal{Org: r.Org, User: r.User, Family: r.Family}, from)
}

func (s *Service) end(ctx context.Context, family string) error {
	err := s.cfg.Store.EndFamily(ctx, family)
	s.principals.forget(func(p Principal) bool { return p.Family == family })
	return err
}

// Self is what somebody may know about himself.
type Self struct {
	User        User
	Org         Organisation
	Role        Role
	Memberships []Membership
	Key         *APIKey // what the request came with; nil for a session
}

// Me returns what a principal may know about itself.
func (s *Service) Me(ctx context.Context, p Principal) (Self, error) {
	u, err := s.cfg.Store.User(ctx, p.User)
	if err != nil {
		return Self{}, err
	}
	all, err := s.cfg.Store.Memberships(ctx, p.User)
	if err != nil {
		return Self{}, err
	}
	o, err := s.cfg.Store.Organisation(ctx, p.Org)
	if err != nil {
		return Self{}, err
	}
	out := Self{User: u, Org: o, Role: p.Role, Memberships: all}
	if p.Key != "" {
		k, err := s.cfg.Store.APIKey(ctx, p.Org, p.Key)
		if err != nil {
			return Self{}, refused(err) // another replica has revoked it within the last second
		}
		out.Key = &k
		// A key knows the organisation that it is for, not where else its maker belongs.
		out.Memberships = []Membership{{Org: o, Role: p.Role}}
	}
	return out, nil
}
