package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

func TestConnectionFromBirthToRemoval(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	r := w.do(t, "POST", "/connections", map[string]any{"name": "shop", "dialect": "sqlite", "description": "the shop", "max_rows": 10})
	var made createdConnectionBody
	r.into(t, &made)
	id := made.Connection.ID
	if r.status != 201 || made.Connection.Status != "offline" || !strings.HasPrefix(made.AgentToken, "cust_agent_") {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for _, part := range []string{"BACKEND_WEBSOCKET_URI=wss://custard.example", "CONNECTION_ID=" + id, "AGENT_TOKEN=" + made.AgentToken, "custard-agent"} {
		if !strings.Contains(made.Command, part) {
			t.Errorf("the command lacks %s: %s", part, made.Command)
		}
	}
	if r := w.do(t, "POST", "/connections", map[string]any{"name": "SHOP", "dialect": "sqlite"}); r.status != 409 || r.fault(t).Code != custard.CodeConflict {
		t.Errorf("a name that is taken: %d %s", r.status, r.body)
	}

	src, _ := shop(t)
	w.agent(t, id, made.AgentToken, custard.SQLite, src)
	var shown connectionBody
	w.do(t, "GET", "/connections/shop", nil).into(t, &shown)
	if shown.ID != id || shown.Status != "online" || len(shown.Agents) != 1 || shown.Agents[0].Version != "test" {
		t.Errorf("shown: %+v", shown)
	}
	if r := w.do(t, "PATCH", "/connections/"+id, map[string]any{"name": "store", "max_cost": 5}); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	w.do(t, "GET", "/connections/store", nil).into(t, &shown)
	if shown.Name != "store" || shown.MaxCost != 5 || shown.MaxRows != 10 || shown.Description != "the shop" {
		t.Errorf("changed: %+v", shown)
	}
	var checks checksBody
	w.do(t, "POST", "/connections/store/test", nil).into(t, &checks)
	if len(checks.Checks) != 3 || slices.ContainsFunc(checks.Checks, func(c checkBody) bool { return !c.OK }) {
		t.Errorf("checks: %+v", checks)
	}
	var page list[connectionBody]
	w.do(t, "GET", "/connections", nil).into(t, &page)
	if len(page.Items) != 1 || page.Next != "" || page.Items[0].Status != "online" {
		t.Errorf("list: %+v", page)
	}
	if r := w.do(t, "DELETE", "/connections/store", nil); r.status != 204 || len(r.body) != 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if n := len(w.hub.Agents(t.Context(), w.org, id)); n != 0 {
		t.Errorf("%d agents of a removed connection", n)
	}
	for _, path := range []string{"/connections/store", "/connections/" + id, "/connections/" + id + "/schema"} {
		if r := w.do(t, "GET", path, nil); r.status != 404 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
	if r := w.do(t, "POST", "/query", map[string]any{"connection": id, "sql": "SELECT 1"}); r.status != 404 {
		t.Errorf("a question to a removed connection: %d", r.status)
	}
}

func TestConnectionsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	for _, body := range []map[string]any{
		{"name": "", "dialect": "sqlite"}, {"name": "a b", "dialect": "sqlite"}, {"name": "../x", "dialect": "sqlite"}, {"name": "ws", "dialect": "sqlite"},
		{"name": custard.NewID(time.Now()), "dialect": "sqlite"}, {"name": strings.Repeat("x", 65), "dialect": "sqlite"},
		{"name": "x", "dialect": "oracle"}, {"name": "x", "dialect": "mysql"}, {"name": "x"}, {"name": "x", "dialect": "sqlite", "max_rows": -1},
		{"name": "x", "dialect": "sqlite", "engine": "none/such"}, {"name": "x", "dialect": "sqlite", "dsn": "postgres://secret"},
	} {
		if r := w.do(t, "POST", "/connections", body); r.status != 400 || r.fault(t).Code != custard.CodeUsage {
			t.Errorf("%v: %d %s", body, r.status, r.body)
		}
	}
	if r := w.do(t, "PATCH", "/connections/x", map[string]any{"dialect": "mysql"}); r.status != 400 {
		t.Errorf("a dialect cannot be changed: %d", r.status)
	}
}

func TestListsArePaged(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	var want []string
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		w.connection(t, name)
		w.kit.Clock.Move(time.Millisecond)
		want = append([]string{name}, want...)
	}
	var got []string
	before := ""
	for range 10 {
		var page list[connectionBody]
		w.do(t, "GET", "/connections?limit=2&before="+before, nil).into(t, &page)
		for _, c := range page.Items {
			got = append(got, c.Name)
		}
		if before = page.Next; before == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages held %v, want %v", got, want)
	}
	for _, q := range []string{"limit=0", "limit=201", "limit=x", "before=" + strings.Repeat("x", 300)} {
		if r := w.do(t, "GET", "/connections?"+q, nil); r.status != 400 {
			t.Errorf("%s: %d", q, r.status)
		}
	}
}

