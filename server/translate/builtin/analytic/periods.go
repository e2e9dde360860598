package analytic

import (
	"fmt"
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// Period is a window of time that a question speaks of: 'last month', 'in 2024', 'since March'.
type Period struct {
	Span index.Span
	w    window
}

// Periods are the windows of time that a question speaks of.
func Periods(ix *index.Index, ms *index.Mentions, now time.Time) []Period {
	r := &reader{v: newView(ix, custard.SQLite), m: ms, toks: slices.Clone(ms.Tokens), now: now}
	var out []Period
	for i := 0; i < len(r.toks); {
		if w, n := r.windowAt(i); n > 0 && !(w.from.IsZero() && w.to.IsZero()) {
			out = append(out, Period{index.Span{First: i, End: i + n}, w})
			i += n
			continue
		}
		i++
	}
	return out
}

// Unit is what a word calls a period: day, week, month, quarter, year; empty for other words.
func Unit(word string) string { return unit(word) }

// Moved says, as questions do, which window lies n units after this one, or before it where n is below 0: the year before
// May 2026 is 'in May 2025'. It is empty for a window without a beginning or an end.
func (p Period) Moved(unit string, n int) string {
	if p.w.from.IsZero() || p.w.to.IsZero() {
		return ""
	}
	if p.w.toDate { // a period that is not over is compared with one that is
		p.w.to = shift(p.w.from, p.w.whole, 1)
	}
	return phrase(shift(p.w.from, unit, n), shift(p.w.to, unit, n))
}

// Current is the period of a unit that now lies in.
func Current(unit string, now time.Time) Period {
	from := floor(now, unit)
	return Period{w: window{from: from, to: shift(from, unit, 1), whole: unit}}
}

// Year is the year that the window is; 0 where it is none.
func (p Period) Year() int {
	if f := p.w.from; !f.IsZero() && f.Equal(floor(f, "year")) && (p.w.toDate && p.w.whole == "year" || shift(f, "year", 1).Equal(p.w.to)) {
		return f.Year()
	}
	return 0
}

// phrase says a window as questions do.
func phrase(from, to time.Time) string {
	is := func(unit string) bool { return floor(from, unit).Equal(from) && shift(from, unit, 1).Equal(to) }
	switch {
	case is("year"):
		return from.Format("in 2006")
	case is("quarter"):
		return fmt.Sprintf("in Q%d %d", (from.Month()+2)/3, from.Year())
	case is("month"):
		return from.Format("in January 2006")
	case is("day"):
		return "on " + from.Format(time.DateOnly)
	}
	return "between " + from.Format(time.DateOnly) + " and " + to.AddDate(0, 0, -1).Format(time.DateOnly)
}
