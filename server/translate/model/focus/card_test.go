package focus_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/model/focus"
)

// The budget holds whatever the schema; nothing is left out that need not be, and the last tables go first.
func TestBudgetHolds(t *testing.T) {
	t.Parallel()
	f := focus.New(index.New(warehouse(300)))
	m := f.Read("total amount of payments per customer", nil)
	full := 0
	for _, tokens := range []int{100_000, 8000, 3000, 1500, 700, 200} {
		part := f.Pick(m, 0)
		text, left := part.Write(focus.Cards{Tokens: tokens})
		shown := strings.Count(text, "TABLE ")
		if got := focus.Tokens(text); got > tokens && shown > 1 {
			t.Errorf("%d tokens of %d", got, tokens)
		}
		if shown+left != 300 {
			t.Errorf("%d tokens: %d tables shown, %d left out", tokens, shown, left)
		}
		if tokens >= 3000 && shown != focus.DefaultTables {
			t.Errorf("%d tokens: %d tables", tokens, shown)
		}
		if tokens >= 700 && !strings.Contains(text, "TABLE payment (") {
			t.Errorf("%d tokens: the table that was named is not there:\n%s", tokens, text)
		}
		if tokens == 100_000 {
			full = strings.Count(text, "\n")
		} else if strings.Count(text, "\n") > full {
			t.Errorf("%d tokens: more lines than in full", tokens)
		}
	}
}

// Of a wide table the keys, and what the question speaks of, are shown first.
func TestWideTableIsSampled(t *testing.T) {
	t.Parallel()
	tb := &custard.Table{Schema: "public", Name: "survey", Kind: custard.KindTable, PrimaryKey: []string{"survey_id"}, Comment: "one line\nand another"}
	for i := range 400 {
		tb.Columns = append(tb.Columns, &custard.Column{Name: fmt.Sprintf("answer_%d", i), Type: custard.TypeText, DataType: "text"})
	}
	tb.Columns = append(tb.Columns, &custard.Column{Name: "survey_id", Type: custard.TypeInt, DataType: "bigint"}, &custard.Column{Name: "shoe_size", Type: custard.TypeInt, DataType: "integer", Comment: strings.Repeat("long ", 200)})
	f := focus.New(index.New(&custard.Schema{Dialect: custard.Postgres, DefaultSchema: "public", Tables: []*custard.Table{tb}}))
	text, left := f.Pick(f.Read("average shoe size", nil), 0).Write(focus.Cards{})
	if left != 0 || !strings.Contains(text, "shoe_size integer -- long") || !strings.Contains(text, "survey_id bigint PRIMARY KEY") ||
		!strings.Contains(text, "-- and 342 more columns that are not listed") || !strings.Contains(text, "-- one line and another\n") {
		t.Errorf("%d left out:\n%s", left, text)
	}
	if n := focus.Tokens(text); n > 1500 {
		t.Errorf("%d tokens", n)
	}
}

// The same question gets the same part, and tables that join the best are in it.
func TestSamePartEveryTime(t *testing.T) {
	t.Parallel()
	schema := warehouse(200)
	f := focus.New(index.New(schema))
	first, _ := f.Pick(f.Read("invoices of suppliers by country", nil), 10).Write(focus.Cards{})
	for range 5 {
		g := focus.New(index.New(schema))
		if again, _ := g.Pick(g.Read("invoices of suppliers by country", nil), 10).Write(focus.Cards{}); again != first {
			t.Fatalf("%s\nand then\n%s", first, again)
		}
	}
	// A question that says nothing of the schema gets some of it all the same, and what it goes on from.
	always := index.New(schema).Table("", "sensor_archive")
	g := focus.New(index.New(schema))
	always = g.Read("x", nil).Index.Table("", always.Def.Name)
	part := g.Pick(g.Read("and why?", nil), 5, always)
	if len(part.Tables) != 5 || part.Tables[0] != always {
		t.Errorf("%d tables, the first %s", len(part.Tables), part.Tables[0].Def.Name)
	}
}
