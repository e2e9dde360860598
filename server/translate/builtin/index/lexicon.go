package index

import (
	"slices"
	"strings"
	"sync"
)

// attributes maps a base adjective to the stems of the attributes that it speaks of; a minus turns the direction round.
const attributes = `old age -birth -birthday -dob -build -built -found -founded -year -open -establish -date
young age- birth+ birthday+ dob+
new date year open build found
recent date time year
late date time year
early date- time- year-
expensive price cost fee rate charge fare
cheap price- cost- fee- rate- fare-
pricey price cost
costly cost price
long length duration time runtime millisecond second minute hour
short length- duration- height- time- millisecond- second- minute- hour-
tall height elevation
high height elevation altitude price score rate
low height- elevation- altitude- price- score- rate-
large size area population capacity amount total byte
big size area population capacity amount total byte
small size- area- population- capacity- amount- total- byte-
heavy weight
light weight-
fast speed time- horsepower
slow speed- time
rich income wealth salary money asset
poor income- wealth- salary- money-
popular popularity
populous population
crowded population density
good rate score point rank- grade gpa
bad rate- score- point- rank
wide width
deep depth
strong power horsepower strength
powerful power horsepower
hot temperature
cold temperature-
warm temperature
far distance
near distance-
close distance-
successful win revenue
profitable profit
experienced experience year
busy
`

type attribute struct {
	stem string
	dir  int // 1: more of the adjective means a greater value; -1 a smaller one
}

type lexicon struct {
	synonyms map[string][]string
	abbrev   map[string][]string
	attrs    map[string][]attribute
	degree   map[string]degree // inflected adjective → its base and degree
}

type degree struct {
	base        string
	superlative bool
}

// words is the lexicon, read at first use.
var words = sync.OnceValue(func() *lexicon {
	l := &lexicon{
		synonyms: map[string][]string{}, abbrev: map[string][]string{},
		attrs: map[string][]attribute{}, degree: map[string]degree{},
	}
	for line := range strings.Lines(synonymGroups) {
		stems := Stems(strings.Fields(line))
		for _, a := range stems {
			for _, b := range stems {
				if a != b {
					l.synonyms[a] = append(l.synonyms[a], b)
				}
			}
		}
	}
	for line := range strings.Lines(abbreviations) {
		f := strings.Fields(line)
		if _, ok := l.abbrev[f[0]]; !ok {
			l.abbrev[f[0]] = f[1:]
		}
	}
	for line := range strings.Lines(attributes) {
		f := strings.Fields(line)
		for _, a := range f[1:] {
			at := attribute{stem: a, dir: 1}
			if a[0] == '-' || a[len(a)-1] == '-' {
				at.dir = -1
			}
			at.stem = Stem(strings.Trim(a, "+-"))
			l.attrs[f[0]] = append(l.attrs[f[0]], at)
		}
		l.inflect(f[0])
	}
	l.degree["best"], l.degree["better"] = degree{"good", true}, degree{"good", false}
	l.degree["worst"], l.degree["worse"] = degree{"bad", true}, degree{"bad", false}
	l.degree["latest"], l.degree["later"] = degree{"late", true}, degree{"late", false}
	l.degree["eldest"], l.degree["elder"] = degree{"old", true}, degree{"old", false}
	l.degree["furthest"], l.degree["farthest"] = degree{"far", true}, degree{"far", true}
	return l
})

// inflect adds the comparative and the superlative of a short adjective.
func (l *lexicon) inflect(base string) {
	stem := base
	switch {
	case len(base) > 7:
		return
	case strings.HasSuffix(base, "e"):
		stem = base[:len(base)-1]
	case strings.HasSuffix(base, "y"):
		stem = base[:len(base)-1] + "i"
	case len(base) == 3 && base != "old" && base != "low" && base != "new" && base != "far" && base != "bad":
		stem = base + base[2:]
	}
	l.degree[stem+"est"], l.degree[stem+"er"] = degree{base, true}, degree{base, false}
}

// Adjective says what an adjective, in any degree, speaks of: 'oldest' gives base 'old'. ok is false for other words.
func Adjective(word string) (base string, superlative, comparative, ok bool) {
	l := words()
	if d, found := l.degree[word]; found {
		return d.base, d.superlative, !d.superlative, true
	}
	if _, found := l.attrs[word]; found {
		return word, false, false, true
	}
	return "", false, false, false
}

// AttributeDirection says whether more of an adjective means a greater (1) or smaller (-1) value of an attribute with
// these stems; 0 where the adjective does not speak of it.
func AttributeDirection(base string, stems []string) int {
	for _, a := range words().attrs[base] {
		if slices.Contains(stems, a.stem) {
			return a.dir
		}
	}
	return 0
}
