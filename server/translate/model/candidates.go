package model

import (
	"context"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate"
)

// variety is the temperature of further candidates: without it they would be the same query again.
const variety = 0.8

// several asks n times at once. The first answer is that of the model at its surest; the others vary. What the first
// decides, a query or not, holds where most agree; else the kind that most have. Equal queries are one, with more weight
// in the vote because each is there.
func (t *Translator) several(ctx context.Context, prompt *llm.Request, n int) (*translate.Translation, error) {
	type drawn struct {
		tr  *translate.Translation
		err error
	}
	all := make([]drawn, n)
	var wg sync.WaitGroup
	for i := range n {
		p := *prompt
		if i > 0 {
			v := variety
			p.Temperature = &v
		}
		wg.Go(func() { all[i].tr, all[i].err = t.one(ctx, &p) })
	}
	wg.Wait()
	usage := &custard.Usage{}
	var queries []translate.Translation
	var other *drawn
	others := 0
	for i := range all {
		d := &all[i]
		if d.tr != nil {
			usage = usage.Add(d.tr.Usage)
		}
		switch {
		case d.err == nil && d.tr.Clarify == nil:
			queries = append(queries, *d.tr)
		case d.err == nil || custard.AsError(d.err).Code == custard.CodeUnanswerable:
			others++
			if other == nil {
				other = d
			}
		}
	}
	switch {
	case len(queries) == 0 && other == nil:
		return nil, all[0].err // none answered
	case len(queries) == 0 || others > len(queries):
		if other.tr != nil {
			other.tr.Usage = usage
		}
		return other.tr, other.err
	}
	first := queries[0]
	first.Others = queries[1:]
	first.Usage = usage
	return &first, nil
}
