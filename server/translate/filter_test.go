package translate_test

import (
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate"
)

func shop() *custard.Schema {
	return &custard.Schema{Dialect: custard.SQLite, Database: "shop", Tables: []*custard.Table{
		{Name: "customers", Kind: custard.KindTable, Columns: []*custard.Column{{Name: "id", Type: custard.TypeInt}, {Name: "name", Type: custard.TypeText}}},
		{Name: "orders", Kind: custard.KindTable, Columns: []*custard.Column{
			{Name: "id", Type: custard.TypeInt}, {Name: "customer_id", Type: custard.TypeInt}, {Name: "deleted_at", Type: custard.TypeTimestamp},
		}},
	}}
}

// Default filters stand where they leave the meaning of a query alone, and nowhere where somebody speaks of their columns.
func TestFiltered(t *testing.T) {
	t.Parallel()
	c := &translate.Context{Tables: []translate.TableNote{{Table: "Orders", Filter: "deleted_at IS NULL"}}}
	const join = " JOIN orders AS o ON o.customer_id = c.id"
	for _, x := range []struct{ name, sql, question, want string }{
		{"plain", "SELECT count(*) FROM orders", "how many orders?", "SELECT count(*) FROM orders WHERE orders.deleted_at IS NULL"},
		{
			"beside a condition", "SELECT id FROM orders WHERE id = 1 OR id = 2", "orders 1 and 2",
			"SELECT id FROM orders WHERE (id = 1 OR id = 2) AND orders.deleted_at IS NULL",
		},
		{"alias", "SELECT o.id FROM orders AS o", "orders", "SELECT o.id FROM orders AS o WHERE o.deleted_at IS NULL"},
		{
			"inner join", "SELECT c.name FROM customers AS c" + join, "who ordered?",
			"SELECT c.name FROM customers AS c" + join + " WHERE o.deleted_at IS NULL",
		},
		{
			"outer join", "SELECT c.name, count(o.id) FROM customers AS c LEFT" + join + " GROUP BY c.name", "orders for each customer",
			"SELECT c.name, count(o.id) FROM customers AS c LEFT" + join + " AND o.deleted_at IS NULL GROUP BY c.name",
		},
		{
			"outer side", "SELECT o.id FROM orders AS o LEFT JOIN customers AS c ON c.id = o.customer_id", "orders with customers",
			"SELECT o.id FROM orders AS o LEFT JOIN customers AS c ON c.id = o.customer_id WHERE o.deleted_at IS NULL",
		},
		{
			"query inside", "SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders)", "who ordered?",
			"SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE orders.deleted_at IS NULL)",
		},
		{"constrained already", "SELECT count(*) FROM orders WHERE deleted_at IS NOT NULL", "how many are gone?", ""},
		{"including", "SELECT count(*) FROM orders", "how many orders are there, including deleted ones?", ""},
		{"another table", "SELECT name FROM customers", "customers", ""},
		{"a WITH query of that name", "WITH orders AS (SELECT 1 AS id) SELECT id FROM orders", "orders", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			q, err := parse.Parse(custard.SQLite, x.sql)
			if err != nil {
				t.Fatal(err)
			}
			before := text(t, q)
			got, said := c.Filtered(q, shop(), x.question)
			want := x.want
			if want == "" {
				want = x.sql
			}
			w, err := parse.Parse(custard.SQLite, want)
			if err != nil {
				t.Fatal(err)
			}
			if text(t, got) != text(t, w) {
				t.Errorf("got  %s\nwant %s", text(t, got), text(t, w))
			}
			if after := text(t, q); after != before {
				t.Errorf("the caller's query was changed: %s", after)
			}
			if (len(said) > 0) != (x.want != "") || len(said) > 0 && !strings.Contains(said[0], "deleted_at IS NULL") {
				t.Errorf("said %q", said)
			}
		})
	}
}

func text(t *testing.T, q *query.Query) string {
	t.Helper()
	s, err := print.SQL(custard.SQLite, q)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
