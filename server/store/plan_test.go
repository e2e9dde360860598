package store

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

// However much there is, no call reads a whole table: SQLite's plan of each statement looks things up by an index.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	statements := map[string]bool{}
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "custard.db"), Options{Migrate: true, Now: func() time.Time { return now }, observe: func(query string) {
		mu.Lock()
		defer mu.Unlock()
		statements[query] = true
	}})
	ok(t, err)
	defer s.Close()
	ctx := t.Context()
	ok(t, s.Signup(ctx, auth.User{ID: "u", Email: "a@example.com", Created: now}, auth.Organisation{ID: "o", Name: "o", Created: now},
		auth.OneTime{Hash: hash("v"), Purpose: auth.PurposeVerify, User: "u", Expires: now.Add(time.Hour)}))
	ok(t, s.AddConnection(ctx, "o", catalog.Connection{ID: "c", Name: "c"}))
	ok(t, s.AddHistory(ctx, catalog.OrgEntry{Org: "o", Entry: catalog.Entry{HistoryEntry: custard.HistoryEntry{ID: "h", Conversation: "t"}, User: "u", ConnectionID: "c"}}))
	// Whether they find something is another test's matter.
	_, _ = s.User(ctx, "u")
	_, _ = s.UserByEmail(ctx, "a@example.com")
	_ = s.AddOneTime(ctx, auth.OneTime{Hash: hash("o"), Purpose: auth.PurposeReset, User: "u"})
	_, _ = s.TakeOneTime(ctx, auth.PurposeReset, hash("o"), now)
	_, _ = s.Memberships(ctx, "u")
	_, _, _ = s.Counts(ctx, "o")
	_, _ = s.Members(ctx, "o", "u", 5)
	_, _ = s.Member(ctx, "o", "u")
	_ = s.AddInvitation(ctx, "o", auth.Invitation{ID: "i", Email: "b@example.com", Hash: hash("i"), Created: now, Expires: now.Add(time.Hour)})
	_, _ = s.Invitations(ctx, "o", "z", 5)
	_, _, _ = s.InvitationByToken(ctx, hash("i"), now)
	_, _, _ = s.TakeInvitation(ctx, hash("i"), "x", now)
	_ = s.RemoveInvitation(ctx, "o", "i")
	_ = s.AddAPIKey(ctx, "o", auth.APIKey{ID: "k", User: "u", Hash: hash("k")})
	_, _ = s.APIKeys(ctx, "o", "u", "z", 5)
	_, _ = s.APIKey(ctx, "o", "k")
	_, _ = s.APIKeyPrincipal(ctx, hash("k"))
	_ = s.TouchAPIKey(ctx, "o", "k", now)
	_ = s.RevokeAPIKey(ctx, "o", "k")
	_ = s.AddAgentToken(ctx, "o", auth.AgentToken{ID: "t", Connection: "c", Hash: hash("t"), Created: now}, now)
	_, _ = s.AgentTokenByHash(ctx, hash("t"), now)
	_, _ = s.AgentTokens(ctx, "o", "c", now)
	_ = s.AddRefresh(ctx, auth.Refresh{Hash: hash("r"), Family: "f", User: "u", Org: "o", Expires: now.Add(time.Hour)})
	_, _ = s.RefreshByHash(ctx, hash("r"), now)
	_, _, _ = s.RotateRefresh(ctx, hash("r"), auth.Refresh{Hash: hash("r2")}, now)
	_, _, _ = s.RotateRefresh(ctx, hash("r"), auth.Refresh{Hash: hash("r3")}, now)
	_, _ = s.FamilyAlive(ctx, "f")
	_ = s.EndFamily(ctx, "f")
	_ = s.AddDevice(ctx, auth.Device{DeviceHash: hash("d"), UserCode: "D", Expires: now.Add(time.Hour)})
	_, _ = s.PollDevice(ctx, hash("d"), now)
	_ = s.DecideDevice(ctx, "D", "u", "o", false, now)
	_, _ = s.AuditLog(ctx, "o", "z", 5)
	_, _ = s.Connections(ctx, "o", "z", 5)
	_, _ = s.Connection(ctx, "o", "c")
	_ = s.UpdateConnection(ctx, "o", catalog.Connection{ID: "c", Name: "c"})
	_ = s.SetSchema(ctx, "o", "c", &custard.Schema{}, now)
	_, _ = s.Schema(ctx, "o", "c")
	_, _ = s.Context(ctx, "o", "c")
	_, _ = s.SetContext(ctx, "o", "c", catalog.Context{Body: []byte("{}")})
	_, _ = s.SetContext(ctx, "o", "c", catalog.Context{Version: 1, Body: []byte("{}")})
	_, _ = s.History(ctx, "o", "", "z", 5)
	_, _ = s.History(ctx, "o", "u", "z", 5)
	_, _ = s.ConnectionHistory(ctx, "o", "", "c", "z", 5)
	_, _ = s.HistoryEntry(ctx, "o", "u", "h")
	_, _ = s.HistoryTrace(ctx, "o", "u", "h")
	_ = s.SetModelService(ctx, "o", catalog.ModelService{Service: "openai"})
	_, _ = s.ModelServices(ctx, "o")
	_ = s.RemoveModelService(ctx, "o", "openai")
	_, _ = s.TakeTokens(ctx, "o", "", now, 1, 2)
	_ = s.GiveTokens(ctx, "o", "", now, -1)
	_, _ = s.TakenTokens(ctx, "o", "", now)
	_, _ = s.ModelUsage(ctx, "o", now, now, catalog.UsageBy{Day: true, User: true, Engine: true})
	_ = s.SetFeedback(ctx, "o", "u", "h", 1, "")
	_, _ = s.Conversations(ctx, "o", "u", "", 5)
	_, _ = s.Conversations(ctx, "o", "u", "t", 5)
	_, _ = s.Conversation(ctx, "o", "u", "t", 5)
	_ = s.RemoveHistory(ctx, "o", "u", "h")
	_ = s.RemoveConversation(ctx, "o", "u", "t")
	_ = s.ClearHistory(ctx, "o", "u")
	_, _, _ = s.Remember(ctx, "o", "key", catalog.Record{Digest: hash("x"), Created: now})
	_ = s.Settle(ctx, "o", "key", catalog.Record{Digest: hash("x"), Created: now})
	_ = s.Forget(ctx, "o", "key")
	_, _, _ = s.Take(ctx, "key", 1, 1, 1, now)
	_, _ = s.ClaimLetters(ctx, "l", 5, now, now)
	_ = s.LetterSent(ctx, "x", "l", now)
	_, _ = s.LetterState(ctx, now)
	_ = s.SetRole(ctx, "o", "u", auth.RoleOwner)
	_ = s.EndSessions(ctx, "u")
	_ = s.RemoveConnection(ctx, "o", "c")
	_, _ = s.Prune(ctx, now)

	explained := 0
	for query := range statements {
		switch verb, _, _ := strings.Cut(query, " "); verb {
		case "SELECT", "UPDATE", "DELETE":
		default:
			continue
		}
		rows, err := s.write.DB.QueryContext(ctx, "EXPLAIN QUERY PLAN "+strings.ReplaceAll(query, "?", "'x'"))
		if err != nil {
			t.Errorf("%v: %s", err, query)
			continue
		}
		explained++
		for rows.Next() {
			var id, parent, unused int
			var step string
			ok(t, rows.Scan(&id, &parent, &unused, &step))
			// sqlite_master lists the tables, and is read once, at the start
			if strings.HasPrefix(step, "SCAN ") && !strings.Contains(step, "INDEX") && step != "SCAN CONSTANT ROW" && step != "SCAN sqlite_master" {
				t.Errorf("%s: %s", step, query)
			}
		}
		ok(t, rows.Err())
		ok(t, rows.Close())
	}
	if explained < 60 {
		t.Errorf("only %d statements were explained", explained)
	}
}
