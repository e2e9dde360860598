package model_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/demo"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/model"
)

var update = flag.Bool("update", false, "write the golden files")

func today() time.Time { return time.Date(2026, 2, 15, 9, 0, 0, 0, time.UTC) }

// shop opens the sample shop as a Source.
func shop(t testing.TB) custard.Source {
	t.Helper()
	path, err := demo.Path(t.Context(), t.TempDir(), today())
	if err != nil {
		t.Fatal(err)
	}
	return openFile(t, path)
}

func openFile(t testing.TB, path string) custard.Source {
	t.Helper()
	driver, conn, err := all.Open(t.Context(), path, connector.Options{})
	if err != nil {
		t.Fatal(err)
	}
	src := executor.New(driver, conn, executor.Options{})
	t.Cleanup(func() { src.Close() })
	return src
}

// marks makes predictable marks: the first is the schema's.
func marks() func() string {
	n := 0
	return func() string {
		n++
		return fmt.Sprintf("mark%d", n)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from what was sent; look at it with -update and git diff.\n%s", path, got)
	}
}

// TestPromptGolden shows whole prompts: read them as a person, and as a model.
func TestPromptGolden(t *testing.T) {
	t.Parallel()
	src := shop(t)
	schema, err := src.Schema(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	fresh := *schema
	fresh.Version = "3.46.0"
	lookup := func(text string) []custard.ValueMatch {
		vs, err := src.Values(t.Context(), custard.ValuesRequest{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return vs
	}
	team := &translate.Context{
		Tables: []translate.TableNote{
			{Table: "orders", Synonyms: []string{"purchases"}, Filter: "status <> 'cancelled'"},
			{Table: "suppliers", Hidden: true},
		},
		Columns:  []translate.ColumnNote{{Table: "customers", Column: "email", Masked: true}},
		Metrics:  []translate.Metric{{Name: "revenue", Expression: "sum(order_items.quantity * order_items.unit_price)", Description: "before refunds"}},
		Glossary: []translate.Term{{Word: "VIP", Meaning: "a customer with more than ten orders"}},
		Examples: []translate.Example{
			{Question: "How many orders came from Germany last year?", SQL: "SELECT count(*) FROM orders"},
			{Question: "Which products are out of stock?", SQL: "SELECT name FROM products"},
		},
	}
	cases := []struct {
		name   string
		cfg    model.Config
		req    translate.Request
		failed *translate.Failure
	}{
		{"plain.golden", model.Config{}, translate.Request{Question: "How many orders were there last month?"}, nil},
		{"team.golden", model.Config{}, translate.Request{Share: translate.Share{Values: true},
			Question: "and only Germany?", Context: team,
			History: []translate.Turn{{Question: "revenue by month this year", SQL: "SELECT count(*) FROM orders"}},
		}, nil},
		{"repair.golden", model.Config{Tables: 4}, translate.Request{
			Question: "average order value by customer segment",
			Failed: &translate.Failure{SQL: "SELECT segmnt, avg(total) FROM customers GROUP BY 1", Err: &custard.Error{
				Code: custard.CodeUnknownColumn, Message: "there is no column 'segmnt'", Hint: "Did you mean segment?",
			}},
		}, nil},
	}
	for _, c := range cases {
		p := &scripted{texts: []string{queryText("SELECT 1")}}
		c.cfg.Provider, c.cfg.Mark = p, marks()
		c.req.Schema, c.req.Dialect, c.req.Now, c.req.Values = &fresh, custard.SQLite, today(), lookup(c.req.Question)
		if _, err := model.New(c.cfg).Translate(t.Context(), c.req); err != nil {
			t.Fatal(err)
		}
		golden(t, c.name, p.seen())
	}
}
