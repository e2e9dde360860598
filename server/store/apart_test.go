package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

// dump is everything that tenants' tables hold of an organisation.
func (w *world) dump(org string) string {
	w.t.Helper()
	var out strings.Builder
	for _, table := range tenantTables() {
		rows, err := w.read.DB.QueryContext(w.t.Context(), "SELECT * FROM "+table+" WHERE org_id = '"+org+"' ORDER BY 1, 2, 3")
		ok(w.t, err)
		columns, err := rows.Columns()
		ok(w.t, err)
		for rows.Next() {
			row := make([]any, len(columns))
			for i := range row {
				row[i] = new(any)
			}
			ok(w.t, rows.Scan(row...))
			out.WriteString(table)
			for i := range row {
				fmt.Fprintf(&out, "|%v", *row[i].(*any))
			}
			out.WriteString("\n")
		}
		ok(w.t, rows.Err())
		ok(w.t, rows.Close())
	}
	return out.String()
}

// Every call with the other organisation's things finds nothing and changes nothing, and answers as for what never was.
func TestTenantsAreApart(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx, now := t.Context(), w.clock.now()
		// b has one of everything.
		mate := w.member(w.b, "mate@example.com", auth.RoleMember)
		k := w.key(w.b, w.b.owner, "key of b")
		c := w.connection(w.b, "prod")
		ok(t, w.AddAgentToken(ctx, w.b.org, auth.AgentToken{ID: w.id(), Connection: c, Hash: hash("agent of b"), Created: now}, now))
		ok(t, w.SetSchema(ctx, w.b.org, c, &custard.Schema{Fingerprint: "f"}, now))
		invitation := auth.Invitation{ID: w.id(), Email: "i@example.com", Role: auth.RoleViewer, By: w.b.owner, Hash: hash("i"), Created: now, Expires: now.Add(time.Hour)}
		ok(t, w.AddInvitation(ctx, w.b.org, invitation))
		e := w.entry(w.b, w.b.owner, c, "talk", "secret?")
		ok(t, w.AddHistory(ctx, e))
		ok(t, w.AddAudit(ctx, w.b.org, auth.Audit{ID: w.id(), Time: now, Action: "x"}))
		record := catalog.Record{Digest: hash("d"), Status: 201, Body: []byte("b"), Created: now}
		_, _, err := w.Remember(ctx, w.b.org, "idem", record)
		ok(t, err)
		before := w.dump(w.b.org)
		own := w.dump(w.a.org)

		for name, call := range map[string]func(ctx context.Context, org string) error{
			"Member":           func(ctx context.Context, org string) error { _, err := w.Member(ctx, org, mate); return err },
			"SetRole":          func(ctx context.Context, org string) error { return w.SetRole(ctx, org, mate, auth.RoleOwner) },
			"RemoveMember":     func(ctx context.Context, org string) error { return w.RemoveMember(ctx, org, mate) },
			"RemoveInvitation": func(ctx context.Context, org string) error { return w.RemoveInvitation(ctx, org, invitation.ID) },
			"APIKey":           func(ctx context.Context, org string) error { _, err := w.APIKey(ctx, org, k.ID); return err },
			"RevokeAPIKey":     func(ctx context.Context, org string) error { return w.RevokeAPIKey(ctx, org, k.ID) },
			"AddAgentToken": func(ctx context.Context, org string) error {
				return w.AddAgentToken(ctx, org, auth.AgentToken{ID: w.id(), Connection: c, Hash: hash(w.id()), Created: now}, now)
			},
			"Connection by id":   func(ctx context.Context, org string) error { _, err := w.Connection(ctx, org, c); return err },
			"Connection by name": func(ctx context.Context, org string) error { _, err := w.Connection(ctx, org, "prod"); return err },
			"UpdateConnection": func(ctx context.Context, org string) error {
				return w.UpdateConnection(ctx, org, catalog.Connection{ID: c, Name: "mine now"})
			},
			"RemoveConnection": func(ctx context.Context, org string) error { return w.RemoveConnection(ctx, org, c) },
			"SetSchema": func(ctx context.Context, org string) error {
				return w.SetSchema(ctx, org, c, &custard.Schema{Fingerprint: "mine"}, now)
			},
			"SetContext": func(ctx context.Context, org string) error {
				_, err := w.SetContext(ctx, org, c, catalog.Context{Body: []byte("{}"), Updated: now})
				return err
			},
			"Schema": func(ctx context.Context, org string) error { _, err := w.Schema(ctx, org, c); return err },
			"HistoryEntry": func(ctx context.Context, org string) error {
				_, err := w.HistoryEntry(ctx, org, "", e.Entry.ID)
				return err
			},
			"HistoryEntry of the user": func(ctx context.Context, org string) error {
				_, err := w.HistoryEntry(ctx, org, w.b.owner, e.Entry.ID)
				return err
			},
			"RemoveHistory": func(ctx context.Context, org string) error { return w.RemoveHistory(ctx, org, "", e.Entry.ID) },
			"SetFeedback":   func(ctx context.Context, org string) error { return w.SetFeedback(ctx, org, "", e.Entry.ID, 1, "x") },
			"Conversation": func(ctx context.Context, org string) error {
				_, err := w.Conversation(ctx, org, "", "talk", 9)
				return err
			},
			"Conversations": func(ctx context.Context, org string) error {
				_, err := w.Conversations(ctx, org, "", "talk", 9)
				return err
			},
			"RemoveConversation": func(ctx context.Context, org string) error { return w.RemoveConversation(ctx, org, "", "talk") },
			"Settle":             func(ctx context.Context, org string) error { return w.Settle(ctx, org, "idem", record) },
		} {
			if err := call(ctx, w.a.org); err == nil || custard.AsError(err).Code != custard.CodeNotFound {
				t.Errorf("%s with another organisation's thing: got %v, want not_found", name, err)
			}
			if got := w.dump(w.b.org); got != before {
				t.Fatalf("%s changed another organisation:\n%s\nwas\n%s", name, got, before)
			}
		}
		// These answer for their own organisation, with nothing of the other's.
		ok(t, w.Forget(ctx, w.a.org, "idem"))
		ok(t, w.TouchAPIKey(ctx, w.a.org, k.ID, now.Add(time.Hour)))
		ok(t, w.ClearHistory(ctx, w.a.org, ""))
		ok(t, w.ClearHistory(ctx, w.a.org, w.b.owner))
		for name, list := range map[string]func() (int, error){
			"Members": func() (int, error) {
				l, err := w.Members(ctx, w.a.org, "", 9)
				return len(slices.DeleteFunc(l, func(m auth.Member) bool { return m.User == w.a.owner })), err
			},
			"Invitations":       func() (int, error) { l, err := w.Invitations(ctx, w.a.org, "", 9); return len(l), err },
			"APIKeys":           func() (int, error) { l, err := w.APIKeys(ctx, w.a.org, w.b.owner, "", 9); return len(l), err },
			"AgentTokens":       func() (int, error) { l, err := w.AgentTokens(ctx, w.a.org, c, now); return len(l), err },
			"Connections":       func() (int, error) { l, err := w.Connections(ctx, w.a.org, "", 9); return len(l), err },
			"History":           func() (int, error) { l, err := w.History(ctx, w.a.org, w.b.owner, "", 9); return len(l), err },
			"ConnectionHistory": func() (int, error) { l, err := w.ConnectionHistory(ctx, w.a.org, "", c, "", 9); return len(l), err },
			"Conversations":     func() (int, error) { l, err := w.Conversations(ctx, w.a.org, w.b.owner, "", 9); return len(l), err },
			"AuditLog":          func() (int, error) { l, err := w.AuditLog(ctx, w.a.org, "", 9); return len(l), err },
		} {
			n, err := list()
			ok(t, err)
			same(t, name, n, 0)
		}
		// The same user and conversation id in the other organisation is another conversation.
		mine := w.entry(w.a, w.b.owner, c, "talk", "mine?")
		ok(t, w.AddHistory(ctx, mine))
		ok(t, w.RemoveConversation(ctx, w.a.org, w.b.owner, "talk"))
		if got := w.dump(w.b.org); got != before {
			t.Fatalf("the other organisation changed:\n%s\nwas\n%s", got, before)
		}
		if got := w.dump(w.a.org); got != own {
			t.Fatalf("its own changed:\n%s\nwas\n%s", got, own)
		}
	})
}
