package values

import (
	"strings"
	"unicode"
)

// Telling says whether a value is one that a question may name: words, not a number, a date, an identifier, an address
// of the web or prose.
func Telling(value string) bool {
	value = strings.TrimSpace(value)
	if value == "" || len(value) > maxLength || strings.Contains(value, "://") || strings.HasPrefix(value, "www.") {
		return false
	}
	letters, digits, spaces, words, inside := 0, 0, 0, 0, false
	for _, r := range value {
		switch {
		case unicode.IsLetter(r):
			letters++
			if !inside {
				words++
			}
			inside = true
			continue
		case unicode.IsDigit(r):
			digits++
		case unicode.IsSpace(r):
			spaces++
			if r != ' ' && r != '\t' && spaces > 1 && len(value) > 80 {
				return false // lines of prose
			}
		}
		inside = inside && !unicode.IsSpace(r)
	}
	switch {
	case letters == 0:
		return false
	case words > maxWords:
		return false
	case spaces == 0 && len(value) >= 16 && digits*4 >= len(value):
		return false // a hash, a UUID, a key
	case letters <= 2 && digits >= 4 && (value[len(value)-1] == 'Z' || strings.ContainsAny(value, "T:")):
		return false // a timestamp
	}
	return true
}
