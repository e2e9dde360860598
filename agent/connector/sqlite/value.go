package sqlite

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"

	lib "modernc.org/sqlite/lib"

	"github.com/custard-ai/custard/internal/custard"
)

// value is a cell as SQLite holds it: its storage class is the value's own, whatever the column was declared as.
type value struct {
	class int32
	num   int64   // of SQLITE_INTEGER
	real  float64 // of SQLITE_FLOAT
	data  []byte  // of SQLITE_TEXT and SQLITE_BLOB, in SQLite's memory
}

// value returns a column's value, valid until the next step.
func (s *statement) value(i int) value {
	n := int32(i)
	switch class := lib.Xsqlite3_column_type(s.h.tls, s.p, n); class {
	case lib.SQLITE_INTEGER:
		return value{class: class, num: lib.Xsqlite3_column_int64(s.h.tls, s.p, n)}
	case lib.SQLITE_FLOAT:
		return value{class: class, real: lib.Xsqlite3_column_double(s.h.tls, s.p, n)}
	case lib.SQLITE_TEXT:
		return value{class: class, data: s.bytes(i)}
	case lib.SQLITE_BLOB:
		return value{class: class, data: s.blob(i)}
	default:
		return value{class: class}
	}
}

// appendTo writes the value in the text form of a field's type. A value that the type cannot hold (SQLite lets a later
// row bring a word into a column of numbers) is written as it is: number as number, text as text, bytes as \x and
// hexadecimal digits unless they are a text in a column of texts.
func (v value) appendTo(b *custard.Batch, t custard.Type) {
	var scratch [400]byte // the longest float without an exponent has some 330 digits
	switch v.class {
	case lib.SQLITE_INTEGER:
		if t == custard.TypeBool && v.num>>1 == 0 {
			b.AppendString("ft"[v.num : v.num+1])
			return
		}
		b.Append(strconv.AppendInt(scratch[:0], v.num, 10))
	case lib.SQLITE_FLOAT:
		b.Append(appendFloat(scratch[:0], v.real, t == custard.TypeDecimal))
	case lib.SQLITE_TEXT:
		switch {
		case t == custard.TypeTimestamp && len(v.data) > 10 && len(v.data) <= 40:
			b.Append(appendTimestamp(scratch[:0], v.data))
		case t == custard.TypeUUID:
			b.Append(bytes.ToLower(v.data))
		case !utf8.Valid(v.data):
			b.Append(bytes.ToValidUTF8(v.data, []byte("\uFFFD")))
		default:
			b.Append(v.data)
		}
	case lib.SQLITE_BLOB:
		if t != custard.TypeBytes && utf8.Valid(v.data) {
			b.Append(v.data)
			return
		}
		b.Append(hex.AppendEncode(append(make([]byte, 0, 2+2*len(v.data)), '\\', 'x'), v.data))
	default:
		b.AppendNull()
	}
}

// appendFloat writes a number as PostgreSQL does: the shortest digits that read back the same, an exponent only for
// the very small and the very large, and never for a decimal.
func appendFloat(dst []byte, f float64, decimal bool) []byte {
	switch abs := math.Abs(f); {
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case decimal, abs == 0, abs >= 1e-4 && abs < 1e15:
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'e', -1, 64)
}

// appendTimestamp writes an ISO timestamp with a space for its T and an offset for its Z.
func appendTimestamp(dst, text []byte) []byte {
	dst = append(dst, text...)
	if dst[10] == 'T' {
		dst[10] = ' '
	}
	if n := len(dst) - 1; dst[n] == 'Z' {
		dst = append(dst[:n], "+00"...)
	}
	return dst
}

// sample is the first rows of a result in memory of our own.
type sample struct {
	width int
	rows  int
	cells []held
	text  []byte
}

// held is a value whose bytes lie in a sample's text.
type held struct {
	value
	start, end int
}

// at returns a value of the sample.
func (s *sample) at(row, i int) value {
	c := s.cells[row*s.width+i]
	v := c.value
	v.data = s.text[c.start:c.end]
	return v
}

func (s *sample) add(row *statement) {
	for i := range s.width {
		c := held{value: row.value(i), start: len(s.text)}
		s.text = append(s.text, c.data...)
		c.end = len(s.text)
		s.cells = append(s.cells, c)
	}
	s.rows++
}

