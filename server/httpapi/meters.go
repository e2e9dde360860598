package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// meters counts what the API does. Labels are routes' patterns, never what a client sent.
type meters struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	asked    *prometheus.CounterVec
	lost     prometheus.Counter
}

func newMeters() *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "custard_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "custard_http_request_seconds", Help: "How long requests took, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5, 30},
		}, []string{"method", "route"}),
		asked: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "custard_questions_total", Help: "Questions and statements, by what became of them: answered, or an error's code.",
		}, []string{"outcome"}),
		lost: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "custard_journal_lost_total", Help: "Entries of the history and the audit log that could not be written.",
		}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.asked, m.lost, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Registry is where the server's other parts register what they count.
func (a *API) Registry() *prometheus.Registry { return a.meters.registry }

// Metrics serves what was counted, in Prometheus' format.
func (a *API) Metrics() http.Handler {
	return promhttp.HandlerFor(a.meters.registry, promhttp.HandlerOpts{})
}

// routeMeter counts for one route.
type routeMeter struct {
	requests *prometheus.CounterVec // by status
	seconds  prometheus.Observer
	ok       prometheus.Counter
}

func (m *meters) route(rt *route) *routeMeter {
	verb, pattern := rt.method, rt.pattern
	if verb == "" {
		verb = "any"
	}
	if pattern == "" {
		pattern = "none"
	}
	curried := m.requests.MustCurryWith(prometheus.Labels{"method": verb, "route": pattern})
	return &routeMeter{requests: curried, seconds: m.seconds.WithLabelValues(verb, pattern), ok: curried.WithLabelValues("200")}
}

func (m *routeMeter) observe(status int, took time.Duration) {
	if status == http.StatusOK {
		m.ok.Inc()
	} else {
		m.requests.WithLabelValues(strconv.Itoa(status)).Inc()
	}
	m.seconds.Observe(took.Seconds())
}
