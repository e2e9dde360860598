package web

import (
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// Config is what Pages are made of.
type Config struct {
	Accounts  Accounts
	PublicURL string       // where people reach this server; it decides about the cookie and whose requests are our own
	Log       *slog.Logger // nil for none
	// Address says where a request comes from, without a port; nil for its peer.
	Address func(*http.Request) string
}

// Pages serves the pages. Make it with New.
type Pages struct {
	cfg     Config
	log     *slog.Logger
	cookie  cookie
	handler http.Handler
}

// New returns the pages over cfg.
func New(cfg Config) *Pages {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Address == nil {
		cfg.Address = peer
	}
	cfg.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	p := &Pages{cfg: cfg, log: cfg.Log, cookie: cookieFor(cfg.PublicURL)}
	p.handler = p.guard(p.mux())
	return p
}

// ServeHTTP implements http.Handler.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

func (p *Pages) mux() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, h := range map[string]func(*visit) error{
		"GET /{$}":         p.home,
		"GET /login":       p.showLogin,
		"POST /login":      p.login,
		"GET /logout":      p.showLogout,
		"POST /logout":     p.logout,
		"GET /signup":      p.showSignup,
		"POST /signup":     p.signup,
		"GET /device":      p.showDevice,
		"POST /device":     p.decideDevice,
		"GET /verify":      p.showVerify,
		"POST /verify":     p.verify,
		"GET /reset":       p.showReset,
		"POST /reset":      p.reset,
		"GET /invite":      p.showInvite,
		"POST /invite":     p.invite,
		"GET /static/{f}":  p.static,
		"GET /favicon.ico": p.icon,
		"/":                p.missing,
	} {
		mux.HandleFunc(pattern, p.serve(h))
	}
	return mux
}

// visit is one request on its way through a page.
type visit struct {
	w      http.ResponseWriter
	r      *http.Request
	who    auth.Principal // the zero value for nobody
	status int
}

func (v *visit) signedIn() bool { return v.who.User != "" }

// from is where the request comes from.
func (p *Pages) from(v *visit) auth.Caller { return auth.Caller{Address: p.cfg.Address(v.r)} }

func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}

// redirect answers with another page of ours.
func (v *visit) redirect(to string) error {
	v.status = http.StatusSeeOther
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// ours returns where to go after signing in: a page of ours that is worth coming back to, else the first page.
func ours(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "/"
	}
	if u.Path != "/device" && u.Path != "/invite" {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawQuery: u.Query().Encode()}).String()
}

// statusOf is the status of a page that shows an error.
func statusOf(err error) int {
	switch custard.AsError(err).Code {
	case custard.CodeUsage:
		return http.StatusBadRequest
	case custard.CodeUnauthenticated:
		return http.StatusUnauthorized
	case custard.CodeForbidden:
		return http.StatusForbidden
	case custard.CodeNotFound:
		return http.StatusNotFound
	case custard.CodeConflict:
		return http.StatusConflict
	case custard.CodeRateLimited:
		return http.StatusTooManyRequests
	case custard.CodeUnreachable, custard.CodeTimeout:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}
