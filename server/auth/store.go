package auth

import (
	"context"
	"time"
)

// Store keeps accounts. server/store implements it on SQLite and PostgreSQL.
//
// What belongs to an organisation takes its id as the argument after ctx, and answers CodeNotFound for the id of another
// organisation's thing exactly as for one that does not exist. CodeConflict says that a name or address is taken. Lists
// come newest first in pages: before is the id to go on from (empty for the first page), limit is at least 1.
// Every method that takes and consumes a token is atomic: of many at once, one wins.
type Store interface {
	UserStore
	OrganisationStore
	KeyStore
	SessionStore
	AuditStore
}

// UserStore keeps users, which belong to no single organisation.
type UserStore interface {
	// Signup keeps a user, the organisation that it owns and its verification token, all or nothing.
	// CodeConflict where the address is taken: nothing is changed then.
	Signup(ctx context.Context, u User, org Organisation, verify OneTime) error
	User(ctx context.Context, id string) (User, error)
	UserByEmail(ctx context.Context, email string) (User, error)
	SetPassword(ctx context.Context, user, hash string) error
	// AddOneTime keeps a token and removes the user's others of that purpose.
	AddOneTime(ctx context.Context, t OneTime) error
	// TakeOneTime consumes a token that is not expired at now: CodeNotFound where there is none.
	TakeOneTime(ctx context.Context, purpose Purpose, hash []byte, now time.Time) (OneTime, error)
	SetVerified(ctx context.Context, user string, at time.Time) error
	Memberships(ctx context.Context, user string) ([]Membership, error)
}

// OrganisationStore keeps organisations, members and invitations.
type OrganisationStore interface {
	Organisation(ctx context.Context, org string) (Organisation, error)
	RenameOrganisation(ctx context.Context, org, name string) error
	// Counts tells how many members and connections an organisation has.
	Counts(ctx context.Context, org string) (members, connections int, err error)
	Members(ctx context.Context, org, before string, limit int) ([]Member, error)
	Member(ctx context.Context, org, user string) (Member, error)
	// SetRole and RemoveMember refuse (CodeConflict) to take the last owner away, under concurrent use too.
	// RemoveMember ends the member's sessions and API keys of this organisation.
	SetRole(ctx context.Context, org, user string, role Role) error
	RemoveMember(ctx context.Context, org, user string) error

	AddInvitation(ctx context.Context, org string, i Invitation) error
	Invitations(ctx context.Context, org, before string, limit int) ([]Invitation, error)
	RemoveInvitation(ctx context.Context, org, id string) error
	// InvitationByToken returns an open invitation and its organisation; TakeInvitation consumes it and makes the user a
	// member with its role.
	InvitationByToken(ctx context.Context, hash []byte, now time.Time) (Organisation, Invitation, error)
	// CodeNotFound for one that is unknown, used or expired; CodeConflict where the user is a member already.
	TakeInvitation(ctx context.Context, hash []byte, user string, now time.Time) (Organisation, Role, error)
	// SignupInvited keeps a new user (CodeConflict where the address is taken) and consumes the invitation for it, all or
	// nothing.
	SignupInvited(ctx context.Context, hash []byte, u User, now time.Time) (Organisation, Role, error)
}

