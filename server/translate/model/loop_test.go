package model_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/ask"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
	"github.com/custard-ai/custard/server/translate/model"
)

// watched is a Source that keeps what reaches it.
type watched struct {
	custard.Source
	change func(*custard.Schema) *custard.Schema // of what is discovered; nil for as it is
	fail   func(sql string) error                // in the place of the database's answer
	mu     sync.Mutex
	made   *custard.Schema
	ran    []string
}

func (w *watched) Schema(ctx context.Context, refresh bool) (*custard.Schema, error) {
	s, err := w.Source.Schema(ctx, refresh)
	if err != nil || w.change == nil {
		return s, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.made == nil {
		w.made = w.change(s)
	}
	return w.made, nil
}

func (w *watched) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	w.mu.Lock()
	w.ran = append(w.ran, stmt.SQL)
	w.mu.Unlock()
	if w.fail != nil {
		if err := w.fail(stmt.SQL); err != nil {
			return nil, err
		}
	}
	return w.Source.Query(ctx, stmt)
}

// answered is what came of a question.
type answered struct {
	query   *custard.Query
	rows    []string // cells joined by |
	clarify *custard.Clarify
	done    *custard.Done
	err     *custard.Error
}

func put(ctx context.Context, s *ask.Service, req custard.Request) answered {
	var a answered
	for e, err := range s.Ask(ctx, req) {
		if err != nil {
			a.err = custard.AsError(err)
			continue
		}
		switch e.Kind {
		case custard.EventQuery:
			a.query = e.Query
		case custard.EventRows:
			a.rows = append(a.rows, rowsOf(e.Rows)...)
		case custard.EventClarify:
			a.clarify = e.Clarify
		case custard.EventDone:
			a.done = e.Done
		}
	}
	return a
}

// desk is a model's way of answering about a database.
type desk struct {
	*ask.Service
	source *watched
}

func newDesk(t testing.TB, engine translate.Translator, source custard.Source, change func(*ask.Config)) desk {
	t.Helper()
	w, ok := source.(*watched)
	if !ok {
		w = &watched{Source: source}
	}
	cfg := ask.Config{
		Source: w, Dialect: custard.SQLite, Now: today,
		Engine: func(context.Context, string) (translate.Translator, error) { return engine, nil },
	}
	if change != nil {
		change(&cfg)
	}
	return desk{ask.New(cfg), w}
}

func TestAnswersThroughTheChecks(t *testing.T) {
	t.Parallel()
	p := &scripted{
		texts: []string{`{"plan":"count","kind":"query","sql":"select count(*) as n from customers","assumptions":["all of them"],"question":null,"choices":[],"reason":null,"confidence":0.75}`},
		usage: llm.Usage{Input: 900, Output: 40, Cached: 800, Known: true},
	}
	d := newDesk(t, model.New(model.Config{Provider: p}), shop(t), nil)
	a := put(t.Context(), d.Service, custard.Request{Question: "how many customers?"})
	if a.err != nil {
		t.Fatal(a.err)
	}
	if a.query.SQL != "SELECT count(*) AS n FROM customers" || a.query.Engine != "fake/model" || a.query.Confidence != 0.75 || !slices.Equal(a.query.Assumptions, []string{"all of them"}) {
		t.Errorf("query: %+v", a.query)
	}
	if len(a.rows) != 1 || a.rows[0] == "0" {
		t.Errorf("rows: %v", a.rows)
	}
	if u := a.done.Usage; u == nil || *u != (custard.Usage{Calls: 1, Input: 900, Output: 40, Cached: 800}) {
		t.Errorf("usage: %+v", u)
	}
}

