// Package httpapi is the server's HTTP surface: routes, and how an answer becomes a status.
package httpapi

import (
	"encoding/json"
	"net/http"
	"time"
)

// status is the body of GET /status.
type status struct {
	Status  string  `json:"status"` // ok
	Version string  `json:"version"`
	Uptime  float64 `json:"uptime_seconds"`
}

// New returns the server's handler: GET /health says that the process is alive, GET /status what it is made of and
// whether each part is ready. Everything else is not found.
func New(version string) http.Handler {
	started := time.Now()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, status{Status: "ok", Version: version, Uptime: time.Since(started).Seconds()})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusNotFound, map[string]any{"error": map[string]string{
			"code": "not_found", "message": "there is nothing at " + r.URL.Path, "hint": "Try /health or /status.",
		}})
	})
	return mux
}

// reply writes a JSON body with a status.
func reply(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client may have gone away; there is nobody to tell
}
