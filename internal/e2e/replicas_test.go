package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/pgtest"
)

const (
	replicaEmail    = "ada@example.com"
	replicaPassword = "correct horse battery"
	// lastsAt is how long what one server has ended may still be good at another.
	lastsAt = 2 * time.Second
)

// replicas are three servers, each a process, on one PostgreSQL and NATS, and an account.
type replicas struct {
	urls   [3]string
	client *http.Client
}

// reply is what a server has answered.
type reply struct {
	status   int
	replayed bool
	body     string
}

// TestReplicas is about what must hold whichever of several servers is asked: codes are good once, limits count everything,
// what one has ended the others refuse.
func TestReplicas(t *testing.T) {
	t.Parallel()
	r := startReplicas(t)
	access, _ := r.login(t, 0)
	t.Run("device login", func(t *testing.T) { t.Parallel(); r.deviceLogin(t) })
	t.Run("sign-ups of an address", func(t *testing.T) { t.Parallel(); r.signupLimit(t) })
	t.Run("guesses of a password", func(t *testing.T) { t.Parallel(); r.loginLimit(t) })
	t.Run("a revoked key", func(t *testing.T) { t.Parallel(); r.revokedKey(t, access) })
	t.Run("an ended session", func(t *testing.T) { t.Parallel(); r.endedSession(t) })
	t.Run("one connection for a key", func(t *testing.T) { t.Parallel(); r.onceOnly(t, access) })
}

// A login that was begun at one server, approved at another and polled at a third is given out once.
func (r *replicas) deviceLogin(t *testing.T) {
	const from = "192.0.2.1"
	begun := r.post(t, 0, from, "", "/auth/device", map[string]any{"client": "custard on laptop"})
	var d struct {
		Device string `json:"device_code"`
		User   string `json:"user_code"`
	}
	begun.want(t, http.StatusOK, &d)
	poll := func(server int) reply {
		return r.post(t, server, from, "", "/auth/device/token", map[string]any{"device_code": d.Device})
	}
	poll(2).wantError(t, http.StatusBadRequest, "authorization_pending")
	poll(1).wantError(t, http.StatusBadRequest, "slow_down") // the interval is counted across servers too

	page, err := browse(r.urls[1]+"/device?code="+url.QueryEscape(d.User), url.Values{
		"email": {replicaEmail}, "password": {replicaPassword}, "decision": {"approve"},
	})
	if err != nil || !strings.Contains(page, "The terminal is signed in") {
		t.Fatalf("%v\n%s", err, page)
	}
	const each = 10 // polls at each server
	won := 0
	for _, got := range r.everywhere(each, func(server, _ int) reply { return poll(server) }) {
		if got.status != http.StatusOK {
			got.wantError(t, http.StatusBadRequest, "expired_token")
			continue
		}
		won++
		var session struct {
			Access string `json:"access_token"`
		}
		got.want(t, http.StatusOK, &session)
		for server := range r.urls {
			r.do(t, server, from, http.MethodGet, "/auth/me", session.Access, nil, "").want(t, http.StatusOK, nil)
		}
	}
	if won != 1 {
		t.Errorf("the code was given out %d times", won)
	}
}

// An address may sign up so often in all, whichever servers it asks.
func (r *replicas) signupLimit(t *testing.T) {
	const (
		from  = "192.0.2.2"
		burst = 20 // the rate of dear routes: httpapi.DefaultRates
		rate  = 0.5
	)
	start := time.Now()
	taken := 0
	for _, got := range r.everywhere(burst, func(server, _ int) reply {
		return r.post(t, server, from, "", "/auth/signup", map[string]any{"email": "nobody", "password": replicaPassword, "name": "N"})
	}) {
		switch got.status {
		case http.StatusBadRequest: // looked at
			taken++
		case http.StatusTooManyRequests:
		default:
			t.Fatalf("%d: %s", got.status, got.body)
		}
	}
	most := burst + 1 + int(rate*time.Since(start).Seconds())
	if taken < burst || taken > most {
		t.Errorf("three servers took %d sign-ups, want %d to %d", taken, burst, most)
	}
}

