// Package index prepares a schema for questions: the words of its names, what each column is for, how tables join; and
// finds what a question mentions of it.
//
// New makes an Index of a schema, once; it is read-only afterwards and safe for concurrent use. Index.Read reads a
// question: its tokens, the tables, columns and values that they name, numbers, and cues (comparatives, superlatives,
// aggregates, negation, 'each', sort words …).
package index
