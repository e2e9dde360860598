// Package sse reads server-sent events, as the HTML standard defines them, from a stream that nobody vouches for: lines and
// events are bounded.
package sse

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// Event is one event. Data is the reader's until the next call.
type Event struct {
	Name string // of the event field; empty for none
	Data []byte // the data fields' lines, joined by \n
}

// MaxEvent is the longest event, in bytes, and the longest line.
const MaxEvent = 4 << 20

// ErrTooLong is returned for an event or a line beyond MaxEvent.
var ErrTooLong = errors.New("an event of the stream is too long")

// Reader reads events from a stream.
type Reader struct {
	r       *bufio.Reader
	line    []byte
	data    []byte
	started bool
	skipLF  bool // the line before ended in CR: an LF that follows belongs to it
}

// NewReader returns a reader of the events in r.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 16<<10)} }

// Next returns the next event that has data. Comments and unknown fields are passed over. At the end of the stream it
// returns io.EOF, and an event that no blank line ended is dropped, as the standard says: it may be half of one.
func (r *Reader) Next() (Event, error) {
	r.data = r.data[:0]
	name, any := "", false
	for {
		line, err := r.readLine()
		if err != nil {
			return Event{}, err
		}
		if len(line) == 0 {
			if any {
				return Event{Name: name, Data: r.data}, nil
			}
			name = ""
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			name = string(value)
		case "data":
			if len(r.data)+len(value)+1 > MaxEvent {
				return Event{}, ErrTooLong
			}
			if any {
				r.data = append(r.data, '\n')
			}
			r.data = append(r.data, value...)
			any = true
		}
	}
}

// readLine returns the next line without its end, which is CR, LF or CRLF. A line that the stream's end cuts is dropped.
func (r *Reader) readLine() ([]byte, error) {
	r.line = r.line[:0]
	for {
		if err := r.fill(); err != nil {
			return nil, err
		}
		buf, _ := r.r.Peek(r.r.Buffered())
		end := bytes.IndexAny(buf, "\r\n")
		if end < 0 {
			if len(r.line)+len(buf) > MaxEvent {
				return nil, ErrTooLong
			}
			r.line = append(r.line, buf...)
			_, _ = r.r.Discard(len(buf))
			continue
		}
		if len(r.line)+end > MaxEvent {
			return nil, ErrTooLong
		}
		r.line = append(r.line, buf[:end]...)
		r.skipLF = buf[end] == '\r'
		_, _ = r.r.Discard(end + 1)
		return r.line, nil
	}
}

// fill waits for at least one byte, behind a byte order mark at the stream's start and an LF that ends a CRLF. It does not
// wait for an LF after a CR before the line is handed out: the next event may be a long time coming.
func (r *Reader) fill() error {
	if !r.started {
		r.started = true
		if mark, _ := r.r.Peek(1); len(mark) == 1 && mark[0] == 0xEF {
			if mark, _ = r.r.Peek(3); bytes.Equal(mark, []byte("\xEF\xBB\xBF")) {
				_, _ = r.r.Discard(len(mark))
			}
		}
	}
	b, err := r.r.Peek(1)
	if err != nil {
		return err
	}
	if r.skipLF {
		r.skipLF = false
		if b[0] == '\n' {
			_, _ = r.r.Discard(1)
			_, err = r.r.Peek(1)
		}
	}
	return err
}
