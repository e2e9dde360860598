package client

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

func batch(cells ...string) *custard.Batch {
	b := &custard.Batch{}
	b.Reset(1)
	for _, c := range cells {
		b.AppendString(c)
		b.EndRow()
	}
	return b
}

func TestEventsArriveAsTheyWereSent(t *testing.T) {
	t.Parallel()
	sent := []custard.Event{
		{Kind: custard.EventStatus, Status: "reading the schema"},
		{Kind: custard.EventQuery, Query: &custard.Query{SQL: "SELECT 1", Pretty: "SELECT\n  1", Dialect: custard.Postgres, Engine: "builtin", Assumptions: []string{"a"}, Warnings: []string{}, Confidence: 0.5}},
		{Kind: custard.EventColumns, Fields: []custard.Field{{Name: "n", Type: custard.TypeInt}}},
		{Kind: custard.EventRows, Rows: batch("1", "2")},
		{Kind: custard.EventRows, Rows: batch("3")},
		{Kind: custard.EventAnswer, Answer: "Three."},
		{Kind: custard.EventChart, Chart: &custard.Chart{Kind: custard.ChartBar, X: "n", Y: []string{"n"}}},
		{Kind: custard.EventDone, Done: &custard.Done{Rows: 3, ConversationID: "c", TimingsMS: map[string]float64{"run": 1.5}}},
	}
	var asked question
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != wire.EventStream || r.Header.Get("Authorization") != "Bearer cust_key_x" {
			t.Errorf("headers %v", r.Header)
		}
		_ = json.NewDecoder(r.Body).Decode(&asked)
		w.Header().Set("Content-Type", wire.EventStream)
		events := wire.NewEventWriter(w, http.NewResponseController(w).Flush)
		defer events.Close()
		for _, e := range sent {
			if err := events.Write(e); err != nil {
				t.Error(err)
			}
		}
	}))
	defer s.Close()
	c := newClient(t, s.URL, Key("cust_key_x"), nil)
	var got []custard.Event
	for e, err := range c.Ask(t.Context(), custard.Request{Question: "how many?", Connection: "prod", Now: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), Limits: custard.Limits{Timeout: time.Minute}}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Rows != nil {
			e.Rows = e.Rows.Clone()
		}
		got = append(got, e)
	}
	if diff := cmp.Diff(sent, got); diff != "" {
		t.Error(diff)
	}
	if asked.Limit != -1 || asked.TimeoutMS != 60_000 || asked.Now != "2026-01-31T12:00:00Z" || asked.Question != "how many?" || asked.Connection != "prod" {
		t.Errorf("asked %+v", asked)
	}
}

// Leaving the loop, and an interrupt, end the request at the server.
func TestGoingAwayEndsTheRequest(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{}, 2)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", wire.EventStream)
		events := wire.NewEventWriter(w, http.NewResponseController(w).Flush)
		defer events.Close()
		_ = events.Write(custard.Event{Kind: custard.EventStatus, Status: "running"})
		<-r.Context().Done()
		ended <- struct{}{}
	}))
	defer s.Close()
	c := newClient(t, s.URL, Key("k"), nil)
	for _, err := range c.Ask(t.Context(), custard.Request{SQL: "SELECT 1"}) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	<-ended
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range c.Ask(ctx, custard.Request{SQL: "SELECT 1"}) {
		cancel()
		last = err
	}
	wantCode(t, last, custard.CodeCanceled)
	<-ended
}

func TestAnAnswerThatBreaksOff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serve func(w http.ResponseWriter)
		code  custard.Code
		kinds int
	}{
		"the connection is lost": {func(w http.ResponseWriter) {
			events := wire.NewEventWriter(w, http.NewResponseController(w).Flush)
			defer events.Close()
			_ = events.Write(custard.Event{Kind: custard.EventColumns, Fields: []custard.Field{{Name: "n", Type: custard.TypeInt}}})
			_ = events.Write(custard.Event{Kind: custard.EventRows, Rows: batch("1")})
			_ = events.Close()
			panic(http.ErrAbortHandler)
		}, custard.CodeUnreachable, 2},
		"it ends without a word": {func(w http.ResponseWriter) {
			events := wire.NewEventWriter(w, http.NewResponseController(w).Flush)
			defer events.Close()
			_ = events.Write(custard.Event{Kind: custard.EventStatus, Status: "running"})
		}, custard.CodeUnreachable, 1},
		"the database fails": {func(w http.ResponseWriter) {
			events := wire.NewEventWriter(w, http.NewResponseController(w).Flush)
			defer events.Close()
			_ = events.Write(custard.Event{Kind: custard.EventStatus, Status: "running"})
			_ = events.WriteError(wire.ErrorOf(custard.Errorf(custard.CodeTimeout, "too slow").WithHint("raise it")))
		}, custard.CodeTimeout, 1},
		"it never began": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, failure("refused", false))
		}, custard.CodeRefused, 0},
		"there are several readings": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"error":{"code":"ambiguous","message":"Which?","choices":["a?","b?"]}}`)
		}, custard.CodeAmbiguous, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", wire.EventStream)
				test.serve(w)
			}))
			defer s.Close()
			var last error
			kinds := 0
			for e, err := range newClient(t, s.URL, Key("k"), nil).Ask(t.Context(), custard.Request{Question: "?"}) {
				last = err
				if err == nil {
					kinds++
				}
				if e.Clarify != nil && len(e.Clarify.Choices) != 2 {
					t.Errorf("the choices are %v", e.Clarify.Choices)
				}
			}
			wantCode(t, last, test.code)
			if kinds != test.kinds {
				t.Errorf("%d events came, want %d", kinds, test.kinds)
			}
		})
	}
}
