package output

import (
	"io"
	"time"
)

// stream gathers bytes and writes them in large pieces. The first block goes out at once, so that a reader sees its
// first row early; later ones when there is enough, or when a slow result has kept the reader waiting.
type stream struct {
	w    io.Writer
	buf  []byte
	last time.Time
	err  error
}

const (
	flushSize  = 64 << 10
	flushAfter = 50 * time.Millisecond
)

// newStream starts small: most answers are.
func newStream(w io.Writer) stream { return stream{w: w, buf: make([]byte, 0, 2<<10)} }

// full writes what there is where it is enough. Row loops call it after each row.
func (s *stream) full() error {
	if len(s.buf) < flushSize {
		return s.err
	}
	return s.flush()
}

// blockEnd is called after each block of rows.
func (s *stream) blockEnd() error {
	if now := time.Now(); now.Sub(s.last) > flushAfter {
		s.last = now
		return s.flush()
	}
	return s.err
}

func (s *stream) flush() error {
	if len(s.buf) == 0 || s.err != nil {
		return s.err
	}
	_, s.err = s.w.Write(s.buf)
	if cap(s.buf) > 16*flushSize { // one huge cell must not hold its memory to the end
		s.buf = make([]byte, 0, flushSize+4<<10)
	}
	s.buf = s.buf[:0]
	return s.err
}
