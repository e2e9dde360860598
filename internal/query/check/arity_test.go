package check

import (
	"database/sql"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/internal/query/parse"
)

// Whatever a number of arguments is said of can be called at all.
func TestAritiesAreOfListedFunctions(t *testing.T) {
	t.Parallel()
	for _, d := range []custard.Dialect{custard.SQLite, custard.Postgres, custard.MySQL} {
		for name, a := range aritiesOf(d) {
			if functionsOf(d)[name] == none {
				t.Errorf("%s: %s is on no list", d, name)
			}
			if a.least > a.most {
				t.Errorf("%s: %s takes %+v", d, name, a)
			}
		}
	}
}

// The engine that Custard carries tells itself what its functions take.
func TestSQLiteAritiesAreTheEngines(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT name, narg FROM pragma_function_list")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	real := map[string]arity{}
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		one := arity{least: n, most: n}
		if n < 0 {
			one = arity{least: max(0, -2-n), most: manyArgs}
		}
		a, ok := real[name]
		if ok {
			one = arity{least: min(a.least, one.least), most: max(a.most, one.most)}
		}
		real[name] = one
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for name := range sqliteFunctions() {
		want, known := real[name]
		got, ok := sqliteArities()[name]
		switch {
		case !known || want == arity{most: manyArgs} && (!ok || got.pairs):
		case name == "current_date", name == "current_time", name == "current_timestamp": // words without parentheses
		case got != want:
			t.Errorf("%s takes %v, not %v", name, want, got)
		}
	}
	for name := range sqliteArities() {
		if _, ok := real[name]; !ok {
			t.Errorf("the engine has no %s", name)
		}
	}
}

