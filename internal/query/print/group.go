package print

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

func (p *printer) groupBy(g *query.GroupBy) {
	if g.All {
		if !p.is(custard.DuckDB, custard.Snowflake) {
			p.fail("GROUP BY ALL", "List what to group by.")
		}
		p.str("GROUP BY ALL")
		return
	}
	if len(g.Items) == 0 {
		p.refuse("a GROUP BY of nothing")
	}
	if p.d == custard.MySQL {
		if rollup, ok := plainRollup(g); ok {
			p.str("GROUP BY ")
			p.exprs(rollup)
			p.str(" WITH ROLLUP")
			return
		}
	}
	if g.WithRollup {
		p.rollup(g)
		return
	}
	p.list("GROUP BY ", len(g.Items), func(i int) { p.groupItem(g.Items[i]) })
}

// plainRollup returns what a GROUP BY rolls up where that is all it does, in either spelling.
func plainRollup(g *query.GroupBy) ([]query.Expr, bool) {
	var list []query.Expr
	switch {
	case g.WithRollup:
		for _, item := range g.Items {
			if item.Kind != query.GroupExpr {
				return nil, false
			}
			list = append(list, item.Expr)
		}
	case len(g.Items) == 1 && g.Items[0].Kind == query.GroupRollup:
		for _, set := range g.Items[0].Sets {
			if len(set) != 1 {
				return nil, false
			}
			list = append(list, set[0])
		}
	}
	return list, len(list) > 0
}

// rollup writes MySQL's WITH ROLLUP as the others spell it.
func (p *printer) rollup(g *query.GroupBy) {
	list, ok := plainRollup(g)
	if !ok {
		p.refuse("WITH ROLLUP after grouping sets")
		return
	}
	item := query.GroupItem{Kind: query.GroupRollup}
	for _, e := range list {
		item.Sets = append(item.Sets, []query.Expr{e})
	}
	p.str("GROUP BY ")
	p.groupItem(item)
}

func (p *printer) groupItem(g query.GroupItem) {
	if g.Kind == query.GroupExpr {
		p.expr(g.Expr, lowest)
		return
	}
	if p.is(custard.MySQL, custard.SQLite) {
		p.fail("ROLLUP, CUBE and GROUPING SETS", "Group once for each set and put the results together with UNION ALL.")
	}
	switch g.Kind {
	case query.GroupRollup:
		p.str("ROLLUP (")
	case query.GroupCube:
		p.str("CUBE (")
	case query.GroupSets:
		p.str("GROUPING SETS (")
	default:
		p.refuse("an odd kind of grouping")
	}
	for i, set := range g.Sets {
		p.comma(i)
		if len(set) == 1 {
			p.expr(set[0], lowest)
		} else {
			p.tuple(set)
		}
	}
	for i, item := range g.Nest {
		p.comma(i)
		p.nestedGroup(item)
	}
	p.byte(')')
}

// nestedGroup writes a set inside GROUPING SETS; a plain one of several expressions stands there as its own Sets.
func (p *printer) nestedGroup(g query.GroupItem) {
	if g.Kind == query.GroupExpr && g.Expr == nil && len(g.Sets) <= 1 {
		var set []query.Expr
		if len(g.Sets) == 1 {
			set = g.Sets[0]
		}
		p.tuple(set)
		return
	}
	p.groupItem(g)
}
