package executor_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "modernc.org/sqlite" // writes the fixtures

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/connector/connectortest"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
)

// database is a real database of one kind with the same content: t(id, name) with 2,000 rows, secret(k), and
// orders(id, customer, city).
type database struct {
	name   string
	dsn    string
	exec   func(t testing.TB, statements ...string)
	digest func(t testing.TB) string
}

func databases(t testing.TB) []database {
	t.Helper()
	content := []string{
		"create table t(id integer primary key, name text)",
		"create table secret(k text)", "insert into secret values ('planted')",
		"create table orders(id integer primary key, customer text not null, city text)",
		"insert into orders values (1,'Ada Lovelace','New York'),(2,'Kurt Gödel','Wien'),(3,'Ada Lovelace',null)",
		"create view seen as select customer from orders",
	}
	path := filepath.Join(t.TempDir(), "test.db")
	lite := database{name: "sqlite", dsn: path}
	lite.exec = func(t testing.TB, statements ...string) {
		t.Helper()
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, s := range statements {
			if _, err := db.ExecContext(context.Background(), s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	lite.digest = func(t testing.TB) string {
		t.Helper()
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	lite.exec(t, append(content, "with recursive r(n) as (select 1 union all select n+1 from r limit 2000) insert into t select n, 'name '||n from r")...)

	url := pgtest.URL(t)
	pg := database{name: "postgres", dsn: url}
	pg.exec = func(t testing.TB, statements ...string) { t.Helper(); pgtest.Exec(t, url, statements...) }
	pg.digest = func(t testing.TB) string {
		t.Helper()
		conn, err := pgconn.Connect(context.Background(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		res, err := conn.Exec(context.Background(), `select (select md5(string_agg(t::text, ';' order by id)) from t), (select string_agg(k, ',') from secret),
			(select string_agg(relname, ',' order by relname) from pg_class where oid > 16384), (select count(*) from pg_roles where rolname !~ '^r_'),
			(select count(*) from pg_proc where oid > 16384), (select count(*) from pg_largeobject_metadata)`).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%s", res[0].Rows)
	}
	pg.exec(t, append(content, "insert into t select n, 'name '||n from generate_series(1,2000) n", "create sequence sq")...)
	return []database{lite, pg}
}

func connect(t testing.TB, dsn string, opts executor.Options) (*executor.Executor, connector.Conn) {
	t.Helper()
	driver, conn, err := all.Open(t.Context(), dsn, connector.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := executor.New(driver, conn, opts)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e, conn
}

// source is what runs statements: the executor, or the connection below it.
type source interface {
	Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error)
}

func ask(t testing.TB, src source, sql string, limits custard.Limits) (*custard.Result, [][]string, error) {
	t.Helper()
	res, err := src.Query(t.Context(), custard.Statement{SQL: sql, Limits: limits})
	if err != nil {
		return nil, nil, err
	}
	rows, err := connectortest.Rows(res)
	return res, rows, err
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for _, db := range databases(t) {
		e, _ := connect(t, db.dsn, executor.Options{})
		for _, tt := range []struct {
			sql       string
			limit     int64
			want      string
			code      custard.Code
			truncated bool
		}{
			{sql: "SELECT count(*) FROM T", want: "[[2000]]"},
			{sql: "select customer from orders where city is null -- comment", want: "[[Ada Lovelace]]"},
			{sql: "select id from t order by id", limit: 2, want: "[[1] [2]]", truncated: true},
			{sql: "select id from t order by id limit 2", limit: 2, want: "[[1] [2]]"},
			{sql: "select id from t order by id limit 2", limit: 3, want: "[[1] [2]]"},
			{sql: "select id from orders order by id", limit: 3, want: "[[1] [2] [3]]"},
			{sql: "select 1", want: "[[1]]"},
			{sql: "select id from nope", code: custard.CodeUnknownTable},
			{sql: "select nope from t", code: custard.CodeUnknownColumn},
			{sql: "insert into t values (0,'x')", code: custard.CodeRefused},
			{sql: "select 1; select 2", code: custard.CodeRefused},
			{sql: "selec 1", code: custard.CodeRefused},
		} {
			res, rows, err := ask(t, e, tt.sql, custard.Limits{Rows: tt.limit})
			if tt.code != "" {
				if got := custard.AsError(err); got == nil || got.Code != tt.code && tt.sql != "selec 1" {
					t.Errorf("%s: %s: %v", db.name, tt.sql, err)
				}
				continue
			}
			if err != nil || fmt.Sprint(rows) != tt.want || res.Truncated() != tt.truncated {
				t.Errorf("%s: %s: %v, %v", db.name, tt.sql, rows, err)
			}
		}
		if plan, err := e.Explain(t.Context(), custard.Statement{SQL: "select * from orders"}); err != nil || !strings.Contains(plan.Text, "orders") {
			t.Errorf("%s: plan %+v, %v", db.name, plan, err)
		}
		if _, err := e.Explain(t.Context(), custard.Statement{SQL: "delete from orders"}); err == nil {
			t.Errorf("%s: a plan of a DELETE", db.name)
		}
		// A table that is younger than the schema that is known.
		db.exec(t, "create table young(a int)", "insert into young values (7)")
		if _, rows, err := ask(t, e, "select a from young", custard.Limits{}); err != nil || fmt.Sprint(rows) != "[[7]]" {
			t.Errorf("%s: a young table: %v, %v", db.name, rows, err)
		}
	}
}

func TestSchemaIsKept(t *testing.T) {
	t.Parallel()
	for _, db := range databases(t) {
		dir := filepath.Join(t.TempDir(), "cache")
		opts := executor.Options{CacheDir: dir, CacheKey: "k", SchemaAge: time.Nanosecond}
		first, _ := connect(t, db.dsn, opts)
		a, err := first.Schema(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		again, err := first.Schema(t.Context(), false)
		if err != nil || again != a {
			t.Errorf("%s: the same schema was read twice (%v)", db.name, err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Fatalf("%s: %v, %v", db.name, entries, err)
		}
		if info, err := entries[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: others may read the cache: %v, %v", db.name, info.Mode(), err)
		}
		db.exec(t, "create table later(a int)")
		second, _ := connect(t, db.dsn, opts) // what is kept is out of date
		b, err := second.Schema(t.Context(), false)
		if err != nil || b.Table("", "later") == nil || b.Fingerprint == a.Fingerprint {
			t.Errorf("%s: a schema out of date was taken from disk: %v", db.name, err)
		}
		third, _ := connect(t, db.dsn, opts)
		c, err := third.Schema(t.Context(), false)
		if err != nil || c.Fingerprint != b.Fingerprint || len(c.Tables) != len(b.Tables) {
			t.Errorf("%s: from disk: %+v, %v", db.name, c, err)
		}
		if d, err := third.Schema(t.Context(), true); err != nil || d == c {
			t.Errorf("%s: refresh did not ask the database: %v", db.name, err)
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, db := range databases(t) {
		opts := executor.Options{CacheDir: filepath.Join(t.TempDir(), "cache"), CacheKey: "k", ValueWait: time.Minute}
		for _, when := range []string{"made", "from disk"} {
			e, _ := connect(t, db.dsn, opts)
			for _, tt := range []struct{ text, column, value string }{
				{"orders of ada lovelace", "customer", "Ada Lovelace"},
				{"orders from New York", "city", "New York"},
				{"what did godel buy", "customer", "Kurt Gödel"},
			} {
				got, err := e.Values(t.Context(), custard.ValuesRequest{Text: tt.text})
				if err != nil || len(got) == 0 || got[0].Table != "orders" || got[0].Column != tt.column || got[0].Value != tt.value {
					t.Errorf("%s, %s: %s: %+v, %v", db.name, when, tt.text, got, err)
				}
			}
		}
		e, _ := connect(t, db.dsn, executor.Options{})
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if _, err := e.Values(t.Context(), custard.ValuesRequest{Text: "x"}); err == nil {
			t.Errorf("%s: values of a closed database", db.name)
		}
	}
}

func TestKeyHasNoPassword(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"postgres://u:one@h/d", "postgres://u:two@h/d"},
		{"postgres://u@h/d?password=one&sslmode=disable", "postgres://u@h/d?password=two&sslmode=disable"},
	} {
		if executor.Key("postgres", pair[0]) != executor.Key("postgres", pair[1]) {
			t.Errorf("the key of %s depends on the password", pair[0])
		}
	}
	if executor.Key("postgres", "postgres://u@h/d") == executor.Key("postgres", "postgres://u@h/e") {
		t.Error("two databases have one key")
	}
	path := filepath.Join(t.TempDir(), "f.db")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := executor.Key("sqlite", path)
	if before != executor.Key("sqlite", "sqlite:"+path) {
		t.Error("a file has two keys")
	}
	if err := os.WriteFile(path, []byte("xy"), 0o600); err != nil {
		t.Fatal(err)
	}
	if executor.Key("sqlite", path) == before {
		t.Error("a file that has changed has the same key")
	}
}