// What PostgreSQL's own catalogue allows is within what is said here; what is said may be wider, for later releases.
func TestPostgresAritiesAreTheCatalogues(t *testing.T) {
	t.Parallel()
	db, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	var version int
	if err := db.QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int / 10000").Scan(&version); err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(t.Context(), `SELECT proname::text, min(pronargs - pronargdefaults)::int,
			max(CASE WHEN provariadic <> 0 THEN $2::int ELSE pronargs END)::int
		FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY($1) GROUP BY 1`,
		slices.Sorted(maps.Keys(postgresArities())), manyArgs)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := 0
	for rows.Next() {
		var name string
		var least, most int
		if err := rows.Scan(&name, &least, &most); err != nil {
			t.Fatal(err)
		}
		found++
		said := postgresArities()[name]
		if name == "count" {
			least = 1 // without arguments it is written with a star
		}
		if said.least > least && !said.pairs || said.most < most {
			t.Errorf("%s takes %d to %d, not %v", name, least, most, said)
		}
		if wider := said.least < least || said.most > most; wider && !widened(name) {
			t.Errorf("%s takes %d to %d only; %v is wider for no reason that is written down", name, least, most, said)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if found < 200 {
		t.Errorf("release %d has %d functions of the list only", version, found)
	}
}

// widened says whether a later release takes more than PostgreSQL 15.
func widened(name string) bool {
	switch name {
	case "random", "generate_series", "json_strip_nulls", "jsonb_strip_nulls":
		return true
	}
	return false
}

// A call that the engine refuses is refused with the number that it takes, one that it runs is not.
func TestNumberOfArguments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d          custard.Dialect
		call, want string
	}{
		{custard.SQLite, "substr('x')", "substr takes 2 or 3 arguments, not 1"},
		{custard.SQLite, "round()", "round takes 1 or 2 arguments, not 0"},
		{custard.SQLite, "round(1, 2, 3)", "round takes 1 or 2 arguments, not 3"},
		{custard.SQLite, "coalesce(x)", "coalesce takes at least 2 arguments, not 1"},
		{custard.SQLite, "iif(x > 1)", "iif takes at least 2 arguments, not 1"},
		{custard.SQLite, "json_object('a')", "json_object takes pairs of arguments, not 1"},
		{custard.SQLite, "row_number(x) OVER (ORDER BY x)", "row_number takes no arguments, not 1"},
		{custard.SQLite, "date()", ""},
		{custard.SQLite, "count()", ""},
		{custard.SQLite, "count(*)", ""},
		{custard.SQLite, "max(x)", ""},
		{custard.SQLite, "max(x, 1, 2)", ""},
		{custard.SQLite, "json_object()", ""},
		{custard.SQLite, "group_concat(DISTINCT x)", ""},
		{custard.SQLite, "lag(x, 1, 0) OVER (ORDER BY x)", ""},
		{custard.Postgres, "string_agg(s)", "string_agg takes 2 arguments, not 1"},
		{custard.Postgres, "split_part(s, ',')", "split_part takes 3 arguments, not 2"},
		{custard.Postgres, "date_trunc('month')", "date_trunc takes 2 or 3 arguments, not 1"},
		{custard.Postgres, "round(x, 1, 2)", "round takes 1 or 2 arguments, not 3"},
		{custard.Postgres, "substr(s)", "substr takes 2 or 3 arguments, not 1"},
		{custard.Postgres, "coalesce()", "coalesce takes at least 1 argument, not 0"},
		{custard.Postgres, "nullif(x)", "nullif takes 2 arguments, not 1"},
		{custard.Postgres, "json_build_object('a', 1, 'b')", "json_build_object takes pairs of arguments, not 3"},
		{custard.Postgres, "json_build_object(VARIADIC ARRAY['a', '1'])", ""},
		{custard.Postgres, "make_interval(days => 3)", ""},
		{custard.Postgres, "coalesce(x)", ""},
		{custard.Postgres, "count(*)", ""},
		{custard.Postgres, "count(DISTINCT (x, s))", ""},
		{custard.Postgres, "percentile_cont(0.5) WITHIN GROUP (ORDER BY x)", ""},
		{custard.Postgres, "rank() OVER (ORDER BY x)", ""},
		{custard.Postgres, "substring(s FROM 2 FOR 3)", ""},
		{custard.Postgres, "row_to_json(a)", ""},
		{custard.MySQL, "ifnull(x)", "ifnull takes 2 arguments, not 1"},
		{custard.MySQL, "datediff(x)", "datediff takes 2 arguments, not 1"},
		{custard.MySQL, "count(DISTINCT x, s)", ""},
		{custard.MySQL, "timestampdiff(DAY, s, s)", ""},
		{custard.MySQL, "substring(s FROM 2)", ""},
		{custard.MySQL, "group_concat(s ORDER BY x SEPARATOR ';')", ""},
		{custard.DuckDB, "round(1, 2, 3)", ""},
	} {
		refusedAs(t, c.d, "SELECT "+c.call+" FROM a", c.want)
	}
}

// refusedAs checks a statement about a (x, s), and asks the engine where there is one whether it is of the same mind.
func refusedAs(t *testing.T, d custard.Dialect, text, want string) {
	t.Helper()
	schema := &custard.Schema{Dialect: d, DefaultSchema: "main", Tables: []*custard.Table{{Schema: "main", Name: "a", Columns: []*custard.Column{
		{Name: "x", Type: custard.TypeInt, DataType: "integer"}, {Name: "s", Type: custard.TypeText, DataType: "text"},
	}}}}
	tree, err := parse.Parse(d, text)
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return
	}
	_, err = Check(tree, NewIndex(schema), Options{Dialect: d, Repair: true})
	switch {
	case want == "" && err != nil:
		t.Errorf("%s %s: %v", d, text, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s %s: %v, want %s", d, text, err, want)
	case want != "" && (custard.AsError(err).Code != custard.CodeSyntax || custard.AsError(err).Hint == ""):
		t.Errorf("%s %s: %s, hint %q", d, text, custard.AsError(err).Code, custard.AsError(err).Hint)
	}
	switch d {
	case custard.SQLite:
		db, err := sql.Open("sqlite", ":memory:")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		if _, err := db.ExecContext(t.Context(), "CREATE TABLE a (x INTEGER, s TEXT); INSERT INTO a VALUES (1, 'b')"); err != nil {
			t.Fatal(err)
		}
		var n int
		err = db.QueryRowContext(t.Context(), "SELECT count(*) FROM (SELECT * FROM ("+text+") LIMIT 10)").Scan(&n)
		if err == nil { // count(*) alone may leave the columns uncomputed
			_, err = db.ExecContext(t.Context(), "CREATE TABLE copied AS "+text)
		}
		if (err != nil) != (want != "") {
			t.Errorf("%s: the engine says %v", text, err)
		}
	case custard.Postgres:
		db, err := pgx.Connect(t.Context(), pgtest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close(t.Context())
		if _, err := db.Exec(t.Context(), "CREATE TABLE a (x integer, s text); INSERT INTO a VALUES (1, 'b')"); err != nil {
			t.Fatal(err)
		}
		if _, err = db.Exec(t.Context(), text); (err != nil) != (want != "") {
			t.Errorf("%s: the database says %v", text, err)
		}
	}
}

// What is computed after rows are grouped has a name that WHERE and GROUP BY cannot use, whatever the database looks up first.
func TestNamesOfAggregates(t *testing.T) {
	t.Parallel()
	for _, d := range []custard.Dialect{custard.SQLite, custard.Postgres} {
		for text, want := range map[string]string{
			"SELECT s, count(*) AS n FROM a GROUP BY s, n":                                          "'n' is an aggregate of the select list and cannot stand in GROUP BY",
			"SELECT s, sum(x) + 1 AS n FROM a GROUP BY n":                                           "'n' is an aggregate of the select list and cannot stand in GROUP BY",
			"SELECT s, count(*) FROM a GROUP BY 1, 2":                                               "'2' is an aggregate of the select list and cannot stand in GROUP BY",
			"SELECT s, count(*) AS n FROM a WHERE n > 1 GROUP BY s":                                 "'n' is an aggregate of the select list and cannot stand in WHERE",
			"SELECT s, rank() OVER (ORDER BY x) AS n FROM a WHERE n = 1":                            "'n' is a window function of the select list and cannot stand in WHERE",
			"SELECT s, rank() OVER (ORDER BY x) AS n FROM a GROUP BY n":                             "'n' is a window function of the select list and cannot stand in GROUP BY",
			"SELECT s, count(*) AS x FROM a GROUP BY s, x":                                          "",
			"SELECT s, count(*) AS n FROM a GROUP BY s HAVING count(*) > 0 ORDER BY n":              "",
			"SELECT upper(s) AS n, count(*) FROM a GROUP BY n":                                      "",
			"SELECT (SELECT max(x) FROM a) AS n, count(*) AS c FROM a GROUP BY n":                   "",
			"SELECT (SELECT count(*) FROM a AS b WHERE b.x = a.x) AS n, count(*) FROM a GROUP BY 1": "",
			"SELECT n FROM (SELECT s, count(*) AS n FROM a GROUP BY s) AS t WHERE n > 0 GROUP BY n": "",
			"SELECT DISTINCT count(*) AS n FROM a GROUP BY s ORDER BY n":                            "",
		} {
			refusedAs(t, d, text, want)
		}
	}
}
