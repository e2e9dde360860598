package print_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/print"
)

// The short ways to make nodes, as an engine makes them: without positions.
func col(names ...string) *query.Column {
	c := &query.Column{}
	for _, n := range names {
		c.Name = append(c.Name, query.ID(n))
	}
	return c
}

func str(s string) *query.String { return &query.String{Value: s} }

func num(s string) *query.Number { return &query.Number{Text: s} }

func bin(l query.Expr, op string, r query.Expr) *query.Binary {
	return &query.Binary{Op: op, L: l, R: r}
}

func typ(name string, args ...string) *query.Type {
	return &query.Type{Name: query.Name{{Name: name}}, Args: args}
}

func fn(name string, args ...query.Expr) *query.Func {
	f := &query.Func{Name: query.Name{{Name: name}}}
	for _, a := range args {
		f.Args = append(f.Args, query.Arg{Value: a})
	}
	return f
}

func sel(items ...query.Expr) *query.Query {
	s := &query.Select{}
	for _, e := range items {
		s.Items = append(s.Items, query.Item{Expr: e})
	}
	return &query.Query{Body: s}
}

func trunc(unit string, x query.Expr) *query.DateTrunc { return &query.DateTrunc{Unit: unit, X: x} }

func extract(field string, x query.Expr) *query.Extract { return &query.Extract{Field: field, X: x} }

func interval(n, unit string) *query.Interval { return &query.Interval{Value: num(n), Unit: unit} }

// date is a value whose type every dialect knows.
func date(s string) *query.Cast {
	return &query.Cast{X: str(s), Type: typ("date"), Style: query.CastLiteral}
}

func timestamp(s string) *query.Cast {
	return &query.Cast{X: str(s), Type: typ("timestamp"), Style: query.CastLiteral}
}

// neutral are expressions that the engine writes without a dialect in mind, with the text that a database answers.
var neutral = []struct {
	name string
	expr query.Expr
	want string
}{
	{"year", trunc("YEAR", date("2024-05-17")), "2024-01-01"},
	{"first quarter", trunc("QUARTER", date("2024-03-31")), "2024-01-01"},
	{"second quarter", trunc("QUARTER", date("2024-05-17")), "2024-04-01"},
	{"third quarter", trunc("QUARTER", date("2024-07-01")), "2024-07-01"},
	{"last quarter", trunc("QUARTER", date("2024-12-31")), "2024-10-01"},
	{"month", trunc("MONTH", date("2024-02-29")), "2024-02-01"},
	{"week of a Sunday", trunc("WEEK", date("2024-05-19")), "2024-05-13"},
	{"week of a Monday", trunc("WEEK", date("2024-05-13")), "2024-05-13"},
	{"week over the year", trunc("WEEK", date("2025-01-01")), "2024-12-30"},
	{"day", trunc("DAY", timestamp("2024-05-17 13:14:15")), "2024-05-17"},
	{"hour", trunc("HOUR", timestamp("2024-05-17 13:14:15")), "2024-05-17 13:00:00"},
	{"minute", trunc("MINUTE", timestamp("2024-05-17 13:14:15")), "2024-05-17 13:14:00"},
	{"of the year", extract("YEAR", date("2024-05-17")), "2024"},
	{"of the quarter", extract("QUARTER", date("2024-05-17")), "2"},
	{"times a quarter", bin(num("10"), "*", extract("QUARTER", date("2024-05-17"))), "20"},
	{"of the month", extract("MONTH", date("2024-05-17")), "5"},
	{"of the week", extract("WEEK", date("2025-01-01")), "1"},
	{"of the day", extract("DAY", date("2024-05-17")), "17"},
	{"of the weekday of a Sunday", extract("DOW", date("2024-05-19")), "0"},
	{"of the ISO weekday of a Sunday", extract("ISODOW", date("2024-05-19")), "7"},
	{"of the day in the year", extract("DOY", date("2024-12-31")), "366"},
	{"of the ISO year", extract("ISOYEAR", date("2024-12-30")), "2025"},
	{"of the hour", extract("HOUR", timestamp("2024-05-17 13:14:15")), "13"},
	{"of the minute", extract("MINUTE", timestamp("2024-05-17 13:14:15")), "14"},
	{"days later", cast(bin(date("2024-02-28"), "+", interval("3", "DAY")), "date"), "2024-03-02"},
	{"weeks earlier", cast(bin(date("2024-02-28"), "-", interval("2", "WEEK")), "date"), "2024-02-14"},
	{"months later, shorter", cast(bin(date("2024-01-31"), "+", interval("1", "MONTH")), "date"), "2024-02-29"},
	{"quarters earlier", cast(bin(date("2024-05-01"), "-", interval("1", "QUARTER")), "date"), "2024-02-01"},
	{"years earlier", cast(bin(date("2024-02-29"), "-", interval("1", "YEAR")), "date"), "2023-02-28"},
	{"hours later", bin(timestamp("2024-02-28 23:00:00"), "+", interval("2", "HOUR")), "2024-02-29 01:00:00"},
	{"computed days later", cast(bin(date("2024-02-28"), "+", &query.Interval{Value: bin(num("1"), "+", num("2")), Unit: "DAY"}), "date"), "2024-03-02"},
	{"computed quarters earlier", cast(bin(date("2024-05-01"), "-", &query.Interval{Value: bin(num("1"), "+", num("0")), Unit: "QUARTER"}), "date"), "2024-02-01"},
	{"day in a text", cast(bin(date("2024-02-28"), "+", &query.Interval{Value: str("1 day")}), "date"), "2024-02-29"},
	{"concatenation", bin(bin(str("a"), "||", str("b\\'")), "||", str("c")), "ab\\'c"},
	{"concatenation in a comparison", caseWhen(bin(bin(str("a"), "||", str("b")), "=", str("ab")), str("yes")), "yes"},
	{"integer", cast(str("12"), "integer"), "12"},
	{"text", cast(num("12"), "text"), "12"},
	{"floating point", bin(cast(num("1"), "double precision"), "/", num("4")), "0.25"},
	{"sums in products", bin(bin(num("1"), "+", num("2")), "*", bin(num("3"), "-", bin(num("4"), "-", num("1")))), "0"},
	{"signs", bin(num("1"), "-", &query.Unary{Op: "-", X: &query.Unary{Op: "-", X: num("-1")}}), "2"},
	{"ilike", caseWhen(&query.Like{Op: "ILIKE", X: str("50% OFF"), Pattern: str(`50\% o%`)}, str("yes")), "yes"},
	{"same", caseWhen(&query.Is{Not: true, What: query.IsDistinct, X: &query.Null{}, Y: &query.Null{}}, str("yes")), "yes"},
	{"other", caseWhen(&query.Is{What: query.IsDistinct, X: &query.Null{}, Y: num("1")}, str("yes")), "yes"},
	{"not the other way round", caseWhen(&query.Unary{Op: "NOT", X: bin(bin(num("1"), "=", num("2")), "AND", &query.Bool{Value: true})}, str("yes")), "yes"},
	{"any", caseWhen(&query.Quantified{Op: "=", X: num("1"), Query: sel(num("1"))}, str("yes")), "yes"},
}

