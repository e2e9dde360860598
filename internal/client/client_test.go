package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// kept keeps a login in memory.
type kept struct {
	mu    sync.Mutex
	login Login
}

func (k *kept) Login() (Login, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.login, nil
}

func (k *kept) Change(edit func(Login) (Login, error)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	fresh, err := edit(k.login)
	if err == nil {
		k.login = fresh
	}
	return err
}

// direct hands requests to a handler without a network, for tests with a clock of their own.
type direct func(*http.Request) (*http.Response, error)

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) { return d(r) }

func answer(status int, body string, header ...string) *http.Response {
	res := &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i+1 < len(header); i += 2 {
		res.Header.Set(header[i], header[i+1])
	}
	return res
}

func failure(code string, retry bool) string {
	text, err := json.Marshal(wire.ErrorBody{Error: wire.Error{Code: custard.Code(code), Message: "no", Hint: "do this", RequestID: "r1", Retry: retry}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func newClient(t *testing.T, address string, tokens Tokens, transport http.RoundTripper) *Client {
	t.Helper()
	c, err := New(Config{BaseURL: address, Tokens: tokens, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func wantCode(t *testing.T, err error, code custard.Code) *custard.Error {
	t.Helper()
	e := custard.AsError(err)
	if e == nil || e.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	return e
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://custard.example": "https://custard.example", "custard.example": "https://custard.example", " Custard.Example/ ": "https://custard.example",
		"localhost:8080": "http://localhost:8080", "127.0.0.1:1": "http://127.0.0.1:1", "[::1]:80": "http://[::1]:80", "http://custard.example": "http://custard.example",
		"https://example.org/custard/": "https://example.org/custard", "https://example.org/custard/api/v1/": "https://example.org/custard",
		"": "", "ftp://custard.example": "", "https://": "", "https://me:hunter2@custard.example": "", "https://custard.example?x=1": "", "http://[::1": "", "https:custard.example": "",
	} {
		u, err := ParseAddress(text)
		if want == "" {
			if e := wantCode(t, err, custard.CodeUsage); strings.Contains(e.Error(), "hunter2") || e.Hint == "" {
				t.Errorf("%q: %v, %s", text, e, e.Hint)
			}
			continue
		}
		if err != nil || u.String() != want {
			t.Errorf("%q is %v (%v), want %s", text, u, err, want)
		}
	}
}

func TestSecretsAreNotSentInTheOpen(t *testing.T) {
	t.Parallel()
	sent := 0
	network := direct(func(*http.Request) (*http.Response, error) { sent++; return answer(200, `{}`), nil })
	c := newClient(t, "http://custard.example", Key("cust_key_x"), network)
	_, err := c.Login(t.Context(), Credentials{Email: "me@example.com", Password: "secret"})
	wantCode(t, err, custard.CodeRefused)
	_, err = c.Me(t.Context())
	wantCode(t, err, custard.CodeRefused)
	for _, err := range c.Ask(t.Context(), custard.Request{Question: "how many?"}) {
		wantCode(t, err, custard.CodeRefused)
	}
	if sent != 0 {
		t.Errorf("%d requests went out", sent)
	}
	for _, address := range []string{"http://127.0.0.1:9", "http://localhost:9", "https://custard.example"} {
		if _, err := newClient(t, address, Key("cust_key_x"), network).Me(t.Context()); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	open, err := New(Config{BaseURL: "http://custard.example", Tokens: Key("cust_key_x"), Transport: network, AllowHTTP: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open.Me(t.Context()); err != nil {
		t.Error(err)
	}
}

// Whatever stands between us and a server is named, with what to look at.
func TestFaultsOfTheNetwork(t *testing.T) {
	t.Parallel()
	serve := func(h http.HandlerFunc) string {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		return s.URL
	}
	html := func(status int) string {
		return serve(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<html>hello</html>")
		})
	}
	tlsServer := httptest.NewTLSServer(http.NotFoundHandler())
	tlsServer.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(tlsServer.Close)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nothing := "http://" + closed.Addr().String()
	_ = closed.Close()
	var stolen atomic.Int32
	other := serve(func(http.ResponseWriter, *http.Request) { stolen.Add(1) })
	for name, test := range map[string]struct{ address, message, hint string }{
		"nothing listens":  {nothing, "nothing listens", "port"},
		"a web page":       {html(200), "not as a Custard server does", "proxy"},
		"a page not found": {html(404), "not as a Custard server does", "address"},
		"a gateway":        {html(502), "does not answer", "moment"},
		"a proxy's login":  {html(407), "the proxy wants a login", "HTTPS_PROXY"},
		"unknown signer":   {tlsServer.URL, "certificate", "SSL_CERT_FILE"},
		"no TLS":           {strings.Replace(html(200), "http:", "https:", 1), "does not speak TLS", "http://"},
		"no such host":     {"https://nowhere.invalid", "nowhere.invalid", ""},
		"elsewhere": {serve(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other+"/x?token=secret", http.StatusTemporaryRedirect)
		}), "sends us elsewhere: " + other + "/x", "--server"},
		"JSON of another": {serve(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `["hello"]`)
		}), "not as a Custard server does", "address"},
		"broken": {serve(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "broke", "again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, test.address, Key("cust_key_x"), nil).Me(t.Context())
			e := wantCode(t, err, custard.CodeUnreachable)
			if !strings.Contains(e.Message, test.message) || !strings.Contains(e.Hint, test.hint) || strings.Contains(e.Message, "secret") {
				t.Errorf("%q, hint %q", e.Message, e.Hint)
			}
		})
	}
	t.Cleanup(func() {
		if stolen.Load() != 0 {
			t.Error("a redirect carried the request to another host")
		}
	})
}

func TestARedirectWithinTheServerIsFollowed(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer cust_key_x" {
			t.Error("the key is not there")
		}
		if !strings.HasSuffix(r.URL.Path, "/there") {
			http.Redirect(w, r, r.URL.Path+"/there", http.StatusPermanentRedirect)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"role":"owner"}`)
	}))
	defer s.Close()
	me, err := newClient(t, s.URL, Key("cust_key_x"), nil).Me(t.Context())
	if err != nil || me.Role != "owner" {
		t.Errorf("%+v, %v", me, err)
	}
}

func TestErrorsOfTheServerArriveWhole(t *testing.T) {
	t.Parallel()
	c := newClient(t, "https://custard.example", Key("k"), direct(func(*http.Request) (*http.Response, error) {
		return answer(404, failure("not_found", false)), nil
	}))
	_, err := c.HostedConnection(t.Context(), "prod")
	e := wantCode(t, err, custard.CodeNotFound)
	if a, ok := asAnswer(e); e.Message != "no" || e.Hint != "do this" || !ok || a.RequestID != "r1" || a.Status != 404 {
		t.Errorf("%+v, %+v", e, a)
	}
	c = newClient(t, "https://custard.example", Key("k"), direct(func(*http.Request) (*http.Response, error) {
		return answer(500, failure("internal", false)), nil
	}))
	_, err = c.Me(t.Context())
	if e := wantCode(t, err, custard.CodeInternal); !strings.Contains(e.Hint, "r1") {
		t.Errorf("the hint %q does not name the request", e.Hint)
	}
}

// What may be sent again is, and nothing else; a server that says how long to wait is obeyed within bounds.
func TestTryingAgain(t *testing.T) {
	t.Parallel()
	type reply struct {
		status      int
		body, after string
	}
	lost := errors.New("read: connection reset by peer")
	for name, test := range map[string]struct {
		answers []any // an error, or what is answered
		do      func(context.Context, *Client) error
		sent    int
		after   time.Duration // at least
		code    custard.Code
	}{
		"reading": {
			[]any{lost, reply{503, failure("unreachable", true), ""}, reply{200, `{}`, ""}},
			func(ctx context.Context, c *Client) error { _, err := c.Me(ctx); return err }, 3, 0, "",
		},
		"creating with a key": {
			[]any{lost, reply{201, `{"api_key":{},"key":"cust_key_y"}`, ""}},
			func(ctx context.Context, c *Client) error { _, _, err := c.CreateAPIKey(ctx, "ci", nil); return err }, 2, 0, "",
		},
		"what may be done already": {
			[]any{lost}, func(ctx context.Context, c *Client) error { return c.RemoveHosted(ctx, "prod") }, 1, 0, custard.CodeUnreachable,
		},
		"what the server says was not done": {
			[]any{reply{429, failure("rate_limited", true), "7"}, reply{204, "", ""}},
			func(ctx context.Context, c *Client) error { return c.RemoveHosted(ctx, "prod") }, 2, 7 * time.Second, "",
		},
		"too long to wait": {
			[]any{reply{429, failure("rate_limited", true), "60"}},
			func(ctx context.Context, c *Client) error { _, err := c.Me(ctx); return err }, 1, 0, custard.CodeRateLimited,
		},
		"no use": {
			[]any{reply{403, failure("forbidden", false), ""}},
			func(ctx context.Context, c *Client) error { _, err := c.Me(ctx); return err }, 1, 0, custard.CodeForbidden,
		},
		"not for ever": {
			[]any{lost, lost, lost}, func(ctx context.Context, c *Client) error { _, err := c.Me(ctx); return err }, 3, 0, custard.CodeUnreachable,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				keys := map[string]bool{}
				c := newClient(t, "https://custard.example", Key("k"), direct(func(r *http.Request) (*http.Response, error) {
					keys[r.Header.Get("Idempotency-Key")] = true
					sent++
					if sent > len(test.answers) {
						t.Fatal("sent too often")
					}
					if err, ok := test.answers[sent-1].(error); ok {
						return nil, err
					}
					r1, _ := test.answers[sent-1].(reply)
					return answer(r1.status, r1.body, "Retry-After", r1.after), nil
				}))
				began := time.Now()
				err := test.do(t.Context(), c)
				if code := custard.AsError(err); (code == nil) != (test.code == "") || (code != nil && code.Code != test.code) {
					t.Errorf("got %v, want %q", err, test.code)
				}
				if sent != test.sent || len(keys) != 1 {
					t.Errorf("sent %d times with %d keys, want %d", sent, len(keys), test.sent)
				}
				if took := time.Since(began); took < test.after || took > test.after+2*time.Second {
					t.Errorf("took %s, want %s", took, test.after)
				}
			})
		})
	}
}

// rotating is a server whose refresh tokens are good for one use.
type rotating struct {
	mu     sync.Mutex
	n      int
	reused bool
}

func (s *rotating) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/api/v1/auth/refresh" {
		var body refreshBody
		_ = json.NewDecoder(r.Body).Decode(&body)
		if body.Refresh != refreshToken(s.n) {
			s.reused = true
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, failure("unauthenticated", false))
			return
		}
		s.n++
		_, _ = fmt.Fprintf(w, `{"access_token":%q,"refresh_token":%q,"expires_in":900}`, accessToken(s.n), refreshToken(s.n))
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+accessToken(s.n) || s.n == 0 {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, failure("unauthenticated", false))
		return
	}
	_, _ = io.WriteString(w, `{"role":"member"}`)
}

func accessToken(n int) string  { return "access" + string(rune('0'+n)) }
func refreshToken(n int) string { return "refresh" + string(rune('0'+n)) }

func TestALoginIsRefreshedOnce(t *testing.T) {
	t.Parallel()
	server := &rotating{}
	s := httptest.NewServer(server)
	defer s.Close()
	login := &kept{login: Login{Access: accessToken(0), Refresh: refreshToken(0), Expires: time.Now().Add(time.Hour), Connection: "prod"}}
	var wg sync.WaitGroup
	for range 16 {
		c := newClient(t, s.URL, login, nil)
		wg.Go(func() {
			if me, err := c.Me(t.Context()); err != nil || me.Role != "member" {
				t.Errorf("%+v, %v", me, err)
			}
		})
	}
	wg.Wait()
	if server.n != 1 || server.reused {
		t.Errorf("refreshed %d times, reused: %t", server.n, server.reused)
	}
	if login.login.Connection != "prod" {
		t.Error("a refresh forgot which connection is in use")
	}

	// One that is about to expire is refreshed before it is used, and an interrupt does not lose the new token.
	login.login.Expires = time.Now().Add(time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	c := newClient(t, s.URL, login, direct(func(r *http.Request) (*http.Response, error) {
		cancel()
		return http.DefaultTransport.RoundTrip(r)
	}))
	_, err := c.Me(ctx)
	wantCode(t, err, custard.CodeCanceled)
	if login.login.Access != accessToken(2) {
		t.Errorf("the login holds %q", login.login.Access)
	}

	// A login that has ended says so.
	login.login.Refresh = refreshToken(0)
	login.login.Expires = time.Time{}
	login.login.Access = "stale"
	_, err = newClient(t, s.URL, login, nil).Me(t.Context())
	if e := wantCode(t, err, custard.CodeUnauthenticated); !strings.Contains(e.Hint, "custard login") {
		t.Error(e.Hint)
	}
}

func TestDeviceLogin(t *testing.T) {
	t.Parallel()
	for last, code := range map[string]custard.Code{"": "", "access_denied": custard.CodeForbidden, "expired_token": custard.CodeTimeout} {
		t.Run("ends with "+last, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var at []time.Duration
				answers := []string{"authorization_pending", "slow_down", "authorization_pending", last}
				login := &kept{}
				c := newClient(t, "https://custard.example", login, direct(func(*http.Request) (*http.Response, error) {
					at = append(at, time.Since(began))
					if word := answers[len(at)-1]; word != "" {
						return answer(400, failure(word, true)), nil
					}
					return answer(200, `{"access_token":"a","refresh_token":"r","expires_in":900}`), nil
				}))
				_, err := c.AwaitDevice(t.Context(), Device{Code: "d", ExpiresIn: 600, Interval: 5})
				if code == "" {
					if err != nil || login.login.Access != "a" {
						t.Errorf("%v, %+v", err, login.login)
					}
				} else {
					wantCode(t, err, code)
				}
				want := []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second}
				for i := range want {
					if i >= len(at) || at[i] != want[i] {
						t.Fatalf("polled at %v, want %v", at, want)
					}
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "https://custard.example", &kept{}, direct(func(*http.Request) (*http.Response, error) {
			return answer(400, failure("authorization_pending", true)), nil
		}))
		_, err := c.AwaitDevice(t.Context(), Device{Code: "d", ExpiresIn: 60, Interval: 5})
		wantCode(t, err, custard.CodeTimeout)
	})
}

func TestListsAreReadPageByPage(t *testing.T) {
	t.Parallel()
	var asked []url.Values
	c := newClient(t, "https://custard.example", Key("k"), direct(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.Query())
		if r.URL.Query().Get("before") == "" {
			return answer(200, `{"items":[{"id":"3"},{"id":"2"}],"next":"2"}`), nil
		}
		return answer(200, `{"items":[{"id":"1"}],"next":""}`), nil
	}))
	entries, err := c.History(t.Context(), "", 0)
	if err != nil || len(entries) != 3 || len(asked) != 2 || asked[1].Get("before") != "2" {
		t.Errorf("%v, %v, asked %v", entries, err, asked)
	}
	asked = nil
	if entries, err = c.History(t.Context(), "", 2); err != nil || len(entries) != 2 || len(asked) != 1 || asked[0].Get("limit") != "2" {
		t.Errorf("%v, %v, asked %v", entries, err, asked)
	}
}
