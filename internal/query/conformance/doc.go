// Package conformance reads what package print wrote with parsers that Custard had no hand in: PostgreSQL's own grammar,
// and TiDB's parser for MySQL. What they understand must be what our tree says: exactly one SELECT, the same tables, the
// same functions.
//
// It is a module of its own, because PostgreSQL's grammar is C: `cd internal/query/conformance && go test ./...` builds it
// once, in a minute or two, and skips the PostgreSQL half where there is no C compiler.
package conformance
