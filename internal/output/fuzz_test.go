package output_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

// Whatever a cell of whatever type holds, each format stays well-formed and nothing of it is obeyed by a terminal.
func FuzzCells(f *testing.F) {
	types := []custard.Type{
		custard.TypeBool, custard.TypeInt, custard.TypeFloat, custard.TypeDecimal, custard.TypeText, custard.TypeDate,
		custard.TypeTime, custard.TypeTimestamp, custard.TypeUUID, custard.TypeJSON, custard.TypeBytes, custard.TypeArray,
	}
	for i := range types {
		for _, cell := range []string{"", "1", "-0", "1e5", "t", `{"a": [1, null]}`, `{a,"b\"c",NULL}`, `\x00ff`, "2024-01-02 03:04:05.6+07", "a\"b,c\nd\te\\", "\x1b[31m\u009b\u202e\xff", "日本"} {
			f.Add(uint8(i), cell)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, cell string) {
		typ := types[int(which)%len(types)]
		for _, elem := range []custard.Type{"", custard.TypeInt, custard.TypeJSON, custard.TypeTimestamp} {
			r := result{fields: []custard.Field{{Name: cell, Type: typ, Elem: elem}, {Name: "next", Type: custard.TypeText}}, rows: [][]any{{cell, "x"}, {nil, "y"}}}
			for _, format := range []output.Format{output.JSON, output.NDJSON} {
				got := write(t, r, format, nil, output.Options{})
				if format == output.NDJSON {
					if strings.Count(got, "\n") != 2 {
						t.Fatalf("%s %q is not one line a row: %q", typ, cell, got)
					}
					got = strings.SplitAfter(got, "\n")[0]
				}
				if !json.Valid([]byte(got)) || !utf8.ValidString(got) {
					t.Fatalf("%s %q as %s is broken: %q", typ, cell, format, got)
				}
			}
			for _, format := range output.Formats() {
				for _, unicode := range []bool{true, false} {
					noControls(t, write(t, r, format, nil, output.Options{Screen: output.Screen{Width: 60, Unicode: unicode}}))
				}
			}
		}
		text := result{fields: []custard.Field{{Name: "a", Type: custard.TypeText}, {Name: "b", Type: custard.TypeText}}, rows: [][]any{{cell, "x"}}}
		rows, err := csv.NewReader(strings.NewReader(write(t, text, output.CSV, nil, output.Options{}))).ReadAll()
		if want := strings.ReplaceAll(cell, "\r\n", "\n"); err != nil || len(rows) != 2 || rows[1][0] != want { // the reader normalises \r\n
			t.Fatalf("%q comes back from CSV as %q (%v)", cell, rows, err)
		}
		tsv := strings.Split(strings.TrimSuffix(write(t, text, output.TSV, nil, output.Options{}), "\n"), "\n")
		if len(tsv) != 2 || strings.Count(tsv[1], "\t") != 1 {
			t.Fatalf("%q breaks TSV: %q", cell, tsv)
		}
	})
}

func noControls(t *testing.T, shown string) {
	t.Helper()
	for i, r := range shown {
		if r == utf8.RuneError && strings.HasPrefix(shown[i:], "\ufffd") {
			continue
		}
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || r == utf8.RuneError) {
			t.Fatalf("a terminal gets %q in %q", r, shown)
		}
	}
}

// A batch that lies about its width is an error, not a panic.
func TestBrokenBatches(t *testing.T) {
	t.Parallel()
	for _, format := range output.Formats() {
		w := output.New(&bytes.Buffer{}, format, nil, output.Options{})
		if err := w.Begin([]custard.Field{{Name: "a"}, {Name: "b"}}); err != nil {
			t.Fatal(err)
		}
		b := &custard.Batch{}
		b.Reset(1)
		b.AppendString("alone")
		b.EndRow()
		err := w.Rows(b)
		if err == nil {
			err = w.End()
		}
		if custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeInternal {
			t.Errorf("%s: %v", format, err)
		}
	}
}
