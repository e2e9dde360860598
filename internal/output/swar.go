package output

import "encoding/binary"

// Eight bytes at a time: each function answers whether any byte of a cell needs a closer look. The tests on words are
// the classic ones (has a zero byte, has a byte less than n), exact for the question 'any?'.
const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

func hasZero(v uint64) uint64 { return (v - lows) & ^v & highs }

// jsonPlain says whether a cell can stand between quotes as it is: printable ASCII without quote and backslash.
func jsonPlain(s []byte) bool {
	for len(s) >= 8 {
		v := binary.LittleEndian.Uint64(s)
		if v&highs|(v-lows*0x20)&^v&highs|hasZero(v^lows*'"')|hasZero(v^lows*'\\')|hasZero(v^lows*0x7f) != 0 {
			return false
		}
		s = s[8:]
	}
	for _, c := range s {
		if c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// csvPlain says whether a cell needs no quotes in CSV.
func csvPlain(s []byte, comma byte) bool {
	for len(s) >= 8 {
		v := binary.LittleEndian.Uint64(s)
		if hasZero(v^lows*'"')|hasZero(v^lows*uint64(comma))|hasZero(v^lows*'\n')|hasZero(v^lows*'\r') != 0 {
			return false
		}
		s = s[8:]
	}
	for _, c := range s {
		if c == '"' || c == comma || c == '\n' || c == '\r' {
			return false
		}
	}
	return true
}

// tsvPlain says whether a cell needs no escapes in TSV.
func tsvPlain(s []byte) bool {
	for _, c := range s {
		if c == '\\' || c == '\t' || c == '\n' || c == '\r' {
			return false
		}
	}
	return true
}

// asciiShown says whether a cell is printable ASCII: then its width is its length.
func asciiShown(s []byte) bool {
	for len(s) >= 8 {
		v := binary.LittleEndian.Uint64(s)
		if v&highs|(v-lows*0x20)&^v&highs|hasZero(v^lows*0x7f) != 0 {
			return false
		}
		s = s[8:]
	}
	for _, c := range s {
		if c < 0x20 || c >= 0x7f {
			return false
		}
	}
	return true
}
