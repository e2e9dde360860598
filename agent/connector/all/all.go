// Package all lists the connectors. A new database is one folder beside it and one line here.
package all

import (
	"context"
	"strings"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/postgres"
	"github.com/custard-ai/custard/agent/connector/sqlite"
	"github.com/custard-ai/custard/internal/custard"
)

// Drivers returns every connector, in the order in which they are asked whether they accept a DSN.
func Drivers() []connector.Driver {
	return []connector.Driver{postgres.Driver{}, sqlite.Driver{}}
}

// Find returns the driver that accepts a DSN or a file. CodeUsage where none does.
func Find(dsn string) (connector.Driver, error) {
	for _, d := range Drivers() {
		if d.Accepts(dsn) {
			return d, nil
		}
	}
	return nil, unknown(dsn)
}

// Open opens a DSN or a file with the driver that accepts it. Errors are the driver's; CodeUsage where none accepts it.
func Open(ctx context.Context, dsn string, opts connector.Options) (connector.Driver, connector.Conn, error) {
	d, err := Find(dsn)
	if err != nil {
		return nil, nil, err
	}
	conn, err := d.Open(ctx, dsn, opts)
	if err != nil {
		return nil, nil, err
	}
	return d, conn, nil
}

// unknown says what can be opened instead. It repeats the scheme alone: what follows may hold a password.
func unknown(dsn string) error {
	const supported = "Supported: postgres://user@host/database, sqlite:PATH, or the name of a SQLite file."
	scheme, _, found := strings.Cut(dsn, ":")
	if !found || strings.ContainsAny(scheme, `/\ @`) {
		if dsn == "" {
			return custard.Errorf(custard.CodeUsage, "no database is named").WithHint(supported)
		}
		return custard.Errorf(custard.CodeUsage, "this is neither a database URL nor a SQLite file that exists").WithHint(supported)
	}
	switch scheme = strings.ToLower(scheme); scheme {
	case "mysql", "mariadb", "mongodb", "mongodb+srv", "snowflake", "duckdb":
		return custard.Errorf(custard.CodeUsage, "this version cannot open %s databases yet", strings.TrimSuffix(scheme, "+srv")).WithHint(supported)
	}
	return custard.Errorf(custard.CodeUsage, "%s: is not a database that Custard knows", scheme).WithHint(supported)
}
