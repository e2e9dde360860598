package values

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// word is a word of a text: folded, and where it stands.
type word struct {
	text       string
	start, end int
}

// split returns the words of a text, at most limit of them. Values and questions are split alike:
//
//   - a word is a run of letters, marks and digits, with a + or # behind it (C++, F#);
//   - an apostrophe inside a word is dropped (O'Brien is obrien), a possessive 's at its end as well;
//   - letters with dots between them are one word (U.S.A. is usa);
//   - a sign of a script that has no spaces is a word of its own.
func split(text string, limit int) []word {
	var out []word
	for i := 0; i < len(text) && len(out) < limit; {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !inWord(r) {
			i += size
			continue
		}
		if alone(r) {
			out = append(out, word{fold(text[i : i+size]), i, i + size})
			i += size
			continue
		}
		if end := plain(text, i); end > i {
			out = append(out, word{strings.ToLower(text[i:end]), i, end})
			i = end
			continue
		}
		start, end, next := i, i, i
		var b strings.Builder
		for next < len(text) {
			r, size := utf8.DecodeRuneInString(text[next:])
			if inWord(r) && !alone(r) {
				b.WriteString(text[next : next+size])
				next += size
				end = next
				continue
			}
			if apostrophe(r) {
				after, n := utf8.DecodeRuneInString(text[next+size:])
				if (after == 's' || after == 'S') && !continues(text[next+size+n:]) {
					next += size + n // the word ends before its 's
					break
				}
				if inWord(after) {
					next += size
					continue
				}
			}
			if r == '.' && initial(text[start:next]) && sameCase(text[next-1:next], following(text[next+1:])) {
				next++
				continue
			}
			if (r == '+' || r == '#') && end == next {
				for next < len(text) && (text[next] == '+' || text[next] == '#') {
					b.WriteByte(text[next])
					next++
				}
				end = next
			}
			break
		}
		if folded := fold(b.String()); folded != "" { // not of marks alone
			out = append(out, word{folded, start, end})
		}
		i = max(next, start+1)
	}
	return out
}

// plain returns the end of a word of ASCII letters and digits with a space, a comma or the end behind it; i for others.
func plain(text string, i int) int {
	for end := i; ; end++ {
		if end == len(text) || text[end] == ' ' || text[end] == ',' {
			return end
		}
		if c := text[end]; !asciiLetter(c) && (c < '0' || c > '9') {
			return i
		}
	}
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == '‘' || r == '`' }

// alone says whether a sign belongs to a script that writes without spaces.
func alone(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// continues says whether a text begins inside a word.
func continues(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return inWord(r)
}

// following returns the first letter of a text where the word that begins there has no second.
func following(text string) string {
	if len(text) == 0 || !asciiLetter(text[0]) || len(text) > 1 && continues(text[1:]) {
		return ""
	}
	return text[:1]
}

// sameCase says whether two texts are ASCII letters, both small or both capitals: the s of Ph.D.s is no initial.
func sameCase(a, b string) bool { return len(a) == 1 && len(b) == 1 && a[0]&0x20 == b[0]&0x20 }

// initial says whether a text is single letters with dots between them.
func initial(text string) bool {
	for i := range len(text) {
		if i%2 == 0 && !asciiLetter(text[i]) || i%2 == 1 && text[i] != '.' {
			return false
		}
	}
	return len(text)%2 == 1
}

func asciiLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// fold takes case, accents and width out of a word.
func fold(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		switch r = unicode.ToLower(r); r {
		case 'ß':
			b.WriteString("ss")
		case 'ø':
			b.WriteByte('o')
		case 'ł':
			b.WriteByte('l')
		case 'æ':
			b.WriteString("ae")
		case 'đ':
			b.WriteByte('d')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// stem takes the ending off an English word: cities and city, running and run are one.
func stem(w string) string {
	if len(w) < 3 || w[len(w)-1] < 'a' {
		return w
	}
	return english.Stem(w, false)
}

// common says whether a word is so frequent in questions that alone it names no value.
func common(w string) bool {
	switch w {
	case "a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or", "not", "no", "is", "are",
		"was", "were", "be", "been", "being", "am", "do", "does", "did", "done", "has", "have", "had", "having", "it", "its",
		"this", "that", "these", "those", "there", "their", "them", "they", "he", "she", "his", "her", "we", "our", "us", "you",
		"your", "i", "me", "my", "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "many", "much",
		"all", "any", "each", "every", "some", "most", "more", "less", "least", "than", "then", "as", "if", "so", "but",
		"also", "only", "both", "either", "neither", "other", "another", "same", "such", "up", "down", "out", "off", "over",
		"under", "after", "before", "between", "during", "per", "about", "into", "can", "could", "will", "would", "should",
		"may", "might", "must", "show", "list", "give", "find", "get", "tell", "return", "display", "name", "names", "number",
		"count", "total", "average", "maximum", "minimum", "sum", "id", "ids", "one", "s", "t", "please", "order", "ordered",
		"sort", "sorted", "group", "different", "distinct", "top":
		return true
	}
	return false
}
