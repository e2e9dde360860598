package parse

import "github.com/custard-ai/custard/internal/query"

// selectBlock reads one SELECT; top is what TOP says in it.
func (p *parser) selectBlock() (s *query.Select, top *query.Limit) {
	s = &query.Select{Pos: p.pos()}
	p.wantKw(kwSelect)
	p.selectHead(s)
	top = p.top()
	s.Items = p.items()
	if p.acceptKw(kwFrom) {
		s.From = p.fromList()
	}
	p.clauses(s)
	return s, top
}

// fromFirst reads DuckDB's FROM t [SELECT …].
func (p *parser) fromFirst() *query.Select {
	s := &query.Select{Pos: p.pos()}
	p.wantKw(kwFrom)
	s.From = p.fromList()
	if p.acceptKw(kwSelect) {
		p.selectHead(s)
		s.Items = p.items()
	} else {
		s.Items = []query.Item{{Expr: &query.Star{Pos: s.Pos}}}
	}
	p.clauses(s)
	return s
}

// selectHead reads DISTINCT and what else stands before the select list. MySQL's hints are dropped.
func (p *parser) selectHead(s *query.Select) {
	for {
		switch p.cur.kw {
		case kwAll:
			p.next()
		case kwDistinct:
			p.next()
			s.Distinct = true
			if p.in(pgLike) && p.acceptKw(kwOn) {
				s.Distinct = false
				p.want('(')
				s.DistinctOn = p.exprList()
				p.want(')')
			}
		case kwDistinctrow:
			if p.d != my {
				return
			}
			p.next()
			s.Distinct = true
		case kwHighPriority, kwStraightJoin, kwSQLBigResult, kwSQLBufferResult, kwSQLCache, kwSQLCalcFoundRows, kwSQLNoCache, kwSQLSmallResult:
			if p.d != my {
				return
			}
			p.next()
		default:
			return
		}
	}
}

// items reads a select list.
func (p *parser) items() []query.Item {
	items := make([]query.Item, 0, 4)
	for {
		items = append(items, p.item())
		if !p.accept(',') {
			return items
		}
		if p.in(duck|snow) && p.cur.kw == kwFrom { // a comma may end the list
			return items
		}
	}
}

// item reads one element of a select list.
func (p *parser) item() query.Item {
	if star := p.star(); star != nil {
		return query.Item{Expr: star, Alias: nil}
	}
	item := query.Item{Expr: p.expr()}
	if item.Alias = p.alias(); item.Alias == nil && p.d == pg && p.bareLabel() {
		id := p.label()
		item.Alias = &id
	}
	return item
}

// bareLabel says whether a reserved word is an alias without AS, as PostgreSQL lets most be in a select list: max(d) end.
func (p *parser) bareLabel() bool {
	switch p.cur.kw {
	case kwNone, kwArray, kwAs, kwExcept, kwFetch, kwFilter, kwFor, kwFrom, kwGroup, kwHaving, kwIntersect, kwInto, kwIsnull, kwLimit, kwNotnull,
		kwOffset, kwOn, kwOrder, kwOver, kwOverlaps, kwReturning, kwTo, kwUnion, kwWhere, kwWindow, kwWith, kwWithin, kwWithout:
		return false
	}
	next := p.ahead(1)
	return next.kind == ',' || next.kind == tEOF || next.kind == ')' || next.kw == kwFrom
}

// alias reads an alias, with AS or without, if there is one.
func (p *parser) alias() *query.Ident {
	if p.acceptKw(kwAs) {
		id := p.label()
		return &id
	}
	if p.canAlias() {
		id := p.label()
		return &id
	}
	return nil
}

// canAlias says whether the current token is an alias without AS.
func (p *parser) canAlias() bool {
	switch p.cur.kind {
	case tQuoted:
		return true
	case tString:
		return p.in(my | lite)
	case tWord:
		return p.cur.kw == kwNone || p.aliasKeyword(p.cur.kw)
	}
	return false
}

// aliasKeyword says whether a keyword may be an alias without AS.
func (p *parser) aliasKeyword(k keyword) bool {
	if k == kwFull && p.d == my {
		return p.ahead(1).kw != kwJoin && p.ahead(1).kw != kwOuter
	}
	if (reservedIn[k]|notAlias[k])&p.d != 0 {
		return false
	}
	return k != kwIndexed || p.ahead(1).kw != kwBy
}

// label reads a name where any word may stand: after AS, after a dot.
func (p *parser) label() query.Ident {
	switch p.cur.kind {
	case tWord:
		if p.cur.kw == kwFrom {
			p.unexpected("a name")
		}
		id := query.Ident{Name: p.text(p.cur), Pos: p.pos()}
		p.next()
		return id
	case tQuoted:
		return p.quotedIdent()
	case tString:
		if p.in(my | lite) {
			pos := p.pos()
			id := query.Ident{Name: p.stringValue(), Quote: '"', Pos: pos}
			if p.d == my {
				id.Quote = '`'
			}
			return id
		}
		p.fail("an alias cannot be a string", `Put double quotes round it, not '.`)
	}
	p.unexpected("a name")
	return query.Ident{}
}

// star reads * or t.* with what may follow it, or returns nil where neither is next.
func (p *parser) star() *query.Star {
	n := 0
	for p.ahead(n).kind != '*' {
		if k := p.ahead(n).kind; k != tWord && k != tQuoted || p.ahead(n+1).kind != '.' {
			return nil
		}
		n += 2
	}
	s := &query.Star{Pos: p.pos()}
	if n > 0 {
		for ; n > 0; n -= 2 {
			s.Table = append(s.Table, p.label())
			p.next()
		}
	}
	p.next()
	if p.in(duck | snow) {
		p.starChanges(s)
	}
	return s
}

