// Package e2e drives the programs as people and scripts do: a story each in testdata, run as real processes. It has no
// code of its own.
package e2e
