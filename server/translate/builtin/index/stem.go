package index

import (
	"strings"

	"github.com/kljensen/snowball/english"
)

// Stem returns the stem of one word: 'countries' and 'country' give the same, so do 'people' and 'person'.
func Stem(word string) string {
	w := strings.ToLower(word)
	switch w {
	case "people", "persons":
		return "person"
	case "men":
		return "man"
	case "women":
		return "woman"
	case "children":
		return "child"
	case "diagnoses", "analyses", "theses", "hypotheses", "crises", "synopses":
		return english.Stem(w[:len(w)-2]+"is", false)
	case "mice":
		return "mouse"
	case "wives":
		return "wife"
	case "lives", "lived", "living":
		return "live"
	case "media":
		return "media"
	case "data":
		return "data"
	case "does", "has", "is", "this", "its", "was":
		return w
	case "bought":
		return "buy"
	case "won", "winning", "winner", "winners":
		return "win"
	case "taught":
		return "teach"
	case "left", "leaving":
		return "leav"
	case "made":
		return "make"
	case "held":
		return "hold"
	case "spent":
		return "spend"
	case "sold":
		return "sell"
	case "paid":
		return "pay"
	case "taken", "took":
		return "take"
	case "written", "wrote":
		return "write"
	case "built":
		return "build"
	case "born":
		return "birth"
	case "died", "dead", "deaths":
		return "death"
	case "colour", "colours":
		return "color"
	}
	if len(w) <= 2 || w[0] < 'a' || w[0] > 'z' {
		return w
	}
	return english.Stem(w, false)
}

// Stems returns the stems of words.
func Stems(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = Stem(w)
	}
	return out
}