func TestAsksBackAndDeclines(t *testing.T) {
	t.Parallel()
	src := shop(t)
	p := &scripted{texts: []string{`{"kind":"clarify","question":"By what?","choices":["best customers by revenue","best customers by orders"]}`}}
	a := put(t.Context(), newDesk(t, model.New(model.Config{Provider: p}), src, nil).Service, custard.Request{Question: "best customers"})
	if a.err == nil || a.err.Code != custard.CodeAmbiguous || a.clarify == nil || len(a.clarify.Choices) != 2 {
		t.Errorf("asked back: %+v, %v", a.clarify, a.err)
	}
	p = &scripted{texts: []string{`{"kind":"cannot","reason":"There are no weather data."}`}}
	d := newDesk(t, model.New(model.Config{Provider: p}), src, nil)
	a = put(t.Context(), d.Service, custard.Request{Question: "will it rain?"})
	if a.err == nil || a.err.Code != custard.CodeUnanswerable || a.err.Message != "There are no weather data." || len(d.source.ran) != 0 {
		t.Errorf("declined: %v", a.err)
	}
}

// An answer that cannot be used goes back once, with what is wrong; a second one is the end.
func TestUnusableAnswerGoesBackOnce(t *testing.T) {
	t.Parallel()
	src := shop(t)
	p := &scripted{texts: []string{"I would count them.", queryText("SELECT count(*) FROM customers")}}
	a := put(t.Context(), newDesk(t, model.New(model.Config{Provider: p}), src, nil).Service, custard.Request{Question: "how many customers?"})
	if a.err != nil || len(p.asked) != 2 || a.done.Usage.Calls != 2 {
		t.Fatalf("%d calls, %v", len(p.asked), a.err)
	}
	last := p.asked[1].Messages
	if !strings.Contains(last[len(last)-1].Text, "there is no whole JSON object in the answer") || last[len(last)-2].Text != "I would count them." {
		t.Errorf("sent back: %+v", last[len(last)-2:])
	}
	p = &scripted{texts: []string{`{"kind":"query"}`}}
	d := newDesk(t, model.New(model.Config{Provider: p}), src, nil)
	a = put(t.Context(), d.Service, custard.Request{Question: "how many customers?"})
	if a.err == nil || a.err.Code != custard.CodeFailed || len(p.asked) != 2 || !strings.Contains(a.err.Message, `"sql" is empty`) || len(d.source.ran) != 0 {
		t.Errorf("%d calls, %v", len(p.asked), a.err)
	}
}

// A query that fails goes back with the precise error, at most twice.
func TestFailuresGoBackWithThePreciseError(t *testing.T) {
	t.Parallel()
	src := shop(t)
	p := &scripted{texts: []string{
		queryText("SELECT FROM WHERE"), queryText("SELECT shoe_size FROM customers"), queryText("SELECT name FROM customers ORDER BY name LIMIT 1"),
	}}
	a := put(t.Context(), newDesk(t, model.New(model.Config{Provider: p}), src, nil).Service, custard.Request{Question: "first customer"})
	if a.err != nil || len(a.rows) != 1 {
		t.Fatalf("%v", a.err)
	}
	second, third := shown(p.asked[1]), shown(p.asked[2])
	if !strings.Contains(second, "could not be read:") || !strings.Contains(second, "SELECT FROM WHERE") {
		t.Errorf("first repair:\n%s", second[strings.Index(second, "=== user"):])
	}
	if !strings.Contains(third, "names what the schema does not have:") || !strings.Contains(third, "shoe_size") {
		t.Errorf("second repair:\n%s", third[strings.LastIndex(third, "=== assistant"):])
	}
	n := 0
	p = &scripted{answer: func(*llm.Request) (string, error) {
		n++
		return queryText(fmt.Sprintf("SELECT wrong%d FROM customers", n)), nil
	}}
	a = put(t.Context(), newDesk(t, model.New(model.Config{Provider: p}), src, nil).Service, custard.Request{Question: "first customer"})
	if a.err == nil || a.err.Code != custard.CodeUnknownColumn || n != 3 {
		t.Errorf("%d calls, %v", n, a.err)
	}
}

