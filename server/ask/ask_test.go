package ask

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/span"
	"github.com/custard-ai/custard/server/translate"
)

// source opens a small shop as a Source: a real file, connector and executor.
func source(t *testing.T) custard.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`
		CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT);
		CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), ordered_on DATE, total DECIMAL(10,2));
		INSERT INTO customers VALUES (1,'Ana','Spain'),(2,'Bo','Norway'),(3,'Cy','Spain');
		INSERT INTO orders VALUES (1,1,'2026-01-05',10.5),(2,1,'2026-02-05',20),(3,2,'2026-02-06',5.25),(4,2,'2026-03-06',5);`)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	driver, conn, err := all.Open(t.Context(), path, connector.Options{})
	if err != nil {
		t.Fatal(err)
	}
	src := executor.New(driver, conn, executor.Options{})
	t.Cleanup(func() { src.Close() })
	return src
}

// drafts is a translator that writes given texts one after the other, as a model does, and keeps what it was asked.
type drafts struct {
	texts []string
	asked []translate.Request
	reply *translate.Translation // instead of texts
	err   error
}

func (d *drafts) Name() string { return "drafts" }

func (d *drafts) Translate(_ context.Context, req translate.Request) (*translate.Translation, error) {
	d.asked = append(d.asked, req)
	if d.err != nil || d.reply != nil {
		return d.reply, d.err
	}
	i := min(len(d.asked), len(d.texts)) - 1
	return &translate.Translation{SQL: d.texts[i], Confidence: 0.9}, nil
}

// answered is a stream of events, gathered.
type answered struct {
	kinds  []custard.EventKind
	query  *custard.Query
	fields []custard.Field
	cells  []string // NULL as "∅"
	answer string
	chart  *custard.Chart
	choice *custard.Clarify
	done   *custard.Done
	err    *custard.Error
}

func gather(ctx context.Context, s *Service, req custard.Request) answered {
	var a answered
	for e, err := range s.Ask(ctx, req) {
		if err != nil {
			a.err = custard.AsError(err)
			continue
		}
		if e.Kind != custard.EventStatus {
			a.kinds = append(a.kinds, e.Kind)
		}
		switch e.Kind {
		case custard.EventQuery:
			a.query = e.Query
		case custard.EventColumns:
			a.fields = e.Fields
		case custard.EventRows:
			r := e.Rows.Reader()
			for text, null, ok := r.Next(); ok; text, null, ok = r.Next() {
				if null {
					text = []byte("∅")
				}
				a.cells = append(a.cells, string(text))
			}
		case custard.EventAnswer:
			a.answer = e.Answer
		case custard.EventChart:
			a.chart = e.Chart
		case custard.EventClarify:
			a.choice = e.Clarify
		case custard.EventDone:
			a.done = e.Done
		}
	}
	return a
}

func service(t *testing.T, engine translate.Translator) *Service {
	t.Helper()
	return New(Config{
		Source: source(t), Dialect: custard.SQLite,
		Engine: func(context.Context, string) (translate.Translator, error) { return engine, nil },
	})
}

func TestQuestionIsAnsweredInOrder(t *testing.T) {
	t.Parallel()
	engine := &drafts{texts: []string{"SELECT country, count(*) AS customers FROM customers GROUP BY country ORDER BY 2 DESC"}}
	a := gather(t.Context(), service(t, engine), custard.Request{Question: "customers by country", Conversation: "c1"})
	if a.err != nil {
		t.Fatal(a.err)
	}
	want := []custard.EventKind{custard.EventQuery, custard.EventColumns, custard.EventRows, custard.EventAnswer, custard.EventChart, custard.EventDone}
	if !slices.Equal(a.kinds, want) {
		t.Errorf("events %v, want %v", a.kinds, want)
	}
	if got := strings.Join(a.cells, " "); got != "Spain 2 Norway 1" {
		t.Errorf("cells: %s", got)
	}
	if a.answer != "Spain has the highest customers, 2; Norway the lowest of the 2 rows, 1." {
		t.Errorf("answer: %s", a.answer)
	}
	if a.chart.Kind != custard.ChartBar || a.chart.X != "country" || !slices.Equal(a.chart.Y, []string{"customers"}) {
		t.Errorf("chart: %+v", a.chart)
	}
	if a.done.Rows != 2 || a.done.Truncated || a.done.ConversationID != "c1" || a.done.TimingsMS["total"] <= 0 {
		t.Errorf("done: %+v", a.done)
	}
	if a.query.Engine != "drafts" || a.query.Confidence != 0.9 || a.query.Dialect != custard.SQLite {
		t.Errorf("query: %+v", a.query)
	}
}

