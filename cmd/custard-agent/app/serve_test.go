package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/internal/wire"
)

const patience = 20 * time.Second

// hub is a server that takes agents with the token 'good' and asks them nothing. connected gets their hellos.
func hub(t *testing.T) (url string, connected chan *wire.Hello) {
	t.Helper()
	connected = make(chan *wire.Hello, 10)
	limits := wire.Limits{Requests: 10, Control: 1 << 20, Schema: 8 << 20, Frame: 1 << 20}
	up := &wire.Upgrader{Limits: limits}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wire.BearerToken(r) != "good" || r.URL.Path != "/api/v1/connections/ws/c1" {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":{"code":"unauthenticated","message":"this token is not known"}}`)
			return
		}
		conn, err := up.Upgrade(w, r)
		if err != nil {
			return
		}
		m, _, err := conn.Receive()
		if err != nil || m == nil || m.Hello == nil {
			conn.Abort()
			return
		}
		if conn.Send(&wire.Message{Kind: wire.KindWelcome, Welcome: &wire.Welcome{Version: 1, HeartbeatMS: 60_000, Limits: limits}}) == nil {
			connected <- m.Hello
		}
		for err == nil {
			_, _, err = conn.Receive()
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL, connected
}

// text is what a program writes while a test reads it.
type text struct {
	mu sync.Mutex
	b  strings.Builder
}

func (x *text) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.Write(p)
}

func (x *text) String() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.String()
}

// running starts the program; stop ends it and returns its exit code.
func running(t *testing.T, env map[string]string, args ...string) (stderr *text, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stderr = &text{}
	done := make(chan int, 1)
	go func() { done <- Run(ctx, "1.2.3", args, stderr, stderr, func(key string) string { return env[key] }) }()
	stop = sync.OnceValue(func() int {
		cancel()
		return wait(t, done)
	})
	t.Cleanup(func() { stop() })
	return stderr, stop
}

func wait(t *testing.T, done <-chan int) int {
	t.Helper()
	select {
	case code := <-done:
		return code
	case <-time.After(patience):
		t.Error("the program does not end")
		return -1
	}
}

func TestServes(t *testing.T) {
	t.Parallel()
	url, connected := hub(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	probes := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"BACKEND_WEBSOCKET_URI": url, "CONNECTION_ID": "c1", "AGENT_TOKEN": "good", "CUSTARD_AGENT_HEALTH_ADDRESS": probes,
		"DB_URL": "sqlite:" + makeDatabase(t, "CREATE TABLE t (id INTEGER PRIMARY KEY)"),
	}
	log, stop := running(t, env, "--log-format", "json")
	select {
	case hello := <-connected:
		if hello.Connector != "sqlite" || hello.Dialect != custard.SQLite || hello.Agent != "1.2.3" || len(hello.Instance) < 20 || hello.Check {
			t.Errorf("hello: %+v", *hello)
		}
	case <-time.After(patience):
		t.Fatalf("no agent came:\n%s", log)
	}
	if code, out, errs := runWith(t, env, "health"); code != 0 || !strings.Contains(out, `"server":`) {
		t.Errorf("health: %d, %s%s", code, out, errs)
	}
	for deadline := time.Now().Add(patience); ; {
		code, out, errs := runWith(t, env, "health", "--ready")
		if code == 0 && strings.Contains(out, `"ready":true`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("never ready: %s%s", out, errs)
		}
	}
	// A self-test beside it says what it is.
	if code, out, _ := runWith(t, env, "check"); code != 0 || !strings.Contains(out, "ok    token accepted, protocol 1") {
		t.Errorf("check: %d\n%s", code, out)
	}
	if hello := <-connected; !hello.Check {
		t.Error("the self-test came as an agent")
	}
	if code := stop(); code != 0 {
		t.Errorf("stopped with %d:\n%s", code, log)
	}
	for line := range strings.Lines(log.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
	if strings.Contains(log.String(), "good") {
		t.Errorf("the token is in the log:\n%s", log)
	}
	if code, _, errs := runWith(t, env, "health"); code != 5 || !strings.Contains(errs, "no agent answers") {
		t.Errorf("health of none: %d, %s", code, errs)
	}
}

func TestWhatEndsTheProgram(t *testing.T) {
	t.Parallel()
	url, _ := hub(t)
	good := "sqlite:" + makeDatabase(t, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
	for name, tt := range map[string]struct {
		env  map[string]string
		args []string
		code int
		says string
	}{
		"an unknown token": {map[string]string{"AGENT_TOKEN": "hunter2", "DB_URL": good}, nil, 4, "this token is not known"},
		"no database":      {map[string]string{"AGENT_TOKEN": "good"}, nil, 2, "no database is configured"},
		"no token":         {map[string]string{"DB_URL": good}, nil, 2, "AGENT_TOKEN"},
		"a taken address":  {map[string]string{"AGENT_TOKEN": "good", "DB_URL": good}, []string{"--health-address", strings.TrimPrefix(url, "http://")}, 2, "--health-address"},
		"no database file": {map[string]string{"AGENT_TOKEN": "good", "DB_URL": "mysql://db/shop"}, nil, 2, "mysql"},
		"a superuser":      {map[string]string{"AGENT_TOKEN": "good", "DB_URL": "postgres"}, nil, 3, "CREATE ROLE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.env["DB_URL"] == "postgres" {
				tt.env["DB_URL"] = pgtest.URL(t)
			}
			tt.env["BACKEND_WEBSOCKET_URI"], tt.env["CONNECTION_ID"] = url, "c1"
			done := make(chan int, 1)
			var out text
			go func() {
				done <- Run(t.Context(), "1.2.3", tt.args, &out, &out, func(key string) string { return tt.env[key] })
			}()
			if code := wait(t, done); code != tt.code || !strings.Contains(out.String(), tt.says) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, tt.code, tt.says, out.String())
			}
			if strings.Contains(out.String(), "hunter2") {
				t.Errorf("a secret is in the output:\n%s", out.String())
			}
		})
	}
}
