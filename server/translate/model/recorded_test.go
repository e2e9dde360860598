package model_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/sharedtest"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate/model"
)

// TestRecordedQueriesGiveTheirRows serves the harmless queries that language models wrote about a database that is here,
// as a model would, and wants the rows that the database itself gives for the recorded text. Every seventh is asked;
// CUSTARD_RECORDED=all asks all of them.
func TestRecordedQueriesGiveTheirRows(t *testing.T) {
	t.Parallel()
	statements := sharedtest.Lines[sharedtest.Statement](t, sharedtest.Path(t, "corpus", "benign-sqlite.jsonl"))
	const database = "formula_1"
	path := sharedtest.Path(t, "eval", "spider-train", "database", database+".sqlite")
	src := openFile(t, path)
	_, plain, err := all.Open(t.Context(), path, connector.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	text := ""
	p := &scripted{answer: func(*llm.Request) (string, error) { return queryText(text), nil }}
	d := newDesk(t, model.New(model.Config{Provider: p}), src, nil)
	of, ran, same, step := 0, 0, 0, 7
	if os.Getenv("CUSTARD_RECORDED") == "all" {
		step = 1
	}
	for _, s := range statements {
		if s.DB != database {
			continue
		}
		if of++; of%step != 0 {
			continue
		}
		want, err := direct(t.Context(), plain, s.SQL)
		if err != nil && (custard.AsError(err).Code == custard.CodeTimeout || strings.Contains(err.Error(), "string literal in single-quotes")) {
			continue // too slow to compare, or a text in double quotes, which the connector's settings take for a name
		}
		if err != nil {
			t.Errorf("the database does not run %s: %v", s.SQL, err)
			continue
		}
		ran++
		text = s.SQL
		a := put(t.Context(), d.Service, custard.Request{Question: "as recorded"})
		if a.err != nil {
			t.Errorf("%s\n\t%v", s.SQL, a.err)
			continue
		}
		if !strings.Contains(strings.ToUpper(s.SQL), "ORDER BY") {
			slices.Sort(want)
			slices.Sort(a.rows)
		}
		if !slices.Equal(want, a.rows) {
			t.Errorf("%s\n\tsent %s\n\t%d rows, want %d", s.SQL, a.query.SQL, len(a.rows), len(want))
			continue
		}
		same++
	}
	t.Logf("%d of %d recorded queries gave the rows of the recorded text", same, ran)
}

// direct runs a text at the database as it is.
func direct(ctx context.Context, conn connector.Conn, sql string) ([]string, error) {
	res, err := conn.Query(ctx, custard.Statement{SQL: sql, Limits: custard.Limits{Timeout: 5 * time.Second}})
	if err != nil {
		return nil, err
	}
	var out []string
	for b, err := range res.Batches {
		if err != nil {
			return nil, err
		}
		out = append(out, rowsOf(b)...)
	}
	return out, nil
}

// rowsOf writes the rows of a batch, their cells joined by |.
func rowsOf(b *custard.Batch) []string {
	var out []string
	r := b.Reader()
	for range b.Rows {
		cells := make([]string, b.Width)
		for i := range cells {
			text, _, _ := r.Next()
			cells[i] = string(text)
		}
		out = append(out, strings.Join(cells, "|"))
	}
	return out
}
