// Package catalog is what an organisation keeps on the server beside its accounts: connections with their schemas, the
// history of questions, conversations, and mail and idempotency records that outlive a request.
package catalog

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Connection is a database that an agent serves. Its credentials are with the agent; the server never has them.
type Connection struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"` // unique in the organisation, without regard to case
	Dialect      custard.Dialect `json:"dialect"`
	Description  string          `json:"description,omitempty"`
	Engine       string          `json:"engine,omitempty"`   // the default engine; empty for the server's
	ShareResults bool            `json:"share_results"`      // a language model may see rows
	MaxCost      float64         `json:"max_cost,omitempty"` // refuse plans that cost more; 0 for no limit
	MaxRows      int64           `json:"max_rows,omitempty"` // rows of one answer at the most; 0 for no limit
	Fingerprint  string          `json:"fingerprint,omitempty"`
	SchemaTime   time.Time       `json:"schema_time,omitzero"` // when the kept schema was found; zero for none
	Created      time.Time       `json:"created"`
	Updated      time.Time       `json:"updated"`
}

// Context is what an organisation has written about a connection's database, in the form of server/translate/notes.
type Context struct {
	Version int64
	Body    []byte    // JSON
	Updated time.Time // zero where nothing is written
	User    string    // who wrote this version
}

// Entry is one thing that was asked of a connection.
type Entry struct {
	custard.HistoryEntry
	ConnectionID string `json:"connection_id"`
	User         string `json:"user_id"`
	Key          string `json:"api_key_id,omitempty"`
	Feedback     int    `json:"feedback,omitempty"` // 1 right, -1 wrong, 0 not said
	Comment      string `json:"comment,omitempty"`
}

// Conversation is a run of questions that go on from each other.
type Conversation struct {
	ID         string    `json:"id"`
	Title      string    `json:"title"` // its first question
	Connection string    `json:"connection"`
	User       string    `json:"user_id"`
	Questions  int       `json:"questions"`
	Started    time.Time `json:"started"`
	Last       time.Time `json:"last"`
}

// Store keeps it. server/store implements it. The organisation's id comes after ctx in every call, and another
// organisation's id answers CodeNotFound like one that does not exist. Lists come newest first in pages: before is the id
// to go on from (empty for the first page), limit is at least 1.
type Store interface {
	AddConnection(ctx context.Context, org string, c Connection) error // CodeConflict where the name is taken
	Connections(ctx context.Context, org, before string, limit int) ([]Connection, error)
	// Connection finds one by id or by name.
	Connection(ctx context.Context, org, idOrName string) (Connection, error)
	UpdateConnection(ctx context.Context, org string, c Connection) error // by ID; name, description, engine and limits
	// RemoveConnection removes one with its schema and its agents' tokens; its history stays.
	RemoveConnection(ctx context.Context, org, id string) error

	// SetSchema keeps the schema of a connection (compressed), Schema returns it: CodeNotFound where none is kept.
	SetSchema(ctx context.Context, org, connection string, s *custard.Schema, at time.Time) error
	Schema(ctx context.Context, org, connection string) (*custard.Schema, error)

	// Context returns what the organisation has written about a connection: Version 0 and no Body where nothing is written.
	Context(ctx context.Context, org, connection string) (Context, error)
	// SetContext keeps c.Body in place of version c.Version and returns the new version; CodeConflict where another one is
	// kept by now. The connection counts as changed.
	SetContext(ctx context.Context, org, connection string, c Context) (version int64, err error)

	// AddHistory keeps entries with their traces, all or nothing, and adds what models took to the sums; ids are the caller's.
	AddHistory(ctx context.Context, entries ...OrgEntry) error
	// History lists a user's entries. Here and in every call below an empty user means everybody in the organisation.
	History(ctx context.Context, org, user, before string, limit int) ([]Entry, error)
	// ConnectionHistory lists those about one connection (its id).
	ConnectionHistory(ctx context.Context, org, user, connection, before string, limit int) ([]Entry, error)
	HistoryEntry(ctx context.Context, org, user, id string) (Entry, error)
	// HistoryTrace returns what an entry's question went through, which no other call returns; CodeNotFound where that was not
	// kept.
	HistoryTrace(ctx context.Context, org, user, id string) (*custard.Stage, error)
	RemoveHistory(ctx context.Context, org, user, id string) error
	ClearHistory(ctx context.Context, org, user string) error
	SetFeedback(ctx context.Context, org, user, id string, feedback int, comment string) error

	Conversations(ctx context.Context, org, user, before string, limit int) ([]Conversation, error)
	// Conversation returns its entries, oldest first, at most the last limit.
	Conversation(ctx context.Context, org, user, id string, limit int) ([]Entry, error)
	RemoveConversation(ctx context.Context, org, user, id string) error

	// Remember keeps the answer to an idempotent request under its key for a day; where the key is taken already it
	// returns what was kept. A record with Status 0 says that the first request is still running.
	Remember(ctx context.Context, org, key string, r Record) (kept Record, existed bool, err error)
	// Settle replaces the record of a key; Forget removes it (the request failed and may be tried again).
	Settle(ctx context.Context, org, key string, r Record) error
	Forget(ctx context.Context, org, key string) error
}

// OrgEntry is an entry and whose it is.
type OrgEntry struct {
	Org   string
	Entry Entry
}

// Record is the answer to an idempotent request. It holds no secret: what is shown once is not shown again.
type Record struct {
	Digest  []byte // SHA-256 of method, path and body: the same key with another request is CodeConflict
	Status  int    // HTTP status; 0 while the request runs
	Body    []byte
	Created time.Time
}
