package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

const shopQuery = "SELECT id, ordered_on, total FROM orders ORDER BY id"

func TestAnswerIsTheSameInEveryForm(t *testing.T) {
	t.Parallel()
	w, _, _ := withShop(t, nil)
	ask := map[string]any{"connection": "shop", "sql": shopQuery, "chart": "none"}
	want := `[[1,"2026-01-05",10.5],[2,"2026-02-05",20],[3,"2026-02-06",5.25],[4,"2026-03-06",null]]`

	r := w.do(t, "POST", "/query", ask)
	var whole struct {
		Rows      json.RawMessage `json:"rows"`
		RowCount  int             `json:"row_count"`
		RequestID string          `json:"request_id"`
		Query     string          `json:"query"`
	}
	r.into(t, &whole)
	var compact bytes.Buffer
	if err := json.Compact(&compact, whole.Rows); err != nil {
		t.Fatal(err)
	}
	// The shop's totals have no exact type in SQLite: the JSON answer says which, and the other forms must say the same.
	want = compact.String()
	if r.status != 200 || whole.RowCount != 4 || whole.RequestID != r.header.Get("X-Request-Id") || !strings.HasPrefix(want, `[[1,"2026-01-05",`) || !strings.HasSuffix(want, `[4,"2026-03-06",null]]`) {
		t.Fatalf("JSON: %d %s", r.status, r.body)
	}

	kinds := []custard.EventKind{custard.EventQuery, custard.EventColumns, custard.EventRows, custard.EventAnswer, custard.EventDone}
	check := func(form string, got []wire.Event) {
		t.Helper()
		var seen []custard.EventKind
		for _, e := range got {
			if e.Kind != custard.EventStatus {
				seen = append(seen, e.Kind)
			}
			if e.Kind == custard.EventRows && string(e.Rows) != want {
				t.Errorf("%s: rows %s, want %s", form, e.Rows, want)
			}
			if e.Kind == custard.EventQuery && (e.Query.SQL != whole.Query || e.Query.Pretty == "") {
				t.Errorf("%s: query %+v", form, e.Query)
			}
			if e.Kind == custard.EventDone && e.Done.Rows != 4 {
				t.Errorf("%s: done %+v", form, e.Done)
			}
		}
		if !slices.Equal(seen, kinds) {
			t.Errorf("%s: events %v, want %v", form, seen, kinds)
		}
	}

	r = w.do(t, "POST", "/query", ask, "Accept", wire.NDJSON)
	if got := r.header.Get("Content-Type"); got != wire.NDJSON {
		t.Errorf("type %q", got)
	}
	check("ndjson", lines(t, string(r.body)))

	r = w.do(t, "POST", "/query", ask, "Accept", wire.SSE)
	var data []string
	for block := range strings.SplitSeq(strings.TrimSpace(string(r.body)), "\n\n") {
		name, payload, ok := strings.Cut(block, "\ndata: ")
		var e wire.Event
		if !ok || json.Unmarshal([]byte(payload), &e) != nil || name != "event: "+string(e.Kind) {
			t.Fatalf("a block of the stream: %q", block)
		}
		data = append(data, payload)
	}
	check("sse", lines(t, strings.Join(data, "\n")))

	r = w.do(t, "POST", "/query", ask, "Accept", wire.EventStream)
	reader := wire.NewEventReader(bytes.NewReader(r.body), 0)
	var seen []custard.EventKind
	for {
		e, err := reader.Next()
		if err != nil {
			break
		}
		if e.Kind == custard.EventRows && (e.Rows.Rows != 4 || e.Rows.Width != 3) {
			t.Errorf("binary: %d rows of %d", e.Rows.Rows, e.Rows.Width)
		}
		if e.Kind != custard.EventStatus {
			seen = append(seen, e.Kind)
		}
	}
	if !slices.Equal(seen, kinds) {
		t.Errorf("binary: events %v, want %v", seen, kinds)
	}
}

