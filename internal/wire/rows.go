package wire

import (
	"encoding/binary"

	"github.com/custard-ai/custard/internal/custard"
)

// Sizes of rows frames. An agent fills batches up to FirstBatch, then twice as much each time, up to MaxBatch.
const (
	FirstBatch = 4 << 10
	MaxBatch   = 256 << 10
)

// leastCost is what a frame with rows costs at the least, so that many small ones are bounded too.
const leastCost = 4 << 10

// Cost is the credit that a frame with rows takes: the bytes of its data before compression, at least 4 KiB.
func Cost(data []byte) int64 { return int64(max(len(data), leastCost)) }

// Bits of a binary frame's first byte.
const (
	hasFields byte = 1 << iota
	hasRows
	hasEnd
	isZstd
	knownFlags = hasFields | hasRows | hasEnd | isZstd
)

// Rows is a binary frame: a part of a query's result. A small result is one frame with fields, rows and end.
//
// The frame is one byte of flags, the request's id as uvarint and the sections that the flags name, in the order fields, end,
// rows. With the flag zstd the sections are compressed together, after their length before compression as uvarint.
//
//	fields  uvarint count, then for each name, type and element type, each as uvarint length and text
//	end     one byte: bit 0 says that the row limit cut the result
//	rows    uvarint width, uvarint rows, then the batch's data to the end of the frame
type Rows struct {
	ID        uint64
	HasFields bool
	Fields    []custard.Field
	Batch     custard.Batch // no rows: the frame has no rows section
	End       bool
	Truncated bool
}

// appendHead appends everything of a frame but the batch's data.
func (r *Rows) appendHead(dst []byte) []byte {
	flags := byte(0)
	if r.HasFields {
		flags |= hasFields
	}
	if r.Batch.Rows > 0 {
		flags |= hasRows
	}
	if r.End {
		flags |= hasEnd
	}
	dst = binary.AppendUvarint(append(dst, flags), r.ID)
	return r.appendSections(dst)
}

