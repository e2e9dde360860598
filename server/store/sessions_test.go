package store

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// login begins a session of an organisation's owner and returns its family.
func (w *world) login(n tenant, secret string) string {
	w.t.Helper()
	now := w.clock.now()
	family := w.id()
	ok(w.t, w.AddRefresh(w.t.Context(), auth.Refresh{Hash: hash(secret), Family: family, User: n.owner, Org: n.org, Created: now, Expires: now.Add(720 * time.Hour)}))
	return family
}

func (w *world) rotate(ctx context.Context, from, to string) (auth.Refresh, bool, error) {
	now := w.clock.now()
	return w.RotateRefresh(ctx, hash(from), auth.Refresh{Hash: hash(to), Created: now, Expires: now.Add(720 * time.Hour)}, now)
}

func (w *world) alive(family string) bool {
	w.t.Helper()
	alive, err := w.FamilyAlive(w.t.Context(), family)
	ok(w.t, err)
	return alive
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		family := w.login(w.a, "1")
		r, reused, err := w.rotate(ctx, "1", "2")
		ok(t, err)
		if reused || r.Family != family || r.User != w.a.owner || r.Org != w.a.org {
			t.Fatalf("got %+v, reused %v", r, reused)
		}
		r, err = w.RefreshByHash(ctx, hash("2"), w.clock.now())
		ok(t, err)
		same(t, "family", r.Family, family)
		_, err = w.RefreshByHash(ctx, hash("1"), w.clock.now())
		want(t, err, custard.CodeUnauthenticated)
		same(t, "alive", w.alive(family), true)

		// The first token again: somebody has a copy, and everybody is out.
		_, reused, err = w.rotate(ctx, "1", "evil")
		want(t, err, custard.CodeUnauthenticated)
		same(t, "reused", reused, true)
		same(t, "alive", w.alive(family), false)
		_, _, err = w.rotate(ctx, "2", "3")
		want(t, err, custard.CodeUnauthenticated)
		_, reused, err = w.rotate(ctx, "unknown", "x")
		want(t, err, custard.CodeUnauthenticated)
		same(t, "reused", reused, false)

		// Expiry: of the token, and renewed with each use.
		family = w.login(w.a, "a")
		w.clock.add(719 * time.Hour)
		_, _, err = w.rotate(ctx, "a", "b")
		ok(t, err)
		w.clock.add(719 * time.Hour)
		same(t, "alive", w.alive(family), true)
		w.clock.add(time.Hour)
		same(t, "alive", w.alive(family), false)
		_, reused, err = w.rotate(ctx, "b", "c")
		want(t, err, custard.CodeUnauthenticated)
		same(t, "reused", reused, false)
	})
}

func TestRefreshRace(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		family := w.login(w.a, "1")
		var reuses atomic.Int64
		won := race(t, 24, custard.CodeUnauthenticated, func(ctx context.Context, _ int) error {
			_, reused, err := w.rotate(ctx, "1", w.id())
			if reused {
				reuses.Add(1)
			}
			return err
		})
		same(t, "rotations", won, 1)
		same(t, "seen as reuse", reuses.Load(), 23)
		same(t, "alive", w.alive(family), false)
	})
}

func TestEndingSessions(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		one, two, other := w.login(w.a, "1"), w.login(w.a, "2"), w.login(w.b, "3")
		ok(t, w.EndFamily(ctx, one))
		ok(t, w.EndFamily(ctx, one))
		same(t, "ended", w.alive(one), false)
		same(t, "other login", w.alive(two), true)
		ok(t, w.EndSessions(ctx, w.a.owner))
		same(t, "ended with all", w.alive(two), false)
		same(t, "another user's", w.alive(other), true)

		// Who is removed from an organisation has no session there, and keeps those elsewhere.
		mia := w.member(w.a, "mia@example.com", auth.RoleMember)
		now := w.clock.now()
		ok(t, w.AddInvitation(ctx, w.b.org, auth.Invitation{ID: w.id(), Email: "mia@example.com", Role: auth.RoleViewer, Hash: hash("i"), Created: now, Expires: now.Add(time.Hour)}))
		_, _, err := w.TakeInvitation(ctx, hash("i"), mia, now)
		ok(t, err)
		here, there := w.login(tenant{org: w.a.org, owner: mia}, "h"), w.login(tenant{org: w.b.org, owner: mia}, "t")
		ok(t, w.RemoveMember(ctx, w.a.org, mia))
		same(t, "session there", w.alive(here), false)
		same(t, "session elsewhere", w.alive(there), true)
	})
}

