package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

func (w *world) key(n tenant, user, secret string) auth.APIKey {
	w.t.Helper()
	k := auth.APIKey{
		ID: w.id(), Name: secret, Prefix: "cust_key_ab", Scopes: []auth.Scope{auth.ScopeAsk, auth.ScopeRead}, User: user,
		Hash: hash(secret), Created: w.clock.now(),
	}
	ok(w.t, w.AddAPIKey(w.t.Context(), n.org, k))
	return k
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		mia := w.member(w.a, "mia@example.com", auth.RoleMember)
		k := w.key(w.a, mia, "one")
		for _, name := range names("k", 4) {
			w.key(w.a, w.a.owner, name)
		}
		p, err := w.APIKeyPrincipal(ctx, hash("one"))
		ok(t, err)
		if p.Org != w.a.org || p.User != mia || p.Email != "mia@example.com" || p.Role != auth.RoleMember || p.Key != k.ID || !slices.Equal(p.Scopes, k.Scopes) {
			t.Errorf("got %+v", p)
		}
		ok(t, w.SetRole(ctx, w.a.org, mia, auth.RoleViewer)) // holds at the next request
		p, err = w.APIKeyPrincipal(ctx, hash("one"))
		ok(t, err)
		same(t, "role", p.Role, auth.RoleViewer)

		got := pages(t, func(before string) ([]string, error) {
			list, err := w.APIKeys(ctx, w.a.org, "", before, 2)
			return ids(list, func(k auth.APIKey) string { return k.ID }, err)
		})
		same(t, "keys", len(got), 5)
		list, err := w.APIKeys(ctx, w.a.org, mia, "", 9)
		ok(t, err)
		same(t, "keys of one user", len(list), 1)

		at := w.clock.add(time.Hour)
		ok(t, w.TouchAPIKey(ctx, w.a.org, k.ID, at))
		ok(t, w.TouchAPIKey(ctx, w.a.org, k.ID, at.Add(20*time.Second))) // to the minute
		one, err := w.APIKey(ctx, w.a.org, k.ID)
		ok(t, err)
		same(t, "used", one.Used, at)

		_, err = w.APIKeyPrincipal(ctx, hash("none"))
		want(t, err, custard.CodeUnauthenticated)
		want(t, w.AddAPIKey(ctx, w.b.org, auth.APIKey{ID: w.id(), User: mia, Hash: hash("x")}), custard.CodeNotFound) // no member there
		ok(t, w.RevokeAPIKey(ctx, w.a.org, got[0]))
		want(t, w.RevokeAPIKey(ctx, w.a.org, got[0]), custard.CodeNotFound)

		// Who is removed leaves no key behind.
		ok(t, w.RemoveMember(ctx, w.a.org, mia))
		_, err = w.APIKeyPrincipal(ctx, hash("one"))
		want(t, err, custard.CodeUnauthenticated)
		_, err = w.APIKey(ctx, w.a.org, k.ID)
		want(t, err, custard.CodeNotFound)
	})
}

func TestAgentTokens(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.connection(w.a, "prod")
		rotate := func(secret string, overlap time.Duration) {
			t.Helper()
			now := w.clock.add(time.Minute)
			ok(t, w.AddAgentToken(ctx, w.a.org, auth.AgentToken{ID: w.id(), Org: w.a.org, Connection: c, Hash: hash(secret), Created: now}, now.Add(overlap)))
		}
		valid := func(secret string, at time.Time) bool {
			t.Helper()
			got, err := w.AgentTokenByHash(ctx, hash(secret), at)
			if err != nil {
				want(t, err, custard.CodeUnauthenticated)
				return false
			}
			same(t, "connection", got.Connection, c)
			same(t, "organisation", got.Org, w.a.org)
			return true
		}
		rotate("first", time.Hour)
		rotate("second", time.Hour)
		now := w.clock.now()
		same(t, "first during the overlap", valid("first", now), true)
		same(t, "first after it", valid("first", now.Add(time.Hour)), false)
		same(t, "second after it", valid("second", now.Add(1000*time.Hour)), true)
		rotate("third", time.Hour)
		now = w.clock.now()
		same(t, "first, as a third came", valid("first", now), false)
		list, err := w.AgentTokens(ctx, w.a.org, c, now)
		ok(t, err)
		same(t, "valid at once", len(list), 2)
		sameBytes(t, "newest first", list[0].Hash, hash("third"))
		rotate("fourth", 0) // at once
		same(t, "third", valid("third", w.clock.now()), false)
		same(t, "fourth", valid("fourth", w.clock.now()), true)

		// Sixteen rotations at once: two tokens at the most are valid.
		now = w.clock.add(time.Minute)
		same(t, "rotations", race(t, 16, custard.CodeInternal, func(ctx context.Context, _ int) error {
			id := w.id()
			return w.AddAgentToken(ctx, w.a.org, auth.AgentToken{ID: id, Connection: c, Hash: hash(id), Created: now}, now.Add(time.Hour))
		}), 16)
		list, err = w.AgentTokens(ctx, w.a.org, c, now)
		ok(t, err)
		same(t, "valid at once", len(list), 2)

		want(t, w.AddAgentToken(ctx, w.b.org, auth.AgentToken{ID: w.id(), Connection: c, Hash: hash("b"), Created: now}, now), custard.CodeNotFound)
		ok(t, w.RemoveConnection(ctx, w.a.org, c))
		same(t, "after the connection went", valid("fourth", now), false)
	})
}

func TestSigningKeys(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		add := func(ctx context.Context, onlyFirst bool) error {
			id := w.id()
			return w.AddSigningKey(ctx, auth.SigningKey{ID: id, Seed: hash(id), Created: w.clock.now()}, onlyFirst)
		}
		race(t, 16, custard.CodeInternal, func(ctx context.Context, _ int) error { return add(ctx, true) })
		list, err := w.SigningKeys(ctx)
		ok(t, err)
		same(t, "keys after sixteen replicas started", len(list), 1)
		w.clock.add(time.Hour)
		ok(t, add(ctx, false))
		list, err = w.SigningKeys(ctx)
		ok(t, err)
		same(t, "newest first", list[0].Created, w.clock.now())
		sameBytes(t, "seed", list[0].Seed, hash(list[0].ID))
		ok(t, w.RemoveSigningKey(ctx, list[1].ID))
		want(t, w.RemoveSigningKey(ctx, list[1].ID), custard.CodeNotFound)
	})
}