func TestSchemaAndWhatChanged(t *testing.T) {
	t.Parallel()
	w, _, path := withShop(t, nil)
	r := w.do(t, "GET", "/connections/shop/schema", nil)
	var schema custard.Schema
	r.into(t, &schema)
	tag := r.header.Get("ETag")
	if len(schema.Tables) != 2 || tag != `"`+schema.Fingerprint+`"` {
		t.Fatalf("%s %s", tag, r.body)
	}
	if r := w.do(t, "GET", "/connections/shop/schema", nil, "If-None-Match", `"other", W/`+tag); r.status != 304 || len(r.body) != 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
	w.do(t, "POST", "/connections/shop/refresh-schema", nil)
	alter(t, path, "ALTER TABLE orders ADD COLUMN note TEXT; ALTER TABLE customers DROP COLUMN country; CREATE TABLE visits (id INTEGER PRIMARY KEY)")
	var fresh refreshedBody
	w.do(t, "POST", "/connections/shop/refresh-schema", nil).into(t, &fresh)
	want := []string{"table customers: column country removed", "table orders: column note added", "table visits added"}
	if !slices.Equal(fresh.Changes, want) || fresh.Tables != 3 || fresh.Columns != 8 || fresh.Fingerprint == schema.Fingerprint {
		t.Errorf("%+v", fresh)
	}
	w.do(t, "POST", "/connections/shop/refresh-schema", nil).into(t, &fresh)
	if len(fresh.Changes) != 0 {
		t.Errorf("nothing changed, but: %v", fresh.Changes)
	}
}

func TestSchemaIsShownWhileNoAgentIsThere(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	src, _ := shop(t)
	id, token := w.connection(t, "shop")
	if r := w.do(t, "GET", "/connections/shop/schema", nil); r.status != 503 {
		t.Errorf("before any agent came: %d", r.status)
	}
	stop, _ := w.agent(t, id, token, custard.SQLite, src)
	if r := w.do(t, "POST", "/connections/shop/refresh-schema", nil); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); len(w.hub.Agents(t.Context(), w.org, id)) > 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	var schema custard.Schema
	w.do(t, "GET", "/connections/shop/schema", nil).into(t, &schema)
	if len(schema.Tables) != 2 {
		t.Errorf("schema: %+v", schema)
	}
	if r := w.do(t, "GET", "/connections/shop/schema?refresh=true", nil); r.status != 503 {
		t.Errorf("a refresh without an agent: %d", r.status)
	}
	var checks checksBody
	w.do(t, "POST", "/connections/shop/test", nil).into(t, &checks)
	if len(checks.Checks) != 1 || checks.Checks[0].OK || checks.Checks[0].Hint == "" {
		t.Errorf("checks: %+v", checks)
	}
}