// appendSections appends the sections but the batch's data.
func (r *Rows) appendSections(dst []byte) []byte {
	if r.HasFields {
		dst = binary.AppendUvarint(dst, uint64(len(r.Fields)))
		for _, f := range r.Fields {
			dst = appendText(dst, clip(f.Name, maxName))
			dst = appendText(dst, string(f.Type))
			dst = appendText(dst, string(f.Elem))
		}
	}
	if r.End {
		bits := byte(0)
		if r.Truncated {
			bits = 1
		}
		dst = append(dst, bits)
	}
	if r.Batch.Rows > 0 {
		dst = binary.AppendUvarint(dst, uint64(r.Batch.Width))
		dst = binary.AppendUvarint(dst, uint64(r.Batch.Rows))
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// AppendRows appends a whole frame, uncompressed.
func AppendRows(dst []byte, r *Rows) []byte {
	dst = r.appendHead(dst)
	if r.Batch.Rows > 0 {
		dst = append(dst, r.Batch.Data...)
	}
	return dst
}

// Binary is a binary frame as it was received. Its memory comes from a pool: Release gives it back.
type Binary struct {
	ID    uint64
	flags byte
	body  []byte
	buf   *buffer
}

// ParseBinary reads the head of a frame, whose memory it keeps.
func ParseBinary(frame []byte) (Binary, error) {
	if len(frame) < 2 || frame[0]&^knownFlags != 0 {
		return Binary{}, errFrame("its flags are unknown")
	}
	id, n := binary.Uvarint(frame[1:])
	if n <= 0 || id == 0 {
		return Binary{}, errFrame("its request is missing")
	}
	return Binary{ID: id, flags: frame[0], body: frame[1+n:]}, nil
}

// HasRows says whether the frame has rows, which take credit.
func (b *Binary) HasRows() bool { return b.flags&hasRows != 0 }

// Release gives the frame's memory back. What Open returned is invalid afterwards.
func (b *Binary) Release() {
	if b.buf != nil {
		b.buf.release()
		b.buf, b.body = nil, nil
	}
}

// Open decompresses the frame where it is compressed, into at most limit bytes, and returns its content, which shares the
// frame's memory. The batch is whole: see [CheckBatch]. Whether its width is that of the fields is for the receiver to see.
func (b *Binary) Open(limit int64) (Rows, error) {
	if b.flags&isZstd != 0 {
		if err := b.decompress(limit); err != nil {
			return Rows{}, err
		}
	}
	if int64(len(b.body)) > limit {
		return Rows{}, errFrame("it is too large")
	}
	r := Rows{ID: b.ID, HasFields: b.flags&hasFields != 0, End: b.flags&hasEnd != 0}
	d := decoder{data: b.body}
	if r.HasFields {
		r.Fields = d.fields()
	}
	if r.End {
		r.Truncated = d.byte()&1 != 0
	}
	if b.flags&hasRows != 0 {
		r.Batch = custard.Batch{Width: d.count(maxFields), Rows: d.count(len(d.data)), Data: d.rest()}
		if r.Batch.Rows == 0 {
			d.bad = true
		}
	}
	switch {
	case d.bad || len(d.data) > 0:
		return Rows{}, errFrame("its sections are broken")
	case r.Batch.Rows > 0:
		if err := CheckBatch(&r.Batch); err != nil {
			return Rows{}, err
		}
	}
	return r, nil
}

func errFrame(why string) *custard.Error {
	return custard.Errorf(custard.CodeUsage, "a frame of rows is broken: %s", why)
}

// CheckBatch says whether a batch's data is exactly Width × Rows cells, each within the data. It reads no cell.
func CheckBatch(b *custard.Batch) error {
	if b.Width < 1 || b.Rows < 0 || b.Rows > len(b.Data)/b.Width {
		return errFrame("it has fewer cells than it says")
	}
	data := b.Data
	for range b.Width * b.Rows {
		if len(data) == 0 {
			return errFrame("it has fewer cells than it says")
		}
		n := uint64(data[0])
		if n < 0x80 {
			if n <= uint64(len(data)) { // 0 is NULL; n is the text and the byte before it
				data = data[max(n, 1):]
				continue
			}
			return errFrame("a cell is longer than the frame")
		}
		n, w := binary.Uvarint(data)
		if w <= 0 || n == 0 || n-1 > uint64(len(data)-w) {
			return errFrame("a cell is longer than the frame")
		}
		data = data[w+int(n-1):]
	}
	if len(data) > 0 {
		return errFrame("it has more cells than it says")
	}
	return nil
}

// Most columns of a result, and bytes of a column's name. PostgreSQL allows 1,664 and 63.
const (
	maxFields = 1 << 14
	maxName   = 1 << 12
)

// decoder takes the parts of a frame one after another. What is missing or too large makes it bad, and everything after is zero.
type decoder struct {
	data []byte
	bad  bool
}

func (d *decoder) byte() byte {
	if len(d.data) == 0 {
		d.bad = true
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

// count takes a number from 0 to most.
func (d *decoder) count(most int) int {
	n, w := binary.Uvarint(d.data)
	if w <= 0 || n > uint64(most) {
		d.bad, d.data = true, nil
		return 0
	}
	d.data = d.data[w:]
	return int(n)
}

func (d *decoder) text() string {
	n := d.count(maxName)
	if n > len(d.data) {
		d.bad, d.data = true, nil
		return ""
	}
	s := string(d.data[:n])
	d.data = d.data[n:]
	return s
}

func (d *decoder) rest() []byte {
	data := d.data
	d.data = nil
	return data
}

func (d *decoder) fields() []custard.Field {
	n := d.count(min(maxFields, len(d.data)/3))
	fields := make([]custard.Field, 0, n)
	for range n {
		name, typ, elem := d.text(), d.text(), d.text()
		if d.bad {
			return nil
		}
		fields = append(fields, custard.Field{Name: name, Type: knownType(typ), Elem: elemType(elem)})
	}
	return fields
}

// knownType returns the type of that name, text for one that a newer agent knows.
func knownType(s string) custard.Type {
	switch t := custard.Type(s); t {
	case custard.TypeBool, custard.TypeInt, custard.TypeFloat, custard.TypeDecimal, custard.TypeText, custard.TypeDate, custard.TypeTime,
		custard.TypeTimestamp, custard.TypeUUID, custard.TypeJSON, custard.TypeBytes, custard.TypeArray:
		return t
	}
	return custard.TypeText
}

func elemType(s string) custard.Type {
	if s == "" {
		return ""
	}
	return knownType(s)
}
