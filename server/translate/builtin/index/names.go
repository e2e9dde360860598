package index

import (
	"strings"
	"unicode"

	"github.com/custard-ai/custard/internal/custard"
)

// Words splits a name of a schema into lower-case words: order_items, OrderItems, ORDER-ITEMS and orderItems2 give
// order, items (and 2). Run-together names are split where both parts are known: lastname, raceid.
func Words(name string, known func(string) bool) []string {
	var out []string
	for _, part := range splitCase(name) {
		w := strings.ToLower(part)
		out = append(out, splitKnown(w, known)...)
	}
	return out
}

// commonPrefix returns the word that every table's name begins with (shop_orders, shop_items …), or "".
func commonPrefix(schema *custard.Schema) string {
	prefix := ""
	for _, t := range schema.Tables {
		words := splitCase(t.Name)
		if len(words) < 2 || prefix != "" && !strings.EqualFold(words[0], prefix) {
			return ""
		}
		prefix = strings.ToLower(words[0])
	}
	if len(schema.Tables) < 4 {
		return ""
	}
	return prefix
}

// withoutPrefix drops the word in front of a table's name that says nothing: tbl_orders, dim_customer.
func withoutPrefix(words []string, prefix string) []string {
	if len(words) < 2 {
		return words
	}
	switch words[0] {
	case prefix, "tbl", "tb", "tab", "t", "dim", "fact", "fct", "stg", "vw", "v", "mst", "mstr":
		return words[1:]
	}
	return words
}

// splitCase splits at separators, at digits and where case rises.
func splitCase(name string) []string {
	var out []string
	runes := []rune(name)
	start := -1
	flush := func(end int) {
		if start >= 0 && end > start {
			out = append(out, string(runes[start:end]))
		}
		start = -1
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			continue
		case start < 0:
			start = i
			continue
		}
		p := runes[i-1]
		switch {
		case unicode.IsDigit(r) != unicode.IsDigit(p):
			flush(i)
			start = i
		case unicode.IsUpper(r) && unicode.IsLower(p):
			flush(i)
			start = i
		case unicode.IsLower(r) && unicode.IsUpper(p) && i-start > 1 && !(r == 's' && (i+1 == len(runes) || !unicode.IsLower(runes[i+1]))):
			flush(i - 1)
			start = i - 1
		}
	}
	flush(len(runes))
	return out
}

// splitKnown splits a run-together word into parts that are all known, or with a known head or tail word; else it
// returns the word.
func splitKnown(w string, known func(string) bool) []string {
	if len(w) < 5 || known == nil || known(w) {
		return []string{w}
	}
	for i := 3; i <= len(w)-2; i++ {
		if known(w[:i]) && known(w[i:]) {
			return []string{w[:i], w[i:]}
		}
	}
	for i := 3; i <= len(w)-5; i++ {
		for j := i + 2; j <= len(w)-2; j++ {
			if known(w[:i]) && known(w[i:j]) && known(w[j:]) {
				return []string{w[:i], w[i:j], w[j:]}
			}
		}
	}
	return []string{w}
}

// commonPart says whether w is a word that names of columns are often run together from.
func commonPart(w string) bool {
	switch w {
	case "id", "no", "name", "date", "code", "num", "number", "type", "time", "year", "first", "last", "middle", "birth", "day",
		"month", "full", "short", "start", "end", "address", "phone", "email", "mail", "zip", "post", "city", "state", "country",
		"county", "unit", "price", "cost", "total", "count", "amount", "order", "item", "product", "customer", "student", "course",
		"class", "room", "dept", "department", "staff", "status", "title", "description", "desc", "size", "weight", "height",
		"rank", "score", "points", "race", "driver", "team", "player", "game", "home", "away", "air", "line", "port", "flight",
		"media", "track", "album", "artist", "genre", "list", "play", "user", "employee", "emp", "manager", "company", "store",
		"invoice", "billing", "postal", "rate", "rating", "age", "sex", "gender", "major", "advisor", "building", "bed", "bath",
		"base", "price2", "capacity", "max", "min", "avg", "sur", "fore", "nick", "user_name", "hire", "job", "salary", "min_salary",
		"language", "percentage", "value", "account", "bank", "branch", "card", "credit", "dorm", "grade", "point", "file", "image",
		"document", "part", "supplier", "vehicle", "model", "make", "song", "band", "actor", "director", "movie", "review",
		"tax", "fee", "paper", "author", "inst", "school", "college", "dose", "patient", "nurse", "ship", "per", "of", "pet", "dog",
		"owner", "party", "vote", "county_name", "club", "position", "stadium", "event", "result", "season", "lap", "constructor",
		"district", "population", "area", "region", "group", "member", "head", "quarters", "quantity", "stock", "discount":
		return true
	}
	return false
}
