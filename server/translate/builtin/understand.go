package builtin

import (
	"context"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/followup"
)

var _ translate.Understander = (*Engine)(nil)

// Understand makes a whole question of a follow-up, for translate.Understander.
func (e *Engine) Understand(_ context.Context, req translate.Request, values func(text string) ([]custard.ValueMatch, error)) (string, error) {
	before := make([]string, len(req.History))
	for i, t := range req.History {
		before[i] = t.Question
	}
	return followup.Whole(e.index(req.Schema).index, before, req.Question, req.Now, values)
}
