package check

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// kind says where a function may stand.
type kind uint8

const (
	none       kind = iota // not on the list
	scalar                 // in an expression
	aggregates             // … over the rows of a group, or with OVER
	windows                // … with OVER only
	either                 // … with OVER, or as an aggregate WITHIN GROUP
	rows                   // in an expression or in FROM
	tableOnly              // in FROM only
)

// functionsOf is the functions that a dialect allows, by name in lower case. What is not on the list is refused: what
// writes, waits, locks, reads files, opens connections, runs SQL held in a string, changes or tells about the connection, or
// was made by a user.
func functionsOf(d custard.Dialect) map[string]kind {
	switch d {
	case custard.Postgres:
		return postgresFunctions()
	case custard.MySQL:
		return mysqlFunctions()
	case custard.SQLite:
		return sqliteFunctions()
	case custard.DuckDB:
		return duckdbFunctions()
	case custard.Snowflake:
		return snowflakeFunctions()
	default:
		return nil
	}
}

// listed makes a look-up table of lists of names.
func listed(lists map[kind]string) map[string]kind {
	size := 0
	for _, names := range lists {
		size += len(names)
	}
	out := make(map[string]kind, size/7)
	for k, names := range lists {
		for name := range strings.FieldsSeq(names) {
			out[name] = k
		}
	}
	return out
}
