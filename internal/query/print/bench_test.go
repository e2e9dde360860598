package print_test

import (
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

// long is some 1 KB of what a model writes: two common table expressions, four joins, a window.
const long = `WITH monthly AS (
  SELECT date_trunc('month', o.ordered_at) AS month, c.country, sum(i.quantity * i.unit_price * (1 - i.discount)) AS revenue,
         count(DISTINCT o.customer_id) AS customers
  FROM orders o
  JOIN order_items i ON i.order_id = o.id
  JOIN customers c ON c.id = o.customer_id
  LEFT JOIN products p ON p.id = i.product_id
  WHERE o.status IN ('paid', 'shipped') AND o.ordered_at >= DATE '2023-01-01' AND (p.category = 'Books' OR p.category IS NULL)
  GROUP BY 1, 2
), ranked AS (
  SELECT m.*, row_number() OVER (PARTITION BY m.month ORDER BY m.revenue DESC) AS place,
         m.revenue - lag(m.revenue) OVER (PARTITION BY m.country ORDER BY m.month) AS change
  FROM monthly m
)
SELECT r.month, r.country, round(r.revenue::numeric, 2) AS revenue, r.customers,
       CASE WHEN r.change > 0 THEN 'up' WHEN r.change < 0 THEN 'down' ELSE 'same' END AS trend
FROM ranked r
WHERE r.place <= 5 AND r.country NOT LIKE 'X%'
ORDER BY r.month DESC, r.place
LIMIT 100`

func longQuery(b *testing.B) *query.Query {
	b.Helper()
	q, err := parse.Parse(custard.Postgres, long)
	if err != nil {
		b.Fatal(err)
	}
	return q
}

func BenchmarkSQL(b *testing.B) {
	q := longQuery(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := print.SQL(custard.Postgres, q); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPretty(b *testing.B) {
	q := longQuery(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := print.Pretty(custard.Postgres, q); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAndSQL(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		q, err := parse.Parse(custard.Postgres, long)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := print.SQL(custard.Postgres, q); err != nil {
			b.Fatal(err)
		}
	}
}
