package check

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

// shared is the folder of data sets beside the repository; a test that needs it is skipped without it.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CUSTARD_SHARED")
	if dir == "" {
		wd, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for at := wd; ; at = filepath.Dir(at) {
			if info, err := os.Stat(filepath.Join(at, "shared")); err == nil && info.IsDir() {
				dir = filepath.Join(at, "shared")
				break
			}
			if at == filepath.Dir(at) {
				t.Skip("no folder 'shared' beside the repository; CUSTARD_SHARED names one")
			}
		}
	}
	return dir
}

func readLines[T any](t testing.TB, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	var out []T
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var v T
		if err := json.Unmarshal(in.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// sqliteSchema reads the schema of an SQLite file, as far as these tests need it.
func sqliteSchema(t testing.TB, db *sql.DB) *custard.Schema {
	t.Helper()
	s := &custard.Schema{Dialect: custard.SQLite, Database: "main", DefaultSchema: "main"}
	for _, row := range texts(t, db, "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name") {
		table := &custard.Table{Schema: "main", Name: row[0], Kind: custard.TableKind(row[1]), Rows: -1}
		key := map[string]string{}
		for _, c := range texts(t, db, "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid", row[0]) {
			table.Columns = append(table.Columns, &custard.Column{Name: c[0], DataType: c[1], Type: sqliteTypeOf(c[1])})
			key[c[2]] = c[0]
		}
		for i := '1'; key[string(i)] != ""; i++ {
			table.PrimaryKey = append(table.PrimaryKey, key[string(i)])
		}
		for _, f := range texts(t, db, `SELECT id, "table", "from", coalesce("to", '') FROM pragma_foreign_key_list(?) ORDER BY id, seq`, row[0]) {
			table.ForeignKeys = append(table.ForeignKeys, custard.ForeignKey{Columns: []string{f[2]}, RefTable: f[1], RefColumns: []string{f[3]}})
		}
		for _, x := range texts(t, db, `SELECT name FROM pragma_index_list(?) WHERE "unique" AND origin <> 'pk' AND NOT partial`, row[0]) {
			var cols []string
			for _, c := range texts(t, db, "SELECT coalesce(name, '') FROM pragma_index_info(?)", x[0]) {
				cols = append(cols, c[0])
			}
			table.Unique = append(table.Unique, cols)
		}
		s.Tables = append(s.Tables, table)
	}
	return s
}

func sqliteTypeOf(declared string) custard.Type {
	switch d := strings.ToUpper(declared); {
	case strings.Contains(d, "INT"):
		return custard.TypeInt
	case strings.Contains(d, "REAL"), strings.Contains(d, "FLOA"), strings.Contains(d, "DOUB"):
		return custard.TypeFloat
	case strings.Contains(d, "NUM"), strings.Contains(d, "DEC"):
		return custard.TypeDecimal
	case strings.Contains(d, "DATE"), strings.Contains(d, "TIME"):
		return custard.TypeTimestamp
	default:
		return custard.TypeText
	}
}

func texts(t testing.TB, db *sql.DB, text string, args ...any) [][]string {
	t.Helper()
	rows, err := db.Query(text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cols, _ := rows.Columns()
	var out [][]string
	for rows.Next() {
		row := make([]string, len(cols))
		into := make([]any, len(cols))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

type question struct {
	DB  string `json:"db"`
	SQL string `json:"sql"`
}

// TestSpider checks every gold query of Spider's training set that SQLite accepts: all must pass, with the columns that
// SQLite gives, as text that SQLite accepts; and few may draw a warning.
func TestSpider(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(shared(t), "eval", "spider-train")
	questions := readLines[question](t, filepath.Join(dir, "questions.jsonl"))
	type source struct {
		db  *sql.DB
		idx *Index
	}
	sources := map[string]*source{}
	accepted, passed, warned, joined := 0, 0, 0, 0
	seen := map[string]bool{}
	for _, q := range questions {
		src := sources[q.DB]
		if src == nil {
			db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "database", q.DB+".sqlite")+"?mode=ro&immutable=1")
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			src = &source{db: db, idx: NewIndex(sqliteSchema(t, db))}
			sources[q.DB] = src
		}
		if seen[q.DB+q.SQL] {
			continue
		}
		seen[q.DB+q.SQL] = true
		want, err := columns(src.db, q.SQL)
		if err != nil {
			continue
		}
		accepted++
		tree, err := parse.Parse(custard.SQLite, q.SQL)
		if err != nil {
			t.Errorf("%s: %s\n\tparse: %v", q.DB, q.SQL, err)
			continue
		}
		res, err := Check(tree, src.idx, Options{Dialect: custard.SQLite})
		if err != nil {
			t.Errorf("%s: %s\n\tcheck: %v (%s)", q.DB, q.SQL, err, custard.AsError(err).Hint)
			continue
		}
		text, err := print.SQL(custard.SQLite, res.Query)
		if err != nil {
			t.Errorf("%s: %s\n\tprint: %v", q.DB, q.SQL, err)
			continue
		}
		if _, err := columns(src.db, text); err != nil {
			t.Errorf("%s: %s\n\tSQLite: %v\n\tin %s", q.DB, q.SQL, err, text)
			continue
		}
		if len(want) != len(res.Fields) {
			t.Errorf("%s: %s\n\thas the columns %q, not %v", q.DB, q.SQL, want, res.Fields)
			continue
		}
		for i, f := range res.Fields {
			if f.Name != "" && !strings.EqualFold(f.Name, want[i]) {
				t.Errorf("%s: %s\n\tcolumn %d is %q, not %q", q.DB, q.SQL, i, want[i], f.Name)
			}
		}
		passed++
		if strings.Contains(strings.ToUpper(q.SQL), "JOIN") {
			joined++
		}
		if len(res.Warnings) > 0 {
			warned++
			t.Logf("%s: %s\n\t%s", q.DB, q.SQL, strings.Join(res.Warnings, "\n\t"))
		}
	}
	t.Logf("%d of %d gold queries pass; %d have joins; %d of them draw a warning", passed, accepted, joined, warned)
	if warned*50 > accepted {
		t.Errorf("%d of %d gold queries draw a warning: more than one in fifty", warned, accepted)
	}
}

// columns is what SQLite calls the columns of a statement's result. The statement is not run.
func columns(db *sql.DB, text string) ([]string, error) {
	rows, err := db.Query("SELECT * FROM (" + strings.TrimRight(text, "; \n") + "\n) LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	for i, n := range names { // a name that stands there twice is numbered: id:1
		if name, number, ok := strings.Cut(n, ":"); ok && strings.Trim(number, "0123456789") == "" {
			names[i] = name
		}
	}
	if err != nil {
		return nil, err
	}
	return names, rows.Err()
}
