package index

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is a word or number of a question.
type Token struct {
	Text   string // as it stands in the question
	Lower  string
	Stem   string
	Start  int // byte offsets in the question
	End    int
	Quoted bool // stands inside quotation marks
}

// Span is a range of tokens: First up to, not including, End.
type Span struct{ First, End int }

// Len is the number of tokens.
func (s Span) Len() int { return s.End - s.First }

// Covers says whether token i is in the span.
func (s Span) Covers(i int) bool { return i >= s.First && i < s.End }

// Overlaps says whether two spans share a token.
func (s Span) Overlaps(o Span) bool { return s.First < o.End && o.First < s.End }

// Quote is a quoted string of a question.
type Quote struct {
	Text string // without the quotation marks
	Span Span
}

// Tokenize splits a question into words and numbers with their byte offsets, and finds its quoted strings. "'s" is
// left out; 1,000 and 12.5 are one token each.
func Tokenize(question string) ([]Token, []Quote) {
	var tokens []Token
	for i := 0; i < len(question); {
		r, w := utf8.DecodeRuneInString(question[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			i += w
			continue
		}
		start := i
		digits := unicode.IsDigit(r)
		for i < len(question) {
			r, w := utf8.DecodeRuneInString(question[i:])
			if digits && (r == '.' || r == ',') && i+1 < len(question) && question[i+1] >= '0' && question[i+1] <= '9' &&
				(r == '.' || thousands(question[i+1:])) {
				i += w
				continue
			}
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
				break
			}
			i += w
		}
		text := question[start:i]
		lower := strings.ToLower(text)
		if (lower == "s" || lower == "t") && start > 0 && (question[start-1] == '\'' || strings.HasSuffix(question[:start], "’")) {
			if lower == "t" && len(tokens) > 0 {
				tokens[len(tokens)-1].negate()
			}
			continue
		}
		tokens = append(tokens, Token{Text: text, Lower: lower, Stem: Stem(lower), Start: start, End: i})
	}
	return tokens, quotes(question, tokens)
}

// thousands says whether s begins with three digits and then no digit.
func thousands(s string) bool {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n == 3
}

// negate turns 'don' of "don't" into 'not'.
func (t *Token) negate() { t.Lower, t.Stem = "not", "not" }

// quotes finds the quoted strings and marks the tokens inside them.
func quotes(question string, tokens []Token) []Quote {
	var out []Quote
	for i := 0; i < len(question); {
		r, w := utf8.DecodeRuneInString(question[i:])
		closing, ok := closingQuote(r)
		if !ok || (r == '\'' && i > 0 && !unicode.IsSpace(rune(question[i-1])) && question[i-1] != '(') {
			i += w
			continue
		}
		end := -1
		for j := i + w; j < len(question); {
			c, cw := utf8.DecodeRuneInString(question[j:])
			if strings.ContainsRune(closing, c) {
				next, _ := utf8.DecodeRuneInString(question[j+cw:])
				if c != '\'' || j+cw == len(question) || (!unicode.IsLetter(next) && !unicode.IsDigit(next)) {
					end = j
					break
				}
			}
			j += cw
		}
		if end < 0 || end-i > 120 {
			i += w
			continue
		}
		q := Quote{Text: strings.TrimSpace(question[i+w : end]), Span: Span{First: -1}}
		for k := range tokens {
			if tokens[k].Start >= i && tokens[k].End <= end {
				if q.Span.First < 0 {
					q.Span.First = k
				}
				q.Span.End = k + 1
				tokens[k].Quoted = true
			}
		}
		if q.Span.First >= 0 {
			out = append(out, q)
		}
		_, cw := utf8.DecodeRuneInString(question[end:])
		i = end + cw
	}
	return out
}

func closingQuote(r rune) (string, bool) {
	switch r {
	case '"', '“', '”':
		return "\"“”", true
	case '\'', '‘', '’', '`':
		return "'’`", true
	}
	return "", false
}

