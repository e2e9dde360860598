package wire

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"

	"github.com/custard-ai/custard/internal/custard"
)

// DefaultEventLimit is the longest frame of an event stream that a reader takes: a batch holds one row at the least, and a
// row many cells.
const DefaultEventLimit = 64 << 20

// EventReader reads events from an [EventStream].
type EventReader struct {
	r      *bufio.Reader
	limit  int
	buf    []byte
	batch  custard.Batch
	width  int  // of the rows, from the columns
	rows   bool // some have been read
	closed bool // after done or an error: the stream's end is its end
}

// NewEventReader reads from r frames of at most limit bytes; 0 means [DefaultEventLimit].
func NewEventReader(r io.Reader, limit int) *EventReader {
	if limit <= 0 {
		limit = DefaultEventLimit
	}
	return &EventReader{r: bufio.NewReaderSize(r, 16<<10), limit: limit}
}

// Next returns the next event; io.EOF after the last. A batch of rows is valid until the next call, has the columns' width and at
// least a byte for each cell, but its cells are for [custard.Reader] to check.
//
// The error is the event's own where the answer failed. Where the stream is cut it is CodeUnreachable, with Retry set
// while no row has been read.
func (r *EventReader) Next() (custard.Event, error) {
	for {
		kind, payload, err := r.frame()
		if err != nil {
			return custard.Event{}, err
		}
		if kind == kindByte(custard.EventRows) {
			if err := r.parse(payload); err != nil {
				return custard.Event{}, err
			}
			r.rows = true
			return custard.Event{Kind: custard.EventRows, Rows: &r.batch}, nil
		}
		if kind == beat {
			continue
		}
		var e Event
		if err := json.Unmarshal(payload, &e); err != nil {
			return custard.Event{}, r.broken(err)
		}
		event, ok, err := e.Event()
		if err != nil || event.Kind == custard.EventDone {
			r.closed = true
		}
		if err != nil {
			return custard.Event{}, err
		}
		if event.Kind == custard.EventColumns {
			r.width = len(event.Fields)
		}
		if ok {
			return event, nil
		}
	}
}

// frame reads the next frame into the reader's buffer.
func (r *EventReader) frame() (byte, []byte, error) {
	kind, err := r.r.ReadByte()
	if errors.Is(err, io.EOF) && r.closed {
		return 0, nil, io.EOF
	}
	if err != nil {
		return 0, nil, r.cut(err)
	}
	n, err := binary.ReadUvarint(r.r)
	if err != nil {
		return 0, nil, r.cut(err)
	}
	if n > uint64(r.limit) {
		return 0, nil, &custard.Error{Code: custard.CodeLimit, Message: "the server sent an event that is too large"}
	}
	// Memory grows with what comes, not with what is promised.
	r.buf = r.buf[:0]
	for len(r.buf) < int(n) {
		step := min(int(n)-len(r.buf), max(cap(r.buf)-len(r.buf), MaxBatch+64))
		from := len(r.buf)
		if cap(r.buf) < from+step {
			r.buf = append(make([]byte, 0, max(2*cap(r.buf), from+step)), r.buf...)
		}
		r.buf = r.buf[:from+step]
		if _, err := io.ReadFull(r.r, r.buf[from:]); err != nil {
			return 0, nil, r.cut(err)
		}
	}
	return kind, r.buf, nil
}

func (r *EventReader) parse(payload []byte) error {
	d := decoder{data: payload}
	r.batch.Width, r.batch.Rows = d.count(maxFields), d.count(len(payload))
	r.batch.Data = d.rest()
	if d.bad || r.batch.Width != r.width || r.width == 0 || r.batch.Rows > len(r.batch.Data)/r.width {
		return r.broken(nil)
	}
	return nil
}

func (r *EventReader) broken(cause error) error {
	return &custard.Error{Code: custard.CodeInternal, Message: "the server sent an event that cannot be read", Cause: cause}
}

// cut is the error of a stream that ended too early.
func (r *EventReader) cut(cause error) error {
	e := &custard.Error{Code: custard.CodeUnreachable, Message: "the connection to the server was lost before the answer was complete", Retry: !r.rows, Cause: cause}
	if ctx := custard.AsError(cause); ctx.Code == custard.CodeCanceled || ctx.Code == custard.CodeTimeout {
		return ctx
	}
	return e.WithHint("Ask again.")
}
