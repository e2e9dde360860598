package check

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// aggregate is a call that folds rows, with the columns of the select block that it reads.
type aggregate struct {
	call *query.Func
	name string
	uses []place // i is below zero for a whole row
}

// call resolves a call of a function on the dialect's list.
func (r *resolver) call(f *query.Func, sc *scope) (query.Expr, val) {
	name, k := r.function(f.Name)
	if k == none && r.err == nil && !r.probe {
		r.unknownFunction(f, name)
	}
	if r.rules.dialect == custard.SQLite && len(f.Args) == 1 && (name == "max" || name == "min") {
		k = aggregates // with more arguments it is what others call greatest and least
	}
	if k == tableOnly {
		r.refuse("Put it into FROM.", "the function %s gives rows and can stand in FROM only", name)
	}
	out := &query.Func{
		Name: r.functionName(f.Name), Distinct: f.Distinct, Star: f.Star, NullsIgnore: f.NullsIgnore,
		NullsInside: f.NullsInside, FromLast: f.FromLast, Pos: f.Pos,
	}
	folds := (k == aggregates || k == either) && f.Over == nil
	var uses []place
	outer := r.uses
	if folds {
		r.uses = &uses
	}
	var vals [4]val
	var known []val
	sc.inside(name, folds, func() { known = r.args(f, out, name, sc, vals[:0]) })
	if k != none {
		r.countArguments(f, name, known)
	}
	out.OrderBy = r.order(f.OrderBy, sc)
	out.Separator = r.opt(f.Separator, sc)
	if f.Limit != nil {
		out.Limit = r.limit(f.Limit, &scope{parent: sc.parent, env: sc.env})
	}
	out.Within = r.order(f.Within, sc)
	r.misplaced(f, name, folds, uses, sc)
	r.uses = outer
	if outer != nil {
		*outer = append(*outer, uses...)
	}
	r.apart(func() { out.Filter = r.opt(f.Filter, sc) }) // it picks rows, as WHERE does
	if f.Over != nil {
		sc.overs++
		if k != aggregates && k != windows && k != either {
			r.refuse("Drop OVER, or use an aggregate or a window function.", "%s is not a window function", name)
		}
		out.Over = r.window(f.Over, sc)
	} else if k == windows && r.err == nil {
		r.refuse("Write OVER (ORDER BY …) after it.", "%s is a window function and needs OVER", name)
	}
	if r.err == nil {
		r.sizes(name, out)
	}
	if folds {
		sc.aggs = append(sc.aggs, aggregate{call: out, name: name, uses: slices.DeleteFunc(uses, func(p place) bool { return p.src.scope != sc })})
	}
	return out, r.callType(name, known, f)
}

func (r *resolver) args(f, out *query.Func, name string, sc *scope, vals []val) []val {
	if len(f.Args) == 0 {
		return vals
	}
	out.Args = make([]query.Arg, len(f.Args))
	for i, a := range f.Args {
		out.Args[i] = query.Arg{Name: a.Name, Variadic: a.Variadic}
		if unit := r.unitArgument(name, i, a.Value); unit != nil {
			out.Args[i].Value = unit
			vals = append(vals, val{typ: custard.TypeText})
			continue
		}
		var v val
		out.Args[i].Value, v = r.expr(a.Value, sc)
		vals = append(vals, v)
	}
	return vals
}

// unitArgument is the bare word DAY in TIMESTAMPDIFF(DAY, a, b), nil where the argument is none.
func (r *resolver) unitArgument(name string, i int, e query.Expr) query.Expr {
	at, ok := unitPlace(r.rules.dialect, name)
	if !ok || i != at {
		return nil
	}
	switch e := e.(type) {
	case *query.Column:
		if len(e.Name) == 1 && e.Name[0].Quote == 0 && timeUnit(e.Name[0].Name) {
			return &query.Column{Name: query.Name{e.Name[0]}, Pos: e.Pos}
		}
	case *query.Keyword:
		if timeUnit(e.Name) {
			return &query.Keyword{Name: e.Name, Pos: e.Pos}
		}
	}
	return nil
}

// unitPlace is the argument of a function that is a unit of time without quotes.
func unitPlace(d custard.Dialect, name string) (int, bool) {
	switch d {
	case custard.MySQL:
		return 0, name == "timestampdiff" || name == "timestampadd"
	case custard.Snowflake:
		switch name {
		case "dateadd", "datediff", "timediff", "timestampdiff", "timeadd", "timestampadd", "date_part":
			return 0, true
		case "date_trunc":
			return 0, true
		case "last_day", "trunc":
			return 1, true
		case "time_slice":
			return 2, true
		}
	}
	return 0, false
}

