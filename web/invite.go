package web

import (
	"net/http"
	"strings"

	"github.com/custard-ai/custard/server/auth"
)

// showInvite shows what an invitation is for, and asks for what it takes to accept it.
func (p *Pages) showInvite(v *visit) error {
	g, err := p.invitation(v, v.r.FormValue("token"))
	if err != nil {
		return err
	}
	return p.show(v, http.StatusOK, "invite", g)
}

func (p *Pages) invitation(v *visit, token string) (page, error) {
	i, err := p.cfg.Accounts.Invited(v.r.Context(), token)
	if err != nil {
		return page{}, err
	}
	same := v.signedIn() && strings.EqualFold(v.who.Email, i.Email)
	return page{
		Title: "Join " + i.Organisation, Token: token, Invited: i, SamePerson: same, OtherPerson: v.signedIn() && !same,
	}, nil
}

func (p *Pages) invite(v *visit) error {
	f := v.r.PostFormValue
	g, err := p.invitation(v, f("token"))
	if err != nil {
		return err
	}
	a := auth.Accept{Token: f("token"), Name: f("name"), Password: f("password")}
	if g.SamePerson {
		a.By = v.who
	}
	value, err := p.cfg.Accounts.AcceptInvitationWeb(v.r.Context(), a, p.from(v))
	if err != nil {
		g.Name = a.Name
		return p.again(v, "invite", g, err)
	}
	p.cookie.set(v.w, value)
	v.who.Email = g.Invited.Email
	return p.show(v, http.StatusOK, "message", page{
		Title: "Welcome to " + g.Invited.Organisation, Good: true,
		Text:   "You are a member now. Sign in from a terminal with custard login --device.",
		Action: "/", Label: "Go on",
	})
}
