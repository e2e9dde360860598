package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// A join multiplies rows: joined with its items, an order stands there once for each. What is then summed over orders is
// too large. The keys say where: a source is determined by others where the columns that equal theirs hold one of its
// keys, for then it adds at most one row to each of theirs. An aggregate over some sources is right where these
// determine all others.

// equate takes note of two columns that are equal; past some 64 it is no join that anybody wrote.
func (sc *scope) equate(a, b place) {
	if len(sc.equal) < 64 {
		sc.equal = append(sc.equal, [2]place{a, b})
	}
}

// fix takes note of a column that is equal to a constant.
func (sc *scope) fix(p place) {
	if len(sc.fixed) < 64 {
		sc.fixed = append(sc.fixed, p)
	}
}

// fixed says whether an expression is the same for every row.
func fixed(e query.Expr) bool {
	switch e := e.(type) {
	case *query.Number, *query.String, *query.Bool, *query.Bytes, *query.Keyword, *query.Subquery:
		return true
	case *query.Cast:
		return fixed(e.X)
	}
	return false
}

// groupKey takes note of an element of GROUP BY.
func (r *resolver) groupKey(e query.Expr, at int, sc *scope, rel relation) {
	c, ok := e.(*query.Column)
	if ok {
		if p, ok := r.placeOf(c, sc); ok {
			sc.keys = append(sc.keys, p)
			return
		}
	}
	if at >= 0 && rel.cols[at].from.src != nil && rel.cols[at].from.src.scope == sc {
		sc.keys = append(sc.keys, rel.cols[at].from)
	}
}

// fanOut warns where an aggregate of a select block folds rows that a join has multiplied.
func (r *resolver) fanOut(sc *scope) {
	if r.err != nil || r.probe || sc == nil || len(sc.aggs) == 0 || len(sc.sources) > 16 || len(sc.sources) == 1 && sc.sources[0].table != nil {
		return
	}
	g := joins{r: r, sc: sc}
	if !sc.sets {
		g.constant = append(g.constant, sc.keys...)
	}
	g.constant = append(g.constant, sc.fixed...)
	for _, a := range sc.aggs {
		if a.call.Distinct {
			continue
		}
		if w := g.judge(a); w != "" && !slices.Contains(r.warnings, w) {
			r.warnings = append(r.warnings, w)
			return // one is enough: the others have the same cause
		}
	}
}

// joins looks at the joins of one select block.
type joins struct {
	r        *resolver
	sc       *scope
	constant []place // columns with one value for each group
}

// judge is the warning about an aggregate, empty where it is right.
func (g *joins) judge(a aggregate) string {
	switch a.name {
	case "sum", "avg", "total", "stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp", "std", "median":
		if len(a.uses) == 0 || len(a.call.Args) == 0 || tallies(a.call.Args[0].Value) {
			return g.chasm(a)
		}
	case "count":
		if a.call.Star || len(a.uses) == 0 || len(a.call.Args) != 1 || tallies(a.call.Args[0].Value) || g.groupedBy(sourcesOf(a.uses)) {
			return g.chasm(a)
		}
	default:
		return ""
	}
	measured := sourcesOf(a.uses)
	if len(measured) == 0 {
		return ""
	}
	if f := fannedIn(a.uses); f != nil && (a.name == "sum" || a.name == "total") {
		return fmt.Sprintf("%s takes values of %s that the join below repeats for every row of %s, so the result may be too large. Aggregate before that join.",
			callText(a), f.repeated, f.by)
	}
	if len(g.sc.sources) < 2 {
		return ""
	}
	if a.name != "sum" && a.name != "total" && a.name != "count" && g.oneRow(measured) {
		return "" // the average of a row's own value, however often
	}
	with := g.determined(measured)
	culprit := g.culprit(with)
	if culprit == nil {
		return ""
	}
	return g.warning(a, measured, culprit, with)
}

// tallies says whether an aggregate's argument only counts: CASE WHEN … THEN 1 ELSE 0 END, or a condition.
func tallies(e query.Expr) bool {
	switch e := e.(type) {
	case *query.Number, *query.Bool, *query.Null, *query.String:
		return true
	case *query.Case:
		for _, w := range e.Whens {
			if !tallies(w.Then) {
				return false
			}
		}
		return e.Else == nil || tallies(e.Else)
	case *query.Func:
		switch strings.ToLower(e.Name.Last().Name) {
		case "if", "iif", "iff":
			return len(e.Args) == 3 && tallies(e.Args[1].Value) && tallies(e.Args[2].Value)
		}
	case *query.Binary:
		switch e.Op {
		case "=", "<>", "!=", "<", ">", "<=", ">=", "AND", "OR":
			return true
		case "*", "/", "+", "-":
			return tallies(e.L) && tallies(e.R)
		}
	case *query.Cast:
		return tallies(e.X)
	case *query.Like, *query.Is, *query.In, *query.Between, *query.Exists:
		return true
	}
	return false
}

