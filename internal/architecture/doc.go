// Package architecture holds the rules of the house as tests: which way imports point, where each dependency lives, and
// that nothing runs at package level. It has no code of its own.
package architecture
