package link

import (
	"errors"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

const (
	// frameHead is what a frame holds at the most beside a batch's data and the fields: flags, ids, counts.
	frameHead = 64
	// longestName is what the wire takes as a column's name. SQLite names a column by its whole expression.
	longestName = 1 << 12
)

var errAbandoned = errors.New("the request was abandoned")

// query runs a statement and sends its rows as they come, no more than the hub grants.
func (r *request) query(stmt custard.Statement) error {
	limit := r.s.welcome.Limits.Frame
	result, err := r.s.link.opts.Source.Query(r.ctx, stmt)
	if err != nil {
		return err
	}
	out := wire.Rows{ID: r.id, HasFields: true, Fields: named(result.Fields)}
	room := limit - frameHead - fieldSize(out.Fields)
	for batch, err := range result.Batches {
		if err != nil {
			return err
		}
		last := result.Last != nil && result.Last()
		for part, err := range parts(batch, room) {
			if err != nil {
				return err
			}
			out.Batch = part
			if last && len(part.Data) == len(batch.Data) { // whole: the end goes along with it
				out.End, out.Truncated = true, result.Truncated()
			}
			if err := r.sendRows(&out); err != nil {
				return err
			}
			out.HasFields, out.Fields = false, nil
		}
	}
	if out.End {
		return nil
	}
	if room < 0 {
		return custard.Errorf(custard.CodeLimit, "the names of %d columns are more than the server takes at once", len(out.Fields)).
			WithHint("Ask for fewer columns.")
	}
	out.Batch = custard.Batch{}
	out.End, out.Truncated = true, result.Truncated()
	return r.sendRows(&out)
}

// sendRows waits for credit and sends a frame. Meanwhile the database's cursor waits.
func (r *request) sendRows(out *wire.Rows) error {
	if out.Batch.Rows > 0 {
		if err := r.credit.take(r.ctx, wire.Cost(out.Batch.Data)); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended || r.abandoned.Load() {
		return errAbandoned
	}
	r.ended = out.End
	began := time.Now()
	err := r.s.conn.SendRows(out)
	r.s.line.sent(len(out.Batch.Data), time.Since(began))
	return err
}

// parts yields a batch as it is where it fits into a frame, else rows of it that do. A row that does not is CodeLimit.
func parts(batch *custard.Batch, limit int64) func(yield func(custard.Batch, error) bool) {
	return func(yield func(custard.Batch, error) bool) {
		if int64(len(batch.Data)) <= limit {
			yield(*batch, nil)
			return
		}
		part := custard.Batch{Width: batch.Width}
		reader := batch.Reader()
		start, end := 0, 0 // of the part
		for range batch.Rows {
			size := 0
			for range batch.Width {
				text, null, _ := reader.Next()
				size += cellSize(text, null)
			}
			if int64(size) > limit {
				yield(custard.Batch{}, custard.Errorf(custard.CodeLimit, "a row has %d bytes, more than the server takes at once (%d)", size, limit).
					WithHint("Ask for fewer columns, or for parts of long texts, such as substr(column, 1, 1000)."))
				return
			}
			if part.Rows > 0 && int64(end-start+size) > limit {
				part.Data = batch.Data[start:end]
				if !yield(part, nil) {
					return
				}
				part.Rows, start = 0, end
			}
			part.Rows++
			end += size
		}
		part.Data = batch.Data[start:end]
		yield(part, nil)
	}
}

// cellSize is how many bytes a cell has in a batch.
func cellSize(text []byte, null bool) int {
	if null {
		return 1
	}
	n := 1
	for size := uint64(len(text)) + 1; size >= 0x80; size >>= 7 {
		n++
	}
	return n + len(text)
}

// named cuts names that are longer than the wire takes.
func named(fields []custard.Field) []custard.Field {
	for i, f := range fields {
		if len(f.Name) > longestName {
			cut := append([]custard.Field(nil), fields...)
			for j := i; j < len(cut); j++ {
				cut[j].Name = prefix(cut[j].Name, longestName)
			}
			return cut
		}
	}
	return fields
}

func fieldSize(fields []custard.Field) int64 {
	n := 3
	for _, f := range fields {
		n += len(f.Name) + len(f.Type) + len(f.Elem) + 6
	}
	return int64(n)
}
