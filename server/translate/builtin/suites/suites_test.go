package suites

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/ask"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
)

func TestSuites(t *testing.T) {
	for _, s := range suites() {
		t.Run(s.name, func(t *testing.T) {
			file := s.database(t, s.name)
			db := open(t, file)
			a := newAsker(source(t, file))
			var outcomes []outcome
			for _, q := range questions(t, s.name) {
				outcomes = append(outcomes, a.judge(t, db, q))
			}
			t.Log(table(outcomes))
			report(t, s.name, outcomes)
			n := 0
			for _, o := range outcomes {
				if o.verdict == right {
					n++
				}
			}
			if got := 100 * float64(n) / float64(len(outcomes)); got < s.floor {
				t.Errorf("%.1f%% right, under the floor of %.1f%%", got, s.floor)
			}
		})
	}
}

// verdict is how a question went.
type verdict string

const (
	right     verdict = "right"
	wider     verdict = "wider"     // right, with columns that nobody asked for
	wrong     verdict = "wrong"     // another answer, or an answer where there is none
	abstained verdict = "abstained" // said that it cannot answer, asked back or refused where there is an answer
	failed    verdict = "failed"    // an error
)

type outcome struct {
	question
	verdict verdict
	query   string
	said    string
	took    time.Duration
}

// asker asks the pipeline, up to where a query would run.
type asker struct {
	svc   *ask.Service
	turns []translate.Turn
}

func newAsker(src custard.Source) *asker {
	a := &asker{}
	engine := builtin.New()
	a.svc = ask.New(ask.Config{
		Source:  src,
		Dialect: custard.SQLite,
		Engine:  func(context.Context, string) (translate.Translator, error) { return engine, nil },
		Turns:   func(context.Context, string) ([]translate.Turn, error) { return a.turns, nil },
	})
	return a
}

// ask returns the query that answers a question.
func (a *asker) ask(ctx context.Context, text string, now time.Time) (*custard.Query, error) {
	var q *custard.Query
	for e, err := range a.svc.Ask(ctx, custard.Request{Question: text, Conversation: "suite", Now: now, DryRun: true}) {
		if err != nil {
			return nil, err
		}
		if e.Kind == custard.EventQuery {
			q = e.Query
		}
	}
	if q == nil {
		return nil, errors.New("no query and no error")
	}
	return q, nil
}

// judge asks one question and compares the answer.
func (a *asker) judge(t *testing.T, db *sql.DB, q question) outcome {
	t.Helper()
	o := outcome{question: q}
	now := q.now(t)
	a.turns = nil
	for _, before := range q.After {
		turn := translate.Turn{Question: before}
		if got, err := a.ask(t.Context(), before, now); err == nil {
			turn.SQL = got.SQL
		}
		a.turns = append(a.turns, turn)
	}
	start := time.Now()
	got, err := a.ask(t.Context(), q.Question, now)
	o.took = time.Since(start)
	if err != nil {
		e := custard.AsError(err)
		o.said = string(e.Code) + ": " + e.Message
		o.verdict = q.without(e.Code)
		return o
	}
	o.query = got.SQL
	o.said = fmt.Sprintf("%.2f %s", got.Confidence, strings.Join(got.Assumptions, "; "))
	o.verdict = wrong
	if !q.answerable() {
		return o
	}
	have, err := rows(t.Context(), db, got.SQL)
	if err != nil {
		o.verdict, o.said = failed, err.Error()
		return o
	}
	for i, query := range append([]string{q.SQL}, q.Also...) {
		want, err := rows(t.Context(), db, query)
		if err != nil {
			t.Fatalf("%q: its own query fails: %v", q.Question, err)
		}
		for drop := 0; drop == 0 || i == 0 && drop <= q.Optional && len(want) > 0; drop++ {
			same, more := answers(want.without(drop), have, q.Ordered)
			if same {
				o.verdict = right
				return o
			}
			if more {
				o.verdict = wider
			}
		}
	}
	return o
}

// without is the verdict on an answer without a query.
func (q question) without(code custard.Code) verdict {
	switch {
	case q.Kind == kindRefused && code == custard.CodeRefused,
		q.Kind == kindUnanswerable && (code == custard.CodeUnanswerable || code == custard.CodeAmbiguous):
		return right
	case code == custard.CodeUnanswerable || code == custard.CodeAmbiguous || code == custard.CodeRefused:
		return abstained
	}
	return failed
}

// table counts the verdicts by kind.
func table(outcomes []outcome) string {
	verdicts := []verdict{right, wider, wrong, abstained, failed}
	counts := map[string]map[verdict]int{"all": {}}
	var kinds []string
	var slowest time.Duration
	for _, o := range outcomes {
		if counts[o.Kind] == nil {
			counts[o.Kind] = map[verdict]int{}
			kinds = append(kinds, o.Kind)
		}
		counts[o.Kind][o.verdict]++
		counts["all"][o.verdict]++
		slowest = max(slowest, o.took)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-14s", "kind")
	for _, v := range verdicts {
		fmt.Fprintf(&b, "%10s", v)
	}
	for _, kind := range append(kinds, "all") {
		fmt.Fprintf(&b, "\n%-14s", kind)
		for _, v := range verdicts {
			fmt.Fprintf(&b, "%10d", counts[kind][v])
		}
	}
	fmt.Fprintf(&b, "\nright %.1f%% of %d, the slowest took %v", 100*float64(counts["all"][right])/float64(len(outcomes)), len(outcomes), slowest.Round(time.Millisecond))
	return b.String()
}

// report appends what was not right to the file that CUSTARD_SUITES_OUT names.
func report(t *testing.T, name string, outcomes []outcome) {
	t.Helper()
	path := os.Getenv("CUSTARD_SUITES_OUT")
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sorted := slices.Clone(outcomes)
	slices.SortStableFunc(sorted, func(a, b outcome) int { return strings.Compare(a.Kind, b.Kind) })
	for _, o := range sorted {
		if o.verdict == right {
			continue
		}
		fmt.Fprintf(f, "%s/%s %s: %s\n", name, o.Kind, o.verdict, o.Question)
		for _, line := range []struct{ label, text string }{{"want", o.SQL}, {"got ", o.query}, {"said", o.said}} {
			if line.text != "" {
				fmt.Fprintf(f, "    %s %s\n", line.label, line.text)
			}
		}
	}
}
