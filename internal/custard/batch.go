package custard

import "encoding/binary"

// Field describes a column of a result.
type Field struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Elem     Type   `json:"elem,omitempty"`
	DataType string `json:"-"` // as the database spells it; may be empty
}

// Batch is a block of rows as raw text values. A cell is bytes until somebody looks at it: connectors append the
// driver's own text form, the wire carries Data as it is, outputs read cell by cell.
//
// Data holds the cells row by row, each as uvarint(0) for NULL or uvarint(length+1) and the text (see [Type] for
// the text of each type). A batch that an iterator yields is valid until the next step only; Clone keeps it.
type Batch struct {
	Width int    // cells in a row, at least 1
	Rows  int    // complete rows
	Data  []byte // the cells
}

// Reset empties the batch, keeps its memory and sets its width.
func (b *Batch) Reset(width int) { b.Width, b.Rows, b.Data = width, 0, b.Data[:0] }

// AppendNull appends a NULL cell.
func (b *Batch) AppendNull() { b.Data = append(b.Data, 0) }

// Append appends a cell with that text.
func (b *Batch) Append(text []byte) {
	if n := len(text) + 1; n < 0x80 {
		b.Data = append(b.Data, byte(n))
	} else {
		b.Data = binary.AppendUvarint(b.Data, uint64(n))
	}
	b.Data = append(b.Data, text...)
}

// AppendString appends a cell with that text.
func (b *Batch) AppendString(text string) {
	b.Data = binary.AppendUvarint(b.Data, uint64(len(text))+1)
	b.Data = append(b.Data, text...)
}

// EndRow counts a row whose Width cells have been appended.
func (b *Batch) EndRow() { b.Rows++ }

// Clone returns a copy with memory of its own.
func (b *Batch) Clone() *Batch {
	return &Batch{Width: b.Width, Rows: b.Rows, Data: append([]byte(nil), b.Data...)}
}

// Reader returns a reader of the batch's cells from the first on.
func (b *Batch) Reader() Reader { return Reader{data: b.Data} }

// Reader walks over the cells of a batch.
type Reader struct {
	data []byte
	bad  bool
}

// Next returns the next cell's text, which shares the batch's memory; null is true for NULL; ok is false after the
// last cell, or where the data is broken (see Err).
func (r *Reader) Next() (text []byte, null, ok bool) {
	if len(r.data) == 0 {
		return nil, false, false
	}
	n, w := uint64(r.data[0]), 1
	if n >= 0x80 {
		n, w = binary.Uvarint(r.data)
	}
	if w <= 0 || n > uint64(len(r.data)-w)+1 {
		r.data, r.bad = nil, true
		return nil, false, false
	}
	if n == 0 {
		r.data = r.data[w:]
		return nil, true, true
	}
	end := w + int(n-1)
	text = r.data[w:end:end]
	r.data = r.data[end:]
	return text, false, true
}

// Err says whether the data was broken: a cell longer than what is left.
func (r *Reader) Err() error {
	if r.bad {
		return Errorf(CodeInternal, "a batch of rows is broken")
	}
	return nil
}
