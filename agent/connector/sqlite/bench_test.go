package sqlite_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// BenchmarkScan reads a million rows of eight columns.
func BenchmarkScan(b *testing.B) {
	conn, _ := database(b, connector.Options{},
		"create table big(id integer primary key, customer_id int, name text, email varchar(60), amount decimal(10,2), score real, created_at timestamp, active boolean)",
		`with recursive r(n) as (select 1 union all select n+1 from r limit 1000000) insert into big
			select n, n*7%10007, 'customer number '||n%5000, 'user'||n||'@example.com', round(n*1.37,2)%10000, n/7.0, datetime(1704067200+n*13,'unixepoch'), n%2 from r`)
	for b.Loop() {
		rows, bytes := 0, 0
		res, err := conn.Query(b.Context(), custard.Statement{SQL: "select * from big"})
		if err != nil {
			b.Fatal(err)
		}
		for batch, err := range res.Batches {
			if err != nil {
				b.Fatal(err)
			}
			rows += batch.Rows
			bytes += len(batch.Data)
		}
		if rows != 1_000_000 {
			b.Fatal(rows)
		}
		b.SetBytes(int64(bytes))
	}
}

// BenchmarkCatalogue discovers 2,000 tables of 15 columns.
func BenchmarkCatalogue(b *testing.B) {
	var ddl []string
	for i := range 2000 {
		var sql strings.Builder
		fmt.Fprintf(&sql, "create table t%d(id integer primary key, parent int references t%d", i, max(0, i-1))
		for c := range 13 {
			fmt.Fprintf(&sql, ", c%d %s", c, []string{"text", "decimal(10,2)", "timestamp", "varchar(40)", "boolean"}[c%5])
		}
		ddl = append(ddl, sql.String()+")")
	}
	conn, _ := database(b, connector.Options{}, ddl...)
	b.Run("Schema", func(b *testing.B) {
		for b.Loop() {
			if s, err := conn.Schema(b.Context()); err != nil || len(s.Tables) != 2000 {
				b.Fatal(err)
			}
		}
	})
	b.Run("Fingerprint", func(b *testing.B) {
		for b.Loop() {
			if _, err := conn.Fingerprint(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
