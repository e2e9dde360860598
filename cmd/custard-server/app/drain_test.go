package app

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	agent "github.com/custard-ai/custard/cmd/custard-agent/app"
)

// logs gathers what a program writes, and waits for what it will write.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// find waits until a pattern is in the log, and returns its first group.
func (l *logs) find(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if m := re.FindStringSubmatch(l.String()); m != nil {
			return m[1]
		}
	}
	t.Fatalf("the log never had %s:\n%s", pattern, l)
	return ""
}

// hosted is a server with a connection 'shop' that an agent serves, and the owner's token.
type hosted struct {
	base, token string
	logs        *logs
	stop        context.CancelFunc // ends the server, as a signal does
	ended       chan int
}

func host(t *testing.T, args ...string) *hosted {
	t.Helper()
	h := &hosted{logs: &logs{}, ended: make(chan int, 1)}
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	getenv := home(t)
	var programs sync.WaitGroup
	programs.Go(func() {
		h.ended <- Run(ctx, "1.2.3", append([]string{"--host", "127.0.0.1", "--port", "0"}, args...), io.Discard, h.logs, getenv)
	})
	agentCtx, stopAgent := context.WithCancel(context.Background())
	t.Cleanup(func() {
		stopAgent()
		stop()
		programs.Wait()
	})
	h.base = "http://" + h.logs.find(t, `msg=listening address=(\S+)`)
	person := map[string]any{"email": "ana@example.com", "password": "correct horse battery", "name": "Ana", "organisation": "Shop"}
	h.call(t, "POST", "/auth/signup", person, nil)
	h.call(t, "POST", "/auth/verify-email", map[string]any{"token": h.logs.find(t, `token=(cust_verify_[\w-]+)`)}, nil)
	var session struct {
		Token string `json:"access_token"`
	}
	h.call(t, "POST", "/auth/login", map[string]any{"email": "ana@example.com", "password": "correct horse battery"}, &session)
	h.token = session.Token
	var made struct {
		Connection struct{ ID string }
		Token      string `json:"agent_token"`
	}
	h.call(t, "POST", "/connections", map[string]any{"name": "shop", "dialect": "sqlite"}, &made)

	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec("CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 3000) SELECT i FROM n")
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	env := map[string]string{
		"BACKEND_WEBSOCKET_URI": h.base, "CONNECTION_ID": made.Connection.ID, "AGENT_TOKEN": made.Token, "DB_URL": "sqlite:" + path,
	}
	programs.Go(func() {
		agent.Run(agentCtx, "1.2.3", nil, io.Discard, io.Discard, func(name string) string { return env[name] })
	})
	h.logs.find(t, `msg="agent (connected)"`)
	return h
}

// call makes a request of the API that must work, and decodes its answer.
func (h *hosted) call(t *testing.T, method, path string, body, dst any) {
	t.Helper()
	status, data := h.try(t, method, path, body)
	if status >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, status, data)
	}
	if dst != nil {
		if err := json.Unmarshal(data, dst); err != nil {
			t.Fatal(err)
		}
	}
}

func (h *hosted) try(t *testing.T, method, path string, body any) (int, []byte) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(method, h.base+"/api/v1"+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if h.token != "" {
		req.Header.Set("Authorization", "Bearer "+h.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, []byte(err.Error())
	}
	return resp.StatusCode, out
}

// ask starts a statement that compares so many pairs, and returns once the agent runs it; the answer comes over the channel.
func (h *hosted) ask(t *testing.T, tables string) <-chan string {
	t.Helper()
	out := make(chan string, 1)
	go func() {
		status, data := h.try(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT count(*) AS n FROM " + tables})
		out <- fmt.Sprint(status, " ", string(data))
	}()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		var c struct{ Agents []struct{ Busy int } }
		h.call(t, "GET", "/connections/shop", nil, &c)
		if len(c.Agents) > 0 && c.Agents[0].Busy > 0 {
			return out
		}
		if len(out) > 0 {
			t.Fatalf("it was answered too soon: %s", <-out)
		}
	}
	t.Fatal("the statement did not begin")
	return nil
}

const (
	aSecondsWork = "big AS a CROSS JOIN big AS b WHERE a.i * b.i % 7 < 9"
	anHoursWork  = "big AS a CROSS JOIN big AS b CROSS JOIN big AS c WHERE a.i * b.i * c.i % 7 < 9"
)

func TestWhatRunsIsFinishedAfterTheSignal(t *testing.T) {
	t.Parallel()
	h := host(t)
	answer := h.ask(t, aSecondsWork)
	h.stop()
	if got := <-answer; !strings.HasPrefix(got, "200 ") || !strings.Contains(got, "9000000") {
		t.Errorf("the question was answered with %s", got)
	}
	if code := <-h.ended; code != exitOK {
		t.Errorf("exit code %d\n%s", code, h.logs)
	}
}

func TestGracePeriodEnds(t *testing.T) {
	t.Parallel()
	h := host(t, "--grace", "300ms")
	answer := h.ask(t, anHoursWork)
	start := time.Now()
	h.stop()
	if code := <-h.ended; code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	if got := <-answer; strings.HasPrefix(got, "200 ") {
		t.Errorf("the question was answered with %s", got)
	}
}
