package httpapi

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// newID returns an opaque id that sorts by the time when it was made: 48 bits of milliseconds, 80 of randomness, in lower
// case letters and digits.
func newID() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(time.Now().UnixMilli())<<16) //nolint:gosec // after 1970
	_, _ = rand.Read(b[6:])                                               // it never fails
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	var out [26]byte
	base32.NewEncoding(digits).WithPadding(base32.NoPadding).Encode(out[:], b[:])
	return string(out[:])
}
