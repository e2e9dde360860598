package auth

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Invite invites an address into the organisation of a principal, with a role up to its own. The token travels in the mail
// alone.
func (s *Service) Invite(ctx context.Context, p Principal, email string, role Role, from Caller) (Invitation, error) {
	if err := p.Allows(RoleAdmin, ScopeManage); err != nil {
		return Invitation{}, err
	}
	email, err := cleanEmail(email)
	if err != nil {
		return Invitation{}, err
	}
	if role.Rank() == 0 {
		return Invitation{}, noSuchRole()
	}
	if err := within(p, role); err != nil {
		return Invitation{}, err
	}
	if err := s.allow(ctx, inviteByOrg(), p.Org); err != nil {
		return Invitation{}, err
	}
	o, err := s.cfg.Store.Organisation(ctx, p.Org)
	if err != nil {
		return Invitation{}, err
	}
	inviter, err := s.cfg.Store.User(ctx, p.User)
	if err != nil {
		return Invitation{}, err
	}
	now := s.cfg.Now()
	token, hash := newSecret(prefixInvite)
	i := Invitation{ID: custard.NewID(now), Email: email, Role: role, By: p.User, Hash: hash, Created: now, Expires: now.Add(invitationLife)}
	if err := s.cfg.Store.AddInvitation(ctx, p.Org, i); err != nil {
		return Invitation{}, err
	}
	if err := s.cfg.Mail.Send(ctx, MailInvite, email, map[string]string{
		"link": s.link("/invite", token), "expires": "7 days", "by": inviter.Name, "organisation": o.Name, "role": string(role),
	}); err != nil {
		return Invitation{}, err
	}
	return i, s.Audit(ctx, p, from, ActInvite, i.ID, map[string]string{"role": string(role)})
}

// Invitations lists the open invitations of a principal's organisation.
func (s *Service) Invitations(ctx context.Context, p Principal, before string, limit int) ([]Invitation, error) {
	if err := p.Allows(RoleAdmin, ScopeManage); err != nil {
		return nil, err
	}
	return s.cfg.Store.Invitations(ctx, p.Org, before, limit)
}

// RemoveInvitation takes an invitation back.
func (s *Service) RemoveInvitation(ctx context.Context, p Principal, id string, from Caller) error {
	if err := p.Allows(RoleAdmin, ScopeManage); err != nil {
		return err
	}
	if err := s.cfg.Store.RemoveInvitation(ctx, p.Org, id); err != nil {
		return err
	}
	return s.Audit(ctx, p, from, ActInviteRemove, id, nil)
}

// Invited is what the page of an invitation shows to who has its token.
type Invited struct {
	Organisation string
	Email        string
	Role         Role
	Known        bool // the address has an account: its password is asked for, else a new one
}

// Invited returns what a token invites to. CodeNotFound for one that is unknown, used, taken back or expired.
func (s *Service) Invited(ctx context.Context, token string) (Invited, error) {
	o, i, _, err := s.invitation(ctx, token)
	if err != nil {
		return Invited{}, err
	}
	_, err = s.cfg.Store.UserByEmail(ctx, i.Email)
	if err != nil && !is(err, custard.CodeNotFound) {
		return Invited{}, err
	}
	return Invited{Organisation: o.Name, Email: i.Email, Role: i.Role, Known: err == nil}, nil
}

// Accept is how an invitation is accepted.
type Accept struct {
	Token    string
	Name     string    // of a new user
	Password string    // of a new user, or of the one whom the address belongs to
	By       Principal // who is signed in already; the zero value for nobody
}

// AcceptInvitation makes the invited person a member and begins a session in the organisation. Who has an account already
// is signed in with it or gives its password; who has none gets one with the name and password given, verified, since the
// token came by mail.
func (s *Service) AcceptInvitation(ctx context.Context, a Accept, from Caller) (Session, error) {
	u, m, err := s.accept(ctx, a, from)
	if err != nil {
		return Session{}, err
	}
	return s.begin(ctx, u, m)
}

// AcceptInvitationWeb is AcceptInvitation for the dashboard: it returns the value of a cookie.
func (s *Service) AcceptInvitationWeb(ctx context.Context, a Accept, from Caller) (cookie string, err error) {
	u, m, err := s.accept(ctx, a, from)
	if err != nil {
		return "", err
	}
	cookie, _, err = s.beginWeb(ctx, u, m)
	return cookie, err
}

