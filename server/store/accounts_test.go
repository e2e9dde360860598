package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

func TestSignup(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u, err := w.UserByEmail(ctx, " ANNA@Example.com")
		ok(t, err)
		same(t, "id", u.ID, w.a.owner)
		same(t, "created", u.Created, w.a.created)
		same(t, "verified", u.Verified, time.Time{})
		m, err := w.Member(ctx, w.a.org, w.a.owner)
		ok(t, err)
		same(t, "role", m.Role, auth.RoleOwner)
		same(t, "email", m.Email, "anna@example.com")

		// The address is taken: nothing changes, in whatever case it is written.
		now := w.clock.now()
		org := w.id()
		err = w.Signup(ctx, auth.User{ID: w.id(), Email: "Anna@EXAMPLE.com", Created: now}, auth.Organisation{ID: org, Name: "x", Created: now},
			auth.OneTime{Hash: hash("other"), Purpose: auth.PurposeVerify, User: "x", Expires: now.Add(time.Hour)})
		want(t, err, custard.CodeConflict)
		_, err = w.Organisation(ctx, org)
		want(t, err, custard.CodeNotFound)

		one, err := w.TakeOneTime(ctx, auth.PurposeVerify, hash("verify anna@example.com"), now)
		ok(t, err)
		same(t, "user of the token", one.User, w.a.owner)
		ok(t, w.SetVerified(ctx, one.User, now))
		ok(t, w.SetPassword(ctx, one.User, "new"))
		u, err = w.User(ctx, one.User)
		ok(t, err)
		same(t, "verified", u.Verified, now)
		same(t, "password", u.PasswordHash, "new")
		want(t, w.SetPassword(ctx, "nobody", "x"), custard.CodeNotFound)
		want(t, w.SetVerified(ctx, "nobody", now), custard.CodeNotFound)
		_, err = w.User(ctx, "nobody\x00\xff")
		want(t, err, custard.CodeNotFound)
		_, err = w.UserByEmail(ctx, "nobody'; DROP TABLE users; --")
		want(t, err, custard.CodeNotFound)
	})
}

func TestSignupRace(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		now := w.clock.now()
		won := race(t, 16, custard.CodeConflict, func(ctx context.Context, _ int) error {
			u := auth.User{ID: w.id(), Email: "race@example.com", Created: now}
			return w.Signup(ctx, u, auth.Organisation{ID: w.id(), Name: "r", Created: now},
				auth.OneTime{Hash: hash("r" + u.ID), Purpose: auth.PurposeVerify, User: u.ID, Expires: now.Add(time.Hour)})
		})
		same(t, "sign-ups", won, 1)
	})
}

