package app

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func noEnv(string) string { return "" }

// home is an environment that has nothing but a place for data.
func home(t *testing.T) func(string) string {
	t.Helper()
	dir := t.TempDir()
	return func(name string) string {
		if name == "CUSTARD_HOME" {
			return dir
		}
		return ""
	}
}

// start runs the server on a free port and returns its address; it is stopped, and its exit code checked, at the end.
func start(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	logs, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, "1.2.3", []string{"--host", "127.0.0.1", "--port", "0"}, io.Discard, w, home(t))
		w.Close()
	}()
	line, err := bufio.NewReader(logs).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, logs) }()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("the server ended with %d", code)
		}
	})
	m := regexp.MustCompile(`address=(\S+)`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("the first log line names no address: %s", line)
	}
	return "http://" + m[1]
}

func TestServerAnswersProbes(t *testing.T) {
	t.Parallel()
	base := start(t)
	for _, tt := range []struct {
		path string
		code int
		key  string
		want string
	}{
		{"/health", 200, "status", "ok"},
		{"/status", 200, "version", "1.2.3"},
		{"/api/v1/nothing", 404, "error", ""},
	} {
		resp, err := http.Get(base + tt.path)
		if err != nil {
			t.Fatal(err)
		}
		var body map[string]any
		err = json.NewDecoder(resp.Body).Decode(&body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != tt.code {
			t.Fatalf("%s: status %d, want %d (%v)", tt.path, resp.StatusCode, tt.code, err)
		}
		if got, ok := body[tt.key]; !ok || tt.want != "" && got != tt.want {
			t.Errorf("%s: %s is %v, want %q", tt.path, tt.key, got, tt.want)
		}
	}
}

func TestAddressInUseIsSaid(t *testing.T) {
	t.Parallel()
	base := start(t)
	port := base[strings.LastIndexByte(base, ':')+1:]
	var stderr strings.Builder
	if code := Run(t.Context(), "1", []string{"--host", "127.0.0.1", "--port", port}, io.Discard, &stderr, home(t)); code != 1 {
		t.Fatalf("exit code %d", code)
	}
	if !strings.Contains(stderr.String(), "cannot listen on 127.0.0.1:"+port) {
		t.Errorf("stderr: %s", stderr.String())
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	var stdout strings.Builder
	if code := Run(t.Context(), "1.2.3", []string{"version"}, &stdout, io.Discard, noEnv); code != 0 || stdout.String() != "custard-server 1.2.3\n" {
		t.Errorf("code %d, output %q", code, stdout.String())
	}
}

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--nonsense"}, {"nonsense"}} {
		var errs strings.Builder
		if code := Run(t.Context(), "1.2.3", args, io.Discard, &errs, noEnv); code != 2 || !strings.Contains(errs.String(), "nonsense") {
			t.Errorf("%v: %d, %q", args, code, errs.String())
		}
	}
}

func TestSecondStartFindsWhatTheFirstKept(t *testing.T) {
	t.Parallel()
	getenv := home(t)
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		l := &logs{}
		ended := make(chan int, 1)
		go func() { ended <- Run(ctx, "1", []string{"--host", "127.0.0.1", "--port", "0"}, io.Discard, l, getenv) }()
		l.find(t, `address=(\S+)`)
		cancel()
		if code := <-ended; code != 0 {
			t.Fatalf("exit code %d\n%s", code, l)
		}
	}
}

func TestMetricsHaveTheirPlaces(t *testing.T) {
	t.Parallel()
	get := func(url string, header ...string) int {
		req, err := http.NewRequest("GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(header) > 0 {
			req.Header.Set(header[0], header[1])
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	base := start(t)
	if code := get(base + "/metrics"); code != 200 {
		t.Errorf("from this machine: %d", code)
	}
	if code := get(base+"/metrics", "X-Forwarded-For", "1.2.3.4"); code != 404 {
		t.Errorf("through a proxy on this machine: %d", code)
	}
	if code := get(base+"/metrics", "X-Real-IP", "1.2.3.4"); code != 404 {
		t.Errorf("through another proxy on this machine: %d", code)
	}
	h := host(t, "--metrics-address", "127.0.0.1:0")
	if code := get(h.base + "/metrics"); code != 404 {
		t.Errorf("beside everything else, though they have a listener of their own: %d", code)
	}
	if code := get("http://" + h.logs.find(t, `msg=metrics address=(\S+)`) + "/metrics"); code != 200 {
		t.Errorf("at their own listener: %d", code)
	}
}

func TestWrongConfigurationIsSaid(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		env  map[string]string
		args []string
		code int
		want string
	}{
		"database":       {map[string]string{"DATABASE_URL": "mysql://x"}, nil, 2, "sqlite"},
		"no data folder": {map[string]string{"CUSTARD_HOME": "", "DATABASE_URL": ""}, nil, 2, "DATABASE_URL"},
		"public url":     {map[string]string{"PUBLIC_URL": "custard.example"}, nil, 2, "PUBLIC_URL"},
		"half of TLS":    {nil, []string{"--tls-cert", "x.pem"}, 2, "--tls-key"},
		"TLS files":      {nil, []string{"--tls-cert", "/no/such.pem", "--tls-key", "/no/such.pem"}, 2, "/no/such.pem"},
		"port":           {nil, []string{"--port", "99999"}, 2, "65535"},
		"engine":         {nil, []string{"--engine", "none/such"}, 2, "none/such"},
		"mail twice":     {map[string]string{"RESEND_API_KEY": "a", "SMTP_URL": "smtp://x"}, nil, 2, "twice"},
		"smtp":           {map[string]string{"SMTP_URL": "nonsense", "MAIL_FROM": "a@b.example"}, nil, 2, "smtp://"},
		"no server":      {map[string]string{"DATABASE_URL": "postgres://127.0.0.1:1/x?connect_timeout=2"}, nil, 1, "refused"},
		"no file":        {nil, []string{"--config", "/no/such.yaml"}, 2, "/no/such.yaml"},
	} {
		var errs strings.Builder
		base := home(t)
		getenv := func(key string) string {
			if v, ok := tt.env[key]; ok {
				return v
			}
			return base(key)
		}
		args := append([]string{"--host", "127.0.0.1", "--port", "0"}, tt.args...)
		if code := Run(t.Context(), "1", args, io.Discard, &errs, getenv); code != tt.code || !strings.Contains(errs.String(), tt.want) {
			t.Errorf("%s: exit code %d, %s", name, code, errs.String())
		}
	}
}

func TestHealthAsksTheServerThatRunsHere(t *testing.T) {
	t.Parallel()
	base := start(t)
	port := base[strings.LastIndexByte(base, ':')+1:]
	for _, args := range [][]string{{"health"}, {"health", "--ready"}} {
		var stdout, stderr strings.Builder
		if code := Run(t.Context(), "1", append(args, "--port", port), &stdout, &stderr, home(t)); code != 0 || !strings.Contains(stdout.String(), `"status":"ok"`) {
			t.Errorf("%v: exit code %d, %s%s", args, code, stdout.String(), stderr.String())
		}
	}
	var stderr strings.Builder
	if code := Run(t.Context(), "1", []string{"health", "--host", "127.0.0.1", "--port", "1"}, io.Discard, &stderr, home(t)); code != 1 || !strings.Contains(stderr.String(), "does not answer") {
		t.Errorf("nobody there: exit code %d, %s", code, stderr.String())
	}
}
