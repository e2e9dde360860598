package httpapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
	"github.com/custard-ai/custard/internal/wire"
)

const (
	// maxAnswer bounds a JSON answer, which is gathered in memory so that an error can still have its own status.
	maxAnswer = 32 << 20
	// beatEvery is how often a silent stream says that it is alive.
	beatEvery = 15 * time.Second
)

// sink writes an answer in one of the forms.
type sink interface {
	event(e custard.Event) error
	// fail ends the answer with an error: it returns the error where nothing was sent yet, so that it gets a status of its own.
	fail(err error) error
	end() error
}

func (f form) sink(c *call, rc *http.ResponseController, req custard.Request) sink {
	switch f {
	case formNDJSON:
		return newLineSink(c, rc, wire.NDJSON)
	case formSSE:
		return newLineSink(c, rc, wire.SSE)
	case formBinary:
		return newBinarySink(c, rc)
	case formJSON:
	}
	return newJSONSink(c, req)
}

// jsonSink gathers one JSON answer.
type jsonSink struct {
	c      *call
	answer output.Answer
	buf    bytes.Buffer
	rows   output.Writer
}

func newJSONSink(c *call, req custard.Request) *jsonSink {
	s := &jsonSink{c: c, answer: output.Answer{Question: req.Question, Connection: req.Connection, RequestID: c.id}}
	s.rows = output.New(&s.buf, output.JSON, &s.answer, output.Options{})
	return s
}

func (s *jsonSink) event(e custard.Event) error {
	switch e.Kind {
	case custard.EventQuery:
		s.answer.Query = *e.Query
	case custard.EventColumns:
		return s.rows.Begin(e.Fields)
	case custard.EventRows:
		if err := s.rows.Rows(e.Rows); err != nil {
			return err
		}
		if s.buf.Len() > maxAnswer {
			return custard.Errorf(custard.CodeLimit, "the answer is larger than %d MiB", maxAnswer>>20).
				WithHint("Ask for fewer rows, or stream it with Accept: %s.", wire.NDJSON)
		}
	case custard.EventAnswer:
		s.answer.Answer = e.Answer
	case custard.EventChart:
		s.answer.Chart = e.Chart
	case custard.EventDone:
		s.answer.Done = *e.Done
	case custard.EventStatus, custard.EventClarify:
	}
	return nil
}

func (s *jsonSink) fail(err error) error { return err }

func (s *jsonSink) end() error {
	if err := s.rows.End(); err != nil {
		return err
	}
	return s.c.write(http.StatusOK, s.buf.Bytes())
}

// begin says what kind of stream follows. The status is sent with its first bytes.
func (c *call) begin(contentType string) {
	h := c.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("X-Accel-Buffering", "no") // proxies: pass it on as it comes
	c.status = http.StatusOK
}

// tail is an error at the end of a stream, and in the access log.
func (c *call) tail(err error) *wire.Error {
	d, _, _ := detailOf(err, c.id)
	c.note.code = d.Code
	c.logFailure(err, d.Code)
	return d
}

// flusher flushes what a stream has written, but for its end: net/http sends that with the last bytes, in one write.
type flusher struct {
	rc   *http.ResponseController
	last atomic.Bool
}

func (f *flusher) flush() error {
	if f.last.Load() {
		return nil
	}
	return f.rc.Flush()
}

// binarySink passes events on as frames; blocks of rows go through untouched.
type binarySink struct {
	c      *call
	out    *wire.EventWriter
	flush  *flusher
	beat   *time.Timer
	events int
}

func newBinarySink(c *call, rc *http.ResponseController) *binarySink {
	s := &binarySink{c: c, flush: &flusher{rc: rc}}
	s.out = wire.NewEventWriter(c.w, s.flush.flush)
	return s
}

func (s *binarySink) event(e custard.Event) error {
	if s.events == 0 {
		s.c.begin(wire.EventStream)
		s.beat = time.AfterFunc(beatEvery, s.alive)
	}
	s.events++
	if e.Kind == custard.EventDone {
		s.flush.last.Store(true)
	}
	return s.out.Write(e)
}

// alive is the timer's.
func (s *binarySink) alive() {
	if s.out.Heartbeat() == nil {
		s.beat.Reset(beatEvery)
	}
}

func (s *binarySink) fail(err error) error {
	if s.events == 0 {
		_ = s.out.Close()
		return err
	}
	s.flush.last.Store(true)
	_ = s.out.WriteError(s.c.tail(err))
	return s.end()
}

func (s *binarySink) end() error {
	if s.beat != nil {
		s.beat.Stop()
	}
	_ = s.out.Close() // where it fails the client is gone
	return nil
}

