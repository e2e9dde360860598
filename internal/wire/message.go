package wire

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Version is the protocol's version that this package speaks.
const Version = 1

// Kind names a control frame.
type Kind string

// The control frames; the package comment says who sends which when.
const (
	KindHello   Kind = "hello"
	KindWelcome Kind = "welcome"
	KindRefuse  Kind = "refuse"

	KindSchema  Kind = "schema" // request: GetSchema; reply: Schema
	KindValues  Kind = "values" // request: FindValues; reply: Values
	KindExplain Kind = "explain"
	KindQuery   Kind = "query"
	KindCredit  Kind = "credit"
	KindCancel  Kind = "cancel"

	KindAck   Kind = "ack"
	KindPlan  Kind = "plan"
	KindError Kind = "error"
	KindDrain Kind = "drain"
)

// Reply returns the control frame that answers a request; none answers a query.
func (k Kind) Reply() Kind {
	switch k {
	case KindSchema, KindValues:
		return k
	case KindExplain:
		return KindPlan
	}
	return ""
}

// CapZstd is the capability to compress binary frames with zstd.
const CapZstd = "zstd"

// AckAfter is how long after its receipt a request may go without a reply before it is acknowledged.
const AckAfter = 50 * time.Millisecond

// Message is a control frame. Kind says which of the other fields is set; [Decode] sees to it that it is.
type Message struct {
	Kind Kind   `json:"kind"`
	ID   uint64 `json:"id,omitempty"` // of the request; 0 for hello, welcome, refuse and drain

	Hello   *Hello   `json:"hello,omitempty"`
	Welcome *Welcome `json:"welcome,omitempty"`
	Error   *Error   `json:"error,omitempty"` // error, refuse

	GetSchema  *GetSchema  `json:"get_schema,omitempty"`
	FindValues *FindValues `json:"find_values,omitempty"`
	Statement  *Statement  `json:"statement,omitempty"` // explain, query
	Credit     int64       `json:"credit,omitempty"`    // query, credit: bytes granted, see [Cost]

	Schema *Schema              `json:"schema,omitempty"`
	Values []custard.ValueMatch `json:"values,omitempty"` // may be empty
	Plan   *custard.Plan        `json:"plan,omitempty"`
}

// Hello is how an agent introduces itself.
type Hello struct {
	Versions     []int           `json:"versions"`    // of the protocol, that the agent speaks
	Instance     string          `json:"instance"`    // random, made at the agent's start: a new connection of the same instance replaces the old one, other instances are replicas
	Agent        string          `json:"agent"`       // the program's version
	Connector    string          `json:"connector"`   // which connector serves
	Dialect      custard.Dialect `json:"dialect"`     // what the database speaks
	Fingerprint  string          `json:"fingerprint"` // of the schema, where it is known already
	Capabilities []string        `json:"capabilities,omitempty"`
	// Check says that this is an agent's self-test: the hub answers as it would to the agent, but neither counts it as one
	// nor sends it requests, nor takes it for a newer connection of anything. It closes by itself.
	Check bool `json:"check,omitempty"`
}

// Welcome is the hub's answer to a hello that it takes.
type Welcome struct {
	Version      int      `json:"version"`
	HeartbeatMS  int64    `json:"heartbeat_ms"` // between two pings of the hub
	Limits       Limits   `json:"limits"`
	Capabilities []string `json:"capabilities,omitempty"` // that both have
}

// Heartbeat returns the interval between two pings.
func (w *Welcome) Heartbeat() time.Duration { return time.Duration(w.HeartbeatMS) * time.Millisecond }

// Has says whether both sides have a capability.
func (w *Welcome) Has(capability string) bool {
	return slices.Contains(w.Capabilities, capability)
}

// Limits are what the hub takes from an agent. All sizes are bytes.
type Limits struct {
	Requests int   `json:"requests"` // open at once; the hub never sends more
	Control  int64 `json:"control"`  // of a control frame other than a schema
	Schema   int64 `json:"schema"`   // of a control frame with a schema
	Frame    int64 `json:"frame"`    // of a binary frame, before and after compression
}

