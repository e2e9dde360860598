package index

import "strings"

// Plural is the plural of a noun as tables are named: track gives tracks, category categories. What ends in s is taken for
// a plural already.
func Plural(noun string) string {
	n := len(noun)
	switch {
	case n < 2 || strings.HasSuffix(noun, "s"), noun == "people", noun == "children", noun == "men", noun == "women", noun == "staff",
		noun == "data", noun == "stock", noun == "media":
		return noun
	case strings.HasSuffix(noun, "person"):
		return noun[:n-len("person")] + "people"
	case strings.HasSuffix(noun, "child"):
		return noun + "ren"
	case strings.HasSuffix(noun, "y") && !strings.ContainsRune("aeiou", rune(noun[n-2])):
		return noun[:n-1] + "ies"
	case strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ch"), strings.HasSuffix(noun, "sh"), strings.HasSuffix(noun, "z"):
		return noun + "es"
	}
	return noun + "s"
}
