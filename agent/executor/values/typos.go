package values

import (
	"hash/maphash"
	"slices"
)

// minTypo is the length from which a word may be one letter off.
const minTypo = 5

// addTypos notes a word under itself and under itself without each of its letters. Two words that are one insertion,
// deletion, replacement or exchange of neighbours apart share one of these.
func (x *Index) addTypos(id uint32, text string) {
	x.typos = append(x.typos, x.typo(text, "")|uint64(id))
	for i := range len(text) {
		x.typos = append(x.typos, x.typo(text[:i], text[i+1:])|uint64(id))
	}
}

// typo hashes a text in two parts into the upper half of a number.
func (x *Index) typo(a, b string) uint64 {
	var h maphash.Hash
	h.SetSeed(x.seed)
	_, _ = h.WriteString(a) // never fail
	_, _ = h.WriteString(b)
	return h.Sum64() &^ 0xffffffff
}

// nearby returns the words of the index that are one letter off.
func (x *Index) nearby(text string) []uint32 {
	if len(text) < minTypo {
		return nil
	}
	var out []uint32
	look := func(h uint64) {
		i, _ := slices.BinarySearch(x.typos, h)
		for ; i < len(x.typos) && x.typos[i]&^0xffffffff == h; i++ {
			id := uint32(x.typos[i])
			if !slices.Contains(out, id) && oneOff(text, x.texts[id]) {
				out = append(out, id)
			}
		}
	}
	look(x.typo(text, ""))
	for i := range len(text) {
		look(x.typo(text[:i], text[i+1:]))
	}
	return out
}

// oneOff says whether one insertion, deletion, replacement or exchange of neighbours turns a into b.
func oneOff(a, b string) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch {
	case len(a)+len(b) <= 1, len(a) == 1 && len(b) == 1:
		return true
	case len(a) == 2 && len(b) == 2:
		return a[0] == b[1] && a[1] == b[0]
	}
	return false
}
