package check

import (
	"cmp"
	"slices"
	"strings"
)

// plainName is a name without what people vary: case, underscores, blanks.
func plainName(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, c := range strings.ToLower(s) {
		if c != '_' && c != ' ' && c != '-' && c != '.' {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// singular takes the plural's ending off each word of a plain name; it need not be a word, only the same for both forms.
func singular(s string) string {
	switch {
	case len(s) > 4 && strings.HasSuffix(s, "ies"):
		return s[:len(s)-3] + "y"
	case len(s) > 4 && (strings.HasSuffix(s, "ses") || strings.HasSuffix(s, "xes") || strings.HasSuffix(s, "ches") || strings.HasSuffix(s, "shes")):
		return s[:len(s)-2]
	case len(s) > 3 && strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss"):
		return s[:len(s)-1]
	default:
		return s
	}
}

// words splits a name at underscores, blanks and changes of case.
func words(s string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, singular(strings.ToLower(s[start:end])))
		}
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '_' || c == ' ' || c == '-' || c == '.':
			flush(i)
			start = i + 1
		case i > start && c >= 'A' && c <= 'Z' && !(s[i-1] >= 'A' && s[i-1] <= 'Z'):
			flush(i)
			start = i
		}
	}
	flush(len(s))
	return out
}

// distance is the number of letters to insert, delete, change or swap with a neighbour, at most limit+1.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	before, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			best = min(best, row[j])
		}
		if best > limit {
			return limit + 1
		}
		before, prev, row = prev, row, before
	}
	return prev[len(b)]
}

// The grades of likeness, the smaller the liker. Up to sure a name may be read as the other without asking.
const (
	spelledAlike = iota // but for case and underscores
	pluralAlike
	oneLetter
	twoLetters
)

const (
	sure     = twoLetters
	shareAll = 10 // one's words are among the other's
	share    = 11 // a word in common
	unlike   = 100
)

// likeness compares an unknown name with a real one.
func likeness(unknown, real string) int {
	a, b := plainName(unknown), plainName(real)
	if a == b {
		return spelledAlike
	}
	if singular(a) == singular(b) {
		return pluralAlike
	}
	if n := min(len(a), len(b)); n >= 3 {
		limit := 1
		if n >= 6 {
			limit = 2
		}
		if d := distance(a, b, limit); d <= limit {
			return oneLetter + d - 1
		}
	}
	u, w := words(unknown), words(real)
	common := 0
	for _, x := range u {
		if len(x) > 1 && slices.Contains(w, x) {
			common++
		}
	}
	switch {
	case common > 0 && (common == len(u) || common == len(w)):
		return shareAll
	case common > 0:
		return share + len(u) - common
	case len(a) >= 4 && strings.Contains(b, a) || len(b) >= 4 && strings.Contains(a, b):
		return share
	}
	return unlike
}

// candidate is a real name that an unknown one may mean.
type candidate struct {
	name  string
	grade int
	at    place  // of a column
	table *table // of a table
}

// best sorts candidates by likeness, leaves out the unlike, and keeps n.
func best(cs []candidate, n int) []candidate {
	cs = slices.DeleteFunc(cs, func(c candidate) bool { return c.grade >= unlike })
	slices.SortStableFunc(cs, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.grade, b.grade), cmp.Compare(len(a.name), len(b.name)))
	})
	var out []candidate
	for _, c := range cs {
		if len(out) < n && !slices.ContainsFunc(out, func(o candidate) bool { return o.name == c.name }) {
			out = append(out, c)
		}
	}
	return out
}

// only is the one candidate that a repair may take: sure, and alone in its grade.
func only(cs []candidate) (candidate, bool) {
	var found candidate
	n, grade := 0, sure+1
	for _, c := range cs {
		switch {
		case c.grade < grade:
			found, n, grade = c, 1, c.grade
		case c.grade == grade && grade <= sure:
			n++
		}
	}
	return found, n == 1
}

func listOf(cs []candidate) string {
	names := make([]string, len(cs))
	for i, c := range cs {
		names[i] = c.name
	}
	return orList(names)
}

func orList(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// nearestColumns names the columns of some sources that are like a name.
func nearestColumns(name string, sources []*source) string {
	return listOf(best(columnCandidates(name, sources), 3))
}

// columnCandidates grades the columns of sources.
func columnCandidates(name string, sources []*source) []candidate {
	var out []candidate
	for _, s := range sources {
		for i := range s.width() {
			real := s.columnName(i)
			if real == "" {
				continue
			}
			g := likeness(name, real)
			if g >= unlike {
				continue
			}
			out = append(out, candidate{name: real, grade: g, at: place{s, i}})
		}
	}
	return out
}
