package httpapi

import (
	"net/http"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// loginBody is a request to POST /auth/login.
type loginBody struct {
	Email        string `json:"email"`
	Password     string `json:"password"`
	Organisation string `json:"organisation,omitempty" doc:"Id or name; the first of the user's where it is left out."`
}

// refreshBody is a request to POST /auth/refresh.
type refreshBody struct {
	RefreshToken string `json:"refresh_token"`
	Organisation string `json:"organisation,omitempty" doc:"Id or name of another organisation of the user to move the login to."`
}

// logoutBody is a request to POST /auth/logout.
type logoutBody struct {
	RefreshToken string `json:"refresh_token,omitempty" doc:"Names the login to end; the access token does too."`
}

// membershipBody is an organisation that somebody belongs to.
type membershipBody struct {
	Organisation organisationBody `json:"organisation"`
	Role         auth.Role        `json:"role"`
}

// usedKeyBody is the API key that a request came with.
type usedKeyBody struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	Scopes []auth.Scope `json:"scopes"`
}

// meBody is what somebody may know about himself.
type meBody struct {
	User         userBody         `json:"user"`
	Organisation organisationBody `json:"organisation"`
	Role         auth.Role        `json:"role"`
	Memberships  []membershipBody `json:"memberships"`
	Key          *usedKeyBody     `json:"api_key" doc:"What the request came with; null for a login."`
}

// sessionRoutes are how one signs in and out.
func (a *API) sessionRoutes() []route {
	return []route{
		{
			method: http.MethodPost, pattern: "/auth/login", access: public(), handle: login, rate: rateCostly,
			doc: operation{
				id: "login", tag: "accounts", summary: "Sign in", body: loginBody{},
				detail:  "An unknown address and a wrong password get the same answer. Before the address is verified the right password gets `forbidden`.",
				answers: ok(tokensBody{}, "The tokens."),
			},
		}, {
			method: http.MethodPost, pattern: "/auth/refresh", access: public(), handle: refresh,
			doc: operation{
				id: "refresh", tag: "accounts", summary: "Get the next tokens of a login", body: refreshBody{},
				answers: ok(tokensBody{}, "The tokens; the refresh token that was sent is used up."),
			},
		}, {
			method: http.MethodPost, pattern: "/auth/logout", access: public(), handle: logout,
			doc: operation{
				id: "logout", tag: "accounts", summary: "Sign out", body: logoutBody{},
				detail:  "Ends the login of the refresh token, else of the access token in the Authorization header.",
				answers: nothing("The login has ended: none of its tokens is good any more."),
			},
		}, {
			method: http.MethodGet, pattern: "/auth/me", access: anybody(), handle: me,
			doc: operation{
				id: "me", tag: "accounts", summary: "Who am I?",
				answers: ok(meBody{}, "The user, the organisation that the request acts in, and the others."),
			},
		},
	}
}

func login(c *call) error {
	var in loginBody
	if err := c.read(&in); err != nil {
		return err
	}
	s, err := c.accounts().Login(c.ctx(), in.Email, in.Password, in.Organisation, c.caller())
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, tokensOf(s, c.now()))
}

func refresh(c *call) error {
	var in refreshBody
	if err := c.read(&in); err != nil {
		return err
	}
	s, err := c.accounts().Refresh(c.ctx(), in.RefreshToken, in.Organisation, c.caller())
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, tokensOf(s, c.now()))
}

func logout(c *call) error {
	var in logoutBody
	if c.r.ContentLength != 0 {
		if err := c.read(&in); err != nil {
			return err
		}
	}
	if in.RefreshToken != "" {
		err := c.accounts().LogoutToken(c.ctx(), in.RefreshToken, c.caller())
		if err == nil {
			return c.none()
		}
		// The refresh token may be used up already; the access token says which login is meant as well.
		if _, signedIn := bearer(c.r); !signedIn || custard.AsError(err).Code != custard.CodeUnauthenticated {
			return err
		}
	}
	who, err := c.signedIn()
	if err != nil {
		return err
	}
	if err := c.accounts().Logout(c.ctx(), who, c.caller()); err != nil {
		return err
	}
	return c.none()
}

// signedIn finds out who calls a public route that wants to know.
func (c *call) signedIn() (auth.Principal, error) {
	token, _ := bearer(c.r)
	return c.accounts().Authenticate(c.ctx(), token)
}

func me(c *call) error {
	s, err := c.accounts().Me(c.ctx(), c.who)
	if err != nil {
		return err
	}
	out := meBody{User: userOf(s.User), Organisation: organisationOf(s.Org), Role: s.Role, Memberships: []membershipBody{}}
	for _, m := range s.Memberships {
		out.Memberships = append(out.Memberships, membershipBody{organisationOf(m.Org), m.Role})
	}
	if s.Key != nil {
		out.Key = &usedKeyBody{s.Key.ID, s.Key.Name, s.Key.Scopes}
	}
	return c.reply(http.StatusOK, out)
}
