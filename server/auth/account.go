package auth

import "time"

// User is a person. Users belong to organisations as members.
type User struct {
	ID           string    `json:"id"`
	Email        string    `json:"email"` // lower case
	Name         string    `json:"name"`
	PasswordHash string    `json:"-"`        // PHC string of argon2id
	Verified     time.Time `json:"verified"` // zero until the e-mail is verified
	Created      time.Time `json:"created"`
}

// Organisation owns connections, history and keys: it is the tenant.
type Organisation struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
}

// Member is a user in an organisation.
type Member struct {
	User   string    `json:"user_id"`
	Email  string    `json:"email"`
	Name   string    `json:"name"`
	Role   Role      `json:"role"`
	Joined time.Time `json:"joined"`
}

// Membership is an organisation of a user.
type Membership struct {
	Org  Organisation `json:"org"`
	Role Role         `json:"role"`
}

// Invitation asks somebody into an organisation. Its token is known to the mail alone.
type Invitation struct {
	ID      string    `json:"id"`
	Email   string    `json:"email"`
	Role    Role      `json:"role"`
	By      string    `json:"invited_by"` // the user's id
	Hash    []byte    `json:"-"`          // SHA-256 of the token
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// APIKey lets a script act for the user who made it. The key itself is shown once and kept as a hash.
type APIKey struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Prefix  string    `json:"prefix"` // the first characters, to recognise it by
	Scopes  []Scope   `json:"scopes"`
	User    string    `json:"created_by"`
	Hash    []byte    `json:"-"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"last_used"` // to the minute; zero for never
}

// AgentToken lets an agent serve one connection. Two may be valid while one replaces the other.
type AgentToken struct {
	ID         string
	Org        string
	Connection string
	Hash       []byte
	Created    time.Time
	Expires    time.Time // zero for never; set to the end of the overlap when it is rotated away
}

// Refresh is one refresh token of a session. Every use replaces it; using it again ends its family.
type Refresh struct {
	Hash    []byte
	Family  string // one login
	User    string
	Org     string
	Created time.Time
	Expires time.Time
}

// Purpose says what a one-time token is good for.
type Purpose string

// The purposes.
const (
	PurposeVerify Purpose = "verify" // the e-mail address of a new user
	PurposeReset  Purpose = "reset"  // a forgotten password
)

// OneTime is a token that a mail carries, good for one use.
type OneTime struct {
	Hash    []byte
	Purpose Purpose
	User    string
	Expires time.Time
}

// Device is a device login in progress (RFC 8628).
type Device struct {
	DeviceHash []byte    // SHA-256 of the device code
	UserCode   string    // what the person types: eight letters without a hyphen
	Client     string    // what asks, for the approval page: "custard on laptop"
	Interval   int       // seconds between polls, raised by polling too fast
	Polled     time.Time // the last poll
	User       string    // who approved it; empty until then
	Org        string
	Denied     bool
	Created    time.Time
	Expires    time.Time
}

// SigningKey signs access tokens. The newest signs; every one that is not removed verifies.
type SigningKey struct {
	ID      string // the token's kid
	Seed    []byte // Ed25519, 32 bytes
	Created time.Time
}

// Audit is one row of the audit log, which is only ever added to. It holds no secret, no question and no cell.
type Audit struct {
	ID      string            `json:"id"`
	Time    time.Time         `json:"time"`
	User    string            `json:"user_id,omitempty"`
	Key     string            `json:"api_key_id,omitempty"`
	Action  string            `json:"action"`           // connection.create, query.run, query.refuse, login.fail …
	Target  string            `json:"target,omitempty"` // the id of what was acted on
	Address string            `json:"address,omitempty"`
	Detail  map[string]string `json:"detail,omitempty"`
}
