package check

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

// hostile is a statement with what must become of it: refuse (must not reach a database), bounded (refused here, or ended by
// the limits below), any, and accept for the harmless twins.
type hostile struct {
	DB      custard.Dialect `json:"db"`
	ID      string          `json:"id"`
	SQL     string          `json:"sql"`
	Verdict string          `json:"verdict"`
	Of      string          `json:"of"` // of a twin: the statement that it stands beside
}

// victim is the schema that hostile statements are aimed at.
func victim(d custard.Dialect) *Index {
	col := func(names ...string) []*custard.Column {
		var out []*custard.Column
		for _, n := range names {
			c := &custard.Column{Name: n, Type: custard.TypeText, DataType: "text"}
			if n == "id" || n == "n" {
				c.Type, c.DataType = custard.TypeInt, "integer"
			}
			out = append(out, c)
		}
		return out
	}
	s := &custard.Schema{Dialect: d, Database: "victim", DefaultSchema: "public"}
	schema := "public"
	switch d {
	case custard.SQLite, custard.DuckDB:
		schema, s.DefaultSchema = "main", "main"
	case custard.MySQL:
		schema, s.DefaultSchema = "victim", "victim"
	case custard.Snowflake:
		schema, s.DefaultSchema = "PUBLIC", "PUBLIC"
	}
	for name, cols := range map[string][]*custard.Column{
		"t": col("id", "s"), "t2": col("id"), "t3": col("s"), "secret": col("k"), "notes": col("id", "owner", "body"),
	} {
		if d == custard.Snowflake {
			name = strings.ToUpper(name)
			for _, c := range cols {
				c.Name = strings.ToUpper(c.Name)
			}
		}
		s.Tables = append(s.Tables, &custard.Table{Schema: schema, Name: name, Kind: custard.KindTable, Columns: cols, PrimaryKey: []string{cols[0].Name}})
	}
	return NewIndex(s)
}

// text is the statement itself: HUGE:200000, PAREN:20000 and PLUS:60000 stand for what would be long to write down.
func (h hostile) text() string {
	kind, n, ok := strings.Cut(h.SQL, ":")
	size := 0
	for _, c := range n {
		if c < '0' || c > '9' {
			return h.SQL
		}
		size = size*10 + int(c-'0')
	}
	switch {
	case ok && kind == "HUGE":
		return "select '" + strings.Repeat("x", size) + "'"
	case ok && kind == "PAREN":
		return "select " + strings.Repeat("(", size) + "1" + strings.Repeat(")", size)
	case ok && kind == "PLUS":
		return "select 1" + strings.Repeat("+1", size)
	}
	return h.SQL
}

// run parses, checks and prints a statement as the executor does.
func (h hostile) run() (string, error) {
	d := h.DB
	if d == custard.MongoDB { // what is no SQL must be refused by every SQL dialect
		d = custard.Postgres
	}
	q, err := parse.Parse(d, h.text())
	if err != nil {
		return "", err
	}
	// Repair is on: it must open nothing.
	res, err := Check(q, victim(d), Options{Dialect: d, MaxRows: 1000, Repair: true})
	if err != nil {
		return "", err
	}
	return print.SQL(d, res.Query)
}

func TestEscapes(t *testing.T) {
	t.Parallel()
	all := readLines[hostile](t, filepath.Join("testdata", "readonly-escapes.jsonl"))
	all = append(all, readLines[hostile](t, filepath.Join("testdata", "hostile.jsonl"))...)
	count := map[string]int{}
	for _, h := range all {
		text, err := h.run()
		count[h.Verdict]++
		switch {
		case h.Verdict == "refuse" && err == nil:
			t.Errorf("%s %s: accepted: %s\n\tas %s", h.DB, h.ID, clip(h.SQL), text)
		case h.Verdict == "bounded" && err == nil:
			t.Logf("%s %s: left to the limits: %s", h.DB, h.ID, clip(h.SQL))
		}
		if err == nil {
			continue
		}
		switch e := custard.AsError(err); e.Code {
		case custard.CodeRefused, custard.CodeSyntax, custard.CodeUnknownTable, custard.CodeUnknownColumn:
		default:
			t.Errorf("%s %s: %s\n\tanswered with the code %s: %v", h.DB, h.ID, clip(h.SQL), e.Code, err)
		}
	}
	t.Logf("statements by verdict: %v", count)
	if count["refuse"] < 500 {
		t.Errorf("only %d hostile statements: are the files whole?", count["refuse"])
	}
}

// TestTwins shows that what refuses the hostile statements lets their harmless twins through.
func TestTwins(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for _, file := range []string{"readonly-escapes.jsonl", "hostile.jsonl"} {
		for _, h := range readLines[hostile](t, filepath.Join("testdata", file)) {
			ids[string(h.DB)+" "+h.ID] = true
		}
	}
	twins := readLines[hostile](t, filepath.Join("testdata", "twins.jsonl"))
	if len(twins) < 150 {
		t.Errorf("only %d twins", len(twins))
	}
	for _, h := range twins {
		if _, err := h.run(); err != nil {
			t.Errorf("%s twin of %s: refused: %s\n\t%v (%s)", h.DB, h.Of, h.SQL, err, custard.AsError(err).Hint)
		}
		if !ids[string(h.DB)+" "+h.Of] {
			t.Errorf("%s: a twin of '%s', which there is not", h.DB, h.Of)
		}
	}
}

func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}