func (w *world) device(secret, code string) {
	w.t.Helper()
	now := w.clock.now()
	ok(w.t, w.AddDevice(w.t.Context(), auth.Device{DeviceHash: hash(secret), UserCode: code, Client: "custard on laptop", Interval: 5, Created: now, Expires: now.Add(10 * time.Minute)}))
}

func TestDevices(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.device("d", "ABCDEFGH")
		want(t, w.AddDevice(ctx, auth.Device{DeviceHash: hash("e"), UserCode: "ABCDEFGH"}), custard.CodeConflict)
		poll := func() auth.Device {
			t.Helper()
			d, err := w.PollDevice(ctx, hash("d"), w.clock.now())
			ok(t, err)
			return d
		}
		same(t, "never polled", poll().Polled, time.Time{})
		at := w.clock.now()
		w.clock.add(5 * time.Second)
		d := poll()
		same(t, "polled", d.Polled, at)
		same(t, "interval", d.Interval, 5)
		w.clock.add(time.Second) // too fast
		poll()
		same(t, "interval", poll().Interval, 10)

		d, err := w.DeviceByUserCode(ctx, "ABCDEFGH", w.clock.now())
		ok(t, err)
		same(t, "client", d.Client, "custard on laptop")
		ok(t, w.DecideDevice(ctx, "ABCDEFGH", w.a.owner, w.a.org, false, w.clock.now()))
		want(t, w.DecideDevice(ctx, "ABCDEFGH", w.b.owner, w.b.org, false, w.clock.now()), custard.CodeConflict)
		want(t, w.DecideDevice(ctx, "ABCDEFGH", "", "", true, w.clock.now()), custard.CodeConflict)
		d = poll()
		same(t, "user", d.User, w.a.owner)
		same(t, "organisation", d.Org, w.a.org)
		_, err = w.PollDevice(ctx, hash("d"), w.clock.now())
		want(t, err, custard.CodeNotFound) // consumed

		w.device("denied", "DENIEDDD")
		ok(t, w.DecideDevice(ctx, "DENIEDDD", "", "", true, w.clock.now()))
		want(t, w.DecideDevice(ctx, "DENIEDDD", w.a.owner, w.a.org, false, w.clock.now()), custard.CodeConflict)
		d, err = w.PollDevice(ctx, hash("denied"), w.clock.now())
		ok(t, err)
		same(t, "denied", d.Denied, true)

		w.device("late", "LATELATE")
		w.clock.add(11 * time.Minute)
		_, err = w.PollDevice(ctx, hash("late"), w.clock.now())
		want(t, err, custard.CodeNotFound)
		want(t, w.DecideDevice(ctx, "LATELATE", w.a.owner, w.a.org, false, w.clock.now()), custard.CodeNotFound)
		_, err = w.DeviceByUserCode(ctx, "LATELATE", w.clock.now())
		want(t, err, custard.CodeNotFound)

		// A password reset also ends logins that were approved and not fetched.
		w.device("stolen", "STOLENNN")
		ok(t, w.DecideDevice(ctx, "STOLENNN", w.a.owner, w.a.org, false, w.clock.now()))
		ok(t, w.EndSessions(ctx, w.a.owner))
		_, err = w.PollDevice(ctx, hash("stolen"), w.clock.now())
		want(t, err, custard.CodeNotFound)
	})
}

func TestDeviceRaces(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		w.device("d", "ABCDEFGH")
		same(t, "decisions", race(t, 16, custard.CodeConflict, func(ctx context.Context, i int) error {
			if i%2 == 0 {
				return w.DecideDevice(ctx, "ABCDEFGH", "", "", true, w.clock.now())
			}
			return w.DecideDevice(ctx, "ABCDEFGH", w.a.owner, w.a.org, false, w.clock.now())
		}), 1)
		same(t, "polls that saw it", race(t, 16, custard.CodeNotFound, func(ctx context.Context, _ int) error {
			d, err := w.PollDevice(ctx, hash("d"), w.clock.now())
			if err == nil && d.User == "" && !d.Denied {
				return errors.New("a poll saw no decision")
			}
			return err
		}), 1)
	})
}

