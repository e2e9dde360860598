package custard

import (
	"context"
	"iter"
	"time"
)

// Source is one database: agent/executor beside it, or the hub that reaches an executor through an agent's socket.
// Whatever a Source is given, it parses, checks and prints again before the database sees it.
// All methods are safe for concurrent use.
type Source interface {
	// Schema returns what the database holds. refresh asks the database even where a cached schema is fresh.
	Schema(ctx context.Context, refresh bool) (*Schema, error)
	// Values finds words of a question among the database's values.
	Values(ctx context.Context, req ValuesRequest) ([]ValueMatch, error)
	// Explain returns the database's plan for a statement, without running it.
	Explain(ctx context.Context, stmt Statement) (*Plan, error)
	// Query runs a statement. The result must be read to its end or closed; either way the statement has then
	// ended at the database. Cancelling ctx cancels the statement at the database.
	Query(ctx context.Context, stmt Statement) (*Result, error)
	// Close ends what runs and frees the connections.
	Close() error
}

// Statement is a read-only statement and the limits that hold for it.
type Statement struct {
	SQL    string
	Limits Limits
}

// Limits bound a statement. Zero means no limit of the asker's; a Source's own limits always hold too, the smaller wins.
type Limits struct {
	Rows    int64         // rows at the most; the result says whether there were more
	Bytes   int64         // bytes of text values in all; passing it is CodeLimit
	Cell    int64         // bytes of one value; passing it is CodeLimit
	Timeout time.Duration // of the statement at the database; passing it is CodeTimeout
}

// Result is a running statement's columns and rows.
type Result struct {
	Fields []Field
	// Batches yields the rows, block by block; an error ends it. It can be ranged over once. Leaving the loop early
	// cancels the statement and frees what it held.
	Batches iter.Seq2[*Batch, error]
	// Truncated says, after the last batch, whether the row limit cut the result.
	Truncated func() bool
	// Last says, while a batch is in hand, that no batch and no error follow it, so that whoever passes rows on can say
	// so with it; false, or a nil Last, says nothing. Truncated is right as soon as Last is true.
	Last func() bool
}

// Plan is what the database expects a statement to cost.
type Plan struct {
	Cost float64 `json:"cost"` // in the database's own unit; 0 where it does not say
	Rows float64 `json:"rows"` // rows in the result, estimated; 0 where it does not say
	Text string  `json:"text"` // the plan as the database prints it
}

// ValuesRequest asks which values of the database a text mentions.
type ValuesRequest struct {
	Text  string // a question
	Limit int    // matches at the most; 0 means 200
}

// ValueMatch says that a span of the text is a value of a column.
type ValueMatch struct {
	Schema string  `json:"schema,omitempty"`
	Table  string  `json:"table"`
	Column string  `json:"column"`
	Value  string  `json:"value"` // as it stands in the database
	Start  int     `json:"start"` // byte offsets of the span in the text
	End    int     `json:"end"`
	Score  float64 `json:"score"` // 1 for the same text, less for stems, part of a cell, one letter off
}
