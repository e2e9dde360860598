package custard

// Dialect names the language that a database speaks.
type Dialect string

// The dialects. MySQL covers MariaDB, Postgres covers Supabase.
const (
	Postgres  Dialect = "postgres"
	MySQL     Dialect = "mysql"
	SQLite    Dialect = "sqlite"
	DuckDB    Dialect = "duckdb"
	Snowflake Dialect = "snowflake"
	MongoDB   Dialect = "mongodb"
)

// Served returns the dialects whose databases this release's agents can open, the common ones first. It stands here, and not
// with the connectors, because servers and clients list it and know no connector; agent/connector/all tests that both agree.
func Served() []Dialect { return []Dialect{Postgres, SQLite} }

// Valid says whether d is one of the dialects above.
func (d Dialect) Valid() bool {
	switch d {
	case Postgres, MySQL, SQLite, DuckDB, Snowflake, MongoDB:
		return true
	}
	return false
}
