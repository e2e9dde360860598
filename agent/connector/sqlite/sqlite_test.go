package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // writes the fixtures

	"github.com/custard-ai/custard/agent/connector"
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
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
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
