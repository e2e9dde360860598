package auth

import "context"

// Mailer sends mail, or queues it. It comes back before the mail is delivered.
type Mailer interface {
	// Send queues a mail of a kind, one of the Mail constants. data fills the kind's template: "name" of who gets it (may
	// be empty), "link" to follow, "expires" (how long the link is good for, in words), and for an invitation "by" and
	// "organisation" and "role". The link holds a secret: it goes into the mail and nowhere else.
	Send(ctx context.Context, kind, to string, data map[string]string) error
}

// The kinds of mail.
const (
	MailVerify   = "verify"           // a new user's address; link confirms it
	MailTaken    = "taken"            // somebody signed up with an address that has an account; link is the login page, "reset" the page for a forgotten password
	MailReset    = "reset"            // a forgotten password; link sets a new one
	MailPassword = "password-changed" // the password was changed; link is the page for a forgotten password, in case it was somebody else
	MailInvite   = "invite"           // into an organisation; link accepts
)
