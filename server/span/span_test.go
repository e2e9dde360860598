package span_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/span"
)

func TestRecorder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r span.Recorder
		ctx, root := span.Start(span.With(t.Context(), &r), "ask", span.Internal, span.A("organisation", ""), span.Content("question", "how many?"))
		time.Sleep(2 * time.Millisecond)
		inner, draft := span.Start(ctx, "translate", span.Internal, span.Content("prompt", strings.Repeat("x", 9000)))
		time.Sleep(3 * time.Millisecond)
		_, call := span.Start(inner, "chat", span.Client)
		call.Set(span.A("tokens", 7), span.A("finish", []string{"stop"}))
		call.End(nil)
		draft.End(custard.Errorf(custard.CodeUnknownTable, "there is no table x"))
		start := time.Now()
		time.Sleep(time.Millisecond)
		span.Record(ctx, "check", start, nil)
		root.End(errors.New("broken"))
		got, err := json.Marshal(r.Last())
		const want = `{"name":"ask","start_ms":0,"took_ms":6,"error":"internal error: broken","code":"internal","attributes":{"question":"how many?"},"stages":[` +
			`{"name":"translate","start_ms":2,"took_ms":3,"error":"there is no table x","code":"unknown_table","stages":[` +
			`{"name":"chat","start_ms":5,"took_ms":0,"attributes":{"finish":["stop"],"tokens":7}}]},` +
			`{"name":"check","start_ms":5,"took_ms":1}]}`
		if err != nil || string(got) != want {
			t.Errorf("%v\n%s\nwant\n%s", err, got, want)
		}
		if r.Last() != nil {
			t.Error("a question is told twice")
		}
	})
}

func TestRecorderIsBounded(t *testing.T) {
	t.Parallel()
	var r span.Recorder
	ctx, root := span.Start(span.With(t.Context(), &r), "ask", span.Internal)
	for range 1000 {
		_, s := span.Start(ctx, "draft", span.Internal, span.Content("text", strings.Repeat("x", 1900)))
		s.End(errors.New(strings.Repeat("ü", 3000)))
	}
	root.End(nil)
	got, err := json.Marshal(r.Last())
	if err != nil || len(got) > 48<<10 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestNobodyListens(t *testing.T) {
	ctx, s := span.Start(t.Context(), "ask", span.Internal)
	s.Set(span.A("a", 1))
	s.Event("e")
	s.End(nil)
	if span.Listening(ctx) || span.With(ctx, nil) != ctx {
		t.Error("somebody listens")
	}
	if allocs := testing.AllocsPerRun(100, func() { span.Record(context.Background(), "x", time.Time{}, nil) }); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestRecorderOfAQuestion(t *testing.T) {
	t.Parallel()
	var everybody, own span.Recorder
	own.Content = func(key string) bool { return key != "prompt" }
	tracer := span.WithRecorders(&everybody)
	ask := func(ctx context.Context) {
		ctx, root := span.Start(span.With(ctx, tracer), "ask", span.Internal)
		_, s := span.Start(ctx, "chat", span.Client, span.Content("prompt", "secret"), span.Content("query", "SELECT 1"), span.A("prompt", 7))
		s.End(nil)
		if r := own.SoFar(); r != nil {
			r.Stages[0].Attrs["query"] = "changed"
		}
		root.End(nil)
	}
	ask(span.Recorded(t.Context(), &own))
	got, err := json.Marshal(own.SoFar().Stages[0].Attrs)
	if err != nil || string(got) != `{"prompt":7,"query":"SELECT 1"}` {
		t.Errorf("%s, %v", got, err)
	}
	if everybody.Last().Stages[0].Attrs["query"] != "SELECT 1" {
		t.Error("the other listener was not told")
	}
	own.Last()
	ask(t.Context())
	if own.SoFar() != nil || everybody.Last() == nil {
		t.Error("a question without a recorder was kept by one, or not by the other")
	}
	ctx, s := span.WithRecorders(nil).Start(t.Context(), "ask", span.Internal, time.Now())
	s.End(nil)
	if ctx != t.Context() {
		t.Error("nobody listens, and something was made")
	}
}
