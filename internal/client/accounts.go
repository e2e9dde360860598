package client

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// User is a person.
type User struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

// Organisation owns connections, history and keys.
type Organisation struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Signup is what an account is made of.
type Signup struct {
	Email        string `json:"email"`
	Password     string `json:"password"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
}

// Signup makes an account and its organisation. The server sends a link to the address, also where that has an account
// already: then it says so.
func (c *Client) Signup(ctx context.Context, s Signup) error {
	return c.do(ctx, call{method: "POST", path: "/auth/signup", body: s, secret: true}, nil)
}

// ResendVerification has the link sent again.
func (c *Client) ResendVerification(ctx context.Context, email string) error {
	body := struct {
		Email string `json:"email"`
	}{email}
	return c.do(ctx, call{method: "POST", path: "/auth/resend-verification", body: body}, nil)
}

// Credentials sign in with a password. Organisation is an id or name where the user has several; empty for the first.
type Credentials struct {
	Email        string `json:"email"`
	Password     string `json:"password"`
	Organisation string `json:"organisation,omitempty"`
}

// Login signs in and keeps the login. CodeUnauthenticated for a wrong address or password, CodeForbidden for an address that
// is not verified yet.
func (c *Client) Login(ctx context.Context, with Credentials) (Login, error) {
	var t tokens
	if err := c.do(ctx, call{method: "POST", path: "/auth/login", body: with, secret: true}, &t); err != nil {
		return Login{}, err
	}
	return c.keep(t.login(c.now()))
}

func (c *Client) keep(fresh Login) (Login, error) {
	err := c.tokens.Change(func(old Login) (Login, error) {
		if fresh.Organisation.ID == old.Organisation.ID {
			fresh.Connection = old.Connection
		}
		return fresh, nil
	})
	return fresh, err
}

// SwitchOrganisation changes the login to another organisation of the user's, by id or name.
func (c *Client) SwitchOrganisation(ctx context.Context, organisation string) (Login, error) {
	login, err := c.signedIn(ctx)
	if err != nil {
		return Login{}, err
	}
	return c.refresh(ctx, login.Access, organisation)
}

// Logout ends the login at the server and forgets it here, also where the server is not reached: then the error says that
// the server may still take the token until it expires. signedIn is false where nobody was signed in.
func (c *Client) Logout(ctx context.Context) (signedIn bool, err error) {
	login, err := c.login()
	if err != nil {
		return false, err
	}
	if login.Access == "" && login.Refresh == "" {
		return false, nil
	}
	body := struct {
		Refresh string `json:"refresh_token,omitempty"`
	}{login.Refresh}
	said := c.do(ctx, call{method: "POST", path: "/auth/logout", body: body, secret: true, again: true}, nil)
	if err := c.tokens.Change(func(Login) (Login, error) { return Login{}, nil }); err != nil {
		return true, err
	}
	if e := custard.AsError(said); e != nil && e.Code != custard.CodeUnauthenticated { // one that has ended is what was wanted
		return true, e
	}
	return true, nil
}

// Membership is an organisation of a user.
type Membership struct {
	Organisation Organisation `json:"organisation"`
	Role         string       `json:"role"`
}

// Me is who the server takes us for.
type Me struct {
	User         User         `json:"user"`
	Organisation Organisation `json:"organisation"`
	Role         string       `json:"role"`
	Memberships  []Membership `json:"memberships"`
	Key          *APIKey      `json:"api_key"` // nil for a login
}

// Me returns who is signed in.
func (c *Client) Me(ctx context.Context) (Me, error) {
	var me Me
	err := c.do(ctx, call{method: "GET", path: "/auth/me", signed: true, again: true}, &me)
	return me, err
}

// Health says whether a Custard server answers at the address; no login is needed.
func (c *Client) Health(ctx context.Context) error {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := c.do(ctx, call{method: "GET", path: c.Address() + "/health", again: true}, nil)
	if e := custard.AsError(err); e != nil && e.Code == custard.CodeTimeout {
		return custard.Errorf(custard.CodeUnreachable, "%s does not answer in time", c.address.Host).WithHint("Check the address, the network and the firewall.")
	}
	return err
}
