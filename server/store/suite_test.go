package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

// The interfaces that the store is for.
var (
	_ auth.Store    = (*Store)(nil)
	_ auth.Bucket   = (*Store)(nil)
	_ catalog.Store = (*Store)(nil)

	_ catalog.ModelStore = (*Store)(nil)
)

// clock is a clock that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return c.at
}

// world is a store with a clock and two organisations, whose every statement is held to the rule of tenants.
type world struct {
	*Store
	t     *testing.T
	clock *clock
	url   string
	a, b  tenant
}

// tenant is an organisation with its owner.
type tenant struct {
	org, owner, email string
	created           time.Time
}

// eachDialect runs a test on a fresh world of each dialect.
func eachDialect(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "data", "custard.db")))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, newWorld(t, pgtest.URL(t)))
	})
}

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	w := &world{t: t, url: url, clock: &clock{at: time.Date(2026, 3, 4, 5, 6, 7, 891000, time.UTC)}}
	s, err := Open(t.Context(), url, Options{Migrate: true, Now: w.clock.now, observe: watch(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	w.Store = s
	w.a = w.tenant("anna@example.com", "Apples")
	w.b = w.tenant("bert@example.com", "Berries")
	w.clock.add(time.Second)
	return w
}

func (w *world) id() string { return custard.NewID(w.clock.now()) }

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// tenant signs somebody up.
func (w *world) tenant(email, name string) tenant {
	w.t.Helper()
	now := w.clock.add(time.Second)
	n := tenant{org: w.id(), owner: w.id(), email: email, created: now}
	ok(w.t, w.Signup(w.t.Context(), auth.User{ID: n.owner, Email: email, Name: name + " owner", PasswordHash: "$argon2id$…", Created: now},
		auth.Organisation{ID: n.org, Name: name, Created: now},
		auth.OneTime{Hash: hash("verify " + email), Purpose: auth.PurposeVerify, User: n.owner, Expires: now.Add(time.Hour)}))
	return n
}

// member invites somebody new into an organisation.
func (w *world) member(n tenant, email string, role auth.Role) string {
	w.t.Helper()
	now := w.clock.now()
	token := hash("invite " + email)
	ok(w.t, w.AddInvitation(w.t.Context(), n.org, auth.Invitation{ID: w.id(), Email: email, Role: role, By: n.owner, Hash: token, Created: now, Expires: now.Add(time.Hour)}))
	user := w.id()
	_, _, err := w.SignupInvited(w.t.Context(), token, auth.User{ID: user, Email: email, Name: email, Verified: now, Created: now}, now)
	ok(w.t, err)
	return user
}

// connection adds a connection.
func (w *world) connection(n tenant, name string) string {
	w.t.Helper()
	id := w.id()
	ok(w.t, w.AddConnection(w.t.Context(), n.org, catalog.Connection{ID: id, Name: name, Dialect: custard.Postgres, Created: w.clock.now(), Updated: w.clock.now()}))
	return id
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		e := custard.AsError(err)
		t.Fatalf("%v (%v)", err, e.Cause)
	}
}

// want says that an error has a code.
func want(t *testing.T, err error, code custard.Code) {
	t.Helper()
	if err == nil || custard.AsError(err).Code != code {
		t.Fatalf("got %v, want the code %s", err, code)
	}
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func sameBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

// race runs f n times at once and returns how many ran without error; each error must have the code.
func race(t *testing.T, n int, code custard.Code, f func(ctx context.Context, i int) error) int {
	t.Helper()
	start := make(chan struct{})
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(t.Context(), i)
		})
	}
	close(start)
	wg.Wait()
	won := 0
	for i, err := range errs {
		switch {
		case err == nil:
			won++
		case custard.AsError(err).Code != code:
			t.Errorf("number %d: got %v (%v), want the code %s", i, err, custard.AsError(err).Cause, code)
		}
	}
	return won
}

// pages reads a whole list by pages of two and says what is in it twice or out of order.
func pages(t *testing.T, read func(before string) (ids []string, err error)) []string {
	t.Helper()
	var all []string
	before := ""
	for range 1000 {
		ids, err := read(before)
		ok(t, err)
		if len(ids) == 0 {
			return all
		}
		all = append(all, ids...)
		before = ids[len(ids)-1]
	}
	t.Fatal("the list does not end")
	return nil
}

func ids[T any](list []T, id func(T) string, err error) ([]string, error) {
	var out []string
	for _, one := range list {
		out = append(out, id(one))
	}
	return out, err
}

func names(prefix string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s%02d", prefix, i))
	}
	return out
}
