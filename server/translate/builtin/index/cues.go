package index

import "strings"

// CueKind is what a cue tells.
type CueKind string

// The kinds of cues.
const (
	CueCount       CueKind = "count"       // how many, the number of
	CueAverage     CueKind = "average"     // average, mean
	CueSum         CueKind = "sum"         // total, sum
	CueMax         CueKind = "max"         // maximum, highest (as an aggregate)
	CueMin         CueKind = "min"         // minimum
	CueCompare     CueKind = "compare"     // more than, at least, older than, between: Op, Number (and Number2)
	CueSuperlative CueKind = "superlative" // oldest, most expensive, the most, top 3: Dir, Base
	CueNegation    CueKind = "negation"    // not, without, never
	CueEach        CueKind = "each"        // each, per, for every
	CueSort        CueKind = "sort"        // in descending order, alphabetically, from oldest to youngest: Dir
	CueDistinct    CueKind = "distinct"    // different, distinct, unique
	CueBoth        CueKind = "both"        // both … and
	CueOr          CueKind = "or"          // or
	CueExcept      CueKind = "except"      // but not, except
	CueContains    CueKind = "contains"    // containing, starts with: Op is 'contains', 'prefix' or 'suffix'
)

// Cue is a word or phrase that tells what to do with what is mentioned.
type Cue struct {
	Kind   CueKind
	Span   Span
	Op     string  // compare: > >= < <= = between; contains: contains, prefix, suffix
	Dir    int     // 1: greatest first or greater; -1: smallest first or smaller
	Base   string  // superlative, compare: the adjective ('old'), or empty
	Number *Number // compare: against this; superlative: how many ('top 3')
	Upper  *Number // between
}

// Has says whether the question has a cue of a kind.
func (m *Mentions) Has(kind CueKind) bool {
	for i := range m.Cues {
		if m.Cues[i].Kind == kind {
			return true
		}
	}
	return false
}

type cueReader struct {
	tokens  []Token
	numbers []Number
	out     []Cue
}

func cues(tokens []Token, numbers []Number) []Cue {
	r := &cueReader{tokens: tokens, numbers: numbers}
	for i := 0; i < len(tokens); {
		if tokens[i].Quoted {
			i++
			continue
		}
		i += max(1, r.at(i))
	}
	return r.out
}

// phrase says whether the tokens from i on are the words of a phrase.
func (r *cueReader) phrase(i int, phrase string) int {
	n := 0
	for w := range strings.FieldsSeq(phrase) {
		if i+n >= len(r.tokens) || r.tokens[i+n].Lower != w {
			return 0
		}
		n++
	}
	return n
}

func (r *cueReader) any(i int, phrases ...string) int {
	for _, p := range phrases {
		if n := r.phrase(i, p); n > 0 {
			return n
		}
	}
	return 0
}

func (r *cueReader) add(c Cue, i, n int) int {
	c.Span = Span{i, i + n}
	r.out = append(r.out, c)
	return n
}

// numberAt returns the number that begins at token i, also past small words.
func (r *cueReader) numberAt(i, reach int) *Number {
	for k := range r.numbers {
		if first := r.numbers[k].Span.First; first >= i && first <= i+reach {
			return &r.numbers[k]
		}
	}
	return nil
}

// at reads a cue at token i and says how many tokens it takes; 0 for none.
func (r *cueReader) at(i int) int {
	if n := r.compare(i); n > 0 {
		return n
	}
	if n := r.sort(i); n > 0 {
		return n
	}
	if n := r.superlative(i); n > 0 {
		return n
	}
	return r.single(i)
}

