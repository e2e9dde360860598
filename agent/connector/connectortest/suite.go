package connectortest

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// patience is how long anything that should happen soon may take on a busy machine.
const patience = 20 * time.Second

// Run runs the suite. fixture is called once for each part.
func Run(t *testing.T, fixture func(t *testing.T) Fixture) {
	for _, part := range []struct {
		name string
		run  func(t *testing.T, f Fixture)
	}{
		{"Discovery", discovery},
		{"Values", values},
		{"Shapes", shapes},
		{"Streaming", streaming},
		{"Limits", limits},
		{"Timeout", timeout},
		{"Cancel", cancel},
		{"LeavingEarly", leavingEarly},
		{"Concurrent", concurrent},
		{"Close", closing},
		{"ReadOnly", readOnly},
		{"Errors", errorCodes},
		{"Distinct", distinct},
		{"Explain", explain},
		{"Extra", extra},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(t, fixture(t))
		})
	}
}

func open(t *testing.T, f Fixture, opts connector.Options) connector.Conn {
	t.Helper()
	conn := f.Open(t, opts)
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return conn
}

// ask runs a statement and reads it to its end.
func ask(t *testing.T, conn connector.Conn, sql string, limits custard.Limits) (*custard.Result, [][]string, error) {
	t.Helper()
	res, err := conn.Query(t.Context(), custard.Statement{SQL: sql, Limits: limits})
	if err != nil {
		return nil, nil, err
	}
	rows, err := Rows(res)
	return res, rows, err
}

// well fails the test where the connection does not answer as it should.
func well(t *testing.T, conn connector.Conn) {
	t.Helper()
	if _, rows, err := ask(t, conn, "select 1", custard.Limits{}); err != nil || !slices.EqualFunc(rows, [][]string{{"1"}}, slices.Equal[[]string]) {
		t.Errorf("select 1 afterwards: %v, %v", rows, err)
	}
}

func wantCode(t *testing.T, what string, err error, codes ...custard.Code) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error, want %v", what, codes)
		return
	}
	if e := custard.AsError(err); !slices.Contains(codes, e.Code) {
		t.Errorf("%s: code %s (%v), want %v", what, e.Code, err, codes)
	}
}

func discovery(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{})
	schema, err := conn.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if schema.Dialect != f.Dialect || schema.Database == "" || schema.DefaultSchema == "" || schema.Version == "" {
		t.Errorf("schema is %+v", schema)
	}
	people := schema.Table("", "people")
	if people == nil {
		t.Fatal("people is missing")
	}
	want := &custard.Table{
		Schema: schema.DefaultSchema, Name: "people", Kind: custard.KindTable, PrimaryKey: []string{"id"}, Rows: people.Rows,
		Columns: []*custard.Column{
			{Name: "id", Type: custard.TypeInt},
			{Name: "name", Type: custard.TypeText},
			{Name: "boss", Type: custard.TypeInt, Nullable: true},
		},
		ForeignKeys: []custard.ForeignKey{{Columns: []string{"boss"}, RefSchema: schema.DefaultSchema, RefTable: "people", RefColumns: []string{"id"}}},
	}
	for i, c := range people.Columns {
		if c.DataType == "" {
			t.Errorf("%s has no data type", c.Name)
		}
		if i < len(want.Columns) {
			want.Columns[i].DataType = c.DataType
		}
	}
	if d := cmp.Diff(want, people); d != "" {
		t.Errorf("people (-want +got):\n%s", d)
	}
	if people.Rows < -1 || people.Rows > 100 {
		t.Errorf("people has %d rows", people.Rows)
	}
	if seen := schema.Table("", "seen"); seen == nil || seen.Kind != custard.KindView || len(seen.Columns) != 3 {
		t.Errorf("seen is %+v", seen)
	}
	if empty := schema.Table("", "bare"); empty == nil || len(empty.Columns) != 1 {
		t.Errorf("bare is %+v", empty)
	}
	if !slices.IsSortedFunc(schema.Tables, func(a, b *custard.Table) int { return strings.Compare(a.Schema+"\x00"+a.Name, b.Schema+"\x00"+b.Name) }) {
		t.Error("the tables are not in order")
	}
	print, err := conn.Fingerprint(t.Context())
	if err != nil || print == "" || print != schema.Fingerprint {
		t.Errorf("fingerprint %q (%v), the schema's is %q", print, err, schema.Fingerprint)
	}
	if p, err := conn.Privileges(t.Context()); err != nil || p == nil {
		t.Errorf("privileges: %+v, %v", p, err)
	}
}

func values(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{})
	for _, v := range f.Values {
		res, rows, err := ask(t, conn, v.SQL, custard.Limits{})
		if err != nil {
			t.Errorf("%s: %v", v.SQL, err)
			continue
		}
		if len(rows) != 1 || rows[0][0] != v.Text {
			t.Errorf("%s is %q, want %q", v.SQL, rows, v.Text)
		}
		if got := res.Fields[0]; got.Type != v.Type || got.Elem != v.Elem {
			t.Errorf("%s is of type %s %s, want %s %s", v.SQL, got.Type, got.Elem, v.Type, v.Elem)
		}
	}
}

