package auth

import (
	"context"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/custard-ai/custard/internal/custard"
)

// The fixed parts of an access token.
const (
	audience  = "custard-api"
	tokenType = "at+jwt"
	leeway    = 60 * time.Second
)

// claims are what an access token says: who, where, of which login. What its bearer may do is looked up.
type claims struct {
	Org    string `json:"org"`
	Family string `json:"fam"`
	jwt.RegisteredClaims
}

// sign returns an access token and when it expires.
func (s *Service) sign(ctx context.Context, user, org, family string) (token string, expires time.Time, err error) {
	keys, err := s.signing.current(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	now := s.cfg.Now()
	expires = now.Add(accessLife)
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		Org: org, Family: family,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.cfg.PublicURL, Audience: jwt.ClaimStrings{audience}, Subject: user, ID: custard.NewID(now),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		},
	})
	t.Header["kid"], t.Header["typ"] = keys[0].id, tokenType
	token, err = t.SignedString(keys[0].private)
	return token, expires, err
}

// parse verifies an access token. Every token that is no good gets the same error; why is its cause.
func (s *Service) parse(ctx context.Context, token string) (claims, string, error) {
	var c claims
	var kid string
	var broken error // the store's fault, not the token's
	p := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(s.cfg.PublicURL),
		jwt.WithAudience(audience),
		jwt.WithLeeway(leeway),
		jwt.WithExpirationRequired(),
		jwt.WithNotBeforeRequired(),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(s.cfg.Now),
	)
	_, err := p.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		if typ, _ := t.Header["typ"].(string); typ != tokenType {
			return nil, jwt.ErrTokenUnverifiable
		}
		if _, critical := t.Header["crit"]; critical {
			return nil, jwt.ErrTokenUnverifiable
		}
		kid, _ = t.Header["kid"].(string)
		k, ok, err := s.signing.byID(ctx, kid)
		if err != nil {
			broken = err
			return nil, err
		}
		if !ok {
			return nil, jwt.ErrTokenUnverifiable
		}
		return k.public, nil
	})
	switch {
	case broken != nil:
		return claims{}, "", broken
	case err != nil:
		return claims{}, "", notSignedIn(err)
	case c.Subject == "" || c.Org == "" || c.Family == "" || c.IssuedAt == nil || c.ExpiresAt.Sub(c.IssuedAt.Time) > accessLife:
		return claims{}, "", notSignedIn(jwt.ErrTokenInvalidClaims)
	}
	return c, kid, nil
}

// notSignedIn is the answer to every token, key and session that is no good: it does not say why.
func notSignedIn(cause error) *custard.Error {
	e := custard.Errorf(custard.CodeUnauthenticated, "you are not signed in").
		WithHint("Sign in with `custard login`, or set CUSTARD_TOKEN to an API key.")
	e.Cause = cause
	return e
}
