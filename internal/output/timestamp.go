package output

import (
	"time"
)

// appendTimestamp appends a timestamp's text as RFC 3339: '2026-01-02 15:04:05+00' becomes "2026-01-02T15:04:05Z".
// A timestamp without a zone gets a Z. What RFC 3339 cannot say (infinity, years before Christ or past 9999) stays as the
// database writes it.
func appendTimestamp(dst, s []byte) []byte {
	if len(s) < 19 || s[4] != '-' || s[7] != '-' || (s[10] != ' ' && s[10] != 'T') || s[13] != ':' || s[16] != ':' || !jsonPlain(s) {
		return appendString(dst, s)
	}
	end := 19
	if end < len(s) && s[end] == '.' {
		end++
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
	}
	zone := s[end:]
	switch {
	case len(zone) == 0, string(zone) == "Z", string(zone) == "+00", string(zone) == "+00:00":
		zone = []byte{'Z'}
	case (zone[0] == '+' || zone[0] == '-') && len(zone) == 3: // +05
		zone = []byte{zone[0], zone[1], zone[2], ':', '0', '0'}
	case (zone[0] == '+' || zone[0] == '-') && len(zone) == 6 && zone[3] == ':': // +05:30
	case (zone[0] == '+' || zone[0] == '-') && len(zone) == 9: // +00:19:32, local mean time: no such offset in RFC 3339
		t, err := time.Parse("2006-01-02 15:04:05Z07:00:00", string(s))
		if err != nil {
			return appendString(dst, s)
		}
		dst = append(dst, '"')
		dst = t.UTC().AppendFormat(dst, time.RFC3339Nano)
		return append(dst, '"')
	default:
		return appendString(dst, s)
	}
	dst = append(dst, '"')
	dst = append(dst, s[:10]...)
	dst = append(dst, 'T')
	dst = append(dst, s[11:end]...)
	dst = append(dst, zone...)
	return append(dst, '"')
}
