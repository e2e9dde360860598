package wire

import (
	"io"
	"sync"
)

// buffer is memory for one frame, from a pool of its size.
type buffer struct{ b []byte }

const (
	smallBuffer = 4 << 10
	largeBuffer = MaxBatch + 4<<10 // a batch that grew just past its limit, and its head
	mostPooled  = 4 * largeBuffer  // what is larger goes to the garbage collector
)

var (
	smallBuffers = sync.Pool{New: func() any { return &buffer{make([]byte, 0, smallBuffer)} }}
	largeBuffers = sync.Pool{New: func() any { return &buffer{make([]byte, 0, largeBuffer)} }}
)

// newBuffer returns an empty buffer for about n bytes.
func newBuffer(n int) *buffer {
	switch {
	case n <= smallBuffer:
		return smallBuffers.Get().(*buffer)
	case n <= largeBuffer:
		return largeBuffers.Get().(*buffer)
	}
	return &buffer{make([]byte, 0, n)}
}

func (b *buffer) release() {
	switch c := cap(b.b); {
	case c > mostPooled || c < smallBuffer:
	case c < largeBuffer:
		b.b = b.b[:0]
		smallBuffers.Put(b)
	default:
		b.b = b.b[:0]
		largeBuffers.Put(b)
	}
}

// fit returns the content in a buffer of its own size where b is much too large for it, so that what waits for a slow
// reader costs what it holds.
func (b *buffer) fit() *buffer {
	if len(b.b) > smallBuffer || cap(b.b) < largeBuffer {
		return b
	}
	small := newBuffer(len(b.b))
	small.b = append(small.b, b.b...)
	b.release()
	return small
}

// readFrom reads r to its end, at most limit bytes: more is errTooLarge.
func (b *buffer) readFrom(r io.Reader, limit int64) error {
	for {
		if len(b.b) == cap(b.b) {
			bigger := newBuffer(4 * cap(b.b))
			bigger.b = append(bigger.b, b.b...)
			b.b, bigger.b = bigger.b, b.b
			bigger.release()
		}
		n, err := r.Read(b.b[len(b.b):cap(b.b)])
		b.b = b.b[:len(b.b)+n]
		if int64(len(b.b)) > limit {
			return errTooLarge
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
