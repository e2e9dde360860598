package httpapi

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// handleTime is how long an ordinary request may take; raw routes have limits of their own.
const handleTime = 30 * time.Second

// Header values are shared between answers and never changed.
var (
	noStore    = []string{"no-store"}
	noSniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
	apiPolicy  = []string{"default-src 'none'; frame-ancestors 'none'"}
	strictTLS  = []string{"max-age=31536000"}
)

// agentsPath is where agents dial. It is told apart before the mux, which cannot have it beside /connections/{id}/schema.
const agentsPath = "/connections/ws/"

// mux makes the handler of the whole surface.
func (a *API) mux() http.Handler {
	mux, agents := http.NewServeMux(), http.NewServeMux()
	allowed := map[string][]string{}
	for i := range a.table {
		rt := &a.table[i]
		on := mux
		if strings.HasPrefix(rt.pattern, agentsPath) {
			on = agents
		}
		on.HandleFunc(rt.method+" "+Base+rt.pattern, a.serve(rt))
		allowed[rt.pattern] = append(allowed[rt.pattern], rt.method)
	}
	for pattern, methods := range allowed {
		on := mux
		if strings.HasPrefix(pattern, agentsPath) {
			on = agents
		}
		if slices.Contains(methods, http.MethodGet) {
			methods = append(methods, http.MethodHead)
		}
		slices.Sort(methods)
		on.HandleFunc(Base+pattern, a.serve(a.wrongMethod(pattern, strings.Join(methods, ", "))))
	}
	missing := a.serve(&route{pattern: "", access: public(), handle: notThere})
	mux.HandleFunc(Base+"/", missing)
	agents.HandleFunc("/", missing)
	a.probes(mux)
	if a.cfg.Pages != nil {
		mux.Handle("/", a.cfg.Pages)
	} else {
		mux.HandleFunc("/", missing)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.bound(w, r)
		if strings.HasPrefix(r.URL.Path, Base+agentsPath) {
			agents.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// bound gives a request's body and its answer some time. Before it answers, net/http reads what a handler has left of a body:
// without a bound, somebody who announces a body and never sends it would be waited for for good. Who reads a body whole
// lifts its bound, since net/http then watches the connection with the same deadline; a raw route lifts the answer's.
func (a *API) bound(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w) // a writer in a test may not know how
	if r.ContentLength != 0 {
		_ = rc.SetReadDeadline(time.Now().Add(a.cfg.BodyTime))
	}
	_ = rc.SetWriteDeadline(time.Now().Add(handleTime + a.cfg.BodyTime + writeGrace))
}

func (a *API) wrongMethod(pattern, allow string) *route {
	return &route{pattern: pattern, access: public(), handle: func(c *call) error {
		c.w.Header().Set("Allow", allow)
		return withStatus(http.StatusMethodNotAllowed,
			custard.Errorf(custard.CodeUsage, "%s is not possible here", c.r.Method).WithHint("Possible is: %s.", allow))
	}}
}

func notThere(*call) error {
	return custard.Errorf(custard.CodeNotFound, "there is nothing at this address").WithHint("%s/openapi.json lists what there is.", Base)
}

// serve is the way of every request: id, headers, panics, access, limits, the handler, the answer to what went wrong, the
// log and the meters.
func (a *API) serve(rt *route) http.HandlerFunc {
	meter := a.meters.route(rt)
	return func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		c := &call{api: a, w: rec, r: r, route: rt, id: a.requestID(r), note: &accessNote{}}
		a.headers(w.Header(), c.id)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // it is compared as net/http does
					panic(p)
				}
				c.log().ErrorContext(r.Context(), "panic", "route", rt.pattern, "panic", p, "stack", string(debug.Stack()))
				c.fail(custard.Errorf(custard.CodeInternal, "panic"))
			}
			took := time.Since(start)
			meter.observe(rec.status, took)
			a.access(c, rec, took)
		}()
		if rt.raw {
			_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
		} else {
			ctx, cancel := context.WithTimeout(r.Context(), handleTime)
			defer cancel()
			c.r = r.WithContext(ctx)
		}
		if err := a.pass(c); err != nil {
			c.auditRefusal(err)
			c.fail(err)
		}
	}
}

