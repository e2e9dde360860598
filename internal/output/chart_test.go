package output_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/output"
)

func draw(t *testing.T, r result, chart custard.Chart, screen output.Screen) string {
	t.Helper()
	p := output.NewPoints(r.fields)
	p.Rows(r.batch())
	got, err := p.Draw(chart, screen)
	if err != nil {
		t.Fatal(err)
	}
	if !screen.Color {
		for line := range strings.Lines(got) {
			if w := displaywidth.String(strings.TrimSuffix(line, "\n")); w >= screen.Width {
				t.Errorf("a line takes %d of %d columns: %s", w, screen.Width, line)
			}
		}
	}
	return got
}

func TestCharts(t *testing.T) {
	t.Parallel()
	months := result{fields: []custard.Field{field("month", custard.TypeDate), field("revenue", custard.TypeDecimal), field("cost", custard.TypeDecimal)}}
	for i := range 18 {
		revenue := any(fmt.Sprintf("%.2f", 1000+400*math.Sin(float64(i)/3)+float64(30*i)))
		if i == 9 {
			revenue = nil
		}
		months.rows = append(months.rows, []any{fmt.Sprintf("%d-%02d-01", 2024+i/12, i%12+1), revenue, fmt.Sprintf("%.2f", 700+float64(20*i))})
	}
	categories := result{fields: []custard.Field{field("category", custard.TypeText), field("orders", custard.TypeInt)}}
	for i := range 40 {
		categories.rows = append(categories.rows, []any{fmt.Sprintf("Category number %d of the shop's long list", i), fmt.Sprint(4000 / (i + 1))})
	}
	negative := result{fields: []custard.Field{field("quarter", custard.TypeText), field("profit", custard.TypeDecimal)}, rows: [][]any{{"Q1", "1200.50"}, {"Q2", "-800.25"}, {"Q3", nil}, {"Q4", "0"}, {"日本", "3"}}}
	values := result{fields: []custard.Field{field("amount", custard.TypeDecimal)}}
	for i := range 500 {
		values.rows = append(values.rows, []any{fmt.Sprintf("%.2f", math.Abs(100*math.Sin(float64(i*i))+float64(i%7)*20))})
	}
	ages := result{fields: []custard.Field{field("age", custard.TypeInt)}}
	for i := range 300 {
		ages.rows = append(ages.rows, []any{fmt.Sprint(18 + (i*i)%60)})
	}
	cases := []struct {
		name  string
		rows  result
		chart custard.Chart
	}{
		{"line", months, custard.Chart{Kind: custard.ChartLine, X: "month", Y: []string{"revenue"}}},
		{"lines", months, custard.Chart{Kind: custard.ChartLine, X: "month", Y: []string{"revenue", "cost"}}},
		{"bars", categories, custard.Chart{Kind: custard.ChartBar, X: "category", Y: []string{"orders"}}},
		{"grouped", result{months.fields, months.rows[:5]}, custard.Chart{Kind: custard.ChartBar, X: "month", Y: []string{"revenue", "cost"}}},
		{"negative", negative, custard.Chart{Kind: custard.ChartBar, X: "quarter", Y: []string{"profit"}}},
		{"hist", values, custard.Chart{Kind: custard.ChartHist, Y: []string{"amount"}}},
		{"hist.int", ages, custard.Chart{Kind: custard.ChartHist, Y: []string{"age"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			golden(t, "chart."+c.name, draw(t, c.rows, c.chart, output.Screen{Width: 72, Unicode: true}))
			golden(t, "chart."+c.name+".ascii", draw(t, c.rows, c.chart, output.Screen{Width: 72}))
			golden(t, "chart."+c.name+".colour", draw(t, c.rows, c.chart, output.Screen{Width: 72, Unicode: true, Color: true}))
			for _, columns := range []int{30, 40, 100, 250} {
				draw(t, c.rows, c.chart, output.Screen{Width: columns, Unicode: true})
			}
		})
	}
}

func TestChartsOfOddData(t *testing.T) {
	t.Parallel()
	one := func(cells ...any) result {
		r := result{fields: []custard.Field{field("x", custard.TypeText), field("y", custard.TypeFloat)}}
		for i, c := range cells {
			r.rows = append(r.rows, []any{fmt.Sprint("row ", i), c})
		}
		return r
	}
	odd := map[string]result{
		"one": one("5"), "zeros": one("0", "0", "0"), "same": one("3", "3"), "tiny": one("1e-12", "2e-12"), "huge": one("1e300", "-1e300", "1"),
		"nan": one("NaN", "1", "Infinity", nil), "negative only": one("-1", "-5", "-3"),
	}
	for name, r := range odd {
		for _, kind := range []custard.ChartMode{custard.ChartBar, custard.ChartLine, custard.ChartHist} {
			for _, columns := range []int{12, 30, 80} {
				t.Run(fmt.Sprint(name, "/", kind, "/", columns), func(t *testing.T) {
					t.Parallel()
					p := output.NewPoints(r.fields)
					p.Rows(r.batch())
					got, err := p.Draw(custard.Chart{Kind: kind, X: "x", Y: []string{"y"}}, output.Screen{Width: columns, Unicode: true})
					if err != nil || got == "" {
						t.Errorf("got %q, %v", got, err)
					}
				})
			}
		}
	}
}

func TestWhatCannotBeDrawnSaysWhy(t *testing.T) {
	t.Parallel()
	text := result{fields: []custard.Field{field("x", custard.TypeText), field("y", custard.TypeText)}, rows: [][]any{{"a", "b"}}}
	for _, c := range []struct {
		r     result
		chart custard.Chart
		want  string
	}{
		{text, custard.Chart{Kind: custard.ChartBar, X: "x", Y: []string{"y"}}, "no numbers"},
		{text, custard.Chart{Kind: custard.ChartBar, X: "x", Y: []string{"z"}}, `no column "z"`},
		{text, custard.Chart{Kind: custard.ChartBar, X: "x"}, "no column of numbers"},
		{result{fields: text.fields}, custard.Chart{Kind: custard.ChartBar, X: "x", Y: []string{"y"}}, "no rows"},
	} {
		p := output.NewPoints(c.r.fields)
		if len(c.r.rows) > 0 {
			p.Rows(c.r.batch())
		}
		if _, err := p.Draw(c.chart, output.Screen{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want it to say %q", err, c.want)
		}
	}
	p := output.NewPoints(text.fields)
	for range 30_000 {
		p.Rows(text.batch())
	}
	if _, err := p.Draw(custard.Chart{Kind: custard.ChartBar, X: "x", Y: []string{"y"}}, output.Screen{}); err == nil {
		t.Error("30,000 rows were drawn")
	}
}
