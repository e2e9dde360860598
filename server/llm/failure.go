package llm

import (
	"errors"
	"fmt"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Kind says what went wrong with a call, for the layers that act on it.
type Kind string

// The kinds, with the code and Retry of the *custard.Error that each comes in.
const (
	KindRateLimited Kind = "rate_limited" // rate_limited, retry: too many requests or tokens a minute
	KindOverloaded  Kind = "overloaded"   // unreachable, retry: 5xx, 529
	KindUnreachable Kind = "unreachable"  // unreachable, retry: no connection, or it ended before an answer began
	KindCut         Kind = "cut"          // unreachable, retry: the stream ended in the middle; tried again only where nothing was passed on
	KindHung        Kind = "hung"         // timeout, retry: the service sent nothing for too long
	KindOpen        Kind = "open"         // unreachable, retry: the circuit breaker spares a service that fails
	KindGarbage     Kind = "garbage"      // failed, retry: what came back is not the protocol, is empty, or not the JSON asked for
	KindQuota       Kind = "quota"        // forbidden: the account has no credit left
	KindAuth        Kind = "auth"         // unauthenticated: no key, a wrong one, or not for this model
	KindTooLong     Kind = "too_long"     // limit: the prompt does not fit the model's context
	KindTooLarge    Kind = "too_large"    // limit: the answer passed MaxText
	KindBudget      Kind = "budget"       // limit: the token budget of the request or the organisation
	KindBadRequest  Kind = "bad_request"  // failed: the service does not take the request
	KindNoModel     Kind = "no_model"     // usage: the service has no such model
	KindRefused     Kind = "refused"      // failed: the model would not answer
	KindFiltered    Kind = "filtered"     // failed: the service's content filter
	KindForbidden   Kind = "forbidden"    // policy: the address of the service may not be dialled; not_found: a request that was not recorded is replayed
	KindCanceled    Kind = "canceled"     // canceled or timeout: the caller's context ended
)

// code and retry of each kind, the one place where that is decided.
func (k Kind) mapped() (code custard.Code, retry bool) {
	switch k {
	case KindRateLimited:
		return custard.CodeRateLimited, true
	case KindOverloaded, KindUnreachable, KindCut, KindOpen:
		return custard.CodeUnreachable, true
	case KindHung:
		return custard.CodeTimeout, true
	case KindGarbage:
		return custard.CodeFailed, true
	case KindQuota:
		return custard.CodeForbidden, false
	case KindAuth:
		return custard.CodeUnauthenticated, false
	case KindTooLong, KindTooLarge, KindBudget:
		return custard.CodeLimit, false
	case KindNoModel:
		return custard.CodeUsage, false
	case KindForbidden:
		return custard.CodePolicy, false
	case KindCanceled:
		return custard.CodeCanceled, false
	case KindBadRequest, KindRefused, KindFiltered:
	}
	return custard.CodeFailed, false
}

// Failure is the cause of every error of a provider: what the layers act on, which a message is no place for.
type Failure struct {
	Kind       Kind
	Provider   string        // the provider's Name
	Status     int           // of HTTP; 0 where there was none
	RetryAfter time.Duration // how long the service asked to wait; 0 where it did not
	Param      string        // the field of the request that the service named; empty where it named none
	Cause      error         // for the log; may be nil
}

// Error returns what is known, for the log.
func (f *Failure) Error() string {
	s := f.Provider + ": " + string(f.Kind)
	if f.Status != 0 {
		s += fmt.Sprintf(" (status %d)", f.Status)
	}
	if f.Cause != nil {
		s += ": " + f.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// Fail makes the error of a failure: its code and whether it may be tried again follow from the kind.
func Fail(f Failure, format string, args ...any) *custard.Error {
	code, retry := f.Kind.mapped()
	return &custard.Error{Code: code, Message: fmt.Sprintf(format, args...), Retry: retry, Cause: &f}
}

// FailureOf returns the failure that err carries; nil where there is none.
func FailureOf(err error) *Failure {
	f, _ := errors.AsType[*Failure](err)
	return f
}

// KindOf returns the kind of the failure that err carries; empty where there is none.
func KindOf(err error) Kind {
	if f := FailureOf(err); f != nil {
		return f.Kind
	}
	return ""
}
