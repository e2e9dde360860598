package sqlite

import (
	"context"
	"sync/atomic"

	lib "modernc.org/sqlite/lib"

	"github.com/custard-ai/custard/internal/custard"
)

const (
	firstBatch = 4 << 10   // bytes; small, so that the first rows are seen at once
	lastBatch  = 256 << 10 // bytes that batches grow to
	sampleRows = 256       // rows at the most that decide the types of a result's fields
)

// Query runs a statement. The first rows are read before it returns: they decide the types of the fields (see field),
// and a result that ends with them holds nothing any more.
func (c *Conn) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	cancel := func() {}
	if stmt.Limits.Timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, stmt.Limits.Timeout)
	}
	h, err := c.acquire(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	r := &reader{conn: c, ctx: ctx, limits: stmt.Limits, cell: c.maxCell, cancel: cancel}
	if stmt.Limits.Cell > 0 && stmt.Limits.Cell < r.cell {
		r.cell = stmt.Limits.Cell
	}
	r.h, r.unwatch = h, c.watch(ctx, h)
	if err := r.start(stmt.SQL); err != nil {
		err = c.cause(ctx, err)
		r.finish()
		return nil, err
	}
	return &custard.Result{Fields: r.fields, Batches: r.batches, Truncated: func() bool { return r.truncated }}, nil
}

// reader is a running statement.
type reader struct {
	conn    *Conn
	ctx     context.Context //nolint:containedctx // a reader is one statement's life
	cancel  context.CancelFunc
	h       *handle
	unwatch func()
	s       *statement
	limits  custard.Limits
	cell    int64 // bytes of a cell at the most

	fields    []custard.Field
	batch     custard.Batch
	rows      int64
	bytes     int64 // of the batches before this one
	truncated bool
	err       error // that follows the batch in hand
	done      bool  // no step is left
	ranged    atomic.Bool
	finished  bool
}

// finish frees everything that the statement held.
func (r *reader) finish() {
	if r.finished {
		return
	}
	r.finished = true
	r.unwatch()
	if r.s != nil {
		r.s.finalize()
	}
	r.conn.release(r.h)
	r.cancel()
}

// start prepares the statement, reads the first rows and decides the fields' types.
func (r *reader) start(sql string) error {
	s, err := r.h.prepare(sql)
	if err != nil {
		return err
	}
	r.s = s
	if lib.Xsqlite3_stmt_isexplain(r.h.tls, s.p) != 0 {
		return custard.Errorf(custard.CodeRefused, "EXPLAIN is not run as a statement").WithHint("Ask for the plan instead.")
	}
	if lib.Xsqlite3_bind_parameter_count(r.h.tls, s.p) != 0 {
		return custard.Errorf(custard.CodeSyntax, "the statement has parameters without values")
	}
	width := s.width()
	if width == 0 {
		return custard.Errorf(custard.CodeRefused, "the statement returns no rows")
	}
	r.batch.Reset(width)
	sample := sample{width: width}
	for len(sample.text) < firstBatch && sample.rows < sampleRows {
		more, err := r.step()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		sample.add(s)
	}
	r.fields = make([]custard.Field, width)
	for i := range r.fields {
		r.fields[i] = sample.field(i, s.name(i), s.declared(i))
	}
	for row := range sample.rows {
		for i := range width {
			if !r.append(i, sample.at(row, i)) {
				break
			}
		}
		if r.err != nil || !r.endRow() {
			break
		}
	}
	if r.done {
		r.finish()
	}
	return nil
}

// step goes to the next row that the row limit lets through.
func (r *reader) step() (bool, error) {
	more, err := r.s.step()
	if err != nil || !more {
		r.done = true
		return false, err
	}
	if r.limits.Rows > 0 && r.rows >= r.limits.Rows {
		r.truncated, r.done = true, true
		return false, nil
	}
	r.rows++
	return true, nil
}

// endRow counts a row; false where the byte limit is passed.
func (r *reader) endRow() bool {
	r.batch.EndRow()
	if r.limits.Bytes > 0 && r.bytes+int64(len(r.batch.Data)) > r.limits.Bytes {
		r.err = custard.Errorf(custard.CodeLimit, "the result has more than %d bytes", r.limits.Bytes).WithHint("Ask for fewer rows or columns, or raise the byte limit.")
		return false
	}
	return true
}

// batches is the result's iterator.
func (r *reader) batches(yield func(*custard.Batch, error) bool) {
	if r.ranged.Swap(true) {
		yield(nil, custard.Errorf(custard.CodeInternal, "a result was read twice"))
		return
	}
	defer r.finish()
	limit := firstBatch
	for {
		if r.batch.Rows > 0 && !yield(&r.batch, nil) {
			return
		}
		if r.err != nil {
			yield(nil, r.err)
			return
		}
		if r.done {
			return
		}
		r.bytes += int64(len(r.batch.Data))
		r.batch.Reset(r.batch.Width)
		if limit < lastBatch {
			limit *= 2
		}
		r.fill(limit)
	}
}

// fill reads rows until the batch has limit bytes, or the statement ends.
func (r *reader) fill(limit int) {
	for len(r.batch.Data) < limit {
		start := len(r.batch.Data)
		more, err := r.step()
		if err != nil {
			r.err = r.conn.cause(r.ctx, err)
			return
		}
		if !more {
			return
		}
		for i := range r.fields {
			if !r.append(i, r.s.value(i)) {
				r.batch.Data = r.batch.Data[:start] // no half a row
				return
			}
		}
		if !r.endRow() {
			return
		}
	}
}

// append appends a cell in the text form of its field; false where it is larger than the limit.
func (r *reader) append(i int, v value) bool {
	if int64(len(v.data)) > r.cell {
		r.err = custard.Errorf(custard.CodeLimit, "a value of column %s has %d bytes, more than the limit of %d", r.fields[i].Name, len(v.data), r.cell).
			WithHint("Ask for a part of it, such as substr(column, 1, 1000).")
		return false
	}
	v.appendTo(&r.batch, r.fields[i].Type)
	return true
}
