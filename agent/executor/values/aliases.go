package values

import (
	"strings"
	"sync"
)

// aliases maps a phrase of folded words to the other ways to say it in a cell: people and nations, whose cells are
// often an adjective, a code or a letter.
var aliases = sync.OnceValue(func() map[string][]string { //nolint:gochecknoglobals // made when it is first asked for
	groups := [...]string{
		"female|females|woman|women|girl|girls|f", "male|males|man|men|boy|boys|m",
		"usa|us|united states|united states of america|america|american|u s",
		"uk|united kingdom|great britain|britain|british|gb|gbr", "england|english",
		"canada|canadian|can", "mexico|mexican|mex", "brazil|brazilian|bra", "argentina|argentinian|argentine|arg", "chile|chilean",
		"colombia|colombian", "peru|peruvian", "cuba|cuban", "france|french|fra", "germany|german|ger|deu", "italy|italian|ita",
		"spain|spanish|esp", "portugal|portuguese|por", "netherlands|dutch|holland|ned", "belgium|belgian|bel", "austria|austrian|aut",
		"switzerland|swiss|sui", "sweden|swedish|swe", "norway|norwegian|nor", "denmark|danish|den", "finland|finnish|fin",
		"ireland|irish|irl", "scotland|scottish", "wales|welsh", "poland|polish|pol", "russia|russian|rus", "ukraine|ukrainian",
		"greece|greek|gre", "turkey|turkish|tur", "hungary|hungarian", "romania|romanian", "bulgaria|bulgarian", "croatia|croatian",
		"serbia|serbian", "czech republic|czech|czechia", "slovakia|slovak", "iceland|icelandic", "israel|israeli", "egypt|egyptian",
		"south africa|south african|rsa", "nigeria|nigerian", "kenya|kenyan", "ethiopia|ethiopian", "morocco|moroccan",
		"china|chinese|chn", "japan|japanese|jpn", "south korea|korea|korean|kor", "india|indian|ind", "pakistan|pakistani",
		"vietnam|vietnamese", "thailand|thai", "indonesia|indonesian", "philippines|filipino|philippine", "malaysia|malaysian",
		"iran|iranian", "iraq|iraqi", "saudi arabia|saudi", "australia|australian|aus", "new zealand|new zealander|nzl",
		"europe|european", "asia|asian", "africa|african",
	}
	out := make(map[string][]string, 4*len(groups))
	for _, g := range groups {
		all := strings.Split(g, "|")
		for _, phrase := range all {
			out[phrase] = append(out[phrase], all...)
		}
	}
	return out
})

// aliased adds the entries that say a span in another way.
func (f *finder) aliased(i, n int) {
	var phrase strings.Builder
	phrase.WriteString(f.words[i].text)
	for _, w := range f.words[i+1 : i+n] {
		phrase.WriteString(" " + w.text)
	}
	others := aliases()[phrase.String()]
	if others == nil && n == 1 {
		others = aliases()[strings.TrimSuffix(phrase.String(), "s")]
	}
	if n == 1 && len(phrase.String()) < 3 && !f.upper(i) {
		return // 'us' is a pronoun, 'US' a country
	}
	f.coded(i, n, phrase.String())
	for _, other := range others {
		if other == phrase.String() {
			continue
		}
		if ids, ok := f.x.known(strings.Fields(other)); ok {
			f.alike(i, n, ids, scoreName)
		}
	}
}

// abbreviated adds entries that are an abbreviation of a span, or that a span abbreviates: LA and Los Angeles, Comp. Sci.
// and computer science, prof and professors.
func (f *finder) abbreviated(i, n int) {
	if n == 1 {
		w := f.words[i].text
		if len(w) >= 2 && len(w) <= 5 && f.upper(i) {
			for e := range lookup(f.x.initials, initialsOf(strings.Split(w, ""))) {
				if f.startsWith(e, strings.Split(w, ""), false) {
					f.add(i, 1, e, scoreInitials)
				}
			}
		}
		for size := min(5, len(w)-3); size >= 3; size-- {
			if ids, ok := f.x.known([]string{w[:size]}); ok {
				f.alike(i, 1, ids, scoreShort)
			}
		}
		return
	}
	words := make([]string, n)
	var letters strings.Builder
	for k := range words {
		words[k] = f.words[i+k].text
		if f.tokens[i+k].common && k != 1 {
			return
		}
		letters.WriteString(words[k][:1])
	}
	for e := range lookup(f.x.initials, initialsOf(words)) {
		if f.startsWith(e, words, true) {
			f.add(i, n, e, scoreAlias)
		}
	}
	if f.title(i) && f.title(i+n-1) {
		if ids, ok := f.x.known([]string{letters.String()}); ok {
			f.alike(i, n, ids, scoreInitials)
		}
	}
}

// startsWith compares an entry with words, word by word: whole says that the entry's words begin the given ones, else
// the given ones begin the entry's.
func (f *finder) startsWith(n uint32, words []string, whole bool) bool {
	e := &f.x.entries[n]
	if int(e.count) != len(words) {
		return false
	}
	shorter := false
	for k, id := range f.x.wordsOf(e) {
		short, long := f.x.texts[id], words[k]
		if !whole {
			short, long = long, short
		}
		if !strings.HasPrefix(long, short) || whole && len(short) < 3 && short != long {
			return false
		}
		shorter = shorter || len(short) < len(long)
	}
	return shorter
}

// alike adds the entries that are a sequence of words, for a span of n words.
func (f *finder) alike(i, n int, ids []uint32, score float64) {
	for e := range lookup(f.x.exact, sequence(ids)) {
		if entry := &f.x.entries[e]; int(entry.count) == len(ids) && f.x.holds(entry, ids) == 0 {
			f.add(i, n, e, score)
		}
	}
}

// known returns the numbers of words; false where one occurs in no value.
func (x *Index) known(words []string) ([]uint32, bool) {
	ids := make([]uint32, len(words))
	for k, w := range words {
		id, ok := x.ids[w]
		if !ok {
			return nil, false
		}
		ids[k] = id
	}
	return ids, true
}

// upper says whether a word of the question is written in capitals.
func (f *finder) upper(i int) bool {
	text := f.text[f.words[i].start:f.words[i].end]
	return text == strings.ToUpper(text) && text != strings.ToLower(text)
}

// title says whether a word of the question begins with a capital.
func (f *finder) title(i int) bool {
	c := f.text[f.words[i].start]
	return c >= 'A' && c <= 'Z'
}

// initialsOf hashes the first letters of words.
func initialsOf(words []string) uint64 {
	h := uint64(14695981039346656037)
	for _, w := range words {
		h = (h ^ uint64(w[0])) * 1099511628211
		h ^= h >> 29
	}
	return h
}
