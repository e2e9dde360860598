package ask

import (
	"context"
	"fmt"
	"slices"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/check"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/server/translate"
)

// What a team has written counts whatever engine writes the query: a question that somebody has verified the query of gets
// that query, and tables get their default filters.

// translate asks the engine, unless the team knows the answer.
func (r *run) translate(ctx context.Context, engine translate.Translator, treq translate.Request) (*translate.Translation, error) {
	if treq.Failed == nil {
		if e := treq.Context.Verified(treq.Question); e != nil {
			if tree, err := parse.Parse(treq.Dialect, e.SQL); err == nil {
				if _, err = r.check(tree, check.Options{}); err == nil {
					return &translate.Translation{
						Tree: tree, Confidence: 1, Engine: verifiedEngine,
						Assumptions: []string{fmt.Sprintf("answered with the query that was verified for '%s'", e.Question)},
					}, nil
				}
			}
		}
	}
	return engine.Translate(ctx, treq)
}

// verifiedEngine is what answers call the writer of a query that was looked up.
const verifiedEngine = "verified"

// checkAnswer checks what an engine wrote, with the default filters of the tables that it reads; what they are is assumed.
func (r *run) checkAnswer(tr *translate.Translation, q *custard.Query) (*check.Result, error) {
	tree := tr.Tree
	if tree == nil {
		var err error
		if tree, err = parse.Parse(r.svc.cfg.Dialect, tr.SQL); err != nil {
			return nil, err
		}
	}
	if tr.Engine != verifiedEngine && r.view != nil {
		var said []string
		tree, said = r.view.context.Filtered(tree, r.view.schema, r.req.Question+" "+r.whole)
		q.Assumptions = append(slices.Clip(q.Assumptions), said...)
	}
	return r.check(tree, check.Options{Repair: true, LeaveOut: true})
}

// values finds the values that a text mentions, without those that nobody is told.
func (r *run) values(ctx context.Context, text string) ([]custard.ValueMatch, error) {
	found, err := r.svc.cfg.Source.Values(ctx, custard.ValuesRequest{Text: text})
	if err != nil || r.view.context == nil {
		return found, err
	}
	return slices.DeleteFunc(slices.Clone(found), func(v custard.ValueMatch) bool { return !r.view.context.MayTell(r.view.schema, v) }), nil
}
