package focus_test

import (
	"fmt"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/model/focus"
)

// warehouse makes a schema of n tables of 15 columns, named as people name them, each referring to two others.
func warehouse(n int) *custard.Schema {
	nouns := []string{"customer", "order", "invoice", "payment", "product", "supplier", "shipment", "employee", "ticket", "campaign", "account", "contract", "visit", "machine", "sensor", "project", "budget", "lesson", "patient", "flight"}
	parts := []string{"", "item", "detail", "history", "status", "type", "note", "event", "snapshot", "archive"}
	columns := []string{"name", "code", "status", "amount", "quantity", "price", "created_at", "updated_at", "country", "city", "category", "description"}
	s := &custard.Schema{Dialect: custard.Postgres, Database: "warehouse", DefaultSchema: "public", Fingerprint: fmt.Sprint("warehouse", n)}
	name := func(i int) string {
		noun, part := nouns[i%len(nouns)], parts[i/len(nouns)%len(parts)]
		out := noun
		if part != "" {
			out += "_" + part
		}
		if round := i / (len(nouns) * len(parts)); round > 0 {
			out = fmt.Sprintf("%s_%s", []string{"eu", "us", "asia", "web", "store", "legacy", "stage", "dw", "crm", "erp"}[round%10], out)
		}
		return out
	}
	for i := range n {
		t := &custard.Table{Schema: "public", Name: name(i), Kind: custard.KindTable, PrimaryKey: []string{"id"}}
		t.Columns = append(t.Columns, &custard.Column{Name: "id", Type: custard.TypeInt, DataType: "bigint"})
		for k, to := range []int{i / 2, i / 3} {
			c := fmt.Sprintf("%s_id_%d", name(to), k)
			t.Columns = append(t.Columns, &custard.Column{Name: c, Type: custard.TypeInt, DataType: "bigint"})
			t.ForeignKeys = append(t.ForeignKeys, custard.ForeignKey{Columns: []string{c}, RefSchema: "public", RefTable: name(to), RefColumns: []string{"id"}})
		}
		for _, c := range columns {
			t.Columns = append(t.Columns, &custard.Column{Name: c, Type: custard.TypeText, DataType: "text"})
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

// BenchmarkFocus is what focusing a question costs where the schema's index is there: reading, choosing, writing the cards.
func BenchmarkFocus(b *testing.B) {
	for _, n := range []int{100, 2000} {
		b.Run(fmt.Sprintf("%d tables", n), func(b *testing.B) {
			f := focus.New(index.New(warehouse(n)))
			for b.Loop() {
				part := f.Pick(f.Read("total amount of payments per customer and country in the last six months, compared with shipments", nil), 0)
				if text, _ := part.Write(focus.Cards{}); text == "" {
					b.Fatal("nothing was chosen")
				}
			}
		})
	}
}

// BenchmarkIndex is what a schema costs once.
func BenchmarkIndex(b *testing.B) {
	for _, n := range []int{100, 2000} {
		b.Run(fmt.Sprintf("%d tables", n), func(b *testing.B) {
			s := warehouse(n)
			for b.Loop() {
				index.New(s)
			}
		})
	}
}