func TestRotatedTokenCutsOldAgents(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	src, _ := shop(t)
	id, token := w.connection(t, "shop")
	_, wait := w.agent(t, id, token, custard.SQLite, src)
	var rotated rotatedBody
	w.do(t, "POST", "/connections/shop/rotate-token", nil).into(t, &rotated)
	if !strings.HasPrefix(rotated.AgentToken, "cust_agent_") || rotated.AgentToken == token {
		t.Fatalf("%+v", rotated)
	}
	if n := len(w.hub.Agents(t.Context(), w.org, id)); n != 1 {
		t.Errorf("with an overlap the old agent stays: %d there", n)
	}
	w.kit.Clock.Move(time.Second)
	start := time.Now()
	w.do(t, "POST", "/connections/shop/rotate-token", map[string]any{"overlap_seconds": 0}).into(t, &rotated)
	for len(w.hub.Agents(t.Context(), w.org, id)) > 0 {
		if time.Since(start) > 2*time.Second {
			t.Fatal("the agent with the old token is still there")
		}
		time.Sleep(time.Millisecond)
	}
	if err := wait(); err == nil || custard.AsError(err).Code != custard.CodeUnauthenticated {
		t.Errorf("the agent ended with %v; it must not come back", err)
	}
	w.agent(t, id, rotated.AgentToken, custard.SQLite, src)
	if r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT 1"}); r.status != 200 {
		t.Errorf("with the new token: %d %s", r.status, r.body)
	}
	if r := w.do(t, "POST", "/connections/shop/rotate-token", map[string]any{"overlap_seconds": -1}); r.status != 400 {
		t.Errorf("a negative overlap: %d", r.status)
	}
}

// An agent that came with the old token serves until the overlap ends, and is cut then: what lives on is the new token alone.
func TestAgentIsCutWhenTheOverlapOfItsTokenEnds(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	src, _ := shop(t)
	id, token := w.connection(t, "shop")
	_, wait := w.agent(t, id, token, custard.SQLite, src)
	looked := w.kit.Clock.Now()
	var rotated rotatedBody
	w.do(t, "POST", "/connections/shop/rotate-token", map[string]any{"overlap_seconds": 60}).into(t, &rotated)
	look := func() {
		t.Helper()
		var err error
		if looked, err = w.kit.CutExpired(t.Context(), looked, w.hub.Revoke); err != nil {
			t.Fatal(err)
		}
	}
	w.kit.Clock.Move(59 * time.Second)
	look()
	if r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT 1"}); r.status != 200 {
		t.Fatalf("before the overlap ends: %d %s", r.status, r.body)
	}
	w.agent(t, id, rotated.AgentToken, custard.SQLite, src)
	for deadline := time.Now().Add(10 * time.Second); len(w.hub.Agents(t.Context(), w.org, id)) < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the agent with the new token did not come")
		}
	}
	w.kit.Clock.Move(2 * time.Second)
	start := time.Now()
	look()
	if err := wait(); err == nil || custard.AsError(err).Code != custard.CodeUnauthenticated {
		t.Errorf("the old agent ended with %v; it must not come back", err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
	if n := len(w.hub.Agents(t.Context(), w.org, id)); n != 1 {
		t.Errorf("%d agents are there, want the new one", n)
	}
	if r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT 1"}); r.status != 200 {
		t.Errorf("after the overlap: %d %s", r.status, r.body)
	}
}

func TestCreationIsIdempotent(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	body := map[string]any{"name": "shop", "dialect": "sqlite"}
	first := w.do(t, "POST", "/connections", body, "Idempotency-Key", "k1")
	again := w.do(t, "POST", "/connections", body, "Idempotency-Key", "k1")
	var a, b createdConnectionBody
	first.into(t, &a)
	again.into(t, &b)
	if again.status != 201 || b.Connection.ID != a.Connection.ID || again.header.Get("Idempotent-Replayed") != "true" || !b.Replayed {
		t.Errorf("%d %s", again.status, again.body)
	}
	if b.AgentToken != "" || strings.Contains(string(again.body), a.AgentToken) || a.AgentToken == "" {
		t.Error("the secret was shown twice")
	}
	body["name"] = "other"
	if r := w.do(t, "POST", "/connections", body, "Idempotency-Key", "k1"); r.status != 409 || r.fault(t).Code != custard.CodeConflict {
		t.Errorf("the key with another request: %d %s", r.status, r.body)
	}
	if r := w.do(t, "POST", "/connections", body, "Idempotency-Key", strings.Repeat("k", 201)); r.status != 400 {
		t.Errorf("a long key: %d", r.status)
	}
	// What failed may be tried again with the same key.
	bad := map[string]any{"name": "bad name", "dialect": "sqlite"}
	if r := w.do(t, "POST", "/connections", bad, "Idempotency-Key", "k2"); r.status != 400 {
		t.Errorf("%d", r.status)
	}
	if r := w.do(t, "POST", "/connections", map[string]any{"name": "good", "dialect": "sqlite"}, "Idempotency-Key", "k2"); r.status != 201 {
		t.Errorf("after a failure: %d %s", r.status, r.body)
	}
}

