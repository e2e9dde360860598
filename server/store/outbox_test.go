package store

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/mail"
)

var _ mail.Outbox = (*Store)(nil)

func (w *world) letter() string {
	w.t.Helper()
	id := w.id()
	ok(w.t, w.AddLetter(w.t.Context(), mail.Letter{ID: id, Kind: "verify", Body: []byte("token SECRET"), Created: w.clock.now(), Expires: w.clock.now().Add(time.Hour)}))
	return id
}

// body is what the outbox holds of a letter.
func (w *world) body(id string) string {
	w.t.Helper()
	var body []byte
	ok(w.t, w.read.NewRaw("SELECT body FROM outbox WHERE id = ?", id).Scan(w.t.Context(), &body))
	return string(body)
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		claim := func(lease string, limit int) []mail.Letter {
			t.Helper()
			list, err := w.ClaimLetters(ctx, lease, limit, w.clock.now(), w.clock.now().Add(time.Minute))
			ok(t, err)
			return list
		}
		sent, refused := w.letter(), w.letter()
		first := claim("a", 10)
		same(t, "claimed", len(first), 2)
		same(t, "attempts", first[0].Attempts, 1)
		sameBytes(t, "body", first[0].Body, []byte("token SECRET"))
		same(t, "claimed by another", len(claim("b", 10)), 0)
		ok(t, w.LetterSent(ctx, sent, "b", w.clock.now())) // not its lease
		same(t, "body kept", w.body(sent), "token SECRET")
		ok(t, w.LetterSent(ctx, sent, "a", w.clock.now()))
		same(t, "body of a sent letter", w.body(sent), "")
		ok(t, w.LetterDelayed(ctx, refused, "a", "busy", w.clock.now().Add(time.Hour)))
		w.clock.add(30 * time.Minute)
		same(t, "not due", len(claim("b", 10)), 0)
		state, err := w.LetterState(ctx, w.clock.now().Add(-time.Hour))
		ok(t, err)
		if state.Waiting != 1 || state.Late != 1 || state.Failed != 0 || state.Reason != "busy" || state.Oldest.IsZero() {
			t.Errorf("got %+v", state)
		}
		w.clock.add(30 * time.Minute)
		list := claim("b", 10)
		same(t, "due", len(list), 1)
		same(t, "attempts", list[0].Attempts, 2)
		ok(t, w.LetterFailed(ctx, refused, "b", "no such mailbox", w.clock.now()))
		same(t, "body of a failed letter", w.body(refused), "")
		state, err = w.LetterState(ctx, w.clock.now().Add(-time.Hour))
		ok(t, err)
		if state.Waiting != 0 || state.Failed != 1 || state.Reason != "no such mailbox" {
			t.Errorf("got %+v", state)
		}

		// Sixteen claimers: each letter has one.
		for range 40 {
			w.letter()
		}
		var mu sync.Mutex
		claimed := map[string]int{}
		race(t, 16, custard.CodeInternal, func(ctx context.Context, _ int) error {
			for {
				list, err := w.ClaimLetters(ctx, w.id(), 3, w.clock.now(), w.clock.now().Add(time.Minute))
				if err != nil || len(list) == 0 {
					return err
				}
				mu.Lock()
				for _, l := range list {
					claimed[l.ID]++
				}
				mu.Unlock()
			}
		})
		same(t, "letters claimed", len(claimed), 40)
		for id, n := range claimed {
			if n != 1 {
				t.Errorf("letter %s was claimed %d times", id, n)
			}
		}
	})
}

func TestPrune(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		start := w.clock.now()
		c := w.connection(w.a, "prod")
		fill := func(name string) {
			t.Helper()
			now := w.clock.now()
			ok(t, w.AddOneTime(ctx, auth.OneTime{Hash: hash(name + "o"), Purpose: auth.PurposeReset, User: w.a.owner, Expires: now.Add(time.Hour)}))
			ok(t, w.AddInvitation(ctx, w.a.org, auth.Invitation{ID: w.id(), Email: name + "@example.com", Hash: hash(name + "i"), Created: now, Expires: now.Add(time.Hour)}))
			ok(t, w.AddDevice(ctx, auth.Device{DeviceHash: hash(name + "d"), UserCode: name, Created: now, Expires: now.Add(time.Hour)}))
			ok(t, w.AddRefresh(ctx, auth.Refresh{Hash: hash(name + "r"), Family: name, User: w.a.owner, Org: w.a.org, Created: now, Expires: now.Add(time.Hour)}))
			ok(t, w.AddAgentToken(ctx, w.a.org, auth.AgentToken{ID: w.id(), Connection: c, Hash: hash(name + "a"), Created: now}, now.Add(time.Hour)))
			_, _, err := w.Remember(ctx, w.a.org, name, catalog.Record{Digest: hash(name), Status: 200, Created: now})
			ok(t, err)
			_, _, err = w.Take(ctx, name, 1, 1, 1, now)
			ok(t, err)
			id := w.letter()
			_, err = w.ClaimLetters(ctx, "l", 1, now, now.Add(time.Minute))
			ok(t, err)
			ok(t, w.LetterSent(ctx, id, "l", now))
		}
		count := func() map[string]int {
			t.Helper()
			out := map[string]int{}
			for _, table := range []string{"one_time_tokens", "invitations", "devices", "refresh_families", "refresh_tokens", "agent_tokens", "idempotency", "rate_buckets", "outbox"} {
				var n int
				ok(t, w.read.DB.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n))
				out[table] = n
			}
			return out
		}
		fill("old")
		before := count()
		n, err := w.Prune(ctx, start)
		ok(t, err)
		same(t, "removed before anything ended", n, 0)
		w.clock.add(8 * 24 * time.Hour)
		fill("new")
		waiting := w.letter()
		n, err = w.Prune(ctx, w.clock.now())
		ok(t, err)
		if n < 8 {
			t.Errorf("%d rows went, want one of each at least", n)
		}
		before["one_time_tokens"] = 1 // the owners' verification tokens of the sign-up went too
		before["outbox"]++            // the letter that waits
		before["agent_tokens"]++      // the old one, in its overlap
		after := count()
		for table, n := range before {
			if after[table] != n {
				t.Errorf("%s: %d rows are left, want %d", table, after[table], n)
			}
		}
		same(t, "a letter that waits", w.body(waiting), "token SECRET")
		_, err = w.AgentTokenByHash(ctx, hash("newa"), w.clock.now())
		ok(t, err)
		removed, err := w.RemoveExpired(ctx, w.clock.now().Add(2*time.Hour))
		ok(t, err)
		same(t, "removed with what is new", removed >= 5, true)
		_, err = w.AgentTokenByHash(ctx, hash("newa"), w.clock.now())
		ok(t, err) // the one in use never expires
	})
}
