package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/pgtest"
)

// hosted is a server, an agent beside a PostgreSQL, and an API key to ask it with.
type hosted struct {
	base       string // http://127.0.0.1:port
	key        string
	dsn        string
	server     *os.Process
	agent      *os.Process
	connection string
}

// host starts the three parts as processes of their own, as a team would have them.
func host(b *testing.B, dsn string) *hosted {
	b.Helper()
	h := &hosted{dsn: dsn, connection: "bench"}
	dir := b.TempDir()
	port := freePort(b)
	h.base = "http://127.0.0.1:" + port
	logs := &linkFinder{found: make(chan string, 1)}
	h.server = background(b, logs, []string{
		"HOST=127.0.0.1", "PORT=" + port, "PUBLIC_URL=" + h.base, "DATABASE_URL=sqlite:" + filepath.Join(dir, "server.db"), "CUSTARD_HOME=" + dir, "HOME=" + dir,
	}, builtProgram(b, "custard-server"))
	h.waitFor(b, "/status", http.StatusOK)

	const password = "correct horse battery staple"
	h.call(b, "/api/v1/auth/signup", "", map[string]any{"email": "bench@example.com", "password": password, "name": "Bench", "organisation": "Bench"}, nil)
	var token string
	select {
	case token = <-logs.found:
	case <-time.After(patience):
		b.Fatal("the server's log has no verification link")
	}
	h.call(b, "/api/v1/auth/verify-email", "", map[string]any{"token": token}, nil)
	var login struct {
		Access string `json:"access_token"`
	}
	h.call(b, "/api/v1/auth/login", "", map[string]any{"email": "bench@example.com", "password": password}, &login)
	var key struct {
		Key string `json:"key"`
	}
	h.call(b, "/api/v1/api-keys", login.Access, map[string]any{"name": "bench", "scopes": []string{"ask", "read", "manage"}}, &key)
	h.key = key.Key
	var added struct {
		Connection struct {
			ID string `json:"id"`
		} `json:"connection"`
		Token string `json:"agent_token"`
	}
	h.call(b, "/api/v1/connections", h.key, map[string]any{"name": h.connection, "dialect": "postgres"}, &added)
	h.agent = background(b, io.Discard, []string{
		"BACKEND_WEBSOCKET_URI=ws://127.0.0.1:" + port, "CONNECTION_ID=" + added.Connection.ID, "AGENT_TOKEN=" + added.Token, "DB_URL=" + dsn, "HOME=" + dir,
	}, builtProgram(b, "custard-agent"), "--allow-privileged")
	for deadline := time.Now().Add(patience); ; {
		err := h.query(h.client(1), "select 1")
		if err == nil {
			return h
		}
		if time.Now().After(deadline) {
			b.Fatalf("the agent does not answer: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

const patience = 20 * time.Second

// client has as many connections as requests run at once.
func (h *hosted) client(n int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n, MaxConnsPerHost: n}}
}

// query runs a statement and reads its answer.
func (h *hosted) query(c *http.Client, sql string) error {
	body, err := json.Marshal(map[string]any{"sql": sql, "connection": h.connection})
	if err != nil {
		return err
	}
	return post(c, h.base+"/api/v1/query", h.key, body)
}

// post sends a JSON body and reads the answer to its end; any status but 2xx is an error.
func post(c *http.Client, to, bearer string, body []byte) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("status %d: %s", resp.StatusCode, answer)
	}
	return nil
}

func (h *hosted) call(b *testing.B, path, bearer string, in, out any) {
	b.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		b.Fatal(err)
	}
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, h.base+path, bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		b.Fatalf("%s: status %d: %s (%v)", path, resp.StatusCode, answer, err)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			b.Fatalf("%s: %v: %s", path, err, answer)
		}
	}
}

func (h *hosted) waitFor(b *testing.B, path string, status int) {
	b.Helper()
	for deadline := time.Now().Add(patience); ; {
		resp, err := http.Get(h.base + path)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == status {
				return
			}
		}
		if time.Now().After(deadline) {
			b.Fatalf("%s%s does not answer: %v", h.base, path, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// linkFinder reads the server's log for the verification link.
type linkFinder struct {
	mu    sync.Mutex
	rest  []byte
	found chan string
}

func (l *linkFinder) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	if m := regexp.MustCompile(`/verify\?token=([A-Za-z0-9_-]+)`).FindSubmatch(l.rest); m != nil && !bytes.HasSuffix(l.rest, m[0]) {
		select {
		case l.found <- string(m[1]):
		default:
		}
		l.rest = nil
	}
	return len(p), nil
}

// background starts a program that runs until the benchmark ends.
func background(b *testing.B, stderr io.Writer, env []string, name string, args ...string) *os.Process {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	cmd.Stderr, cmd.Stdout = stderr, stderr
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
	})
	return cmd.Process
}

