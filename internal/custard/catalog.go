package custard

import (
	"context"
	"time"
)

// Catalog keeps the connections and the history of one organisation: a file store for one person, internal/client
// or the server's store for a hosted one.
type Catalog interface {
	Connections(ctx context.Context) ([]Connection, error)
	// Connection returns one by name or id; CodeNotFound names the nearest.
	Connection(ctx context.Context, name string) (Connection, error)
	// AddConnection keeps a new one; CodeConflict where the name is taken.
	AddConnection(ctx context.Context, c Connection) (Connection, error)
	RemoveConnection(ctx context.Context, name string) error
	// UseConnection makes one the default, or none where the name is empty; Current returns its name, or "".
	UseConnection(ctx context.Context, name string) error
	Current(ctx context.Context) (string, error)

	// AddHistory keeps an answered or failed question and returns its id.
	AddHistory(ctx context.Context, e HistoryEntry) (string, error)
	// History returns the newest first; before is the id to page on from, empty for the newest.
	History(ctx context.Context, before string, limit int) ([]HistoryEntry, error)
	HistoryEntry(ctx context.Context, id string) (HistoryEntry, error)
	ClearHistory(ctx context.Context) error
}

// Connection is a database that questions can be asked about.
type Connection struct {
	ID      string    `json:"id,omitempty"`
	Name    string    `json:"name"`
	Dialect Dialect   `json:"dialect"`
	DSN     string    `json:"dsn,omitempty"` // of a local one; never printed with its password
	Hosted  bool      `json:"hosted,omitempty"`
	Created time.Time `json:"created"`
}

// Conversation is a run of questions that go on from each other.
type Conversation struct {
	ID         string    `json:"id"`
	Title      string    `json:"title"` // its first question
	Connection string    `json:"connection"`
	Questions  int       `json:"questions"`
	Started    time.Time `json:"started"`
	Last       time.Time `json:"last"`
}

// HistoryEntry is one thing that was asked.
type HistoryEntry struct {
	ID           string    `json:"id"`
	Time         time.Time `json:"time"`
	Question     string    `json:"question"`
	Connection   string    `json:"connection"`
	Engine       string    `json:"engine"`
	SQL          string    `json:"query"`
	Answer       string    `json:"answer,omitempty"`
	Rows         int64     `json:"row_count"`
	Millis       float64   `json:"total_ms"`
	Conversation string    `json:"conversation_id,omitempty"`
	Error        string    `json:"error,omitempty"` // its message; empty where it was answered
	Code         Code      `json:"code,omitempty"`
	Usage        *Usage    `json:"usage,omitempty"` // what language models took; nil for nothing
	Trace        *Stage    `json:"trace,omitempty"` // what it went through; nil where that is not kept
}
