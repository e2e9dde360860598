package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
	"github.com/custard-ai/custard/server/translate/builtin/analytic"
	"github.com/custard-ai/custard/server/translate/builtin/core"
)

// outcome is how one question went.
type outcome struct {
	ID         int     `json:"id"`
	DB         string  `json:"db"`
	Question   string  `json:"question"`
	Gold       string  `json:"gold"`
	Predicted  string  `json:"predicted"`
	Right      bool    `json:"right"`
	Confidence float64 `json:"confidence"`
	Abstained  string  `json:"abstained,omitempty"` // why there is no query
	took       time.Duration
	*inspection
}

// inspection is what the parts of the engine made of the question.
type inspection struct {
	Place        int      `json:"place"`         // of the core's first right candidate; -1 for none
	Prob         float64  `json:"prob"`          // of the core's first candidate
	Core         bool     `json:"core"`          // the answer is the core's first candidate
	Shape        string   `json:"shape"`         // the gold query's sketch
	Got          string   `json:"got"`           // the first candidate's sketch
	Lost         []string `json:"lost"`          // gold choices that scored lower than others
	Grammar      string   `json:"grammar"`       // its reading: none, plain, analytic
	GrammarRight bool     `json:"grammar_right"` // it gives what the gold query does
}

// eval measures execution accuracy.
func eval(ctx context.Context, o options) error {
	list, diag, err := measure(ctx, o)
	if err != nil {
		return err
	}
	report(list)
	if o.inspect {
		reportPlaces(list)
		diag.report()
	}
	if o.wrong == "" {
		return nil
	}
	f, err := os.Create(o.wrong)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	for _, r := range list {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return f.Close()
}

// measure asks the questions of a split.
func measure(ctx context.Context, o options) ([]outcome, *diagnosis, error) {
	m, engine, err := readModel(o.weights)
	if err != nil {
		return nil, nil, err
	}
	dbs := &databases{dir: o.databases, limit: 5 * time.Second}
	questions, err := readQuestions(o.questions)
	if err != nil {
		return nil, nil, err
	}
	var list []outcome
	diag := &diagnosis{}
	n := 0
	for i := range questions {
		q := &questions[i]
		text := q.Question
		if o.field == "paraphrase" {
			text = q.Paraphrase
		}
		if q.Split != o.split || text == "" {
			continue
		}
		if n++; n%o.every != 0 {
			continue
		}
		db, err := dbs.get(ctx, q.DB)
		if err != nil {
			return nil, nil, err
		}
		req := translate.Request{Question: text, Schema: db.schema, Values: db.find(ctx, text), Dialect: custard.SQLite}
		out := outcome{ID: q.ID, DB: q.DB, Question: text, Gold: q.SQL}
		start := time.Now()
		answer, err := engine.Translate(ctx, req)
		out.took = time.Since(start)
		switch {
		case err != nil:
			out.Abstained = err.Error()
		case answer.Tree == nil:
			out.Abstained = "asks back"
		default:
			out.Predicted, _ = print.SQL(custard.SQLite, answer.Tree)
			out.Confidence = answer.Confidence
			out.Right = db.same(ctx, q.SQL, out.Predicted)
		}
		if o.inspect {
			e := &example{q: q, text: text, db: db}
			out.inspection = inspect(ctx, m, e, req, diag)
			out.Core = out.Core && out.Predicted != ""
		}
		list = append(list, out)
	}
	return list, diag, nil
}

// inspect asks the parts of the engine one by one.
func inspect(ctx context.Context, m *core.Model, e *example, req translate.Request, diag *diagnosis) *inspection {
	out := &inspection{Place: -1}
	ms := e.db.ix.Read(req.Question, req.Values)
	p := core.NewProblem(e.db.ix, ms)
	e.problem = p
	if c, ok := analytic.Translate(req, e.db.ix, ms); ok {
		p.Consult(c)
		if c.Coverage >= 0.95 {
			out.Grammar = "plain"
			if c.Analytic {
				out.Grammar = "analytic"
			}
			text, _ := print.SQL(custard.SQLite, c.Tree)
			out.GrammarRight = e.db.same(ctx, e.q.SQL, text)
		}
	}
	cands := p.Describe(p.Search(m))
	m.Rank(cands)
	for k, c := range cands {
		if k == 0 {
			out.Prob, out.Got, out.Core = c.Prob, c.Sketch.Key(), true
		}
		if e.right(ctx, c) {
			out.Place = k
			break
		}
	}
	if g, ok := gold(e.db, e.q.SQL); ok {
		g = p.Order(g)
		if s, ok := core.SketchOf(g); ok {
			out.Shape = s.Key()
			d := p.Diagnose(m, g)
			diag.add(ctx, e, d)
			out.Lost = d.Notes
		}
	}
	return out
}

// readModel reads weights; the embedded ones where path is empty.
func readModel(path string) (*core.Model, *builtin.Engine, error) {
	data := builtin.Weights()
	if path != "" {
		var err error
		if data, err = os.ReadFile(path); err != nil {
			return nil, nil, err
		}
	}
	m, err := core.Decode(data)
	return m, builtin.Load(data), err
}
