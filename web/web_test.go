package web_test

import (
	"bytes"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
	"github.com/custard-ai/custard/web"
)

var update = flag.Bool("update", false, "write the golden files")

// site is the pages behind TLS, with a browser that keeps cookies and follows no redirects.
type site struct {
	*authtest.Kit
	srv *httptest.Server
	log *bytes.Buffer
}

func newSite(t *testing.T) *site {
	t.Helper()
	var handler http.Handler
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	s := &site{Kit: authtest.With(t, auth.Config{PublicURL: srv.URL}), srv: srv, log: &bytes.Buffer{}}
	handler = web.New(web.Config{Accounts: s.Service, PublicURL: srv.URL, Log: slog.New(slog.NewTextHandler(s.log, nil))})
	return s
}

// browser is somebody's browser at a site.
type browser struct {
	t      *testing.T
	site   *site
	client *http.Client
}

func (s *site) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := *s.srv.Client()
	c.Jar = jar
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{t, s, &c}
}

// do sends a request as a browser does from one of our own pages.
func (b *browser) do(r *http.Request) (*http.Response, string) {
	b.t.Helper()
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp, string(body)
}

func (b *browser) get(path string) (*http.Response, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.site.srv.URL+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

func (b *browser) form(path string, fields url.Values, headers ...string) (*http.Response, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.site.srv.URL+path, strings.NewReader(fields.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return b.do(r)
}

func (b *browser) signIn(email string) {
	b.t.Helper()
	resp, body := b.form("/login", url.Values{"email": {email}, "password": {authtest.Password}})
	if resp.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("signing in: status %d: %s", resp.StatusCode, body)
	}
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Owner(t, "ann@example.com")
	b := s.browser(t)
	if resp, _ := b.get("/"); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/login" {
		t.Errorf("nobody's first page: %d %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	resp, body := b.form("/login", url.Values{"email": {"ann@example.com"}, "password": {"wrong"}, "next": {"/device?code=BCDF-GHJK"}})
	if resp.StatusCode != http.StatusUnauthorized || len(resp.Cookies()) > 0 || !strings.Contains(body, `value="/device?code=BCDF-GHJK"`) {
		t.Errorf("a wrong password: %d, %v", resp.StatusCode, resp.Cookies())
	}
	resp, _ = b.form("/login", url.Values{"email": {"ann@example.com"}, "password": {authtest.Password}, "next": {"/device?code=BCDF-GHJK"}})
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/device?code=BCDF-GHJK" {
		t.Errorf("signing in: %d %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	cookies := resp.Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies %v", cookies)
	}
	if c := cookies[0]; c.Name != "__Host-custard" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || !strings.HasPrefix(c.Value, "cust_web_") {
		t.Errorf("the cookie is %+v", c)
	}
	if resp, body := b.get("/"); resp.StatusCode != http.StatusOK || !strings.Contains(body, "Org of ann@example.com") {
		t.Errorf("the first page: %d: %s", resp.StatusCode, body)
	}
	if _, err := s.Authenticate(t.Context(), cookies[0].Value); err == nil {
		t.Error("a cookie is good as an access token")
	}
	if _, err := s.Refresh(t.Context(), cookies[0].Value, "", auth.Caller{}); err == nil {
		t.Error("a cookie is good as a refresh token")
	}
	if resp, _ := b.get("/logout"); resp.StatusCode != http.StatusOK {
		t.Errorf("GET /logout: %d", resp.StatusCode)
	}
	if resp, _ := b.get("/"); resp.StatusCode != http.StatusOK {
		t.Error("looking at /logout signed out")
	}
	b.form("/logout", nil)
	if resp, _ := b.get("/"); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("after signing out the first page says %d", resp.StatusCode)
	}
	if _, err := s.AuthenticateWeb(t.Context(), cookies[0].Value); err == nil {
		t.Error("the cookie is good after signing out")
	}
}

// What stands on every page: no script, nothing from elsewhere, nothing kept, no frames.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	for _, path := range []string{"/login", "/signup", "/verify?token=x", "/reset", "/reset?token=x", "/invite?token=x", "/device", "/nothing"} {
		resp, body := b.get(path)
		h := resp.Header
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for name, want := range map[string]string{
			"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Strict-Transport-Security": "max-age=31536000",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s %q, want %q", path, name, h.Get(name), want)
			}
		}
		if bad := regexp.MustCompile(`(?i)<script|\son[a-z]+=|style=|javascript:|https?://`).FindString(body); bad != "" {
			t.Errorf("%s has %q", path, bad)
		}
	}
	_, body := b.get("/login")
	sheet := regexp.MustCompile(`/static/[a-z0-9.-]+\.css`).FindString(body)
	resp, css := b.get(sheet)
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/css") || strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Errorf("the style sheet %q: %d", sheet, resp.StatusCode)
	}
	if resp, _ := b.get("/favicon.ico"); resp.Header.Get("Content-Type") != "image/svg+xml" {
		t.Error("there is no icon")
	}
}

