package analytic_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver that runs the answers

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/demo"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/analytic"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// The same question of the same data gives the same rows in SQLite and in PostgreSQL.
func TestPostgresAnswersAsSQLiteDoes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("copies the demo database")
	}
	now := time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)
	file, err := demo.Path(t.Context(), t.TempDir(), now)
	if err != nil {
		t.Fatal(err)
	}
	url := pgtest.URL(t)
	lite := opened(t, file)
	copyTo(t, lite, url)
	postgres := opened(t, url)
	asked := 0
	for _, question := range demoQuestions(t) {
		matches, err := lite.src.Values(t.Context(), custard.ValuesRequest{Text: question})
		if err != nil {
			t.Fatal(err)
		}
		var results [2][]string
		var texts [2]string
		for i, d := range []*database{lite, postgres} {
			ms := d.index.Read(question, matches)
			c, ok := analytic.Translate(translate.Request{Question: question, Schema: d.schema, Values: matches, Dialect: d.schema.Dialect, Now: now}, d.index, ms)
			if !ok || c.Coverage < 1 {
				break
			}
			text, err := print.SQL(d.schema.Dialect, c.Tree)
			if err != nil {
				t.Errorf("%s: %v", question, err)
				break
			}
			texts[i] = text
			if results[i], err = d.rows(t.Context(), text); err != nil {
				t.Errorf("%s: %v\n%s", question, err, text)
			}
		}
		if texts[0] == "" {
			continue
		}
		asked++
		if !alike(results[0], results[1]) {
			t.Errorf("%s: SQLite gives %d rows, PostgreSQL %d\n%s\n%s\n%.300s\n%.300s", question, len(results[0]), len(results[1]), texts[0], texts[1],
				strings.Join(results[0], "; "), strings.Join(results[1], "; "))
		}
	}
	if asked < 90 {
		t.Errorf("the grammar answered %d questions only", asked)
	}
}

// demoQuestions are the questions of the demo database's suite.
func demoQuestions(t *testing.T) []string {
	t.Helper()
	f, err := os.Open("../suites/testdata/demo.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var q struct{ Question, SQL string }
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		if q.SQL != "" {
			out = append(out, q.Question)
		}
	}
	return out
}

// database is an open database with its schema and index.
type database struct {
	src    custard.Source
	schema *custard.Schema
	index  *index.Index
	db     *sql.DB   // of SQLite
	pg     *pgx.Conn // of PostgreSQL
}

func opened(t *testing.T, dsn string) *database {
	t.Helper()
	driver, conn, err := all.Open(t.Context(), dsn, connector.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &database{src: executor.New(driver, conn, executor.Options{SchemaAge: time.Hour})}
	t.Cleanup(func() { _ = d.src.Close() })
	if d.schema, err = d.src.Schema(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	d.index = index.New(d.schema)
	if d.schema.Dialect == custard.Postgres {
		if d.pg, err = pgx.Connect(t.Context(), dsn); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.pg.Close(context.Background()) })
		return d
	}
	if d.db, err = sql.Open("sqlite", dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.db.Close() })
	return d
}

// rows runs a query and returns its rows in a form in which both databases write the same values the same way, sorted.
func (d *database) rows(ctx context.Context, query string) ([]string, error) {
	if d.pg != nil {
		res := d.pg.PgConn().ExecParams(ctx, query, nil, nil, nil, nil).Read()
		var out []string
		for _, r := range res.Rows {
			row := make([]string, len(r))
			for i, c := range r {
				row[i] = "<nil>"
				if c != nil {
					row[i] = written(c)
				}
			}
			out = append(out, strings.Join(row, "|"))
		}
		slices.Sort(out)
		return out, res.Err
	}
	res, err := d.db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer res.Close()
	names, err := res.Columns()
	if err != nil {
		return nil, err
	}
	var out []string
	for res.Next() {
		cells, at := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := res.Scan(at...); err != nil {
			return nil, err
		}
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = written(c)
		}
		out = append(out, strings.Join(row, "|"))
	}
	slices.Sort(out)
	return out, res.Err()
}

// alike compares rows cell by cell; sums of cents differ a little between floats and exact numbers.
func alike(a, b []string) bool {
	return slices.EqualFunc(a, b, func(x, y string) bool {
		return slices.EqualFunc(strings.Split(x, "|"), strings.Split(y, "|"), func(x, y string) bool {
			f, err := strconv.ParseFloat(x, 64)
			g, err2 := strconv.ParseFloat(y, 64)
			return x == y || err == nil && err2 == nil && math.Abs(f-g) <= 0.001*max(1, math.Abs(f))
		})
	})
}

func written(c any) string {
	switch v := c.(type) {
	case float64:
		return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
	case time.Time:
		return strings.TrimSuffix(v.Format(time.DateTime), " 00:00:00")
	case []byte:
		return written(string(v))
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return written(f)
		}
		return strings.TrimSuffix(v, " 00:00:00")
	case bool:
		if v {
			return "1"
		}
		return "0"
	}
	return fmt.Sprint(c)
}

// copyTo makes the tables of a SQLite database in PostgreSQL and copies their rows.
func copyTo(t *testing.T, from *database, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	run := func(statement string) {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	for _, table := range from.schema.Tables {
		var columns []string
		for _, c := range table.Columns {
			null := " NOT NULL"
			if c.Nullable {
				null = ""
			}
			columns = append(columns, pgx.Identifier{c.Name}.Sanitize()+" "+map[custard.Type]string{custard.TypeInt: "bigint", custard.TypeDecimal: "numeric", custard.TypeFloat: "double precision",
				custard.TypeDate: "date", custard.TypeTimestamp: "timestamp", custard.TypeBool: "boolean", custard.TypeText: "text"}[c.Type]+null)
		}
		for _, u := range table.Unique {
			columns = append(columns, "UNIQUE ("+quoted(u)+")")
		}
		run("CREATE TABLE " + table.Name + " (" + strings.Join(columns, ", ") + ", PRIMARY KEY (" + quoted(table.PrimaryKey) + "))")
		res, err := from.db.Query("SELECT * FROM " + table.Name)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := res.Columns()
		_, err = conn.CopyFrom(t.Context(), pgx.Identifier{table.Name}, names, pgx.CopyFromFunc(func() ([]any, error) {
			if !res.Next() {
				return nil, res.Err()
			}
			cells, at := make([]any, len(names)), make([]any, len(names))
			for i := range cells {
				at[i] = &cells[i]
			}
			if err := res.Scan(at...); err != nil {
				return nil, err
			}
			for i, c := range cells {
				switch v := c.(type) {
				case int64:
					if table.Columns[i].Type == custard.TypeBool {
						cells[i] = v != 0
					} else if table.Columns[i].Type == custard.TypeDecimal || table.Columns[i].Type == custard.TypeFloat {
						cells[i] = float64(v)
					}
				}
			}
			return cells, nil
		}))
		if err != nil {
			t.Fatalf("%s: %v", table.Name, err)
		}
		_ = res.Close()
	}
	for _, table := range from.schema.Tables {
		for _, k := range table.ForeignKeys {
			run("ALTER TABLE " + table.Name + " ADD FOREIGN KEY (" + quoted(k.Columns) + ") REFERENCES " + k.RefTable + " (" + quoted(k.RefColumns) + ")")
		}
	}
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = pgx.Identifier{n}.Sanitize()
	}
	return strings.Join(out, ", ")
}
