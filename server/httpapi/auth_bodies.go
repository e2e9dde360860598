package httpapi

import (
	"time"

	"github.com/custard-ai/custard/server/auth"
)

// userBody is a person.
type userBody struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

func userOf(u auth.User) userBody { return userBody{u.ID, u.Email, u.Name} }

// organisationBody is a tenant.
type organisationBody struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func organisationOf(o auth.Organisation) organisationBody { return organisationBody{o.ID, o.Name} }

// tokensBody is what a login gives.
type tokensBody struct {
	AccessToken  string           `json:"access_token" doc:"Goes into the Authorization header, behind Bearer."`
	TokenType    string           `json:"token_type" doc:"Always Bearer."`
	ExpiresIn    int              `json:"expires_in" doc:"Seconds until the access token expires."`
	RefreshToken string           `json:"refresh_token" doc:"Good for one use: each gives the next. Using one twice ends the login."`
	User         userBody         `json:"user"`
	Organisation organisationBody `json:"organisation"`
	Role         auth.Role        `json:"role"`
}

func tokensOf(s auth.Session, now time.Time) tokensBody {
	return tokensBody{
		AccessToken: s.Access, TokenType: "Bearer", ExpiresIn: int(s.Expires.Sub(now).Seconds()), RefreshToken: s.Refresh,
		User: userOf(s.User), Organisation: organisationOf(s.Org), Role: s.Role,
	}
}

// outcomeBody says what became of a request that has nothing else to say.
type outcomeBody struct {
	Status string `json:"status"`
}

// caller is where a request comes from, as accounts want to know it.
func (c *call) caller() auth.Caller { return auth.Caller{Address: c.address()} }

// accounts is what can be done with accounts.
func (c *call) accounts() *auth.Service { return c.api.cfg.Accounts }
