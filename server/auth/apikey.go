package auth

import (
	"context"
	"slices"

	"github.com/custard-ai/custard/internal/custard"
)

// CreateKey makes an API key that acts for the principal's user, and returns it with the secret, which is shown this once.
// Its scopes stay within what the maker may do: members may make keys that ask and read, admins ones that manage; a key
// with the scope manage may make keys with the scopes that it has itself.
func (s *Service) CreateKey(ctx context.Context, p Principal, name string, scopes []Scope, from Caller) (APIKey, string, error) {
	name, err := cleanName("name", name)
	if err != nil {
		return APIKey{}, "", err
	}
	if len(scopes) == 0 {
		return APIKey{}, "", custard.Errorf(custard.CodeUsage, "the key has no scope").WithHint("Scopes are ask, read and manage.")
	}
	scopes = slices.Clone(scopes)
	slices.Sort(scopes)
	scopes = slices.Compact(scopes)
	if err := p.Allows(RoleMember, ScopeManage); err != nil {
		return APIKey{}, "", err
	}
	for _, sc := range scopes {
		if !sc.Valid() {
			return APIKey{}, "", custard.Errorf(custard.CodeUsage, "there is no such scope").WithHint("Scopes are ask, read and manage.")
		}
		need := RoleMember
		if sc == ScopeManage {
			need = RoleAdmin
		}
		if err := p.Allows(need, sc); err != nil {
			return APIKey{}, "", err
		}
	}
	now := s.cfg.Now()
	secret, hash := newSecret(prefixKey)
	const shown = len(prefixKey) + 6
	k := APIKey{ID: custard.NewID(now), Name: name, Prefix: secret[:shown], Scopes: scopes, User: p.User, Hash: hash, Created: now}
	if err := s.cfg.Store.AddAPIKey(ctx, p.Org, k); err != nil {
		return APIKey{}, "", err
	}
	detail := map[string]string{"name": name}
	for _, sc := range scopes {
		detail["scope."+string(sc)] = "yes"
	}
	return k, secret, s.Audit(ctx, p, from, ActKeyCreate, k.ID, detail)
}

// Keys lists API keys: an admin sees everybody's, a member its own.
func (s *Service) Keys(ctx context.Context, p Principal, before string, limit int) ([]APIKey, error) {
	if err := p.Allows(RoleMember, ScopeManage); err != nil {
		return nil, err
	}
	user := p.User
	if p.Role.Rank() >= RoleAdmin.Rank() {
		user = ""
	}
	return s.cfg.Store.APIKeys(ctx, p.Org, user, before, limit)
}

// RevokeKey revokes an API key, at once. Everybody may revoke its own; an admin everybody's but those of who is above him.
// Somebody else's key looks to a member like one that does not exist.
func (s *Service) RevokeKey(ctx context.Context, p Principal, id string, from Caller) error {
	if err := p.Allows(RoleMember, ScopeManage); err != nil {
		return err
	}
	k, err := s.cfg.Store.APIKey(ctx, p.Org, id)
	if err != nil {
		return noSuchKey(err)
	}
	if k.User != p.User {
		if p.Role.Rank() < RoleAdmin.Rank() {
			return noSuchKey(custard.Errorf(custard.CodeNotFound, "the key is somebody else's"))
		}
		maker, err := s.cfg.Store.Member(ctx, p.Org, k.User)
		if err != nil && !is(err, custard.CodeNotFound) {
			return err
		}
		if err := within(p, maker.Role); err != nil {
			return err
		}
	}
	if err := s.cfg.Store.RevokeAPIKey(ctx, p.Org, id); err != nil {
		return noSuchKey(err)
	}
	s.principals.forget(func(p Principal) bool { return p.Key == id })
	return s.Audit(ctx, p, from, ActKeyRevoke, id, map[string]string{"name": k.Name})
}

func noSuchKey(err error) error {
	if is(err, custard.CodeNotFound) {
		e := custard.Errorf(custard.CodeNotFound, "there is no such API key")
		e.Cause = err
		return e.WithHint("`custard keys list` lists them.")
	}
	return err
}