// No name that a model makes up reaches the database.
func TestInventedNamesNeverReachTheDatabase(t *testing.T) {
	t.Parallel()
	src := shop(t)
	var texts []string
	for i := range 50 {
		texts = append(texts,
			fmt.Sprintf("SELECT invented_%d FROM customers", i), fmt.Sprintf("SELECT id FROM imagined_%d WHERE id IN (SELECT id FROM customers)", i))
	}
	texts = append(texts,
		"SELECT c.ghost_1 FROM customers c", "SELECT id FROM customers WHERE ghost_2 = 1", "SELECT id FROM customers ORDER BY ghost_3",
		"SELECT count(*) FROM orders GROUP BY ghost_4", "SELECT id FROM customers JOIN ghost_5 USING (id)", "SELECT id, ghost_6.x FROM customers",
		"WITH w AS (SELECT ghost_7 FROM orders) SELECT * FROM w", `SELECT customers."ghost_8" FROM customers`, "SELECT ghost_9.* FROM customers",
		"SELECT id FROM customers WHERE EXISTS (SELECT 1 FROM ghost_10)", "SELECT sum(ghost_11) OVER () FROM orders", "SELECT ghost_12(id) FROM customers")
	for _, text := range texts {
		p := &scripted{texts: []string{queryText(text)}}
		d := newDesk(t, model.New(model.Config{Provider: p}), src, nil)
		a := put(t.Context(), d.Service, custard.Request{Question: "how many customers?"})
		if a.err == nil || len(d.source.ran) != 0 {
			t.Errorf("%s: %v, ran %q", text, a.err, d.source.ran)
			continue
		}
		if a.err.Code != custard.CodeUnknownColumn && a.err.Code != custard.CodeUnknownTable && a.err.Code != custard.CodeRefused {
			t.Errorf("%s: %s, %v", text, a.err.Code, a.err)
		}
	}
}

// An error of the database may hold what a row holds: without leave it goes back without.
func TestCellsInErrorsStayBehind(t *testing.T) {
	t.Parallel()
	src := shop(t)
	for _, share := range []bool{false, true} {
		p := &scripted{texts: []string{queryText("SELECT name FROM customers WHERE city = 'Oslo'"), queryText("SELECT count(*) FROM customers")}}
		w := &watched{Source: src, fail: func(sql string) error {
			if strings.Contains(sql, "count") {
				return nil
			}
			e := custard.Errorf(custard.CodeFailed, `invalid input syntax for type integer: "CANARY-7" near 'Oslo' in column "city"`)
			return e.WithHint("Key (email)=(CANARY-8) is not right. Don't cast it. The value was 'CANARY-9")
		}}
		a := put(t.Context(), newDesk(t, model.New(model.Config{Provider: p}), w, func(c *ask.Config) { c.Share.Results = share }).Service, custard.Request{Question: "customers in Oslo"})
		if a.err != nil {
			t.Fatal(a.err)
		}
		sent := shown(p.asked[1])
		if got := strings.Contains(sent, "CANARY"); got != share {
			t.Errorf("share results %v:\n%s", share, sent[strings.LastIndex(sent, "=== assistant"):])
		}
		if !strings.Contains(sent, "invalid input syntax for type integer") || !strings.Contains(sent, "'Oslo'") || !strings.Contains(sent, `"city"`) || !strings.Contains(sent, "Don't cast it.") {
			t.Errorf("the error lost too much:\n%s", sent[strings.LastIndex(sent, "=== assistant"):])
		}
	}
}

