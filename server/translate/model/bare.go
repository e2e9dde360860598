package model

import (
	"regexp"
	"strings"
	"sync"
)

// bareQuery finds a query in an answer without JSON: in a code fence, as the whole text, or behind the words that lead to
// it. What it finds is only what a parser is asked to read: words that are none end there.
func bareQuery(text string) string {
	s := text
	if inner, ok := fenced(text); ok {
		s = inner
	}
	if s = unfenced(s); beginsQuery(s) {
		return withoutWords(s)
	}
	if strings.Contains(s, `"sql"`) { // an object that is not whole: what is in it may be half a query
		return ""
	}
	at := leading().FindStringSubmatchIndex(s)
	if at == nil {
		return ""
	}
	return withoutWords(unfenced(s[at[2]:]))
}

// leading is where a query begins within prose: at a line's start or behind a colon or a tag, in capitals or followed by
// what queries are followed by, so that "select a table" is none.
var leading = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|\n|:|>)[ \t\n]*((?:SELECT|WITH)\s|(?i:select\s[^\n;]*\sfrom\s|select\s[^\n]*\n\s*from\s|with\s+(?:recursive\s+)?\w+\s+as\s*\())`)
})

// beginsQuery says whether a text begins as queries do, comments and parentheses before it left out.
func beginsQuery(s string) bool {
	for {
		s = strings.TrimLeft(s, "( \t\r\n")
		var rest string
		var found bool
		switch {
		case strings.HasPrefix(s, "--"):
			_, rest, found = strings.Cut(s, "\n")
		case strings.HasPrefix(s, "/*"):
			_, rest, found = strings.Cut(s, "*/")
		default:
			first := strings.ToUpper(s[:min(len(s), len("SELECT")+1)])
			for _, word := range [...]string{"SELECT", "WITH", "VALUES"} {
				if after, ok := strings.CutPrefix(first, word); ok && (after == "" || !wordByte(asciiLower(after)[0])) {
					return true
				}
			}
			return false
		}
		if !found {
			return false
		}
		s = rest
	}
}

// withoutWords takes off what a model says behind its query: what follows a semicolon and a blank line, or a closing tag.
// A second statement stays, for the parser to refuse.
func withoutWords(s string) string {
	for _, end := range [...]string{"</sql>", "</query>", "</answer>"} {
		if at := strings.Index(asciiLower(s), end); at >= 0 {
			s = s[:at]
		}
	}
	for from := 0; ; {
		at := strings.Index(s[from:], ";")
		if at < 0 {
			break
		}
		from += at + 1
		rest := strings.TrimLeft(s[from:], " \t\r")
		if after := strings.TrimLeft(rest, " \t\r\n"); strings.HasPrefix(rest, "\n") && prose(after) {
			s = s[:from]
			break
		}
	}
	return unfenced(s)
}

// prose says whether a text begins with a sentence and with no statement: a capital, then small letters.
func prose(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	if len(word) < 2 || word[0] < 'A' || word[0] > 'Z' {
		return false
	}
	lower := asciiLower(word)
	for _, verb := range [...]string{
		"select", "with", "values", "insert", "update", "delete", "replace", "merge", "create", "alter", "drop", "truncate", "grant", "revoke", "attach",
		"detach", "pragma", "set", "begin", "commit", "rollback", "savepoint", "release", "call", "do", "exec", "execute", "copy", "vacuum", "lock",
		"explain", "show", "use", "load", "declare", "prepare", "reset", "listen", "notify", "analyze", "reindex", "end", "start", "abort",
	} {
		if lower == verb {
			return false
		}
	}
	return word[1:] == lower[1:]
}

// mended makes of almost-JSON what a parser takes: line ends within texts are escaped, commas before a closing bracket go.
func mended(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 16)
	quoted := false
	for i := 0; i < len(text); i++ { // i moves on within
		c := text[i]
		switch {
		case quoted && c == '\\' && i+1 < len(text):
			b.WriteByte(c)
			i++
			b.WriteByte(text[i])
			continue
		case c == '"':
			quoted = !quoted
		case quoted && c == '\n':
			b.WriteString(`\n`)
			continue
		case quoted && c == '\r':
			b.WriteString(`\r`)
			continue
		case quoted && c == '\t':
			b.WriteString(`\t`)
			continue
		case !quoted && c == ',':
			if rest := strings.TrimLeft(text[i+1:], " \t\r\n"); rest != "" && (rest[0] == '}' || rest[0] == ']') {
				continue
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}
