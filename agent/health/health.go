// Package health tells a container's probes how an agent is doing, and is the probe for images that have no shell.
package health

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// State is how an agent is doing. The texts are for people and hold no secrets.
type State struct {
	Server   string `json:"server"`   // connected, or why not
	Database string `json:"database"` // open, or why not
	Ready    bool   `json:"ready"`    // both are well
}

// Handler answers GET /health with 200 as long as the process answers at all, which is what a restart can mend, and
// GET /ready with 200 where server and database are connected, else 503.
func Handler(state func() State) http.Handler {
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, status int, s State) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(s) //nolint:errchkjson // whoever asked may be gone
	}
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, state()) })
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) {
		s := state()
		if !s.Ready {
			answer(w, http.StatusServiceUnavailable, s)
			return
		}
		answer(w, http.StatusOK, s)
	})
	return mux
}

// Probe asks the agent that answers at an address how it is doing: with ready, whether it is of use. The text is the
// agent's own answer. CodeUnreachable where none answers, CodeFailed where it is not well.
func Probe(ctx context.Context, address string, ready bool) (string, error) {
	path := "/health"
	if ready {
		path = "/ready"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return "", custard.Errorf(custard.CodeUsage, "%q is no address", address).WithHint("Write it like 127.0.0.1:8600.")
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second} // no proxy: it is this machine
	resp, err := client.Do(req)
	if err != nil {
		return "", custard.Errorf(custard.CodeUnreachable, "no agent answers at %s: %w", address, err).
			WithHint("The agent must run with the same --health-address.")
	}
	defer func() { _ = resp.Body.Close() }() // read to its end
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return "", custard.Errorf(custard.CodeUnreachable, "the agent at %s did not answer: %w", address, err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", custard.Errorf(custard.CodeFailed, "%s", body)
	}
	return string(body), nil
}