func TestNoRowsInAPeriodSayWhichDatesThereAre(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"SELECT id FROM orders WHERE ordered_on >= '2012-01-01' AND ordered_on < '2013-01-01'":                                                 "No rows match; orders.ordered_on runs from 2026-01-05 to 2026-03-06.",
		"SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE orders.ordered_on < '2012-01-01')":                       "No rows match; orders.ordered_on runs from 2026-01-05 to 2026-03-06.",
		"SELECT name FROM customers WHERE country = '1850'":                                                                                    "No rows match.",
		"SELECT name FROM customers WHERE country = 'Peru'":                                                                                    "No rows match.",
		"SELECT o.id FROM orders AS o JOIN orders AS p ON p.id = o.id JOIN customers ON customers.id = o.id WHERE o.ordered_on = '2012-01-01'": "No rows match.",
	} {
		a := gather(t.Context(), service(t, &drafts{texts: []string{text}}), custard.Request{Question: "in 2012"})
		if a.err != nil || a.answer != want {
			t.Errorf("%s: %q, %v; want %q", text, a.answer, a.err, want)
		}
	}
}

func TestGuessIsCalledOne(t *testing.T) {
	t.Parallel()
	for confidence, warned := range map[float64]bool{0.1: true, 0.9: false} {
		engine := &drafts{reply: &translate.Translation{SQL: "SELECT name FROM customers", Confidence: confidence}}
		a := gather(t.Context(), service(t, engine), custard.Request{Question: "names"})
		if got := len(a.query.Warnings) == 1 && strings.Contains(a.query.Warnings[0], "guess (10 % sure)"); got != warned {
			t.Errorf("confidence %v: warnings %q", confidence, a.query.Warnings)
		}
	}
}

func TestFailedQueryGoesBackToItsTranslator(t *testing.T) {
	t.Parallel()
	engine := &drafts{texts: []string{
		"SELEC name FROM customers",
		"SELECT salary FROM customers",
		"SELECT name FROM customers WHERE country = 'Norway'",
	}}
	a := gather(t.Context(), service(t, engine), custard.Request{Question: "who is from Norway"})
	if a.err != nil || strings.Join(a.cells, " ") != "Bo" {
		t.Fatalf("cells %v, error %v", a.cells, a.err)
	}
	if len(engine.asked) != 3 || engine.asked[0].Failed != nil {
		t.Fatalf("asked %d times", len(engine.asked))
	}
	for i, draft := range []struct {
		sql  string
		code []custard.Code
	}{
		{"SELEC name FROM customers", []custard.Code{custard.CodeSyntax, custard.CodeRefused}},
		{"SELECT salary FROM customers", []custard.Code{custard.CodeUnknownColumn}},
	} {
		f := engine.asked[i+1].Failed
		if f.SQL != draft.sql || !slices.Contains(draft.code, f.Err.Code) {
			t.Errorf("failure %d: %q, %v", i, f.SQL, f.Err.Code)
		}
	}
}

func TestRepairsEnd(t *testing.T) {
	t.Parallel()
	same := &drafts{texts: []string{"SELECT salary FROM customers"}}
	if a := gather(t.Context(), service(t, same), custard.Request{Question: "salaries"}); a.err == nil || a.err.Code != custard.CodeUnknownColumn || len(same.asked) != 2 {
		t.Errorf("the same draft twice: %v after %d drafts", a.err, len(same.asked))
	}
	always := &drafts{texts: []string{"SELECT a1 FROM customers", "SELECT b1 FROM customers", "SELECT c1 FROM customers", "SELECT name FROM customers"}}
	if a := gather(t.Context(), service(t, always), custard.Request{Question: "salaries"}); a.err == nil || len(always.asked) != 1+maxRepairs {
		t.Errorf("%v after %d drafts", a.err, len(always.asked))
	}
}

