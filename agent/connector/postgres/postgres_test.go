package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/connectortest"
	"github.com/custard-ai/custard/agent/connector/postgres"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
)

func open(t testing.TB, dsn string, opts connector.Options) connector.Conn {
	t.Helper()
	conn, err := postgres.Driver{}.Open(t.Context(), dsn, opts)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// cell asks for one value in a way of its own.
func cell(t testing.TB, dsn, sql string) string {
	t.Helper()
	conn, err := pgconn.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	res, err := conn.Exec(context.Background(), sql).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return string(res[0].Rows[0][0])
}

func TestSuite(t *testing.T) {
	t.Parallel()
	connectortest.Run(t, fixture)
}

func fixture(t *testing.T) connectortest.Fixture {
	dsn := pgtest.URL(t)
	pgtest.Exec(t, dsn,
		"CREATE TABLE people(id integer PRIMARY KEY, name text NOT NULL, boss integer REFERENCES people)",
		"INSERT INTO people VALUES (1, 'Ada', NULL), (2, 'Gödel 🦉', 1), (3, 'NULL', 1)",
		"CREATE VIEW seen AS SELECT * FROM people",
		"CREATE TABLE bare(a int)",
		"CREATE SEQUENCE sq",
		"CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS $$ INSERT INTO bare VALUES (1) RETURNING a $$",
		"CREATE TYPE mood AS ENUM ('sad', 'ok')",
		"CREATE DOMAIN cents AS numeric(10,2)")
	return connectortest.Fixture{
		Open:    func(t *testing.T, opts connector.Options) connector.Conn { return open(t, dsn, opts) },
		Dialect: custard.Postgres,
		Digest: func(t *testing.T) string {
			return cell(t, dsn, `SELECT concat((SELECT string_agg(p::text, ';' ORDER BY id) FROM people p), (SELECT count(*) FROM bare),
				(SELECT last_value::text || is_called FROM sq), (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE oid > 16384),
				(SELECT count(*) FROM pg_roles), (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'))`)
		},
		Running: func(t *testing.T) int {
			var n int
			_, _ = fmt.Sscan(cell(t, dsn, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'custard' AND state <> 'idle'"), &n)
			return n
		},
		Series:  func(n int) string { return fmt.Sprintf("select n, 'row '||n as s from generate_series(1,%d) n", n) },
		Wide:    func(n int) string { return fmt.Sprintf("select repeat('x',%d)", n) },
		Endless: "select count(*) from generate_series(1,1000000000000)",
		Writes: []string{
			"insert into people values (9,'x',null)", "update people set name='x'", "delete from people", "drop table people",
			"with x as (insert into bare values (1) returning a) select * from x", "with x as (delete from people returning id) select * from x",
			"select nextval('sq')", "select setval('sq', 100)", "select writes()", "select * into copied from people", "create table c(a int)",
			"select 1; insert into bare values (1)", "commit; insert into bare values (1)", "commit", "rollback", "begin", "set role postgres",
			"set transaction read write", "copy people to '/tmp/custard-people'", "copy people to stdout", "copy people to program 'true'", "do $$ begin end $$",
			"call writes()", "listen x", "notify x", "vacuum", "lock table people", "prepare p as select 1", "execute p", "declare c cursor for select 1",
			"select * from people for update", "refresh materialized view seen", "explain analyze insert into bare values (1)", "explain select 1",
			"/* x */ insert into bare values (1)", "",
		},
		Undone: []string{"select lo_create(0)", "select set_config('role','none',false)", "select set_config('statement_timeout','0',false)",
			"select pg_advisory_xact_lock(1)", "select pg_notify('x','y')"},
		Values: []connectortest.Value{
			{SQL: "select true", Text: "t", Type: custard.TypeBool},
			{SQL: "select 9223372036854775807", Text: "9223372036854775807", Type: custard.TypeInt},
			{SQL: "select (-32768)::int2", Text: "-32768", Type: custard.TypeInt},
			{SQL: "select 0.1::float8", Text: "0.1", Type: custard.TypeFloat},
			{SQL: "select 'NaN'::float4", Text: "NaN", Type: custard.TypeFloat},
			{SQL: "select '-infinity'::float8", Text: "-Infinity", Type: custard.TypeFloat},
			{SQL: "select 12345678901234567890.12345678901234567890", Text: "12345678901234567890.12345678901234567890", Type: custard.TypeDecimal},
			{SQL: "select 1.50::cents", Text: "1.50", Type: custard.TypeDecimal},
			{SQL: "select 'Zoë 🦉'", Text: "Zoë 🦉", Type: custard.TypeText},
			{SQL: "select 'a'::char(3)", Text: "a  ", Type: custard.TypeText},
			{SQL: `select '\'`, Text: `\`, Type: custard.TypeText},
			{SQL: "select date '2024-02-29'", Text: "2024-02-29", Type: custard.TypeDate},
			{SQL: "select time '23:59:59.5'", Text: "23:59:59.5", Type: custard.TypeTime},
			{SQL: "select timestamp '2024-02-29 12:00:00.123456'", Text: "2024-02-29 12:00:00.123456", Type: custard.TypeTimestamp},
			{SQL: "select timestamptz '2024-02-29 12:00:00+05:30'", Text: "2024-02-29 06:30:00+00", Type: custard.TypeTimestamp},
			{SQL: "select uuid 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", Text: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", Type: custard.TypeUUID},
			{SQL: `select jsonb '{"a": [1, null]}'`, Text: `{"a": [1, null]}`, Type: custard.TypeJSON},
			{SQL: `select bytea '\xDEADbeef'`, Text: `\xdeadbeef`, Type: custard.TypeBytes},
			{SQL: "select array[1,2,null]", Text: "{1,2,NULL}", Type: custard.TypeArray, Elem: custard.TypeInt},
			{SQL: "select array['a','b c']", Text: `{a,"b c"}`, Type: custard.TypeArray, Elem: custard.TypeText},
			{SQL: "select array[date '2024-01-01']", Text: "{2024-01-01}", Type: custard.TypeArray, Elem: custard.TypeDate},
			{SQL: "select interval '1 day 2 hours'", Text: "1 day 02:00:00", Type: custard.TypeText},
			{SQL: "select 'sad'::mood", Text: "sad", Type: custard.TypeText},
			{SQL: "select null", Text: connectortest.Null, Type: custard.TypeText},
			{SQL: "select null::int", Text: connectortest.Null, Type: custard.TypeInt},
			{SQL: "select null::timestamptz", Text: connectortest.Null, Type: custard.TypeTimestamp},
			{SQL: "values (1)", Text: "1", Type: custard.TypeInt},
			{SQL: "select current_setting('transaction_read_only')", Text: "on", Type: custard.TypeText},
			{SQL: "select current_setting('TimeZone')", Text: "UTC", Type: custard.TypeText},
			{SQL: "select current_setting('search_path')", Text: "pg_catalog,public,pg_temp", Type: custard.TypeText},
			{SQL: "select current_setting('client_connection_check_interval')", Text: "2s", Type: custard.TypeText},
			{SQL: "select current_setting('statement_timeout')", Text: "1min", Type: custard.TypeText},
		},
		Extra: map[string]func(*testing.T, connector.Conn){
			"arrays of the database's own types": func(t *testing.T, conn connector.Conn) {
				if _, err := conn.Schema(t.Context()); err != nil {
					t.Fatal(err)
				}
				for sql, elem := range map[string]custard.Type{"select array['sad'::mood]": custard.TypeText, "select array[1.5::cents]": custard.TypeDecimal} {
					res, err := conn.Query(t.Context(), custard.Statement{SQL: sql})
					if err != nil || res.Fields[0].Type != custard.TypeArray || res.Fields[0].Elem != elem {
						t.Errorf("%s: %+v, %v", sql, res, err)
					}
				}
			},
			"a plan has cost and rows": func(t *testing.T, conn connector.Conn) {
				plan, err := conn.Explain(t.Context(), "select * from generate_series(1,1000)")
				if err != nil || plan.Cost < 1 || plan.Rows != 1000 {
					t.Errorf("%+v, %v", plan, err)
				}
			},
		},
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	pgtest.Exec(t, dsn,
		"CREATE SCHEMA app", "CREATE TYPE app.mood AS ENUM ('sad')", "CREATE DOMAIN app.mail AS varchar(40)",
		`CREATE TABLE app.kinds(a bigserial, b numeric(10,2) NOT NULL, c varchar(40), d app.mood, e app.mail, f text[], g app.mood[], h timestamptz(3), "I j" jsonb,
			PRIMARY KEY (a, b), UNIQUE (c, d))`,
		"CREATE UNIQUE INDEX ON app.kinds (e) INCLUDE (h)", "CREATE UNIQUE INDEX ON app.kinds (lower(c))", "CREATE UNIQUE INDEX ON app.kinds (h) WHERE c IS NULL",
		"COMMENT ON TABLE app.kinds IS 'all of them'", `COMMENT ON COLUMN app.kinds."I j" IS 'anything'`,
		"CREATE TABLE app.refs(x bigint, y numeric, FOREIGN KEY (x, y) REFERENCES app.kinds (a, b))",
		"CREATE TABLE parts(at date, n int) PARTITION BY RANGE (at)", "CREATE TABLE parts_2024 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
		"INSERT INTO parts SELECT '2024-01-01', n FROM generate_series(1,500) n", "CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM parts",
		"ANALYZE", "CREATE TABLE hidden(a int)", "CREATE TABLE half(open int, shut int)")
	role := pgtest.Role(t, dsn, "GRANT USAGE ON SCHEMA app TO {role}", "GRANT SELECT ON ALL TABLES IN SCHEMA app TO {role}",
		"GRANT SELECT ON parts, totals TO {role}", "GRANT SELECT (open) ON half TO {role}")
	conn := open(t, role, connector.Options{})
	defer conn.Close()
	schema, err := conn.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, table := range schema.Tables {
		fmt.Fprintf(&got, "%s.%s %s %q pk=%v uk=%v fk=%v", table.Schema, table.Name, table.Kind, table.Comment, table.PrimaryKey, table.Unique, table.ForeignKeys)
		if table.Name == "parts" {
			fmt.Fprintf(&got, " rows=%d", table.Rows)
		}
		got.WriteByte('\n')
		for _, c := range table.Columns {
			fmt.Fprintf(&got, "  %s %s %s %q %v %q\n", c.Name, c.Type, c.Elem, c.DataType, c.Nullable, c.Comment)
		}
	}
	const want = `app.kinds table "all of them" pk=[a b] uk=[[c d] [e]] fk=[]
  a int  "bigint" false ""
  b decimal  "numeric(10,2)" false ""
  c text  "character varying(40)" true ""
  d text  "app.mood" true ""
  e text  "app.mail" true ""
  f array text "text[]" true ""
  g array text "app.mood[]" true ""
  h timestamp  "timestamp(3) with time zone" true ""
  I j json  "jsonb" true "anything"
app.refs table "" pk=[] uk=[] fk=[{[x y] app kinds [a b]}]
  x int  "bigint" true ""
  y decimal  "numeric" true ""
public.half table "" pk=[] uk=[] fk=[]
  open int  "integer" true ""
public.parts table "" pk=[] uk=[] fk=[] rows=500
  at date  "date" true ""
  n int  "integer" true ""
public.totals materialized view "" pk=[] uk=[] fk=[]
  count int  "bigint" true ""
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
	for _, ddl := range []string{"ALTER TABLE app.refs ADD z int", "COMMENT ON TABLE app.refs IS 'x'", "GRANT SELECT ON hidden TO public", "CREATE VIEW v AS SELECT 1", "ALTER TABLE app.refs ALTER z SET NOT NULL"} {
		before, err := conn.Fingerprint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		pgtest.Exec(t, dsn, ddl)
		after, err := conn.Fingerprint(t.Context())
		if err != nil || after == before {
			t.Errorf("%s does not change the fingerprint (%v)", ddl, err)
		}
		pgtest.Exec(t, dsn, "ANALYZE", "INSERT INTO parts VALUES ('2024-01-02', 1)")
		if again, _ := conn.Fingerprint(t.Context()); again != after {
			t.Error("statistics and rows change the fingerprint")
		}
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	base := dsn[:strings.LastIndex(dsn, "/")]
	host := base[strings.Index(base, "@")+1:]
	for _, tt := range []struct {
		dsn  string
		code custard.Code
		says string
	}{
		{"postgres://" + pgtest.PasswordRole + ":wr0ngsecret@" + host + "/postgres", custard.CodeUnauthenticated, "password"},
		{"postgres://nobody-here@" + host + "/postgres", custard.CodeUnauthenticated, "nobody-here"},
		{base + "/no_such_database?sslmode=disable", custard.CodeUnreachable, "no_such_database"},
		{base + "/postgres?sslmode=require", custard.CodeUnreachable, "TLS"},
		{"postgres://u:wr0ngsecret@127.0.0.1:1/x", custard.CodeUnreachable, "127.0.0.1:1"},
		{"postgres://u:wr0ngsecret@no-such-host.invalid/x", custard.CodeUnreachable, "no-such-host.invalid"},
		{"postgres:///x?host=/nowhere", custard.CodeUnreachable, "/nowhere"},
		{dsn + "&options=-c%20search_path=x", custard.CodeUsage, "options"},
		{dsn + "&service=x", custard.CodeUsage, "service"},
		{dsn + "&passfile=/etc/passwd", custard.CodeUsage, "passfile"},
		{dsn + "&default_query_exec_mode=simple_protocol", custard.CodeUsage, "default_query_exec_mode"},
		{dsn + "&statement_timeout=0", custard.CodeUsage, "statement_timeout"},
		{"postgres://u:wr0ngsecret@h:port/x", custard.CodeUsage, ""},
		{"postgres://u:wr0ng%zzsecret@h/x", custard.CodeUsage, ""},
		{"postgres://u:wr0ngsecret@h/x?sslmode=maybe", custard.CodeUsage, "sslmode"},
	} {
		_, err := postgres.Driver{}.Open(t.Context(), tt.dsn, connector.Options{})
		e := custard.AsError(err)
		if e == nil || e.Code != tt.code || !strings.Contains(e.Message+e.Hint, tt.says) {
			t.Errorf("%s: %v (%+v)", tt.dsn, err, e)
			continue
		}
		if strings.Contains(e.Message+e.Hint, "wr0ng") || e.Hint == "" {
			t.Errorf("%s: message %q, hint %q", tt.dsn, e.Message, e.Hint)
		}
	}
	ok := open(t, "postgres://"+pgtest.PasswordRole+":correct%20horse@"+host+"/postgres", connector.Options{})
	_ = ok.Close()
}

func TestPrivileges(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	pgtest.Exec(t, dsn, "CREATE TABLE a(x int)", "REVOKE CREATE ON SCHEMA public FROM public")
	for _, tt := range []struct {
		dsn  string
		want []string
	}{
		{dsn, []string{"is a superuser"}},
		{pgtest.Role(t, dsn, "GRANT SELECT ON a TO {role}"), nil},
		{pgtest.Role(t, dsn, "GRANT INSERT ON a TO {role}", "ALTER ROLE {role} CREATEDB", "GRANT pg_read_server_files TO {role}"),
			[]string{"may create databases", "may write to 1 table", "is a member of pg_read_server_files"}},
	} {
		conn := open(t, tt.dsn, connector.Options{})
		p, err := conn.Privileges(t.Context())
		if err != nil || fmt.Sprint(p.Excess) != fmt.Sprint(tt.want) || !strings.Contains(p.ProperBy, "GRANT SELECT ON ALL TABLES IN SCHEMA public") {
			t.Errorf("%+v, %v, want %v", p, err, tt.want)
		}
		_ = conn.Close()
	}
}

func TestTypeNamesAreTheServersOwn(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	types := strings.Split("char(3);varchar;varchar(5);bit(3);varbit(5);numeric;numeric(5);numeric(10,2);numeric(3,-2);time(2);timetz(1);timestamp(0);timestamptz;"+
		"timestamptz(3);interval(3);interval year to month;varchar(5)[];numeric(4,1)[];timestamp(3)[];interval(2)[];int[][];\"char\";name;money;inet;xml;int4range;"+
		"tsvector;oid;real;double precision;smallint;text[];bytea;json;uuid[];date[]", ";")
	var ddl, want []string
	for i, name := range types {
		ddl = append(ddl, fmt.Sprintf("c%d %s", i, name))
	}
	pgtest.Exec(t, dsn, "CREATE TABLE kinds("+strings.Join(ddl, ",")+")")
	for i := range types {
		want = append(want, cell(t, dsn, fmt.Sprintf("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'kinds'::regclass AND attname = 'c%d'", i)))
	}
	conn := open(t, dsn, connector.Options{})
	defer conn.Close()
	schema, err := conn.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range schema.Tables[0].Columns {
		if c.DataType != want[i] {
			t.Errorf("%s is named %q, want %q", types[i], c.DataType, want[i])
		}
	}
}

func TestAServerThatHungUp(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	conn := open(t, dsn, connector.Options{MaxConns: 1})
	defer conn.Close()
	for range 3 {
		pgtest.Exec(t, dsn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'custard' AND datname = current_database()")
		res, err := conn.Query(t.Context(), custard.Statement{SQL: "select 1"})
		if err != nil {
			t.Fatalf("an idle connection that the server closed is not replaced: %v", err)
		}
		if rows, err := connectortest.Rows(res); err != nil || len(rows) != 1 {
			t.Error(rows, err)
		}
	}
	// In the middle of the rows it is an error, and the next statement has a new connection.
	res, err := conn.Query(t.Context(), custard.Statement{SQL: "select n, repeat('x', 100) from generate_series(1, 5000000) n"})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range res.Batches {
		if err = e; e != nil {
			break
		}
		if n++; n == 2 {
			pgtest.Exec(t, dsn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'custard' AND datname = current_database()")
		}
	}
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUnreachable || !e.Retry {
		t.Errorf("%v (%+v)", err, e)
	}
	if _, err := conn.Query(t.Context(), custard.Statement{SQL: "select 1"}); err != nil {
		t.Error(err)
	}
}