// Number is a number of a question, in digits or words.
type Number struct {
	Text  string // as a query spells it: 1000 for '1,000', 3 for 'three'
	Value float64
	Span  Span
	Word  bool   // was written as a word
	Year  bool   // four digits from 1000 to 2100
	Unit  string // the word behind it where that is a unit: minutes
}

// numbers finds the numbers among tokens.
func numbers(tokens []Token) []Number {
	var out []Number
	for i := 0; i < len(tokens); i++ {
		t := &tokens[i]
		if v, n := numberWords(tokens[i:]); n > 0 {
			out = append(out, Number{Text: strconv.Itoa(v), Value: float64(v), Span: Span{i, i + n}, Word: true})
			i += n - 1
			continue
		}
		if t.Lower[0] < '0' || t.Lower[0] > '9' {
			continue
		}
		text := strings.ReplaceAll(t.Lower, ",", "")
		scale := 1.0
		switch {
		case strings.HasSuffix(text, "k"):
			text, scale = text[:len(text)-1], 1e3
		case i+1 < len(tokens) && (tokens[i+1].Lower == "million" || tokens[i+1].Lower == "millions"):
			scale = 1e6
		case i+1 < len(tokens) && (tokens[i+1].Lower == "billion" || tokens[i+1].Lower == "billions"):
			scale = 1e9
		case i+1 < len(tokens) && tokens[i+1].Lower == "thousand":
			scale = 1e3
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			continue
		}
		n := Number{Text: text, Value: v * scale, Span: Span{i, i + 1}, Year: len(text) == 4 && v >= 1000 && v <= 2100 && scale == 1}
		if scale != 1 {
			n.Text = strconv.FormatFloat(n.Value, 'f', -1, 64)
			if tokens[i].Lower[len(tokens[i].Lower)-1] != 'k' {
				n.Span.End++
			}
		}
		out = append(out, n)
	}
	for i := range out {
		if next := out[i].Span.End; next < len(tokens) {
			if _, ok := unitOf(tokens[next].Lower); ok {
				out[i].Unit = tokens[next].Lower
			}
		}
	}
	return out
}

// numberWords reads a number in words at the start of tokens and says how many tokens it takes; 0 for none.
func numberWords(tokens []Token) (value, n int) {
	v, ok := smallNumber(tokens[0].Lower)
	if !ok {
		return 0, 0
	}
	n = 1
	if v >= 20 && v < 100 && len(tokens) > 1 {
		if u, ok := smallNumber(tokens[1].Lower); ok && u > 0 && u < 10 {
			v, n = v+u, 2
		}
	}
	for n < len(tokens) {
		switch tokens[n].Lower {
		case "hundred":
			v *= 100
		case "thousand":
			v *= 1000
		case "million":
			v *= 1000000
		default:
			return v, n
		}
		n++
	}
	return v, n
}

func smallNumber(w string) (int, bool) {
	switch w {
	case "zero":
		return 0, true
	case "one", "once":
		return 1, true
	case "two", "twice":
		return 2, true
	case "three":
		return 3, true
	case "four":
		return 4, true
	case "five":
		return 5, true
	case "six":
		return 6, true
	case "seven":
		return 7, true
	case "eight":
		return 8, true
	case "nine":
		return 9, true
	case "ten":
		return 10, true
	case "eleven":
		return 11, true
	case "twelve":
		return 12, true
	case "thirteen":
		return 13, true
	case "fifteen":
		return 15, true
	case "twenty":
		return 20, true
	case "thirty":
		return 30, true
	case "forty":
		return 40, true
	case "fifty":
		return 50, true
	case "sixty":
		return 60, true
	case "seventy":
		return 70, true
	case "eighty":
		return 80, true
	case "ninety":
		return 90, true
	case "hundred":
		return 100, true
	case "thousand":
		return 1000, true
	}
	return 0, false
}