func cast(x query.Expr, name string) *query.Cast { return &query.Cast{X: x, Type: typ(name)} }

func caseWhen(cond, then query.Expr) *query.Case {
	return &query.Case{Whens: []query.When{{Cond: cond, Then: then}}}
}

func TestNeutralSQLite(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, tt := range neutral {
		text := printed(t, custard.SQLite, sel(tt.expr))
		var got string
		if err := db.QueryRowContext(t.Context(), text).Scan(&got); err != nil {
			t.Errorf("%s: %s: %v", tt.name, text, err)
		} else if got != tt.want {
			t.Errorf("%s: %s is %s, want %s", tt.name, text, got, tt.want)
		}
	}
}

func printed(t *testing.T, d custard.Dialect, q *query.Query) string {
	t.Helper()
	text, err := print.SQL(d, q)
	if err != nil {
		t.Fatalf("print: %v", err)
	}
	return text
}

func TestNeutralSpelling(t *testing.T) {
	t.Parallel()
	at := col("at")
	for _, tt := range []struct {
		dialect custard.Dialect
		expr    query.Expr
		want    string
	}{
		{custard.Postgres, trunc("MONTH", at), "CAST(date_trunc('month', at) AS date)"},
		{custard.Postgres, trunc("HOUR", at), "date_trunc('hour', at)"},
		{custard.MySQL, trunc("MONTH", at), "CAST(DATE_FORMAT(at, '%Y-%m-01') AS DATE)"},
		{custard.MySQL, trunc("QUARTER", at), "DATE_ADD(MAKEDATE(YEAR(at), 1), INTERVAL QUARTER(at) - 1 QUARTER)"},
		{custard.MySQL, trunc("WEEK", at), "DATE_SUB(DATE(at), INTERVAL WEEKDAY(at) DAY)"},
		{custard.SQLite, trunc("WEEK", at), "date(at, '-6 days', 'weekday 1')"},
		{custard.DuckDB, trunc("YEAR", at), "CAST(date_trunc('year', at) AS DATE)"},
		{custard.MySQL, extract("DOW", at), "DAYOFWEEK(at) - 1"},
		{custard.MySQL, extract("YEAR", at), "EXTRACT(YEAR FROM at)"},
		{custard.MySQL, bin(num("2"), "*", extract("DOW", at)), "2 * (DAYOFWEEK(at) - 1)"},
		{custard.Postgres, extract("YEAR", at), "EXTRACT(YEAR FROM at)"},
		{custard.SQLite, extract("YEAR", at), "CAST(strftime('%Y', at) AS INTEGER)"},
		{custard.MySQL, bin(at, "+", interval("3", "DAY")), "at + INTERVAL 3 DAY"},
		{custard.Postgres, bin(at, "+", interval("3", "QUARTER")), "at + INTERVAL '9 MONTH'"},
		{custard.MySQL, bin(str("a"), "||", at), "CONCAT('a', at)"},
		{custard.MySQL, timestamp("2024-01-01 00:00:00"), "TIMESTAMP '2024-01-01 00:00:00'"},
		{custard.MySQL, cast(at, "timestamp"), "CAST(at AS DATETIME)"},
		{custard.MySQL, cast(at, "boolean"), "CAST(at AS SIGNED)"},
		{custard.Postgres, date("2024-01-01"), "DATE '2024-01-01'"},
		{custard.SQLite, date("2024-01-01"), "'2024-01-01'"},
		{custard.SQLite, cast(at, "date"), "date(at)"},
		{custard.MySQL, cast(at, "integer"), "CAST(at AS SIGNED)"},
		{custard.MySQL, cast(at, "numeric"), "CAST(at AS DECIMAL(38, 10))"},
		{custard.SQLite, cast(at, "integer"), "CAST(at AS INTEGER)"},
		{custard.Postgres, &query.Cast{X: bin(at, "+", num("1")), Type: typ("text"), Style: query.CastColons}, "(at + 1)::text"},
		{custard.SQLite, &query.Cast{X: bin(at, "+", num("1")), Type: typ("text"), Style: query.CastColons}, "CAST(at + 1 AS TEXT)"},
		{custard.MySQL, withFilter(fn("sum", at)), "sum(CASE WHEN at > 1 THEN at END)"},
		{custard.Postgres, withFilter(fn("sum", at)), "sum(at) FILTER (WHERE at > 1)"},
		{custard.MySQL, withFilter(&query.Func{Name: query.Name{{Name: "count"}}, Star: true}), "count(CASE WHEN at > 1 THEN 1 END)"},
		{custard.MySQL, &query.Like{Op: "ILIKE", X: at, Pattern: str("a%")}, "LOWER(at) LIKE LOWER('a%')"},
	} {
		if got := printed(t, tt.dialect, sel(tt.expr)); got != "SELECT "+tt.want {
			t.Errorf("%s: got %s, want SELECT %s", tt.dialect, got, tt.want)
		}
	}
}

