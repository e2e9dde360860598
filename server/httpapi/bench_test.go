package httpapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/internal/wire"
)

// BenchmarkPointQuery is one small statement through client, server, hub and agent, all in one process:
//
//	go test ./server/httpapi -run '^$' -bench PointQuery -cpu 2
func BenchmarkPointQuery(b *testing.B) {
	sources := map[string]func(b *testing.B) (custard.Dialect, custard.Source){
		"sqlite": func(b *testing.B) (custard.Dialect, custard.Source) {
			src, _ := shop(b)
			return custard.SQLite, src
		},
		"postgres": func(b *testing.B) (custard.Dialect, custard.Source) {
			url := pgtest.URL(b)
			pgtest.Exec(b, url, "CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL)", "INSERT INTO customers SELECT i, 'name ' || i FROM generate_series(1, 1000) AS i")
			driver, conn, err := all.Open(b.Context(), url, connector.Options{})
			if err != nil {
				b.Fatal(err)
			}
			src := executor.New(driver, conn, executor.Options{})
			b.Cleanup(func() { src.Close() })
			return custard.Postgres, src
		},
	}
	for name, open := range sources {
		for _, accept := range []string{"application/json", wire.EventStream} {
			b.Run(name+"/"+accept, func(b *testing.B) {
				dialect, src := open(b)
				w := newServer(b, nil)
				r := w.do(b, "POST", "/connections", map[string]any{"name": "shop", "dialect": dialect})
				var made createdConnectionBody
				r.into(b, &made)
				w.agent(b, made.Connection.ID, made.AgentToken, dialect, src)
				body, _ := json.Marshal(map[string]any{"connection": "shop", "sql": "SELECT id, name FROM customers WHERE id = 2"})
				client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
				b.SetParallelism(16)
				b.ReportAllocs()
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						req, _ := http.NewRequest("POST", w.http.URL+Base+"/query", bytes.NewReader(body))
						req.Header.Set("Content-Type", "application/json")
						req.Header.Set("Accept", accept)
						req.Header.Set("Authorization", "Bearer "+w.owner.Access)
						resp, err := client.Do(req)
						if err != nil {
							b.Error(err)
							return
						}
						_, _ = io.Copy(io.Discard, resp.Body)
						resp.Body.Close()
						if resp.StatusCode != http.StatusOK {
							b.Errorf("status %d", resp.StatusCode)
							return
						}
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
			})
		}
	}
}
