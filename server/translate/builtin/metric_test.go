package builtin

import (
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate"
)

func TestMetricStandsForItsExpression(t *testing.T) {
	t.Parallel()
	s := &custard.Schema{Dialect: custard.SQLite, Database: "shop", Tables: []*custard.Table{{
		Name: "orders", Kind: custard.KindTable, PrimaryKey: []string{"id"}, Rows: 10, Columns: []*custard.Column{
			{Name: "id", Type: custard.TypeInt, DataType: "INTEGER"}, {Name: "country", Type: custard.TypeText, DataType: "TEXT"},
			{Name: "price", Type: custard.TypeDecimal, DataType: "NUMERIC"}, {Name: "n", Type: custard.TypeInt, DataType: "INTEGER"},
		},
	}}}
	c := &translate.Context{Metrics: []translate.Metric{{Name: "net intake", Expression: "sum(price * n)", Synonyms: []string{"takings"}}}}
	for question, want := range map[string]bool{"net intake by country": true, "takings per country": true, "number of orders by country": false} {
		tr, err := New().Translate(t.Context(), translate.Request{Question: question, Schema: s, Context: c, Dialect: custard.SQLite, Now: time.Unix(0, 0)})
		if err != nil {
			t.Errorf("%s: %v", question, err)
			continue
		}
		text, err := print.SQL(custard.SQLite, tr.Tree)
		if err != nil || strings.Contains(text, "sum(orders.price * orders.n)") != want || !strings.Contains(text, "GROUP BY") {
			t.Errorf("%s: %s %v", question, text, err)
		}
		if said := strings.Join(tr.Assumptions, "\n"); strings.Contains(said, "the team's metric") != want {
			t.Errorf("%s: %s", question, said)
		}
	}
}
