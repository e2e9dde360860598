// Package httpapi is the server's HTTP surface. One table of routes says what there is, who may do it and what goes in and
// out; the mux, the access checks and the OpenAPI document are all made from it.
//
//	route.go       what a route is; routes.go the table; call.go one request on its way through a handler
//	decode.go      JSON bodies, read strictly; errors.go error code → status, the one place; paging.go lists
//	middleware.go  request ids, panics, the access log, headers; limit.go rates; idempotency.go creation that may be repeated
//	openapi.go     the document, from the table; schema.go JSON schemas of Go types
//	probes.go      /health, /status, /metrics
//	query*.go      questions and statements; connections*.go, history.go, conversations.go what an organisation has
//	the rest       accounts
package httpapi

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/engines"
	"github.com/custard-ai/custard/server/hub"
	"github.com/custard-ai/custard/server/span"
	"github.com/custard-ai/custard/server/translate"
)

// Base is what every path of the API begins with.
const Base = "/api/v1"

// Config is what an API is made of.
type Config struct {
	Version   string
	PublicURL string // where people and agents reach this server: https://custard.example.com, no slash at the end
	Logger    *slog.Logger
	Now       func() time.Time

	Accounts *auth.Service
	Store    auth.Store
	Catalog  catalog.Store
	Hub      *hub.Hub
	// Engine returns the translator of a name for an organisation, and of "" its default, else the server's.
	Engine func(ctx context.Context, org, name string) (translate.Translator, error)
	// Models are what organisations set for models of their own, and Usage what models took; nil where there is none.
	Models *engines.Engines
	Usage  catalog.ModelStore
	Tracer span.Tracer // told of each question's stages; nil for nobody
	// KeepPrompts keeps the prompts and answers of models with the stages of a question; drafts of queries always are.
	KeepPrompts bool

	// Pages answers what lies outside the API: the dashboard. nil for none.
	Pages http.Handler
	// Parts are what /status asks after, by name: database, mail, bus, model.
	Parts []Part
	// Metrics says who may read /metrics here; MetricsHandler serves it elsewhere.
	Metrics MetricsAccess
	// Rates bound how often routes may be used; the zero value has no bounds. Bucket shares them between replicas; nil where
	// there is one.
	Rates  Rates
	Bucket auth.Bucket
	// TrustedProxies may say in X-Forwarded-For whom they speak for; empty for nobody.
	TrustedProxies []netip.Prefix
	// BodyTime is how long a request's body may take to arrive, whether it is wanted or not; 0 for 30 seconds.
	BodyTime time.Duration
}

// Part is something that the server stands on. Check returns nil where it works; detail is shown to everybody and says
// no more than what kind it is: "sqlite", "smtp".
type Part struct {
	Name   string
	Detail string
	Check  func(ctx context.Context) error // nil where there is nothing to ask
	Needed bool                            // without it the server cannot work: load balancers should turn away
}

// MetricsAccess says who may read /metrics on the main listener.
type MetricsAccess int

// The kinds.
const (
	MetricsLocal MetricsAccess = iota // processes of this machine that no proxy speaks for
	MetricsOpen                       // everybody
	MetricsOff                        // nobody: they are served elsewhere
)

// API is the server's HTTP surface. Make it with New.
type API struct {
	cfg     Config
	log     *slog.Logger
	now     func() time.Time
	started time.Time
	table   []route
	handler http.Handler
	meters  *meters
	limits  *limiter
	journal *journal
	askers  *askers
	tracer  span.Tracer // told of each question's stages: the history, and whoever the configuration names

	openapi func() []byte // the document, made when it is first asked for

	draining chan struct{} // closed when the server stops taking work
	drain    sync.Once
}

// New returns an API over what cfg names.
func New(cfg Config) *API {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	cfg.BodyTime = cmp.Or(cfg.BodyTime, bodyTime)
	cfg.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	a := &API{cfg: cfg, log: cfg.Logger, now: cfg.Now, started: cfg.Now(), meters: newMeters(), draining: make(chan struct{})}
	a.limits = newLimiter(cfg.Bucket, cfg.Now)
	a.journal = newJournal(cfg.Catalog, cfg.Store, cfg.Logger)
	a.journal.lost = func(n int) { a.meters.lost.Add(float64(n)) }
	if cfg.Hub != nil {
		a.meters.registry.MustRegister(newHubMeter(cfg.Hub))
	}
	a.tracer = span.WithRecorders(cfg.Tracer)
	a.askers = newAskers(a)
	a.table = a.routes()
	a.openapi = sync.OnceValue(func() []byte { return a.document() })
	a.handler = a.mux()
	return a
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// StartDraining makes /status say that this server takes no new work, so that load balancers turn away. It may be called
// more than once.
func (a *API) StartDraining() { a.drain.Do(func() { close(a.draining) }) }

// Close writes down what is still to be written of the questions that were answered. Stop the HTTP server first.
func (a *API) Close(ctx context.Context) error { return a.journal.close(ctx) }

// newID makes the id of something that is kept.
func (a *API) newID() string { return custard.NewID(a.now()) }

func (a *API) isDraining() bool {
	select {
	case <-a.draining:
		return true
	default:
		return false
	}
}
