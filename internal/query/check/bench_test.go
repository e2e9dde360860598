package check

import (
	"fmt"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

// wide makes a schema of n tables with 15 columns each; the first ones are those that the long statement reads.
func wide(n int) *custard.Schema {
	s := &custard.Schema{Dialect: custard.Postgres, Database: "db", DefaultSchema: "public"}
	known := []struct {
		name string
		cols []string
	}{
		{"customers", []string{"id", "name", "country", "segment", "created_at"}},
		{"orders", []string{"id", "customer_id", "ordered_at", "status", "total"}},
		{"order_items", []string{"id", "order_id", "product_id", "quantity", "unit_price", "discount"}},
		{"products", []string{"id", "name", "category_id", "price"}},
		{"categories", []string{"id", "name", "parent_id"}},
	}
	for i := range n {
		t := &custard.Table{Schema: "public", Name: fmt.Sprintf("table_%04d", i), Kind: custard.KindTable, PrimaryKey: []string{"id"}}
		cols := []string{"id"}
		if i < len(known) {
			t.Name, cols = known[i].name, known[i].cols
		}
		for j := len(cols); j < 15; j++ {
			cols = append(cols, fmt.Sprintf("column_%02d", j))
		}
		for _, c := range cols {
			t.Columns = append(t.Columns, &custard.Column{Name: c, Type: custard.TypeInt, DataType: "integer"})
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

// long is a statement of 1 KB such as a language model writes.
const long = `WITH monthly AS (
  SELECT date_trunc('month', o.ordered_at) AS month, c.country, c.segment,
         sum(i.quantity * i.unit_price * (1 - i.discount)) AS revenue, count(DISTINCT o.id) AS orders
  FROM orders o
  JOIN customers c ON c.id = o.customer_id
  JOIN order_items i ON i.order_id = o.id
  JOIN products p ON p.id = i.product_id
  LEFT JOIN categories k ON k.id = p.category_id
  WHERE o.status IN ('paid', 'shipped', 'delivered') AND o.ordered_at >= DATE '2024-01-01'
    AND o.ordered_at < DATE '2025-01-01' AND (k.name ILIKE '%audio%' OR p.price BETWEEN 10 AND 500)
  GROUP BY 1, 2, 3
), ranked AS (
  SELECT month, country, segment, revenue, orders,
         rank() OVER (PARTITION BY month ORDER BY revenue DESC) AS place,
         revenue - lag(revenue) OVER (PARTITION BY country, segment ORDER BY month) AS change
  FROM monthly
)
SELECT to_char(month, 'YYYY-MM') AS month, country, segment, round(revenue::numeric, 2) AS revenue, orders,
       CASE WHEN change > 0 THEN 'up' WHEN change < 0 THEN 'down' ELSE 'flat' END AS trend
FROM ranked
WHERE place <= 5
ORDER BY month, place
LIMIT 100`

// BenchmarkGuard is what every statement pays: parse, check and print, against schemas of two sizes.
func BenchmarkGuard(b *testing.B) {
	for _, tables := range []int{100, 2000} {
		b.Run(fmt.Sprintf("%dtables", tables), func(b *testing.B) {
			idx := NewIndex(wide(tables))
			b.ReportAllocs()
			b.SetBytes(int64(len(long)))
			for b.Loop() {
				q, err := parse.Parse(custard.Postgres, long)
				if err != nil {
					b.Fatal(err)
				}
				res, err := Check(q, idx, Options{Dialect: custard.Postgres, MaxRows: 1000, Repair: true})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := print.SQL(custard.Postgres, res.Query); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	idx := NewIndex(wide(100))
	q, err := parse.Parse(custard.Postgres, long)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Check(q, idx, Options{Dialect: custard.Postgres, MaxRows: 1000, Repair: true}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewIndex(b *testing.B) {
	s := wide(2000)
	b.ReportAllocs()
	for b.Loop() {
		NewIndex(s)
	}
}
