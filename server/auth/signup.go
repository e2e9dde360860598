package auth

import (
	"context"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

// SignupRequest is who signs up, and what the new organisation is called.
type SignupRequest struct {
	Email        string
	Password     string
	Name         string
	Organisation string // empty for one that is called after the person
}

// Signup makes a user that is not verified yet, and the organisation that it owns, and sends the mail that verifies it.
// A taken address gets a mail that says so instead; the answer and its timing are the same.
func (s *Service) Signup(ctx context.Context, req SignupRequest, from Caller) error {
	start := time.Now()
	email, err := cleanEmail(req.Email)
	if err != nil {
		return err
	}
	name, err := cleanName("name", req.Name)
	if err != nil {
		return err
	}
	orgName := req.Organisation
	if strings.TrimSpace(orgName) == "" {
		orgName = name
	}
	if orgName, err = cleanName("organisation", orgName); err != nil {
		return err
	}
	if err := checkPassword(req.Password); err != nil {
		return err
	}
	if err := s.allow(ctx, signupByAddress(), from.Address); err != nil {
		return err
	}
	if err := s.allow(ctx, mailByAccount(), email); err != nil {
		return err
	}
	phc, err := s.passwords.hash(ctx, req.Password)
	if err != nil {
		return err
	}
	defer s.even(ctx, start)
	now := s.cfg.Now()
	u := User{ID: custard.NewID(now), Email: email, Name: name, PasswordHash: phc, Created: now}
	org := Organisation{ID: custard.NewID(now), Name: orgName, Created: now}
	token, hash := newSecret(prefixVerify)
	err = s.cfg.Store.Signup(ctx, u, org, OneTime{Hash: hash, Purpose: PurposeVerify, User: u.ID, Expires: now.Add(verifyLife)})
	if is(err, custard.CodeConflict) {
		// The mail holds nothing that would verify an account which its reader may not have made: of two who sign up with
		// one address, the one who reads its mail sets a password of his own.
		return s.cfg.Mail.Send(ctx, MailTaken, email, map[string]string{"link": s.link("/login", ""), "reset": s.link("/reset", "")})
	}
	if err != nil {
		return err
	}
	if err := s.cfg.Mail.Send(ctx, MailVerify, email, map[string]string{
		"name": name, "link": s.link("/verify", token), "expires": "24 hours", "organisation": orgName,
	}); err != nil {
		return err
	}
	return s.Audit(ctx, Principal{Org: org.ID, User: u.ID}, from, ActSignup, u.ID, nil)
}

// ResendVerification sends a new verification mail to an address that waits for one, and none to others. The answer and
// its timing are the same.
func (s *Service) ResendVerification(ctx context.Context, email string, from Caller) error {
	return s.mailTo(ctx, email, from, func(u User) error {
		if !u.Verified.IsZero() {
			return nil
		}
		now := s.cfg.Now()
		token, hash := newSecret(prefixVerify)
		if err := s.cfg.Store.AddOneTime(ctx, OneTime{Hash: hash, Purpose: PurposeVerify, User: u.ID, Expires: now.Add(verifyLife)}); err != nil {
			return err
		}
		return s.cfg.Mail.Send(ctx, MailVerify, u.Email, map[string]string{
			"name": u.Name, "link": s.link("/verify", token), "expires": "24 hours",
		})
	})
}

// ForgotPassword sends a mail with which a new password can be set, if the address has an account. The answer and its
// timing are the same.
func (s *Service) ForgotPassword(ctx context.Context, email string, from Caller) error {
	return s.mailTo(ctx, email, from, func(u User) error {
		now := s.cfg.Now()
		token, hash := newSecret(prefixReset)
		if err := s.cfg.Store.AddOneTime(ctx, OneTime{Hash: hash, Purpose: PurposeReset, User: u.ID, Expires: now.Add(resetLife)}); err != nil {
			return err
		}
		if err := s.cfg.Mail.Send(ctx, MailReset, u.Email, map[string]string{
			"name": u.Name, "link": s.link("/reset", token), "expires": "one hour",
		}); err != nil {
			return err
		}
		return s.auditEverywhere(ctx, u.ID, from, ActForgot)
	})
}

// mailTo finds the user of an address and does something for it. Whether there is one does not show.
func (s *Service) mailTo(ctx context.Context, email string, from Caller, do func(User) error) error {
	start := time.Now()
	email, err := cleanEmail(email)
	if err != nil {
		return err
	}
	if err := s.allow(ctx, mailByAddress(), from.Address); err != nil {
		return err
	}
	if err := s.allow(ctx, mailByAccount(), email); err != nil {
		return err
	}
	defer s.even(ctx, start)
	u, err := s.cfg.Store.UserByEmail(ctx, email)
	if is(err, custard.CodeNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := do(u); err != nil {
		// An error would tell that there is an account.
		s.log.ErrorContext(ctx, "cannot send a mail about an account", "user", u.ID, "error", custard.Detail(err))
	}
	return nil
}

// VerifyEmail consumes a verification token: the user may sign in from now on. CodeNotFound for a token that is unknown,
// used or expired.
func (s *Service) VerifyEmail(ctx context.Context, token string, from Caller) error {
	t, err := s.take(ctx, PurposeVerify, prefixVerify, token)
	if err != nil {
		return err
	}
	if err := s.cfg.Store.SetVerified(ctx, t.User, s.cfg.Now()); err != nil {
		return err
	}
	return s.auditEverywhere(ctx, t.User, from, ActVerify)
}

// ResetPassword consumes a reset token and sets a password. It ends every login of the user; its API keys stay. Who reads
// the address's mail is its owner, so the address counts as verified.
func (s *Service) ResetPassword(ctx context.Context, token, password string, from Caller) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	if _, ok := hashOfKind(prefixReset, token); !ok {
		return badLink(nil)
	}
	if err := s.allow(ctx, resetByAddress(), from.Address); err != nil {
		return err
	}
	phc, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	t, err := s.take(ctx, PurposeReset, prefixReset, token)
	if err != nil {
		return err
	}
	u, err := s.cfg.Store.User(ctx, t.User)
	if err != nil {
		return err
	}
	// Before and after: where the first fails nothing has changed, and the second ends what began in between.
	if err := s.endSessions(ctx, u.ID); err != nil {
		return err
	}
	if err := s.cfg.Store.SetPassword(ctx, u.ID, phc); err != nil {
		return err
	}
	if err := s.endSessions(ctx, u.ID); err != nil {
		return err
	}
	if u.Verified.IsZero() {
		if err := s.cfg.Store.SetVerified(ctx, u.ID, s.cfg.Now()); err != nil {
			return err
		}
	}
	if err := s.auditEverywhere(ctx, u.ID, from, ActReset); err != nil {
		return err
	}
	return s.cfg.Mail.Send(ctx, MailPassword, u.Email, map[string]string{"name": u.Name, "link": s.link("/reset", "")})
}

func (s *Service) endSessions(ctx context.Context, user string) error {
	err := s.cfg.Store.EndSessions(ctx, user)
	s.principals.forget(func(p Principal) bool { return p.User == user })
	return err
}

func (s *Service) take(ctx context.Context, purpose Purpose, prefix, token string) (OneTime, error) {
	hash, ok := hashOfKind(prefix, token)
	if !ok {
		return OneTime{}, badLink(nil)
	}
	t, err := s.cfg.Store.TakeOneTime(ctx, purpose, hash, s.cfg.Now())
	if is(err, custard.CodeNotFound) {
		return OneTime{}, badLink(err)
	}
	return t, err
}

// badLink is the answer to a mailed token that is unknown, used or expired.
func badLink(cause error) *custard.Error {
	e := custard.Errorf(custard.CodeNotFound, "this link is no good any more: it was used, or it expired").
		WithHint("Ask for a new mail and use the newest one.")
	e.Cause = cause
	return e
}

// cleanEmail returns an address as it is kept: in lower case, without a name.
func cleanEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	const longest = 254
	bad := custard.Errorf(custard.CodeUsage, "this is no e-mail address").WithHint("It looks like name@example.com.")
	if len(s) > longest || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) }) {
		return "", bad
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" {
		return "", bad
	}
	return strings.ToLower(s), nil
}

// cleanName returns a name of a person, an organisation or a key as it is kept. It goes into mails and terminals, so it has
// no control characters and nothing that turns the text's direction.
func cleanName(what, s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	const longest = 100
	switch {
	case s == "":
		return "", custard.Errorf(custard.CodeUsage, "the %s is missing", what)
	case utf8.RuneCountInString(s) > longest:
		return "", custard.Errorf(custard.CodeUsage, "the %s is too long", what).WithHint("Use at most %d characters.", longest)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", custard.Errorf(custard.CodeUsage, "the %s has characters that cannot be shown", what)
	}
	return s, nil
}
