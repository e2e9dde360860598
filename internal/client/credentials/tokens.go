package credentials

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
)

// Tokens is the login of the store's profile at one server.
type Tokens struct {
	store  *Store
	server string
}

var _ client.Tokens = (*Tokens)(nil)

// For returns the login at a server, whose address is as client.ParseAddress gives it.
func (s *Store) For(server string) *Tokens { return &Tokens{store: s, server: server} }

func (t *Tokens) find(c *content) *entry {
	for i := range c.Logins {
		if c.Logins[i].Profile == t.store.profile && c.Logins[i].Server == t.server {
			return &c.Logins[i]
		}
	}
	return nil
}

// SignedIn says whether a login is kept, without asking the keyring for it.
func (t *Tokens) SignedIn() (bool, error) {
	c, err := t.store.read()
	if err != nil {
		return false, err
	}
	return t.find(c) != nil, nil
}

// Where says where the login is kept, for people: 'the keyring', or the file's path.
func (t *Tokens) Where() (string, error) {
	c, err := t.store.read()
	if err != nil {
		return "", err
	}
	if e := t.find(c); e != nil && e.Keyring != "" {
		return "the system's keyring", nil
	}
	return t.store.path(), nil
}

// Login returns the login; the zero Login where there is none.
func (t *Tokens) Login() (client.Login, error) {
	c, err := t.store.read()
	if err != nil {
		return client.Login{}, err
	}
	return t.login(t.find(c))
}

func (t *Tokens) login(e *entry) (client.Login, error) {
	var login client.Login
	switch {
	case e == nil:
	case e.Login != nil:
		login = *e.Login
	case t.store.ring == nil:
		return login, noKeyring(nil)
	default:
		text, err := t.store.ring.Get(e.Keyring)
		if errors.Is(err, ErrNoSecret) {
			return login, nil
		}
		if err == nil {
			err = json.Unmarshal([]byte(text), &login)
		}
		if err != nil {
			return login, noKeyring(err)
		}
	}
	return login, nil
}

func noKeyring(err error) error {
	e := custard.Errorf(custard.CodeFailed, "the login lies in the system's keyring, which does not give it")
	e.Cause = err
	return e.WithHint("Unlock the keyring, or sign in again with `custard login`, or set CUSTARD_TOKEN to an API key.")
}

// Change replaces the login by what edit makes of it, while no other process changes any.
func (t *Tokens) Change(edit func(client.Login) (client.Login, error)) error {
	return t.store.change(func(c *content) error {
		old := t.find(c)
		now, err := t.login(old)
		if err != nil {
			now = client.Login{} // what cannot be read can be replaced all the same
		}
		fresh, err := edit(now)
		if err != nil {
			return err
		}
		id := ""
		if old != nil {
			id = old.Keyring
		}
		if fresh == (client.Login{}) {
			if id != "" && t.store.ring != nil {
				_ = t.store.ring.Delete(id) // the server has ended it; nothing is left to use
			}
			c.Logins = slices.DeleteFunc(c.Logins, func(e entry) bool { return e.Profile == t.store.profile && e.Server == t.server })
			return nil
		}
		next, err := t.keep(id, fresh)
		if err != nil {
			return err
		}
		if old != nil {
			*old = next
			return nil
		}
		c.Logins = append(c.Logins, next)
		return nil
	})
}

// keep puts a login into the keyring, under the id that it had, or into the file's entry.
func (t *Tokens) keep(id string, login client.Login) (entry, error) {
	e := entry{Profile: t.store.profile, Server: t.server}
	if t.store.ring != nil {
		text, err := json.Marshal(login) //nolint:gosec // the keyring is where secrets belong
		if err != nil {
			return e, custard.Errorf(custard.CodeInternal, "encoding a login: %w", err)
		}
		if id == "" {
			id = rand.Text()
		}
		if t.store.ring.Set(id, string(text)) == nil {
			e.Keyring = id
			return e, nil
		}
	}
	e.Login = &login
	return e, nil
}