// Another site can make somebody's browser send a form. It is refused, and nothing happens.
func TestRequestsFromOtherSites(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Owner(t, "ann@example.com")
	b := s.browser(t)
	b.signIn("ann@example.com")
	d, err := s.StartDevice(t.Context(), "an attacker's terminal", auth.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	approve := url.Values{"code": {d.UserCode}, "decision": {"approve"}}
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
		{"Sec-Fetch-Site", "", "Origin", "null"},
	} {
		for path, fields := range map[string]url.Values{
			"/device": approve, "/logout": nil, "/login": {"email": {"ann@example.com"}, "password": {authtest.Password}},
			"/verify": {"token": {"x"}}, "/reset": {"email": {"ann@example.com"}}, "/invite": {"token": {"x"}}, "/signup": {"email": {"x@example.com"}},
		} {
			if resp, body := b.form(path, fields, headers...); resp.StatusCode != http.StatusForbidden || len(resp.Cookies()) > 0 || !strings.Contains(body, "another site") {
				t.Errorf("%v %s: status %d, cookies %v", headers, path, resp.StatusCode, resp.Cookies())
			}
		}
	}
	if _, err := s.PollDevice(t.Context(), d.DeviceCode, auth.Caller{}); err != auth.ErrDevicePending { //nolint:errorlint // it is this one
		t.Errorf("the device login: %v", err)
	}
	if resp, _ := b.get("/device?code=" + d.UserCode); resp.StatusCode != http.StatusOK {
		t.Error("the session is gone")
	}
	if resp, _ := b.form("/device", approve, "Origin", s.srv.URL); resp.StatusCode != http.StatusOK {
		t.Errorf("the same from our own page: %d", resp.StatusCode)
	}
}

func TestNextLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Owner(t, "ann@example.com")
	for _, next := range []string{
		"https://evil.example/", "//evil.example/device", `/\evil.example`, `\\evil.example`, "javascript:alert(1)", "/logout", "device", "http:/device",
		"/device/../logout", "https:evil.example", "//evil.example%2f@/device", "/\t/evil.example", "https://evil.example/device",
	} {
		resp, _ := s.browser(t).form("/login", url.Values{"email": {"ann@example.com"}, "password": {authtest.Password}, "next": {next}})
		if resp.StatusCode == http.StatusTooManyRequests {
			t.Fatal("the test asks too often")
		}
		if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || got != "/" {
			t.Errorf("next %q leads to %q", next, got)
		}
		s.Clock.Move(60e9)
	}
}

