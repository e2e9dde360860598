package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin"
	"github.com/custard-ai/custard/server/translate/builtin/analytic"
	"github.com/custard-ai/custard/server/translate/builtin/core"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// outcome is how one question went.
type outcome struct {
	ID           int      `json:"id"`
	DB           string   `json:"db"`
	Question     string   `json:"question"`
	Gold         string   `json:"gold"`
	Predicted    string   `json:"predicted"`
	Right        bool     `json:"right"`
	Place        int      `json:"place"` // of the first right candidate; -1 for none
	Confidence   float64  `json:"confidence"`
	Note         string   `json:"note"`
	Got          string   `json:"got"`
	Lost         []string `json:"lost"`
	Grammar      string   `json:"grammar"` // its reading: none, plain, analytic
	GrammarRight bool     `json:"grammar_right"`
	Prob         float64  `json:"prob"` // of the core's first candidate
	Abstained    string   `json:"abstained"`
	Core         bool     `json:"core"` // the statistical core's first candidate
}

// eval measures execution accuracy.
func eval(ctx context.Context, o options) error {
	m, engine, err := readModel(o.weights)
	if err != nil {
		return err
	}
	dbs := &databases{dir: o.databases, limit: 5 * time.Second}
	questions, err := readQuestions(o.questions)
	if err != nil {
		return err
	}
	var list []outcome
	var times []time.Duration
	var diag diagnosis
	n := 0
	for i := range questions {
		q := &questions[i]
		if q.Split != o.split {
			continue
		}
		if n++; n%o.every != 0 {
			continue
		}
		text := q.Question
		if o.field == "paraphrase" {
			text = q.Paraphrase
		}
		db, err := dbs.get(ctx, q.DB)
		if err != nil {
			return err
		}
		values := db.find(ctx, text)
		request := translate.Request{Question: text, Schema: db.schema, Values: values, Dialect: custard.SQLite}
		start := time.Now()
		answer, failed := engine.Translate(ctx, request)
		times = append(times, time.Since(start))
		p := core.NewProblem(db.ix, db.ix.Read(text, values))
		reading, read := analytic.Translate(request, db.ix, db.ix.Read(text, values))
		if read {
			p.Consult(reading)
		}
		cands := p.Describe(p.Search(m))
		m.Rank(cands)
		e := &example{q: q, text: text, db: db, problem: p}
		out := outcome{ID: q.ID, DB: q.DB, Question: text, Gold: q.SQL, Place: -1}
		if c := reading; read && c.Coverage >= 0.95 {
			out.Grammar = "plain"
			if c.Analytic {
				out.Grammar = "analytic"
			}
			sql, _ := print.SQL(custard.SQLite, c.Tree)
			out.GrammarRight = db.same(ctx, q.SQL, sql)
		}
		if len(cands) > 0 {
			out.Prob = cands[0].Prob
		}
		for k, c := range cands {
			if e.right(ctx, c) {
				out.Place = k
				break
			}
		}
		if failed != nil {
			out.Abstained = failed.Error()
		} else if answer.Tree != nil {
			out.Predicted, _ = print.SQL(custard.SQLite, answer.Tree)
			out.Confidence = answer.Confidence
			out.Right = db.same(ctx, q.SQL, out.Predicted)
			if len(cands) > 0 {
				out.Got = cands[0].Sketch.Key()
			}
			out.Core = len(cands) > 0 && e.printed(cands[0]) == out.Predicted
		}
		if g, ok := gold(db, q.SQL); ok {
			if s, ok := core.SketchOf(p.Order(g)); ok {
				out.Note = s.Key()
				d := p.Diagnose(m, p.Order(g))
				diag.add(ctx, e, d)
				out.Lost = d.Notes
			} else {
				out.Note = "no sketch"
			}
		} else {
			out.Note = "no form"
		}
		list = append(list, out)
	}
	report(list, times)
	diag.report()
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

// diagnosis counts where gold queries are lost.
type diagnosis struct {
	n, known, first, within, filled, missing int
	wrong                                    [16]int
}

func (d *diagnosis) add(ctx context.Context, e *example, x core.Diagnosis) {
	d.n++
	if x.SketchRank < 0 {
		return
	}
	d.known++
	if x.SketchRank == 0 {
		d.first++
	}
	if x.SketchRank < 25 {
		d.within++
	}
	if x.Missing {
		d.missing++
	}
	if x.Filled != nil && e.right(ctx, x.Filled) {
		d.filled++
	}
	for r := range x.Wrong {
		d.wrong[r]++
	}
}

func (d *diagnosis) report() {
	pct := func(k int) float64 { return 100 * float64(k) / float64(max(d.n, 1)) }
	fmt.Printf("  sketch known %.1f%%, first %.1f%%, in the first 25 %.1f%%; right once the sketch is given %.1f%%; a choice missing %.1f%%; wrong by role %v\n",
		pct(d.known), pct(d.first), pct(d.within), pct(d.filled), pct(d.missing), d.wrong)
}

func report(list []outcome, times []time.Duration) {
	n := float64(len(list))
	within := func(k int) float64 {
		c := 0
		for _, r := range list {
			if r.Place >= 0 && r.Place < k {
				c++
			}
		}
		return 100 * float64(c) / n
	}
	slices.Sort(times)
	right, abstained, other, otherRight := 0, 0, 0, 0
	for _, r := range list {
		switch {
		case r.Right:
			right++
		case r.Abstained != "":
			abstained++
		}
		if !r.Core && r.Abstained == "" {
			other++
			if r.Right {
				otherRight++
			}
		}
	}
	fmt.Printf("questions %d  EX %.1f%%  abstained %.1f%%  not by the core's first candidate %d, right %d\n", len(list), 100*float64(right)/n,
		100*float64(abstained)/n, other, otherRight)
	fmt.Printf("  candidates right: first %.1f%%  in the first 5 %.1f%%  20 %.1f%%  40 %.1f%%  p50 %v p95 %v\n", within(1), within(5),
		within(20), within(40), times[len(times)/2].Round(100*time.Microsecond), times[len(times)*95/100].Round(100*time.Microsecond))
	for _, at := range []float64{0.9, 0.8, 0.7, 0.5, 0.3, 0} {
		c, right := 0, 0
		for _, r := range list {
			if r.Confidence >= at {
				c++
				if r.Right {
					right++
				}
			}
		}
		fmt.Printf("  confidence ≥ %.1f: %.1f%% of the questions, %.1f%% right\n", at, 100*float64(c)/n, 100*float64(right)/max(float64(c), 1))
	}
}

// coverage tells how many gold queries the intermediate form can say, and whether the way back gives the same rows.
func coverage(ctx context.Context, o options) error {
	dbs := &databases{dir: o.databases, limit: 5 * time.Second}
	questions, err := readQuestions(o.questions)
	if err != nil {
		return err
	}
	said, sketched, same, failed := 0, 0, 0, 0
	n := 0
	for i := range questions {
		if i%o.every != 0 {
			continue
		}
		n++
		q := &questions[i]
		db, err := dbs.get(ctx, q.DB)
		if err != nil {
			return err
		}
		form, ok := gold(db, q.SQL)
		if !ok {
			fmt.Println("NOFORM", q.DB, q.SQL)
			continue
		}
		said++
		if _, ok := core.SketchOf(form); ok {
			sketched++
		} else {
			fmt.Println("NOSKETCH", q.DB, q.SQL)
		}
		tree, ok := ir.Build(form, db.ix.NewJoiner(nil, nil), custard.SQLite)
		if !ok {
			failed++
			fmt.Println("NOJOIN", q.DB, q.SQL)
			continue
		}
		text, err := print.SQL(custard.SQLite, tree)
		if err != nil {
			fmt.Println("NOPRINT", err)
			continue
		}
		if db.same(ctx, q.SQL, text) {
			same++
		} else {
			fmt.Println("DIFFERS", q.DB, q.SQL, "=>", text)
		}
	}
	fmt.Printf("%d gold queries: %.1f%% in the form, %.1f%% with a sketch, %.1f%% the same rows\n", n, 100*float64(said)/float64(n),
		100*float64(sketched)/float64(n), 100*float64(same)/float64(n))
	return nil
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
