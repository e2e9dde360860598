package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/internal/custard"
)

func allEvents() []custard.Event {
	batch := randomBatch(rand.New(rand.NewPCG(7, 8)), 2, 5)
	large := randomBatch(rand.New(rand.NewPCG(9, 9)), 2, 2000)
	return []custard.Event{
		{Kind: custard.EventStatus, Status: "reading the schema"},
		{Kind: custard.EventQuery, Query: &custard.Query{SQL: "SELECT 1", Pretty: "SELECT\n  1", Dialect: custard.SQLite, Engine: "builtin", Assumptions: []string{"a"}, Warnings: []string{}, Confidence: 0.5}},
		{Kind: custard.EventColumns, Fields: []custard.Field{{Name: "a", Type: custard.TypeInt}, {Name: "b", Type: custard.TypeArray, Elem: custard.TypeText}}},
		{Kind: custard.EventRows, Rows: &batch},
		{Kind: custard.EventRows, Rows: &large},
		{Kind: custard.EventAnswer, Answer: "It is 1."},
		{Kind: custard.EventChart, Chart: &custard.Chart{Kind: custard.ChartBar, X: "a", Y: []string{"b"}}},
		{Kind: custard.EventClarify, Clarify: &custard.Clarify{Question: "Which?", Choices: []string{"this", "that"}}},
		{Kind: custard.EventDone, Done: &custard.Done{Rows: 5, Truncated: true, ConversationID: "c", TimingsMS: map[string]float64{"total": 1.5}}},
	}
}

func writeAll(t *testing.T, w io.Writer, events []custard.Event) {
	t.Helper()
	ew := NewEventWriter(w, nil)
	for _, e := range events {
		if err := ew.Write(e); err != nil {
			t.Fatal(err)
		}
		if err := ew.Heartbeat(); err != nil {
			t.Fatal(err)
		}
	}
	if err := ew.Close(); err != nil {
		t.Fatal(err)
	}
}

func readAll(r io.Reader) ([]custard.Event, error) {
	er := NewEventReader(r, 0)
	var out []custard.Event
	for {
		e, err := er.Next()
		if err != nil {
			return out, err
		}
		if e.Rows != nil {
			e.Rows = e.Rows.Clone()
		}
		out = append(out, e)
	}
}

func TestEventsComeBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	writeAll(t, &buf, allEvents())
	got, err := readAll(&buf)
	if !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if diff := cmp.Diff(allEvents(), got, cmp.Comparer(bytes.Equal)); diff != "" {
		t.Error(diff)
	}
}

func TestEventsInJSONComeBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, want := range allEvents() {
		if want.Kind == custard.EventRows {
			continue
		}
		data, err := MarshalEvent(want)
		if err != nil {
			t.Fatal(err)
		}
		var e Event
		if err := json.Unmarshal(data, &e); err != nil {
			t.Fatal(err)
		}
		got, ok, err := e.Event()
		if !ok || err != nil {
			t.Error(ok, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAnErrorEndsTheStream(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	w := NewEventWriter(&buf, nil)
	if err := w.WriteError(&Error{Code: custard.CodeTooExpensive, Message: "too much", Hint: "ask less"}); err != nil {
		t.Fatal(err)
	}
	w.Close()
	r := NewEventReader(&buf, 0)
	_, err := r.Next()
	if e := custard.AsError(err); e.Code != custard.CodeTooExpensive || e.Message != "too much" || e.Hint != "ask less" {
		t.Error(err)
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestACutStreamSaysWhetherToAskAgain(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	small := slices.DeleteFunc(allEvents(), func(e custard.Event) bool { return e.Rows != nil && len(e.Rows.Data) > flushSize })
	writeAll(t, &buf, small)
	whole := buf.Bytes()
	firstRows := 0
	for n := range whole {
		got, err := readAll(bytes.NewReader(whole[:n]))
		e := custard.AsError(err)
		if e == nil || e.Code != custard.CodeUnreachable {
			if errors.Is(err, io.EOF) && n >= len(whole)-2 { // the last heartbeat is no loss
				continue
			}
			t.Fatalf("cut at %d of %d: %v", n, len(whole), err)
		}
		rows := false
		for _, g := range got {
			rows = rows || g.Kind == custard.EventRows
		}
		if rows && firstRows == 0 {
			firstRows = n
		}
		if e.Retry == rows {
			t.Fatalf("cut at %d: rows %v, retry %v", n, rows, e.Retry)
		}
	}
	if firstRows == 0 {
		t.Error("no cut was behind rows")
	}
}

// counting counts writes.
type counting struct {
	bytes.Buffer
	writes, flushes int
}

func (c *counting) Write(p []byte) (int, error) {
	c.writes++
	return c.Buffer.Write(p)
}

func TestASmallAnswerIsOneWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w counting
		ew := NewEventWriter(&w, func() error { w.flushes++; return nil })
		for _, e := range allEvents() {
			if e.Rows != nil && len(e.Rows.Data) > flushSize {
				continue
			}
			if err := ew.Write(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := ew.Close(); err != nil {
			t.Fatal(err)
		}
		if w.writes != 1 || w.flushes != 1 {
			t.Error(w.writes, "writes,", w.flushes, "flushes")
		}
		time.Sleep(time.Second) // the timer must not fire
		if w.writes != 1 {
			t.Error("written after Close")
		}
	})
}

func TestAnEventDoesNotWaitForTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w counting
		ew := NewEventWriter(&w, nil)
		for range 3 {
			before := w.Len()
			if err := ew.Write(custard.Event{Kind: custard.EventStatus, Status: "working"}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(flushDelay + time.Millisecond)
			synctest.Wait()
			if w.Len() == before {
				t.Error("the event waits")
			}
		}
		ew.Close()
	})
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestAReaderThatIsGoneShows(t *testing.T) {
	t.Parallel()
	w := NewEventWriter(brokenPipe{}, nil)
	large := randomBatch(rand.New(rand.NewPCG(9, 9)), 2, 2000)
	if err := w.Write(custard.Event{Kind: custard.EventRows, Rows: &large}); err == nil {
		t.Error("no error")
	}
	if err := w.Write(custard.Event{Kind: custard.EventStatus}); err == nil {
		t.Error("no error afterwards")
	}
	if err := w.Close(); err == nil {
		t.Error("no error at the end")
	}
}

func TestHugeEventsAreRefusedBeforeMemoryIsTaken(t *testing.T) {
	t.Parallel()
	for _, stream := range []string{"r\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "s\x80\x80\x80\x80\x08"} {
		_, err := NewEventReader(strings.NewReader(stream), 0).Next()
		if custard.AsError(err).Code != custard.CodeLimit {
			t.Error(err)
		}
	}
	r := NewEventReader(strings.NewReader("s\x80\x80\x80\x10some"), 0) // says 32 MiB, sends 4 bytes
	if _, err := r.Next(); custard.AsError(err).Code != custard.CodeUnreachable || cap(r.buf) > 1<<20 {
		t.Error(err, cap(r.buf))
	}
}

func FuzzEventReader(f *testing.F) {
	var buf bytes.Buffer
	ew := NewEventWriter(&buf, nil)
	for _, e := range allEvents() {
		if e.Rows == nil || len(e.Rows.Data) < 1<<10 {
			_ = ew.Write(e)
		}
	}
	ew.Close()
	f.Add(buf.Bytes())
	f.Add([]byte("c\x02{}r\x02\x01\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := NewEventReader(bytes.NewReader(data), 1<<20)
		width := 0
		for {
			e, err := r.Next()
			if err != nil {
				return
			}
			switch {
			case e.Kind == custard.EventColumns:
				width = len(e.Fields)
			case e.Rows != nil && e.Rows.Width != width:
				t.Fatal("rows of another width than the columns")
			case e.Kind == custard.EventQuery && e.Query == nil, e.Kind == custard.EventDone && e.Done == nil, e.Kind == custard.EventChart && e.Chart == nil, e.Kind == custard.EventClarify && e.Clarify == nil:
				t.Fatal("an event without its content")
			}
		}
	})
}
