package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// probeTime is how long a part may take to say how it is.
const probeTime = 3 * time.Second

// statusBody is the body of GET /status.
type statusBody struct {
	Status  string              `json:"status"` // ok, degraded (it works, but for a part), failing, draining
	Version string              `json:"version"`
	Uptime  float64             `json:"uptime_seconds"`
	Parts   map[string]partBody `json:"parts"`
}

// partBody is one part of the server.
type partBody struct {
	Status string `json:"status"` // ok, failing
	Detail string `json:"detail,omitempty"`
}

// probes adds what a deployment asks: GET /health says that the process is alive, GET /status whether it is ready and how
// each part is. GET /metrics has what was counted. They are outside the API and ask for no token.
func (a *API) probes(mux *http.ServeMux) {
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		a.headers(w.Header(), a.newID())
		probeReply(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		a.headers(w.Header(), a.newID())
		body := a.status(r.Context())
		code := http.StatusOK
		if body.Status == "failing" || body.Status == "draining" {
			code = http.StatusServiceUnavailable
		}
		probeReply(w, code, body)
	})
	if a.cfg.Metrics == MetricsOff {
		return
	}
	serve, missing := a.Metrics(), a.serve(&route{access: public(), handle: notThere})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		if a.cfg.Metrics == MetricsLocal && !local(r) {
			missing(w, r)
			return
		}
		serve.ServeHTTP(w, r)
	})
}

// local says whether a request comes from this machine and from no proxy on it that says so. One that says nothing cannot be told
// apart: beside it, give the metrics a listener of their own.
func local(r *http.Request) bool {
	for _, name := range [...]string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}

// status asks every part at once.
func (a *API) status(ctx context.Context) statusBody {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	body := statusBody{Status: "ok", Version: a.cfg.Version, Uptime: a.now().Sub(a.started).Seconds(), Parts: map[string]partBody{}}
	states := make([]partBody, len(a.cfg.Parts))
	var wg sync.WaitGroup
	for i, part := range a.cfg.Parts {
		wg.Go(func() {
			states[i] = partBody{Status: "ok", Detail: part.Detail}
			if part.Check == nil {
				return
			}
			if err := part.Check(ctx); err != nil {
				a.log.WarnContext(ctx, "part is not ready", "part", part.Name, "error", custard.Detail(err))
				states[i].Status = "failing"
			}
		})
	}
	wg.Wait()
	for i, part := range a.cfg.Parts {
		body.Parts[part.Name] = states[i]
		switch {
		case states[i].Status == "ok":
		case part.Needed:
			body.Status = "failing"
		case body.Status == "ok":
			body.Status = "degraded"
		}
	}
	if a.isDraining() {
		body.Status = "draining"
	}
	return body
}

func probeReply(w http.ResponseWriter, code int, body any) {
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // the client may have gone away; there is nobody to tell
}
