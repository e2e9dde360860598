package httpapi

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/web"
)

// hostileBodies are bodies that no route may take, each with the status that every route that reads one answers.
func hostileBodies() map[string]struct {
	body   string
	status int
} {
	type one = struct {
		body   string
		status int
	}
	return map[string]one{
		"empty":           {"", 400},
		"white space":     {"   \n", 400},
		"no JSON":         {"{", 400},
		"garbage":         {"\x00\x01\x02", 400},
		"an array":        {"[]", 400},
		"a string":        {`"x"`, 400},
		"two values":      {`{} {}`, 400},
		"trailing":        {`{}x`, 400},
		"deep arrays":     {`{"name":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, 400},
		"very deep":       {strings.Repeat(`{"a":`, 10_000), 400},
		"bad UTF-8":       {"{\"name\":\"\xff\xfe\"}", 400},
		"NUL":             {`{"name":"a\u0000b"}`, 400},
		"unknown field":   {`{"no_such_field":1}`, 400},
		"duplicate field": {`{"name":"a","name":"b"}`, 400},
		"case duplicate":  {`{"name":"a","NAME":"b"}`, 400},
		"escaped twice":   {`{"name":"a","n\u0061me":"b"}`, 400},
		"prototype":       {`{"__proto__":{"admin":true}}`, 400},
		"too large":       {`{"name":"` + strings.Repeat("x", 2<<20) + `"}`, 413},
		"huge number":     {`{"limit":1` + strings.Repeat("0", 1000) + `}`, 400},
	}
}

// Every route that reads a body, fed with what no client sends: a status of its own, a structured error, no panic, and
// nothing of the body in the answer's or the log's text.
func TestEveryRouteRefusesHostileBodies(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	w.connection(t, "shop")
	for _, rt := range w.table {
		if rt.doc.body == nil {
			continue
		}
		path := strings.NewReplacer("{id}", "shop", "{user}", "somebody").Replace(rt.pattern)
		for name, tt := range hostileBodies() {
			if tt.body == "" && (rt.pattern == "/connections/{id}/rotate-token" || rt.pattern == "/auth/logout") { // everything has a default
				continue
			}
			r := w.do(t, rt.method, path, tt.body)
			if r.status != tt.status {
				t.Errorf("%s %s, %s: status %d, want %d: %.200s", rt.method, rt.pattern, name, r.status, tt.status, r.body)
				continue
			}
			if f := r.fault(t); f.Code == "" || f.RequestID == "" || f.Message == "" {
				t.Errorf("%s %s, %s: %+v", rt.method, rt.pattern, name, f)
			}
		}
		r := w.do(t, rt.method, path, "name=x", "Content-Type", "application/x-www-form-urlencoded")
		if r.status != http.StatusUnsupportedMediaType {
			t.Errorf("%s %s takes a form: %d", rt.method, rt.pattern, r.status)
		}
	}
	if log := w.log.String(); strings.Contains(log, "panic") || strings.Contains(log, "level=ERROR") {
		t.Errorf("the log has a panic or an error:\n%s", firstLines(log, "ERROR"))
	}
}

func firstLines(log, with string) string {
	var out []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, with) && len(out) < 5 {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// Every route, with what may stand in a path or a query.
func TestPathsAndQueriesThatAreNone(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	bad := []string{
		"..%2f..%2fetc%2fpasswd", "%00", "%ff", strings.Repeat("x", 4000), "a'%20OR%20'1'='1", "%0d%0aSet-Cookie:%20x", "*", "{id}", "..;", "%2e%2e", "null", "-1",
	}
	for _, rt := range w.table {
		if !strings.Contains(rt.pattern, "{") || strings.HasPrefix(rt.pattern, agentsPath) {
			continue
		}
		for _, piece := range bad {
			path := wildcard().ReplaceAllString(rt.pattern, piece)
			var body any
			if rt.doc.body != nil {
				body = "{}"
			}
			r := w.do(t, rt.method, path, body)
			if r.status >= 500 || r.status < 400 && r.status != 301 && r.status != 307 && r.status != 204 {
				t.Errorf("%s %s: %d %.200s", rt.method, path, r.status, r.body)
			}
			if got := r.header.Get("Set-Cookie"); got != "" {
				t.Errorf("%s %s: a header was injected: %s", rt.method, path, got)
			}
		}
	}
	for _, path := range []string{"/../../etc/passwd", "//evil.example/", "/connections//x", "/./connections", "/connections/ws/../../x", "/connections/ws/%2e%2e/x"} {
		if r := w.do(t, "GET", path, nil); r.status >= 500 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
	for _, q := range []string{"limit=1&limit=x;y", "before=%00", "before='", "refresh=maybe", "all=%ff", "limit=99999999999999999999"} {
		for _, rt := range w.table {
			if rt.method == http.MethodGet && !strings.Contains(rt.pattern, "{") {
				if r := w.do(t, "GET", rt.pattern+"?"+q, nil); r.status >= 500 {
					t.Errorf("%s?%s: %d %s", rt.pattern, q, r.status, r.body)
				}
			}
		}
	}
	if log := w.log.String(); strings.Contains(log, "panic") || strings.Contains(log, "level=ERROR") {
		t.Errorf("the log has an error:\n%s", firstLines(log, "ERROR"))
	}
}

func TestWrongMethodsNameTheRightOnes(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	methods := map[string]map[string]bool{}
	for _, rt := range w.table {
		if methods[rt.pattern] == nil {
			methods[rt.pattern] = map[string]bool{}
		}
		methods[rt.pattern][rt.method] = true
	}
	for pattern, has := range methods {
		path := wildcard().ReplaceAllString(pattern, "x")
		for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			if has[m] {
				continue
			}
			r := w.do(t, m, path, nil)
			if r.status != 405 || r.fault(t).Code != custard.CodeUsage {
				t.Errorf("%s %s: %d", m, path, r.status)
			}
			for right := range has {
				if !strings.Contains(r.header.Get("Allow"), right) {
					t.Errorf("%s %s: Allow %q lacks %s", m, path, r.header.Get("Allow"), right)
				}
			}
		}
	}
}

// raw sends bytes and returns the first line of what comes back.
func raw(t *testing.T, w *world, data string, patience time.Duration) string {
	t.Helper()
	conn, err := net.Dial("tcp", w.http.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, data); err != nil {
		return err.Error()
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(line)
}

func TestBrokenHTTP(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	for name, tt := range map[string]struct{ data, want string }{
		"huge header":        {"GET /health HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 100<<10) + "\r\n\r\n", "HTTP/1.1 431"},
		"no HTTP":            {"\x16\x03\x01\x02\x00\x01\r\n\r\n", "HTTP/1.1 400"},
		"two lengths":        {"POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 400"},
		"length and chunked": {"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400"},
		"no host":            {"GET /api/v1/openapi.json HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		"a negative length":  {"POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400"},
		"absolute elsewhere": {"GET http://evil.example/api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200"},
		"a folded header":    {"GET /health HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\r\n  x\r\n\r\n", "HTTP/1.1 "},
	} {
		if got := raw(t, w, tt.data, 5*time.Second); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %q, want %s", name, got, tt.want)
		}
	}
}

// A client that sends its header a byte at a time is cut off; the test's server waits for a second, the program for ten.
func TestSlowHeaderIsCutOff(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	conn, err := net.Dial("tcp", w.http.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	start := time.Now()
	_, _ = io.Copy(io.Discard, conn)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the connection was open for %s", took)
	}
}

// A body that is announced and never comes holds no connection, whoever was meant to read it: a route, one that refuses
// before it reads, the answer to an unknown address, a probe, or a page.
func TestBodyThatNeverComesIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	w := newServer(t, func(c *Config) {
		c.BodyTime = 300 * time.Millisecond
		c.Pages = web.New(web.Config{Accounts: c.Accounts, PublicURL: c.PublicURL, Log: c.Logger})
	})
	for _, tt := range []struct{ line, want string }{
		{"POST /api/v1/auth/login", "HTTP/1.1 408"},
		{"POST /api/v1/connections", "HTTP/1.1 401"},
		{"POST /api/v1/query", "HTTP/1.1 401"},
		{"POST /api/v1/nothing", "HTTP/1.1 404"},
		{"GET /health", "HTTP/1.1 200"},
		{"POST /login", "HTTP/1.1 400"},
	} {
		t.Run(tt.line, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", w.http.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			kind := "application/json"
			if !strings.Contains(tt.line, Base) {
				kind = "application/x-www-form-urlencoded"
			}
			fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 100\r\n\r\na", tt.line, kind)
			_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
			got, err := io.ReadAll(conn)
			if err != nil || !strings.HasPrefix(string(got), tt.want) {
				t.Errorf("%v, %q, want %s and the end of the connection", err, got, tt.want)
			}
			if strings.Contains(string(got), "i/o timeout") || strings.Contains(string(got), "127.0.0.1") {
				t.Errorf("the answer tells of the server's inside: %s", got)
			}
		})
	}
}

// The bound on a body does not reach into what comes after it: a request that takes longer than its body might, and the next
// one on the same connection, are answered.
func TestBoundOfABodyEndsWithIt(t *testing.T) {
	t.Parallel()
	w := newServer(t, func(c *Config) { c.BodyTime = 200 * time.Millisecond })
	slow := w.serve(&route{method: "POST", pattern: "/slow", access: public(), handle: func(c *call) error {
		var in tokenBody
		if err := c.read(&in); err != nil {
			return err
		}
		select {
		case <-c.ctx().Done():
			return c.ctx().Err()
		case <-time.After(600 * time.Millisecond):
			return c.none()
		}
	}})
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.bound(rw, r)
		slow(rw, r)
	}))
	defer srv.Close()
	for range 2 {
		resp, err := srv.Client().Post(srv.URL, "application/json", strings.NewReader(`{"token":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNoContent {
			t.Errorf("status %d", resp.StatusCode)
		}
	}
}

func TestPanicIsAnInternalErrorWithoutDetail(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	serve := w.serve(&route{method: "GET", pattern: "/boom", access: public(), handle: func(*call) error { panic("planted-secret") }})
	rec := httptest.NewRecorder()
	serve(rec, httptest.NewRequest("GET", "/boom", nil))
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "planted") || !strings.Contains(rec.Body.String(), `"internal"`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	id := rec.Header().Get("X-Request-Id")
	if !strings.Contains(w.log.String(), id) {
		t.Error("the log does not name the request")
	}
}

func TestInternalErrorsStayInTheLog(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	serve := w.serve(&route{method: "GET", pattern: "/fails", access: public(), handle: func(*call) error {
		return fmt.Errorf("dial tcp 10.9.8.7:5432: connection refused")
	}})
	rec := httptest.NewRecorder()
	serve(rec, httptest.NewRequest("GET", "/fails", nil))
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "10.9.8.7") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if !strings.Contains(w.log.String(), "10.9.8.7") {
		t.Error("the log does not have the detail")
	}
}

// What stands behind a failure is in the log, with the request's id, and nowhere in the answer.
func TestCausesAreLogged(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	for _, code := range []custard.Code{custard.CodeInternal, custard.CodeUnreachable} {
		cause := "relation " + string(code) + " does not exist"
		serve := w.serve(&route{method: "GET", pattern: "/fails", access: public(), handle: func(*call) error {
			return fmt.Errorf("here: %w", &custard.Error{Code: code, Message: "cannot look", Cause: errors.New(cause)})
		}})
		rec := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/fails", nil)
		r.Header.Set("X-Request-Id", "request-of-"+string(code))
		serve(rec, r)
		if rec.Code < 500 || strings.Contains(rec.Body.String(), "relation") {
			t.Errorf("%s: %d %s", code, rec.Code, rec.Body)
		}
		found := false
		for line := range strings.Lines(w.log.String()) {
			found = found || strings.Contains(line, cause) && strings.Contains(line, "request-of-"+string(code))
		}
		if !found {
			t.Errorf("%s: no line of the log has the cause and the request's id:\n%s", code, w.log)
		}
	}
}

func TestRequestIDsAreTakenWhenSane(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	for id, taken := range map[string]bool{
		"abc-123_x.Y": true, strings.Repeat("x", 65): false, "a b": false, "<script>": false, "a\tb": false, "ü": false,
	} {
		r := w.do(t, "GET", "/connections", nil, "X-Request-Id", id)
		if got := r.header.Get("X-Request-Id"); (got == id) != taken || got == "" {
			t.Errorf("%q: %q", id, got)
		}
	}
}

// A secret that stands where a client can put it does not come back, and is not in the log.
func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	w, _, _ := withShop(t, nil)
	const secret = "planted-s3cret"
	w.as(t, "cust_key_"+secret, "GET", "/connections", nil)
	w.do(t, "GET", "/connections?token="+secret, nil)
	w.do(t, "GET", "/connections/"+secret, nil)
	w.do(t, "POST", "/auth/login", map[string]string{"email": "ana@example.com", "password": secret})
	w.do(t, "POST", "/auth/verify-email", map[string]string{"token": secret})
	w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT '" + secret + "' FROM customers"})
	w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT " + "planted_s3cret FROM customers"})
	for _, text := range []string{secret, "planted_s3cret", w.owner.Access, w.owner.Refresh} {
		if strings.Contains(w.log.String(), text) {
			t.Errorf("the log has %q:\n%s", text, firstLines(w.log.String(), text))
		}
	}
}

// A client that asks for much and does not read is cut when its statement's time is over, and holds bounded memory until then.
func TestReaderThatDoesNotRead(t *testing.T) {
	t.Parallel()
	w, _, path := withShop(t, nil)
	alter(t, path, "CREATE TABLE wide AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 20000) SELECT i, hex(zeroblob(5000)) AS text FROM n")
	w.do(t, "POST", "/connections/shop/refresh-schema", nil)
	conn, err := net.Dial("tcp", w.http.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"connection":"shop","sql":"SELECT i, text FROM wide","limit":-1,"timeout_ms":1500}`
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	fmt.Fprintf(conn, "POST %s/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nAccept: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		Base, w.owner.Access, wire.EventStream, len(body), body)
	deadline := time.Now().Add(8 * time.Second)
	for busy := true; busy; {
		busy = false
		for _, a := range w.hub.Agents(t.Context(), w.org, mustConnection(t, w)) {
			busy = busy || a.Busy > 0
		}
		if time.Now().After(deadline) {
			t.Fatal("the agent still serves a client that does not read")
		}
		time.Sleep(50 * time.Millisecond)
		if time.Until(deadline) > 7*time.Second { // let it begin
			busy = true
		}
	}
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

func mustConnection(t *testing.T, w *world) string {
	t.Helper()
	var c connectionBody
	w.do(t, "GET", "/connections/shop", nil).into(t, &c)
	return c.ID
}

// FuzzQueryBody: whatever stands in a body, decoding it ends with an error of ours or with a request whose limits hold.
func FuzzQueryBody(f *testing.F) {
	f.Add([]byte(`{"connection":"shop","sql":"SELECT 1"}`))
	f.Add([]byte(`{"question":"how many?","connection":"shop","limit":-1,"timeout_ms":1000,"now":"2026-01-01","chart":"bar"}`))
	for _, tt := range hostileBodies() {
		if len(tt.body) < 1000 {
			f.Add([]byte(tt.body))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var body queryBody
		if err := decode(data, &body); err != nil {
			if e := custard.AsError(err); e.Code != custard.CodeUsage || len(e.Message) > len(data)*8+500 {
				t.Fatalf("%v", err)
			}
			return
		}
		if strings.IndexByte(body.SQL+body.Question+body.Connection, 0) >= 0 {
			t.Fatal("a NUL came through")
		}
		req, err := body.request(100)
		if err != nil {
			if custard.AsError(err).Code != custard.CodeUsage {
				t.Fatalf("%v", err)
			}
			return
		}
		if req.Limits.Rows < 1 || req.Limits.Rows > 100 || req.Limits.Timeout <= 0 || req.Limits.Timeout > maxTimeout {
			t.Fatalf("%+v", req.Limits)
		}
	})
}
