package analytic

import (
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Periods are the spans of a question that speak of a window of time: 'last month', 'in 2024', 'since March'.
func Periods(ix *index.Index, ms *index.Mentions, now time.Time) []index.Span {
	r := &reader{v: newView(ix, custard.SQLite), m: ms, toks: slices.Clone(ms.Tokens), now: now}
	var out []index.Span
	for i := 0; i < len(r.toks); {
		if w, n := r.windowAt(i); n > 0 && !(w.from.IsZero() && w.to.IsZero()) {
			out = append(out, index.Span{First: i, End: i + n})
			i += n
			continue
		}
		i++
	}
	return out
}