// lineSink writes events as lines of JSON, or as server-sent events.
type lineSink struct {
	c      *call
	media  string
	out    *gatherer
	flush  *flusher
	fields []custard.Field
	events int
	row    []byte
	beat   *time.Timer
}

func newLineSink(c *call, rc *http.ResponseController, media string) *lineSink {
	f := &flusher{rc: rc}
	return &lineSink{c: c, media: media, flush: f, out: &gatherer{w: c.w, flush: f.flush}}
}

func (s *lineSink) event(e custard.Event) error {
	if s.events == 0 {
		s.c.begin(s.media)
		if s.media == wire.SSE {
			s.beat = time.AfterFunc(beatEvery, s.alive)
		}
	}
	s.events++
	switch e.Kind {
	case custard.EventColumns:
		s.fields = e.Fields
	case custard.EventRows:
		return s.rows(e.Rows)
	case custard.EventDone:
		s.flush.last.Store(true)
	case custard.EventStatus, custard.EventQuery, custard.EventAnswer, custard.EventChart, custard.EventClarify:
	}
	data, err := wire.MarshalEvent(e)
	if err != nil {
		return custard.AsError(err)
	}
	return s.line(e.Kind, data)
}

// rows writes a block of rows, in pieces: a line should fit into a reader's buffer.
func (s *lineSink) rows(b *custard.Batch) error {
	const piece = 64 << 10
	r := b.Reader()
	open := false
	for range b.Rows {
		if open {
			s.row = append(s.row, ',', '[')
		} else {
			s.row = append(s.row[:0], `{"kind":"rows","rows":[[`...)
			open = true
		}
		for i, f := range s.fields {
			if i > 0 {
				s.row = append(s.row, ',')
			}
			cell, null, ok := r.Next()
			switch {
			case !ok:
				return custard.Errorf(custard.CodeInternal, "a batch of rows has fewer cells than its columns promise")
			case null:
				s.row = append(s.row, "null"...)
			default:
				s.row = output.AppendJSON(s.row, cell, f.Type, f.Elem)
			}
		}
		s.row = append(s.row, ']')
		if len(s.row) >= piece {
			if err := s.line(custard.EventRows, append(s.row, "]}"...)); err != nil {
				return err
			}
			open = false
		}
	}
	if !open {
		return nil
	}
	return s.line(custard.EventRows, append(s.row, "]}"...))
}

func (s *lineSink) line(kind custard.EventKind, data []byte) error {
	if s.media == wire.SSE {
		return s.out.write("event: ", string(kind), "\ndata: ", data, "\n\n")
	}
	return s.out.write("", "", "", data, "\n")
}

// alive is the timer's.
func (s *lineSink) alive() {
	if s.out.write(":", "", "", nil, "\n\n") == nil {
		s.beat.Reset(beatEvery)
	}
}

func (s *lineSink) fail(err error) error {
	if s.events == 0 {
		return err
	}
	s.flush.last.Store(true)
	data, merr := json.Marshal(wire.Event{Kind: wire.EventError, Error: s.c.tail(err)})
	if merr == nil {
		_ = s.line(wire.EventError, data)
	}
	return s.end()
}

func (s *lineSink) end() error {
	if s.beat != nil {
		s.beat.Stop()
	}
	s.out.close()
	return nil
}

const (
	gatherSize  = 32 << 10
	gatherDelay = 2 * time.Millisecond
)

// gatherer gathers what is small for two milliseconds, so that a small answer is one write and nothing waits for long. It
// is safe for concurrent use.
type gatherer struct {
	w     io.Writer
	flush func() error

	mu      sync.Mutex
	buf     []byte
	timer   *time.Timer
	waiting bool
	err     error
}

func (g *gatherer) write(before, name, between string, data []byte, after string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.buf = append(append(append(g.buf, before...), name...), between...)
	g.buf = append(append(g.buf, data...), after...)
	if len(g.buf) >= gatherSize {
		return g.push()
	}
	if g.err == nil && !g.waiting {
		g.waiting = true
		if g.timer == nil {
			g.timer = time.AfterFunc(gatherDelay, g.late)
		} else {
			g.timer.Reset(gatherDelay)
		}
	}
	return g.err
}

// late is the timer's.
func (g *gatherer) late() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = false
	_ = g.push() // the next write tells
}

func (g *gatherer) push() error {
	if len(g.buf) == 0 || g.err != nil {
		return g.err
	}
	if _, g.err = g.w.Write(g.buf); g.err == nil {
		g.err = g.flush()
	}
	g.buf = g.buf[:0]
	return g.err
}

// close writes what is gathered. Nothing is written afterwards.
func (g *gatherer) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
	}
	_ = g.push() // where it fails the client is gone
	if g.err == nil {
		g.err = io.ErrClosedPipe // for a timer that waits for the lock
	}
}