// Who has guessed a password too often at one server guesses at no other.
func (r *replicas) loginLimit(t *testing.T) {
	const (
		from  = "192.0.2.3"
		burst = 10 // of one address at one account: a token every twenty seconds
	)
	guess := func(server int) reply {
		return r.post(t, server, from, "", "/auth/login", map[string]any{"email": "grace@example.com", "password": "a wrong password"})
	}
	for range burst {
		guess(0).wantError(t, http.StatusUnauthorized, "unauthenticated")
	}
	for server := range r.urls {
		guess(server).wantError(t, http.StatusTooManyRequests, "rate_limited")
	}
	r.login(t, 1) // somebody else elsewhere signs in as ever
}

// A key that one server revokes is refused by the others that know it.
func (r *replicas) revokedKey(t *testing.T, access string) {
	const from = "192.0.2.4"
	var made struct {
		Secret string `json:"key"`
		Key    struct {
			ID string `json:"id"`
		} `json:"api_key"`
	}
	r.post(t, 0, from, access, "/api-keys", map[string]any{"name": "ci", "scopes": []string{"ask", "read"}}).want(t, http.StatusCreated, &made)
	r.endsEverywhere(t, from, made.Secret, func() {
		r.do(t, 0, from, http.MethodDelete, "/api-keys/"+made.Key.ID, access, nil, "").want(t, http.StatusNoContent, nil)
		// A server that still knows the key finds that it is gone where it looks it up.
		r.do(t, 2, from, http.MethodGet, "/auth/me", made.Secret, nil, "").wantError(t, http.StatusUnauthorized, "unauthenticated")
	})
}

// A login that is ended at one server is over at the others: its access token and its refresh token.
func (r *replicas) endedSession(t *testing.T) {
	const from = "192.0.2.5"
	access, refresh := r.login(t, 2)
	r.endsEverywhere(t, from, access, func() {
		r.post(t, 0, from, access, "/auth/logout", map[string]any{}).want(t, http.StatusNoContent, nil)
		r.post(t, 1, from, "", "/auth/refresh", map[string]any{"refresh_token": refresh}).wantError(t, http.StatusUnauthorized, "unauthenticated")
	})
}

// endsEverywhere checks that a token is good at each server until end has been called, and is good at none soon after.
func (r *replicas) endsEverywhere(t *testing.T, from, token string, end func()) {
	t.Helper()
	ask := func(server int) reply { return r.do(t, server, from, http.MethodGet, "/connections", token, nil, "") }
	for server := range r.urls {
		ask(server).want(t, http.StatusOK, nil)
	}
	ended := time.Now()
	end()
	ask(0).wantError(t, http.StatusUnauthorized, "unauthenticated") // where it was ended, at once
	var all sync.WaitGroup
	for server := 1; server < len(r.urls); server++ {
		all.Go(func() {
			for {
				asked := time.Now()
				got := ask(server)
				if got.status == http.StatusUnauthorized {
					return
				}
				if got.status != http.StatusOK || asked.Sub(ended) > lastsAt {
					t.Errorf("%s after the end server %d answers %d: %s", asked.Sub(ended), server+1, got.status, got.body)
					return
				}
				time.Sleep(20 * time.Millisecond) // so long is as exact as it need be
			}
		})
	}
	all.Wait()
	for server := range r.urls {
		ask(server).wantError(t, http.StatusUnauthorized, "unauthenticated")
	}
}

// One Idempotency-Key at several servers at once makes one thing, and everybody is told of the same.
func (r *replicas) onceOnly(t *testing.T, access string) {
	const from = "192.0.2.6"
	for _, kind := range []struct {
		path string
		body map[string]any
		id   *regexp.Regexp
	}{
		{"/connections", map[string]any{"name": "once", "dialect": "postgres"}, regexp.MustCompile(`"connection":\{"id":"(\w+)"`)},
		// Two keys may have one name: nothing but the Idempotency-Key keeps them from being made.
		{"/api-keys", map[string]any{"name": "once", "scopes": []string{"read"}}, regexp.MustCompile(`"api_key":\{"id":"(\w+)"`)},
	} {
		ids := map[string]int{}
		first := 0
		for _, got := range r.everywhere(1, func(server, _ int) reply {
			for deadline := time.Now().Add(patience); ; {
				got := r.do(t, server, from, http.MethodPost, kind.path, access, kind.body, "key-of "+kind.path)
				if got.status != http.StatusConflict || time.Now().After(deadline) {
					return got
				}
				time.Sleep(10 * time.Millisecond) // the first is still running
			}
		}) {
			id := kind.id.FindStringSubmatch(got.body)
			if got.status != http.StatusCreated || id == nil {
				t.Fatalf("%s: %d: %s", kind.path, got.status, got.body)
			}
			ids[id[1]]++
			if !got.replayed {
				first++
			}
		}
		if len(ids) != 1 || first != 1 {
			t.Errorf("%s: made %v, %d answers say that they made it", kind.path, ids, first)
		}
		list := r.do(t, 1, from, http.MethodGet, kind.path, access, nil, "")
		if n := strings.Count(list.body, `"name":"once"`); list.status != http.StatusOK || n != 1 {
			t.Errorf("%s: there are %d: %s", kind.path, n, list.body)
		}
	}
}

