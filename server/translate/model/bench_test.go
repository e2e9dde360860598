package model_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate/model"
)

// wide makes a database of n tables of 15 columns.
func wide(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), fmt.Sprintf("wide%d.db", n))
	db, err := sql.Open("sqlite", path)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	nouns := []string{"customer", "booking", "invoice", "payment", "product", "supplier", "shipment", "employee", "ticket", "campaign"}
	parts := []string{"", "_item", "_detail", "_history", "_status", "_type", "_note", "_event", "_snapshot", "_archive"}
	var script strings.Builder
	script.WriteString("BEGIN;")
	name := func(i int) string {
		out := nouns[i%10] + parts[i/10%10]
		if round := i / 100; round > 0 {
			out = fmt.Sprintf("area%d_%s", round, out)
		}
		return out
	}
	for i := range n {
		fmt.Fprintf(&script, `CREATE TABLE %s (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES %s(id), owner_id INTEGER REFERENCES %s(id),
			name TEXT, code TEXT, status TEXT, amount NUMERIC, quantity INTEGER, price NUMERIC, created_at TIMESTAMP, updated_at TIMESTAMP,
			country TEXT, city TEXT, category TEXT, description TEXT);`, name(i), name(i/2), name(i/3))
	}
	script.WriteString("COMMIT;")
	if _, err := db.ExecContext(b.Context(), script.String()); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkOverhead is everything beside the model of a question that is answered by a model which answers at once: the
// schema and the values from their caches, focus, prompt, parse, check, print, and running a query without rows.
func BenchmarkOverhead(b *testing.B) {
	for _, n := range []int{100, 2000} {
		b.Run(fmt.Sprintf("%d tables", n), func(b *testing.B) {
			src := openFile(b, wide(b, n))
			p := &scripted{answer: func(*llm.Request) (string, error) {
				return queryText("SELECT c.country, sum(p.amount) AS paid FROM customer c JOIN payment p ON p.owner_id = c.id WHERE p.created_at >= '2025-09-01' GROUP BY c.country ORDER BY paid DESC"), nil
			}}
			d := newDesk(b, model.New(model.Config{Provider: forgetful{p}}), src, nil)
			question := custard.Request{Question: "total amount of payments per customer and country in the last six months"}
			if a := put(b.Context(), d.Service, question); a.err != nil {
				b.Fatal(a.err)
			}
			for b.Loop() {
				if a := put(context.Background(), d.Service, question); a.err != nil {
					b.Fatal(a.err)
				}
			}
		})
	}
}

// forgetful is a scripted provider that keeps nothing.
type forgetful struct{ *scripted }
