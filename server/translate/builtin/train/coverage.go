package main

import (
	"context"
	"fmt"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate/builtin/core"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

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
