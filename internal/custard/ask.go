package custard

import (
	"cmp"
	"context"
	"iter"
	"time"
)

// Asker answers questions: server/ask in this process, internal/client across the network.
type Asker interface {
	// Ask answers one question as a stream of events. The stream ends after EventDone, or with an error of type
	// *Error. Leaving the loop or cancelling ctx cancels the statement at the database. A clarification ends the
	// stream with CodeAmbiguous after its EventClarify.
	Ask(ctx context.Context, req Request) iter.Seq2[Event, error]
}

// Request is a question, or a statement (SQL), about one connection.
type Request struct {
	Question     string
	SQL          string // where not empty, Question is only a label
	Connection   string // name or id; for the answer and the history
	Engine       string // builtin, or provider/model; empty for the default
	Conversation string // continue this one; empty for a new one
	DryRun       bool   // stop before running
	Limits       Limits // Rows 0 means no limit
	Chart        ChartMode
	Candidates   int       // queries that a model writes and that are compared by their results; 0 and 1 for one
	Now          time.Time // what 'today' means; the zero time for the clock
}

// ChartMode is what the asker wants of charts: auto, none, bar, line, hist.
type ChartMode string

// The modes; the kinds of a drawn chart are the same without auto and none.
const (
	ChartAuto ChartMode = "auto"
	ChartNone ChartMode = "none"
	ChartBar  ChartMode = "bar"
	ChartLine ChartMode = "line"
	ChartHist ChartMode = "hist"
)

// EventKind names an event.
type EventKind string

// The events, in the order in which they come; rows may come many times, status at any time before them.
const (
	EventStatus  EventKind = "status"
	EventQuery   EventKind = "query"
	EventColumns EventKind = "columns"
	EventRows    EventKind = "rows"
	EventAnswer  EventKind = "answer"
	EventChart   EventKind = "chart"
	EventClarify EventKind = "clarify"
	EventDone    EventKind = "done"
)

// Event is one step of an answer. Kind says which of the other fields is set.
type Event struct {
	Kind    EventKind
	Status  string   // status: what is being done, for people: 'reading the schema'
	Query   *Query   // query
	Fields  []Field  // columns
	Rows    *Batch   // rows: valid until the next event
	Answer  string   // answer: a sentence computed from the rows
	Chart   *Chart   // chart
	Clarify *Clarify // clarify
	Done    *Done    // done
}

// Query is what will run, and how it came about.
type Query struct {
	SQL         string   `json:"query"` // on one line, as the database gets it but for the row limit
	Pretty      string   `json:"-"`     // the same, laid out for people
	Dialect     Dialect  `json:"dialect"`
	Engine      string   `json:"engine"`
	Assumptions []string `json:"assumptions"`
	Warnings    []string `json:"warnings"`
	Confidence  float64  `json:"confidence"` // 0 to 1; 1 for a statement that the asker wrote
}

// Chart is a drawing of a result: one column across, others up. Hist has no X.
type Chart struct {
	Kind ChartMode `json:"kind"`
	X    string    `json:"x,omitempty"`
	Y    []string  `json:"y"`
}

// Clarify is a question back.
type Clarify struct {
	Question string   `json:"question"`
	Choices  []string `json:"choices"` // each a whole question that can be asked instead
}

// Done closes an answer.
type Done struct {
	Rows           int64              `json:"row_count"`
	Truncated      bool               `json:"truncated"`
	ConversationID string             `json:"conversation_id"`
	TimingsMS      map[string]float64 `json:"timings_ms"` // translate, check, run, total; milliseconds
	Usage          *Usage             `json:"usage,omitempty"`
}

// Usage is what the language models took that an answer needed, repairs and candidates included.
type Usage struct {
	Calls  int     `json:"calls"`
	Input  int     `json:"input_tokens"`
	Output int     `json:"output_tokens"`
	Cached int     `json:"cached_tokens,omitempty"` // of Input, read from the provider's cache
	USD    float64 `json:"usd,omitempty"`           // 0 where the model's price is not known
}

// Add returns the sum of two usages; either may be nil.
func (u *Usage) Add(v *Usage) *Usage {
	if u == nil || v == nil {
		return cmp.Or(u, v)
	}
	return &Usage{
		Calls: u.Calls + v.Calls, Input: u.Input + v.Input, Output: u.Output + v.Output,
		Cached: u.Cached + v.Cached, USD: u.USD + v.USD,
	}
}
