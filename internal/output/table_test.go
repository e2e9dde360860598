package output_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func customers() result {
	return result{
		fields: []custard.Field{field("id", custard.TypeInt), field("customer", custard.TypeText), field("city", custard.TypeText), field("revenue", custard.TypeDecimal), field("since", custard.TypeDate), field("note", custard.TypeText)},
		rows: [][]any{
			{"1", "Ada Lovelace", "London", "12345.60", "2019-03-01", "prefers to be written to, not called; pays within a week of every invoice"},
			{"2", "山田 太郎", "東京", "980.00", "2021-11-30", nil},
			{"3", "Zoë 👩‍👩‍👧 O'Neill", "Baile Átha Cliath", "-12.05", nil, "first line\nsecond line\ttab"},
			{"40000", "", "São Paulo", nil, "2024-02-29", "\x1b[31mnot red\x1b[0m"},
		},
	}
}

func TestTableFitsTheWidth(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{30, 40, 60, 80, 120, 200} {
		for _, unicode := range []bool{true, false} {
			got := write(t, customers(), output.Table, nil, output.Options{Screen: output.Screen{Width: columns, Unicode: unicode}})
			name := fmt.Sprintf("table.%d", columns)
			if !unicode {
				name += ".ascii"
			}
			golden(t, name, got)
			if strings.HasPrefix(got, "─[") || strings.HasPrefix(got, "-[") {
				continue // few rows that do not fit stand one above the other, and lines there wrap
			}
			lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
			for _, line := range lines {
				if w := displaywidth.String(line); w > columns || w != displaywidth.String(lines[0]) {
					t.Errorf("%d columns: a line takes %d: %s", columns, w, line)
				}
			}
		}
	}
}

func TestTableWithColour(t *testing.T) {
	t.Parallel()
	golden(t, "table.colour", write(t, customers(), output.Table, nil, output.Options{Screen: output.Screen{Width: 80, Unicode: true, Color: true}}))
	golden(t, "vertical.colour", write(t, customers(), output.Vertical, nil, output.Options{Screen: output.Screen{Width: 80, Unicode: true, Color: true}}))
}

func TestManyRowsTooWideKeepTheirFirstColumns(t *testing.T) {
	t.Parallel()
	r := result{}
	var row []any
	for i := range 30 {
		r.fields = append(r.fields, field(fmt.Sprintf("column_%d", i), custard.TypeText))
		row = append(row, fmt.Sprintf("value %d", i))
	}
	for range 25 {
		r.rows = append(r.rows, row)
	}
	got := write(t, r, output.Table, nil, output.Options{Screen: output.Screen{Width: 80, Unicode: true}})
	golden(t, "table.wide", got)
}

func TestTableStreamsPastItsSample(t *testing.T) {
	t.Parallel()
	r := result{fields: []custard.Field{field("n", custard.TypeInt), field("s", custard.TypeText)}}
	for i := range 1500 {
		r.rows = append(r.rows, []any{fmt.Sprint(i), "short"})
	}
	first := r.batch()
	r.rows = [][]any{{"123456789", strings.Repeat("long ", 30)}}
	var buf strings.Builder
	w := output.New(&buf, output.Table, nil, output.Options{Screen: output.Screen{Width: 40, Unicode: true}})
	for _, step := range []func() error{func() error { return w.Begin(r.fields) }, func() error { return w.Rows(first) }, func() error { return w.Rows(r.batch()) }, w.End} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(buf.String()), "\n")
	if len(lines) != 1500+1+4 {
		t.Fatalf("%d lines", len(lines))
	}
	if last := lines[len(lines)-2]; last != "│ 123… │ long… │" {
		t.Errorf("a later, wider row is %q, want it clipped to the widths of the first rows", last)
	}
}

func TestEmptyResults(t *testing.T) {
	t.Parallel()
	r := result{fields: []custard.Field{field("a", custard.TypeInt), field("b", custard.TypeText)}}
	for f, want := range map[output.Format]string{
		output.Table: "a  b\n", output.CSV: "a,b\n", output.TSV: "a\tb\n", output.NDJSON: "", output.Vertical: "", output.Markdown: "|   a | b   |\n| --: | --- |\n",
	} {
		if got := write(t, r, f, nil, output.Options{}); got != want {
			t.Errorf("%s of no rows: got %q want %q", f, got, want)
		}
	}
}

func TestFloatsForPeopleAndForPrograms(t *testing.T) {
	t.Parallel()
	r := result{fields: []custard.Field{field("v", custard.TypeFloat)}, rows: [][]any{{"75882.36899999999"}, {"0.30000000000000004"}, {"123456789.12345678"}, {"1e+300"}, {"-1.7976931348623157e+308"}, {"NaN"}, {"not a\tfloat, but long"}}}
	if got, want := write(t, r, output.Markdown, nil, output.Options{}), "75882.369 0.3 123456789.123457 1e+300 -1.79769313486232e+308 NaN not a␉float, but long"; strings.Join(strings.Fields(strings.ReplaceAll(strings.SplitN(got, ": |\n", 2)[1], "|", " ")), " ") != want {
		t.Errorf("people get\n%s", got)
	}
	if got := write(t, r, output.CSV, nil, output.Options{}); !strings.Contains(got, "\n75882.36899999999\n0.30000000000000004\n") {
		t.Errorf("programs get\n%s", got)
	}
}
