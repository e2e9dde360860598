// Package values finds the values of a database that a question mentions. An index of a column's distinct values is kept
// in memory, beside the database; no value leaves it unless a question names it.
//
// Recall comes before precision: whoever asks sorts by the score.
package values

import (
	"hash/maphash"
	"iter"
	"slices"
	"strings"
)

const (
	maxWords  = 16  // of a value that are indexed
	maxLength = 160 // bytes of a value; longer ones are prose
)

// Column names the column that values belong to.
type Column struct {
	Schema, Table, Column string
}

// Index holds the values of columns. It is made by New, then read-only and safe for concurrent use.
//
// All tables are flat and sorted: a map of lists would take longer to make than a question waits.
type Index struct {
	columns  []Column
	entries  []entry
	words    []uint32          // of all entries, one after another
	ids      map[string]uint32 // of the words
	texts    []string          // by id
	stems    []uint32          // by id: the number of the word's stem
	stemIDs  map[string]uint32 // of the stems
	exact    []uint64          // sorted: the upper bits of a sequence's hash, and the entry
	bags     []uint64          // the same for stems without order
	initials []uint64          // the same for the first letters of two to five words
	holders  []uint32          // entries that hold a word, word by word
	starts   []uint32          // by id: where its holders begin
	typos    []uint64          // sorted: hash of a word without one of its letters, and the word's id
	seed     maphash.Seed
}

// entry is a value of a column.
type entry struct {
	column uint32
	first  uint32 // of its words
	count  uint16
	value  string
}

const (
	entryBits = 24 // of exact and bags: up to 16 million values
	entryMask = 1<<entryBits - 1
)

// New makes an index of columns and their values.
func New(columns []Column, values [][]string) *Index {
	total := 0
	for _, list := range values {
		total += len(list)
	}
	x := &Index{
		columns: columns, entries: make([]entry, 0, total), words: make([]uint32, 0, 3*total),
		ids: make(map[string]uint32, total/4), stemIDs: make(map[string]uint32, total/4),
		exact: make([]uint64, 0, total), bags: make([]uint64, 0, total), seed: maphash.MakeSeed(),
	}
	for c, list := range values {
		for _, v := range list {
			if len(x.entries) < entryMask {
				x.add(uint32(c), v)
			}
		}
	}
	slices.Sort(x.exact)
	slices.Sort(x.bags)
	slices.Sort(x.initials)
	x.hold()
	for id, text := range x.texts {
		if len(text) >= minTypo && !strings.ContainsAny(text, "0123456789") {
			x.addTypos(uint32(id), text)
		}
	}
	slices.Sort(x.typos)
	return x
}

// Len returns the number of values.
func (x *Index) Len() int { return len(x.entries) }

func (x *Index) add(column uint32, value string) {
	if len(value) > maxLength {
		return
	}
	found := split(value, maxWords)
	if len(found) == 0 {
		return
	}
	n := uint64(len(x.entries))
	e := entry{column: column, first: uint32(len(x.words)), count: uint16(len(found)), value: value}
	for _, w := range found {
		x.words = append(x.words, x.id(w.text))
	}
	x.entries = append(x.entries, e)
	words := x.words[e.first:]
	x.exact = append(x.exact, sequence(words)&^entryMask|n)
	x.bags = append(x.bags, x.bag(words)&^entryMask|n)
	if len(found) >= 2 && len(found) <= 5 {
		var first [5]string
		for i, w := range found {
			first[i] = w.text
		}
		x.initials = append(x.initials, initialsOf(first[:len(found)])&^entryMask|n)
	}
}

// hold lists the entries that hold each word.
func (x *Index) hold() {
	x.starts = make([]uint32, len(x.texts)+1)
	once := func(each func(id uint32, n int)) {
		for n := range x.entries {
			words := x.wordsOf(&x.entries[n])
			for i, id := range words {
				if !slices.Contains(words[:i], id) {
					each(id, n)
				}
			}
		}
	}
	once(func(id uint32, _ int) { x.starts[id+1]++ })
	for i := range x.texts {
		x.starts[i+1] += x.starts[i]
	}
	x.holders = make([]uint32, x.starts[len(x.texts)])
	next := slices.Clone(x.starts)
	once(func(id uint32, n int) {
		x.holders[next[id]] = uint32(n)
		next[id]++
	})
}

// holdersOf returns the entries that hold a word.
func (x *Index) holdersOf(id uint32) []uint32 { return x.holders[x.starts[id]:x.starts[id+1]] }

func (x *Index) wordsOf(e *entry) []uint32 { return x.words[e.first : e.first+uint32(e.count)] }

// lookup yields the entries of a sorted table that may have a hash.
func lookup(table []uint64, hash uint64) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		hash &^= entryMask
		i, _ := slices.BinarySearch(table, hash)
		for ; i < len(table) && table[i]&^entryMask == hash; i++ {
			if !yield(uint32(table[i] & entryMask)) {
				return
			}
		}
	}
}

// id returns a word's number, a new one for a new word.
func (x *Index) id(text string) uint32 {
	if id, ok := x.ids[text]; ok {
		return id
	}
	id := uint32(len(x.texts))
	text = strings.Clone(text)
	x.ids[text] = id
	x.texts = append(x.texts, text)
	s := stem(text)
	sid, ok := x.stemIDs[s]
	if !ok {
		sid = uint32(len(x.stemIDs))
		x.stemIDs[s] = sid
	}
	x.stems = append(x.stems, sid)
	return id
}

// sequence hashes words in their order (FNV-1a over the numbers).
func sequence(ids []uint32) uint64 {
	h := uint64(14695981039346656037)
	for _, id := range ids {
		h = (h ^ uint64(id)) * 1099511628211
		h ^= h >> 29
	}
	return h
}

// bag hashes the stems of words without their order.
func (x *Index) bag(ids []uint32) uint64 {
	var room [maxWords]uint32
	stems := room[:0]
	for _, id := range ids {
		stems = append(stems, x.stems[id])
	}
	slices.Sort(stems)
	return sequence(stems)
}

// holds says where an entry's words hold a sequence; -1 where they do not.
func (x *Index) holds(e *entry, ids []uint32) int {
	words := x.wordsOf(e)
	for i := 0; i+len(ids) <= len(words); i++ {
		if slices.Equal(words[i:i+len(ids)], ids) {
			return i
		}
	}
	return -1
}
