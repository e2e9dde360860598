package client

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Login is who is signed in to a server, and with what.
type Login struct {
	Access       string       `json:"access_token,omitempty"` // or an API key, which has no Refresh
	Refresh      string       `json:"refresh_token,omitempty"`
	Expires      time.Time    `json:"expires"` // of Access; zero where that is not known
	User         User         `json:"user"`
	Organisation Organisation `json:"organisation"`
	Role         string       `json:"role,omitempty"`
	Connection   string       `json:"connection,omitempty"` // the one that is asked by default
}

// Tokens keeps the login of one person at one server. Implementations are safe for concurrent use by several processes.
type Tokens interface {
	// Login returns what is kept; the zero Login where nobody is signed in.
	Login() (Login, error)
	// Change hands edit what is kept now, while no other process changes it, and keeps what edit returns: a zero Login
	// forgets it. An error of edit changes nothing and is returned.
	Change(edit func(Login) (Login, error)) error
}

// Key is an API key as Tokens: it never changes.
type Key string

// Login returns the key as a login without anything that could be refreshed.
func (k Key) Login() (Login, error) { return Login{Access: string(k)}, nil }

// Change refuses: there is nothing to keep with a key.
func (k Key) Change(func(Login) (Login, error)) error {
	return custard.Errorf(custard.CodeUsage, "CUSTARD_TOKEN is set: with an API key nothing is kept").
		WithHint("Unset CUSTARD_TOKEN to use a login. To choose a connection say -c NAME or set CUSTARD_CONNECTION.")
}

func (c *Client) login() (Login, error) {
	if c.tokens == nil {
		return Login{}, nil
	}
	return c.tokens.Login()
}

// signedIn returns the login, its access token refreshed where it has expired. CodeUnauthenticated where there is none.
func (c *Client) signedIn(ctx context.Context) (Login, error) {
	login, err := c.login()
	if err != nil {
		return login, err
	}
	if login.Access == "" && login.Refresh == "" {
		return login, custard.Errorf(custard.CodeUnauthenticated, "you are not signed in to %s", c.Address()).
			WithHint("Sign in with `custard login`, or set CUSTARD_TOKEN to an API key.")
	}
	const early = 10 * time.Second
	if login.Refresh != "" && (login.Access == "" || (!login.Expires.IsZero() && c.now().Add(early).After(login.Expires))) {
		return c.refresh(ctx, login.Access, "")
	}
	return login, nil
}

// refreshPatience is how long a refresh may take, also after an interrupt: a new token that is lost on its way home would
// make the next use of the old one look like theft.
const refreshPatience = 20 * time.Second

// refresh replaces the access token, unless another goroutine or process has done so since stale was read. organisation
// changes to another one of the user's where it is not empty.
func (c *Client) refresh(ctx context.Context, stale, organisation string) (Login, error) {
	var fresh Login
	err := c.tokens.Change(func(now Login) (Login, error) {
		fresh = now
		if now.Refresh == "" {
			return now, c.signedOut(nil)
		}
		if now.Access != stale && organisation == "" {
			return now, nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshPatience)
		defer cancel()
		var t tokens
		err := c.do(ctx, call{method: "POST", path: "/auth/refresh", body: refreshBody{now.Refresh, organisation}, secret: true}, &t)
		if err != nil {
			if e := custard.AsError(err); e.Code == custard.CodeUnauthenticated {
				return now, c.signedOut(e)
			}
			return now, err
		}
		fresh = t.login(c.now())
		if fresh.Organisation.ID == now.Organisation.ID {
			fresh.Connection = now.Connection
		}
		return fresh, nil
	})
	return fresh, err
}

func (c *Client) signedOut(cause error) error {
	e := custard.Errorf(custard.CodeUnauthenticated, "your login at %s has ended", c.Address())
	e.Cause = cause
	return e.WithHint("Sign in again with `custard login`.")
}

type refreshBody struct {
	Refresh      string `json:"refresh_token"`
	Organisation string `json:"organisation,omitempty"`
}

// tokens is what the server answers to a login.
type tokens struct {
	Access       string       `json:"access_token"`
	ExpiresIn    int64        `json:"expires_in"`
	Refresh      string       `json:"refresh_token"`
	User         User         `json:"user"`
	Organisation Organisation `json:"organisation"`
	Role         string       `json:"role"`
}

func (t *tokens) login(now time.Time) Login {
	return Login{
		Access: t.Access, Refresh: t.Refresh, Expires: now.Add(time.Duration(t.ExpiresIn) * time.Second).UTC(),
		User: t.User, Organisation: t.Organisation, Role: t.Role,
	}
}
