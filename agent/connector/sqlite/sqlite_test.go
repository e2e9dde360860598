package sqlite_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // writes the fixtures

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/connectortest"
	"github.com/custard-ai/custard/agent/connector/sqlite"
	"github.com/custard-ai/custard/internal/custard"
)

// database makes a file with what the statements make and opens it as the connector does.
func database(t testing.TB, opts connector.Options, statements ...string) (connector.Conn, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	write(t, path, statements...)
	conn, err := sqlite.Driver{}.Open(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn, path
}

func write(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// rows reads a result to its end: each cell's text, NULL as <null>.
func rows(t testing.TB, conn connector.Conn, stmt custard.Statement) (*custard.Result, [][]string, error) {
	t.Helper()
	res, err := conn.Query(t.Context(), stmt)
	if err != nil {
		return nil, nil, err
	}
	var out [][]string
	for b, err := range res.Batches {
		if err != nil {
			return res, out, err
		}
		rd := b.Reader()
		for range b.Rows {
			var row []string
			for range b.Width {
				text, null, _ := rd.Next()
				if null {
					row = append(row, "<null>")
				} else {
					row = append(row, string(text))
				}
			}
			out = append(out, row)
		}
	}
	return res, out, nil
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	conn, _ := database(t, connector.Options{}, "create table t(id integer primary key, n text)", "insert into t values(1,'a')",
		"create virtual table f using fts5(body)", "insert into f values('hello world')",
		"create virtual table r using rtree(id,x0,x1)", "insert into r values(1,2,3)")
	for _, tt := range []struct {
		sql  string
		code custard.Code
	}{
		{"insert into t values(3,'b')", custard.CodeRefused},
		{"delete from t returning *", custard.CodeRefused},
		{"insert into r_node values(9,x'00')", custard.CodeRefused},
		{"attach 'x' as y", custard.CodeRefused},
		{"pragma query_only=0", custard.CodeRefused},
		{"pragma user_version", custard.CodeRefused},
		{"select 1; select 2", custard.CodeRefused},
		{"select * from sqlite_master", custard.CodeRefused},
		{"select * from pragma_table_list", custard.CodeRefused},
		{"select count(*) from sqlite_dbpage", custard.CodeRefused},
		{"select zeroblob(10)", custard.CodeRefused},
		{"select load_extension('x')", custard.CodeRefused},
		{"begin", custard.CodeRefused},
		{"vacuum", custard.CodeRefused},
		{"explain select 1", custard.CodeRefused},
		{"select nope from t", custard.CodeUnknownColumn},
		{`select "nope" from t`, custard.CodeUnknownColumn},
		{"select * from nope", custard.CodeUnknownTable},
		{"select ?", custard.CodeSyntax},
		{"", custard.CodeSyntax},
		{"-- nothing", custard.CodeSyntax},
		{"select 1\x00; drop table t", custard.CodeSyntax},
	} {
		_, _, err := rows(t, conn, custard.Statement{SQL: tt.sql})
		if got := custard.AsError(err); got == nil || got.Code != tt.code {
			t.Errorf("%s: %v, want %s", tt.sql, err, tt.code)
		}
	}
	for _, sql := range []string{"select * from t", "select bm25(f) from f where f match 'hello'", "select * from r where x0 > 1"} {
		if _, got, err := rows(t, conn, custard.Statement{SQL: sql}); err != nil || len(got) != 1 {
			t.Errorf("%s: %v, %v", sql, got, err)
		}
	}
}

func TestSuite(t *testing.T) {
	t.Parallel()
	connectortest.Run(t, fixture)
}

func fixture(t *testing.T) connectortest.Fixture {
	path := filepath.Join(t.TempDir(), "suite.db")
	write(t, path, "create table people(id integer primary key, name text not null, boss int references people)",
		"insert into people values (1,'Ada',null),(2,'Gödel 🦉',1),(3,'NULL',1)",
		"create view seen as select * from people", "create table bare(a int)",
		"create table kinds(b boolean, i int, f real, m decimal(10,2), x text, d date, ts datetime, tm time, j json, u uuid, y blob, z)",
		`insert into kinds values(1, -9223372036854775808, 0.1, 12.5, 'Zoë 🦉', '2024-02-29', '2024-02-29T12:00:00Z', '12:30', '{"a": 1}',
			'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', x'00ff', 'z')`,
		"create table odd(i int, b boolean, d date, y blob)", "insert into odd values('word', 2, 1700000000, 'text')")
	series := "with recursive r(n) as (select 1 union all select n+1 from r limit %d) select n, 'row '||n as s from r"
	return connectortest.Fixture{
		Open: func(t *testing.T, opts connector.Options) connector.Conn {
			conn, err := sqlite.Driver{}.Open(t.Context(), path, opts)
			if err != nil {
				t.Fatal(err)
			}
			return conn
		},
		Dialect: custard.SQLite,
		Digest: func(t *testing.T) string {
			t.Helper()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%x %s", sha256.Sum256(data), names)
		},
		Series:  func(n int) string { return fmt.Sprintf(series, n) },
		Wide:    func(n int) string { return fmt.Sprintf("select printf('%%.*c', %d, 'x')", n) },
		Endless: "with recursive r(n) as (select 1 union all select n+1 from r) select count(*) from r",
		Writes: []string{
			"insert into people values (9,'x',null)", "update people set name='x'", "delete from people", "drop table people",
			"delete from people returning *", "create table c(a)", "create temp table c(a)", "select 1; insert into bare values (1)",
			"attach 'other.db' as o", "attach ':memory:' as o", "detach main", "vacuum", "vacuum into 'copy.db'", "pragma query_only=0",
			"pragma user_version=1", "pragma writable_schema=1", "pragma hard_heap_limit=1", "pragma journal_mode=wal", "select * from pragma_user_version",
			"begin", "commit", "savepoint a", "reindex", "analyze", "select load_extension('x')", "select writefile('x','y')", "select zeroblob(1)",
			"select randomblob(1)", "create virtual table temp.v using fts5(x)", "explain insert into bare values (1)", "explain query plan select 1",
			"select * from sqlite_schema", "select count(*) from dbstat", "select * from sqlite_dbpage", "with d as (select 1) delete from people", "",
		},
		Values: []connectortest.Value{
			{SQL: "select b from kinds", Text: "t", Type: custard.TypeBool},
			{SQL: "select i from kinds", Text: "-9223372036854775808", Type: custard.TypeInt},
			{SQL: "select f from kinds", Text: "0.1", Type: custard.TypeFloat},
			{SQL: "select m from kinds", Text: "12.5", Type: custard.TypeDecimal},
			{SQL: "select x from kinds", Text: "Zoë 🦉", Type: custard.TypeText},
			{SQL: "select d from kinds", Text: "2024-02-29", Type: custard.TypeDate},
			{SQL: "select ts from kinds", Text: "2024-02-29 12:00:00+00", Type: custard.TypeTimestamp},
			{SQL: "select tm from kinds", Text: "12:30", Type: custard.TypeTime},
			{SQL: "select j from kinds", Text: `{"a": 1}`, Type: custard.TypeJSON},
			{SQL: "select u from kinds", Text: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", Type: custard.TypeUUID},
			{SQL: "select y from kinds", Text: `\x00ff`, Type: custard.TypeBytes},
			{SQL: "select z from kinds", Text: "z", Type: custard.TypeText},
			{SQL: "select i from odd", Text: "word", Type: custard.TypeText},
			{SQL: "select b from odd", Text: "2", Type: custard.TypeInt},
			{SQL: "select d from odd", Text: "1700000000", Type: custard.TypeInt},
			{SQL: "select y from odd", Text: "text", Type: custard.TypeText},
			{SQL: "select null", Text: connectortest.Null, Type: custard.TypeText},
			{SQL: "select i from kinds where 0 union all select null", Text: connectortest.Null, Type: custard.TypeInt},
			{SQL: "select 1.5", Text: "1.5", Type: custard.TypeFloat},
			{SQL: "select 1e300*1e300", Text: "Infinity", Type: custard.TypeFloat},
			{SQL: "select 1e15", Text: "1e+15", Type: custard.TypeFloat},
			{SQL: "select 9007199254740993", Text: "9007199254740993", Type: custard.TypeInt},
			{SQL: "select date('2024-01-31')", Text: "2024-01-31", Type: custard.TypeDate},
			{SQL: "select datetime('2024-01-31')", Text: "2024-01-31 00:00:00", Type: custard.TypeTimestamp},
			{SQL: "select x'c3a9'", Text: `\xc3a9`, Type: custard.TypeBytes},
			{SQL: "select cast(x'ff41' as text)", Text: "\uFFFDA", Type: custard.TypeText},
			{SQL: "select max(d) from kinds", Text: "2024-02-29", Type: custard.TypeDate},
			{SQL: "select instr('héllo','l') ", Text: "3", Type: custard.TypeInt},
			{SQL: "select instr(x'c3a96c', x'6c')", Text: "3", Type: custard.TypeInt},
			{SQL: "select instr('abc','')", Text: "1", Type: custard.TypeInt},
			{SQL: "select instr(null,'a')", Text: connectortest.Null, Type: custard.TypeText},
			{SQL: "select replace('banana','an','')", Text: "ba", Type: custard.TypeText},
			{SQL: "select replace('an','an','')", Text: "", Type: custard.TypeText},
			{SQL: "select replace(121,1,'x')", Text: "x2x", Type: custard.TypeText},
			{SQL: "select replace('abc','','x')", Text: "abc", Type: custard.TypeText},
			{SQL: "select replace('abc','b',null)", Text: connectortest.Null, Type: custard.TypeText},
		},
	}
}

func TestLaterRowsKeepTheirValue(t *testing.T) {
	t.Parallel()
	conn, _ := database(t, connector.Options{}, "create table t(i int)",
		"with recursive r(n) as (select 1 union all select n+1 from r limit 2000) insert into t select n from r",
		"insert into t values ('word'), (1.5), (x'00ff'), (null)")
	res, got, err := rows(t, conn, custard.Statement{SQL: "select i from t order by rowid"})
	if err != nil || res.Fields[0].Type != custard.TypeInt {
		t.Fatalf("%+v, %v", res, err)
	}
	for i, want := range []string{"2000", "word", "1.5", `\x00ff`, "<null>"} {
		if got[1999+i][0] != want {
			t.Errorf("row %d is %q, want %q", 1999+i, got[1999+i][0], want)
		}
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	conn, _ := database(t, connector.Options{},
		"create table a(id integer primary key, d date, v decimal(10,2) not null, g int generated always as (id*2) stored, unique(d,v))",
		"create unique index a_v on a(v) where v > 0", "create unique index a_e on a(abs(v))", "create unique index a_g on a(g)",
		"create table w(k text, n int, x, primary key(n,k)) without rowid",
		"create table c(aa int references A, k text, n int, foreign key(n,k) references w, foreign key(k) references gone(z))",
		"insert into a(id,d,v) values(1,'2024-01-01',1),(7,'2024-01-02',2)",
		"create view vv as select id, v*2 as twice from a", "create view broken as select * from not_there",
		"create virtual table f using fts5(body)", "create virtual table r using rtree(id,x0,x1)",
		`create table "odd "" name"("a b" text)`)
	schema, err := conn.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, table := range schema.Tables {
		fmt.Fprintf(&got, "%s %s rows=%d pk=%v uk=%v fk=%v\n", table.Name, table.Kind, table.Rows, table.PrimaryKey, table.Unique, table.ForeignKeys)
		for _, c := range table.Columns {
			fmt.Fprintf(&got, "  %s %s %q %v\n", c.Name, c.Type, c.DataType, c.Nullable)
		}
	}
	const want = `a table rows=7 pk=[id] uk=[[g] [d v]] fk=[]
  id int "INTEGER" false
  d date "date" true
  v decimal "decimal(10,2)" false
  g int "INT" true
c table rows=0 pk=[] uk=[] fk=[{[n k] main w [n k]} {[aa] main a [id]}]
  aa int "INT" true
  k text "TEXT" true
  n int "INT" true
f table rows=-1 pk=[] uk=[] fk=[]
  body text "" true
odd " name table rows=0 pk=[] uk=[] fk=[]
  a b text "TEXT" true
r table rows=-1 pk=[] uk=[] fk=[]
  id int "INT" true
  x0 float "REAL" true
  x1 float "REAL" true
vv view rows=-1 pk=[] uk=[] fk=[]
  id int "INTEGER" true
  twice text "" true
w table rows=-1 pk=[n k] uk=[] fk=[]
  k text "TEXT" false
  n int "INT" false
  x text "" true
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole := filepath.Join(dir, "whole.db")
	write(t, whole, "create table t(a)", "insert into t values (1)")
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		dsn  string
		code custard.Code
		says string
	}{
		{filepath.Join(dir, "missing.db"), custard.CodeUnreachable, "no file"},
		{dir, custard.CodeUsage, "folder"},
		{file("empty.db", ""), custard.CodeUsage, "empty"},
		{file("text.db", "hello, this is no database"), custard.CodeUsage, "not a SQLite database"},
		{file("short.db", "SQLite format 3\x00"), custard.CodeUsage, "not a"},
		{file("duck.db", "12345678DUCKxxxxxxxxx"), custard.CodeUsage, "DuckDB"},
		{file("torn.db", string(data[:2000])+strings.Repeat("x", 6000)), custard.CodeFailed, "damaged"},
		{"sqlite:", custard.CodeUsage, "no SQLite file"},
		{"sqlite::memory:", custard.CodeUsage, "not a file"},
		{"sqlite:file:x?mode=rw", custard.CodeUsage, "not a file"},
		{"sqlite:" + whole + "?mode=rwc", custard.CodeUsage, "no parameters"},
	} {
		_, err := sqlite.Driver{}.Open(t.Context(), tt.dsn, connector.Options{})
		e := custard.AsError(err)
		if e == nil || e.Code != tt.code || !strings.Contains(e.Message+" "+e.Hint, tt.says) {
			t.Errorf("%s: %v", tt.dsn, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "missing.db")); err == nil {
		t.Error("opening made a file")
	}
	for _, dsn := range []string{whole, "sqlite:" + whole, "sqlite://" + whole} {
		conn, err := sqlite.Driver{}.Open(t.Context(), dsn, connector.Options{})
		if err != nil {
			t.Errorf("%s: %v", dsn, err)
			continue
		}
		_ = conn.Close()
	}
	odd := file("odd.extension", string(data))
	for dsn, want := range map[string]bool{"x.db": true, "x.SQLITE": true, "sqlite:x": true, odd: true, "postgres://h/x.db": false, filepath.Join(dir, "no"): false, dir: false} {
		if got := (sqlite.Driver{}).Accepts(dsn); got != want {
			t.Errorf("Accepts(%s) is %v", dsn, got)
		}
	}
}

// TestWALInAFolderThatMayNotBeWritten needs a user whom permissions bind.
func TestWALInAFolderThatMayNotBeWritten(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := filepath.Join(t.TempDir(), "shut")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "wal.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"pragma journal_mode=wal", "create table t(a)"} {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	_ = db.Close()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	_, err = sqlite.Driver{}.Open(t.Context(), path, connector.Options{})
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUnreachable || !strings.Contains(e.Hint, "WAL") {
		t.Errorf("%v (%+v)", err, e)
	}
}
