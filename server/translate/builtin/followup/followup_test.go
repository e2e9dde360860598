package followup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/followup"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

func column(name string, t custard.Type) *custard.Column { return &custard.Column{Name: name, Type: t} }

// bakery is an invented schema.
func bakery() *index.Index {
	return index.New(&custard.Schema{Tables: []*custard.Table{
		{Name: "cakes", PrimaryKey: []string{"id"}, Columns: []*custard.Column{column("id", custard.TypeInt), column("name", custard.TypeText), column("flavour", custard.TypeText), column("price", custard.TypeDecimal)}},
		{Name: "sales", PrimaryKey: []string{"id"}, Columns: []*custard.Column{column("id", custard.TypeInt), column("cake_id", custard.TypeInt), column("town", custard.TypeText), column("sold_on", custard.TypeDate)}},
	}})
}

// values knows two flavours and two towns.
func values(text string) ([]custard.ValueMatch, error) {
	var out []custard.ValueMatch
	for value, column := range map[string][2]string{"lemon": {"cakes", "flavour"}, "cherry": {"cakes", "flavour"}, "Ghent": {"sales", "town"}, "Leeds": {"sales", "town"}} {
		if at := strings.Index(text, value); at >= 0 {
			out = append(out, custard.ValueMatch{Table: column[0], Column: column[1], Value: value, Start: at, End: at + len(value), Score: 1})
		}
	}
	return out, nil
}

func TestWhole(t *testing.T) {
	t.Parallel()
	ix := bakery()
	now := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ said, want string }{
		{"how many cakes are there? | and by flavour?", "how many cakes are there by flavour"},
		{"number of sales by town | by month", "number of sales by month"},
		{"number of sales by town in 2024 | and per flavour?", "number of sales per flavour in 2024"},
		{"how many sales in Ghent | what about Leeds?", "how many sales in Leeds"},
		{"how many sales in Ghent? | only lemon", "how many sales in Ghent for lemon"},
		{"how many sales in Ghent | and only in 2024", "how many sales in Ghent in 2024"},
		{"how many sales in 2023 in Ghent | and in 2024?", "how many sales in 2024 in Ghent"},
		{"how many sales in 2023 | 2024", "how many sales in 2024"},
		{"sales by town | top 3 only", "top 3 town by sales"},
		{"which cakes are cherry? | sort by price", "which cakes are cherry, sorted by price"},
		{"which cakes are cherry? | sort them by price", "which cakes are cherry, sorted by price"},
		{"which cakes are cherry? | how many are there?", "how many cakes are cherry"},
		{"which cakes are cherry? | without sales", "which cakes are cherry without sales"},
		{"how many cakes are there? | how many sales are there?", "how many sales are there?"},
		{"how many cakes are there? | and how many sales are there?", "and how many sales are there?"},
		{"how many sales in Ghent | what about Leeds? | by month | in 2024", "how many sales in Leeds by month in 2024"},
		{"how many sales in 2023 in Ghent | and the year before", "how many sales in 2022 in Ghent"},
		{"number of sales by town this year | and the year before?", "number of sales by town in 2024"},
		{"number of sales by town this year | the previous year", "number of sales by town in 2024"},
		{"how many sales in May 2024 | and a month later", "how many sales in June 2024"},
		{"how many sales in May 2024 | and the year before that", "how many sales in May 2023"},
		{"how many sales in Q2 2024 | the quarter before", "how many sales in Q1 2024"},
		{"how many sales in January 2024 | the month before | and the month before", "how many sales in November 2023"},
		{"number of sales by town | and the year before", "number of sales by town in 2024"},
		{"number of sales by town in 2024 | why so many in May?", "number of sales by town in May 2024"},
		{"number of sales by town in 2024 | why were there so few in Ghent?", "number of sales by town in 2024 in Ghent"},
		{"number of sales by town in 2024 | and in May", "number of sales by town in May 2024"},
		{"number of sales by town in 2024 | by month instead", "number of sales by month in 2024"},
		{"number of sales by town | why is the sky blue?", "why is the sky blue?"},
		{"number of sales by town in 2024 | why?", "why?"},
		{"how many sales in 2023 | which cakes were there the year before", "which cakes were there the year before"},
		{"how many cakes are there? | thanks", "thanks"},
		{"how many cakes are there?", "how many cakes are there?"},
	} {
		turns := strings.Split(c.said, " | ")
		got, err := followup.Whole(ix, turns[:len(turns)-1], turns[len(turns)-1], now, values)
		if err != nil || got != c.want {
			t.Errorf("%q\n got %q, %v\nwant %q", c.said, got, err, c.want)
		}
	}
}
