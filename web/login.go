package web

import (
	"net/http"
	"net/url"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// home says who is signed in, and what to do next.
func (p *Pages) home(v *visit) error {
	if !v.signedIn() {
		return v.redirect("/login")
	}
	self, err := p.cfg.Accounts.Me(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	return p.show(v, http.StatusOK, "home", page{Title: "You are signed in", Self: self, Address: p.cfg.PublicURL, Wide: true})
}

func (p *Pages) showLogin(v *visit) error {
	next := ours(v.r.FormValue("next"))
	if v.signedIn() {
		return v.redirect(next)
	}
	return p.show(v, http.StatusOK, "login", page{Title: "Sign in", Next: next})
}

func (p *Pages) login(v *visit) error {
	next, email := ours(v.r.PostFormValue("next")), v.r.PostFormValue("email")
	value, err := p.cfg.Accounts.LoginWeb(v.r.Context(), email, v.r.PostFormValue("password"), p.from(v))
	if err != nil {
		g := page{Title: "Sign in", Next: next, Email: email}
		if custard.AsError(err).Code == custard.CodeForbidden {
			g.Action, g.Label = "/verify", "Send the mail again"
		}
		return p.again(v, "login", g, err)
	}
	p.cookie.set(v.w, value)
	return v.redirect(next)
}

func (p *Pages) showLogout(v *visit) error {
	if !v.signedIn() {
		return v.redirect("/login")
	}
	return p.show(v, http.StatusOK, "logout", page{Title: "Sign out"})
}

func (p *Pages) logout(v *visit) error {
	if v.signedIn() {
		if err := p.cfg.Accounts.Logout(v.r.Context(), v.who, p.from(v)); err != nil {
			return err
		}
	}
	p.cookie.drop(v.w)
	v.who = auth.Principal{}
	return p.show(v, http.StatusOK, "message", page{Title: "You are signed out", Good: true, Action: "/login", Label: "Sign in again"})
}

func (p *Pages) showSignup(v *visit) error {
	return p.show(v, http.StatusOK, "signup", page{Title: "Sign up"})
}

func (p *Pages) signup(v *visit) error {
	f := v.r.PostFormValue
	err := p.cfg.Accounts.Signup(v.r.Context(), auth.SignupRequest{
		Email: f("email"), Password: f("password"), Name: f("name"), Organisation: f("organisation"),
	}, p.from(v))
	if err != nil {
		return p.again(v, "signup", page{Title: "Sign up", Email: f("email"), Name: f("name"), Org: f("organisation")}, err)
	}
	return p.show(v, http.StatusAccepted, "message", page{
		Title: "Look into your mail", Good: true,
		Text: "A mail with a link is on its way to " + f("email") + ". Follow it, and your account is ready.",
	})
}

// toLogin sends somebody to sign in and come back.
func (v *visit) toLogin(back string, query url.Values) error {
	if len(query) > 0 {
		back += "?" + query.Encode()
	}
	return v.redirect("/login?" + url.Values{"next": {back}}.Encode())
}
