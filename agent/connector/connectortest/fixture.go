// Package connectortest is the suite that every connector must pass.
package connectortest

import (
	"testing"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// Fixture is a database that the suite asks. It must hold
//
//   - people(id integer primary key, name text not null, boss integer references people), with the rows (1, Ada, NULL),
//     (2, Gödel 🦉, 1) and (3, NULL-like text 'NULL', 1);
//   - seen, a view of people;
//   - bare, an empty table with one column a.
type Fixture struct {
	// Open opens the database; the suite closes the connection.
	Open func(t *testing.T, opts connector.Options) connector.Conn
	// Dialect is the database's.
	Dialect custard.Dialect
	// Digest sums up the database's content by a way of its own, so that a change shows.
	Digest func(t *testing.T) string
	// Running counts the connector's statements at the database; nil where the database cannot tell.
	Running func(t *testing.T) int

	Values []Value // one for each type that the database has
	// Series returns a statement that yields n rows: the numbers from 1 in column n and a text in column s.
	Series func(n int) string
	// Wide returns a statement that yields one cell of n bytes.
	Wide func(n int) string
	// Endless is a statement that ends only when it is stopped, before its first row.
	Endless string
	// Writes are texts that would change the database, or get round the read-only mode.
	Writes []string
	// Undone are texts that the engine may run, but whose effect must not last.
	Undone []string
	// Extra are checks of the connector's own.
	Extra map[string]func(t *testing.T, conn connector.Conn)
}

// Value is an expression and what a result must say of it.
type Value struct {
	SQL  string // selects one cell
	Text string // its text; Null for NULL
	Type custard.Type
	Elem custard.Type
}

// Null is the text that stands for NULL where the suite compares cells.
const Null = "<null>"

// Rows reads a result to its end as texts.
func Rows(res *custard.Result) ([][]string, error) {
	var out [][]string
	for b, err := range res.Batches {
		if err != nil {
			return out, err
		}
		r := b.Reader()
		for range b.Rows {
			row := make([]string, b.Width)
			for i := range row {
				text, null, ok := r.Next()
				if !ok {
					return out, custard.Errorf(custard.CodeInternal, "a batch has fewer cells than it says")
				}
				row[i] = string(text)
				if null {
					row[i] = Null
				}
			}
			out = append(out, row)
		}
		if err := r.Err(); err != nil {
			return out, err
		}
	}
	return out, nil
}
