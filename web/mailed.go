package web

import "net/http"

// showVerify asks for a click. Programs that look at mails follow links but press no buttons, so the token lives until its
// owner comes. Without a token it is the page where one asks for another mail.
func (p *Pages) showVerify(v *visit) error {
	return p.show(v, http.StatusOK, "verify", page{Title: "Confirm your address", Token: v.r.FormValue("token")})
}

func (p *Pages) verify(v *visit) error {
	token, email := v.r.PostFormValue("token"), v.r.PostFormValue("email")
	if token == "" {
		if err := p.cfg.Accounts.ResendVerification(v.r.Context(), email, p.from(v)); err != nil {
			return p.again(v, "verify", page{Title: "Confirm your address", Email: email}, err)
		}
		return p.sent(v)
	}
	if err := p.cfg.Accounts.VerifyEmail(v.r.Context(), token, p.from(v)); err != nil {
		return p.again(v, "verify", page{Title: "Confirm your address"}, err)
	}
	return p.show(v, http.StatusOK, "message", page{
		Title: "Your address is confirmed", Good: true, Text: "Sign in here, or in the terminal with custard login.",
		Action: "/login", Label: "Sign in",
	})
}

// showReset asks for an address, or with a token for a new password.
func (p *Pages) showReset(v *visit) error {
	return p.show(v, http.StatusOK, "reset", page{Title: "Set a new password", Token: v.r.FormValue("token")})
}

func (p *Pages) reset(v *visit) error {
	token, email := v.r.PostFormValue("token"), v.r.PostFormValue("email")
	if token == "" {
		if err := p.cfg.Accounts.ForgotPassword(v.r.Context(), email, p.from(v)); err != nil {
			return p.again(v, "reset", page{Title: "Set a new password", Email: email}, err)
		}
		return p.sent(v)
	}
	if err := p.cfg.Accounts.ResetPassword(v.r.Context(), token, v.r.PostFormValue("password"), p.from(v)); err != nil {
		g := page{Title: "Set a new password", Token: token}
		if statusOf(err) == http.StatusNotFound {
			g.Token = "" // it is no good: ask for another
		}
		return p.again(v, "reset", g, err)
	}
	p.cookie.drop(v.w)
	return p.show(v, http.StatusOK, "message", page{
		Title: "Your password is set", Good: true, Text: "Every browser and terminal that was signed in has been signed out.",
		Action: "/login", Label: "Sign in",
	})
}

// sent says the same whether there was anybody to send a mail to or not.
func (p *Pages) sent(v *visit) error {
	return p.show(v, http.StatusAccepted, "message", page{
		Title: "Look into your mail", Good: true, Text: "If there is an account with this address, a mail with a link is on its way.",
	})
}
