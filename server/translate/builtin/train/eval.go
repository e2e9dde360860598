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
	"github.com/custard-ai/custard/server/translate/builtin/core"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// outcome is how one question went.
type outcome struct {
	ID         int     `json:"id"`
	DB         string  `json:"db"`
	Question   string  `json:"question"`
	Gold       string  `json:"gold"`
	Predicted  string  `json:"predicted"`
	Right      bool    `json:"right"`
	Place      int     `json:"place"` // of the first right candidate; -1 for none
	Confidence float64 `json:"confidence"`
	Note       string  `json:"note"`
}

// eval measures execution accuracy.
func eval(ctx context.Context, o options) error {
	m, err := readModel(o.weights)
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
		values := db.values.find(text)
		start := time.Now()
		p := core.NewProblem(db.ix, db.ix.Read(text, values))
		cands := p.Describe(p.Search(m))
		m.Rank(cands)
		times = append(times, time.Since(start))
		e := &example{q: q, text: text, db: db, problem: p}
		out := outcome{ID: q.ID, DB: q.DB, Question: text, Gold: q.SQL, Place: -1}
		for k, c := range cands {
			if k == 0 {
				tree, _ := ir.Build(c.Query, p.Joiner(), custard.SQLite)
				out.Predicted, _ = print.SQL(custard.SQLite, tree)
				out.Confidence = c.Prob
			}
			if e.right(ctx, c) {
				out.Right, out.Place = k == 0, k
				break
			}
		}
		if g, ok := gold(db, q.SQL); ok {
			if s, ok := core.SketchOf(p.Order(g)); ok {
				out.Note = s.Key()
			} else {
				out.Note = "no sketch"
			}
		} else {
			out.Note = "no form"
		}
		list = append(list, out)
	}
	report(list, times)
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
	fmt.Printf("questions %d  EX %.1f%%  in the first 5 %.1f%%  20 %.1f%%  40 %.1f%%  p50 %v p95 %v\n", len(list), within(1), within(5),
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

func readModel(path string) (*core.Model, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return core.Decode(data)
}
