package check

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
)

// TestBounds gives Check what costs most for its size. Without bounds the first two would take all memory, or days.
func TestBounds(t *testing.T) {
	t.Parallel()
	var doubling strings.Builder
	doubling.WriteString("WITH c0 AS (SELECT * FROM customers a, orders b)")
	for i := range 100 {
		fmt.Fprintf(&doubling, ", c%d AS (SELECT x.*, y.* FROM c%d x, c%d y)", i+1, i, i)
	}
	doubling.WriteString(" SELECT * FROM c100")
	var natural strings.Builder
	natural.WriteString("WITH c0 AS (SELECT a.*, b.*, c.*, d.* FROM customers a, orders b, products c, tickets d), c1 AS (SELECT a.*, b.*, c.*, d.* FROM c0 a, c0 b, c0 c, c0 d)")
	natural.WriteString(", c2 AS (SELECT a.*, b.*, c.*, d.* FROM c1 a, c1 b, c1 c, c1 d) SELECT 1 FROM c2 z")
	for i := range 200 {
		fmt.Fprintf(&natural, " NATURAL JOIN c2 n%d", i)
	}
	endless := map[string]bool{"doubling columns": true, "natural joins": true}
	for name, text := range map[string]string{
		"doubling columns": doubling.String(),
		"natural joins":    natural.String(),
		"many ands":        "SELECT id FROM orders WHERE id = 1" + strings.Repeat(" AND id=1", 1700),
		"many tables":      "SELECT 1 FROM orders" + repeated(1200, ", orders o%d"),
		"many joins":       "SELECT sum(o.total) FROM orders o" + repeated(250, " JOIN tickets t%[1]d ON t%[1]d.id = o.id"),
		"many repairs":     "SELECT 1 FROM customers WHERE " + strings.TrimSuffix(repeated(900, "nam = %d OR "), "OR "),
		"many texts":       "SELECT 1 FROM customers WHERE name IN (" + strings.Repeat(`"nmae",`, 1800) + "1)",
		"nested":           strings.Repeat("SELECT (", 20) + "SELECT 1" + strings.Repeat(")", 20),
	} {
		for _, d := range []custard.Dialect{custard.Postgres, custard.SQLite} {
			if len(text) > parse.MaxBytes {
				t.Fatalf("%s: %d bytes", name, len(text))
			}
			tree, err := parse.Parse(d, text)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, d, err)
			}
			_, err = Check(tree, NewIndex(shop(d)), Options{Dialect: d, MaxRows: 10, Repair: true})
			if refused := err != nil && custard.AsError(err).Code == custard.CodeRefused; refused != endless[name] {
				t.Errorf("%s, %s: %v", name, d, err)
			}
		}
	}
}

func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestTogether checks statements at once over one index that nobody has used before.
func TestTogether(t *testing.T) {
	t.Parallel()
	s := shop(custard.Postgres)
	for i := range 40 {
		s.Tables[0].Columns = append(s.Tables[0].Columns, &custard.Column{Name: fmt.Sprintf("Extra%d", i), Type: custard.TypeText})
	}
	idx := NewIndex(s)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			tree, err := parse.Parse(custard.Postgres, fmt.Sprintf("SELECT extra%d, 'happy'::mood FROM customers JOIN orders USING (id)", i))
			if err != nil {
				t.Error(err)
				return
			}
			res, err := Check(tree, idx, Options{Dialect: custard.Postgres})
			if err != nil || res.Fields[0].Name != fmt.Sprintf("Extra%d", i) || len(res.Tables) != 2 {
				t.Error(res, err)
			}
		})
	}
	wg.Wait()
}
