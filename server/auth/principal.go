package auth

// Role is what a member may do in an organisation. Each may do what the ones after it may.
type Role string

// The roles, the mightiest first.
const (
	RoleOwner  Role = "owner"  // everything, other owners and the organisation itself included
	RoleAdmin  Role = "admin"  // members, invitations, API keys, connections, audit
	RoleMember Role = "member" // asks; sees connections and its own history
	RoleViewer Role = "viewer" // sees connections and history; asks nothing
)

// Rank orders roles: 4 for owner down to 1 for viewer; 0 for what is no role.
func (r Role) Rank() int {
	switch r {
	case RoleOwner:
		return 4
	case RoleAdmin:
		return 3
	case RoleMember:
		return 2
	case RoleViewer:
		return 1
	}
	return 0
}

// Scope is what an API key may be used for, within its maker's role.
type Scope string

// The scopes.
const (
	ScopeAsk    Scope = "ask"    // questions and statements
	ScopeRead   Scope = "read"   // connections, schemas, history
	ScopeManage Scope = "manage" // connections, members, keys
)

// Valid says whether s is one of the scopes above.
func (s Scope) Valid() bool { return s == ScopeAsk || s == ScopeRead || s == ScopeManage }

// Principal is who makes a request. It belongs to exactly one organisation.
type Principal struct {
	Org    string // the organisation's id
	User   string // the user's id; for an API key, of the user who made it
	Email  string
	Role   Role
	Key    string  // the API key's id; empty for a session
	Scopes []Scope // of the API key; nil for a session, which has all
	Family string  // the session's refresh family; empty for an API key
}
