package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

// The lookups that requests make, and what a question writes. Against SQLite a lookup must cost tens of microseconds, so
// that a server's point queries are bound by the database that is asked and not by this one.
func BenchmarkStore(b *testing.B) {
	for dialect, url := range map[string]func(b *testing.B) string{
		"sqlite":   func(b *testing.B) string { return "sqlite:" + filepath.Join(b.TempDir(), "custard.db") },
		"postgres": func(b *testing.B) string { return pgtest.URL(b) },
	} {
		b.Run(dialect, func(b *testing.B) {
			ctx := b.Context()
			s, err := Open(ctx, url(b), Options{Migrate: true})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			must := func(err error) {
				b.Helper()
				if err != nil {
					b.Fatal(err, custard.AsError(err).Cause)
				}
			}
			now := time.Now()
			org, user, family := custard.NewID(now), custard.NewID(now), custard.NewID(now)
			must(s.Signup(ctx, auth.User{ID: user, Email: "a@example.com", Created: now}, auth.Organisation{ID: org, Name: "o", Created: now},
				auth.OneTime{Hash: hash("v"), Purpose: auth.PurposeVerify, User: user, Expires: now.Add(time.Hour)}))
			must(s.AddAPIKey(ctx, org, auth.APIKey{ID: custard.NewID(now), Name: "k", Scopes: []auth.Scope{auth.ScopeAsk}, User: user, Hash: hash("k"), Created: now}))
			must(s.AddRefresh(ctx, auth.Refresh{Hash: hash("r"), Family: family, User: user, Org: org, Created: now, Expires: now.Add(time.Hour)}))
			id := custard.NewID(now)
			for i := range 200 {
				c := catalog.Connection{ID: custard.NewID(now), Name: custard.NewID(now), Created: now}
				if i == 100 {
					c.ID, c.Name = id, "prod"
				}
				must(s.AddConnection(ctx, org, c))
			}
			must(s.AddAgentToken(ctx, org, auth.AgentToken{ID: custard.NewID(now), Connection: id, Hash: hash("a"), Created: now}, now))
			entry := func() catalog.OrgEntry {
				return catalog.OrgEntry{Org: org, Entry: catalog.Entry{
					HistoryEntry: custard.HistoryEntry{ID: custard.NewID(time.Now()), Time: now, Question: "how many orders last month?", SQL: "SELECT count(*) FROM orders", Connection: "prod", Conversation: "t"},
					ConnectionID: id, User: user,
				}}
			}
			for range 20 {
				var list []catalog.OrgEntry
				for range 500 {
					list = append(list, entry())
				}
				must(s.AddHistory(ctx, list...))
			}
			for _, bench := range []struct {
				name string
				call func() error
			}{
				{"APIKeyPrincipal", func() error { _, err := s.APIKeyPrincipal(ctx, hash("k")); return err }},
				{"Member", func() error { _, err := s.Member(ctx, org, user); return err }},
				{"FamilyAlive", func() error { _, err := s.FamilyAlive(ctx, family); return err }},
				{"ConnectionByID", func() error { _, err := s.Connection(ctx, org, id); return err }},
				{"ConnectionByName", func() error { _, err := s.Connection(ctx, org, "Prod"); return err }},
				{"AgentTokenByHash", func() error { _, err := s.AgentTokenByHash(ctx, hash("a"), now); return err }},
				{"HistoryPage50", func() error { _, err := s.History(ctx, org, user, "", 50); return err }},
				{"Take", func() error { _, _, err := s.Take(ctx, "k", 1, 1e9, 1e9, time.Now()); return err }},
				{"AddHistory1", func() error { return s.AddHistory(ctx, entry()) }},
				{"AddHistory64", func() error {
					list := make([]catalog.OrgEntry, 64)
					for i := range list {
						list[i] = entry()
					}
					return s.AddHistory(ctx, list...)
				}},
			} {
				b.Run(bench.name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						must(bench.call())
					}
				})
			}
			b.Run("APIKeyPrincipal-parallel", func(b *testing.B) {
				b.RunParallel(func(p *testing.PB) {
					for p.Next() {
						if _, err := s.APIKeyPrincipal(ctx, hash("k")); err != nil {
							b.Error(err)
							return
						}
					}
				})
			})
		})
	}
}
