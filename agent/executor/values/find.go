package values

import (
	"cmp"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

const (
	questionWords = 200 // of a text that are looked at
	defaultLimit  = 200
	perSpan       = 3   // cells of one column that hold a span, at the most; the shortest first
	looked        = 400 // cells that are compared with a span, at the most

	scoreSame   = 1.0  // the text as it stands in the database
	scoreFolded = 0.97 // but for case, accents and punctuation
	scoreStem   = 0.88 // but for endings
	scoreBag    = 0.8  // but for endings and order
	scorePart   = 0.45 // a part of a cell; more the more of it
	scoreName   = 0.87 // another name of a nation, a gender, a state: German for Germany, DE in a column of codes
	scoreAlias  = 0.75 // another way to say it: Canadian for Canada, Comp. Sci. for computer science

	scoreInitials = 0.55 // LA for Los Angeles
	scoreShort    = 0.4  // prof for professors
	scoreTypo     = 0.7  // times the score without the slip
	scoreCommon   = 0.6  // times the score of a word that is frequent in questions, written like the value
	scoreRare     = 0.3  // times the score of such a word, where only its letters are the value's
)

// Find returns the values that a text mentions: longer spans first, then higher scores. limit 0 means 200.
func (x *Index) Find(text string, limit int) []custard.ValueMatch {
	if limit <= 0 {
		limit = defaultLimit
	}
	f := finder{x: x, text: text, words: split(text, questionWords), seen: map[key]int{}}
	f.tokens = make([]token, len(f.words))
	for i, w := range f.words {
		f.tokens[i] = x.token(w.text)
	}
	for i := range f.tokens {
		for n := min(maxWords, len(f.tokens)-i); n > 0; n-- {
			f.span(i, n)
		}
	}
	slices.SortStableFunc(f.out, func(a, b custard.ValueMatch) int {
		return cmp.Or(cmp.Compare(b.End-b.Start, a.End-a.Start), cmp.Compare(b.Score, a.Score),
			cmp.Compare(a.Start, b.Start), cmp.Compare(len(a.Value), len(b.Value)))
	})
	return f.out[:min(limit, len(f.out))]
}

// token is a word of the question as the index knows it.
type token struct {
	id     uint32
	known  bool     // the word occurs in a value
	stem   uint32   // of the word
	stems  bool     // the stem occurs in a value
	near   []uint32 // where neither is so: words that are one letter off
	common bool
}

func (x *Index) token(text string) token {
	t := token{common: common(text)}
	t.id, t.known = x.ids[text]
	t.stem, t.stems = x.stemIDs[stem(text)]
	if !t.known && !t.stems && !t.common {
		t.near = x.nearby(text)
	}
	return t
}

// key is a match's identity: a span and an entry.
type key struct {
	start, words int
	entry        uint32
}

type finder struct {
	x      *Index
	text   string
	words  []word
	tokens []token
	out    []custard.ValueMatch
	seen   map[key]int // place in out
}

// span looks for the n words from i on.
func (f *finder) span(i, n int) {
	tokens := f.tokens[i : i+n]
	var room [maxWords]uint32
	ids, slips, allKnown, allStems, allCommon := room[:0], 0, true, true, true
	for _, t := range tokens {
		id := t.id
		if !t.known {
			allKnown = false
		}
		if !t.stems {
			allStems = false
		}
		if !t.common {
			allCommon = false
		}
		if len(t.near) > 0 {
			slips++
		}
		ids = append(ids, id)
	}
	if allKnown {
		f.exact(i, ids, 1)
		if !allCommon {
			f.parts(i, ids, 1)
		}
	}
	if allStems && !allCommon {
		f.bagged(i, tokens)
	}
	if n <= 5 && (!allCommon || f.upper(i)) {
		f.aliased(i, n)
		f.abbreviated(i, n)
	}
	if slips == 1 { // one word may be misspelt; the others must be known
		f.misspelt(i, ids, tokens)
	}
}

// exact adds the entries that are the sequence.
func (f *finder) exact(i int, ids []uint32, factor float64) {
	for n := range lookup(f.x.exact, sequence(ids)) {
		e := &f.x.entries[n]
		if int(e.count) == len(ids) && f.x.holds(e, ids) == 0 {
			f.add(i, len(ids), n, factor*f.likeness(i, len(ids), e.value))
		}
	}
}

// likeness compares the span's text with a value that has the same words.
func (f *finder) likeness(i, n int, value string) float64 {
	start, end := f.words[i].start, f.words[i+n-1].end
	score := scoreFolded
	same := f.text[start:end] == value || strings.HasPrefix(f.text[start:], value)
	if same {
		score = scoreSame
	}
	if n == 1 {
		w := f.words[i].text
		if len(w) == 1 || common(w) {
			// A letter or a word such as 'in' hardly names a value unless it is written like it: 'IN', 'M'.
			switch {
			case same && w != value:
				score *= scoreCommon
			case len(w) >= 3 || same && f.quoted(i):
				score *= scoreRare
			default:
				return 0
			}
		}
	}
	return score
}

// quoted says whether a word stands in quotes.
func (f *finder) quoted(i int) bool {
	w := f.words[i]
	return w.start > 0 && w.end < len(f.text) && strings.IndexByte("'\"`", f.text[w.start-1]) >= 0 && strings.IndexByte("'\"`", f.text[w.end]) >= 0
}

// bagged adds the entries with the same stems in any order.
func (f *finder) bagged(i int, tokens []token) {
	var room [maxWords]uint32
	stems := room[:0]
	for _, t := range tokens {
		stems = append(stems, t.stem)
	}
	slices.Sort(stems)
	for n := range lookup(f.x.bags, sequence(stems)) {
		e := &f.x.entries[n]
		if int(e.count) != len(tokens) {
			continue
		}
		inOrder := true
		var own [maxWords]uint32
		for k, id := range f.x.wordsOf(e) {
			own[k] = f.x.stems[id]
			inOrder = inOrder && own[k] == tokens[k].stem
		}
		slices.Sort(own[:e.count])
		if !slices.Equal(own[:e.count], stems) { // the hashes are alike, the stems are not
			continue
		}
		if len(tokens) == 1 && (len(f.words[i].text) < 3 || len(e.value) < 3) {
			continue
		}
		score := scoreStem
		if !inOrder {
			score = scoreBag
		}
		f.add(i, len(tokens), n, score)
	}
}

// parts adds entries that hold the sequence among their words.
func (f *finder) parts(i int, ids []uint32, factor float64) {
	if len(ids) == 1 && (common(f.words[i].text) || len(f.words[i].text) < 2 || len(f.words[i].text) == 2 && !f.upper(i)) {
		return
	}
	// The rarest word has the shortest list.
	list := f.x.holdersOf(ids[0])
	for _, id := range ids[1:] {
		if other := f.x.holdersOf(id); len(other) < len(list) {
			list = other
		}
	}
	type hit struct {
		n      uint32
		column uint32
		count  uint16
	}
	var hits []hit
	// Of a long list a part is looked at, spread over all of it: entries are ordered by column.
	step := max(1, len(list)/looked)
	for k := 0; k < len(list); k += step {
		e := &f.x.entries[list[k]]
		if int(e.count) > len(ids) && f.x.holds(e, ids) >= 0 {
			hits = append(hits, hit{list[k], e.column, e.count})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(a.count, b.count))
	})
	taken := 0
	for k, h := range hits {
		if k > 0 && hits[k-1].column != h.column {
			taken = 0
		}
		if taken++; taken > perSpan {
			continue
		}
		f.add(i, len(ids), h.n, factor*(scorePart+0.35*float64(len(ids))/float64(h.count)))
	}
}

// misspelt looks again with each word that is near the one that no value has.
func (f *finder) misspelt(i int, ids []uint32, tokens []token) {
	at := slices.IndexFunc(tokens, func(t token) bool { return len(t.near) > 0 })
	for k, t := range tokens {
		if k != at && !t.known {
			return
		}
	}
	near := tokens[at].near
	for _, id := range near[:min(len(near), 8)] {
		ids[at] = id
		f.exact(i, ids, scoreTypo)
		f.parts(i, ids, scoreTypo)
	}
}

// add notes a match, once for a span and an entry.
func (f *finder) add(i, n int, entry uint32, score float64) {
	if score <= 0 {
		return
	}
	k := key{i, n, entry}
	if at, ok := f.seen[k]; ok {
		f.out[at].Score = max(f.out[at].Score, score)
		return
	}
	e := &f.x.entries[entry]
	c := f.x.columns[e.column]
	f.seen[k] = len(f.out)
	f.out = append(f.out, custard.ValueMatch{
		Schema: c.Schema, Table: c.Table, Column: c.Column, Value: e.value,
		Start: f.words[i].start, End: f.words[i+n-1].end, Score: score,
	})
}