func TestAudit(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var rows []auth.OrgAudit
		for range 5 { // all in the same microsecond
			rows = append(rows, auth.OrgAudit{Org: w.a.org, Audit: auth.Audit{Time: w.clock.now(), User: "u", Action: "query.run", Detail: map[string]string{"engine": "built'in"}}})
		}
		rows = append(rows, auth.OrgAudit{Org: w.b.org, Audit: auth.Audit{Action: "other"}})
		ok(t, w.AddAudits(ctx, rows...))
		ok(t, w.AddAudits(ctx))
		w.clock.add(time.Second)
		ok(t, w.AddAudit(ctx, w.a.org, auth.Audit{ID: w.id(), Action: "login", Target: "t", Address: "::1", Key: "k"}))
		got := pages(t, func(before string) ([]string, error) {
			list, err := w.AuditLog(ctx, w.a.org, before, 2)
			return ids(list, func(a auth.Audit) string { return a.ID }, err)
		})
		same(t, "rows", len(got), 6)
		list, err := w.AuditLog(ctx, w.a.org, "", 2)
		ok(t, err)
		same(t, "newest first", list[0].Action, "login")
		same(t, "time", list[0].Time, w.clock.now())
		same(t, "detail", list[1].Detail["engine"], "built'in")
		want(t, w.AddAudits(ctx, rows[0], auth.OrgAudit{Org: "nothing", Audit: auth.Audit{Action: "x"}}), custard.CodeNotFound)
		list, err = w.AuditLog(ctx, w.a.org, "", 100)
		ok(t, err)
		same(t, "rows, all or nothing", len(list), 6)

		for _, statement := range []string{"UPDATE audit SET action = 'nothing' WHERE org_id = 'x'", "DELETE FROM audit WHERE org_id = '" + w.a.org + "'"} {
			if _, err := w.write.DB.ExecContext(ctx, statement); err == nil && (w.dialect == dialectPostgres || statement[0] == 'D') {
				t.Errorf("the database let a program %s", statement)
			}
		}
	})
}

func TestBucket(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		take := func(n int) (int, time.Duration) {
			t.Helper()
			got, wait, err := w.Take(ctx, "login:1.2.3.4", n, 0.5, 10, w.clock.now())
			ok(t, err)
			return got, wait
		}
		got, _ := take(4)
		same(t, "first", got, 4)
		got, _ = take(20)
		same(t, "what is left", got, 6)
		got, wait := take(1)
		same(t, "empty", got, 0)
		same(t, "wait", wait, 2*time.Second)
		w.clock.add(time.Second)
		got, wait = take(1)
		same(t, "half a token", got, 0)
		same(t, "wait", wait, time.Second)
		w.clock.add(time.Second)
		got, _ = take(5)
		same(t, "after the wait", got, 1)
		w.clock.add(-time.Minute) // a replica whose clock is behind
		got, _ = take(1)
		same(t, "from the past", got, 0)
		w.clock.add(4 * time.Second)
		got, _ = take(2)
		same(t, "it does not fill twice", got, 0)
		w.clock.add(-time.Hour) // a clock that was wrong was set right
		got, _ = take(1)
		same(t, "from long ago", got, 0)
		w.clock.add(4 * time.Second)
		got, _ = take(5)
		same(t, "it fills again", got, 2)
		w.clock.add(3 * time.Hour)
		got, _ = take(100)
		same(t, "full, not more", got, 10)
		got, _, err := w.Take(ctx, "another", 1, 1, 1, w.clock.now())
		ok(t, err)
		same(t, "another key", got, 1)
		_, _, err = w.Take(ctx, "x", 0, 1, 1, w.clock.now())
		want(t, err, custard.CodeInternal)

		var all atomic.Int64
		race(t, 32, custard.CodeInternal, func(ctx context.Context, _ int) error {
			got, _, err := w.Take(ctx, "race", 3, 0.001, 40, w.clock.now())
			all.Add(int64(got))
			return err
		})
		same(t, "tokens given out", all.Load(), 40)
	})
}
