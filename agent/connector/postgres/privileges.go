package postgres

import (
	"context"
	"strings"

	"github.com/custard-ai/custard/agent/connector"
)

const (
	queryRole = `SELECT current_user, current_database(), rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
		has_database_privilege(current_database(), 'CREATE') FROM pg_roles WHERE rolname = current_user`

	queryMemberships = `SELECT rolname FROM pg_roles WHERE rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program',
		'pg_write_all_data', 'pg_signal_backend', 'pg_maintain', 'pg_checkpoint', 'pg_create_subscription', 'pg_database_owner')
		AND pg_has_role(oid, 'USAGE') ORDER BY rolname`

	queryRights = `SELECT count(*) FILTER (WHERE pg_has_role(c.relowner, 'USAGE')),
		count(*) FILTER (WHERE has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(c.oid, 'INSERT, UPDATE')),
		coalesce(string_agg(DISTINCT quote_ident(n.nspname), ', '), 'public')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE` + ours

	queryCreate = `SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
		AND has_schema_privilege(oid, 'CREATE') ORDER BY nspname`
)

// Privileges says what the role may do beyond reading.
func (c *Conn) Privileges(ctx context.Context) (*connector.Privileges, error) {
	p := &connector.Privileges{}
	var database, schemas string
	var super bool
	var member, create []string
	add := func(has bool, what string) {
		if has {
			p.Excess = append(p.Excess, what)
		}
	}
	yes := func(b []byte) bool { return string(b) == "t" }
	err := c.read(ctx, func(query int, row [][]byte) error {
		switch query {
		case 0:
			p.Role, database, super = string(row[0]), string(row[1]), yes(row[2])
			if super {
				p.Excess = []string{"is a superuser"}
				return nil
			}
			add(yes(row[3]), "may create databases")
			add(yes(row[4]), "may create roles")
			add(yes(row[5]), "may start replication")
			add(yes(row[6]), "sees rows that row-level security hides from others")
			add(yes(row[7]), "may create schemas in the database")
		case 1:
			member = append(member, string(row[0]))
		case 2:
			schemas = string(row[2])
			if !super {
				add(number(row[0]) > 0, "owns "+tables(row[0]))
				add(number(row[1]) > 0, "may write to "+tables(row[1]))
			}
		case 3:
			create = append(create, string(row[0]))
		}
		return nil
	}, queryRole, queryMemberships, queryRights, queryCreate)
	if err != nil {
		return nil, err
	}
	if !super {
		add(len(member) > 0, "is a member of "+strings.Join(member, ", "))
		add(len(create) > 0, "may create objects in the schemas "+strings.Join(create, ", "))
	}
	p.ProperBy = proper(quote(database), schemas)
	return p, nil
}

func tables(count []byte) string {
	if string(count) == "1" {
		return "1 table"
	}
	return string(count) + " tables"
}

// proper returns the statements that make a role which may only read.
func proper(database, schemas string) string {
	return `CREATE ROLE custard_reader LOGIN PASSWORD 'choose one' NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 8;
ALTER ROLE custard_reader SET default_transaction_read_only = on;
GRANT CONNECT ON DATABASE ` + database + ` TO custard_reader;
GRANT USAGE ON SCHEMA ` + schemas + ` TO custard_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA ` + schemas + ` TO custard_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA ` + schemas + ` GRANT SELECT ON TABLES TO custard_reader;
`
}
