package print_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/internal/sharedtest"
)

var dialects = []custard.Dialect{custard.Postgres, custard.MySQL, custard.SQLite, custard.DuckDB, custard.Snowflake}

// constructs returns the statements of testdata/<dialect>.sql, one a line.
func constructs(t testing.TB, d custard.Dialect) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", string(d)+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// roundTrip prints what it read, both ways, and reads that again: the trees must be equal, and printing the second one
// must give the same text.
func roundTrip(t testing.TB, d custard.Dialect, sql string) {
	t.Helper()
	q, err := parse.Parse(d, sql)
	if err != nil {
		t.Errorf("%s: %s: %v", d, sql, err)
		return
	}
	again(t, d, sql, q)
}

func again(t testing.TB, d custard.Dialect, sql string, q *query.Query) {
	t.Helper()
	for _, write := range []func(custard.Dialect, *query.Query) (string, error){print.SQL, print.Pretty} {
		text, err := write(d, q)
		if err != nil {
			t.Errorf("%s: %s: print: %v", d, sql, err)
			return
		}
		back, err := parse.Parse(d, text)
		if err != nil {
			t.Errorf("%s: %s\nwas printed as\n%s\nwhich does not parse: %v", d, sql, text, err)
			return
		}
		if !query.Equal(d, q, back) && !respelled(d, q) {
			t.Errorf("%s: %s\nwas printed as\n%s\nwhich is another query", d, sql, text)
			return
		}
		if twice, _ := write(d, back); twice != text {
			t.Errorf("%s: %s\nwas printed as\n%s\nand then as\n%s", d, sql, text, twice)
			return
		}
	}
}

// respelled says whether q has something that its dialect has no words for, so that print writes what means the same in
// other words: it reads back as another tree, which must then be stable.
func respelled(d custard.Dialect, q *query.Query) bool {
	mysql, sqlite, snowflake := d == custard.MySQL, d == custard.SQLite, d == custard.Snowflake
	found := false
	nulls := func(orders []query.Order) bool {
		return mysql && slices.ContainsFunc(orders, func(o query.Order) bool { return o.Nulls != query.NullsDefault })
	}
	query.Inspect(q, func(n query.Node) bool {
		switch n := n.(type) {
		case *query.Query:
			found = found || nulls(n.OrderBy) || sqlite && isQuery(n.Body)
		case *query.SetOp:
			_, nested := n.Right.(*query.SetOp)
			found = found || sqlite && (isQuery(n.Left) || isQuery(n.Right) || nested)
		case *query.CTE:
			found = found || n.Materialized != nil && (mysql || snowflake)
		case *query.GroupBy:
			found = found || mysql && len(n.Items) == 1 && n.Items[0].Kind == query.GroupRollup
		case *query.Cast:
			found = found || n.Style == query.CastColons && (mysql || sqlite) || n.Style == query.CastLiteral && sqlite
		case *query.FuncTable:
			found = found || sqlite && n.Lateral || !snowflake && n.TableKeyword
		case *query.Join:
			found = found || n.Kind == query.StraightJoin && !mysql
		case *query.String:
			found = found || n.Prefix == "N" && !mysql && d != custard.Postgres
		case *query.Row:
			found = found || sqlite && n.Keyword
		case *query.Array:
			found = found || snowflake && n.Keyword
		case *query.Limit:
			found = found || n.Count == nil && (mysql || sqlite)
		case *query.Window:
			found = found || nulls(n.OrderBy)
		case *query.Func:
			found = found || n.Filter != nil && (mysql || snowflake) || nulls(n.OrderBy) || n.NullsIgnore != nil && !snowflake
		case *query.Is:
			found = found || mysql && (n.What == query.IsDistinct || n.What == query.IsValue) || sqlite && n.What == query.IsUnknown
		case *query.Like:
			found = found || n.Op == "ILIKE" && (mysql || sqlite)
		case *query.Quantified:
			found = found || sqlite
		case *query.Trim:
			found = found || sqlite || snowflake || mysql && n.Side == "" && n.Chars == nil
		case *query.Position, *query.Substring:
			found = found || sqlite || snowflake
		case *query.Extract:
			found = found || sqlite || mysql && slices.Contains([]string{"DOW", "ISODOW", "DOY", "ISOYEAR", "EPOCH"}, n.Field)
		case *query.Interval:
			found = found || sqlite
		}
		return !found
	})
	return found
}