func TestDevicePages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Owner(t, "ann@example.com")
	other := s.Owner(t, "bob@example.com")
	p, err := s.Authenticate(t.Context(), other.Access)
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser(t)
	d, err := s.StartDevice(t.Context(), `<script>alert("x")</script> on laptop`, auth.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	resp, _ := b.get("/device?code=" + d.UserCode)
	if want := "/login?" + (url.Values{"next": {"/device?code=" + d.UserCode}}).Encode(); resp.Header.Get("Location") != want {
		t.Errorf("nobody is sent to %q, want %q", resp.Header.Get("Location"), want)
	}
	b.signIn("ann@example.com")
	if _, body := b.get("/device"); !strings.Contains(body, `name="code"`) {
		t.Error("the page asks for no code")
	}
	if resp, body := b.get("/device?code=BCDF-GHJK"); resp.StatusCode != http.StatusNotFound || !strings.Contains(body, `role="alert"`) {
		t.Errorf("an unknown code: %d", resp.StatusCode)
	}
	_, body := b.get("/device?code=" + strings.ToLower(d.UserCode))
	for _, want := range []string{d.UserCode, "&lt;script&gt;", "ann@example.com", "Org of ann@example.com"} {
		if !strings.Contains(body, want) {
			t.Errorf("the approval page does not show %q", want)
		}
	}
	if _, err := s.PollDevice(t.Context(), d.DeviceCode, auth.Caller{}); err != auth.ErrDevicePending { //nolint:errorlint // it is this one
		t.Errorf("looking at the page approved it: %v", err)
	}
	if resp, _ := b.form("/device", url.Values{"code": {d.UserCode}}); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a form that says neither yes nor no: %d", resp.StatusCode)
	}
	if resp, _ := b.form("/device", url.Values{"code": {d.UserCode}, "decision": {"approve"}, "organisation": {other.Org.ID}}); resp.StatusCode != http.StatusNotFound {
		t.Errorf("for an organisation that is not hers: %d", resp.StatusCode)
	}
	// A member of two chooses for which one.
	if _, err := s.Invite(t.Context(), p, "ann@example.com", auth.RoleMember, auth.Caller{}); err != nil {
		t.Fatal(err)
	}
	token := s.Mail.Token(t, auth.MailInvite, "ann@example.com")
	if _, body := b.get("/invite?token=" + token); strings.Contains(body, "password") {
		t.Error("who is signed in is asked for her password")
	}
	if resp, body := b.form("/invite", url.Values{"token": {token}}); resp.StatusCode != http.StatusOK {
		t.Fatalf("accepting: %d: %s", resp.StatusCode, body)
	}
	if _, body := b.get("/device?code=" + d.UserCode); !strings.Contains(body, "<select") {
		t.Error("there is no choice of organisations")
	}
	if resp, body := b.form("/device", url.Values{"code": {d.UserCode}, "decision": {"approve"}, "organisation": {other.Org.ID}}); resp.StatusCode != http.StatusOK {
		t.Fatalf("approving: %d: %s", resp.StatusCode, body)
	}
	session, err := s.PollDevice(t.Context(), d.DeviceCode, auth.Caller{})
	if err != nil || session.Org.ID != other.Org.ID || session.Role != auth.RoleMember {
		t.Errorf("%+v, %v", session, err)
	}
}

// Programs that look at mails open links. Opening one uses nothing up.
func TestLinksInMails(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	resp, body := b.form("/signup", url.Values{"name": {"Ann"}, "organisation": {"Anns"}, "email": {"ann@example.com"}, "password": {authtest.Password}})
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("signing up: %d: %s", resp.StatusCode, body)
	}
	if resp, body := b.form("/login", url.Values{"email": {"ann@example.com"}, "password": {authtest.Password}}); resp.StatusCode != http.StatusForbidden || !strings.Contains(body, `href="/verify"`) {
		t.Errorf("signing in too early: %d", resp.StatusCode)
	}
	follow := func(kind string) (path, token string) {
		t.Helper()
		link := s.Mail.Last(t, kind, "ann@example.com").Data["link"]
		path, ok := strings.CutPrefix(link, s.srv.URL)
		if !ok {
			t.Fatalf("the link leads to %s", link)
		}
		for range 3 {
			if resp, body := b.get(path); resp.StatusCode != http.StatusOK || !strings.Contains(body, `method="post"`) {
				t.Fatalf("GET %s: %d", path, resp.StatusCode)
			}
		}
		return path, s.Mail.Token(t, kind, "ann@example.com")
	}
	_, token := follow(auth.MailVerify)
	if resp, _ := b.form("/verify", url.Values{"token": {token}}); resp.StatusCode != http.StatusOK {
		t.Errorf("verifying: %d", resp.StatusCode)
	}
	if resp, _ := b.form("/verify", url.Values{"token": {token}}); resp.StatusCode != http.StatusNotFound {
		t.Errorf("verifying twice: %d", resp.StatusCode)
	}
	for _, email := range []string{"ann@example.com", "nobody@example.com"} {
		if resp, body := b.form("/reset", url.Values{"email": {email}}); resp.StatusCode != http.StatusAccepted || strings.Contains(body, email) {
			t.Errorf("asking for a reset of %s: %d", email, resp.StatusCode)
		}
	}
	_, token = follow(auth.MailReset)
	if resp, body := b.form("/reset", url.Values{"token": {token}, "password": {"short"}}); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, token) {
		t.Errorf("a short password: %d", resp.StatusCode)
	}
	if resp, _ := b.form("/reset", url.Values{"token": {token}, "password": {"another password"}}); resp.StatusCode != http.StatusOK {
		t.Errorf("resetting: %d", resp.StatusCode)
	}
	if resp, _ := b.form("/login", url.Values{"email": {"ann@example.com"}, "password": {"another password"}}); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("signing in with the new password: %d", resp.StatusCode)
	}
	for _, secret := range []string{token, authtest.Password, "another password", "cust_"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("%.14s… is in the log", secret)
		}
	}
	if !strings.Contains(s.log.String(), "POST /reset") {
		t.Error("the log has no line of a page")
	}
}

func TestInvitationPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	owner := s.Owner(t, "ann@example.com")
	p, err := s.Authenticate(t.Context(), owner.Access)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Invite(t.Context(), p, "new@example.com", auth.RoleViewer, auth.Caller{}); err != nil {
		t.Fatal(err)
	}
	token := s.Mail.Token(t, auth.MailInvite, "new@example.com")
	b := s.browser(t)
	if _, body := b.get("/invite?token=" + token); !strings.Contains(body, "Org of ann@example.com") || !strings.Contains(body, `autocomplete="new-password"`) {
		t.Errorf("the page: %s", body)
	}
	if resp, _ := b.form("/invite", url.Values{"token": {token}, "password": {authtest.Password}}); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("without a name: %d", resp.StatusCode)
	}
	if resp, _ := b.form("/invite", url.Values{"token": {token}, "name": {"New"}, "password": {authtest.Password}}); resp.StatusCode != http.StatusOK {
		t.Errorf("accepting: %d", resp.StatusCode)
	}
	if _, body := b.get("/"); !strings.Contains(body, "as viewer") {
		t.Errorf("the first page: %s", body)
	}
	if resp, _ := b.get("/invite?token=" + token); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the link again: %d", resp.StatusCode)
	}
}

// On plain HTTP to one's own machine the cookie is one that browsers take there; anywhere else it needs TLS.
func TestTheCookieFitsThePublicURL(t *testing.T) {
	t.Parallel()
	k := authtest.New(t)
	k.Owner(t, "ann@example.com")
	for public, secure := range map[string]bool{
		"http://localhost:8080": false, "http://127.0.0.1:8080": false, "http://[::1]:8080": false,
		"https://localhost:8080": true, "http://custard.example": true, "http://10.0.0.7": true, "https://custard.example": true, "": true,
		"http://localhost.evil.example": true,
	} {
		rec := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/login", strings.NewReader(url.Values{"email": {"ann@example.com"}, "password": {authtest.Password}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		web.New(web.Config{Accounts: k.Service, PublicURL: public}).ServeHTTP(rec, r)
		cookies := rec.Result().Cookies()
		if len(cookies) != 1 {
			t.Fatalf("%s: status %d, cookies %v", public, rec.Code, cookies)
		}
		c := cookies[0]
		if c.Secure != secure || strings.HasPrefix(c.Name, "__Host-") != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("%s: %+v", public, c)
		}
		k.Clock.Move(60e9)
	}
}

func TestFormsThatAreTooLarge(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if resp, _ := s.browser(t).form("/login", url.Values{"email": {strings.Repeat("x", 20000)}}); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", resp.StatusCode)
	}
}

// What people see, as golden files: read the diff.
func TestPagesLookAsTheyDid(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Owner(t, "ann@example.com")
	anonymous, ann := s.browser(t), s.browser(t)
	ann.signIn("ann@example.com")
	d, err := s.StartDevice(t.Context(), "custard on laptop", auth.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string]func() (*http.Response, string){
		"login": func() (*http.Response, string) { return anonymous.get("/login") },
		"wrong": func() (*http.Response, string) {
			return anonymous.form("/login", url.Values{"email": {"ann@example.com"}, "password": {"x"}})
		},
		"signup":  func() (*http.Response, string) { return anonymous.get("/signup") },
		"verify":  func() (*http.Response, string) { return anonymous.get("/verify?token=TOKEN") },
		"reset":   func() (*http.Response, string) { return anonymous.get("/reset?token=TOKEN") },
		"forgot":  func() (*http.Response, string) { return anonymous.get("/reset") },
		"home":    func() (*http.Response, string) { return ann.get("/") },
		"device":  func() (*http.Response, string) { return ann.get("/device") },
		"approve": func() (*http.Response, string) { return ann.get("/device?code=" + d.UserCode) },
		"invite":  func() (*http.Response, string) { return anonymous.get("/invite?token=TOKEN") },
	} {
		_, body := page()
		body = strings.NewReplacer(d.UserCode, "ABCD-EFGH", s.srv.URL, "https://custard.example").Replace(body)
		body = regexp.MustCompile(`style-[0-9a-f]+\.css`).ReplaceAllString(body, "style-HASH.css")
		file := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if body != string(want) {
			t.Errorf("%s differs from %s: run with -update and read the diff\n%s", name, file, body)
		}
	}
}