// pass lets a request through to its handler.
func (a *API) pass(c *call) error {
	if err := a.limitAddress(c); err != nil {
		return err
	}
	if err := a.identify(c); err != nil {
		return err
	}
	if err := a.limitCaller(c); err != nil {
		return err
	}
	if err := c.route.access.allow(c.who); err != nil {
		return err
	}
	if c.route.idempotent && c.r.Header.Get("Idempotency-Key") != "" {
		return a.once(c)
	}
	return c.route.handle(c)
}

// identify finds out who calls. On public routes nobody is asked.
func (a *API) identify(c *call) error {
	if c.route.access.public {
		return nil
	}
	token, ok := bearer(c.r)
	if !ok {
		return custard.Errorf(custard.CodeUnauthenticated, "not signed in").
			WithHint("Send Authorization: Bearer with an access token or an API key; custard login gets one.")
	}
	who, err := a.cfg.Accounts.Authenticate(c.ctx(), token)
	if err != nil {
		if custard.AsError(err).Code == custard.CodeUnauthenticated {
			a.limits.spend(c.ctx(), "refused:"+addressBlock(c.address()), a.cfg.Rates.Refused)
		}
		return err
	}
	c.who = who
	c.note.org, c.note.user, c.note.key = who.Org, who.User, who.Key
	return nil
}

// bearer returns the token of the Authorization header.
func bearer(r *http.Request) (token string, ok bool) {
	header := r.Header.Get("Authorization")
	const scheme = "Bearer "
	if len(header) <= len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", false
	}
	return strings.TrimSpace(header[len(scheme):]), true
}

// headers sets what every answer of the API carries.
func (a *API) headers(h http.Header, id string) {
	h["X-Request-Id"] = []string{id}
	h["Cache-Control"] = noStore
	h["X-Content-Type-Options"] = noSniff
	h["Referrer-Policy"] = noReferrer
	h["Content-Security-Policy"] = apiPolicy
	if strings.HasPrefix(a.cfg.PublicURL, "https://") {
		h["Strict-Transport-Security"] = strictTLS
	}
}

// requestID is the client's own id for the request where that is sane, else a new one.
func (a *API) requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	if id == "" || len(id) > 64 {
		return a.newID()
	}
	for i := range len(id) {
		switch b := id[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '-', b == '_', b == '.':
		default:
			return a.newID()
		}
	}
	return id
}

// access writes a line of the access log. It has the route's pattern and never the address that was asked for: what
// stands in a path or a query may be a secret.
func (a *API) access(c *call, rec *recorder, took time.Duration) {
	if !a.log.Enabled(c.r.Context(), slog.LevelInfo) {
		return
	}
	attrs := make([]slog.Attr, 0, 10)
	attrs = append(attrs, slog.String("request_id", c.id), slog.String("method", method(c.r.Method)), slog.String("route", c.route.pattern),
		slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes), slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.String("address", c.address()))
	if c.note.org != "" {
		attrs = append(attrs, slog.String("org", c.note.org), slog.String("user", c.note.user))
	}
	if c.note.key != "" {
		attrs = append(attrs, slog.String("api_key", c.note.key))
	}
	if c.note.code != "" {
		attrs = append(attrs, slog.String("code", string(c.note.code)))
	}
	a.log.LogAttrs(c.r.Context(), slog.LevelInfo, "request", attrs...)
}

// method is a method as logs and meters have it: a client can invent any.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Hijack implements http.Hijacker: an agent's request becomes a WebSocket.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.status = http.StatusSwitchingProtocols
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