// GetSchema asks for the schema.
type GetSchema struct {
	Refresh bool   `json:"refresh,omitempty"` // ask the database even where a cached schema is fresh
	Have    string `json:"have,omitempty"`    // the fingerprint that the hub has: the same is answered with Unchanged
}

// Schema is the reply to GetSchema: one of both fields is set.
type Schema struct {
	Unchanged bool            `json:"unchanged,omitempty"`
	Schema    *custard.Schema `json:"schema,omitempty"`
}

// FindValues asks which values of the database a text mentions.
type FindValues struct {
	Text  string `json:"text"`
	Limit int    `json:"limit,omitempty"`
}

// Request returns the domain's form.
func (f *FindValues) Request() custard.ValuesRequest {
	return custard.ValuesRequest{Text: f.Text, Limit: max(f.Limit, 0)}
}

// Statement is a statement with its limits. Zero means no limit of the asker's.
type Statement struct {
	SQL       string `json:"sql"`
	Rows      int64  `json:"rows,omitempty"`
	Bytes     int64  `json:"bytes,omitempty"`
	Cell      int64  `json:"cell,omitempty"`
	TimeoutMS int64  `json:"timeout_ms,omitempty"`
}

// StatementOf returns the wire's form of a statement. A timeout below a millisecond becomes one.
func StatementOf(s custard.Statement) *Statement {
	ms := s.Limits.Timeout.Milliseconds()
	if ms == 0 && s.Limits.Timeout > 0 {
		ms = 1
	}
	return &Statement{SQL: s.SQL, Rows: s.Limits.Rows, Bytes: s.Limits.Bytes, Cell: s.Limits.Cell, TimeoutMS: ms}
}

// Statement returns the domain's form. Negative limits become none; a timeout past a day becomes a day.
func (s *Statement) Statement() custard.Statement {
	const day = int64(24 * time.Hour / time.Millisecond)
	return custard.Statement{SQL: s.SQL, Limits: custard.Limits{
		Rows:    max(s.Rows, 0),
		Bytes:   max(s.Bytes, 0),
		Cell:    max(s.Cell, 0),
		Timeout: time.Duration(min(max(s.TimeoutMS, 0), day)) * time.Millisecond,
	}}
}

// Decode reads a control frame. What its kind needs is there afterwards; a frame that lacks it is CodeUsage.
// An unknown kind is no error: whoever receives it ignores it.
func Decode(data []byte) (*Message, error) {
	m := new(Message)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, &custard.Error{Code: custard.CodeUsage, Message: "a control frame is not JSON of the protocol", Cause: err}
	}
	if !m.complete() {
		return nil, custard.Errorf(custard.CodeUsage, "a control frame lacks what its kind needs")
	}
	if m.Error != nil {
		m.Error.clip()
	}
	return m, nil
}

func (m *Message) complete() bool {
	if m.Schema != nil && m.Schema.Schema != nil && !whole(m.Schema.Schema) {
		return false // whatever the kind
	}
	switch m.Kind {
	case "":
		return false
	case KindHello:
		return m.Hello != nil
	case KindWelcome:
		return m.Welcome != nil
	case KindRefuse:
		return m.Error != nil
	case KindDrain:
		return true
	case KindSchema:
		return m.ID > 0 && (m.GetSchema != nil || m.Schema != nil && (m.Schema.Unchanged || m.Schema.Schema != nil))
	case KindValues:
		return m.ID > 0
	case KindExplain, KindQuery:
		return m.ID > 0 && m.Statement != nil && m.Credit >= 0
	case KindCredit:
		return m.ID > 0 && m.Credit > 0
	case KindPlan:
		return m.ID > 0 && m.Plan != nil
	case KindError:
		return m.ID > 0 && m.Error != nil
	case KindCancel, KindAck:
		return m.ID > 0
	}
	return true
}
