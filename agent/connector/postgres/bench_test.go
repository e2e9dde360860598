package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/postgres"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
)

// BenchmarkScan reads a million rows of eight columns through the connector and, to compare with, with COPY.
func BenchmarkScan(b *testing.B) {
	dsn := pgtest.URL(b)
	pgtest.Exec(b, dsn, "CREATE TABLE big AS SELECT n AS id, n * 7 % 10007 AS customer_id, 'customer number ' || n % 5000 AS name, 'user' || n || '@example.com' AS email,"+
		" (n * 1.37 % 10000)::numeric(10,2) AS amount, n / 7.0::float8 AS score, timestamp '2024-01-01' + n * interval '13 s' AS created_at, n % 2 = 0 AS active"+
		" FROM generate_series(1, 1000000) n", "VACUUM ANALYZE big")
	conn := open(b, dsn, connector.Options{})
	defer conn.Close()
	b.Run("Query", func(b *testing.B) {
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
	})
	b.Run("COPY", func(b *testing.B) {
		pg, err := pgconn.Connect(b.Context(), dsn)
		if err != nil {
			b.Fatal(err)
		}
		defer pg.Close(context.Background())
		for b.Loop() {
			var n counter
			if _, err := pg.CopyTo(b.Context(), &n, "COPY big TO STDOUT"); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(n))
		}
	})
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// BenchmarkCatalogue discovers 2,000 tables of 15 columns.
func BenchmarkCatalogue(b *testing.B) {
	dsn := pgtest.URL(b)
	var ddl strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&ddl, "CREATE TABLE t%d(id bigint PRIMARY KEY, parent bigint", i)
		if i > 0 {
			fmt.Fprintf(&ddl, " REFERENCES t%d", i-1)
		}
		for c := range 13 {
			fmt.Fprintf(&ddl, ", c%d %s", c, []string{"text", "numeric(10,2)", "timestamptz", "varchar(40)", "boolean"}[c%5])
		}
		ddl.WriteString(");")
	}
	pgtest.Exec(b, dsn, ddl.String(), "VACUUM ANALYZE")
	role := pgtest.Role(b, dsn, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
	conn := open(b, role, connector.Options{})
	defer conn.Close()
	b.Run("Schema", func(b *testing.B) {
		for b.Loop() {
			if s, err := conn.Schema(b.Context()); err != nil || len(s.Tables) != 2000 {
				b.Fatal(err)
			}
		}
	})
	b.Run("OpenAndSchema", func(b *testing.B) {
		for b.Loop() {
			c := open(b, role, connector.Options{})
			if s, err := c.Schema(b.Context()); err != nil || len(s.Tables) != 2000 {
				b.Fatal(err)
			}
			_ = c.Close()
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

// BenchmarkPoint is a small statement on an open connection, and with the connecting and closing.
func BenchmarkPoint(b *testing.B) {
	dsn := pgtest.URL(b)
	point := func(b *testing.B, conn connector.Conn) {
		res, err := conn.Query(b.Context(), custard.Statement{SQL: "select 1"})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range res.Batches {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("Open", func(b *testing.B) {
		conn := open(b, dsn, connector.Options{})
		defer conn.Close()
		for b.Loop() {
			point(b, conn)
		}
	})
	b.Run("Connect", func(b *testing.B) {
		for b.Loop() {
			conn, err := postgres.Driver{}.Open(b.Context(), dsn, connector.Options{})
			if err != nil {
				b.Fatal(err)
			}
			point(b, conn)
			_ = conn.Close()
		}
	})
}
