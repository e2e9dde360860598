package engines_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/engines"
	"github.com/custard-ai/custard/server/llm/guard"
)

// Whether the server's own model can be reached is asked of its service, but not each time that somebody asks the server.
func TestStateOfTheOperatorsModel(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	var broken atomic.Bool
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		if broken.Load() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"object":"list","data":[{"id":"gauge","object":"model"}]}`))
	}))
	defer service.Close()
	policy, err := guard.ParsePolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	env := map[string]string{"OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": service.URL + "/v1"}
	e, err := engines.New(engines.Config{
		Getenv: func(name string) string { return env[name] }, Standard: "openai/gauge,builtin", Guard: policy, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	if asked.Load() != 0 {
		t.Error("making the engines asked the service")
	}
	for range 3 {
		if err := e.Check(t.Context()); err != nil {
			t.Errorf("it is there: %v", err)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the service was asked %d times", n)
	}
	broken.Store(true)
	now = now.Add(time.Minute)
	if err := e.Check(t.Context()); err == nil || strings.Contains(err.Error(), "sk-x") {
		t.Errorf("it is down: %v", err)
	}
	if err := e.Check(t.Context()); err == nil {
		t.Error("what was found is forgotten at once")
	}
}

func TestNamesThatAreNone(t *testing.T) {
	t.Parallel()
	e, err := engines.New(engines.Config{Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nothing", "nobody/model", "openai/gauge", "openai/a b", strings.Repeat("builtin/x,", 9)} {
		if _, err := e.Get(context.Background(), "org", name); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", "builtin", " builtin , builtin "} {
		if tr, err := e.Get(context.Background(), "org", name); err != nil || tr.Name() != "builtin" {
			t.Errorf("%q: %v", name, err)
		}
	}
}
