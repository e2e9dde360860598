// Package values finds the values of a database that a question mentions. An index of a column's distinct values is kept
// in memory, beside the database; no value leaves it unless a question names it.
//
// Recall comes before precision: whoever asks sorts by the score.
package values

import (
	"hash/maphash"
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
type Index struct {
	columns []Column
	entries []entry
	words   []uint32            // of all entries, one after another
	ids     map[string]uint32   // of the words
	texts   []string            // by id
	stems   []uint32            // by id: the id of the word's stem
	stemIDs map[string]uint32   // of the stems
	exact   map[uint64][]uint32 // sequence of words → entries
	bags    map[uint64][]uint32 // stems without order → entries
	posting [][]uint32          // by word id → entries that hold it
	typos   []uint64            // sorted: hash of a word without one of its letters, and the word's id
	seed    maphash.Seed
}

// entry is a value of a column.
type entry struct {
	column uint32
	first  uint32 // of its words
	count  uint16
	value  string
}

// New makes an index of columns and their values.
func New(columns []Column, values [][]string) *Index {
	x := &Index{
		columns: columns, ids: map[string]uint32{}, stemIDs: map[string]uint32{},
		exact: map[uint64][]uint32{}, bags: map[uint64][]uint32{}, seed: maphash.MakeSeed(),
	}
	for c, list := range values {
		for _, v := range list {
			x.add(uint32(c), v) //nolint:gosec // far fewer columns
		}
	}
	for id, text := range x.texts {
		if len(text) >= minTypo {
			x.addTypos(uint32(id), text) //nolint:gosec // far fewer words
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
	n := uint32(len(x.entries))                                                                      //nolint:gosec // bounded by memory
	e := entry{column: column, first: uint32(len(x.words)), count: uint16(len(found)), value: value} //nolint:gosec // bounded by maxWords
	for _, w := range found {
		id := x.id(w.text)
		if !slices.Contains(x.words[e.first:], id) {
			x.posting[id] = append(x.posting[id], n)
		}
		x.words = append(x.words, id)
	}
	x.entries = append(x.entries, e)
	words := x.words[e.first:]
	h := sequence(words)
	x.exact[h] = append(x.exact[h], n)
	b := x.bag(words)
	x.bags[b] = append(x.bags[b], n)
}

// id returns a word's number, a new one for a new word.
func (x *Index) id(text string) uint32 {
	if id, ok := x.ids[text]; ok {
		return id
	}
	id := uint32(len(x.texts)) //nolint:gosec // bounded by memory
	text = strings.Clone(text)
	x.ids[text] = id
	x.texts = append(x.texts, text)
	x.posting = append(x.posting, nil)
	s := stem(text)
	sid, ok := x.stemIDs[s]
	if !ok {
		sid = uint32(len(x.stemIDs)) //nolint:gosec // no more than words
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
	words := x.words[e.first : e.first+uint32(e.count)]
	for i := 0; i+len(ids) <= len(words); i++ {
		if slices.Equal(words[i:i+len(ids)], ids) {
			return i
		}
	}
	return -1
}