func withFilter(f *query.Func) *query.Func {
	f.Filter = bin(col("at"), ">", num("1"))
	return f
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	read := func(name string, quote byte) query.Ident { return query.Ident{Name: name, Quote: quote, Pos: 3} }
	for _, tt := range []struct {
		dialect custard.Dialect
		id      query.Ident
		want    string
	}{
		{custard.Postgres, query.ID("name"), "name"},
		{custard.Postgres, query.ID("Name"), `"Name"`},
		{custard.Postgres, read("Name", 0), "Name"},
		{custard.Postgres, query.ID("user"), `"user"`},
		{custard.Postgres, query.ID("first name"), `"first name"`},
		{custard.Postgres, query.ID(`a"b`), `"a""b"`},
		{custard.Postgres, query.ID("straße"), `"straße"`},
		{custard.Postgres, query.ID("2fa"), `"2fa"`},
		{custard.Postgres, read("Order", 0), `"order"`},
		{custard.MySQL, query.ID("Name"), "Name"},
		{custard.MySQL, query.ID("rank"), "`rank`"},
		{custard.MySQL, query.ID("a`b"), "`a``b`"},
		{custard.SQLite, query.ID("Name"), "Name"},
		{custard.SQLite, query.ID("order"), `"order"`},
		{custard.SQLite, read("Name", '"'), `"Name"`},
		{custard.SQLite, read("Name", '['), "Name"},
		{custard.SQLite, read("a]b c", '['), "`a]b c`"},
		{custard.Snowflake, query.ID("NAME"), "NAME"},
		{custard.Snowflake, query.ID("name"), `"name"`},
		{custard.DuckDB, query.ID("Name"), "Name"},
		{custard.DuckDB, query.ID("qualify"), `"qualify"`},
	} {
		if got := printed(t, tt.dialect, sel(&query.Column{Name: query.Name{tt.id}})); got != "SELECT "+tt.want {
			t.Errorf("%s: %+v is %s, want %s", tt.dialect, tt.id, got, tt.want)
		}
	}
	q := sel(col("t", "a"))
	q.Body.(*query.Select).From = []query.TableExpr{&query.Table{Name: query.Name{read("t", '"')}}}
	if got := printed(t, custard.SQLite, q); got != "SELECT t.a FROM t" {
		t.Errorf("SQLite keeps quotes where a name cannot be a string: %s", got)
	}
}

