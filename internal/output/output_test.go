package output_test

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

var update = flag.Bool("update", false, "write the golden files")

// result is a small result by hand; a nil cell is NULL.
type result struct {
	fields []custard.Field
	rows   [][]any
}

func field(name string, typ custard.Type) custard.Field { return custard.Field{Name: name, Type: typ} }

func (r result) batch() *custard.Batch {
	b := &custard.Batch{}
	b.Reset(len(r.fields))
	for _, row := range r.rows {
		for _, cell := range row {
			if cell == nil {
				b.AppendNull()
			} else {
				b.AppendString(cell.(string))
			}
		}
		b.EndRow()
	}
	return b
}

func write(t *testing.T, r result, format output.Format, answer *output.Answer, opts output.Options) string {
	t.Helper()
	var buf bytes.Buffer
	w := output.New(&buf, format, answer, opts)
	if err := w.Begin(r.fields); err != nil {
		t.Fatal(err)
	}
	if len(r.rows) > 0 {
		if err := w.Rows(r.batch()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; -update writes it anew\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// everyType has each type in its usual and its awkward forms.
func everyType() result {
	return result{
		fields: []custard.Field{
			field("id", custard.TypeInt), field("name", custard.TypeText), field("price", custard.TypeDecimal),
			field("ratio", custard.TypeFloat), field("ok", custard.TypeBool), field("born", custard.TypeDate),
			field("at", custard.TypeTimestamp), field("doc", custard.TypeJSON), field("raw", custard.TypeBytes),
			{Name: "tags", Type: custard.TypeArray, Elem: custard.TypeText},
			{Name: "nums", Type: custard.TypeArray, Elem: custard.TypeInt},
		},
		rows: [][]any{
			{"1", "Ada", "12.50", "0.5", "t", "2024-02-29", "2024-02-29 12:30:00+00", `{"a": 1}`, `\x6869`, `{a,"b c",NULL}`, `{1,2,NULL}`},
			{"9007199254740993", `quote " comma , pipe |`, "-0.001", "NaN", "f", "1999-12-31", "2024-02-29 12:30:00.123456+05:30", "[1,\n2]", `\x`, `{}`, `{{1,2},{3,4}}`},
			{"-9007199254740992", "line one\nline two\ttab", "NaN", "-Infinity", nil, "infinity", "2024-02-29 12:30:00", `"x"`, nil, `{"q\"uote","back\\slash","NULL"}`, `[0:1]={5,6}`},
			{nil, "\x1b[31mred\x1b[0m \xff 日本語 e\u0301", nil, nil, nil, nil, nil, nil, nil, nil, nil},
		},
	}
}

func TestEveryFormatOfEveryType(t *testing.T) {
	t.Parallel()
	for _, f := range output.Formats() {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			answer := &output.Answer{
				Question: "what is there?", Connection: "shop",
				Query:  custard.Query{SQL: `SELECT * FROM "things"`, Dialect: custard.Postgres, Engine: "builtin", Assumptions: []string{"'there' read as things"}, Confidence: 0.9312},
				Answer: "There are 4 things.", Chart: &custard.Chart{Kind: custard.ChartBar, X: "name", Y: []string{"price"}},
				Done: custard.Done{Rows: 4, ConversationID: "c1", TimingsMS: map[string]float64{"total": 9.8, "translate": 3.1, "run": 4, "check": 0.2}},
			}
			golden(t, "types."+string(f), write(t, everyType(), f, answer, output.Options{Screen: output.Screen{Unicode: true}}))
		})
	}
}

func TestJSONIsReadBack(t *testing.T) {
	t.Parallel()
	text := write(t, everyType(), output.JSON, nil, output.Options{})
	var doc struct {
		Columns []struct{ Name, Type string }
		Rows    [][]any
		Count   int `json:"row_count"`
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if doc.Count != 4 || len(doc.Rows) != 4 || len(doc.Columns) != 11 {
		t.Fatalf("got %d rows, %d counted, %d columns", len(doc.Rows), doc.Count, len(doc.Columns))
	}
	if got := doc.Rows[1][0]; got != "9007199254740993" {
		t.Errorf("an integer past 2^53 is %v (%T), want a string", got, got)
	}
	if got := doc.Rows[2][0]; got != json.Number("-9007199254740992") {
		t.Errorf("an integer of 2^53 is %v (%T), want a number", got, got)
	}
	for row, want := range []string{"2024-02-29T12:30:00Z", "2024-02-29T12:30:00.123456+05:30", "2024-02-29T12:30:00Z"} {
		got, _ := doc.Rows[row][6].(string)
		if _, err := time.Parse(time.RFC3339, got); err != nil || got != want {
			t.Errorf("timestamp %q, want %q in RFC 3339 (%v)", got, want, err)
		}
	}
	if raw, _ := base64.StdEncoding.DecodeString(doc.Rows[0][8].(string)); string(raw) != "hi" {
		t.Errorf("bytes are %q, want hi", raw)
	}
}

func TestJSONValues(t *testing.T) {
	t.Parallel()
	cases := []struct {
		typ, elem custard.Type
		cell      string
		want      string
	}{
		{custard.TypeInt, "", "007", `"007"`},
		{custard.TypeInt, "", "abc", `"abc"`}, // SQLite keeps what it was given
		{custard.TypeInt, "", "-", `"-"`},
		{custard.TypeFloat, "", "1e+30", `1e+30`},
		{custard.TypeFloat, "", "1.", `"1."`},
		{custard.TypeFloat, "", "-Infinity", `"-Infinity"`},
		{custard.TypeDecimal, "", "1234.50", `"1234.50"`},
		{custard.TypeTimestamp, "", "infinity", `"infinity"`},
		{custard.TypeTimestamp, "", "0044-03-15 12:00:00+00 BC", `"0044-03-15 12:00:00+00 BC"`},
		{custard.TypeTimestamp, "", "1890-01-01 00:00:00+00:19:32", `"1889-12-31T23:40:28Z"`},
		{custard.TypeTimestamp, "", "2024-01-01 00:00:00-03", `"2024-01-01T00:00:00-03:00"`},
		{custard.TypeJSON, "", `{"a":`, `"{\"a\":"`},
		{custard.TypeJSON, "", "{\n \"a\": 1\n}", `{  "a": 1 }`},
		{custard.TypeBytes, "", `\xzz`, `"\\xzz"`},
		{custard.TypeArray, custard.TypeDecimal, `{1.5,NULL}`, `["1.5",null]`},
		{custard.TypeArray, custard.TypeBool, `{t,f}`, `[true,false]`},
		{custard.TypeArray, custard.TypeText, `{unclosed`, `"{unclosed"`},
		{custard.TypeArray, custard.TypeText, `{a,,b}`, `"{a,,b}"`},
		{custard.TypeArray, custard.TypeJSON, `{"{\"k\": 1}"}`, `[{"k": 1}]`},
		{custard.TypeText, "", "a\x00b\u009bc\x7f", `"a\u0000b\u009bc\u007f"`},
		{custard.TypeText, "", "bad \xf0\x28 utf8", "\"bad \ufffd( utf8\""},
		{custard.TypeText, "", "12345678\"", `"12345678\""`},
		{custard.TypeText, "", "</script>&日本", `"</script>&日本"`},
	}
	for _, c := range cases {
		f := custard.Field{Name: "v", Type: c.typ, Elem: c.elem}
		got := write(t, result{fields: []custard.Field{f}, rows: [][]any{{c.cell}}}, output.NDJSON, nil, output.Options{})
		if want := `{"v":` + c.want + "}\n"; got != want {
			t.Errorf("%s %q: got %s want %s", c.typ, c.cell, got, want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%s %q: %s is no JSON", c.typ, c.cell, got)
		}
	}
}

func TestNDJSONNamesAreUnique(t *testing.T) {
	t.Parallel()
	r := result{fields: []custard.Field{field("a", custard.TypeInt), field("a", custard.TypeInt), field("a_2", custard.TypeInt), field("a", custard.TypeInt)}, rows: [][]any{{"1", "2", "3", "4"}}}
	got := write(t, r, output.NDJSON, nil, output.Options{})
	var doc map[string]int
	if err := json.Unmarshal([]byte(got), &doc); err != nil || len(doc) != 4 {
		t.Errorf("%s has %d keys, want 4 (%v)", got, len(doc), err)
	}
}

func TestCSVIsReadBack(t *testing.T) {
	t.Parallel()
	want := [][]any{{"plain", ""}, {"with, comma", `with "quotes"`}, {"line\nbreak", "carriage\rreturn"}, {" space ", nil}, {"long enough, for a word", "12345678\""}}
	r := result{fields: []custard.Field{field("a,b", custard.TypeText), field("c", custard.TypeText)}, rows: want}
	got, err := csv.NewReader(strings.NewReader(write(t, r, output.CSV, nil, output.Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want)+1 || got[0][0] != "a,b" {
		t.Fatalf("got %q", got)
	}
	for i, row := range want {
		for j, cell := range row {
			text, _ := cell.(string)
			if got[i+1][j] != text {
				t.Errorf("row %d cell %d: got %q want %q", i, j, got[i+1][j], text)
			}
		}
	}
}

func TestCSVTellsNullFromEmpty(t *testing.T) {
	t.Parallel()
	two := result{fields: []custard.Field{field("a", custard.TypeText), field("b", custard.TypeText)}, rows: [][]any{{nil, ""}}}
	if got := write(t, two, output.CSV, nil, output.Options{}); got != "a,b\n,\"\"\n" {
		t.Errorf("got %q", got)
	}
	one := result{fields: []custard.Field{field("a", custard.TypeText)}, rows: [][]any{{nil}}}
	if got := write(t, one, output.CSV, nil, output.Options{}); got != "a\n\"\"\n" {
		t.Errorf("a row of one NULL is %q: readers would skip an empty line", got)
	}
}

func TestCSVSafe(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=1+1": "\"'=1+1\"", "+cmd|'/C calc'!A0": "\"'+cmd|'/C calc'!A0\"", "@sum": "\"'@sum\"", "-1+cmd": "\"'-1+cmd\"", "\tx": "\"'\tx\"", "＝1": "\"'＝1\"",
		"-5": "-5", "+1.5": "+1.5", "a=b": "a=b",
	} {
		r := result{fields: []custard.Field{field("v", custard.TypeText)}, rows: [][]any{{cell}}}
		if got := write(t, r, output.CSV, nil, output.Options{CSVSafe: true}); got != "v\n"+want+"\n" {
			t.Errorf("%q safe: got %q want %q", cell, got, want)
		}
		if got := write(t, r, output.CSV, nil, output.Options{}); got != "v\n"+cell+"\n" {
			t.Errorf("%q without --csv-safe: got %q, want it as it is", cell, got)
		}
	}
}

// Whatever a cell holds, formats for people and everything that goes to a terminal send no control character of the cell's.
func TestCellsCannotSpeakToTheTerminal(t *testing.T) {
	t.Parallel()
	nasty := "\x1b]0;title\x07\x1b[2J\u009b31m\r\x08\u202egnp.exe\x7f\u2028"
	r := result{fields: []custard.Field{field("a\x1b[31m", custard.TypeText), field("j", custard.TypeJSON)}, rows: [][]any{{nasty, `"` + "\u009b\x7f" + `"`}}}
	for _, f := range output.Formats() {
		for _, unicode := range []bool{true, false} {
			got := write(t, r, f, nil, output.Options{Screen: output.Screen{Width: 120, Unicode: unicode}})
			for _, bad := range []string{"\x1b", "\x07", "\u009b", "\r", "\x08", "\u202e", "\x7f"} {
				if strings.Contains(got, bad) {
					t.Errorf("%s (unicode %t) sends %q: %q", f, unicode, bad, got)
				}
			}
		}
	}
}

func TestCSVOffATerminalIsExact(t *testing.T) {
	t.Parallel()
	r := result{fields: []custard.Field{field("a", custard.TypeText)}, rows: [][]any{{"\x1b[31m"}}}
	if got := write(t, r, output.CSV, nil, output.Options{}); got != "a\n\x1b[31m\n" {
		t.Errorf("got %q, want the bytes of the cell", got)
	}
}

func TestMarkdownCellsRenderAsThemselves(t *testing.T) {
	t.Parallel()
	r := result{fields: []custard.Field{field("v", custard.TypeText)}, rows: [][]any{{"a|b"}, {`c\|d`}, {"<img src=x>"}, {"![x](http://y)"}, {"snake_case _em_"}}}
	golden(t, "escapes.markdown", write(t, r, output.Markdown, nil, output.Options{}))
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, os.ErrClosed
	}
	return len(p), nil
}

func TestAWriteErrorEndsTheStream(t *testing.T) {
	t.Parallel()
	r := everyType()
	for _, f := range output.Formats() {
		w := output.New(&failing{after: 100_000}, f, nil, output.Options{})
		if err := w.Begin(r.fields); err != nil {
			t.Fatal(err)
		}
		var err error
		for i := 0; i < 5000 && err == nil; i++ {
			err = w.Rows(r.batch())
		}
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: got %v after the reader had gone, want its error", f, err)
		}
	}
}

func TestAbortedJSONIsWellFormed(t *testing.T) {
	t.Parallel()
	fail := custard.Errorf(custard.CodeTimeout, "too slow")
	for _, begun := range []bool{false, true} {
		var buf bytes.Buffer
		w := output.New(&buf, output.JSON, &output.Answer{}, output.Options{})
		if begun {
			r := everyType()
			if err := errors.Join(w.Begin(r.fields), w.Rows(r.batch())); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Abort(fail); err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Rows  []any
			Error struct{ Code, Message, Hint string }
		}
		if err := json.Unmarshal(buf.Bytes(), &doc); err != nil || doc.Error.Code != "timeout" || (len(doc.Rows) == 4) != begun {
			t.Errorf("begun %t: %v in %s", begun, err, buf.String())
		}
	}
}

func TestParseFormat(t *testing.T) {
	t.Parallel()
	if f, err := output.ParseFormat("JSON"); err != nil || f != output.JSON {
		t.Errorf("got %v, %v", f, err)
	}
	_, err := output.ParseFormat("xml")
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUsage || !strings.Contains(e.Hint, "ndjson") {
		t.Errorf("got %v, want a usage error that names the formats", err)
	}
}

func BenchmarkFormats(b *testing.B) {
	r := result{fields: []custard.Field{
		field("id", custard.TypeInt), field("name", custard.TypeText), field("email", custard.TypeText), field("amount", custard.TypeDecimal),
		field("ratio", custard.TypeFloat), field("ok", custard.TypeBool), field("day", custard.TypeDate), field("at", custard.TypeTimestamp),
	}}
	for range 1000 {
		r.rows = append(r.rows, []any{"123456", "customer number 1234", "user1234@example.com", "1234.56", "0.123456789", "t", "2024-05-06", "2024-05-06 07:08:09.123456+00"})
	}
	batch := r.batch()
	for _, f := range output.Formats() {
		b.Run(string(f), func(b *testing.B) {
			w := output.New(discard{}, f, nil, output.Options{})
			if err := w.Begin(r.fields); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(batch.Data)))
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Rows(batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