func lines(t *testing.T, body string) []wire.Event {
	t.Helper()
	var out []wire.Event
	for line := range strings.Lines(body) {
		var e wire.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		out = append(out, e)
	}
	return out
}

func TestQuestionLeavesHistoryAuditAndConversation(t *testing.T) {
	t.Parallel()
	w, id, _ := withShop(t, nil)
	var first struct {
		Conversation string `json:"conversation_id"`
		Rows         [][]any
	}
	r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "question": "how many customers are there?"})
	r.into(t, &first)
	if r.status != 200 || len(first.Rows) != 1 || first.Rows[0][0] != 3.0 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	w.kit.Clock.Move(time.Second)
	r = w.do(t, "POST", "/query", map[string]any{"connection": id, "question": "and in Spain?", "conversation_id": first.Conversation})
	var second struct {
		Rows        [][]any
		Query       string
		Assumptions []string
	}
	r.into(t, &second)
	if r.status != 200 || len(second.Rows) != 1 || second.Rows[0][0] != 2.0 || len(second.Assumptions) == 0 {
		t.Errorf("the follow-up did not go on from the first: %d %s", r.status, r.body)
	}

	var history struct{ Items []map[string]any }
	w.do(t, "GET", "/history?connection=shop", nil).into(t, &history)
	if len(history.Items) != 2 || history.Items[0]["question"] != "and in Spain?" || history.Items[1]["row_count"] != 1.0 {
		t.Errorf("history: %v", history.Items)
	}
	var conversation struct {
		Items        []map[string]any
		Conversation struct{ Title string }
	}
	w.do(t, "GET", "/conversations/"+first.Conversation, nil).into(t, &conversation)
	if len(conversation.Items) != 2 || conversation.Conversation.Title != "how many customers are there?" {
		t.Errorf("conversation: %+v", conversation)
	}
	var log struct {
		Items []struct {
			Action, Target string
			Detail         map[string]string
		}
	}
	w.do(t, "GET", "/audit", nil).into(t, &log)
	runs := 0
	for _, row := range log.Items {
		if row.Action == actQueryRun {
			runs++
			if row.Detail["connection"] != id || row.Detail["rows"] != "1" || row.Target == "" {
				t.Errorf("audit row: %+v", row)
			}
		}
	}
	if runs != 2 || strings.Contains(fmt.Sprint(log), "Spain") {
		t.Errorf("audit log has %d runs: %+v", runs, log)
	}
}

func TestRefusalsAreAnsweredAndWrittenDown(t *testing.T) {
	t.Parallel()
	w, _, _ := withShop(t, nil)
	for sql, want := range map[string]struct {
		status int
		code   custard.Code
	}{
		"DROP TABLE customers":         {422, custard.CodeRefused},
		"SELECT * FROM nowhere":        {422, custard.CodeUnknownTable},
		"SELECT salary FROM customers": {422, custard.CodeUnknownColumn},
		"SELECT (1":                    {422, custard.CodeSyntax},
	} {
		r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": sql})
		if f := r.fault(t); r.status != want.status || f.Code != want.code || f.RequestID != r.header.Get("X-Request-Id") {
			t.Errorf("%s: %d %+v", sql, r.status, f)
		}
	}
	if err := w.API.Close(t.Context()); err != nil { // what was asked is written down by now
		t.Fatal(err)
	}
	var log struct {
		Items []struct {
			Action string
			Detail map[string]string
		}
	}
	w.do(t, "GET", "/audit", nil).into(t, &log)
	refused := 0
	for _, row := range log.Items {
		if row.Action == actQueryRefuse && row.Detail["code"] != "" {
			refused++
		}
	}
	if refused != 4 {
		t.Errorf("%d refusals in the audit log: %+v", refused, log.Items)
	}
	var history struct{ Items []map[string]any }
	w.do(t, "GET", "/history", nil).into(t, &history)
	if len(history.Items) != 4 || history.Items[0]["code"] == nil {
		t.Errorf("history: %v", history.Items)
	}
}