// KeyStore keeps API keys, agents' tokens and signing keys.
type KeyStore interface {
	AddAPIKey(ctx context.Context, org string, k APIKey) error
	// APIKeys lists the keys that a user made, or everybody's where user is empty.
	APIKeys(ctx context.Context, org, user, before string, limit int) ([]APIKey, error)
	APIKey(ctx context.Context, org, id string) (APIKey, error)
	RevokeAPIKey(ctx context.Context, org, id string) error
	// APIKeyPrincipal returns who a key acts for, its role looked up now; CodeUnauthenticated for one that is unknown or
	// revoked, or whose maker is no member any more.
	APIKeyPrincipal(ctx context.Context, hash []byte) (Principal, error)
	TouchAPIKey(ctx context.Context, org, id string, at time.Time) error

	// AddAgentToken keeps a new token of a connection; the older ones expire at overlapEnds. Never more than two are valid.
	AddAgentToken(ctx context.Context, org string, t AgentToken, overlapEnds time.Time) error
	// AgentTokenByHash returns a token that is valid at now; CodeUnauthenticated where there is none.
	AgentTokenByHash(ctx context.Context, hash []byte, now time.Time) (AgentToken, error)
	AgentTokens(ctx context.Context, org, connection string, now time.Time) ([]AgentToken, error)
	// AgentTokensExpired returns the tokens of all organisations whose life ended after one time and not after another.
	AgentTokensExpired(ctx context.Context, after, until time.Time) ([]AgentToken, error)

	// SigningKeys returns all keys, newest first; AddSigningKey adds one unless there is one already and onlyFirst is set.
	SigningKeys(ctx context.Context) ([]SigningKey, error)
	AddSigningKey(ctx context.Context, k SigningKey, onlyFirst bool) error
	RemoveSigningKey(ctx context.Context, id string) error
}

// SessionStore keeps logins and device logins.
type SessionStore interface {
	AddRefresh(ctx context.Context, r Refresh) error
	// RefreshByHash returns a token without using it: CodeUnauthenticated where it is unknown, used, ended or expired.
	RefreshByHash(ctx context.Context, hash []byte, now time.Time) (Refresh, error)
	// RotateRefresh replaces the token of a hash by next, whose Family, User and Org it fills in from the old one. A token
	// that was used before ends its family: CodeUnauthenticated, reused is true, and r says whose it was.
	RotateRefresh(ctx context.Context, hash []byte, next Refresh, now time.Time) (r Refresh, reused bool, err error)
	EndFamily(ctx context.Context, family string) error
	// EndSessions ends every login of a user, in all organisations.
	EndSessions(ctx context.Context, user string) error
	// FamilyAlive says whether a login is neither ended nor expired: access tokens of an ended one are refused at once.
	FamilyAlive(ctx context.Context, family string) (bool, error)

	AddDevice(ctx context.Context, d Device) error
	DeviceByUserCode(ctx context.Context, code string, now time.Time) (Device, error)
	// DecideDevice approves (user and org set) or denies a login once; CodeConflict where it was decided already.
	DecideDevice(ctx context.Context, code, user, org string, deny bool, now time.Time) error
	// PollDevice notes a poll (Polled becomes now) and returns the login as it was before the poll. One that is approved or
	// denied is consumed by the poll that sees it. A poll sooner than Interval after the last one raises Interval by 5.
	// CodeNotFound for one that is unknown, consumed or expired.
	PollDevice(ctx context.Context, deviceHash []byte, now time.Time) (Device, error)

	// RemoveExpired removes what expired before a time: one-time tokens, invitations, device logins, refresh tokens,
	// agents' tokens, and with them whatever else of the store time alone has ended. It returns how many rows went.
	RemoveExpired(ctx context.Context, before time.Time) (int64, error)
}

// AuditStore keeps the audit log.
type AuditStore interface {
	AddAudit(ctx context.Context, org string, a Audit) error
	// AddAudits adds rows of several organisations, all or nothing: questions are written down in groups.
	AddAudits(ctx context.Context, rows ...OrgAudit) error
	AuditLog(ctx context.Context, org, before string, limit int) ([]Audit, error)
}

// OrgAudit is a row of the audit log and whose it is.
type OrgAudit struct {
	Org   string
	Audit Audit
}

// Bucket is a token bucket that all replicas share: rate limits take from it in small leases.
type Bucket interface {
	// Take takes up to n tokens from the bucket of a key that refills at rate a second up to burst, and returns how many
	// it got and, where it got none, how long until there is one.
	Take(ctx context.Context, key string, n int, rate float64, burst int, now time.Time) (got int, wait time.Duration, err error)
}
