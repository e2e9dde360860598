package connector

import (
	"sync/atomic"

	"github.com/custard-ai/custard/internal/custard"
)

// Cursor is a running statement, as a connector has it.
type Cursor interface {
	// Next appends the cells of the next row to the batch; false after the last row. After false or an error it is not
	// called again.
	Next(b *custard.Batch) (bool, error)
	// Close ends the statement and frees what it held. It is called once. whole says that Next has returned false.
	Close(whole bool)
}

const (
	firstBatch = 4 << 10   // bytes; small, so that the first rows are seen at once
	lastBatch  = 256 << 10 // bytes that batches grow to
)

// Stream makes the result of a cursor: it packs rows into batches from 4 KiB growing to 256 KiB and holds the limits on
// rows and bytes (those of a cell and of time are the cursor's). The first batch is filled before it returns, so that an
// error before the first row is its own, and a small result holds nothing any more.
func Stream(fields []custard.Field, cursor Cursor, limits custard.Limits) (*custard.Result, error) {
	s := &stream{cursor: cursor, limits: limits}
	s.batch.Reset(len(fields))
	s.fill(firstBatch)
	if s.done {
		s.close()
		if s.err != nil && s.batch.Rows == 0 {
			return nil, s.err
		}
	}
	return &custard.Result{
		Fields: fields, Batches: s.batches,
		Truncated: func() bool { return s.truncated },
		Last:      func() bool { return s.done && s.err == nil },
	}, nil
}

type stream struct {
	cursor    Cursor
	limits    custard.Limits
	batch     custard.Batch
	rows      int64
	bytes     int64 // of the batches before this one
	whole     bool  // the cursor is at its end
	done      bool  // no row is left, or none is wanted
	truncated bool
	err       error // that follows the batch in hand
	closed    bool
	ranged    atomic.Bool
}

func (s *stream) close() {
	if !s.closed {
		s.closed = true
		s.cursor.Close(s.whole)
	}
}

// fill reads rows until the batch has limit bytes or no row is left.
func (s *stream) fill(limit int) {
	for len(s.batch.Data) < limit {
		before := len(s.batch.Data)
		more, err := s.cursor.Next(&s.batch)
		switch {
		case err != nil:
			s.batch.Data = s.batch.Data[:before] // no half a row
			s.done, s.err = true, err
			return
		case !more:
			s.done, s.whole = true, true
			return
		case s.limits.Rows > 0 && s.rows == s.limits.Rows:
			s.batch.Data = s.batch.Data[:before]
			s.done, s.truncated = true, true
			return
		case s.limits.Bytes > 0 && s.bytes+int64(len(s.batch.Data)) > s.limits.Bytes:
			s.batch.Data = s.batch.Data[:before]
			s.done = true
			s.err = custard.Errorf(custard.CodeLimit, "the result has more than %d bytes", s.limits.Bytes).
				WithHint("Ask for fewer rows or columns, or raise the byte limit.")
			return
		}
		s.batch.EndRow()
		s.rows++
	}
}

// batches is the result's iterator.
func (s *stream) batches(yield func(*custard.Batch, error) bool) {
	if s.ranged.Swap(true) {
		yield(nil, custard.Errorf(custard.CodeInternal, "a result was read twice"))
		return
	}
	defer s.close()
	limit := firstBatch
	for {
		if s.batch.Rows > 0 && !yield(&s.batch, nil) {
			return
		}
		if s.done {
			s.close() // before the last step, so that whoever sees the end can rely on it
			if s.err != nil {
				yield(nil, s.err)
			}
			return
		}
		s.bytes += int64(len(s.batch.Data))
		s.batch.Reset(s.batch.Width)
		if limit < lastBatch {
			limit *= 2
		}
		s.fill(limit)
	}
}

// CheckCell returns the error of a value that is larger than the limit; nil for one that is not.
func CheckCell(column string, size int, limit int64) error {
	if int64(size) <= limit {
		return nil
	}
	return custard.Errorf(custard.CodeLimit, "a value of column %s has %d bytes, more than the limit of %d", column, size, limit).
		WithHint("Ask for a part of it, such as substr(column, 1, 1000).")
}
