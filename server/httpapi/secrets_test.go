package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/auth/authtest"
)

// logged is a log that many may write to.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// Secrets that are sent to every route, where they belong and where they do not, come back in no error and are in no log
// and no audit row.
func TestPlantedSecretsStayOut(t *testing.T) {
	t.Parallel()
	var log logged
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	k := authtest.With(t, auth.Config{Log: logger})
	s := k.Owner(t, "ann@example.com")
	boss := k.Principal(t, s.Access)
	_, key, err := k.CreateKey(t.Context(), boss, "ci", []auth.Scope{auth.ScopeRead}, auth.Caller{})
	check(t, err)
	cfg := Config{PublicURL: authtest.PublicURL, Logger: logger, Now: k.Clock.Now, Accounts: k.Service, Store: k.Store, Catalog: k.Store}
	ownModels(t, k, nil)(&cfg)
	api := New(cfg)
	t.Cleanup(func() { check(t, api.Close(context.WithoutCancel(t.Context()))) })
	secrets := []string{authtest.Password, s.Access, s.Refresh, key, "cust_agent_planted", "cust_reset_planted", "cust_device_planted"}
	var answers strings.Builder
	send := func(method, path, authorization, body string) {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, r)
		if rec.Code >= http.StatusBadRequest {
			answers.WriteString(rec.Body.String())
		}
	}
	for _, rt := range api.table {
		if strings.HasPrefix(rt.pattern, agentsPath) || rt.pattern == "/connections/{id}/refresh-schema" || rt.pattern == "/connections/{id}/test" ||
			rt.pattern == "/auth/logout" || rt.pattern == "/query" {
			continue // what speaks to agents has tests of its own; signing out would end the session
		}
		for _, secret := range secrets {
			quoted, err := json.Marshal(secret)
			check(t, err)
			path := Base + wildcard().ReplaceAllString(rt.pattern, url.PathEscape(secret))
			for _, body := range []string{
				`{"password":` + string(quoted) + `,"email":` + string(quoted) + `,"token":` + string(quoted) + `,"name":1}`,
				`{"role":` + string(quoted) + `}`, `{"key":` + string(quoted) + `}`, `{"key":` + string(quoted) + `,"base_url":"https://` + secret + `@models.example.com"}`, `{"name":"x","scopes":[` + string(quoted) + `]}`, `{"email":` + string(quoted) + `}`, `{"token":` + string(quoted) + `}`, `{"refresh_token":` + string(quoted) + `}`,
				`{"device_code":` + string(quoted) + `}`, `{"email":"ann@example.com","password":` + string(quoted) + `x`, secret,
			} {
				if strings.HasPrefix(body, `{"refresh_token"`) && secret == s.Refresh {
					continue // it would be used
				}
				send(rt.method, path+"?token="+url.QueryEscape(secret)+"&before="+url.QueryEscape(secret), "Bearer "+s.Access, body)
			}
		}
	}
	for _, secret := range secrets {
		for _, body := range []string{`{"key":"` + secret + `"}`, `{"key":"` + secret + `","base_url":"https://10.0.0.1/` + secret + `"}`, `{"key":"` + secret + `","model":"` + secret + `"}`} {
			send(http.MethodPut, Base+"/org/models/openai", "Bearer "+s.Access, body)
		}
	}
	send(http.MethodGet, Base+"/org", "Basic "+authtest.Password, "")
	send(http.MethodGet, Base+"/org", "Bearer "+key+"x", "")
	send(http.MethodGet, Base+"/"+key, "", "")
	rows, err := k.Store.AuditLog(t.Context(), boss.Org, "", 200)
	check(t, err)
	audit, err := json.Marshal(rows)
	check(t, err)
	log.mu.Lock()
	defer log.mu.Unlock()
	for where, text := range map[string]string{"an error": answers.String(), "the log": log.buf.String(), "the audit log": string(audit)} {
		if len(text) < 500 {
			t.Errorf("%s holds %d bytes: this test looks at nothing", where, len(text))
		}
		for _, secret := range secrets {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%.14s… is in %s: …%s", secret, where, text[max(0, i-120):min(len(text), i+60)])
			}
		}
	}
}
