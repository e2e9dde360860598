package values_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/custard-ai/custard/agent/executor/values"
	"github.com/custard-ai/custard/internal/custard"
)

func index() *values.Index {
	return values.New(
		[]values.Column{{Table: "customers", Column: "name"}, {Table: "customers", Column: "city"}, {Table: "products", Column: "title"}, {Table: "people", Column: "sex"}},
		[][]string{
			{"Ada Lovelace", "O'Brien", "Gödel", "University of Chicago", "Chicago", "Müller & Söhne"},
			{"New York", "York", "IN", "São Paulo", "東京都", "U.S.A."},
			{"Running shoe", "Red running shoe, size 42", "C++ Primer", "Documentary", "Sci-Fi"},
			{"F", "M", "Comp. Sci.", "Ph.D.", "Prof"},
		})
}

// best returns the first match of a value; the zero match where there is none.
func best(matches []custard.ValueMatch, value string) custard.ValueMatch {
	for _, m := range matches {
		if m.Value == value {
			return m
		}
	}
	return custard.ValueMatch{}
}

func TestFind(t *testing.T) {
	t.Parallel()
	x := index()
	for _, tt := range []struct {
		text, value, span string
		least, most       float64
	}{
		{"orders of Ada Lovelace", "Ada Lovelace", "Ada Lovelace", 1, 1},
		{"orders of ada lovelace in 2024", "Ada Lovelace", "ada lovelace", 0.9, 0.99},
		{"Ada's orders", "Ada Lovelace", "Ada", 0.5, 0.8},
		{"what did Lovelace buy", "Ada Lovelace", "Lovelace", 0.5, 0.8},
		{"what did o'brien buy", "O'Brien", "o'brien", 0.9, 0.99},
		{"what did O’Brien's wife buy", "O'Brien", "O’Brien", 0.9, 0.99},
		{"what did godel buy", "Gödel", "godel", 0.9, 0.99},
		{"sales to muller sohne", "Müller & Söhne", "muller sohne", 0.9, 0.99},
		{"customers in New York", "New York", "New York", 1, 1},
		{"customers in New York", "York", "York", 1, 1},
		{"customers in Sao Paulo", "São Paulo", "Sao Paulo", 0.9, 0.99},
		{"how many in IN", "IN", "IN", 0.5, 0.7},
		{"how many in 東京都?", "東京都", "東京都", 1, 1},
		{"customers from the USA", "U.S.A.", "USA", 0.9, 0.99},
		{"customers from the U.S.A.", "U.S.A.", "U.S.A", 0.9, 1},
		{"sold running shoes", "Running shoe", "running shoes", 0.85, 0.9},
		{"shoes for running", "Running shoe", "running", 0.5, 0.7},
		{"the chicago university of", "University of Chicago", "chicago university of", 0.75, 0.85},
		{"shoe running", "Running shoe", "shoe running", 0.75, 0.85},
		{"sold running shoes", "Red running shoe, size 42", "running", 0.5, 0.6},
		{"a red running shoe", "Red running shoe, size 42", "red running shoe", 0.6, 0.8},
		{"copies of c++ primer", "C++ Primer", "c++ primer", 0.9, 0.99},
		{"all documentaries", "Documentary", "documentaries", 0.85, 0.9},
		{"all documantary films", "Documentary", "documantary", 0.6, 0.72},
		{"customers in New Yrok", "New York", "New", 0.5, 0.7}, // too short for a slip
		{"orders of Ada Lovelcae", "Ada Lovelace", "Ada Lovelcae", 0.6, 0.72},
		{"sci fi films", "Sci-Fi", "sci fi", 0.9, 0.99},
		{"people of sex F", "F", "F", 0.5, 0.7},
		{"people of sex f", "F", "", 0, 0},
		{"all women", "F", "women", 0.85, 0.9},
		{"male students", "M", "male", 0.85, 0.9},
		{"American customers", "U.S.A.", "American", 0.85, 0.9},
		{"customers in the United States", "U.S.A.", "United States", 0.85, 0.9},
		{"tell us of customers", "U.S.A.", "", 0, 0},
		{"customers in the US", "U.S.A.", "US", 0.85, 0.9},
		{"customers in NY", "New York", "NY", 0.5, 0.6},
		{"computer science students", "Comp. Sci.", "computer science", 0.7, 0.8},
		{"which Ph.D.s teach", "Ph.D.", "Ph.D", 0.9, 1},
		{"all professors", "Prof", "professors", 0.35, 0.45},
		{"customers in general", "IN", "", 0, 0},
		{"nothing of it", "University of Chicago", "", 0, 0},
		{"", "Ada Lovelace", "", 0, 0},
		{"\xff\xfe ' ’ . ''s", "Ada Lovelace", "", 0, 0},
	} {
		m := best(x.Find(tt.text, 0), tt.value)
		if got := tt.text[m.Start:m.End]; got != tt.span || m.Score < tt.least || m.Score > tt.most {
			t.Errorf("%q: %q as %q with %.2f, want %q with %.2f to %.2f", tt.text, tt.value, got, m.Score, tt.span, tt.least, tt.most)
		}
	}
	long := x.Find("customers in New York", 0)
	if len(long) == 0 || long[0].Value != "New York" || long[0].Table != "customers" || long[0].Column != "city" {
		t.Errorf("the longest span is not first: %+v", long)
	}
	if got := x.Find("customers in New York", 1); len(got) != 1 {
		t.Errorf("a limit of 1 gives %d", len(got))
	}
}