func (r *cueReader) single(i int) int {
	simple := func(kind CueKind, phrases ...string) int {
		if n := r.any(i, phrases...); n > 0 {
			return r.add(Cue{Kind: kind}, i, n)
		}
		return 0
	}
	for _, s := range []struct {
		kind    CueKind
		phrases []string
	}{
		{CueCount, []string{"how many", "the number of", "number of", "count the number of", "count of", "count", "total number of", "numbers of"}},
		{CueAverage, []string{"average", "mean", "averages", "avg", "on average"}},
		{CueSum, []string{"total amount of", "total", "sum", "overall", "combined", "altogether"}},
		{CueMax, []string{"maximum", "maximal", "max", "peak"}},
		{CueMin, []string{"minimum", "minimal", "min"}},
		{CueExcept, []string{"but not", "except", "excluding", "but do not", "but did not", "but have not", "but has not", "other than"}},
		{CueNegation, []string{"does not", "do not", "did not", "not", "without", "never", "no", "nobody", "none", "neither", "nor", "haven", "cannot", "lack", "lacking"}},
		{CueEach, []string{"for each", "for every", "each", "every", "per", "by each", "grouped by", "group by", "corresponding"}},
		{CueDistinct, []string{"different", "distinct", "unique"}},
		{CueBoth, []string{"both", "as well as", "and also"}},
		{CueOr, []string{"or", "either"}},
	} {
		if n := simple(s.kind, s.phrases...); n > 0 {
			return n
		}
	}
	for _, s := range []struct {
		op      string
		phrases []string
	}{
		{"prefix", []string{"starts with", "start with", "starting with", "begins with", "begin with", "beginning with", "started with"}},
		{"suffix", []string{"ends with", "end with", "ending with", "ending in", "ends in"}},
		{"contains", []string{"contains", "contain", "containing", "includes the word", "include the word", "the substring", "the word", "substring", "has the letter", "the letter", "the phrase"}},
	} {
		if n := r.any(i, s.phrases...); n > 0 {
			return r.add(Cue{Kind: CueContains, Op: s.op}, i, n)
		}
	}
	return 0
}

// compare reads 'more than', 'at least', 'older than', 'between … and …', 'in 2012 or later'.
func (r *cueReader) compare(i int) int {
	for _, s := range []struct {
		op      string
		dir     int
		phrases []string
	}{
		{">=", 1, []string{"at least", "no less than", "not less than", "no fewer than", "greater than or equal to", "more than or equal to", "minimum of"}},
		{"<=", -1, []string{"at most", "no more than", "not more than", "up to", "less than or equal to", "maximum of"}},
		{">", 1, []string{"more than", "greater than", "larger than", "higher than", "bigger than", "over", "above", "exceeding", "exceeds", "exceed", "in excess of", "better than"}},
		{"<", -1, []string{"less than", "fewer than", "smaller than", "lower than", "under", "below", "worse than"}},
		{">", 1, []string{"after", "later than", "since", "newer than"}},
		{"<", -1, []string{"before", "earlier than", "prior to", "until"}},
		{"=", 0, []string{"exactly", "equal to", "equals"}},
	} {
		if n := r.any(i, s.phrases...); n > 0 {
			op := s.op
			if r.phrase(i, "since") > 0 {
				op = ">="
			}
			return r.add(Cue{Kind: CueCompare, Op: op, Dir: s.dir, Number: r.numberAt(i+n, 2)}, i, n)
		}
	}
	if r.tokens[i].Lower == "between" || r.tokens[i].Lower == "from" {
		lo := r.numberAt(i+1, 2)
		if lo == nil || lo.Span.End+1 >= len(r.tokens) {
			return 0
		}
		if w := r.tokens[lo.Span.End].Lower; w != "and" && w != "to" {
			return 0
		}
		if hi := r.numberAt(lo.Span.End+1, 1); hi != nil {
			return r.add(Cue{Kind: CueCompare, Op: "between", Number: lo, Upper: hi}, i, 1)
		}
		return 0
	}
	base, _, comparative, ok := Adjective(r.tokens[i].Lower)
	if ok && comparative && i+1 < len(r.tokens) && r.tokens[i+1].Lower == "than" {
		op := ">"
		if lowAdjective(base) {
			op = "<"
		}
		return r.add(Cue{Kind: CueCompare, Op: op, Dir: dirOf(op), Base: base, Number: r.numberAt(i+2, 2)}, i, 2)
	}
	return 0
}

func dirOf(op string) int {
	if op[0] == '<' {
		return -1
	}
	return 1
}

// lowAdjective says whether an adjective means the small end of what it speaks of.
func lowAdjective(base string) bool {
	switch base {
	case "young", "cheap", "short", "low", "small", "light", "slow", "poor", "bad", "cold", "near", "close", "early":
		return true
	}
	return false
}

