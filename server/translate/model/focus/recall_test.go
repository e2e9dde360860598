package focus_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/agent/executor/values"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/sharedtest"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/model/focus"
)

// spiderSchema is one line of Spider's tables.json.
type spiderSchema struct {
	DB      string   `json:"db_id"`
	Tables  []string `json:"table_names_original"`
	Columns [][2]any `json:"column_names_original"` // table, name
	Types   []string `json:"column_types"`
	Primary []int    `json:"primary_keys"`
	Foreign [][2]int `json:"foreign_keys"`
}

// merging says how the tables of many databases become those of one.
type merging string

const (
	bySchema merging = "a schema each"    // college.student
	byPrefix merging = "prefixed"         // college_student in one schema
	byClash  merging = "renamed at clash" // student, student_2 … in one schema
)

// merged is all of Spider's databases as one.
type merged struct {
	schema *custard.Schema
	names  map[string]*custard.Table // database.table, lower case
	files  map[string]string         // database, lower case → as its file is spelled
}

func merge(t testing.TB, how merging) merged {
	t.Helper()
	data, err := os.ReadFile(sharedtest.Path(t, "eval", "spider-train", "tables.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []spiderSchema
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	m := merged{schema: &custard.Schema{Dialect: custard.SQLite, Database: "merged", DefaultSchema: "main"}, names: map[string]*custard.Table{}, files: map[string]string{}}
	taken := map[string]int{}
	for _, s := range all {
		tables := make([]*custard.Table, len(s.Tables))
		m.files[strings.ToLower(s.DB)] = s.DB
		for i, name := range s.Tables {
			tb := &custard.Table{Schema: "main", Name: name, Kind: custard.KindTable, Rows: -1}
			switch how {
			case bySchema:
				tb.Schema = s.DB
			case byPrefix:
				tb.Name = s.DB + "_" + name
			case byClash:
				if n := taken[strings.ToLower(name)]; n > 0 {
					tb.Name = fmt.Sprintf("%s_%d", name, n+1)
				}
				taken[strings.ToLower(name)]++
			}
			tables[i] = tb
			m.names[strings.ToLower(s.DB+"."+name)] = tb
			m.schema.Tables = append(m.schema.Tables, tb)
		}
		where := func(i int) (*custard.Table, string) {
			at, name := int(s.Columns[i][0].(float64)), s.Columns[i][1].(string)
			return tables[at], name
		}
		for i, c := range s.Columns {
			if c[0].(float64) < 0 {
				continue
			}
			tb, name := where(i)
			typ := map[string]custard.Type{"number": custard.TypeFloat, "time": custard.TypeTimestamp, "boolean": custard.TypeBool}[s.Types[i]]
			if typ == "" {
				typ = custard.TypeText
			}
			tb.Columns = append(tb.Columns, &custard.Column{Name: name, Type: typ, DataType: s.Types[i]})
		}
		for _, i := range s.Primary {
			tb, name := where(i)
			tb.PrimaryKey = append(tb.PrimaryKey, name)
		}
		for _, fk := range s.Foreign {
			from, column := where(fk[0])
			to, ref := where(fk[1])
			from.ForeignKeys = append(from.ForeignKeys, custard.ForeignKey{Columns: []string{column}, RefSchema: to.Schema, RefTable: to.Name, RefColumns: []string{ref}})
		}
	}
	slices.SortStableFunc(m.schema.Tables, func(a, b *custard.Table) int {
		return strings.Compare(a.Schema+"."+a.Name, b.Schema+"."+b.Name)
	})
	return m
}

// valuesOf indexes the text values of all databases.
func valuesOf(t testing.TB, m merged) *values.Index {
	t.Helper()
	var columns []values.Column
	var texts [][]string
	for key, tb := range m.names {
		name, table, _ := strings.Cut(key, ".")
		name = m.files[name]
		db, err := sql.Open("sqlite", "file:"+sharedtest.Path(t, "eval", "spider-train", "database", name+".sqlite")+"?mode=ro")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range tb.Columns {
			if c.Type != custard.TypeText {
				continue
			}
			list := distinct(t.Context(), db, table, c.Name)
			columns = append(columns, values.Column{Schema: tb.Schema, Table: tb.Name, Column: c.Name})
			texts = append(texts, list)
		}
		db.Close()
	}
	return values.New(columns, texts)
}

func distinct(ctx context.Context, db *sql.DB, table, column string) []string {
	rows, err := db.QueryContext(ctx, fmt.Sprintf(`SELECT DISTINCT "%s" FROM "%s" WHERE typeof("%s") = 'text' LIMIT 20000`, column, table, column))
	if err != nil {
		return nil
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if rows.Scan(&s) == nil {
			out = append(out, s)
		}
	}
	if rows.Err() != nil {
		return nil
	}
	return out
}

// gold returns the tables that a question's query reads.
func gold(t testing.TB, m merged, q sharedtest.Question) []*custard.Table {
	t.Helper()
	tree, err := parse.Parse(custard.SQLite, q.SQL)
	if err != nil {
		return nil
	}
	var out []*custard.Table
	query.Inspect(tree, func(n query.Node) bool {
		if tb, ok := n.(*query.Table); ok {
			if def := m.names[strings.ToLower(q.DB+"."+tb.Name.Last().Name)]; def != nil && !slices.Contains(out, def) {
				out = append(out, def)
			}
		}
		return true
	})
	return out
}

// recall is the share, in percent, of questions all of whose gold tables are among the first n, for each n; every step-th
// question is asked. vx may be nil: then no values are found.
func recall(t testing.TB, m merged, vx *values.Index, step int) (share map[int]float64, asked int) {
	t.Helper()
	finder := focus.New(index.New(m.schema))
	questions := sharedtest.Lines[sharedtest.Question](t, sharedtest.Path(t, "eval", "spider-train", "questions.jsonl"))
	hits := map[int]int{}
	for i := 0; i < len(questions); i += step {
		q := questions[i]
		want := gold(t, m, q)
		if len(want) == 0 {
			continue
		}
		asked++
		var vs []custard.ValueMatch
		if vx != nil {
			vs = vx.Find(q.Question, 0)
		}
		part := finder.Pick(finder.Read(q.Question, vs), 50)
		last := 0 // the place of the gold table that comes last: the first n of 50 are what n would be
		for _, w := range want {
			at := slices.IndexFunc(part.Tables, func(t *index.Table) bool { return t.Def == w })
			if at < 0 {
				at = len(part.Tables)
			}
			last = max(last, at)
		}
		for _, n := range []int{5, 10, 25, 50} {
			if last < n {
				hits[n]++
			}
		}
	}
	share = map[int]float64{}
	for n, h := range hits {
		share[n] = 100 * float64(h) / float64(asked)
	}
	return share, asked
}

// TestRecall holds a floor under the share of Spider's training questions whose gold query finds all its tables among the
// 25 chosen of all 140 databases' 737 tables. Every fifth question is asked; CUSTARD_RECALL=ways asks them of the databases
// merged in each way, CUSTARD_RECALL=all all of them (go test -run TestRecall -v -timeout 30m).
func TestRecall(t *testing.T) {
	t.Parallel()
	step, ways := 5, []merging{bySchema}
	if os.Getenv("CUSTARD_RECALL") == "ways" {
		ways = []merging{bySchema, byPrefix, byClash}
	}
	if os.Getenv("CUSTARD_RECALL") == "all" {
		step, ways = 1, []merging{bySchema, byPrefix, byClash}
	}
	for _, how := range ways {
		m := merge(t, how)
		names, n := recall(t, m, nil, step)
		t.Logf("%s, %d questions, names alone: %.1f %% at 5, %.1f at 10, %.1f at 25, %.1f at 50", how, n, names[5], names[10], names[25], names[50])
		with, n := recall(t, m, valuesOf(t, m), step)
		t.Logf("%s, %d questions, with values: %.1f %% at 5, %.1f at 10, %.1f at 25, %.1f at 50", how, n, with[5], with[10], with[25], with[50])
		if how == bySchema && (names[25] < 95.5 || with[25] < 96.5) {
			t.Errorf("recall at 25 tables is %.1f %% by names and %.1f %% with values", names[25], with[25])
		}
	}
}