func freePort(b *testing.B) string {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	return strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)
}

// memory returns what a process holds and has held at the most, in MB.
func memory(b *testing.B, p *os.Process) (now, peak float64) {
	b.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", p.Pid))
	if err != nil {
		b.Skipf("no /proc: %v", err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		switch name {
		case "VmRSS":
			now = kib / 1024
		case "VmHWM":
			peak = kib / 1024
		}
	}
	return now, peak
}

// A million rows from PostgreSQL through agent and server, beside psql's \copy.
func BenchmarkHostedExport(b *testing.B) {
	bin := psql(b)
	dsn := millionRows(b)
	h := host(b, dsn)
	b.Setenv("CUSTARD_TOKEN", h.key)
	custard := builtProgram(b, "custard")
	const all = "SELECT * FROM big"
	args := func(format string) []string {
		return []string{"sql", all, "-c", h.connection, "--server", h.base, "--limit", "0", "--timeout", "5m", "-o", format}
	}
	race(b,
		contestant{"copy", bin, []string{dsn, "-c", `\copy (` + all + `) to stdout csv header`}},
		contestant{"hosted-csv", custard, args("csv")},
		contestant{"hosted-json", custard, args("json")},
	)
	_, server := memory(b, h.server)
	_, agent := memory(b, h.agent)
	b.Logf("peak MB: server %.1f, agent %.1f", server, agent)
}

// Point queries from many clients at once: requests a second through server, hub and agent, beside mcp-toolbox where
// MCP_TOOLBOX names its binary (npm: @toolbox-sdk/server).
func BenchmarkHostedPoints(b *testing.B) {
	dsn := pgtest.URL(b)
	pgtest.Exec(b, dsn, "CREATE TABLE points (id integer PRIMARY KEY, name text, price numeric(10,2))",
		"INSERT INTO points SELECT i, 'name ' || i, i * 1.5 FROM generate_series(1, 10000) AS i", "ANALYZE")
	h := host(b, dsn)
	statement := func(i int) string {
		return fmt.Sprintf("SELECT id, name, price FROM points WHERE id = %d", 1+i%10000)
	}
	rivals := []struct {
		name string
		do   func(c *http.Client, i int) error
	}{{"custard", func(c *http.Client, i int) error { return h.query(c, statement(i)) }}}
	if bin := os.Getenv("MCP_TOOLBOX"); bin != "" {
		at := toolbox(b, bin, dsn)
		rivals = append(rivals, struct {
			name string
			do   func(c *http.Client, i int) error
		}{"mcp-toolbox", func(c *http.Client, i int) error {
			return post(c, at, "", fmt.Appendf(nil, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"execute_sql","arguments":{"sql":%q}}}`, statement(i)))
		}})
	}
	for _, clients := range []int{1, 16, 64} {
		for _, r := range rivals {
			b.Run(fmt.Sprintf("%s/clients=%d", r.name, clients), func(b *testing.B) {
				c := h.client(clients)
				defer c.CloseIdleConnections()
				work := make(chan int)
				var wg sync.WaitGroup
				for range clients {
					wg.Go(func() {
						for i := range work {
							if err := r.do(c, i); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				start, i := time.Now(), 0
				for b.Loop() {
					work <- i
					i++
				}
				close(work)
				wg.Wait()
				b.ReportMetric(float64(i)/time.Since(start).Seconds(), "requests/s")
			})
		}
	}
	_, server := memory(b, h.server)
	_, agent := memory(b, h.agent)
	b.Logf("peak MB: server %.1f, agent %.1f", server, agent)
}

// toolbox starts mcp-toolbox over the database and returns where its tools are called.
func toolbox(b *testing.B, bin, dsn string) string {
	b.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		b.Fatal(err)
	}
	password, ok := u.User.Password()
	if !ok {
		password = "none" // it insists on one
	}
	config := filepath.Join(b.TempDir(), "tools.yaml")
	text := fmt.Sprintf("sources:\n  pg:\n    kind: postgres\n    host: %s\n    port: %s\n    database: %s\n    user: %s\n    password: %q\ntools:\n  execute_sql:\n    kind: postgres-execute-sql\n    source: pg\n    description: runs SQL\n",
		u.Hostname(), u.Port(), strings.TrimPrefix(u.Path, "/"), u.User.Username(), password)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	port := freePort(b)
	background(b, io.Discard, []string{"HOME=" + b.TempDir()}, bin, "--config", config, "--port", port, "--address", "127.0.0.1", "--disable-version-check", "--disable-reload")
	at := "http://127.0.0.1:" + port + "/mcp"
	for deadline := time.Now().Add(patience); ; {
		err := post(http.DefaultClient, at, "", []byte(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"execute_sql","arguments":{"sql":"select 1"}}}`))
		if err == nil {
			return at
		}
		if time.Now().After(deadline) {
			b.Fatalf("mcp-toolbox does not answer: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
