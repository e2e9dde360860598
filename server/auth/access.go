package auth

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Authenticate returns who a bearer token stands for: an access token or an API key. The role is what the store says now
// (at most a second ago). CodeUnauthenticated for every token that is no good, whatever is wrong with it.
func (s *Service) Authenticate(ctx context.Context, token string) (Principal, error) {
	const longest = 4096
	if token == "" || len(token) > longest {
		return Principal{}, notSignedIn(nil)
	}
	if strings.HasPrefix(token, prefixKey) {
		return s.authenticateKey(ctx, token)
	}
	return s.authenticateAccess(ctx, token)
}

func (s *Service) authenticateKey(ctx context.Context, token string) (Principal, error) {
	hash, ok := hashOfKind(prefixKey, token)
	if !ok {
		return Principal{}, notSignedIn(nil)
	}
	now := s.cfg.Now()
	known, ok, change := s.principals.find([sha256.Size]byte(hash), now)
	if ok {
		return known.who, nil
	}
	who, err := s.cfg.Store.APIKeyPrincipal(ctx, hash)
	if err != nil {
		return Principal{}, refused(err)
	}
	minute := now.Truncate(time.Minute)
	s.principals.keep([sha256.Size]byte(hash), principal{who: who, used: minute}, now, change)
	if !known.used.Equal(minute) {
		if err := s.cfg.Store.TouchAPIKey(ctx, who.Org, who.Key, minute); err != nil {
			s.log.WarnContext(ctx, "cannot note the use of an API key", "key", who.Key, "error", custard.Detail(err))
		}
	}
	return who, nil
}

func (s *Service) authenticateAccess(ctx context.Context, token string) (Principal, error) {
	now := s.cfg.Now()
	hash := sha256.Sum256([]byte(token))
	v, ok := s.principals.token(hash)
	if ok {
		// The signature was good; the time and the key may not be any more.
		_, there, err := s.signing.byID(ctx, v.kid)
		if err != nil {
			return Principal{}, err
		}
		if !there || now.After(v.claims.ExpiresAt.Add(leeway)) || now.Before(v.claims.NotBefore.Add(-leeway)) {
			return Principal{}, notSignedIn(nil)
		}
	} else {
		c, kid, err := s.parse(ctx, token)
		if err != nil {
			return Principal{}, err
		}
		v = verified{claims: c, kid: kid}
		s.principals.keepToken(hash, v, now)
	}
	known, ok, change := s.principals.find(hash, now)
	if ok {
		return known.who, nil
	}
	who, err := s.sessionPrincipal(ctx, v.claims.Subject, v.claims.Org, v.claims.Family)
	if err != nil {
		return Principal{}, err
	}
	s.principals.keep(hash, principal{who: who}, now, change)
	return who, nil
}

// sessionPrincipal looks up what a login may do now.
func (s *Service) sessionPrincipal(ctx context.Context, user, org, family string) (Principal, error) {
	alive, err := s.cfg.Store.FamilyAlive(ctx, family)
	if err != nil {
		return Principal{}, err
	}
	if !alive {
		return Principal{}, notSignedIn(nil)
	}
	m, err := s.cfg.Store.Member(ctx, org, user)
	if err != nil {
		return Principal{}, refused(err)
	}
	return Principal{Org: org, User: user, Email: m.Email, Role: m.Role, Family: family}, nil
}

// refused turns the store's answer to a secret or member that is not there into the one that says nothing.
func refused(err error) error {
	if e := custard.AsError(err); e.Code == custard.CodeUnauthenticated || e.Code == custard.CodeNotFound {
		return notSignedIn(err)
	}
	return err
}

// is says whether err is of a code.
func is(err error, code custard.Code) bool { return err != nil && custard.AsError(err).Code == code }

// Allows says whether a principal may do what takes a role and, of an API key, a scope: CodeForbidden with what is missing.
func (p Principal) Allows(role Role, scope Scope) error {
	if p.Key != "" && !slices.Contains(p.Scopes, scope) {
		return custard.Errorf(custard.CodeForbidden, "this API key has not the scope %q", scope).
			WithHint("Make a key with that scope: custard keys create --scope %s", scope)
	}
	if p.Role.Rank() < role.Rank() {
		return custard.Errorf(custard.CodeForbidden, "this takes the role %s or above; yours is %s", role, p.Role).
			WithHint("Ask an owner or admin of the organisation.")
	}
	return nil
}
