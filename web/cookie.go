package web

import (
	"net/http"
	"net/netip"
	"net/url"
)

// cookie is how the session's cookie is set.
type cookie struct {
	name   string
	secure bool
}

// cookieFor returns the cookie of a server at a public URL. It is __Host-custard, which a browser takes over TLS alone and
// sends nowhere else. Browsers differ about that on plain HTTP to one's own machine, so a server whose public URL is a
// loopback one over HTTP, which is one for development, sets a plain cookie.
func cookieFor(public string) cookie {
	u, err := url.Parse(public)
	if err == nil && u.Scheme == "http" {
		addr, err := netip.ParseAddr(u.Hostname())
		if u.Hostname() == "localhost" || err == nil && addr.IsLoopback() {
			return cookie{name: "custard"}
		}
	}
	return cookie{name: "__Host-custard", secure: true}
}

// set sets the cookie until the browser is closed; how long the session lives is the server's to say.
func (c cookie) set(w http.ResponseWriter, value string) {
	http.SetCookie(w, &http.Cookie{Name: c.name, Value: value, Path: "/", Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}) //nolint:gosec // Secure but on a loopback address, see cookieFor
}

func (c cookie) drop(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: c.name, Path: "/", MaxAge: -1, Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}) //nolint:gosec // see set
}