// sort reads 'in descending order', 'alphabetically', 'from the oldest to the youngest', 'sorted by'.
func (r *cueReader) sort(i int) int {
	w := r.tokens[i].Lower
	switch w {
	case "descending", "desc", "decreasing", "descendingly", "reverse", "reversed":
		return r.add(Cue{Kind: CueSort, Dir: 1}, i, 1)
	case "ascending", "asc", "increasing", "ascendingly", "alphabetical", "alphabetically", "alphabetic", "lexicographic", "lexicographical", "lexicographically", "chronological", "chronologically":
		return r.add(Cue{Kind: CueSort, Dir: -1}, i, 1)
	case "sorted", "ordered", "sort", "order", "ranked", "arranged":
		if i+1 < len(r.tokens) && (r.tokens[i+1].Lower == "by" || w == "order" && r.tokens[i+1].Lower == "of") {
			return r.add(Cue{Kind: CueSort}, i, 2)
		}
	case "from":
		k := i + 1
		if k < len(r.tokens) && r.tokens[k].Lower == "the" {
			k++
		}
		if k+1 >= len(r.tokens) {
			return 0
		}
		if r.tokens[k].Lower == "high" || r.tokens[k].Lower == "low" {
			if r.tokens[k+1].Lower == "to" {
				return r.add(Cue{Kind: CueSort, Dir: direction(r.tokens[k].Lower), Base: "high"}, i, k+2-i)
			}
		}
		base, super, _, ok := Adjective(r.tokens[k].Lower)
		if w := r.tokens[k].Lower; w == "most" || w == "least" {
			return r.add(Cue{Kind: CueSort, Dir: direction(w)}, i, k+1-i)
		}
		if ok && super {
			return r.add(Cue{Kind: CueSort, Dir: direction(base), Base: base}, i, k+1-i)
		}
	}
	return 0
}

func direction(w string) int {
	if w == "least" || lowAdjective(w) {
		return -1
	}
	return 1
}

// superlative reads 'oldest', 'most expensive', 'the most', 'the fewest', 'top 3', 'the 5 largest'.
func (r *cueReader) superlative(i int) int {
	w := r.tokens[i].Lower
	count := func(n int) *Number {
		if i > 0 {
			for k := range r.numbers {
				if r.numbers[k].Span.End == i {
					return &r.numbers[k]
				}
			}
		}
		if i+n < len(r.tokens) {
			for k := range r.numbers {
				if r.numbers[k].Span.First == i+n {
					return &r.numbers[k]
				}
			}
		}
		return nil
	}
	switch w {
	case "most", "least":
		if i+1 < len(r.tokens) {
			if base, _, _, ok := Adjective(r.tokens[i+1].Lower); ok {
				dir := direction(base)
				if w == "least" {
					dir = -dir
				}
				return r.add(Cue{Kind: CueSuperlative, Dir: dir, Base: base, Number: count(2)}, i, 2)
			}
		}
		if i > 0 && r.tokens[i-1].Lower == "at" {
			return 0
		}
		return r.add(Cue{Kind: CueSuperlative, Dir: direction(w), Number: count(1)}, i, 1)
	case "fewest", "lowest", "smallest", "minimum", "rarest":
		return r.add(Cue{Kind: CueSuperlative, Dir: -1, Base: base(w), Number: count(1)}, i, 1)
	case "highest", "largest", "greatest", "biggest", "top", "maximum":
		return r.add(Cue{Kind: CueSuperlative, Dir: 1, Base: base(w), Number: count(1)}, i, 1)
	case "first", "earliest", "bottom", "last", "final":
		if w != "earliest" && (i+1 < len(r.tokens) && (r.tokens[i+1].Lower == "name" || r.tokens[i+1].Lower == "names" || r.tokens[i+1].Lower == "and")) {
			return 0
		}
		dir := -1
		if w == "last" || w == "final" {
			dir = 1
		}
		return r.add(Cue{Kind: CueSuperlative, Dir: dir, Base: "late", Number: count(1)}, i, 1)
	}
	if base, super, _, ok := Adjective(w); ok && super {
		return r.add(Cue{Kind: CueSuperlative, Dir: direction(base), Base: base, Number: count(1)}, i, 1)
	}
	return 0
}

func base(w string) string {
	if b, _, _, ok := Adjective(w); ok {
		return b
	}
	return ""
}

// DirFor is the direction of the cue for one column: 'oldest' is 1 for an age and -1 for a date of birth.
func (c *Cue) DirFor(col *Column) int {
	if c.Base != "" {
		if d := AttributeDirection(c.Base, col.Stems); d != 0 {
			return d * direction(c.Base) * c.Dir
		}
		if col.Temporal() { // the oldest machine is the one that was delivered first
			switch c.Base {
			case "old", "early":
				return -direction(c.Base) * c.Dir
			case "young":
				return -c.Dir
			}
		}
	}
	return c.Dir
}
