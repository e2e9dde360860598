package auth

import (
	"context"

	"github.com/custard-ai/custard/internal/custard"
)

// RoleInfo describes a role for people.
type RoleInfo struct {
	Name        Role     `json:"name"`
	Description string   `json:"description"`
	May         []string `json:"may"`
}

// Roles describes the roles, the mightiest first.
func Roles() []RoleInfo {
	viewer := []string{"see connections and their schemas", "see the organisation and its members", "see its own history"}
	member := append([]string{"ask questions and run statements", "refresh schemas and test connections", "make API keys for itself with the scopes ask and read"}, viewer...)
	admin := append([]string{"add, change and remove connections", "rotate agents' tokens", "invite and remove members and change roles, up to admin", "make and revoke every API key", "rename the organisation", "read the audit log"}, member...)
	owner := append([]string{"make and unmake owners"}, admin...)
	return []RoleInfo{
		{RoleOwner, "Everything.", owner},
		{RoleAdmin, "Runs the organisation; cannot touch owners.", admin},
		{RoleMember, "Asks.", member},
		{RoleViewer, "Looks on.", viewer},
	}
}

// Overview is an organisation in figures.
type Overview struct {
	Org         Organisation
	Members     int
	Connections int
}

// Overview returns the organisation of a principal.
func (s *Service) Overview(ctx context.Context, p Principal) (Overview, error) {
	if err := p.Allows(RoleViewer, ScopeRead); err != nil {
		return Overview{}, err
	}
	o, err := s.cfg.Store.Organisation(ctx, p.Org)
	if err != nil {
		return Overview{}, err
	}
	members, connections, err := s.cfg.Store.Counts(ctx, p.Org)
	return Overview{o, members, connections}, err
}

// RenameOrganisation renames the organisation of a principal.
func (s *Service) RenameOrganisation(ctx context.Context, p Principal, name string, from Caller) error {
	if err := p.Allows(RoleAdmin, ScopeManage); err != nil {
		return err
	}
	name, err := cleanName("name", name)
	if err != nil {
		return err
	}
	if err := s.cfg.Store.RenameOrganisation(ctx, p.Org, name); err != nil {
		return err
	}
	return s.Audit(ctx, p, from, ActOrgRename, p.Org, map[string]string{"name": name})
}

// Members lists the members of a principal's organisation.
func (s *Service) Members(ctx context.Context, p Principal, before string, limit int) ([]Member, error) {
	if err := p.Allows(RoleViewer, ScopeRead); err != nil {
		return nil, err
	}
	return s.cfg.Store.Members(ctx, p.Org, before, limit)
}

// SetRole changes the role of a member. Nobody makes or changes a role above his own; the last owner stays one.
func (s *Service) SetRole(ctx context.Context, p Principal, user string, role Role, from Caller) (Member, error) {
	if err := p.Allows(RoleAdmin, ScopeManage); err != nil {
		return Member{}, err
	}
	if role.Rank() == 0 {
		return Member{}, noSuchRole()
	}
	m, err := s.cfg.Store.Member(ctx, p.Org, user)
	if err != nil {
		return Member{}, noSuchMember(err)
	}
	if err := within(p, m.Role, role); err != nil {
		return Member{}, err
	}
	if err := s.cfg.Store.SetRole(ctx, p.Org, user, role); err != nil {
		return Member{}, noSuchMember(err)
	}
	s.forgetMember(p.Org, user)
	was := m.Role
	m.Role = role
	return m, s.Audit(ctx, p, from, ActRole, user, map[string]string{"role": string(role), "was": string(was)})
}

// RemoveMember removes a member with its logins and API keys of this organisation, at once. Nobody removes who is above
// him; the last owner stays.
func (s *Service) RemoveMember(ctx context.Context, p Principal, user string, from Caller) error {
	if err := p.Allows(RoleAdmin, ScopeManage); err != nil {
		return err
	}
	m, err := s.cfg.Store.Member(ctx, p.Org, user)
	if err != nil {
		return noSuchMember(err)
	}
	if err := within(p, m.Role); err != nil {
		return err
	}
	if err := s.cfg.Store.RemoveMember(ctx, p.Org, user); err != nil {
		return noSuchMember(err)
	}
	s.forgetMember(p.Org, user)
	return s.Audit(ctx, p, from, ActMemberRemove, user, map[string]string{"was": string(m.Role)})
}

func (s *Service) forgetMember(org, user string) {
	s.principals.forget(func(p Principal) bool { return p.Org == org && p.User == user })
}

// within refuses what touches a role above a principal's own.
func within(p Principal, roles ...Role) error {
	for _, r := range roles {
		if r.Rank() > p.Role.Rank() {
			return custard.Errorf(custard.CodeForbidden, "the role %s is above yours, which is %s", r, p.Role).
				WithHint("Ask an owner of the organisation.")
		}
	}
	return nil
}

func noSuchRole() error {
	return custard.Errorf(custard.CodeUsage, "there is no such role").WithHint("Roles are owner, admin, member and viewer.")
}

func noSuchMember(err error) error {
	if is(err, custard.CodeNotFound) {
		e := custard.Errorf(custard.CodeNotFound, "there is no such member")
		e.Cause = err
		return e.WithHint("`custard org members` lists them.")
	}
	return err
}