// starChanges reads EXCLUDE, REPLACE and RENAME after a star.
func (p *parser) starChanges(s *query.Star) {
	if p.cur.kw == kwExclude || p.d == duck && p.cur.kw == kwExcept && p.ahead(1).kind == '(' && !p.beginsQuery(p.ahead(2)) {
		p.next()
		if p.is('(') {
			s.Exclude = p.identList()
		} else {
			s.Exclude = []query.Ident{p.label()}
		}
	}
	if p.cur.kw == kwReplace && p.ahead(1).kind == '(' {
		p.next()
		s.Replace = p.changes()
	}
	if p.cur.kw == kwRename {
		p.next()
		s.Rename = p.changes()
	}
}

// changes reads (expr AS name, …), or one without parentheses.
func (p *parser) changes() []query.Item {
	paren := p.accept('(')
	var items []query.Item
	for {
		item := query.Item{Expr: p.expr()}
		p.wantKw(kwAs)
		id := p.label()
		item.Alias = &id
		items = append(items, item)
		if !paren {
			return items
		}
		if !p.accept(',') {
			p.want(')')
			return items
		}
	}
}

// clauses reads WHERE to WINDOW.
func (p *parser) clauses(s *query.Select) {
	if p.acceptKw(kwWhere) {
		s.Where = p.expr()
	}
	if p.acceptKw(kwGroup) {
		p.wantKw(kwBy)
		s.GroupBy = p.groupBy()
	}
	if p.acceptKw(kwHaving) {
		s.Having = p.expr()
	}
	if p.in(duck|snow) && p.acceptKw(kwQualify) {
		s.Qualify = p.expr()
	}
	if p.acceptKw(kwWindow) {
		for {
			w := query.NamedWindow{Name: p.ident("a name for the window")}
			p.wantKw(kwAs)
			w.Window = p.windowSpec()
			s.Windows = append(s.Windows, w)
			if !p.accept(',') {
				break
			}
		}
	}
	if p.in(duck|snow) && s.Qualify == nil && p.acceptKw(kwQualify) {
		s.Qualify = p.expr()
	}
}

// groupBy reads what follows GROUP BY.
func (p *parser) groupBy() *query.GroupBy {
	g := &query.GroupBy{}
	if p.in(pgLike | snow) {
		if p.cur.kw == kwAll {
			p.next()
			if p.in(duck|snow) && !p.startsOperand() {
				g.All = true
				return g
			}
		} else if p.d == pg {
			p.acceptKw(kwDistinct)
		}
	}
	for {
		g.Items = append(g.Items, p.groupItem())
		if !p.accept(',') {
			break
		}
	}
	if p.d == my && p.cur.kw == kwWith && p.ahead(1).kw == kwRollup {
		p.next()
		p.next()
		g.WithRollup = true
	}
	return g
}

// startsOperand says whether the current token could begin an expression rather than the next clause.
func (p *parser) startsOperand() bool {
	switch p.cur.kind {
	case tWord:
		return reservedIn[p.cur.kw]&p.d == 0 && notAlias[p.cur.kw]&p.d == 0 || p.cur.kw == kwCase
	case tQuoted, tNumber, tString, '(':
		return true
	}
	return false
}

// groupItem reads one element of a GROUP BY.
func (p *parser) groupItem() query.GroupItem {
	switch next := p.ahead(1); {
	case p.cur.kw == kwRollup && next.kind == '(':
		p.next()
		return query.GroupItem{Kind: query.GroupRollup, Sets: p.groupLists()}
	case p.cur.kw == kwCube && next.kind == '(':
		p.next()
		return query.GroupItem{Kind: query.GroupCube, Sets: p.groupLists()}
	case p.cur.kw == kwGrouping && next.kw == kwSets:
		p.next()
		p.next()
		return p.groupingSets()
	case p.cur.kind == '(' && next.kind == ')':
		p.next()
		p.next()
		return query.GroupItem{Kind: query.GroupSets, Sets: [][]query.Expr{{}}}
	}
	return query.GroupItem{Expr: p.expr()}
}

// groupLists reads (a, (b, c), …).
func (p *parser) groupLists() [][]query.Expr {
	p.want('(')
	var lists [][]query.Expr
	for {
		lists = append(lists, p.groupList())
		if !p.accept(',') {
			p.want(')')
			return lists
		}
	}
}

// groupList reads a, (b, c) or ().
func (p *parser) groupList() []query.Expr {
	if p.cur.kind == '(' && p.ahead(1).kind == ')' {
		p.next()
		p.next()
		return []query.Expr{}
	}
	e := p.expr()
	if row, ok := e.(*query.Row); ok && !row.Keyword {
		return row.Items
	}
	return []query.Expr{e}
}

// groupingSets reads what follows GROUPING SETS.
func (p *parser) groupingSets() query.GroupItem {
	p.enter()
	defer p.leave()
	item := query.GroupItem{Kind: query.GroupSets}
	nested := false
	p.want('(')
	for {
		var set query.GroupItem
		if p.cur.kw == kwRollup || p.cur.kw == kwCube || p.cur.kw == kwGrouping && p.ahead(1).kw == kwSets {
			set = p.groupItem()
			nested = true
		} else {
			set = query.GroupItem{Kind: query.GroupSets, Sets: [][]query.Expr{p.groupList()}}
		}
		item.Nest = append(item.Nest, set)
		if !p.accept(',') {
			break
		}
	}
	p.want(')')
	if !nested {
		for _, set := range item.Nest {
			item.Sets = append(item.Sets, set.Sets[0])
		}
		item.Nest = nil
	}
	return item
}