// groupedBy says whether rows are grouped by a column of one of some sources: then a count over it means the others' rows.
func (g *joins) groupedBy(of []*source) bool {
	for _, k := range g.sc.keys {
		if slices.Contains(of, k.src) {
			return true
		}
	}
	return false
}

// oneRow says whether each group holds one row of each of some sources.
func (g *joins) oneRow(of []*source) bool {
	have := g.determined(nil)
	for _, s := range of {
		if !slices.Contains(have, s) {
			return false
		}
	}
	return true
}

// determined is the sources that add at most one row to each row of some.
func (g *joins) determined(by []*source) []*source {
	have := slices.Clone(by)
	for again := true; again; {
		again = false
		for _, s := range g.sc.sources {
			if !slices.Contains(have, s) && g.unique(s, have) {
				have = append(have, s)
				again = true
			}
		}
	}
	return have
}

// known says whether a column has one value for each row of the sources that are had.
func (g *joins) known(p place, have []*source) bool {
	if slices.Contains(g.constant, p) {
		return true
	}
	for _, e := range g.sc.equal {
		for i, q := range e {
			other := e[1-i]
			if q == p && (slices.Contains(have, other.src) || slices.Contains(g.constant, other)) {
				return true
			}
		}
	}
	return false
}

// unique says whether a source has at most one row for each row of those that are had.
func (g *joins) unique(s *source, have []*source) bool {
	if s.single {
		return true
	}
	for _, key := range s.uniqueKeys() {
		if !slices.ContainsFunc(key, func(i int) bool { return !g.known(place{s, i}, have) }) {
			return true
		}
	}
	return false
}

// culprit is a source that multiplies the rows of those that are had, nil where none is known to.
func (g *joins) culprit(have []*source) *source {
	for {
		var next *source
		for _, s := range g.sc.sources {
			if slices.Contains(have, s) {
				continue
			}
			if cols := g.joinedOn(s, have); len(cols) > 0 {
				if g.many(s, cols) {
					return s
				}
				next = s
				break
			}
		}
		if next == nil {
			return nil
		}
		have = g.determined(append(slices.Clone(have), next))
	}
}

// joinedOn lists the columns of a source that equal those of sources that are had.
func (g *joins) joinedOn(s *source, have []*source) []place {
	var out []place
	for _, e := range g.sc.equal {
		for i, p := range e {
			if p.src == s && slices.Contains(have, e[1-i].src) && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// many says whether there is reason to think that several rows of a source share the values of some columns: it has keys, and
// these columns hold none; or they are a foreign key.
func (g *joins) many(s *source, cols []place) bool {
	if len(s.uniqueKeys()) > 0 {
		return true
	}
	if s.table == nil || s.cols != nil {
		return false
	}
	for _, fk := range s.table.ForeignKeys {
		if !slices.ContainsFunc(fk.Columns, func(n string) bool {
			return !slices.ContainsFunc(cols, func(p place) bool { return s.columnName(p.i) == n })
		}) {
			return true
		}
	}
	return false
}

// chasm finds two sources that both multiply a third and so each other; a plain count over one such join means its rows.
func (g *joins) chasm(a aggregate) string {
	sources := g.sc.sources
	reach := make([][]*source, len(sources))
	for i, s := range sources {
		reach[i] = g.determined([]*source{s})
		if len(reach[i]) == len(sources) {
			return ""
		}
	}
	for i, s := range sources {
		for j := i + 1; j < len(sources); j++ {
			t := sources[j]
			if slices.Contains(reach[i], t) || slices.Contains(reach[j], s) || len(g.joinedOn(s, []*source{t})) > 0 {
				continue
			}
			for _, parent := range sources {
				if parent == s || parent == t || !slices.Contains(reach[i], parent) || !slices.Contains(reach[j], parent) {
					continue
				}
				one, two := g.joinedOn(s, []*source{parent}), g.joinedOn(t, []*source{parent})
				if len(one) == 0 || len(two) == 0 || g.oneRow([]*source{s}) || g.oneRow([]*source{t}) || g.covered(s, t) {
					continue
				}
				return fmt.Sprintf("%s counts each row of %s together with each row of %s that has the same %s, so the number is too large. "+
					"Count them apart: SELECT %s, count(*) FROM %s GROUP BY %s in a derived table, joined to %s.",
					callText(a), s.called(), t.called(), parent.called(), columnNames(two), t.tableText(), columnNames(two), parent.called())
			}
		}
	}
	return ""
}

// covered says whether some source determines both of two.
func (g *joins) covered(s, t *source) bool {
	for _, c := range g.sc.sources {
		if c == s || c == t {
			continue
		}
		have := g.determined([]*source{c})
		if slices.Contains(have, s) && slices.Contains(have, t) {
			return true
		}
	}
	return false
}