// field decides a column's type: what it was declared as, where all values of the sample fit that; else the narrowest
// type that they fit; else text. Where nothing is declared (an expression) and where the declared type is a date or a
// time, the texts of the sample decide between date, time and timestamp.
func (s *sample) field(i int, name, declared string) custard.Field {
	f := custard.Field{Name: name, DataType: declared, Type: typeOf(declared)}
	var seen kinds
	for row := range s.rows {
		seen.add(s.at(row, i), f.Type)
	}
	f.Type = seen.decide(f.Type, declared != "")
	return f
}

// kinds counts what the values of a sample are.
type kinds struct {
	all, ints, bits, floats, texts, blobs int
	dates, times, stamps, uuids, jsons    int // of the texts
}

func (k *kinds) add(v value, declared custard.Type) {
	switch v.class {
	case lib.SQLITE_NULL:
		return
	case lib.SQLITE_INTEGER:
		k.ints++
		if v.num>>1 == 0 {
			k.bits++
		}
	case lib.SQLITE_FLOAT:
		k.floats++
	case lib.SQLITE_BLOB:
		k.blobs++
	case lib.SQLITE_TEXT:
		k.texts++
		switch temporal(v.data) {
		case custard.TypeDate:
			k.dates++
		case custard.TypeTime:
			k.times++
		case custard.TypeTimestamp:
			k.stamps++
		}
		if declared == custard.TypeUUID && uuid(v.data) {
			k.uuids++
		}
		if declared == custard.TypeJSON && json.Valid(v.data) {
			k.jsons++
		}
	}
	k.all++
}

// decide returns the type for values of these kinds in a column of a declared type.
func (k *kinds) decide(t custard.Type, declared bool) custard.Type {
	if k.all == 0 {
		return t
	}
	fits := false
	switch t {
	case custard.TypeBool:
		fits = k.bits == k.all
	case custard.TypeInt:
		fits = k.ints == k.all
	case custard.TypeFloat, custard.TypeDecimal:
		fits = k.ints+k.floats == k.all
	case custard.TypeUUID:
		fits = k.uuids == k.all
	case custard.TypeJSON:
		fits = k.jsons == k.all
	case custard.TypeBytes:
		fits = k.blobs == k.all
	case custard.TypeText:
		fits = declared && k.texts > 0
	}
	switch {
	case fits:
		return t
	case k.ints == k.all:
		return custard.TypeInt
	case k.ints+k.floats == k.all:
		return custard.TypeFloat
	case k.blobs == k.all:
		return custard.TypeBytes
	case k.dates == k.all:
		return custard.TypeDate
	case k.times == k.all:
		return custard.TypeTime
	case k.dates+k.stamps == k.all:
		return custard.TypeTimestamp
	}
	return custard.TypeText
}

// temporal says which of SQLite's date and time forms a text has; empty for none.
func temporal(s []byte) custard.Type {
	switch {
	case len(s) >= 10 && shaped(s[:10], "0000-00-00"):
		rest := s[10:]
		if len(rest) == 0 {
			return custard.TypeDate
		}
		if (rest[0] == ' ' || rest[0] == 'T') && clock(rest[1:]) {
			return custard.TypeTimestamp
		}
	case clock(s):
		return custard.TypeTime
	}
	return ""
}

// clock says whether a text is hh:mm[:ss[.fraction]] with an optional offset.
func clock(s []byte) bool {
	switch {
	case len(s) >= 8 && shaped(s[:8], "00:00:00"):
		s = s[8:]
		if len(s) > 1 && s[0] == '.' {
			s = s[1:]
			for len(s) > 0 && s[0] >= '0' && s[0] <= '9' {
				s = s[1:]
			}
		}
	case len(s) >= 5 && shaped(s[:5], "00:00"):
		s = s[5:]
	default:
		return false
	}
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
		return shaped(s[1:], "00:00") || shaped(s[1:], "00")
	}
	return len(s) == 0 || string(s) == "Z"
}

// shaped says whether a text has digits where the shape has 0 and else the shape's bytes.
func shaped(s []byte, shape string) bool {
	if len(s) != len(shape) {
		return false
	}
	for i, c := range s {
		if shape[i] == '0' {
			if c < '0' || c > '9' {
				return false
			}
		} else if c != shape[i] {
			return false
		}
	}
	return true
}

// uuid says whether a text is a UUID with hyphens.
func uuid(s []byte) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range s {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
				return false
			}
		}
	}
	return true
}