func timeUnit(word string) bool {
	switch strings.ToLower(word) {
	case "microsecond", "microseconds", "millisecond", "milliseconds", "nanosecond", "nanoseconds", "second", "seconds",
		"minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "quarter", "quarters",
		"year", "years", "decade", "century", "epoch", "dayofweek", "dayofweekiso", "dayofyear", "weekiso", "weekofyear",
		"yearofweek", "yearofweekiso", "dow", "doy", "isodow", "isoyear", "epoch_second", "epoch_millisecond",
		"yy", "yyyy", "mm", "mon", "dd", "hh", "mi", "ss", "ww", "qq", "wk", "qtr", "d", "y", "m", "q", "w", "h", "s",
		"sql_tsi_second", "sql_tsi_minute", "sql_tsi_hour", "sql_tsi_day", "sql_tsi_week", "sql_tsi_month",
		"sql_tsi_quarter", "sql_tsi_year":
		return true
	}
	return false
}

// extractField says whether EXTRACT knows a field: a unit of time, or MySQL's two in one such as DAY_HOUR.
func extractField(field string) bool {
	if timeUnit(field) {
		return true
	}
	switch field {
	case "TIMEZONE", "TIMEZONE_HOUR", "TIMEZONE_MINUTE", "MILLENNIUM", "JULIAN", "ERA", "EPOCH_NANOSECOND", "DAYOFWEEK_ISO", "WEEK_ISO",
		"WEEKDAY", "YEARWEEK", "NANOSECOND", "DAYOFMONTH":
		return true
	}
	first, second, ok := strings.Cut(field, "_")
	return ok && timeUnit(first) && timeUnit(second)
}

// function looks a call's name up: its name in lower case, and its kind.
func (r *resolver) function(n query.Name) (string, kind) {
	if len(n) == 0 {
		return "", none
	}
	last := n.Last()
	name := strings.ToLower(last.Name)
	if len(n) > 2 || len(n) == 2 && (r.rules.dialect != custard.Postgres || r.folded(n[0]) != "pg_catalog") {
		return name, none
	}
	if len(last.Name) != len(name) || !ascii(last.Name) { // K, the Kelvin sign, has a k for its lower case
		return name, none
	}
	if last.Quote != 0 && r.rules.fold != nil && last.Name != r.rules.fold(last.Name) {
		return name, none
	}
	return name, functionsOf(r.rules.dialect)[name]
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// functionName is the name without quotes: it is on a list of plain words.
func (r *resolver) functionName(n query.Name) query.Name {
	out := make(query.Name, len(n))
	for i, p := range n {
		out[i] = query.Ident{Name: p.Name, Pos: p.Pos}
	}
	return out
}

func (r *resolver) window(w *query.Window, sc *scope) *query.Window {
	if w == nil {
		return nil
	}
	out := &query.Window{Ref: w.Ref, Bare: w.Bare}
	if w.Ref != nil {
		out.Ref = r.windowName(*w.Ref, sc)
	}
	out.Partition = r.exprs(w.Partition, sc)
	out.OrderBy = r.order(w.OrderBy, sc)
	if w.Frame != nil {
		out.Frame = &query.Frame{Unit: w.Frame.Unit, Start: r.bound(w.Frame.Start, sc), End: r.bound(w.Frame.End, sc), Exclude: w.Frame.Exclude}
	}
	return out
}

func (r *resolver) windowName(id query.Ident, sc *scope) *query.Ident {
	for m := exactly; m <= loosely; m++ {
		for _, w := range sc.windows {
			if r.same(r.folded(id), r.folded(w.Name), m) {
				name := w.Name
				return &name
			}
		}
	}
	r.fail(custard.Errorf(custard.CodeUnknownColumn, "there is no window '%s'", id.Name).
		WithHint("Add WINDOW %s AS (PARTITION BY … ORDER BY …) to this SELECT.", id.Name))
	return &id
}

func (r *resolver) bound(b *query.Bound, sc *scope) *query.Bound {
	if b == nil {
		return nil
	}
	out := &query.Bound{CurrentRow: b.CurrentRow, Following: b.Following}
	r.forbidMasked(r.apart(func() { out.Offset = r.opt(b.Offset, sc) }), "in the frame of a window")
	return out
}

// keyword resolves a call without parentheses.
func (r *resolver) keyword(k *query.Keyword) (query.Expr, val) {
	out := &query.Keyword{Name: k.Name, Pos: k.Pos}
	switch k.Name {
	case "CURRENT_DATE", "UTC_DATE":
		return out, val{typ: custard.TypeDate}
	case "CURRENT_TIME", "LOCALTIME", "UTC_TIME":
		return out, val{typ: custard.TypeTime}
	case "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "UTC_TIMESTAMP", "SYSTIMESTAMP", "SYSDATE":
		return out, val{typ: custard.TypeTimestamp}
	}
	r.refuse("Leave it out, or write the value.", "%s tells who or where the connection is and is not allowed", k.Name)
	return out, val{}
}
