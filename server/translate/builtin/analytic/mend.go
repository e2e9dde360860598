package analytic

import (
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// adjective reads 'unshipped', 'undelivered', 'unpaid': not, and a verb.
func (r *reader) adjective(i int) int {
	w := r.word(i)
	rest, ok := strings.CutPrefix(w, "un")
	if !ok {
		return 0
	}
	if !isVerb(rest) || strings.HasPrefix(w, "unit") || strings.HasPrefix(w, "under") {
		return 0
	}
	r.add(i, 0, chunk{kind: kNot})
	return r.add(i, 1, chunk{kind: kVerb, op: index.Stem(rest), base: rest})
}

// mend replaces a word that nothing knows by the nearest word of the schema or of the grammar, one letter off (two in a
// long word); false where there is none or where two are as near.
func (r *reader) mend(i int) bool {
	w := r.word(i)
	if len(w) < 4 || w[0] < 'a' || w[0] > 'z' {
		return false
	}
	limit := 1 + boolInt(len(w) > 7)
	best, distance := "", limit+1
	try := func(known string) {
		if d := len(known) - len(w); d > limit || -d > limit || len(known) < 4 {
			return
		}
		if d := edits(w, known, limit); d < distance {
			best, distance = known, d
		}
	}
	for _, t := range r.v.ix.Tables {
		if r.v.skip[t.ID] {
			continue
		}
		for _, word := range t.Words {
			try(word)
			try(word + "s")
			try(singular(t))
		}
		for _, c := range t.Columns {
			for _, word := range c.Words {
				try(word)
				try(word + "s")
			}
		}
	}
	for known := range strings.FieldsSeq(vocabulary) {
		try(known)
	}
	if best == "" || best == w {
		return false
	}
	r.notes = append(r.notes, "'"+r.toks[i].Text+"' read as '"+best+"'")
	r.toks[i].Lower, r.toks[i].Stem = best, index.Stem(best)
	r.known = nil
	return true
}

// vocabulary are words of the grammar that people mistype.
const vocabulary = `revenue turnover profit margin average total number percentage share month monthly week weekly quarter quarterly
year yearly daily growth change compared cumulative running moving median distribution histogram customers products orders
without never between before after since during yesterday today previous last highest lowest most least best worst selling
cheapest expensive january february march april june july august september october november december monday tuesday
wednesday thursday friday saturday sunday shipped delivered ordered bought purchased returned missing duplicate country
category spent spend sales sold above below returning weekday which where show list many`

// edits is the number of letters to insert, drop, replace or swap that turn a into b; more than limit is limit+1.
func edits(a, b string, limit int) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := boolInt(a[i-1] != b[j-1])
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
			least = min(least, cur[j])
		}
		if least > limit {
			return limit + 1
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}
