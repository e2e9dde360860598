// Package llm is how Custard talks to language models: one small streaming interface, the errors that say what may be
// tried again, and the layers that every provider wants (retries, circuit breaker, deadline, budget, cost, fallback).
// A provider is a folder (openai, anthropic); package all opens one by name.
package llm

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"
)

// Provider answers requests with one model of one service. It is safe for use by many at once.
type Provider interface {
	// Name is what the provider was opened with: openai/gpt-4.1, ollama/llama3.2.
	Name() string
	// Stream sends req and yields the model's text as it comes. A sequence that ends without an error has yielded
	// exactly one chunk with End, as its last. An error is a *custard.Error whose cause is a *Failure, and is the last
	// thing yielded; a refusal and a content filter are errors too, after the chunk with End, so that what they cost is
	// known. Leaving the loop early, and ctx, end the call. A sequence may be ranged over once.
	Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error]
}

// Request is what a model is asked. Nothing in it is changed by a provider.
type Request struct {
	System   string    // instructions; marked for the provider's prompt cache where it has one to be told about
	Messages []Message // the conversation, oldest first; the last is the user's
	// Schema asks for one JSON object of this form as the whole answer; nil asks for text. A provider makes it as binding
	// as its service allows; what comes back must be checked all the same (Response.Decode).
	Schema *Schema
	// MaxTokens bounds the answer; 0 takes DefaultMaxTokens.
	MaxTokens int
	// Temperature is left to the service where it is nil. A model that takes none is asked again without.
	Temperature *float64
	// Effort is how much a reasoning model should think: "", low, medium or high. Others are not told.
	Effort string
	// Organisation is who pays: the key of the ledger. Empty in one process. It is never sent to the provider.
	Organisation string
}

// DefaultMaxTokens is the bound of an answer where a request gives none: a long query with its assumptions takes a tenth.
const DefaultMaxTokens = 4096

// MaxText is the longest answer, in bytes; a longer one ends with KindTooLarge.
const MaxText = 1 << 20

// Checker is a Provider that can tell, without a question, whether its service takes the key and has the model.
type Checker interface {
	// Check errors are as Stream's.
	Check(ctx context.Context) error
}

// Addressed is a Provider that tells where its service is: two organisations may give one name to two services.
type Addressed interface {
	// Address returns the base URL, and whether somebody configured it in the place of the service's published one.
	Address() (base string, own bool)
}

// Role is who speaks in a message.
type Role string

// The roles. System instructions stand apart, in Request.System.
const (
	RoleUser      Role = "user"
	RoleAssistant Role = "assistant"
)

// Message is one turn of the conversation with the model.
type Message struct {
	Role Role
	Text string
	// Cache says that everything up to and including this message will be sent again soon (a schema that many questions
	// share), which a provider with an explicit prompt cache is told. At most three messages of a request should say so.
	Cache bool
}

// Schema is the form of an answer. JSON is a JSON Schema of an object within the subset that strict services take: every
// property required, additionalProperties false, optional values as ["string","null"].
type Schema struct {
	Name        string // letters, digits, _ and -
	Description string
	JSON        json.RawMessage
}

// Chunk is a piece of the answer: text, or (once, last) its end.
type Chunk struct {
	Text string
	End  *End
}

// End says how an answer ended and what it took.
type End struct {
	Finish   Finish
	Usage    Usage
	Model    string // as the service names it: gpt-4.1-2025-04-14
	Provider string // the Name of the provider that answered, which a chain makes worth telling
	Cost     Cost   // filled by WithCost; unknown otherwise
	Attempts []Attempt
}

// Attempt is a try that did not lead to the answer: an earlier one of the same provider, or an earlier provider of a chain.
type Attempt struct {
	Provider string
	Err      error // a *custard.Error
	Took     time.Duration
	Usage    Usage // what the service reported of it all the same
	Cost     Cost
}

// Total is what the answer took together with the attempts before it. What an attempt took that no service reported is not
// in it.
func (e End) Total() (Usage, Cost) {
	usage, cost := e.Usage, e.Cost
	for _, a := range e.Attempts {
		if a.Usage.Known {
			usage = usage.Add(a.Usage)
			cost = cost.Add(a.Cost)
		}
	}
	return usage, cost
}

// Finish is why a model stopped.
type Finish string

// The ways to finish. FinishLength is an answer cut at MaxTokens: its text is there, and a JSON object in it is not whole.
const (
	FinishStop    Finish = "stop"
	FinishLength  Finish = "length"
	FinishRefusal Finish = "refusal"
	FinishFilter  Finish = "filter"
)

// Usage counts tokens as the service reported them. Input holds Cached and Written.
type Usage struct {
	Input   int  `json:"input"`
	Output  int  `json:"output"`            // with what was thought
	Cached  int  `json:"cached,omitempty"`  // of Input, read from the prompt cache
	Written int  `json:"written,omitempty"` // of Input, written to the prompt cache
	Known   bool `json:"known"`             // false where the service reported none: the counts are then 0
}

// Add returns the sum of two usages, known where both are.
func (u Usage) Add(v Usage) Usage {
	return Usage{
		Input: u.Input + v.Input, Output: u.Output + v.Output, Cached: u.Cached + v.Cached, Written: u.Written + v.Written,
		Known: u.Known && v.Known,
	}
}

// Response is a whole answer.
type Response struct {
	Text string
	End
}

// Complete collects the answer to req. With an error it returns what is known all the same: the text so far and, where the
// service told, what it took; the response is never nil.
func Complete(ctx context.Context, p Provider, req *Request) (*Response, error) {
	var text strings.Builder
	res := &Response{}
	for chunk, err := range p.Stream(ctx, req) {
		if err != nil {
			res.Text = text.String()
			return res, err
		}
		text.WriteString(chunk.Text)
		if chunk.End != nil {
			res.End = *chunk.End
		}
	}
	res.Text = text.String()
	return res, nil
}