func FuzzFind(f *testing.F) {
	x := index()
	for _, s := range []string{"Ada's O'Brien in U.S.A. 東京", "c++ #", "İ ß ﬁ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range x.Find(text, 0) {
			if m.Start < 0 || m.End > len(text) || m.Start >= m.End || m.Score <= 0 || m.Score > 1 {
				t.Errorf("%q: %+v", text, m)
			}
		}
		values.New([]values.Column{{}}, [][]string{{text}}).Find(text, 0)
	})
}

// large has 200,000 distinct values of two to four words.
func large() ([]values.Column, [][]string) {
	syllables := strings.Fields("ka lo mi ne ru ta vo shi pe du gra bel tor min sal qui fen")
	name := func(n int) string {
		var b strings.Builder
		for range 3 {
			b.WriteString(syllables[n%len(syllables)])
			n /= len(syllables)
		}
		return b.String()
	}
	var columns []values.Column
	var all [][]string
	for c := range 20 {
		columns = append(columns, values.Column{Table: fmt.Sprint("t", c), Column: "name"})
		var list []string
		for i := range 10_000 {
			list = append(list, fmt.Sprintf("%s %s street %d", name(i), name(i*7+c*131), i))
		}
		all = append(all, list)
	}
	return columns, all
}

func BenchmarkNew200k(b *testing.B) {
	columns, all := large()
	for b.Loop() {
		values.New(columns, all)
	}
}

func BenchmarkFind200k(b *testing.B) {
	x := values.New(large())
	for b.Loop() {
		x.Find("how many orders did kalomi street customers from kalomi kaloka place in the last year by unknwonn neruta", 0)
	}
}

func TestTelling(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"New York": true, "F": true, "A4": true, "Windows 95": true, "ada@example.com": true, "東京": true, "Boeing 737-800": true,
		"": false, " ": false, "42": false, "-1.5e3": true, "2024-01-01": false, "2024-01-01T00:00:00Z": false, "12:30": false,
		"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11": false, "5f4dcc3b5aa765d61d8327deb882cf99": false, "https://example.com/x": false,
		strings.Repeat("many words ", 20): false, "+49 (30) 1234": false,
	} {
		if got := values.Telling(value); got != want {
			t.Errorf("Telling(%q) is %v", value, got)
		}
	}
}