func TestErrorInAStreamIsItsLastEvent(t *testing.T) {
	t.Parallel()
	w, _, _ := withShop(t, nil)
	r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT * FROM nowhere"}, "Accept", wire.NDJSON)
	events := lines(t, string(r.body))
	last := events[len(events)-1]
	if r.status != 200 || last.Kind != wire.EventError || last.Error.Code != custard.CodeUnknownTable || last.Error.RequestID == "" {
		t.Errorf("%d %s", r.status, r.body)
	}
	r = w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "DROP TABLE customers"}, "Accept", wire.NDJSON)
	if r.status != 422 || r.fault(t).Code != custard.CodeRefused { // nothing was sent before it
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestAgentThatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newServer(t, nil)
	w.connection(t, "shop")
	r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "question": "how many customers?"})
	if f := r.fault(t); r.status != 503 || f.Code != custard.CodeUnreachable || f.Hint == "" {
		t.Errorf("%d %+v", r.status, f)
	}
}

// watched is a Source that tells when a statement begins and when it has ended.
type watched struct {
	custard.Source
	begun, ended chan struct{}
}

func (s *watched) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	s.begun <- struct{}{}
	res, err := s.Source.Query(ctx, stmt)
	if err != nil {
		s.ended <- struct{}{}
		return nil, err
	}
	batches := res.Batches
	res.Batches = func(yield func(*custard.Batch, error) bool) {
		defer func() { s.ended <- struct{}{} }()
		batches(yield)
	}
	return res, nil
}

func TestClosingTheRequestCancelsTheStatement(t *testing.T) {
	t.Parallel()
	for _, accept := range []string{"application/json", wire.NDJSON, wire.SSE, wire.EventStream} {
		t.Run(accept, func(t *testing.T) {
			t.Parallel()
			w := newServer(t, nil)
			base, path := shop(t)
			alter(t, path, "CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 3000) SELECT i FROM n")
			src := &watched{base, make(chan struct{}, 8), make(chan struct{}, 8)}
			id, token := w.connection(t, "shop")
			w.agent(t, id, token, custard.SQLite, src)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			body, _ := json.Marshal(map[string]any{"connection": "shop", "sql": "SELECT count(*) FROM big AS a CROSS JOIN big AS b CROSS JOIN big AS c WHERE a.i + b.i + c.i < 0"})
			req, err := http.NewRequestWithContext(ctx, "POST", w.http.URL+Base+"/query", bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Accept", accept)
			req.Header.Set("Authorization", "Bearer "+w.owner.Access)
			done := make(chan struct{})
			go func() {
				defer close(done)
				if resp, err := w.http.Client().Do(req); err == nil {
					_, _ = bufio.NewReader(resp.Body).ReadString(0)
					resp.Body.Close()
				}
			}()
			<-src.begun
			cancel()
			start := time.Now()
			select {
			case <-src.ended:
			case <-time.After(10 * time.Second):
				t.Fatal("the statement ran on")
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("cancelled after %s", took)
			}
			<-done
		})
	}
}

func TestJSONAnswerIsBounded(t *testing.T) {
	t.Parallel()
	w, _, path := withShop(t, nil)
	alter(t, path, "CREATE TABLE wide AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 4000) SELECT i, hex(zeroblob(5000)) AS text FROM n")
	w.do(t, "POST", "/connections/shop/refresh-schema", nil)
	r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT i, text FROM wide", "limit": -1})
	if f := r.fault(t); r.status != 422 || f.Code != custard.CodeLimit || !strings.Contains(f.Hint, wire.NDJSON) {
		t.Errorf("%d %+v", r.status, f)
	}
	r = w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "SELECT i, text FROM wide", "limit": -1}, "Accept", wire.NDJSON)
	events := lines(t, string(r.body))
	if last := events[len(events)-1]; last.Kind != custard.EventDone || last.Done.Rows != 4000 {
		t.Errorf("streamed: %+v", last)
	}
}

