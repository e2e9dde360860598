package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestStatusSaysHowEachPartIs(t *testing.T) {
	t.Parallel()
	broken := func(context.Context) error { return errors.New("dial tcp 10.9.8.7: planted-detail") }
	for name, tt := range map[string]struct {
		parts []Part
		drain bool
		code  int
		want  string
	}{
		"all well":     {[]Part{{Name: "database", Detail: "sqlite", Needed: true}}, false, 200, "ok"},
		"no mail":      {[]Part{{Name: "database", Needed: true}, {Name: "mail", Check: broken}}, false, 200, "degraded"},
		"no database":  {[]Part{{Name: "database", Check: broken, Needed: true}, {Name: "mail", Check: broken}}, false, 503, "failing"},
		"going down":   {[]Part{{Name: "database", Needed: true}}, true, 503, "draining"},
		"nothing left": {nil, false, 200, "ok"},
	} {
		a := New(Config{Version: "1.2.3", Parts: tt.parts})
		if tt.drain {
			a.StartDraining()
		}
		rec := httptest.NewRecorder()
		a.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/status", nil))
		if rec.Code != tt.code || !strings.Contains(rec.Body.String(), `"status":"`+tt.want+`"`) {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
		if strings.Contains(rec.Body.String(), "planted") {
			t.Errorf("%s: the detail of a failure is shown to everybody: %s", name, rec.Body)
		}
		rec = httptest.NewRecorder()
		a.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/health", nil))
		if rec.Code != 200 {
			t.Errorf("%s: /health says %d while the process is alive", name, rec.Code)
		}
	}
}

func TestMetricsCountByRouteAndNeverByPath(t *testing.T) {
	t.Parallel()
	w, _, _ := withShop(t, nil)
	w.do(t, "GET", "/connections/planted-name", nil)
	w.do(t, "GET", "/planted-path?x=planted-query", nil)
	w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT 1"})
	w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "DROP TABLE x"})
	rec := httptest.NewRecorder()
	w.Metrics().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	text := rec.Body.String()
	for _, line := range []string{
		`custard_http_requests_total{method="GET",route="/connections/{id}",status="404"} 1`,
		`custard_questions_total{outcome="answered"} 1`, `custard_questions_total{outcome="refused"} 1`,
		"custard_hub_agents 1", "custard_journal_lost_total 0",
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("there is no line %s", line)
		}
	}
	if strings.Contains(text, "planted") {
		t.Error("a label holds what a client sent")
	}
}
