package httpapi

import (
	"net/http"
	"time"

	"github.com/custard-ai/custard/server/auth"
)

// inviteBody is a request to POST /org/invitations.
type inviteBody struct {
	Email string    `json:"email"`
	Role  auth.Role `json:"role"`
}

// invitationBody is an invitation; its token is in the mail alone.
type invitationBody struct {
	ID      string    `json:"id"`
	Email   string    `json:"email"`
	Role    auth.Role `json:"role"`
	By      string    `json:"invited_by" doc:"The id of a user."`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

func invitationOf(i auth.Invitation) invitationBody {
	return invitationBody{i.ID, i.Email, i.Role, i.By, i.Created, i.Expires}
}

// invitedBody is the answer to POST /org/invitations.
type invitedBody struct {
	Invitation invitationBody `json:"invitation"`
}

// acceptBody is a request to POST /auth/accept-invitation.
type acceptBody struct {
	Token    string `json:"token"`
	Name     string `json:"name,omitempty" doc:"Of somebody who has no account yet."`
	Password string `json:"password,omitempty" doc:"The account's, or a new one for somebody who has none yet."`
}

// invitationRoutes are how an organisation grows.
func (a *API) invitationRoutes() []route {
	admin := from(auth.RoleAdmin, auth.ScopeManage)
	return []route{
		{
			method: http.MethodGet, pattern: "/org/invitations", access: admin, handle: listInvitations,
			doc: operation{id: "listInvitations", tag: "organisation", summary: "List open invitations", query: paged(), answers: ok(list[invitationBody]{}, "A page of invitations.")},
		}, {
			method: http.MethodPost, pattern: "/org/invitations", access: admin, handle: invite, idempotent: true,
			doc: operation{
				id: "invite", tag: "organisation", summary: "Invite somebody", body: inviteBody{},
				detail:  "With a role up to one's own. The token travels in the mail alone and is good for one use within seven days.",
				answers: created(invitedBody{}, "A mail is on its way."),
			},
		}, {
			method: http.MethodDelete, pattern: "/org/invitations/{id}", access: admin, handle: removeInvitation,
			doc: operation{id: "removeInvitation", tag: "organisation", summary: "Take an invitation back", answers: nothing("It is no good any more.")},
		}, {
			method: http.MethodPost, pattern: "/auth/accept-invitation", access: public(), handle: acceptInvitation, rate: rateCostly,
			doc: operation{
				id: "acceptInvitation", tag: "accounts", summary: "Accept an invitation", body: acceptBody{},
				detail: "Who has an account is signed in with it (Authorization header) or gives its password. Who has none gives a name and a new password " +
					"and gets one, verified.",
				answers: ok(tokensBody{}, "The tokens of a login in the organisation."),
			},
		},
	}
}

func listInvitations(c *call) error {
	before, limit, err := c.page()
	if err != nil {
		return err
	}
	all, err := c.accounts().Invitations(c.ctx(), c.who, before, limit+1)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, pageOf(mapped(all, invitationOf), limit, func(i invitationBody) string { return i.ID }))
}

func invite(c *call) error {
	var in inviteBody
	if err := c.read(&in); err != nil {
		return err
	}
	i, err := c.accounts().Invite(c.ctx(), c.who, in.Email, in.Role, c.caller())
	if err != nil {
		return err
	}
	return c.reply(http.StatusCreated, invitedBody{invitationOf(i)})
}

func removeInvitation(c *call) error {
	if err := c.accounts().RemoveInvitation(c.ctx(), c.who, c.path("id"), c.caller()); err != nil {
		return err
	}
	return c.none()
}

func acceptInvitation(c *call) error {
	var in acceptBody
	if err := c.read(&in); err != nil {
		return err
	}
	a := auth.Accept{Token: in.Token, Name: in.Name, Password: in.Password}
	if _, has := bearer(c.r); has {
		who, err := c.signedIn()
		if err != nil {
			return err
		}
		a.By = who
	}
	s, err := c.accounts().AcceptInvitation(c.ctx(), a, c.caller())
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, tokensOf(s, c.now()))
}
