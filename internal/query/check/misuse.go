package check

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// within resolves what stands in a clause that is decided before rows are grouped: no aggregate or window function of the
// same block can stand there.
func (sc *scope) within(clause string, resolve func()) {
	before := sc.clause
	sc.clause = clause
	resolve()
	sc.clause = before
}

// inside is within for the arguments of an aggregate.
func (sc *scope) inside(name string, folds bool, resolve func()) {
	if !folds {
		resolve()
		return
	}
	sc.within(name+"(…)", resolve)
}

// misplaced says that an aggregate or window function stands where none can. One over columns of the blocks round it alone
// is theirs, and is computed there.
func (r *resolver) misplaced(f *query.Func, name string, folds bool, uses []place, sc *scope) {
	if sc.clause == "" || !folds && f.Over == nil || r.err != nil || r.probe {
		return
	}
	if folds && len(uses) > 0 && !slices.ContainsFunc(uses, func(p place) bool { return p.src.scope == sc }) {
		return
	}
	what, hint := "the aggregate "+name, "Compare it in HAVING, or compute it in a sub-query first: WHERE x > (SELECT "+name+"(…) FROM …)."
	switch {
	case f.Over != nil:
		what, hint = "the window function "+name, "Compute it in a sub-query, and use its column outside: SELECT … FROM (SELECT …, "+name+"(…) OVER (…) AS n FROM …) AS t WHERE n = 1."
	case strings.HasSuffix(sc.clause, ")"):
		hint = "Compute the inner one in a sub-query first: SELECT …(n) FROM (SELECT " + name + "(…) AS n FROM … GROUP BY …) AS t."
	case sc.clause == "GROUP BY":
		hint = "Group by what the rows have in common; compare aggregates in HAVING."
	}
	r.fail(custard.Errorf(custard.CodeSyntax, "%s cannot stand in %s", what, sc.clause).WithHint("%s", hint))
}

// late says what the item of a select list that was resolved last computes after rows are grouped, going by how many
// aggregates and calls with OVER the block had before it. An aggregate over columns of the blocks round it is theirs.
func (sc *scope) late(aggs, overs int) string {
	if sc.overs > overs {
		return "a window function"
	}
	if slices.ContainsFunc(sc.aggs[aggs:], func(a aggregate) bool { return a.call.Star || len(a.uses) > 0 }) {
		return "an aggregate"
	}
	return ""
}

// tooLate says that a clause which comes before rows are grouped names what is computed after.
func (r *resolver) tooLate(a *alias, sc *scope) {
	if a.late == "" || sc.clause != "WHERE" && sc.clause != "GROUP BY" || r.err != nil || r.probe {
		return
	}
	hint := "Group by what the rows have in common; leave the columns that are computed for each group out of GROUP BY."
	if a.late != "an aggregate" {
		hint = "Compute it in a sub-query: SELECT … FROM (SELECT … OVER (…) AS x FROM …) AS t, and use t.x outside."
	} else if sc.clause == "WHERE" {
		hint = "Compare it in HAVING, after GROUP BY."
	}
	r.fail(custard.Errorf(custard.CodeSyntax, "'%s' is %s of the select list and cannot stand in %s", a.name, a.late, sc.clause).WithHint("%s", hint))
}

// oneColumn wants the sub-query of a single value, or of IN behind one, to give one column.
func (r *resolver) oneColumn(rel relation, where string) {
	if n := len(rel.cols); n > 1 && r.wide == 0 && r.err == nil && !r.probe {
		r.fail(custard.Errorf(custard.CodeSyntax, "the sub-query %s gives %d columns, where one is wanted", where, n).
			WithHint("Select the one column that is compared; for more than one write (a, b) IN (SELECT a, b …)."))
	}
}

// rowish says whether an expression may be compared with several columns at once.
func rowish(e query.Expr) bool {
	switch e := e.(type) {
	case *query.Row:
		return len(e.Items) != 1
	case *query.Subquery:
		return true
	}
	return false
}
