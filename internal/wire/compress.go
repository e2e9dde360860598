package wire

import (
	"encoding/binary"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// zstdEncoder is safe for concurrent use through EncodeAll.
var zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(MaxBatch))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
})

// zstdDecoder is safe for concurrent use through DecodeAll. It never writes past the capacity that it is given, and
// refuses windows that our encoder does not use.
var zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
})

// leastCompressed is the length below which a frame is not worth compressing.
const leastCompressed = 512

// AppendCompressed appends a whole frame, its sections compressed where that makes it smaller.
func AppendCompressed(dst []byte, r *Rows) []byte {
	if len(r.Batch.Data) < leastCompressed {
		return AppendRows(dst, r)
	}
	start := len(dst)
	plain := newBuffer(len(r.Batch.Data) + smallBuffer/2)
	defer plain.release()
	plain.b = AppendRows(plain.b, r)
	_, n := binary.Uvarint(plain.b[1:])
	sections := plain.b[1+n:]
	dst = append(dst, plain.b[0]|isZstd)
	dst = append(dst, plain.b[1:1+n]...)
	dst = binary.AppendUvarint(dst, uint64(len(sections)))
	dst = zstdEncoder().EncodeAll(sections, dst)
	if len(dst)-start >= len(plain.b) {
		return append(dst[:start], plain.b...)
	}
	return dst
}

// decompress replaces the frame's body by its decompressed form, which must be as long as it says and at most limit.
func (b *Binary) decompress(limit int64) error {
	size, n := binary.Uvarint(b.body)
	if n <= 0 || size > uint64(limit) {
		return errFrame("it is too large")
	}
	plain := newBuffer(int(size))
	out, err := zstdDecoder().DecodeAll(b.body[n:], plain.b[:0:size])
	if err != nil || uint64(len(out)) != size {
		plain.release()
		return errFrame("it cannot be decompressed")
	}
	plain.b = plain.b[:len(out)]
	b.Release()
	b.buf, b.body, b.flags = plain, out, b.flags&^isZstd
	return nil
}