func TestFallsBackAndSaysSo(t *testing.T) {
	t.Parallel()
	src := shop(t)
	down := func(name string) translate.Translator {
		return model.New(model.Config{Provider: &scripted{name: name, err: llm.Fail(llm.Failure{Kind: llm.KindOverloaded, Provider: name}, "%s is overloaded", name)}})
	}
	d := newDesk(t, model.NewFallback(down("fake/one"), down("fake/two"), builtin.New()), src, func(c *ask.Config) {
		c.Turns = func(context.Context, string) ([]translate.Turn, error) {
			return []translate.Turn{{Question: "how many customers are there?", SQL: "SELECT count(*) FROM customers"}}, nil
		}
	})
	a := put(t.Context(), d.Service, custard.Request{Question: "only in Germany", Conversation: "c"})
	if a.err != nil {
		t.Fatal(a.err)
	}
	if a.query.Engine != "builtin" || !strings.Contains(a.query.SQL, "Germany") || len(a.query.Warnings) < 2 ||
		a.query.Warnings[0] != "fake/one did not answer (fake/one is overloaded)" ||
		a.query.Warnings[1] != "fake/two did not answer (fake/two is overloaded): builtin wrote this query" || !strings.Contains(strings.Join(a.query.Assumptions, "\n"), "read as the question") {
		t.Errorf("%+v", a.query)
	}
	// The values of a question are looked up for whom they help, a fallback too.
	a = put(t.Context(), newDesk(t, model.NewFallback(down("fake/one"), builtin.New()), src, nil).Service, custard.Request{Question: "how many customers live in germany?"})
	if a.err != nil || !strings.Contains(a.query.SQL, "'Germany'") {
		t.Errorf("%v, %+v", a.err, a.query)
	}
	// What a model says about the question is its answer.
	says := &scripted{texts: []string{`{"kind":"cannot","reason":"There is no such thing."}`}}
	a = put(t.Context(), newDesk(t, model.NewFallback(model.New(model.Config{Provider: says}), builtin.New()), src, nil).Service, custard.Request{Question: "how many customers are there?"})
	if a.err == nil || a.err.Message != "There is no such thing." {
		t.Errorf("%v", a.err)
	}
	// A mistake in the configuration is told.
	wrong := &scripted{err: llm.Fail(llm.Failure{Kind: llm.KindNoModel}, "there is no such model")}
	a = put(t.Context(), newDesk(t, model.NewFallback(model.New(model.Config{Provider: wrong}), builtin.New()), src, nil).Service, custard.Request{Question: "how many customers are there?"})
	if a.err == nil || a.err.Code != custard.CodeUsage {
		t.Errorf("%v", a.err)
	}
}

func TestCandidatesVoteByTheirResults(t *testing.T) {
	t.Parallel()
	src := shop(t)
	var mu sync.Mutex
	vote := func(texts ...string) (answered, desk, *scripted) {
		n := 0
		p := &scripted{answer: func(*llm.Request) (string, error) {
			mu.Lock()
			defer mu.Unlock()
			n++
			return texts[min(n, len(texts))-1], nil
		}}
		d := newDesk(t, model.New(model.Config{Provider: p}), src, nil)
		return put(t.Context(), d.Service, custard.Request{Question: "customers by country", Candidates: len(texts)}), d, p
	}
	const right = "SELECT country, count(*) FROM customers GROUP BY country"
	a, d, p := vote(queryText("SELECT country, count(DISTINCT city) FROM customers GROUP BY country"),
		queryText(right), queryText("SELECT country, sum(1) FROM customers GROUP BY 1"), queryText("SELECT nonsense FROM customers"), "no answer at all")
	if a.err != nil {
		t.Fatal(a.err)
	}
	if !slices.Contains(a.query.Assumptions, "2 of 4 queries that were written for it have this result") || a.query.Confidence != 0.45 || len(a.query.Warnings) == 0 {
		t.Errorf("%+v", a.query)
	}
	if strings.Contains(a.query.SQL, "DISTINCT") || strings.Contains(strings.Join(d.source.ran, "\n"), "nonsense") {
		t.Errorf("%s, ran %q", a.query.SQL, d.source.ran)
	}
	if a.done.Usage.Calls < 4 {
		t.Errorf("usage %+v", a.done.Usage)
	}
	warm := 0
	for _, r := range p.asked {
		if r.Temperature != nil && *r.Temperature > 0 {
			warm++
		}
	}
	if warm < 4 {
		t.Errorf("%d candidates vary", warm)
	}
	// Where most say that it cannot be answered, it is not.
	cannot := `{"kind":"cannot","reason":"no"}`
	if a, d, _ = vote(cannot, queryText(right), cannot); a.err == nil || a.err.Code != custard.CodeUnanswerable || len(d.source.ran) != 0 {
		t.Errorf("%v, ran %q", a.err, d.source.ran)
	}
}

func turnsOf(turns []translate.Turn) func(context.Context, string) ([]translate.Turn, error) {
	return func(context.Context, string) ([]translate.Turn, error) { return turns, nil }
}

func contextOf(c *translate.Context) func(context.Context) (*translate.Context, error) {
	return func(context.Context) (*translate.Context, error) { return c, nil }
}