// startReplicas starts the servers, and makes the account at the first.
func startReplicas(t *testing.T) *replicas {
	t.Helper()
	database := pgtest.URL(t)
	bus, stop, err := newBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	r := &replicas{client: &http.Client{Timeout: patience}}
	run := func() *process {
		dir := t.TempDir()
		p, err := startProcess(dir, filepath.Join(dir, "server.log"), []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "HOST=127.0.0.1", "PORT=0", "DATABASE_URL=" + database, "NATS_URL=" + bus,
			"PUBLIC_URL=http://localhost", "CUSTARD_SERVER_TRUSTED_PROXIES=127.0.0.1/32",
		}, "custard-server")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := p.stop(); err != nil {
				t.Error(err)
			}
		})
		return p
	}
	listens := func(p *process) string {
		said, err := p.await(regexp.MustCompile(`listening.* address=(\S+)`))
		if err != nil {
			t.Fatal(err)
		}
		return "http://" + said[1]
	}
	one := run()
	r.urls[0] = listens(one)
	r.post(t, 0, "192.0.2.100", "", "/auth/signup", map[string]any{
		"email": replicaEmail, "password": replicaPassword, "name": "Ada", "organisation": "Acme",
	}).want(t, http.StatusAccepted, nil)
	link, err := one.await(regexp.MustCompile(`/verify\?token=\S+`))
	if err != nil {
		t.Fatal(err)
	}
	two, three := run(), run() // now: the mail is in the log of the only one there was
	r.urls[1], r.urls[2] = listens(two), listens(three)
	if _, err := browse(r.urls[1]+link[0], nil); err != nil {
		t.Fatal(err)
	}
	return r
}

// login signs the account in at a server.
func (r *replicas) login(t *testing.T, server int) (access, refresh string) {
	t.Helper()
	var session struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	r.post(t, server, "192.0.2.100", "", "/auth/login", map[string]any{"email": replicaEmail, "password": replicaPassword}).want(t, http.StatusOK, &session)
	return session.Access, session.Refresh
}

// everywhere calls do so often for each server, all at once, and returns what came of it.
func (r *replicas) everywhere(each int, do func(server, n int) reply) []reply {
	out := make([]reply, each*len(r.urls))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range out {
		all.Go(func() {
			<-start
			out[i] = do(i%len(r.urls), i/len(r.urls))
		})
	}
	close(start)
	all.Wait()
	return out
}

func (r *replicas) post(t *testing.T, server int, from, token, path string, body any) reply {
	t.Helper()
	return r.do(t, server, from, http.MethodPost, path, token, body, "")
}

// do sends a request to a server as it comes from an address, with a token and an Idempotency-Key where there are such.
// What cannot be sent has the status 0, and the error for a body.
func (r *replicas) do(t *testing.T, server int, from, method, path, token string, body any, key string) reply {
	t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return reply{body: err.Error()}
		}
		sent = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, r.urls[server]+"/api/v1"+path, sent)
	if err != nil {
		return reply{body: err.Error()}
	}
	req.Header.Set("X-Forwarded-For", from)
	for name, value := range map[string]string{"Content-Type": "application/json", "Idempotency-Key": key} {
		if body != nil && value != "" {
			req.Header.Set(name, value)
		}
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return reply{body: err.Error()}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{body: err.Error()}
	}
	return reply{status: res.StatusCode, replayed: res.Header.Get("Idempotent-Replayed") == "true", body: string(text)}
}

// want checks the status of an answer and reads its body.
func (a reply) want(t *testing.T, status int, into any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(a.body), into); err != nil {
			t.Fatalf("%v: %s", err, a.body)
		}
	}
}

func (a reply) wantError(t *testing.T, status int, code string) {
	t.Helper()
	if a.status != status || !strings.Contains(a.body, fmt.Sprintf(`"code":%q`, code)) {
		t.Fatalf("status %d, want %d %s: %s", a.status, status, code, a.body)
	}
}
