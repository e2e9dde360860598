package ask

import (
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

// made builds a sample from fields and rows of texts; "∅" is NULL.
func made(fields []custard.Field, rows ...[]string) *sample {
	s := newSample(fields, false)
	var b custard.Batch
	b.Reset(len(fields))
	for _, row := range rows {
		for _, text := range row {
			if text == "∅" {
				b.AppendNull()
			} else {
				b.AppendString(text)
			}
		}
		b.EndRow()
	}
	s.add(&b)
	return s
}

func field(name string, t custard.Type) custard.Field { return custard.Field{Name: name, Type: t} }

func many(n int, row func(i int) []string) [][]string {
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = row(i)
	}
	return rows
}

func TestSentence(t *testing.T) {
	t.Parallel()
	name, count := field("name", custard.TypeText), field("order_count", custard.TypeInt)
	month := field("month", custard.TypeDate)
	for what, tt := range map[string]struct {
		s    *sample
		want string
	}{
		"nothing":       {made([]custard.Field{name}), "No rows match."},
		"one number":    {made([]custard.Field{field("count(*)", custard.TypeInt)}, []string{"1234567"}), "Count: 1,234,567."},
		"one decimal":   {made([]custard.Field{field("total_revenue", custard.TypeDecimal)}, []string{"-1234.50"}), "Total revenue: -1,234.50."},
		"one average":   {made([]custard.Field{field("avg(price)", custard.TypeFloat)}, []string{"3.3333333333333335"}), "Average price: 3.33."},
		"NULL":          {made([]custard.Field{field("max(price)", custard.TypeFloat)}, []string{"∅"}), "Highest price has no value: nothing matches, or what matches is empty."},
		"one row":       {made([]custard.Field{name, count}, []string{"Ana", "3"}), "Name: Ana, order count: 3."},
		"list":          {made([]custard.Field{name}, []string{"Ana"}, []string{"Bo"}), "2 rows: Ana, Bo."},
		"long list":     {made([]custard.Field{name}, many(8, func(i int) []string { return []string{string(rune('a' + i))} })...), "8 rows: a, b, c, d, e and 3 more."},
		"ranking":       {made([]custard.Field{name, count}, []string{"Ana", "3"}, []string{"Bo", "1"}, []string{"Cy", "2"}), "Ana has the highest order count, 3; Bo the lowest of the 3 rows, 1."},
		"tie":           {made([]custard.Field{name, count}, []string{"Ana", "3"}, []string{"Bo", "3"}, []string{"Cy", "2"}), "Ana and 1 more have the highest order count, 3; Cy the lowest of the 3 rows, 2."},
		"all the same":  {made([]custard.Field{name, count}, []string{"Ana", "3"}, []string{"Bo", "3"}), "Order count is 3 for all 2."},
		"over time":     {made([]custard.Field{month, count}, []string{"2026-01-01", "3"}, []string{"2026-02-01", "9"}, []string{"2026-03-01", "5"}), "Order count rose from 3 (2026-01) to 5 (2026-03); highest 9 (2026-02), lowest 3 (2026-01)."},
		"newest first":  {made([]custard.Field{month, count}, []string{"2026-03-01", "5"}, []string{"2026-02-01", "9"}, []string{"2026-01-01", "7"}), "Order count fell from 7 (2026-01) to 5 (2026-03); highest 9 (2026-02), lowest 5 (2026-03)."},
		"people":        {made([]custard.Field{field("FirstName", custard.TypeText), field("LastName", custard.TypeText), count}, []string{"Ana", "Lee", "3"}, []string{"Bo", "Ek", "1"}), "Ana Lee has the highest order count, 3; Bo Ek the lowest of the 2 rows, 1."},
		"over days":     {made([]custard.Field{month, count}, []string{"2026-01-01", "3"}, []string{"2026-01-02", "9"}, []string{"2026-01-03", "5"}), "Order count rose from 3 (2026-01-01) to 5 (2026-01-03); highest 9 (2026-01-02), lowest 3 (2026-01-01)."},
		"over years":    {made([]custard.Field{month, count}, []string{"2024-01-01", "3"}, []string{"2025-01-01", "9"}, []string{"2026-01-01", "5"}), "Order count rose from 3 (2024) to 5 (2026); highest 9 (2025), lowest 3 (2024)."},
		"keys":          {made([]custard.Field{field("id", custard.TypeInt), field("customer_id", custard.TypeInt)}, []string{"1", "2"}, []string{"2", "2"}), "2 rows."},
		"no label":      {made([]custard.Field{field("country", custard.TypeText), count}, []string{"US", "3"}, []string{"∅", "1"}), "US has the highest order count, 3; no country the lowest of the 2 rows, 1."},
		"no first":      {made([]custard.Field{field("country", custard.TypeText), count}, []string{"∅", "3"}, []string{"US", "1"}), "No country has the highest order count, 3; US the lowest of the 2 rows, 1."},
		"a number":      {made([]custard.Field{field("1", custard.TypeInt)}, []string{"1"}), "The value: 1."},
		"nameless":      {made([]custard.Field{field("?column?", custard.TypeInt), field("sum(a * b)", custard.TypeInt)}, []string{"1", "2"}), "Value 1: 1, value 2: 2."},
		"unit":          {made([]custard.Field{field("Revenue (USD)", custard.TypeInt)}, []string{"1"}), "Revenue (usd): 1."},
		"twice":         {made([]custard.Field{field("sum(total)", custard.TypeInt)}, []string{"1"}), "Total: 1."},
		"control codes": {made([]custard.Field{name}, []string{"a\x1b[31mb"}), "Name: a [31mb."},
	} {
		if got := tt.s.sentence(false); got != tt.want {
			t.Errorf("%s: %q, want %q", what, got, tt.want)
		}
	}
	if got := made([]custard.Field{name}, []string{"a"}).sentence(true); got != "The first row; there are more." {
		t.Errorf("truncated to one: %q", got)
	}
	if got := made([]custard.Field{name}, []string{"a"}, []string{"b"}).sentence(true); got != "The first 2 rows; there are more." {
		t.Errorf("truncated: %q", got)
	}
}

