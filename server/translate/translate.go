// Package translate is how a question becomes a query. It has two implementations: builtin, the offline engine, and
// model, which prompts a language model.
package translate

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// Translator turns a question about a schema into a query, into a question back, or says why it cannot be answered.
type Translator interface {
	// Name is the engine's name as answers give it: builtin, openai/gpt-….
	Name() string
	// Translate errors are *custard.Error: CodeUnanswerable with the reason for a question that the schema cannot
	// answer, CodeRefused for a request to change data, CodeUnreachable for a model that does not answer.
	Translate(ctx context.Context, req Request) (*Translation, error)
}

// Understander is a Translator that makes whole questions of follow-ups ('and by month?') before values are looked up.
type Understander interface {
	// Understand returns the question that req.Question stands for after req.History; itself where it is whole. values
	// looks up the values that a text mentions.
	Understand(ctx context.Context, req Request, values func(text string) ([]custard.ValueMatch, error)) (string, error)
}

// Valuer is a Translator that does not need the question's values looked up every time, which costs where their index is not
// in memory yet.
type Valuer interface {
	// WantsValues says whether req is answered better with Request.Values; it is asked before they are looked up.
	WantsValues(req Request) bool
}

// Request is a question and what is known about the database.
type Request struct {
	Question string
	Schema   *custard.Schema
	Values   []custard.ValueMatch // words of the question found among the database's values
	Dialect  custard.Dialect
	Now      time.Time // what 'today' means
	History  []Turn    // the conversation so far, oldest first
	Failed   *Failure  // the attempt before this one and why it did not work; nil at first

	Organisation string // who pays, and whose the database is; empty in one process
	Connection   string // which of its databases it is; likewise
	Share        Share

	Context    *Context // what the team has written about the database; nil for nothing
	Candidates int      // how many queries to compare, from an engine that can write several; 0 and 1 for one
	// Lookup finds the values that another text mentions; nil where there is no looking up.
	Lookup func(text string) ([]custard.ValueMatch, error)
}

// Share says what of a database's content may be told to a language model. The zero value tells nothing but the schema.
type Share struct {
	Values  bool // the values that words of the question itself are in full
	Results bool // what comes from rows: such values, and errors of the database as they are
}

// Turn is an earlier question of the conversation and the query that answered it.
type Turn struct {
	Question string
	SQL      string
}

// Failure is a query that did not parse, check, plan or run.
type Failure struct {
	SQL string
	Err *custard.Error
}

// Translation is a query, or (Clarify) a question back.
type Translation struct {
	Tree        *query.Query // from an engine that writes trees; then SQL is empty
	SQL         string       // from an engine that writes text
	Clarify     *custard.Clarify
	Assumptions []string // what was assumed, in plain words: "'last year' read as 2025-01-01 to 2025-12-31"
	Confidence  float64  // 0 to 1

	Engine   string   // who wrote it, where that is not the translator that was asked: a fallback
	Warnings []string // what the asker should know besides: that a model did not answer
	// Others are further queries for the same question, from an engine that was asked for several candidates: they are run
	// and compared, and the result that most of them have wins.
	Others []Translation
	Usage  *custard.Usage // what a model took, repairs apart; nil for an engine that uses none
}
