package parse

import "github.com/custard-ai/custard/internal/query"

// joined reads a table with what is joined to it.
func (p *parser) joined() query.TableExpr { return p.joins(p.tableItem()) }

// side is an operand of a join: spine says how many joins were made on the way down to its first table.
type side struct {
	table query.TableExpr
	spine int
}

// joins reads joins after their first operand, in one loop however many there are. A condition belongs to the last join
// that has none: a JOIN b JOIN c ON … ON …. So joins wait in open, and their operands in sides, which is one longer.
func (p *parser) joins(first query.TableExpr) query.TableExpr {
	var sideSpace [4]side
	var openSpace [3]*query.Join
	sides, open := append(sideSpace[:0], side{table: first}), openSpace[:0]
	done := func() { // the last open join is complete
		n := len(sides) - 2
		j := open[n]
		j.Left, j.Right = sides[n].table, sides[n+1].table
		sides = append(sides[:n], side{table: j, spine: sides[n].spine + 1})
		open = open[:n]
	}
	for {
		pos := p.pos()
		if kind, natural, ok := p.joinKind(); ok {
			if p.d == lite && len(open) > 0 { // from left to right, with a condition or without
				done()
			}
			j := &query.Join{Kind: kind, Natural: natural, Pos: pos}
			open = append(open, j)
			sides = append(sides, side{table: p.tableItem()})
			if p.d == snow && p.acceptKw(kwMatchCondition) {
				p.want('(')
				j.Match = p.expr()
				p.want(')')
			}
			conditional := p.cur.kw == kwOn || p.cur.kw == kwUsing
			if p.d != lite && (natural || kind == query.Positional || kind == query.CrossJoin && (p.in(pgLike) || !conditional) ||
				j.Match != nil && !conditional) {
				done()
			}
			continue
		}
		switch {
		case len(open) > 0 && p.acceptKw(kwOn):
			open[len(open)-1].On = p.expr()
			done()
		case len(open) > 0 && p.acceptKw(kwUsing):
			open[len(open)-1].Using = p.identList()
			done()
		default:
			for _, j := range open {
				if p.needsCondition(j.Kind) {
					p.unexpected()
				}
			}
			return graft(sides, open)
		}
	}
}

// needsCondition says whether a join cannot stand without ON or USING.
func (p *parser) needsCondition(kind query.JoinKind) bool {
	switch p.d {
	case lite:
		return false
	case my, snow:
		return kind != query.InnerJoin && kind != query.StraightJoin && kind != query.CrossJoin
	}
	return true
}

// graft joins the sides that are left without conditions, from left to right: a JOIN (b JOIN c ON …) that was never in
// parentheses is (a JOIN b) JOIN c ON ….
func graft(sides []side, open []*query.Join) query.TableExpr {
	left := sides[0].table
	for i, j := range open {
		right := sides[i+1]
		j.Left = left
		if right.spine == 0 {
			j.Right, left = right.table, j
			continue
		}
		lowest := right.table.(*query.Join)
		for n := 1; n < right.spine; n++ {
			lowest = lowest.Left.(*query.Join)
		}
		j.Right, lowest.Left, left = lowest.Left, j, right.table
	}
	return left
}

// joinKind passes the words of a join, if they are next.
func (p *parser) joinKind() (kind query.JoinKind, natural, ok bool) {
	if p.cur.kind != tWord {
		if p.noting {
			p.note("JOIN")
		}
		return "", false, false
	}
	switch p.cur.kw {
	case kwJoin, kwInner, kwLeft, kwRight, kwFull, kwCross, kwNatural, kwStraightJoin, kwAsof, kwSemi, kwAnti, kwPositional:
	case kwOuter:
		if p.d == snow || p.d == lite {
			break
		}
		return "", false, false
	default:
		if p.noting {
			p.note("JOIN")
		}
		return "", false, false
	}
	kind = query.InnerJoin
	if p.cur.kw == kwNatural {
		natural = true
		p.next()
	}
	switch p.cur.kw {
	case kwJoin:
	case kwInner:
		p.next()
	case kwLeft, kwRight, kwFull:
		kind = outerKind(p.cur.kw)
		p.next()
		p.acceptKw(kwOuter)
	case kwCross:
		kind = query.CrossJoin
		p.next()
	case kwStraightJoin:
		if p.d != my {
			return "", false, false
		}
		p.next()
		return query.StraightJoin, natural, true
	case kwAsof:
		kind = query.AsofJoin
		p.next()
		if p.acceptKw(kwLeft) {
			kind = query.AsofLeftJoin
			p.acceptKw(kwOuter)
		} else {
			p.acceptKw(kwInner)
		}
	case kwSemi:
		kind = query.SemiJoin
		p.next()
	case kwAnti:
		kind = query.AntiJoin
		p.next()
	case kwPositional:
		kind = query.Positional
		p.next()
	}
	p.wantKw(kwJoin)
	if kind == query.FullJoin && p.d == my {
		p.fail("MySQL has no FULL JOIN", "Write LEFT JOIN … UNION ALL … RIGHT JOIN … WHERE the left key IS NULL.")
	}
	return kind, natural, true
}

// outerKind is the kind of an outer join by its first word.
func outerKind(k keyword) query.JoinKind {
	switch k {
	case kwLeft:
		return query.LeftJoin
	case kwRight:
		return query.RightJoin
	}
	return query.FullJoin
}
