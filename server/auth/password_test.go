package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/custard-ai/custard/internal/custard"
)

// small parameters keep the tests quick; TestTodaysParameters holds the real ones.
func smallArgon() argon { return argon{memory: 8, passes: 1, threads: 1} }

func TestTodaysParameters(t *testing.T) {
	t.Parallel()
	p := newPasswords(currentArgon())
	phc, err := p.hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("a hash begins %.40q: want argon2id with 19 MiB and 2 passes", phc)
	}
	if !strings.HasPrefix(p.dummy, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the dummy costs something else: %.40q", p.dummy)
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	p := newPasswords(smallArgon())
	phc, err := p.hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if phc == again {
		t.Error("two hashes of one password are the same: there is no salt")
	}
	old, err := newPasswords(argon{memory: 16, passes: 1, threads: 1}).hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, phc, password string
		ok, stale           bool
	}{
		{"right", phc, "correct horse", true, false},
		{"wrong", phc, "correct hors", false, false},
		{"empty", phc, "", false, false},
		{"unknown user", "", "correct horse", false, false},
		{"unknown user, no password", "", "", false, false},
		{"too long", phc, strings.Repeat("x", maxPassword+1), false, false},
		{"older parameters", old, "correct horse", true, true},
	} {
		ok, stale, err := p.verify(t.Context(), c.phc, c.password)
		if err != nil || ok != c.ok || stale != c.stale {
			t.Errorf("%s: got %v, stale %v, %v", c.name, ok, stale, err)
		}
	}
	if p.dummy == "" {
		t.Error("there is no dummy")
	}
}

func TestBrokenHashesAreErrors(t *testing.T) {
	t.Parallel()
	p := newPasswords(smallArgon())
	for _, phc := range []string{
		"x", "$2a$10$abc", "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=18$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=8,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=8,t=1,p=1x$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$",
	} {
		if ok, _, err := p.verify(t.Context(), phc, "correct horse"); err == nil || ok {
			t.Errorf("%q: taken", phc)
		}
	}
}

func TestPasswordLength(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]bool{0: false, 7: false, 8: true, 1024: true, 1025: false} {
		if err := checkPassword(strings.Repeat("x", n)); (err == nil) != want {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// However many sign in at once, no more hash than there are cores, those beyond the queue are turned away, and who gives up
// leaves the queue.
func TestHashingIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPasswords(smallArgon())
		var held []func()
		for range cap(p.slots) {
			release, err := p.acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, release)
		}
		ctx, cancel := context.WithCancel(t.Context())
		waiting := cap(p.queue) - cap(p.slots)
		got := make(chan error, waiting)
		for range waiting {
			go func() {
				_, err := p.acquire(ctx)
				got <- err
			}()
		}
		synctest.Wait()
		if _, err := p.acquire(t.Context()); !is(err, custard.CodeRateLimited) || !custard.AsError(err).Retry {
			t.Errorf("one more than the queue holds: %v", err)
		}
		cancel()
		for range waiting {
			if err := <-got; !errors.Is(err, context.Canceled) {
				t.Errorf("one that gave up: %v", err)
			}
		}
		for _, release := range held {
			release()
		}
		if len(p.slots) != 0 || len(p.queue) != 0 {
			t.Errorf("%d slots and %d places are held after all have gone", len(p.slots), len(p.queue))
		}
	})
}

func FuzzParsePHC(f *testing.F) {
	f.Add(smallArgon().phc(make([]byte, saltBytes), make([]byte, hashBytes)))
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		a, salt, hash, err := parsePHC(s)
		if err == nil && a.phc(salt, hash) != s {
			t.Errorf("%q was read and is written as %q", s, a.phc(salt, hash))
		}
	})
}
