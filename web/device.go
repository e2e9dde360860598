package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// showDevice asks for the code that a terminal shows, and with a code whether to let that terminal in.
func (p *Pages) showDevice(v *visit) error {
	code := strings.TrimSpace(v.r.FormValue("code"))
	if !v.signedIn() {
		query := url.Values{}
		if code != "" {
			query.Set("code", code)
		}
		return v.toLogin("/device", query)
	}
	g := page{Title: "Sign in a terminal"}
	if code == "" {
		return p.show(v, http.StatusOK, "device", g)
	}
	d, err := p.cfg.Accounts.Device(v.r.Context(), v.who, code, p.from(v))
	if err != nil {
		g.Email = code
		return p.again(v, "device", g, err)
	}
	self, err := p.cfg.Accounts.Me(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	return p.show(v, http.StatusOK, "approve", page{
		Title: "Let this terminal in?", Code: auth.ShowUserCode(d.UserCode), Client: d.Client, Self: self,
	})
}

// decideDevice takes the answer.
func (p *Pages) decideDevice(v *visit) error {
	if !v.signedIn() {
		return v.toLogin("/device", nil)
	}
	approve := false
	switch v.r.PostFormValue("decision") {
	case "approve":
		approve = true
	case "deny":
	default:
		return custard.Errorf(custard.CodeUsage, "the form says neither yes nor no")
	}
	err := p.cfg.Accounts.DecideDevice(v.r.Context(), v.who, v.r.PostFormValue("code"), v.r.PostFormValue("organisation"), approve, p.from(v))
	if err != nil {
		return p.again(v, "device", page{Title: "Sign in a terminal"}, err)
	}
	g := page{Title: "The terminal is signed in", Text: "You can close this page and go back to it.", Good: true}
	if !approve {
		g = page{Title: "The terminal was turned away", Text: "Nothing was signed in. If you did not start this, you did right.", Good: true}
	}
	return p.show(v, http.StatusOK, "message", g)
}
