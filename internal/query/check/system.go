package check

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// systemTable says whether a name that the schema does not have is one of the database's own catalogues.
func (r *resolver) systemTable(n query.Name) bool {
	name := strings.ToLower(n.Last().Name)
	for _, q := range n[:len(n)-1] {
		switch strings.ToLower(q.Name) {
		case "information_schema", "pg_catalog", "pg_toast", "pg_temp", "mysql", "performance_schema", "sys", "snowflake", "account_usage",
			"organization_usage", "admin", "temp", "system", "sqlite_temp_master":
			return true
		}
		if strings.HasPrefix(strings.ToLower(q.Name), "pg_") {
			return true
		}
	}
	switch r.rules.dialect {
	case custard.Postgres:
		return strings.HasPrefix(name, "pg_")
	case custard.SQLite:
		return strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "pragma_") || name == "dbstat" || name == "bytecode"
	case custard.DuckDB:
		return strings.HasPrefix(name, "duckdb_") || strings.HasPrefix(name, "pragma_") || strings.HasPrefix(name, "pg_") || strings.HasPrefix(name, "sqlite_")
	default:
		return false
	}
}

// shadowed says whether the database would find a catalogue of its own by a table's name alone.
func (r *resolver) shadowed(name string) bool {
	return r.rules.dialect == custard.Postgres && strings.HasPrefix(name, "pg_")
}

func (r *resolver) refuseSystem(n query.Name) {
	hint := "Ask for the tables of the schema; 'custard schema' lists them."
	r.refuse(hint, "%s belongs to the database's own catalogues, which are not read", written(n))
}
