package credentials

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
)

// memory is a keyring.
type memory struct {
	mu      sync.Mutex
	secrets map[string]string
	locked  bool
}

var errLocked = errors.New("locked")

func (m *memory) Get(id string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked {
		return "", errLocked
	}
	s, ok := m.secrets[id]
	if !ok {
		return "", ErrNoSecret
	}
	return s, nil
}

func (m *memory) Set(id, secret string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked {
		return errLocked
	}
	m.secrets[id] = secret
	return nil
}

func (m *memory) Delete(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.secrets, id)
	return nil
}

func save(t *testing.T, tokens *Tokens, login client.Login) {
	t.Helper()
	if err := tokens.Change(func(client.Login) (client.Login, error) { return login, nil }); err != nil {
		t.Fatal(err)
	}
}

func holds(t *testing.T, tokens *Tokens, want client.Login) {
	t.Helper()
	got, err := tokens.Login()
	if err != nil || got != want {
		t.Errorf("holds %+v, %v; want %+v", got, err, want)
	}
}

const here = "https://custard.example"

func TestLoginsAreKeptApart(t *testing.T) {
	t.Parallel()
	for name, ring := range map[string]Keyring{"file": nil, "keyring": &memory{secrets: map[string]string{}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "custard")
			plain, work := Open(folder, "", ring), Open(folder, "work", ring)
			a := client.Login{Access: "access-a", Refresh: "refresh-a", User: client.User{Email: "a@example.com"}}
			b := client.Login{Access: "access-b", Refresh: "refresh-b"}
			holds(t, plain.For(here), client.Login{})
			save(t, plain.For(here), a)
			save(t, work.For(here), b)
			holds(t, plain.For(here), a)
			holds(t, work.For(here), b)
			holds(t, plain.For("https://other.example"), client.Login{})
			if in, err := plain.For("https://other.example").SignedIn(); err != nil || in {
				t.Errorf("signed in elsewhere: %t, %v", in, err)
			}
			content, err := os.ReadFile(filepath.Join(folder, "logins.json"))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(content), "refresh-a") != (ring == nil) {
				t.Errorf("logins.json holds %s", content)
			}
			for _, file := range []string{"logins.json", ""} {
				info, err := os.Stat(filepath.Join(folder, file))
				if err != nil {
					t.Fatal(err)
				}
				if info.Mode().Perm()&0o077 != 0 {
					t.Errorf("%s has rights %v", file, info.Mode())
				}
			}
			save(t, plain.For(here), client.Login{})
			holds(t, plain.For(here), client.Login{})
			holds(t, work.For(here), b)
			if m, ok := ring.(*memory); ok && len(m.secrets) != 1 {
				t.Errorf("the keyring holds %d secrets", len(m.secrets))
			}
		})
	}
}

func TestTheServerOfAProfile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	plain, work := Open(folder, "", nil), Open(folder, "work", nil)
	for _, s := range []*Store{plain, work} {
		if server, err := s.Server(); err != nil || server != "" {
			t.Errorf("%q, %v", server, err)
		}
	}
	if err := errors.Join(plain.Remember("https://first.example"), plain.Remember(here), work.Remember("https://work.example")); err != nil {
		t.Fatal(err)
	}
	if server, err := plain.Server(); err != nil || server != here {
		t.Errorf("%q, %v", server, err)
	}
}

func TestAKeyringThatFails(t *testing.T) {
	t.Parallel()
	ring := &memory{secrets: map[string]string{}}
	tokens := Open(t.TempDir(), "", ring).For(here)
	login := client.Login{Access: "a", Refresh: "r"}
	save(t, tokens, login)
	ring.locked = true
	if _, err := tokens.Login(); custard.AsError(err) == nil || custard.AsError(err).Hint == "" {
		t.Errorf("a locked keyring gives %v", err)
	}
	save(t, tokens, login) // signing in again goes to the file
	holds(t, tokens, login)
	if where, err := tokens.Where(); err != nil || !strings.HasSuffix(where, "logins.json") {
		t.Errorf("%s, %v", where, err)
	}
}

func TestAChangeThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	tokens := Open(t.TempDir(), "", nil).For(here)
	login := client.Login{Access: "a"}
	save(t, tokens, login)
	if err := tokens.Change(func(client.Login) (client.Login, error) { return client.Login{}, errLocked }); !errors.Is(err, errLocked) {
		t.Error(err)
	}
	holds(t, tokens, login)
}

// Two processes that find the same stale token refresh it once: what one has done the other sees.
func TestChangesAreOneAfterAnother(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	save(t, Open(folder, "", nil).For(here), client.Login{Access: "stale"})
	refreshed := 0
	var wg sync.WaitGroup
	for range 16 {
		tokens := Open(folder, "", nil).For(here)
		wg.Go(func() {
			err := tokens.Change(func(l client.Login) (client.Login, error) {
				if l.Access == "stale" {
					refreshed++ // the file's lock guards it
					l.Access = "fresh"
				}
				return l, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if refreshed != 1 {
		t.Errorf("refreshed %d times", refreshed)
	}
}

func TestABrokenFileIsNamed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "logins.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(folder, "", nil).For(here).Login()
	if e := custard.AsError(err); e == nil || !strings.Contains(e.Message, "logins.json is broken") || e.Hint == "" {
		t.Error(err)
	}
	if err := Open("", "", nil).Remember(here); custard.AsError(err) == nil || !strings.Contains(custard.AsError(err).Hint, "CUSTARD_TOKEN") {
		t.Error(err)
	}
}

func TestNoKeyringWithoutASession(t *testing.T) {
	t.Parallel()
	if ring := System(func(string) string { return "" }); ring != nil && os.Getenv("HOME") != "" && os.PathSeparator == '/' {
		if _, err := os.Stat("/proc/self"); err == nil {
			t.Errorf("found the keyring %v without a session bus", ring)
		}
	}
}
