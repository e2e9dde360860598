package connectortest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	total, batches, first := 0, 0, 0
	for b, err := range res.Batches {
		if err != nil {
			t.Fatal(err)
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
	if total != n || first > 16<<10 || batches > 200 {
		t.Errorf("%d rows in %d batches, the first of %d bytes", total, batches, first)
	}
	for _, err := range res.Batches {
		if err == nil {
			t.Error("a result can be read twice")
		}
	}
	well(t, conn)
}

func limits(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 1})
	for _, tt := range []struct {
		rows, limit, want int
		truncated         bool
	}{{10, 0, 10, false}, {10, 10, 10, false}, {10, 11, 10, false}, {10, 9, 9, true}, {50_000, 1, 1, true}, {50_000, 20_000, 20_000, true}} {
		res, rows, err := ask(t, conn, f.Series(tt.rows), custard.Limits{Rows: int64(tt.limit)})
		if err != nil || len(rows) != tt.want || res.Truncated() != tt.truncated {
			t.Errorf("%d rows with a limit of %d: %d rows, %v", tt.rows, tt.limit, len(rows), err)
		}
	}
	_, rows, err := ask(t, conn, f.Series(50_000), custard.Limits{Bytes: 100_000})
	wantCode(t, "bytes", err, custard.CodeLimit)
	if len(rows) == 0 || len(rows) > 50_000 {
		t.Errorf("%d rows before the byte limit", len(rows))
	}
	_, _, err = ask(t, conn, f.Wide(5000), custard.Limits{Cell: 4999})
	wantCode(t, "cell", err, custard.CodeLimit)
	if _, rows, err := ask(t, conn, f.Wide(5000), custard.Limits{Cell: 5000}); err != nil || len(rows[0][0]) != 5000 {
		t.Errorf("a cell as large as the limit: %v", err)
	}
	if _, rows, err := ask(t, conn, f.Wide(1_000_000), custard.Limits{}); err != nil || len(rows[0][0]) != 1_000_000 {
		t.Errorf("a cell of a megabyte: %v", err)
	}
	small := open(t, f, connector.Options{MaxCell: 1000})
	_, _, err = ask(t, small, f.Wide(1001), custard.Limits{Cell: 1 << 30})
	wantCode(t, "the connection's cell limit", err, custard.CodeLimit)
	well(t, conn)
	well(t, small)
}

func timeout(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 1})
	start := time.Now()
	_, _, err := ask(t, conn, f.Endless, custard.Limits{Timeout: 200 * time.Millisecond})
	wantCode(t, "timeout", err, custard.CodeTimeout)
	if d := time.Since(start); d > patience {
		t.Errorf("it took %s", d)
	}
	idle(t, f)
	well(t, conn)
}

func cancel(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 1})
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var err error
	wg.Go(func() {
		var res *custard.Result
		if res, err = conn.Query(ctx, custard.Statement{SQL: f.Endless}); err == nil {
			_, err = Rows(res)
		}
	})
	if f.Running != nil {
		waitFor(t, "the statement runs", func() bool { return f.Running(t) > 0 })
	}
	stop()
	wg.Wait()
	wantCode(t, "cancel", err, custard.CodeCanceled)
	idle(t, f)
	well(t, conn)

	// In the middle of the rows.
	ctx, stop = context.WithCancel(t.Context())
	defer stop()
	res, err := conn.Query(ctx, custard.Statement{SQL: f.Series(5_000_000)})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range res.Batches {
		if err = e; e != nil {
			break
		}
		if n++; n == 3 {
			stop()
		}
	}
	wantCode(t, "cancel while reading", err, custard.CodeCanceled)
	idle(t, f)
	well(t, conn)

	_, err = conn.Query(ctx, custard.Statement{SQL: "select 1"})
	wantCode(t, "a context that has ended", err, custard.CodeCanceled)
}

// idle fails where statements of the connector's run on.
func idle(t *testing.T, f Fixture) {
	t.Helper()
	if f.Running != nil {
		waitFor(t, "the statement has ended", func() bool { return f.Running(t) == 0 })
	}
}

// waitFor asks until a thing is so. The database is another process: there is no clock of ours to turn.
func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		if so() {
			return
		}
	}
	t.Errorf("not in time: %s", what)
}

func leavingEarly(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 1})
	for range 3 {
		res, err := conn.Query(t.Context(), custard.Statement{SQL: f.Series(5_000_000)})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range res.Batches {
			if err != nil {
				t.Error(err)
			}
			break
		}
		if f.Running != nil && f.Running(t) > 0 {
			t.Error("the statement runs on")
		}
		well(t, conn) // with one connection, it would wait for ever
	}
	// A small result that nobody reads holds nothing.
	if _, err := conn.Query(t.Context(), custard.Statement{SQL: "select 1"}); err != nil {
		t.Error(err)
	}
	well(t, conn)
}

func concurrent(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 3})
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			n := 1000 * (i + 1)
			res, err := conn.Query(t.Context(), custard.Statement{SQL: f.Series(n)})
			if err != nil {
				t.Error(err)
				return
			}
			if rows, err := Rows(res); err != nil || len(rows) != n {
				t.Errorf("%d rows of %d: %v", len(rows), n, err)
			}
			if _, err := conn.Schema(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// All connections are taken: the next waits, and gives up with its context.
	one := open(t, f, connector.Options{MaxConns: 1})
	res, err := one.Query(t.Context(), custard.Statement{SQL: f.Series(1_000_000)})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range res.Batches {
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err = one.Query(ctx, custard.Statement{SQL: "select 1"})
		stop()
		wantCode(t, "waiting for a connection", err, custard.CodeTimeout)
		break
	}
	well(t, one)
}

func closing(t *testing.T, f Fixture) {
	conn := f.Open(t, connector.Options{})
	started := make(chan struct{})
	var wg sync.WaitGroup
	var running, reading error
	wg.Go(func() {
		_, _, running = ask(t, conn, f.Endless, custard.Limits{})
	})
	wg.Go(func() {
		res, err := conn.Query(t.Context(), custard.Statement{SQL: f.Series(50_000_000)})
		if err != nil {
			reading = err
			close(started)
			return
		}
		first := true
		for _, err := range res.Batches {
			if reading = err; err != nil {
				return
			}
			if first {
				first = false
				close(started)
			}
		}
	})
	<-started
	if f.Running != nil {
		waitFor(t, "both statements run", func() bool { return f.Running(t) == 2 })
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	wantCode(t, "a statement while closing", running, custard.CodeUnreachable, custard.CodeCanceled)
	wantCode(t, "a reader while closing", reading, custard.CodeUnreachable, custard.CodeCanceled)
	idle(t, f)
	if err := conn.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	_, err := conn.Query(t.Context(), custard.Statement{SQL: "select 1"})
	wantCode(t, "a closed database", err, custard.CodeUnreachable)
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
