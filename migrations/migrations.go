// Package migrations holds the statements that make and change the server's database, numbered, one folder a dialect.
//
// A migration is a pair NNNN_name.up.sql and NNNN_name.down.sql, the same number and name in both folders. All statements
// of a file run inside one transaction with the note that it was applied, so a file begins and ends none itself. A file
// that was released never changes: what should be otherwise goes into the next one. "--bun:split" on a line of its own
// parts statements that the driver must get one by one.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// For returns the migrations of a dialect, which is "sqlite" or "postgres".
func For(dialect string) (fs.FS, error) {
	switch dialect {
	case "sqlite", "postgres":
		return fs.Sub(files, dialect)
	}
	return nil, fmt.Errorf("there are no migrations for %q", dialect)
}