func TestOneTimeTokens(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx, now := t.Context(), w.clock.now()
		reset := func(text string) auth.OneTime {
			return auth.OneTime{Hash: hash(text), Purpose: auth.PurposeReset, User: w.a.owner, Expires: now.Add(time.Hour)}
		}
		ok(t, w.AddOneTime(ctx, reset("first")))
		ok(t, w.AddOneTime(ctx, reset("second")))
		_, err := w.TakeOneTime(ctx, auth.PurposeReset, hash("first"), now)
		want(t, err, custard.CodeNotFound) // replaced
		_, err = w.TakeOneTime(ctx, auth.PurposeVerify, hash("second"), now)
		want(t, err, custard.CodeNotFound)                                  // another purpose
		for _, late := range []time.Duration{time.Hour, 90 * time.Minute} { // expired
			_, err = w.TakeOneTime(ctx, auth.PurposeReset, hash("second"), now.Add(late))
			want(t, err, custard.CodeNotFound)
		}
		won := race(t, 24, custard.CodeNotFound, func(ctx context.Context, _ int) error {
			_, err := w.TakeOneTime(ctx, auth.PurposeReset, hash("second"), now)
			return err
		})
		same(t, "uses", won, 1)
		// The token of the other purpose is still there.
		_, err = w.TakeOneTime(ctx, auth.PurposeVerify, hash("verify anna@example.com"), now)
		ok(t, err)
		want(t, w.AddOneTime(ctx, auth.OneTime{Hash: hash("x"), Purpose: auth.PurposeReset, User: "nobody", Expires: now}), custard.CodeNotFound)
	})
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx, now := t.Context(), w.clock.now()
		invite := func(email, token string) auth.Invitation {
			return auth.Invitation{ID: w.id(), Email: email, Role: auth.RoleMember, By: w.a.owner, Hash: hash(token), Created: w.clock.now(), Expires: w.clock.now().Add(time.Hour)}
		}
		first := invite("Carl@example.com", "1")
		ok(t, w.AddInvitation(ctx, w.a.org, first))
		want(t, w.AddInvitation(ctx, w.a.org, invite("carl@example.com", "2")), custard.CodeConflict)
		want(t, w.AddInvitation(ctx, w.a.org, invite("ANNA@example.com", "3")), custard.CodeConflict)
		ok(t, w.AddInvitation(ctx, w.b.org, invite("carl@example.com", "4"))) // another organisation may too
		org, i, err := w.InvitationByToken(ctx, hash("1"), now)
		ok(t, err)
		same(t, "organisation", org.Name, "Apples")
		same(t, "address", i.Email, "carl@example.com")
		for _, late := range []time.Duration{time.Hour, 90 * time.Minute} { // expired
			_, _, err = w.InvitationByToken(ctx, hash("1"), now.Add(late))
			want(t, err, custard.CodeNotFound)
			_, _, err = w.TakeInvitation(ctx, hash("1"), w.b.owner, now.Add(late))
			want(t, err, custard.CodeNotFound)
		}
		want(t, w.RemoveInvitation(ctx, w.b.org, first.ID), custard.CodeNotFound)

		carl := w.id()
		won := race(t, 16, custard.CodeNotFound, func(ctx context.Context, _ int) error {
			_, _, err := w.SignupInvited(ctx, hash("1"), auth.User{ID: w.id(), Email: custard.NewID(now) + "@example.com", Created: now}, now)
			return err
		})
		same(t, "accepted", won, 1)
		_, _, err = w.SignupInvited(ctx, hash("1"), auth.User{ID: carl, Email: "late@example.com", Created: now}, now)
		want(t, err, custard.CodeNotFound)
		_, err = w.User(ctx, carl)
		want(t, err, custard.CodeNotFound) // all or nothing

		// An existing user accepts; a second time it is a member already, and the invitation stays.
		ok(t, w.AddInvitation(ctx, w.a.org, invite("other@example.com", "5")))
		won = race(t, 16, custard.CodeNotFound, func(ctx context.Context, _ int) error {
			_, _, err := w.TakeInvitation(ctx, hash("5"), w.b.owner, now)
			return err
		})
		same(t, "accepted", won, 1)
		ok(t, w.AddInvitation(ctx, w.a.org, invite("again@example.com", "6")))
		_, _, err = w.TakeInvitation(ctx, hash("6"), w.b.owner, now)
		want(t, err, custard.CodeConflict)
		_, _, err = w.InvitationByToken(ctx, hash("6"), now)
		ok(t, err)
		list, err := w.Memberships(ctx, w.b.owner)
		ok(t, err)
		same(t, "memberships", len(list), 2)
		same(t, "role", list[1].Role, auth.RoleMember)

		// An expired one gives way to a new one.
		w.clock.add(2 * time.Hour)
		ok(t, w.AddInvitation(ctx, w.a.org, invite("again@example.com", "7")))
	})
}

func TestLastOwner(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		want(t, w.SetRole(ctx, w.a.org, w.a.owner, auth.RoleAdmin), custard.CodeConflict)
		want(t, w.RemoveMember(ctx, w.a.org, w.a.owner), custard.CodeConflict)
		ok(t, w.SetRole(ctx, w.a.org, w.a.owner, auth.RoleOwner))
		owners := []string{w.a.owner}
		for _, name := range names("owner", 15) {
			owners = append(owners, w.member(w.a, name+"@example.com", auth.RoleOwner))
		}
		// Sixteen owners leave or step down at once: one stays.
		won := race(t, 16, custard.CodeConflict, func(ctx context.Context, i int) error {
			if i%2 == 0 {
				return w.RemoveMember(ctx, w.a.org, owners[i])
			}
			return w.SetRole(ctx, w.a.org, owners[i], auth.RoleViewer)
		})
		same(t, "who left", won, 15)
		left := 0
		all, err := w.Members(ctx, w.a.org, "", 100)
		ok(t, err)
		for _, m := range all {
			if m.Role == auth.RoleOwner {
				left++
			}
		}
		same(t, "owners left", left, 1)
	})
}

func TestMembers(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		wanted := []string{w.a.owner}
		for _, name := range names("m", 6) { // all at the same time
			wanted = append(wanted, w.member(w.a, name+"@example.com", auth.RoleMember))
		}
		read := func(before string) ([]string, error) {
			list, err := w.Members(ctx, w.a.org, before, 2)
			return ids(list, func(m auth.Member) string { return m.User }, err)
		}
		got := pages(t, read)
		same(t, "the first is last", got[len(got)-1] != "", true)
		slices.Sort(got)
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			t.Fatalf("got %v, want %v", got, wanted)
		}
		members, connections, err := w.Counts(ctx, w.a.org)
		ok(t, err)
		same(t, "members", members, 7)
		same(t, "connections", connections, 0)

		ok(t, w.RenameOrganisation(ctx, w.a.org, "Äpfel"))
		org, err := w.Organisation(ctx, w.a.org)
		ok(t, err)
		same(t, "name", org.Name, "Äpfel")
		want(t, w.RenameOrganisation(ctx, "nothing", "x"), custard.CodeNotFound)
		want(t, w.SetRole(ctx, w.b.org, wanted[0], auth.RoleViewer), custard.CodeNotFound)
		want(t, w.RemoveMember(ctx, "nothing", wanted[0]), custard.CodeNotFound)
	})
}
