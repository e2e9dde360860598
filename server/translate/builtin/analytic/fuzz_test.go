package analytic_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/analytic"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// shop is a small schema with all that the grammar looks for: money in lines, dates, people, a table that refers to itself.
func shop() *custard.Schema {
	col := func(name string, t custard.Type) *custard.Column {
		return &custard.Column{Name: name, Type: t, Nullable: true}
	}
	ref := func(column, table string) custard.ForeignKey {
		return custard.ForeignKey{Columns: []string{column}, RefTable: table, RefColumns: []string{"id"}}
	}
	table := func(name string, keys []custard.ForeignKey, columns ...*custard.Column) *custard.Table {
		return &custard.Table{Name: name, Kind: custard.KindTable, PrimaryKey: []string{"id"}, ForeignKeys: keys, Columns: append([]*custard.Column{col("id", custard.TypeInt)}, columns...)}
	}
	return &custard.Schema{Dialect: custard.SQLite, Tables: []*custard.Table{
		table("customers", nil, col("name", custard.TypeText), col("email", custard.TypeText), col("country", custard.TypeText), col("created_at", custard.TypeTimestamp)),
		table("employees", []custard.ForeignKey{ref("manager_id", "employees")}, col("first_name", custard.TypeText), col("last_name", custard.TypeText), col("salary", custard.TypeDecimal), col("hired_on", custard.TypeDate), col("manager_id", custard.TypeInt)),
		table("products", nil, col("name", custard.TypeText), col("price", custard.TypeDecimal), col("unit_cost", custard.TypeDecimal), col("discontinued", custard.TypeBool)),
		table("orders", []custard.ForeignKey{ref("customer_id", "customers"), ref("employee_id", "employees")}, col("customer_id", custard.TypeInt), col("employee_id", custard.TypeInt), col("status", custard.TypeText), col("ordered_at", custard.TypeTimestamp), col("required_on", custard.TypeDate), col("shipped_on", custard.TypeDate)),
		table("order_items", []custard.ForeignKey{ref("order_id", "orders"), ref("product_id", "products")}, col("order_id", custard.TypeInt), col("product_id", custard.TypeInt), col("qty", custard.TypeInt), col("unit_price", custard.TypeDecimal), col("discount_pct", custard.TypeInt)),
		table("reviews", []custard.ForeignKey{ref("product_id", "products"), ref("customer_id", "customers")}, col("product_id", custard.TypeInt), col("customer_id", custard.TypeInt), col("rating", custard.TypeInt), col("created_at", custard.TypeTimestamp)),
	}}
}

// Whatever is asked, there is no panic, and every query that is made can be printed in each dialect.
func FuzzTranslate(f *testing.F) {
	for _, question := range []string{
		"revenue by month this year compared to last year", "top 3 products in each country by revenue", "customers who never ordered in the last 6 months", "median order value by country",
		"share of orders that were cancelled", "new and returning customers by quarter", "who reports to Ann Lee", "duplicate emails", "orders shipped late between May and July 2017",
		"how many customers bought both A and B", "histogram of order values in buckets of 50", "cheapest and most expensive product", "employees earning above average", "running total of orders per week",
		"countries with at least 5 customers", "90th percentile of salary by manager", "orphaned order items", "when was Ann hired", "customers without a phone or with more than 3 reviews", "which month had the fewest orders?",
	} {
		f.Add(question)
	}
	schema := shop()
	ix := index.New(schema)
	now := time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, question string) {
		if len(question) > 400 {
			return
		}
		values := []custard.ValueMatch{{Table: "customers", Column: "name", Value: "A", Start: 0, End: min(3, len(question)), Score: 1}, {Table: "products", Column: "name", Value: "B", Start: len(question) / 2, End: len(question), Score: 1}}
		for _, d := range []custard.Dialect{custard.SQLite, custard.Postgres, custard.MySQL} {
			c, ok := analytic.Translate(translate.Request{Question: question, Schema: schema, Dialect: d, Now: now}, ix, ix.Read(question, values))
			if !ok {
				continue
			}
			if c.Tree == nil || c.Confidence < 0 || c.Confidence > 1 || c.Coverage < 0 || c.Coverage > 1 {
				t.Fatalf("%q: %+v", question, c)
			}
			if _, err := print.SQL(d, c.Tree); err != nil {
				t.Fatalf("%q in %s: %v", question, d, err)
			}
		}
	})
}

// A schema of a hundred tables.
func BenchmarkTranslate(b *testing.B) {
	schema := shop()
	for n := range 94 {
		t := *schema.Tables[n%6]
		t.Name = fmt.Sprintf("%s_archive_%d", t.Name, n)
		schema.Tables = append(schema.Tables, &t)
	}
	ix := index.New(schema)
	req := translate.Request{Question: "top 10 products by revenue in the last 12 months for customers in Germany", Schema: schema, Dialect: custard.SQLite, Now: time.Now()}
	ms := ix.Read(req.Question, nil)
	for b.Loop() {
		analytic.Translate(req, ix, ms)
	}
}