func (s *Service) accept(ctx context.Context, a Accept, from Caller) (User, Membership, error) {
	start := time.Now()
	_, i, hash, err := s.invitation(ctx, a.Token)
	if err != nil {
		return User{}, Membership{}, err
	}
	for _, l := range []limit{loginByAddress(), loginByPair()} {
		if err := s.allow(ctx, l, i.Email+" "+from.Address); err != nil {
			return User{}, Membership{}, err
		}
	}
	u, err := s.cfg.Store.UserByEmail(ctx, i.Email)
	switch {
	case is(err, custard.CodeNotFound):
		return s.acceptNew(ctx, a, i, hash, from)
	case err != nil:
		return User{}, Membership{}, err
	case a.By.User != "" && a.By.Key == "":
		if a.By.User != u.ID {
			return User{}, Membership{}, custard.Errorf(custard.CodeForbidden, "this invitation is for somebody else").
				WithHint("Sign out, and sign in as %s.", i.Email)
		}
	default:
		ok, _, err := s.passwords.verify(ctx, u.PasswordHash, a.Password)
		if err != nil {
			return User{}, Membership{}, err
		}
		if !ok {
			defer s.even(ctx, start)
			if err := s.auditEverywhere(ctx, u.ID, from, ActLoginFail); err != nil {
				return User{}, Membership{}, err
			}
			return User{}, Membership{}, wrongLogin()
		}
	}
	now := s.cfg.Now()
	if u.Verified.IsZero() {
		// The password may be of somebody who signed up with an address that is not his: reading its mail does not make
		// that password good. A reset does, and verifies too.
		return User{}, Membership{}, custard.Errorf(custard.CodeForbidden, "the e-mail address is not verified yet").
			WithHint("Follow the link in the mail that was sent when you signed up, or set a new password with 'forgot password'.")
	}
	o, role, err := s.cfg.Store.TakeInvitation(ctx, hash, u.ID, now)
	if err != nil {
		return User{}, Membership{}, takenInvitation(err)
	}
	return s.joined(ctx, u, Membership{Org: o, Role: role}, i, from)
}

func (s *Service) acceptNew(ctx context.Context, a Accept, i Invitation, hash []byte, from Caller) (User, Membership, error) {
	name, err := cleanName("name", a.Name)
	if err != nil {
		return User{}, Membership{}, err
	}
	if err := checkPassword(a.Password); err != nil {
		return User{}, Membership{}, err
	}
	phc, err := s.passwords.hash(ctx, a.Password)
	if err != nil {
		return User{}, Membership{}, err
	}
	now := s.cfg.Now()
	u := User{ID: custard.NewID(now), Email: i.Email, Name: name, PasswordHash: phc, Verified: now, Created: now}
	o, role, err := s.cfg.Store.SignupInvited(ctx, hash, u, now)
	if err != nil {
		return User{}, Membership{}, takenInvitation(err)
	}
	return s.joined(ctx, u, Membership{Org: o, Role: role}, i, from)
}

func (s *Service) joined(ctx context.Context, u User, m Membership, i Invitation, from Caller) (User, Membership, error) {
	s.forgetMember(m.Org.ID, u.ID)
	return u, m, s.Audit(ctx, Principal{Org: m.Org.ID, User: u.ID}, from, ActMemberJoin, u.ID,
		map[string]string{"role": string(m.Role), "invitation": i.ID})
}

func (s *Service) invitation(ctx context.Context, token string) (Organisation, Invitation, []byte, error) {
	hash, ok := hashOfKind(prefixInvite, token)
	if !ok {
		return Organisation{}, Invitation{}, nil, badInvitation(nil)
	}
	o, i, err := s.cfg.Store.InvitationByToken(ctx, hash, s.cfg.Now())
	if is(err, custard.CodeNotFound) {
		return o, i, nil, badInvitation(err)
	}
	if err != nil {
		return o, i, nil, err
	}
	// An invitation is worth what its maker may do now: who was removed or lowered has not left a door open.
	by, err := s.cfg.Store.Member(ctx, o.ID, i.By)
	if err != nil && !is(err, custard.CodeNotFound) {
		return o, i, nil, err
	}
	if by.Role.Rank() < max(i.Role.Rank(), RoleAdmin.Rank()) {
		return o, i, nil, badInvitation(nil)
	}
	return o, i, hash, nil
}

func takenInvitation(err error) error {
	if is(err, custard.CodeNotFound) {
		return badInvitation(err)
	}
	return err
}

func badInvitation(cause error) *custard.Error {
	e := custard.Errorf(custard.CodeNotFound, "this invitation is no good any more: it was used, taken back, or it expired").
		WithHint("Ask for a new one.")
	e.Cause = cause
	return e
}