func TestLimitOfTheConnectionHolds(t *testing.T) {
	t.Parallel()
	w, id, _ := withShop(t, nil)
	w.do(t, "PATCH", "/connections/"+id, map[string]any{"max_rows": 2})
	for _, limit := range []int{0, 3, -1} {
		r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": shopQuery, "limit": limit})
		var a struct {
			RowCount  int `json:"row_count"`
			Truncated bool
		}
		r.into(t, &a)
		if a.RowCount != 2 || !a.Truncated {
			t.Errorf("limit %d: %s", limit, r.body)
		}
	}
}

func TestAcceptDecidesTheForm(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]form{
		"": formJSON, "*/*": formJSON, "application/json": formJSON, "text/html, application/json;q=0.9, */*;q=0.1": formJSON,
		wire.NDJSON: formNDJSON, "application/json;q=0.5, " + wire.SSE: formSSE, wire.EventStream + ", application/json": formBinary,
	} {
		var headers []string
		if header != "" {
			headers = []string{header}
		}
		if got, err := formOf(headers); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", header, got, err, want)
		}
	}
	if _, err := formOf([]string{"text/html"}); err == nil {
		t.Error("HTML is no form")
	}
	if _, err := formOf([]string{"application/json;q=0"}); err == nil {
		t.Error("a form that is not wanted was given")
	}
}

func TestQueryBodiesThatCannotBe(t *testing.T) {
	t.Parallel()
	w, _, _ := withShop(t, nil)
	for _, body := range []map[string]any{
		{"connection": "shop"}, {"sql": "SELECT 1"}, {"connection": "shop", "question": " "},
		{"connection": "shop", "sql": "SELECT 1", "limit": -2}, {"connection": "shop", "sql": "SELECT 1", "timeout_ms": -1},
		{"connection": "shop", "sql": "SELECT 1", "chart": "pie"}, {"connection": "shop", "sql": "SELECT 1", "now": "soon"},
		{"connection": "shop", "sql": "SELECT 1", "candidates": 99}, {"connection": "shop", "question": "x", "engine": "none/such"},
		{"connection": "shop", "question": strings.Repeat("x", maxQuestion+1)},
	} {
		r := w.do(t, "POST", "/query", body)
		if f := r.fault(t); r.status != 400 || f.Code != custard.CodeUsage || f.Hint == "" && body["engine"] == nil {
			t.Errorf("%v: %d %+v", body, r.status, f)
		}
	}
	if r := w.do(t, "POST", "/query", map[string]any{"connection": "elsewhere", "sql": "SELECT 1"}); r.status != 404 {
		t.Errorf("a connection that there is not: %d", r.status)
	}
}

// A statement is only queued for the history when it is answered: whoever looks finds it there all the same.
func TestHistoryHasWhatWasAnswered(t *testing.T) {
	t.Parallel()
	w, _, _ := withShop(t, nil)
	for i := range 20 {
		statement := fmt.Sprintf("select %d as n", i)
		if r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": statement}); r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
		var history struct{ Items []struct{ Query string } }
		w.do(t, "GET", "/history", nil).into(t, &history)
		if len(history.Items) != i+1 || !strings.EqualFold(history.Items[0].Query, statement) {
			t.Fatalf("after %d statements the history is %v", i+1, history.Items)
		}
		w.kit.Clock.Move(time.Millisecond)
	}
	if r := w.do(t, "POST", "/query", map[string]any{"connection": "shop", "sql": "select 1"}); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := w.do(t, "DELETE", "/history", nil); r.status != 204 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	var history struct{ Items []any }
	if w.do(t, "GET", "/history", nil).into(t, &history); len(history.Items) != 0 {
		t.Errorf("what was queued came after it was cleared: %v", history.Items)
	}
}
