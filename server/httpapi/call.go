package httpapi

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// call is one request on its way through a handler.
type call struct {
	api   *API
	w     http.ResponseWriter
	r     *http.Request
	route *route
	id    string         // the request's id
	who   auth.Principal // the zero value on public routes
	note  *accessNote    // what the access log says of it

	secret  bool   // what is answered is shown once
	keep    any    // what a repeated request gets instead
	answer  []byte // kept for idempotent routes
	status  int
	catches bool // keep the answer
}

// accessNote is what a handler adds to the line of the access log.
type accessNote struct {
	org, user, key string
	code           custard.Code
}

// ctx is the request's context: it ends when the client goes away.
func (c *call) ctx() context.Context { return c.r.Context() }

// log is a logger that names the request.
func (c *call) log() *slog.Logger { return c.api.log.With("request_id", c.id) }

// now is the time by the server's clock.
func (c *call) now() time.Time { return c.api.now() }

// path returns a wildcard of the route's pattern.
func (c *call) path(name string) string { return c.r.PathValue(name) }

// address is where the request comes from, without a port.
func (c *call) address() string { return proxies(c.api.cfg.TrustedProxies).address(c.r) }

// reply answers with a body as JSON.
func (c *call) reply(status int, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return custard.Errorf(custard.CodeInternal, "cannot write the answer: %w", err)
	}
	return c.write(status, append(data, '\n'))
}

// replyOnce answers with a body that holds a secret, which is shown this once: a repeated request with the same
// Idempotency-Key gets again instead, without it.
func (c *call) replyOnce(status int, body, again any) error {
	c.secret, c.keep = true, again
	return c.reply(status, body)
}

// none answers well without a body.
func (c *call) none() error {
	c.status = http.StatusNoContent
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

func (c *call) write(status int, data []byte) error {
	c.status = status
	if c.catches {
		c.answer = data
	}
	h := c.w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(data))}
	c.w.WriteHeader(status)
	_, _ = c.w.Write(data) // the client may have gone away; there is nobody to tell
	return nil
}

// jsonType is shared between answers and never changed.
var jsonType = []string{"application/json"}

// audit adds a row to the organisation's audit log. An act that cannot be written down does not count as done: the error
// goes to the caller.
func (c *call) audit(action, target string, detail map[string]string) error {
	return c.api.cfg.Accounts.Audit(c.ctx(), c.who, c.caller(), action, target, detail)
}
