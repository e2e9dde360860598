package followup

import (
	"slices"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/analytic"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// earlier reads 'the year before', 'the previous month', 'a quarter later': a period told by the one of the last question, or
// by today where that has none. It is empty for what is none.
func (f *follow) earlier(last string, said *index.Mentions) string {
	unit, n := moved(said)
	if unit == "" {
		return ""
	}
	base := analytic.Current(unit, f.now)
	if periods := analytic.Periods(f.ix, f.ix.Read(last, nil), f.now); len(periods) > 0 {
		base = periods[len(periods)-1]
	}
	to := base.Moved(unit, n)
	if to == "" {
		return ""
	}
	return f.when(last, to)
}

// moved says which unit all that was said moves on or back, and by how many; "" where it does not.
func moved(said *index.Mentions) (unit string, n int) {
	var words []string
	for _, t := range said.Tokens {
		if len(words) > 0 || !isOne(t.Lower, "in", "for", "from", "of", "during", "the", "a", "an", "one") {
			words = append(words, t.Lower)
		}
	}
	if len(words) == 3 && isOne(words[2], "that", "it", "then") {
		words = words[:2]
	}
	if len(words) != 2 {
		return "", 0
	}
	if u := analytic.Unit(words[0]); u != "" {
		switch {
		case isOne(words[1], "before", "earlier", "prior", "previously"):
			return u, -1
		case isOne(words[1], "after", "later", "afterwards"):
			return u, 1
		}
	}
	if u := analytic.Unit(words[1]); u != "" {
		switch {
		case isOne(words[0], "previous", "prior", "preceding"):
			return u, -1
		case isOne(words[0], "next", "following"):
			return u, 1
		}
	}
	return "", 0
}

// why takes 'why so many', 'why were there so few' off the front: no query says why, but one shows what is asked about. It
// returns the question as it is where nothing of a follow-up is left.
func why(question string) (rest string, found bool) {
	words := strings.Fields(strings.Trim(question, "?!., "))
	if len(words) < 3 || !strings.EqualFold(words[0], "why") {
		return question, false
	}
	i, amount := 1, false
	for ; i < len(words); i++ {
		switch w := strings.ToLower(words[i]); {
		case isOne(w, "so", "that", "such", "many", "few", "much", "little", "high", "low", "more", "less", "fewer", "large", "small"):
			amount = true
		case isOne(w, "is", "are", "was", "were", "did", "do", "does", "it", "they", "there", "we", "have", "had", "a", "the", "number"):
		default:
			if !amount || !preposition(w) && analytic.Unit(w) == "" {
				return question, false
			}
			return strings.Join(words[i:], " "), true
		}
	}
	return question, false
}

// inYear adds the year of the last question to a month or quarter that is said without one.
func (f *follow) inYear(said string, old analytic.Period) string {
	y := old.Year()
	words := strings.Fields(strings.ToLower(strings.Trim(said, "?!., ")))
	if y == 0 || len(words) == 0 || !month(words[len(words)-1]) || len(words) > 2 || len(words) == 2 && !preposition(words[0]) || slices.ContainsFunc(words, year) {
		return said
	}
	return strings.TrimRight(said, "?!., ") + " " + strconv.Itoa(y)
}