func TestWritingIsRefusedWhoeverWritesIt(t *testing.T) {
	t.Parallel()
	src := source(t)
	svc := New(Config{Source: src, Dialect: custard.SQLite})
	for _, text := range []string{"DELETE FROM customers", "SELECT 1; DROP TABLE customers", "SELECT load_extension('x')"} {
		if a := gather(t.Context(), svc, custard.Request{SQL: text}); a.err == nil || a.err.Code != custard.CodeRefused || len(a.kinds) != 0 {
			t.Errorf("%s: %v, events %v", text, a.err, a.kinds)
		}
	}
	a := gather(t.Context(), svc, custard.Request{SQL: "SELECT count(*) FROM customers"})
	if a.err != nil || strings.Join(a.cells, " ") != "3" {
		t.Errorf("the harmless twin: %v, %v", a.cells, a.err)
	}
}

func TestMisspeltNameIsRepairedAndSaid(t *testing.T) {
	t.Parallel()
	a := gather(t.Context(), service(t, nil), custard.Request{SQL: "SELECT nam FROM customers WHERE id = 1"})
	if a.err != nil || strings.Join(a.cells, " ") != "Ana" {
		t.Fatalf("cells %v, error %v", a.cells, a.err)
	}
	if len(a.query.Assumptions) != 1 || !strings.Contains(a.query.Assumptions[0], "nam") {
		t.Errorf("assumptions: %v", a.query.Assumptions)
	}
}

func TestRowLimitIsKeptAndSaid(t *testing.T) {
	t.Parallel()
	svc := service(t, nil)
	for _, tt := range []struct {
		limit     int64
		rows      int64
		truncated bool
	}{{2, 2, true}, {4, 4, false}, {0, 4, false}} {
		a := gather(t.Context(), svc, custard.Request{SQL: "SELECT id FROM orders ORDER BY id", Limits: custard.Limits{Rows: tt.limit}})
		if a.err != nil || a.done.Rows != tt.rows || a.done.Truncated != tt.truncated || int64(len(a.cells)) != tt.rows {
			t.Errorf("limit %d: done %+v, cells %v, error %v", tt.limit, a.done, a.cells, a.err)
		}
		if strings.Contains(a.query.SQL, "LIMIT") {
			t.Errorf("the row limit shows in the query: %s", a.query.SQL)
		}
	}
}

func TestRowLimitHoldsForValues(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"VALUES (1), (2), (3)", "SELECT 1 UNION ALL VALUES (2), (3)"} {
		a := gather(t.Context(), service(t, nil), custard.Request{SQL: text, Limits: custard.Limits{Rows: 2}})
		if a.err != nil || strings.Join(a.cells, " ") != "1 2" || !a.done.Truncated {
			t.Errorf("%s: cells %v, done %+v, error %v", text, a.cells, a.done, a.err)
		}
	}
}

func TestDryRunDoesNotRun(t *testing.T) {
	t.Parallel()
	a := gather(t.Context(), service(t, nil), custard.Request{SQL: "select  NAME from customers", DryRun: true})
	if a.err != nil || !slices.Equal(a.kinds, []custard.EventKind{custard.EventQuery, custard.EventDone}) || a.query.SQL != "SELECT name FROM customers" {
		t.Errorf("events %v, query %+v, error %v", a.kinds, a.query, a.err)
	}
}

func TestQuestionBackEndsTheStream(t *testing.T) {
	t.Parallel()
	engine := &drafts{reply: &translate.Translation{Clarify: &custard.Clarify{Question: "Which date?", Choices: []string{"by order date", "by birth date"}}}}
	a := gather(t.Context(), service(t, engine), custard.Request{Question: "by date"})
	if a.err == nil || a.err.Code != custard.CodeAmbiguous || a.choice == nil || len(a.choice.Choices) != 2 {
		t.Errorf("choice %+v, error %v", a.choice, a.err)
	}
}

