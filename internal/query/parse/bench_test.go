package parse

import (
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

// long is a query of 1 KB such as a language model writes.
const long = `WITH monthly AS (
    SELECT date_trunc('month', o.ordered_at) AS month, c.region, SUM(i.quantity * i.unit_price * (1 - i.discount)) AS revenue,
           COUNT(DISTINCT o.id) AS orders
    FROM orders o
    JOIN order_items i ON i.order_id = o.id
    JOIN customers c ON c.id = o.customer_id
    LEFT JOIN returns r ON r.order_id = o.id AND r.reason <> 'changed mind'
    WHERE o.status IN ('paid', 'shipped') AND o.ordered_at >= DATE '2023-01-01' AND r.id IS NULL
    GROUP BY 1, c.region
    HAVING SUM(i.quantity) > 10
), ranked AS (
    SELECT month, region, revenue, orders, RANK() OVER (PARTITION BY month ORDER BY revenue DESC) AS place,
           revenue - LAG(revenue) OVER (PARTITION BY region ORDER BY month) AS change
    FROM monthly
)
SELECT month, region, ROUND(revenue::numeric, 2) AS revenue, orders,
       CASE WHEN change > 0 THEN 'up' WHEN change < 0 THEN 'down' ELSE 'same' END AS trend
FROM ranked
WHERE place <= 3 AND region NOT LIKE 'test%'
ORDER BY month DESC, place ASC NULLS LAST
LIMIT 100 OFFSET 0`

func BenchmarkParse(b *testing.B) {
	for name, sql := range map[string]string{"short": "SELECT name, age FROM head WHERE age > 56 ORDER BY age", "long": long} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(sql)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(custard.Postgres, sql); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
