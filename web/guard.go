package web

import (
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// policy lets a page use our style sheet and send forms to us, and nothing else.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard sets what every answer carries, and refuses requests that another site made somebody's browser send.
func (p *Pages) guard(next http.Handler) http.Handler {
	crossing := http.NewCrossOriginProtection()
	if u, err := url.Parse(p.cfg.PublicURL); err == nil && u.Host != "" {
		// A proxy may have changed the Host header.
		if err := crossing.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			p.log.Warn("the public URL is no origin", "error", err)
		}
	}
	crossing.SetDenyHandler(p.serve(func(v *visit) error {
		return p.sorry(v, http.StatusForbidden, "This came from another site.", "Open the page here and try again.")
	}))
	inner := crossing.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if strings.HasPrefix(p.cfg.PublicURL, "https://") {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		inner.ServeHTTP(w, r)
	})
}

// serve finds out who visits, lets the page answer and writes a line of the log. The log has the pattern of a page, never
// its query: that may hold a secret.
func (p *Pages) serve(page func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		v := &visit{w: w, r: r}
		defer func() {
			if what := recover(); what != nil {
				p.log.ErrorContext(r.Context(), "panic", "page", r.Pattern, "panic", what, "stack", string(debug.Stack()))
				if v.status == 0 {
					_ = p.fail(v, custard.Errorf(custard.CodeInternal, "panic"))
				}
			}
			p.log.InfoContext(r.Context(), "page", "page", r.Pattern, "status", v.status, "user", v.who.User,
				"ms", float64(time.Since(start).Microseconds())/1000)
		}()
		if err := p.answer(v, page); err != nil {
			_ = p.fail(v, err)
		}
	}
}

func (p *Pages) answer(v *visit, page func(*visit) error) error {
	const largest = 16 << 10 // bytes of a form
	if v.r.Method == http.MethodPost {
		v.r.Body = http.MaxBytesReader(v.w, v.r.Body, largest)
		if err := v.r.ParseForm(); err != nil {
			return custard.Errorf(custard.CodeUsage, "the form cannot be read").WithHint("Go back and send it again.")
		}
		// It is here whole: the deadline that the server set for it would end the request, if hashing takes longer.
		_ = http.NewResponseController(v.w).SetReadDeadline(time.Time{})
	}
	if c, err := v.r.Cookie(p.cookie.name); err == nil {
		who, err := p.cfg.Accounts.AuthenticateWeb(v.r.Context(), c.Value)
		switch {
		case err == nil:
			v.who = who
		case custard.AsError(err).Code == custard.CodeUnauthenticated:
			p.cookie.drop(v.w) // it is no good any more
		default:
			return err
		}
	}
	return page(v)
}

// fail shows an error as a page of its own.
func (p *Pages) fail(v *visit, err error) error {
	e := custard.AsError(err)
	status := statusOf(e)
	if e.After > 0 {
		v.w.Header().Set("Retry-After", strconv.Itoa(int((e.After+time.Second-1)/time.Second)))
	}
	if status == http.StatusInternalServerError {
		p.log.ErrorContext(v.r.Context(), "page failed", "page", v.r.Pattern, "error", custard.Detail(err))
		return p.sorry(v, status, "Something went wrong.", "It is our fault, not yours. Try again in a moment.")
	}
	return p.sorry(v, status, sentence(e.Message), e.Hint)
}

// sorry shows a page that says what is wrong and what to do.
func (p *Pages) sorry(v *visit, status int, what, hint string) error {
	return p.show(v, status, "message", page{Title: what, Text: hint, Bad: true})
}

func (p *Pages) missing(v *visit) error {
	return p.sorry(v, http.StatusNotFound, "There is no such page.", "Check the address.")
}

// sentence makes a sentence of an error's message.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
