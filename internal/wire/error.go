package wire

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

// Error is an error of the domain in JSON: in frames, in events and in the bodies of HTTP answers.
type Error struct {
	Code      custard.Code `json:"code"`
	Message   string       `json:"message"`
	Hint      string       `json:"hint"`
	RequestID string       `json:"request_id,omitempty"` // HTTP alone
	Retry     bool         `json:"retry"`                // trying the same again is safe and may succeed
	AfterMS   int64        `json:"after_ms,omitempty"`   // how long to wait first
	Choices   []string     `json:"choices,omitempty"`    // ambiguous: whole questions that can be asked instead
}

// ErrorBody is the body of every HTTP answer that is no success.
type ErrorBody struct {
	Error Error `json:"error"`
}

// ErrorOf returns what the other side may know of err: an *custard.Error as it is without its cause, the end of a context
// as CodeCanceled or CodeTimeout, and anything else as CodeInternal without detail, which belongs in the sender's log.
func ErrorOf(err error) *Error {
	e, ours := errors.AsType[*custard.Error](err)
	if !ours {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			e = custard.AsError(err)
		} else {
			e = &custard.Error{Code: custard.CodeInternal, Message: "internal error"}
		}
	}
	return &Error{Code: e.Code, Message: e.Message, Hint: e.Hint, Retry: e.Retry, AfterMS: e.After.Milliseconds()}
}

// Err returns the domain's form: an unknown code becomes CodeInternal, a text is cut at 4 KiB.
func (e *Error) Err() *custard.Error {
	e.clip()
	const day = int64(24 * time.Hour / time.Millisecond)
	out := &custard.Error{Code: e.Code, Message: e.Message, Hint: e.Hint, Retry: e.Retry}
	out.After = time.Duration(min(max(e.AfterMS, 0), day)) * time.Millisecond
	if !known(e.Code) {
		out.Code = custard.CodeInternal
	}
	if out.Message == "" {
		out.Message = "failed without a message"
	}
	return out
}

// clip bounds what a peer can make others show and keep.
func (e *Error) clip() {
	const longest = 4 << 10
	for _, s := range []*string{&e.Message, &e.Hint, &e.RequestID} {
		*s = clip(*s, longest)
	}
	e.Choices = e.Choices[:min(len(e.Choices), 100)]
}

// clip cuts a text to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func known(code custard.Code) bool {
	switch code {
	case custard.CodeInternal, custard.CodeFailed, custard.CodeUsage, custard.CodeSyntax, custard.CodeRefused, custard.CodePolicy,
		custard.CodeUnknownTable, custard.CodeUnknownColumn, custard.CodeUnauthenticated, custard.CodeForbidden, custard.CodeNotFound,
		custard.CodeConflict, custard.CodeUnreachable, custard.CodeAssertion, custard.CodeAmbiguous, custard.CodeUnanswerable,
		custard.CodeTooExpensive, custard.CodeLimit, custard.CodeRateLimited, custard.CodeTimeout, custard.CodeCanceled:
		return true
	}
	return false
}
