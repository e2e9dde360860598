package wire

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

const (
	// flushSize is how much is gathered before it is written.
	flushSize = 32 << 10
	// flushDelay is how long an event may wait for others: a small answer is written in one piece, and a status is seen soon.
	flushDelay = 2 * time.Millisecond
)

// EventWriter writes events as [EventStream]. What is small is gathered for two milliseconds, so that a small answer is
// one write; batches of rows are written as they come. Its methods are safe for concurrent use. Close it in any case.
type EventWriter struct {
	mu      sync.Mutex
	w       io.Writer
	flush   func() error
	buf     []byte
	timer   *time.Timer // runs while something is gathered
	waiting bool
	err     error // the first failure; everything afterwards is dropped
}

// NewEventWriter writes to w and calls flush after each write where it is not nil (http.ResponseController.Flush).
func NewEventWriter(w io.Writer, flush func() error) *EventWriter {
	return &EventWriter{w: w, flush: flush}
}

// Write writes an event. The event's batch is free afterwards. An error says that the reader is gone.
func (w *EventWriter) Write(e custard.Event) error {
	if e.Kind == custard.EventRows {
		return w.rows(e.Rows)
	}
	data, err := MarshalEvent(e)
	if err != nil {
		return custard.AsError(err)
	}
	return w.frame(kindByte(e.Kind), data)
}

// WriteError writes the error that ends the stream.
func (w *EventWriter) WriteError(e *Error) error {
	data, err := json.Marshal(Event{Kind: EventError, Error: e})
	if err != nil {
		return custard.AsError(err)
	}
	return w.frame(kindByte(EventError), data)
}

// Heartbeat writes a frame that readers ignore.
func (w *EventWriter) Heartbeat() error { return w.frame(beat, nil) }

func (w *EventWriter) frame(kind byte, payload []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = binary.AppendUvarint(append(w.buf, kind), uint64(len(payload)))
	w.buf = append(w.buf, payload...)
	return w.gathered()
}

func (w *EventWriter) rows(b *custard.Batch) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var head [2 * binary.MaxVarintLen64]byte
	h := binary.AppendUvarint(binary.AppendUvarint(head[:0], uint64(b.Width)), uint64(b.Rows))
	w.buf = binary.AppendUvarint(append(w.buf, kindByte(custard.EventRows)), uint64(len(h)+len(b.Data)))
	w.buf = append(w.buf, h...)
	if len(b.Data) < flushSize {
		w.buf = append(w.buf, b.Data...)
		return w.gathered()
	}
	w.out(w.buf)
	w.buf = w.buf[:0]
	w.out(b.Data)
	return w.pushed()
}

// gathered writes the buffer if it is large, and sees to it that it is written soon otherwise.
func (w *EventWriter) gathered() error {
	if len(w.buf) >= flushSize {
		return w.push()
	}
	if w.err == nil && !w.waiting {
		w.waiting = true
		if w.timer == nil {
			w.timer = time.AfterFunc(flushDelay, w.late)
		} else {
			w.timer.Reset(flushDelay)
		}
	}
	return w.err
}

// late is the timer's.
func (w *EventWriter) late() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = false
	_ = w.push() // the next Write tells
}

// push writes what is gathered.
func (w *EventWriter) push() error {
	if len(w.buf) == 0 {
		return w.err
	}
	w.out(w.buf)
	w.buf = w.buf[:0]
	return w.pushed()
}

func (w *EventWriter) out(data []byte) {
	if w.err == nil && len(data) > 0 {
		_, w.err = w.w.Write(data)
	}
}

func (w *EventWriter) pushed() error {
	if w.err == nil && w.flush != nil {
		w.err = w.flush()
	}
	return w.err
}

// Close writes what is gathered. Nothing is written to the underlying writer after it has returned.
func (w *EventWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
	err := w.push()
	if w.err == nil {
		w.err = io.ErrClosedPipe // for a timer that ran already and waits for the lock: its buffer is empty
	}
	return err
}
