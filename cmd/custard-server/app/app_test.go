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
