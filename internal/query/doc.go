// Package query holds the one tree for a read-only query: what package parse reads from each dialect's text, what
// package check resolves against a schema, what the built-in engine writes directly, and what package print writes
// in each dialect.
//
// The tree cannot say INSERT, COPY, SET, CALL, FOR UPDATE or INTO: there is no node for them, so they cannot slip
// through. A node's Pos is the byte offset in the text that it was read from, plus one; zero for a node that was made.
// Parentheses are not in the tree: print writes them where precedence asks for them.
package query
