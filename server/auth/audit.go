package auth

import (
	"context"

	"github.com/custard-ai/custard/internal/custard"
)

// The actions of accounts in the audit log.
const (
	ActSignup       = "user.signup"
	ActVerify       = "user.verify"
	ActLogin        = "login.succeed"
	ActLoginFail    = "login.fail"
	ActLogout       = "login.end"
	ActReuse        = "login.reuse" // a refresh token was used twice: its login was ended
	ActForgot       = "password.forgot"
	ActReset        = "password.reset"
	ActDeviceAllow  = "device.approve"
	ActDeviceDeny   = "device.deny"
	ActOrgRename    = "org.rename"
	ActRole         = "member.role"
	ActMemberRemove = "member.remove"
	ActMemberJoin   = "member.join"
	ActInvite       = "invitation.create"
	ActInviteRemove = "invitation.remove"
	ActKeyCreate    = "api_key.create"
	ActKeyRevoke    = "api_key.revoke"
	ActAgentToken   = "agent_token.create"
	ActRefuse       = "access.refuse" // somebody tried what he may not do
)

// Caller is where a request comes from, for limits and the audit log.
type Caller struct {
	Address string // without a port; empty where it is unknown
}

// Audit adds a row to an organisation's audit log. Detail holds no secret, no question and no cell.
func (s *Service) Audit(ctx context.Context, p Principal, from Caller, action, target string, detail map[string]string) error {
	now := s.cfg.Now()
	return s.cfg.Store.AddAudit(ctx, p.Org, Audit{
		ID: custard.NewID(now), Time: now, User: p.User, Key: p.Key,
		Action: action, Target: target, Address: from.Address, Detail: detail,
	})
}

// auditEverywhere adds a row about a user to the log of each organisation that it belongs to: a sign-in that failed belongs
// to no single one.
func (s *Service) auditEverywhere(ctx context.Context, user string, from Caller, action string) error {
	orgs, err := s.cfg.Store.Memberships(ctx, user)
	if err != nil {
		return err
	}
	for _, m := range orgs {
		if err := s.Audit(ctx, Principal{Org: m.Org.ID, User: user}, from, action, user, nil); err != nil {
			return err
		}
	}
	return nil
}

// AuditLog lists an organisation's audit log, newest first.
func (s *Service) AuditLog(ctx context.Context, p Principal, before string, limit int) ([]Audit, error) {
	if err := p.Allows(RoleAdmin, ScopeManage); err != nil {
		return nil, err
	}
	return s.cfg.Store.AuditLog(ctx, p.Org, before, limit)
}