func shapes(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{})
	res, rows, err := ask(t, conn, "select id, name, boss from people order by id", custard.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]string{{"1", "Ada", Null}, {"2", "Gödel 🦉", "1"}, {"3", "NULL", "1"}}, rows); d != "" {
		t.Errorf("people (-want +got):\n%s", d)
	}
	var names []string
	for _, c := range res.Fields {
		names = append(names, c.Name)
	}
	if !slices.Equal(names, []string{"id", "name", "boss"}) || res.Truncated() {
		t.Errorf("fields %v, truncated %v", names, res.Truncated())
	}
	res, rows, err = ask(t, conn, "select a from bare", custard.Limits{})
	if err != nil || len(rows) != 0 || len(res.Fields) != 1 || res.Truncated() {
		t.Errorf("an empty result: %v, %v, %+v", rows, err, res)
	}
	if _, rows, err = ask(t, conn, "select '' as a, ' ' as b", custard.Limits{}); err != nil || !slices.Equal(rows[0], []string{"", " "}) {
		t.Errorf("empty texts: %q, %v", rows, err)
	}
	var wide []string
	for i := range 500 {
		wide = append(wide, strconv.Itoa(i)+" as c"+strconv.Itoa(i))
	}
	res, rows, err = ask(t, conn, "select "+strings.Join(wide, ", "), custard.Limits{})
	if err != nil || len(rows) != 1 || len(rows[0]) != 500 || rows[0][499] != "499" || res.Fields[499].Name != "c499" {
		t.Errorf("a wide row: %v", err)
	}
}

func streaming(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{})
	const n = 100_000
	res, err := conn.Query(t.Context(), custard.Statement{SQL: f.Series(n)})
	if err != nil {
		t.Fatal(err)
	}
	total, batches, first, last := 0, 0, 0, 0
	for b, err := range res.Batches {
		if err != nil {
			t.Fatal(err)
		}
		if res.Last() {
			last++
		} else if last > 0 {
			t.Error("a batch follows the last one")
		}
		if batches++; batches == 1 {
			first = len(b.Data)
		}
		if len(b.Data) > 512<<10 {
			t.Errorf("a batch of %d bytes", len(b.Data))
		}
		r := b.Reader()
		for range b.Rows {
			total++
			if text, _, _ := r.Next(); string(text) != strconv.Itoa(total) {
				t.Fatalf("row %d begins with %q", total, text)
			}
			r.Next()
		}
	}
	if total != n || first > 16<<10 || batches > 200 || last != 1 {
		t.Errorf("%d rows in %d batches, the first of %d bytes, %d of them said to be the last", total, batches, first, last)
	}
	for _, err := range res.Batches {
		if err == nil {
			t.Error("a result can be read twice")
		}
	}
	well(t, conn)
}

func readOnly(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 2})
	before := f.Digest(t)
	for _, sql := range f.Writes {
		_, _, err := ask(t, conn, sql, custard.Limits{Timeout: 5 * time.Second})
		wantCode(t, sql, err, custard.CodeRefused, custard.CodeSyntax, custard.CodeForbidden, custard.CodeUnknownTable, custard.CodeFailed)
		_, _ = conn.Explain(t.Context(), sql) // some have a plan; none may run
		well(t, conn)
	}
	for _, sql := range f.Undone {
		_, _, _ = ask(t, conn, sql, custard.Limits{Timeout: 5 * time.Second}) // may succeed: what it does must be undone
		well(t, conn)
	}
	if after := f.Digest(t); after != before {
		t.Errorf("the database has changed:\n%s\nwas\n%s", after, before)
	}
}

func errorCodes(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{})
	for sql, code := range map[string]custard.Code{
		"select * from no_such_table":       custard.CodeUnknownTable,
		"select no_such_column from people": custard.CodeUnknownColumn,
		"select from where":                 custard.CodeSyntax,
		"":                                  custard.CodeSyntax,
		"select 1\x00":                      custard.CodeSyntax,
		"select 1; select 2":                custard.CodeRefused,
	} {
		_, _, err := ask(t, conn, sql, custard.Limits{})
		codes := []custard.Code{code}
		if code == custard.CodeRefused {
			codes = append(codes, custard.CodeSyntax)
		}
		wantCode(t, sql, err, codes...)
		if e, ok := errors.AsType[*custard.Error](err); !ok || e.Message == "" {
			t.Errorf("%s: %v is not an error of the domain", sql, err)
		}
		well(t, conn)
	}
}

func distinct(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 1})
	schema, err := conn.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	people := schema.Table("", "people")
	read := func(column string, scan, limit int) []string {
		var got []string
		for v, err := range conn.Distinct(t.Context(), people, people.Column(column), scan, limit) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, v)
		}
		slices.Sort(got)
		return got
	}
	if got := read("name", 1000, 1000); !slices.Equal(got, []string{"Ada", "Gödel 🦉", "NULL"}) {
		t.Errorf("names are %q", got)
	}
	if got := read("boss", 1000, 1000); !slices.Equal(got, []string{"1"}) {
		t.Errorf("bosses are %q", got)
	}
	if got := read("name", 1000, 2); len(got) != 2 {
		t.Errorf("two names are %q", got)
	}
	if got := read("name", 1, 10); len(got) != 1 {
		t.Errorf("names of one row are %q", got)
	}
	for range conn.Distinct(t.Context(), people, people.Column("name"), 1000, 1000) {
		break
	}
	well(t, conn)
}

func explain(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{})
	plan, err := conn.Explain(t.Context(), "select name from people where id = 2")
	if err != nil || !strings.Contains(plan.Text, "people") {
		t.Errorf("plan %+v, %v", plan, err)
	}
	_, err = conn.Explain(t.Context(), "select * from no_such_table")
	wantCode(t, "the plan of an unknown table", err, custard.CodeUnknownTable)
	well(t, conn)
}

func extra(t *testing.T, f Fixture) {
	for name, check := range f.Extra {
		t.Run(name, func(t *testing.T) { check(t, open(t, f, connector.Options{})) })
	}
}
