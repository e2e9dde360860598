package resend_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/mail"
	"github.com/custard-ai/custard/server/mail/resend"
)

// service is Resend as its documentation has it: a key, an idempotency key, and errors with a name.
type service struct {
	t *testing.T

	mu     sync.Mutex
	taken  map[string]map[string]any // by idempotency key
	faults []func(w http.ResponseWriter, r *http.Request)
	calls  int
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if len(s.faults) > 0 {
		fault := s.faults[0]
		s.faults = s.faults[1:]
		if fault != nil {
			fault(w, r)
			return
		}
	}
	refuse := func(status int, name, message string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"statusCode":%d,"name":%q,"message":%q}`, status, name, message)
	}
	if r.Method != http.MethodPost || r.URL.Path != "/emails" {
		refuse(http.StatusNotFound, "not_found", "The requested endpoint does not exist.")
		return
	}
	if r.Header.Get("Authorization") != "Bearer re_key" {
		refuse(http.StatusForbidden, "invalid_api_key", "API key is invalid")
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		refuse(http.StatusUnprocessableEntity, "validation_error", "no JSON")
		return
	}
	to, _ := m["to"].([]any)
	if len(to) != 1 || m["from"] == "" || m["subject"] == "" || m["text"] == "" {
		refuse(http.StatusUnprocessableEntity, "missing_required_field", "missing field")
		return
	}
	if to[0] == "blocked@example.com" {
		refuse(http.StatusUnprocessableEntity, "validation_error", "blocked@example.com is blocked")
		return
	}
	s.taken[r.Header.Get("Idempotency-Key")] = m
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}`)
}

func start(t *testing.T, faults ...func(http.ResponseWriter, *http.Request)) (*service, *resend.Sender) {
	t.Helper()
	s := &service{t: t, taken: map[string]map[string]any{}, faults: faults}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, resend.New(server.URL, "re_key")
}

func message() mail.Message {
	return mail.Message{ID: "01abc", From: "Custard <no-reply@example.com>", To: "ada@example.com", Subject: "Größe ✓", Text: "Hello\n", HTML: "<p>Hello</p>\n"}
}

func TestSend(t *testing.T) {
	t.Parallel()
	service, sender := start(t)
	if err := sender.Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	got := service.taken["01abc"]
	if got["subject"] != "Größe ✓" || got["text"] != "Hello\n" || got["html"] != "<p>Hello</p>\n" || got["from"] != "Custard <no-reply@example.com>" {
		t.Errorf("got %v", got)
	}
	m := message()
	m.Subject = "x\r\nBcc: everybody@example.com"
	if err := sender.Send(t.Context(), m); err == nil || service.calls != 1 {
		t.Errorf("a subject of two lines went out: %v", err)
	}
}

func status(code int, header, value string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		if header != "" {
			w.Header().Set(header, value)
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(`{"name":"x","message":"about ada@example.com"}`))
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	cut := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"))
			_ = conn.Close()
		}
	}
	huge := func(w http.ResponseWriter, _ *http.Request) {
		for range 1000 {
			_, _ = w.Write(make([]byte, 1000))
		}
	}
	for name, c := range map[string]struct {
		fault func(http.ResponseWriter, *http.Request)
		code  custard.Code
		retry bool
		after time.Duration
	}{
		"429 with seconds":  {status(429, "Retry-After", "7"), custard.CodeRateLimited, true, 7 * time.Second},
		"429 without":       {status(429, "", ""), custard.CodeRateLimited, true, 0},
		"429 for a year":    {status(429, "Retry-After", "31536000"), custard.CodeRateLimited, true, time.Hour},
		"429 nonsense":      {status(429, "Retry-After", "soon"), custard.CodeRateLimited, true, 0},
		"429 negative":      {status(429, "Retry-After", "-5"), custard.CodeRateLimited, true, 0},
		"500":               {status(500, "", ""), custard.CodeUnreachable, true, 0},
		"503 with seconds":  {status(503, "Retry-After", "3"), custard.CodeUnreachable, true, 3 * time.Second},
		"401":               {status(401, "", ""), custard.CodeForbidden, true, 0},
		"403":               {status(403, "", ""), custard.CodeForbidden, true, 0},
		"422":               {status(422, "", ""), custard.CodeFailed, false, 0},
		"400":               {status(400, "", ""), custard.CodeFailed, false, 0},
		"a redirect":        {status(302, "Location", "http://169.254.169.254/"), custard.CodeUnreachable, true, 0},
		"cut in the answer": {cut, custard.CodeUnreachable, true, 0},
		"an endless answer": {huge, custard.CodeUnreachable, true, 0},
		"same key at once": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(409)
			_, _ = w.Write([]byte(`{"name":"concurrent_idempotent_requests"}`))
		}, custard.CodeFailed, true, 0},
		"same key otherwise": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(409)
			_, _ = w.Write([]byte(`{"name":"invalid_idempotent_request"}`))
		}, custard.CodeFailed, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service, sender := start(t, c.fault)
			err := sender.Send(t.Context(), message())
			e := custard.AsError(err)
			if e == nil || e.Code != c.code || e.Retry != c.retry || e.After != c.after {
				t.Fatalf("got %+v", e)
			}
			if strings.Contains(e.Message+e.Hint, "ada@") || strings.Contains(e.Message+e.Hint, "re_key") {
				t.Errorf("%q tells too much", e.Message)
			}
			if service.calls != 1 {
				t.Errorf("%d calls: the queue tries again, not the sender", service.calls)
			}
			if err := sender.Send(t.Context(), message()); err != nil {
				t.Errorf("the next one: %v", err)
			}
		})
	}
}

func TestRefusedRecipient(t *testing.T) {
	t.Parallel()
	_, sender := start(t)
	m := message()
	m.To = "blocked@example.com"
	if e := custard.AsError(sender.Send(t.Context(), m)); e == nil || e.Retry || strings.Contains(e.Message, "blocked@") {
		t.Errorf("got %+v", e)
	}
}

func TestHang(t *testing.T) {
	t.Parallel()
	let := make(chan struct{})
	_, sender := start(t, func(http.ResponseWriter, *http.Request) { <-let })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	e := custard.AsError(sender.Send(ctx, message()))
	close(let)
	if e == nil || e.Code != custard.CodeTimeout {
		t.Errorf("got %+v", e)
	}
	nobody := resend.New("http://127.0.0.1:1", "re_key")
	if e := custard.AsError(nobody.Send(t.Context(), message())); e == nil || e.Code != custard.CodeUnreachable || !e.Retry {
		t.Errorf("got %+v", e)
	}
}
