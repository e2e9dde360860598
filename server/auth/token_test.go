package auth_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
)

func code(err error) custard.Code {
	if err == nil {
		return ""
	}
	return custard.AsError(err).Code
}

// forge makes an access token of a good one: change its header, its claims, or what signs it.
type forge struct {
	header, claims map[string]any
	method         jwt.SigningMethod
	key            any
}

func (f forge) sign(t *testing.T, good string) string {
	t.Helper()
	parts := strings.Split(good, ".")
	claims := jwt.MapClaims{}
	if data, err := base64.RawURLEncoding.DecodeString(parts[1]); err != nil || json.Unmarshal(data, &claims) != nil {
		t.Fatal("the good token's claims cannot be read")
	}
	header := map[string]any{}
	if data, err := base64.RawURLEncoding.DecodeString(parts[0]); err != nil || json.Unmarshal(data, &header) != nil {
		t.Fatal("the good token's header cannot be read")
	}
	for k, v := range f.claims {
		if claims[k] = v; v == nil {
			delete(claims, k)
		}
	}
	tok := jwt.NewWithClaims(f.method, claims)
	tok.Header["kid"], tok.Header["typ"] = header["kid"], header["typ"]
	for k, v := range f.header {
		if tok.Header[k] = v; v == nil {
			delete(tok.Header, k)
		}
	}
	s, err := tok.SignedString(f.key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	stranger := k.Owner(t, "stranger@example.com")
	keys, err := k.Store.SigningKeys(t.Context())
	if err != nil || len(keys) != 1 {
		t.Fatalf("%d signing keys, %v", len(keys), err)
	}
	right := ed25519.NewKeyFromSeed(keys[0].Seed)
	_, wrong, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	eddsa := jwt.SigningMethodEdDSA
	now := k.Clock.Now()
	good := owner.Access

	// The harness: a token that it signs anew, unchanged or inside the permitted skew, is taken.
	for name, f := range map[string]forge{
		"unchanged": {method: eddsa, key: right},
		"a clock 59 s ahead of ours": {method: eddsa, key: right, claims: map[string]any{
			"iat": now.Add(59 * time.Second).Unix(), "nbf": now.Add(59 * time.Second).Unix(), "exp": now.Add(10 * time.Minute).Unix(),
		}},
		"expired 59 s ago": {method: eddsa, key: right, claims: map[string]any{"iat": now.Add(-5 * time.Minute).Unix(), "exp": now.Add(-59 * time.Second).Unix()}},
	} {
		if p, err := k.Authenticate(t.Context(), f.sign(t, good)); err != nil || p.User != owner.User.ID {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}

	public := []byte(right.Public().(ed25519.PublicKey))
	for name, f := range map[string]forge{
		"no signature":                 {method: jwt.SigningMethodNone, key: jwt.UnsafeAllowNoneSignatureType},
		"HS256 with the public key":    {method: jwt.SigningMethodHS256, key: public},
		"HS256 with nothing":           {method: jwt.SigningMethodHS256, key: []byte{}},
		"another's signature":          {method: eddsa, key: wrong},
		"alg none, signed":             {method: eddsa, key: right, header: map[string]any{"alg": "none"}},
		"alg HS256, signed":            {method: eddsa, key: right, header: map[string]any{"alg": "HS256"}},
		"alg ES256, signed":            {method: eddsa, key: right, header: map[string]any{"alg": "ES256"}},
		"unknown kid":                  {method: eddsa, key: right, header: map[string]any{"kid": "nobody"}},
		"no kid":                       {method: eddsa, key: right, header: map[string]any{"kid": nil}},
		"kid of another type":          {method: eddsa, key: right, header: map[string]any{"kid": 1}},
		"kid that is a path":           {method: eddsa, key: right, header: map[string]any{"kid": "../../dev/null"}},
		"wrong type":                   {method: eddsa, key: right, header: map[string]any{"typ": "JWT"}},
		"no type":                      {method: eddsa, key: right, header: map[string]any{"typ": nil}},
		"a critical extension":         {method: eddsa, key: right, header: map[string]any{"crit": []string{"b64"}, "b64": false}},
		"a key of its own":             {method: eddsa, key: wrong, header: map[string]any{"jwk": map[string]any{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(wrong.Public().(ed25519.PublicKey))}}},
		"wrong issuer":                 {method: eddsa, key: right, claims: map[string]any{"iss": "https://evil.example"}},
		"no issuer":                    {method: eddsa, key: right, claims: map[string]any{"iss": nil}},
		"wrong audience":               {method: eddsa, key: right, claims: map[string]any{"aud": "custard-mail"}},
		"no audience":                  {method: eddsa, key: right, claims: map[string]any{"aud": nil}},
		"expired":                      {method: eddsa, key: right, claims: map[string]any{"exp": now.Add(-61 * time.Second).Unix()}},
		"never expires":                {method: eddsa, key: right, claims: map[string]any{"exp": nil}},
		"expires in a year":            {method: eddsa, key: right, claims: map[string]any{"exp": now.AddDate(1, 0, 0).Unix()}},
		"not valid yet":                {method: eddsa, key: right, claims: map[string]any{"nbf": now.Add(61 * time.Second).Unix()}},
		"no time to begin":             {method: eddsa, key: right, claims: map[string]any{"nbf": nil}},
		"issued in the future":         {method: eddsa, key: right, claims: map[string]any{"iat": now.Add(5 * time.Minute).Unix()}},
		"no time of issue":             {method: eddsa, key: right, claims: map[string]any{"iat": nil}},
		"nobody":                       {method: eddsa, key: right, claims: map[string]any{"sub": nil}},
		"no organisation":              {method: eddsa, key: right, claims: map[string]any{"org": nil}},
		"another's organisation":       {method: eddsa, key: right, claims: map[string]any{"org": stranger.Org.ID}},
		"no login":                     {method: eddsa, key: right, claims: map[string]any{"fam": nil}},
		"a login that there never was": {method: eddsa, key: right, claims: map[string]any{"fam": "none"}},
	} {
		if p, err := k.Authenticate(t.Context(), f.sign(t, good)); code(err) != custard.CodeUnauthenticated {
			t.Errorf("%s: taken as %+v, %v", name, p, err)
		}
	}
	for name, token := range map[string]string{
		"empty": "", "no token": "hello", "two parts": "a.b", "a dot too many": good + ".x", "no signature": good[:strings.LastIndexByte(good, '.')+1],
		"a changed signature": good[:len(good)-4] + "AAAA", "padding": good + "=", "a space": good + " ", "too long": good + strings.Repeat("x", 5000),
		"an API key that there is none of": "cust_key_" + strings.Repeat("A", 43), "a refresh token": owner.Refresh,
	} {
		if p, err := k.Authenticate(t.Context(), token); code(err) != custard.CodeUnauthenticated {
			t.Errorf("%s: taken as %+v, %v", name, p, err)
		}
	}
}

// The role is what the store says, whatever a token may claim.
func TestTheRoleIsLookedUp(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	viewer := k.Member(t, owner, "viewer@example.com", auth.RoleViewer)
	keys, err := k.Store.SigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f := forge{method: jwt.SigningMethodEdDSA, key: ed25519.NewKeyFromSeed(keys[0].Seed), claims: map[string]any{"role": "owner", "scope": "manage"}}
	if p := k.Principal(t, f.sign(t, viewer.Access)); p.Role != auth.RoleViewer {
		t.Errorf("a claim of a role made a viewer %q", p.Role)
	}
}

func TestSigningKeysRotate(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	old := owner.Access
	k.Clock.Move(time.Minute)
	if err := k.RotateSigningKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	k.Principal(t, old) // the old key still verifies
	next, err := k.Refresh(t.Context(), owner.Refresh, "", auth.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := k.Store.SigningKeys(t.Context())
	if err != nil || len(keys) != 2 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	if err := k.RemoveSigningKey(t.Context(), keys[1].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Authenticate(t.Context(), old); code(err) != custard.CodeUnauthenticated {
		t.Errorf("a token of a removed key: %v", err)
	}
	k.Principal(t, next.Access)

	// Another replica, which had the key in its memory, refuses within a second.
	other, err := auth.New(t.Context(), auth.Config{Store: k.Store, Bucket: k.Store, Mail: k.Mail, PublicURL: authtest.PublicURL, Now: k.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Authenticate(t.Context(), next.Access); err != nil {
		t.Fatal(err)
	}
	k.Clock.Move(500 * time.Millisecond)
	if err := k.RotateSigningKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := k.RemoveSigningKey(t.Context(), keys[0].ID); err != nil {
		t.Fatal(err)
	}
	k.Clock.Move(time.Second)
	if _, err := other.Authenticate(t.Context(), next.Access); code(err) != custard.CodeUnauthenticated {
		t.Errorf("another replica takes a token of a removed key: %v", err)
	}
}

// Of many replicas that start at once on an empty store, one makes the key.
func TestOneFirstKey(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	for range 4 {
		if _, err := auth.New(t.Context(), auth.Config{Store: k.Store, Bucket: k.Store, Mail: k.Mail, PublicURL: authtest.PublicURL}); err != nil {
			t.Fatal(err)
		}
	}
	if keys, err := k.Store.SigningKeys(t.Context()); err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}

func TestAccessTokensExpire(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	owner := k.Owner(t, "owner@example.com")
	if got := owner.Expires.Sub(k.Clock.Now()); got != 15*time.Minute {
		t.Errorf("an access token lives %s", got)
	}
	k.Principal(t, owner.Access) // its signature is remembered from now on; its time must count all the same
	k.Clock.Move(15*time.Minute + 61*time.Second)
	if _, err := k.Authenticate(t.Context(), owner.Access); code(err) != custard.CodeUnauthenticated {
		t.Errorf("an expired token: %v", err)
	}
}
