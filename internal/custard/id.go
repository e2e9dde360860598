package custard

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// idLetters are in the order of their bytes, so that ids sort as the numbers they spell.
const idLetters = "0123456789abcdefghjkmnpqrstvwxyz"

// NewID makes an id: 26 letters and digits, of which 80 bits are random. Ids sort by the millisecond they were made in, so
// that a list ordered by them is ordered by time and a page can go on from any of them.
func NewID(now time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	_, _ = rand.Read(b[6:]) // never fails
	return base32.NewEncoding(idLetters).WithPadding(base32.NoPadding).EncodeToString(b[:])
}