func TestErrorsOfTheTranslatorAreTheAnswer(t *testing.T) {
	t.Parallel()
	engine := &drafts{err: custard.Errorf(custard.CodeUnanswerable, "there is nothing about weather")}
	a := gather(t.Context(), service(t, engine), custard.Request{Question: "weather?"})
	if a.err == nil || a.err.Code != custard.CodeUnanswerable || len(engine.asked) != 1 {
		t.Errorf("error %v after %d drafts", a.err, len(engine.asked))
	}
	if a := gather(t.Context(), service(t, engine), custard.Request{Question: "  "}); a.err == nil || a.err.Code != custard.CodeUsage {
		t.Errorf("no question: %v", a.err)
	}
}

func TestLeavingTheLoopEndsTheQuestion(t *testing.T) {
	t.Parallel()
	svc := service(t, nil)
	for range svc.Ask(t.Context(), custard.Request{SQL: "SELECT id FROM orders"}) {
		break
	}
	for e := range svc.Ask(t.Context(), custard.Request{SQL: "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x FROM r"}) {
		if e.Kind == custard.EventRows {
			break
		}
	}
	if a := gather(t.Context(), svc, custard.Request{SQL: "SELECT 1 AS one"}); a.err != nil || len(a.cells) != 1 {
		t.Errorf("after leaving: %v, %v", a.cells, a.err)
	}
}

func TestTimeLimitEndsTheStatement(t *testing.T) {
	t.Parallel()
	a := gather(t.Context(), service(t, nil), custard.Request{
		SQL:    "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT count(*) FROM r",
		Limits: custard.Limits{Timeout: 100 * time.Millisecond},
	})
	if a.err == nil || a.err.Code != custard.CodeTimeout {
		t.Errorf("error %v", a.err)
	}
}

func TestCostLimitRefusesBeforeRunning(t *testing.T) {
	t.Parallel()
	svc := New(Config{Source: costly{source(t), 1000}, Dialect: custard.SQLite, MaxCost: 10})
	a := gather(t.Context(), svc, custard.Request{SQL: "SELECT id FROM orders"})
	if a.err == nil || a.err.Code != custard.CodeTooExpensive || len(a.kinds) != 0 {
		t.Errorf("events %v, error %v", a.kinds, a.err)
	}
	svc = New(Config{Source: costly{source(t), 9}, Dialect: custard.SQLite, MaxCost: 10})
	if a := gather(t.Context(), svc, custard.Request{SQL: "SELECT id FROM orders"}); a.err != nil || a.done.Rows != 4 {
		t.Errorf("a cheap one: %v", a.err)
	}
}

// costly is a Source whose plans cost what the test says: SQLite's planner gives no cost.
type costly struct {
	custard.Source
	cost float64
}

func (c costly) Explain(context.Context, custard.Statement) (*custard.Plan, error) {
	return &custard.Plan{Cost: c.cost}, nil
}

// sparing is a translator that wants no values.
type sparing struct{ drafts }

func (s *sparing) WantsValues(translate.Request) bool { return false }

// Values are looked up for whom they help, traced or not.
func TestValuesAreLookedUpForWhomTheyHelp(t *testing.T) {
	t.Parallel()
	for _, traced := range []bool{false, true} {
		d := &sparing{drafts{texts: []string{"SELECT count(*) FROM customers"}}}
		cfg := Config{Source: source(t), Dialect: custard.SQLite, Engine: func(context.Context, string) (translate.Translator, error) { return d, nil }}
		if traced {
			cfg.Tracer = &span.Recorder{}
		}
		a := gather(t.Context(), New(cfg), custard.Request{Question: "customers in Spain"})
		if _, looked := a.done.TimingsMS["values"]; a.err != nil || looked || d.asked[0].Values != nil {
			t.Errorf("traced %v: %v, timings %v", traced, a.err, a.done.TimingsMS)
		}
	}
}
