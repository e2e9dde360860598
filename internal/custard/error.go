package custard

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Code says what kind of thing went wrong. It travels in bodies and frames and is mapped once at each edge:
// to an exit code in cmd/custard, to a status in the HTTP API.
type Code string

// The codes. A code is stable: scripts depend on it.
const (
	CodeInternal        Code = "internal"        // a fault of ours; the detail is in the log
	CodeFailed          Code = "failed"          // the database or a model answered with an error
	CodeUsage           Code = "usage"           // wrong flags, arguments or configuration
	CodeSyntax          Code = "syntax"          // the statement is not in the language that we understand
	CodeRefused         Code = "refused"         // the statement would not be read-only and bounded
	CodePolicy          Code = "policy"          // a policy of the connection forbids it
	CodeUnknownTable    Code = "unknown_table"   // a table that the schema does not have
	CodeUnknownColumn   Code = "unknown_column"  // a column that the schema does not have, or an ambiguous one
	CodeUnauthenticated Code = "unauthenticated" // not signed in
	CodeForbidden       Code = "forbidden"       // signed in, not allowed
	CodeNotFound        Code = "not_found"       // no such connection, history entry …
	CodeConflict        Code = "conflict"        // it exists already, or changed meanwhile
	CodeUnreachable     Code = "unreachable"     // database, agent, server or model not reachable
	CodeAssertion       Code = "assertion"       // an assertion of the caller did not hold
	CodeAmbiguous       Code = "ambiguous"       // the question has several readings; the choices are in the event
	CodeUnanswerable    Code = "unanswerable"    // the schema cannot answer the question
	CodeTooExpensive    Code = "too_expensive"   // the plan costs more than the connection allows
	CodeLimit           Code = "limit"           // a byte, cell or memory limit ended the statement
	CodeRateLimited     Code = "rate_limited"    // too many requests in too short a time; Retry is true
	CodeTimeout         Code = "timeout"         // the deadline passed
	CodeCanceled        Code = "canceled"        // the asker went away or interrupted
)

// Error is the one error type that crosses packages: what kind, what happened, what to do about it, and why.
// Message and Hint are for people and carry neither secrets nor cells.
type Error struct {
	Code    Code
	Message string
	Hint    string        // what to do; may be empty
	Retry   bool          // trying the same again is safe and may succeed
	After   time.Duration // with CodeRateLimited: how long to wait first
	Cause   error         // for the log; may be nil
}

// Errorf makes an error of a code; a %w operand becomes the cause.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Cause: errors.Unwrap(err)}
}

// WithHint returns a copy of e that says what to do.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// AsError returns err as an *Error: itself where it is or wraps one; canceled or timeout where a context ended;
// else an internal error with err as the cause. AsError(nil) is nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: CodeTimeout, Message: "the time limit passed", Hint: "Raise it with --timeout, or ask for less.", Cause: err}
	case errors.Is(err, context.Canceled):
		return &Error{Code: CodeCanceled, Message: "interrupted", Cause: err}
	}
	return &Error{Code: CodeInternal, Message: "internal error: " + err.Error(), Cause: err}
}

// Detail is err's message with what its causes add to it: all that is known, for the log alone. A message may be shown to
// anybody, and a cause to those who run the program.
func Detail(err error) string {
	var b strings.Builder
	var add func(error)
	add = func(err error) {
		if err == nil {
			return
		}
		if text := err.Error(); !strings.Contains(b.String(), text) {
			if b.Len() > 0 {
				b.WriteString(": ")
			}
			b.WriteString(text)
		}
		switch e := err.(type) { //nolint:errorlint // it walks the chain by itself
		case interface{ Unwrap() error }:
			add(e.Unwrap())
		case interface{ Unwrap() []error }:
			for _, one := range e.Unwrap() {
				add(one)
			}
		}
	}
	add(err)
	return b.String()
}