func TestStrings(t *testing.T) {
	t.Parallel()
	value := "it's a \\ \"test\"\n\x01"
	for d, want := range map[custard.Dialect]string{
		custard.Postgres:  "SELECT 'it''s a \\ \"test\"\n\x01'",
		custard.SQLite:    "SELECT 'it''s a \\ \"test\"\n\x01'",
		custard.MySQL:     "SELECT 'it''s a \\\\ \"test\"\n\x01'",
		custard.Snowflake: "SELECT 'it''s a \\\\ \"test\"\n\x01'",
	} {
		if got := printed(t, d, sel(str(value))); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

// TestErrors has what a dialect cannot say, and what no parser would have put into a tree.
func TestErrors(t *testing.T) {
	t.Parallel()
	from := func(j query.JoinKind) *query.Query {
		q := sel(num("1"))
		q.Body.(*query.Select).From = []query.TableExpr{&query.Join{
			Kind: j, On: &query.Bool{Value: true},
			Left: &query.Table{Name: query.Name{query.ID("a")}}, Right: &query.Table{Name: query.Name{query.ID("b")}},
		}}
		return q
	}
	qualify := sel(num("1"))
	qualify.Body.(*query.Select).Qualify = bin(num("1"), "=", num("1"))
	for _, tt := range []struct {
		dialect custard.Dialect
		q       *query.Query
		code    custard.Code
	}{
		{custard.MySQL, from(query.FullJoin), custard.CodeFailed},
		{custard.Postgres, from(query.AsofJoin), custard.CodeFailed},
		{custard.Postgres, from("JOIN pg_sleep(1),"), custard.CodeRefused},
		{custard.Postgres, qualify, custard.CodeFailed},
		{custard.SQLite, sel(&query.Like{Op: "ILIKE", X: col("a"), Pattern: col("b")}), custard.CodeFailed},
		{custard.SQLite, sel(&query.Like{Op: "ILIKE", X: col("a"), Pattern: str("É%")}), custard.CodeFailed},
		{custard.SQLite, sel(interval("1", "DAY")), custard.CodeFailed},
		{custard.Postgres, sel(&query.In{X: num("1")}), custard.CodeFailed},
		{custard.Postgres, sel(bin(num("1"), "; DROP TABLE a; --", num("1"))), custard.CodeFailed},
		{custard.Postgres, sel(num("1; DROP TABLE a")), custard.CodeRefused},
		{custard.Postgres, sel(num("1--2")), custard.CodeRefused},
		{custard.Postgres, sel(num("1e")), ""},
		{custard.Postgres, sel(str("a\x00b")), custard.CodeRefused},
		{custard.Postgres, sel(col("a\x00b")), custard.CodeRefused},
		{custard.Postgres, sel(col("")), custard.CodeFailed},
		{custard.Postgres, sel(cast(num("1"), "text); DROP TABLE a; --")), custard.CodeFailed},
		{custard.Postgres, sel(&query.Keyword{Name: "1; --"}), custard.CodeFailed},
		{custard.MySQL, sel(&query.String{Value: "a", Prefix: "_x' or"}), ""},
		{custard.Postgres, sel(trunc("month', at); --", col("at"))), custard.CodeRefused},
		{custard.Postgres, sel(extract("year'", col("at"))), custard.CodeFailed},
		{custard.Postgres, sel(nil), custard.CodeRefused},
		{custard.Postgres, &query.Query{}, custard.CodeRefused},
		{custard.MongoDB, sel(num("1")), custard.CodeFailed},
	} {
		text, err := print.SQL(tt.dialect, tt.q)
		if tt.code == "" {
			if strings.Contains(text, "' or") {
				t.Errorf("%s: wrote %s", tt.dialect, text)
			}
			continue
		}
		e, ok := errors.AsType[*custard.Error](err)
		if !ok || e.Code != tt.code {
			t.Errorf("%s: wrote %q, error %v; want %s", tt.dialect, text, err, tt.code)
		}
	}
}
