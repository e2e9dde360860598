package check

import (
	"strconv"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// series bounds a series whose ends are known; others end with the time limit.
func (r *resolver) series(name string, f *query.Func) {
	if len(f.Args) == 0 {
		return
	}
	from, to, step := int64(0), argument(f, 0), int64(1)
	known := true
	if len(f.Args) > 1 {
		from, known = constant(argument(f, 0))
		to = argument(f, 1)
	} else if r.rules.dialect == custard.SQLite {
		r.refuse("Write generate_series(1, 100).", "%s needs a last value", name)
		return
	}
	if s, ok := argument(f, 2).(*query.String); ok && fine(s.Value) {
		r.refuse("Use steps of a second or more.", "the steps of %s are too small", name)
		return
	}
	if iv, ok := argument(f, 2).(*query.Interval); ok {
		if s, isText := iv.Value.(*query.String); fine(iv.Unit) || isText && fine(s.Value) {
			r.refuse("Use steps of a second or more.", "the steps of %s are too small", name)
			return
		}
		r.dates(name, f)
		return
	}
	if len(f.Args) > 2 {
		if n, ok := constant(argument(f, 2)); ok && n != 0 {
			step = n
		}
	}
	last, ok := constant(to)
	if !known || !ok {
		r.dates(name, f)
		return
	}
	n := (float64(last) - float64(from)) / float64(step)
	switch {
	case n > maxSeries:
		r.refuse("Make the range smaller.", "%s gives more than %d rows", name, maxSeries)
	case n > 64:
		r.makes(int64(n))
	}
}

// dates bounds a series of dates between two that are written down.
func (r *resolver) dates(name string, f *query.Func) {
	first, ok := day(argument(f, 0))
	last, ok2 := day(argument(f, 1))
	step := stepText(argument(f, 2))
	if !ok || !ok2 {
		return
	}
	each := 24 * time.Hour
	switch {
	case strings.Contains(step, ":"), strings.Contains(step, "sec"), strings.HasSuffix(step, "s") && !strings.Contains(step, "s "):
		each = time.Second
	case strings.Contains(step, "min"):
		each = time.Minute
	case strings.Contains(step, "hour"):
		each = time.Hour
	}
	count := int64(1)
	if n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimRight(step, "abcdefghijklmnopqrstuvwxyz ")), 10, 64); err == nil && n > 0 {
		count = n
	}
	if strings.Contains(step, "day") || strings.Contains(step, "week") || strings.Contains(step, "mon") || strings.Contains(step, "year") {
		each = 24 * time.Hour
	}
	if last.Sub(first).Seconds()/each.Seconds()/float64(count) > maxSeries {
		r.refuse("Make the range smaller, or the steps larger.", "%s gives more than %d rows", name, maxSeries)
	}
}

// day is the date that a literal starts with.
func day(e query.Expr) (time.Time, bool) {
	text, ok := literal(e)
	if !ok || len(text) < len(time.DateOnly) {
		return time.Time{}, false
	}
	at, err := time.Parse(time.DateOnly, text[:len(time.DateOnly)])
	return at, err == nil
}

// stepText is an interval as text, in lower case.
func stepText(e query.Expr) string {
	if iv, ok := e.(*query.Interval); ok {
		if n, isNumber := iv.Value.(*query.Number); isNumber {
			return n.Text + " " + strings.ToLower(iv.Unit)
		}
		text, _ := literal(iv.Value)
		return strings.ToLower(strings.TrimSpace(text + " " + iv.Unit))
	}
	text, _ := literal(e)
	return strings.ToLower(text)
}

func fine(unit string) bool {
	unit = strings.ToLower(unit)
	return strings.Contains(unit, "micro") || strings.Contains(unit, "milli") || strings.Contains(unit, "nano")
}

// generator is Snowflake's table of rows without columns.
func (r *resolver) generator(f *query.Func) {
	for _, a := range f.Args {
		if a.Name == nil || !strings.EqualFold(a.Name.Name, "rowcount") {
			r.refuse("Write GENERATOR(ROWCOUNT => 100).", "generator takes a number of rows only")
			return
		}
		if n, ok := constant(a.Value); !ok || n > maxSeries {
			r.refuse("Make it smaller.", "generator may give %d rows at most", maxSeries)
		}
	}
	if len(f.Args) == 0 {
		r.refuse("Write GENERATOR(ROWCOUNT => 100).", "generator needs a number of rows")
	}
}
