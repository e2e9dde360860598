package sqlite

import (
	"context"

	lib "modernc.org/sqlite/lib"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

const (
	// A sample of the first rows decides the types of a result's fields: so many rows, or bytes, at the most.
	sampleRows  = 256
	sampleBytes = 4 << 10
)

// Query runs a statement. The first rows decide the types of the fields: see field.
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
	r := &cursor{conn: c, ctx: ctx, cancel: cancel, h: h, unwatch: c.watch(ctx, h), cell: c.maxCell}
	if stmt.Limits.Cell > 0 && stmt.Limits.Cell < r.cell {
		r.cell = stmt.Limits.Cell
	}
	if err := r.start(stmt.SQL); err != nil {
		err = c.cause(ctx, err)
		r.Close(false)
		return nil, err
	}
	return connector.Stream(r.fields, r, stmt.Limits)
}

// cursor is a running statement.
type cursor struct {
	conn    *Conn
	ctx     context.Context //nolint:containedctx // a cursor is one statement's life
	cancel  context.CancelFunc
	h       *handle
	unwatch func()
	s       *statement
	cell    int64 // bytes of a cell at the most
	fields  []custard.Field
	sample  sample
	served  int   // rows of the sample that have been read
	end     bool  // the sample holds all rows
	err     error // that ended the sample
}

// start prepares the statement, reads the first rows and decides the fields' types.
func (r *cursor) start(sql string) error {
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
	r.sample.width = width
	for !r.end && r.err == nil && len(r.sample.text) < sampleBytes && r.sample.rows < sampleRows {
		var more bool
		if more, r.err = s.step(); more {
			r.sample.add(s)
		} else {
			r.end = true
		}
	}
	r.fields = make([]custard.Field, width)
	for i := range r.fields {
		r.fields[i] = r.sample.field(i, s.name(i), s.declared(i))
	}
	return nil
}

// Next appends the next row, first those of the sample.
func (r *cursor) Next(b *custard.Batch) (bool, error) {
	if r.served < r.sample.rows {
		for i := range r.fields {
			if err := r.append(b, i, r.sample.at(r.served, i)); err != nil {
				return false, err
			}
		}
		if r.served++; r.served == r.sample.rows {
			r.sample.cells, r.sample.text = nil, nil
		}
		return true, nil
	}
	if r.err != nil {
		return false, r.conn.cause(r.ctx, r.err)
	}
	if r.end {
		return false, nil
	}
	more, err := r.s.step()
	if err != nil || !more {
		return false, r.conn.cause(r.ctx, err)
	}
	for i := range r.fields {
		if err := r.append(b, i, r.s.value(i)); err != nil {
			return false, err
		}
	}
	return true, nil
}

// append appends a cell in the text form of its field.
func (r *cursor) append(b *custard.Batch, i int, v value) error {
	if int64(len(v.data)) > r.cell {
		return connector.CheckCell(r.fields[i].Name, len(v.data), r.cell)
	}
	v.appendTo(b, r.fields[i].Type)
	return nil
}

// Close finalises the statement and gives the handle back.
func (r *cursor) Close(bool) {
	r.unwatch()
	if r.s != nil {
		r.s.finalize()
	}
	r.conn.release(r.h)
	r.cancel()
}