func TestChartIsChosenByShape(t *testing.T) {
	t.Parallel()
	name, count, year := field("name", custard.TypeText), field("orders", custard.TypeInt), field("year", custard.TypeInt)
	named := func(n int) [][]string {
		return many(n, func(i int) []string { return []string{string(rune('A'+i%26)) + string(rune('a'+i/26)), "7"} })
	}
	for what, tt := range map[string]struct {
		s    *sample
		mode custard.ChartMode
		want custard.ChartMode // "" for none
	}{
		"categories":        {made([]custard.Field{name, count}, named(10)...), custard.ChartAuto, custard.ChartBar},
		"too many":          {made([]custard.Field{name, count}, named(60)...), custard.ChartAuto, ""},
		"many, but asked":   {made([]custard.Field{name, count}, named(60)...), custard.ChartBar, custard.ChartBar},
		"none wanted":       {made([]custard.Field{name, count}, named(10)...), custard.ChartNone, ""},
		"one row":           {made([]custard.Field{name, count}, named(1)...), custard.ChartAuto, ""},
		"no measure":        {made([]custard.Field{name, field("customer_id", custard.TypeInt)}, named(5)...), custard.ChartAuto, ""},
		"repeated labels":   {made([]custard.Field{name, count}, []string{"a", "1"}, []string{"a", "2"}, []string{"b", "2"}), custard.ChartAuto, ""},
		"months as dates":   {made([]custard.Field{field("m", custard.TypeDate), count}, []string{"2026-01-01", "1"}, []string{"2026-02-01", "2"}, []string{"2026-03-01", "2"}), custard.ChartAuto, custard.ChartLine},
		"months as text":    {made([]custard.Field{field("m", custard.TypeText), count}, []string{"2026-01", "1"}, []string{"2026-02", "2"}, []string{"2026-03", "2"}), custard.ChartAuto, custard.ChartLine},
		"years":             {made([]custard.Field{year, count}, []string{"2024", "1"}, []string{"2025", "2"}, []string{"2026", "2"}), custard.ChartAuto, custard.ChartLine},
		"two months only":   {made([]custard.Field{field("m", custard.TypeDate), count}, []string{"2026-01-01", "1"}, []string{"2026-02-01", "2"}), custard.ChartAuto, custard.ChartBar},
		"many numbers":      {made([]custard.Field{count}, many(30, func(i int) []string { return []string{string(rune('0' + i%10))} })...), custard.ChartAuto, custard.ChartHist},
		"few numbers":       {made([]custard.Field{count}, many(5, func(int) []string { return []string{"1"} })...), custard.ChartAuto, ""},
		"line that was not": {made([]custard.Field{name}, []string{"a"}, []string{"b"}), custard.ChartLine, ""},
	} {
		got := custard.ChartMode("")
		if c := tt.s.chart(tt.mode); c != nil {
			got = c.Kind
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", what, got, tt.want)
		}
	}
}

func TestColumnNamesAsWords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"total_revenue": "total revenue", "TotalRevenue": "total revenue", "count(*)": "count", "COUNT(DISTINCT t1.id)": "count of id",
		"sum(t.amount)": "total amount", `avg("unit price")`: "average unit price", "sum(a * b)": "sum(a * b)", "Name": "name",
	} {
		if got := humanise(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
