package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/hub"
)

// statusCanceled is nginx's status for a client that went away: nobody reads it but the log.
const statusCanceled = 499

// statusOf maps an error's code to a status, the one place where that is done.
func statusOf(code custard.Code) int {
	switch code {
	case custard.CodeUsage:
		return http.StatusBadRequest
	case custard.CodeUnauthenticated:
		return http.StatusUnauthorized
	case custard.CodeForbidden, custard.CodePolicy:
		return http.StatusForbidden
	case custard.CodeNotFound:
		return http.StatusNotFound
	case custard.CodeConflict:
		return http.StatusConflict
	case custard.CodeRateLimited:
		return http.StatusTooManyRequests
	case custard.CodeUnreachable:
		return http.StatusServiceUnavailable
	case custard.CodeTimeout:
		return http.StatusGatewayTimeout
	case custard.CodeCanceled:
		return statusCanceled
	case custard.CodeSyntax, custard.CodeRefused, custard.CodeUnknownTable, custard.CodeUnknownColumn, custard.CodeAmbiguous,
		custard.CodeUnanswerable, custard.CodeTooExpensive, custard.CodeLimit, custard.CodeFailed, custard.CodeAssertion:
		return http.StatusUnprocessableEntity
	case custard.CodeInternal:
	}
	return http.StatusInternalServerError
}

// httpError is an error with what HTTP says beside the domain's code.
type httpError struct {
	err     *custard.Error
	status  int      // 0 for the code's own
	choices []string // whole questions to ask instead
}

func (e *httpError) Error() string { return e.err.Message }

func (e *httpError) Unwrap() error { return e.err }

// withStatus gives an error a status other than its code's: 405, 413, 415, 431.
func withStatus(status int, err *custard.Error) error { return &httpError{err: err, status: status} }

// rateLimited is the error of somebody who asks too fast.
func rateLimited(what string, after time.Duration) error {
	e := custard.Errorf(custard.CodeRateLimited, "too many requests from this %s", what).
		WithHint("Wait %s and try again.", max(after.Round(time.Second), time.Second))
	e.Retry, e.After = true, max(after, time.Second)
	return e
}

// detailOf is what a client is told of an error. The text of an internal error stays in the log.
func detailOf(err error, id string) (d *wire.Error, status int, after time.Duration) {
	e := custard.AsError(err)
	d = wire.ErrorOf(e)
	d.RequestID = id
	status, after = statusOf(e.Code), e.After
	if h, ok := errors.AsType[*httpError](err); ok {
		d.Choices = h.choices
		if h.status != 0 {
			status = h.status
		}
	}
	if e.Code == custard.CodeInternal {
		d.Message = "something went wrong on the server"
		d.Hint = "Try again; if it stays, give the operator the request id."
	}
	return d, status, after
}

// fail answers with an error, unless the answer has begun.
func (c *call) fail(err error) {
	d, status, after := detailOf(err, c.id)
	c.note.code = d.Code
	c.logFailure(err, d.Code)
	if c.status != 0 {
		return
	}
	c.writeError(d, status, after)
}

// logFailure writes down what stands behind an error that is not the client's: ours, or that something is out of reach. That
// a connection has no agent is nobody's failure.
func (c *call) logFailure(err error, code custard.Code) {
	if errors.Is(err, context.Canceled) || hub.IsNoAgent(err) {
		return
	}
	switch code {
	case custard.CodeInternal:
		c.log().ErrorContext(c.ctx(), "request failed", "route", c.route.pattern, "error", custard.Detail(err))
	case custard.CodeUnreachable:
		c.log().WarnContext(c.ctx(), "out of reach", "route", c.route.pattern, "error", custard.Detail(err))
	}
}

func (c *call) writeError(d *wire.Error, status int, after time.Duration) {
	data, err := json.Marshal(wire.ErrorBody{Error: *d})
	if err != nil {
		data = []byte(`{"error":{"code":"internal","message":"something went wrong on the server","hint":"","request_id":"","retry":false}}`)
	}
	h := c.w.Header()
	if after > 0 {
		h.Set("Retry-After", strconv.Itoa(int((after+time.Second-1)/time.Second)))
	}
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="custard"`)
	}
	h["Content-Type"] = jsonType
	h["Cache-Control"] = noStore
	h.Set("Content-Length", strconv.Itoa(len(data)+1))
	c.status = status
	c.w.WriteHeader(status)
	_, _ = c.w.Write(append(data, '\n'))
}