// isQuery says whether b is a query in parentheses.
func isQuery(b query.Body) bool {
	_, ok := b.(*query.Query)
	return ok
}

func TestRoundTripConstructs(t *testing.T) {
	t.Parallel()
	for _, d := range dialects {
		for _, sql := range constructs(t, d) {
			roundTrip(t, d, sql)
		}
	}
}

func TestRoundTripCorpus(t *testing.T) {
	t.Parallel()
	for _, d := range []custard.Dialect{custard.Postgres, custard.MySQL, custard.SQLite} {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			lines := sharedtest.Lines[sharedtest.Statement](t, sharedtest.Path(t, "corpus", "benign-"+string(d)+".jsonl"))
			unread := 0
			for _, line := range lines {
				q, err := parse.Parse(d, line.SQL)
				if err != nil { // how many may be refused is for package parse to test
					unread++
					continue
				}
				again(t, d, line.SQL, q)
			}
			t.Logf("%d statements, %d not read", len(lines), unread)
			if unread*20 > len(lines) {
				t.Errorf("%d of %d statements were not even read", unread, len(lines))
			}
		})
	}
}

func TestRoundTripSpider(t *testing.T) {
	t.Parallel()
	unread := 0
	for _, question := range sharedtest.Lines[sharedtest.Question](t, sharedtest.Path(t, "eval", "spider-train", "questions.jsonl")) {
		q, err := parse.Parse(custard.SQLite, question.SQL)
		if err != nil {
			unread++
			t.Logf("%v: %s", err, question.SQL)
			continue
		}
		again(t, custard.SQLite, question.SQL, q)
	}
	if unread > 2 { // one gold query, asked twice, has an ORDER BY before INTERSECT, which SQLite does not take either
		t.Errorf("%d gold queries were not read", unread)
	}
}

// finds are what fuzzing found.
var finds = []struct {
	dialect custard.Dialect
	sql     string
}{
	{custard.Postgres, "SELECT A000(DISTINC!A0)"},
	{custard.Postgres, "SELECT TRIM(FROM 0)"},
	{custard.Postgres, "SELECT ARRAY[[[0][0]]]"},
	{custard.MySQL, "SELECT 0 IS DISTINCT FROM 0"},
	{custard.MySQL, "SELECT 0 OFFSET 0"},
	{custard.MySQL, "SELECT EXTRACT(epoCh FROM 0)"},
	{custard.MySQL, "SELECT 000A(0)GROUP BY ROLLUP(0)"},
	{custard.MySQL, `SELECT""%0""`},
	{custard.SQLite, `SELECT""`},
	{custard.SQLite, "SELECT(0)%LATERAL()"},
	{custard.SQLite, "SELECT 0 EXCEPT(SELECT 0 EXCEPT SELECT 0)"},
	{custard.SQLite, "(SELECT 0 LIMIT 0) UNION (SELECT 0 AS O, A0000 LIMIT 0)"},
	{custard.DuckDB, "SELECT(A)->''!''"},
	{custard.DuckDB, "SELECT I$000000''"},
	{custard.Snowflake, "SELECT(0)%A()FILTER(WHERE 0)"},
	{custard.Snowflake, "SELECT*FROM A JOIN A"},
	{custard.Snowflake, "SELECT CAST(0 AS A(A,0))A"},
}

func FuzzRoundTrip(f *testing.F) {
	for i, d := range dialects {
		for _, sql := range constructs(f, d) {
			f.Add(byte(i), sql)
		}
	}
	for _, found := range finds {
		f.Add(byte(slices.Index(dialects, found.dialect)), found.sql)
	}
	f.Fuzz(func(t *testing.T, which byte, sql string) {
		d := dialects[int(which)%len(dialects)]
		q, err := parse.Parse(d, sql)
		if err != nil {
			return
		}
		if _, err := print.SQL(d, q); err != nil && custard.AsError(err).Code == custard.CodeFailed {
			return // the parser takes it, to say more than 'syntax error'
		}
		again(t, d, sql, q)
	})
}

// TestRoundTripParsed writes what package parse is tested with.
func TestRoundTripParsed(t *testing.T) {
	t.Parallel()
	for _, d := range dialects {
		text, err := os.ReadFile(filepath.Join("..", "parse", "testdata", "read", string(d)+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		// A line that begins with a space goes on with the statement before.
		for line := range strings.Lines(strings.ReplaceAll(string(text), "\n ", "\x00 ")) {
			roundTrip(t, d, strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\x00", "\n"))
		}
	}
}