func TestConcurrentCreationHappensOnce(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	var mu sync.Mutex
	statuses := map[int]int{}
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			r := w.do(t, "POST", "/connections", map[string]any{"name": "shop", "dialect": "sqlite"}, "Idempotency-Key", "same")
			if r.status == 409 && (r.header.Get("Retry-After") == "" || !r.fault(t).Retry) {
				t.Errorf("told to wait without how long: %s", r.body)
			}
			mu.Lock()
			defer mu.Unlock()
			statuses[r.status]++
		})
	}
	wg.Wait()
	var page list[connectionBody]
	w.do(t, "GET", "/connections", nil).into(t, &page)
	if len(page.Items) != 1 || statuses[201] < 1 || statuses[201]+statuses[409] != 12 {
		t.Errorf("%d connections, statuses %v", len(page.Items), statuses)
	}
}

func TestRates(t *testing.T) {
	t.Parallel()
	w := newServer(t, func(c *Config) {
		c.Rates = Rates{
			Address: Rate{1, 3}, Refused: Rate{0.1, 2}, Account: Rate{1, 5}, Organisation: Rate{1, 8},
		}
	})
	count := func(token, path string, n int) (ok int, last reply) {
		for range n {
			last = w.as(t, token, "GET", path, nil)
			if last.status == 200 {
				ok++
			}
		}
		return ok, last
	}
	ok, last := count("", "/openapi.json", 6)
	if f := last.fault(t); ok != 3 || last.status != 429 || f.Code != custard.CodeRateLimited || !f.Retry || last.header.Get("Retry-After") != "1" {
		t.Errorf("address: %d went through; %d %+v", ok, last.status, f)
	}
	w.kit.Clock.Move(time.Second)
	if ok, _ := count("", "/openapi.json", 2); ok != 1 {
		t.Errorf("a second later %d went through", ok)
	}
	if ok, last := count(w.owner.Access, "/connections", 8); ok != 5 || last.status != 429 {
		t.Errorf("account: %d went through", ok)
	}
	other := w.kit.Member(t, w.owner, "bo@example.com", auth.RoleMember)
	if ok, _ := count(other.Access, "/connections", 8); ok != 3 {
		t.Errorf("organisation: %d of another account went through", ok)
	}
	for range 4 {
		last = w.as(t, "cust_key_wrong", "GET", "/connections", nil)
	}
	if last.status != 429 {
		t.Errorf("guessing keys: %d", last.status)
	}
}

func TestForwardedForCountsFromTrustedProxiesAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		trusted, peer, header, want string
	}{
		{"", "10.0.0.1:1", "1.2.3.4", "10.0.0.1"},
		{"10.0.0.0/8", "10.0.0.1:1", "1.2.3.4", "1.2.3.4"},
		{"10.0.0.0/8", "10.0.0.1:1", "6.6.6.6, 1.2.3.4, 10.0.0.9", "1.2.3.4"},
		{"10.0.0.0/8", "9.9.9.9:1", "1.2.3.4", "9.9.9.9"},
		{"10.0.0.0/8", "10.0.0.1:1", "garbage", "10.0.0.1"},
		{"10.0.0.0/8", "10.0.0.1:1", "", "10.0.0.1"},
		{"::1/128", "[::1]:1", "2001:db8::7", "2001:db8::7"},
	} {
		r := &http.Request{RemoteAddr: tt.peer, Header: http.Header{}}
		if tt.header != "" {
			r.Header.Set("X-Forwarded-For", tt.header)
		}
		if got := AddressOf(prefixesOf(t, tt.trusted))(r); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}
