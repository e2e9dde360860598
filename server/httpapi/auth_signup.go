package httpapi

import (
	"net/http"

	"github.com/custard-ai/custard/server/auth"
)

// signupBody is a request to POST /auth/signup.
type signupBody struct {
	Email        string `json:"email"`
	Password     string `json:"password" doc:"8 to 1024 bytes."`
	Name         string `json:"name"`
	Organisation string `json:"organisation,omitempty" doc:"What the new organisation is called; the name where it is left out."`
}

// emailBody is a request about an address.
type emailBody struct {
	Email string `json:"email"`
}

// tokenBody is a request with a token from a mail.
type tokenBody struct {
	Token string `json:"token"`
}

// resetBody is a request to POST /auth/reset-password.
type resetBody struct {
	Token    string `json:"token"`
	Password string `json:"password" doc:"8 to 1024 bytes."`
}

// signupRoutes are how one gets an account, and back into it.
func (a *API) signupRoutes() []route {
	same := "The answer and its timing are the same for an address that has an account and one that has none."
	sent := func(text string) []answer {
		return []answer{{status: http.StatusAccepted, body: outcomeBody{}, text: text}}
	}
	return []route{
		{
			method: http.MethodPost, pattern: "/auth/signup", access: public(), handle: signup, rate: rateCostly,
			doc: operation{
				id: "signup", tag: "accounts", summary: "Sign up", body: signupBody{},
				detail:  "Makes a user and the organisation that it owns. Nothing works before the e-mail address is verified except verifying it. " + same,
				answers: sent("A mail is on its way; `status` is `verify`."),
			},
		}, {
			method: http.MethodPost, pattern: "/auth/verify-email", access: public(), handle: verifyEmail, rate: rateCostly,
			doc: operation{
				id: "verifyEmail", tag: "accounts", summary: "Verify an e-mail address", body: tokenBody{},
				detail:  "With the token from the mail, which is good for one use within 24 hours.",
				answers: ok(outcomeBody{}, "The user may sign in; `status` is `verified`."),
			},
		}, {
			method: http.MethodPost, pattern: "/auth/resend-verification", access: public(), handle: resendVerification, rate: rateCostly,
			doc: operation{
				id: "resendVerification", tag: "accounts", summary: "Send the verification mail again", body: emailBody{}, detail: same,
				answers: sent("`status` is `sent`, whether there was anything to send or not."),
			},
		}, {
			method: http.MethodPost, pattern: "/auth/forgot-password", access: public(), handle: forgotPassword, rate: rateCostly,
			doc: operation{
				id: "forgotPassword", tag: "accounts", summary: "Ask for a mail that sets a new password", body: emailBody{}, detail: same,
				answers: sent("`status` is `sent`, whether there was anybody to send it to or not."),
			},
		}, {
			method: http.MethodPost, pattern: "/auth/reset-password", access: public(), handle: resetPassword, rate: rateCostly,
			doc: operation{
				id: "resetPassword", tag: "accounts", summary: "Set a new password", body: resetBody{},
				detail:  "With the token from the mail, which is good for one use within an hour. Ends every login of the user; API keys stay.",
				answers: ok(outcomeBody{}, "The password is set; `status` is `reset`."),
			},
		},
	}
}

func signup(c *call) error {
	var in signupBody
	if err := c.read(&in); err != nil {
		return err
	}
	err := c.accounts().Signup(c.ctx(), auth.SignupRequest{
		Email: in.Email, Password: in.Password, Name: in.Name, Organisation: in.Organisation,
	}, c.caller())
	if err != nil {
		return err
	}
	return c.reply(http.StatusAccepted, outcomeBody{"verify"})
}

func verifyEmail(c *call) error {
	var in tokenBody
	if err := c.read(&in); err != nil {
		return err
	}
	if err := c.accounts().VerifyEmail(c.ctx(), in.Token, c.caller()); err != nil {
		return err
	}
	return c.reply(http.StatusOK, outcomeBody{"verified"})
}

func resendVerification(c *call) error {
	var in emailBody
	if err := c.read(&in); err != nil {
		return err
	}
	if err := c.accounts().ResendVerification(c.ctx(), in.Email, c.caller()); err != nil {
		return err
	}
	return c.reply(http.StatusAccepted, outcomeBody{"sent"})
}

func forgotPassword(c *call) error {
	var in emailBody
	if err := c.read(&in); err != nil {
		return err
	}
	if err := c.accounts().ForgotPassword(c.ctx(), in.Email, c.caller()); err != nil {
		return err
	}
	return c.reply(http.StatusAccepted, outcomeBody{"sent"})
}

func resetPassword(c *call) error {
	var in resetBody
	if err := c.read(&in); err != nil {
		return err
	}
	if err := c.accounts().ResetPassword(c.ctx(), in.Token, in.Password, c.caller()); err != nil {
		return err
	}
	return c.reply(http.StatusOK, outcomeBody{"reset"})
}
