package auth_test

import (
	"testing"

	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
)

// What a request pays to be recognised: a thousand of one client within a second cost one look into the store.
func BenchmarkAuthenticate(b *testing.B) {
	k := authtest.New(b)
	s := k.Owner(b, "owner@example.com")
	_, key, err := k.CreateKey(b.Context(), k.Principal(b, s.Access), "bench", []auth.Scope{auth.ScopeAsk}, auth.Caller{})
	if err != nil {
		b.Fatal(err)
	}
	for name, token := range map[string]string{"access token": s.Access, "API key": key} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := k.Authenticate(b.Context(), token); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}
