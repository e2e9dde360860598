package parse

import "github.com/custard-ai/custard/internal/query"

// beginsQuery says whether a token begins a query that is not in parentheses.
func (p *parser) beginsQuery(t token) bool {
	switch t.kw {
	case kwSelect, kwWith, kwValues, kwTable:
		return true
	case kwFrom:
		return p.d == duck
	}
	return false
}

// query reads a whole query expression: WITH … body ORDER BY … LIMIT ….
func (p *parser) query() *query.Query {
	p.enter()
	q := &query.Query{Pos: p.pos()}
	if p.isKw(kwWith) {
		q.With = p.with()
	}
	var top *query.Limit
	q.Body, top = p.operand()
	p.rest(q, top)
	p.leave()
	return simplify(q)
}

// rest reads what follows the first operand of a query expression: set operations, ORDER BY, LIMIT.
func (p *parser) rest(q *query.Query, top *query.Limit) {
	q.Body, top = p.setOps(q.Body, top, 0)
	q.Limit = top
	p.tail(q)
}

// simplify returns a query in parentheses itself where nothing is said round it.
func simplify(q *query.Query) *query.Query {
	if inner, ok := q.Body.(*query.Query); ok && q.With == nil && q.OrderBy == nil && q.Limit == nil {
		return inner
	}
	return q
}

// unwrap makes a query that stood in parentheses an operand: its body alone where there is no more to it.
func unwrap(q *query.Query) query.Body {
	if q.With == nil && q.OrderBy == nil && q.Limit == nil {
		return q.Body
	}
	return q
}

// limited makes an operand of a SELECT that says TOP.
func limited(body query.Body, top *query.Limit, pos query.Pos) query.Body {
	if top == nil {
		return body
	}
	return &query.Query{Body: body, Limit: top, Pos: pos}
}

// operand reads one operand of a set operation; top is what TOP says in a SELECT.
func (p *parser) operand() (body query.Body, top *query.Limit) {
	pos := p.pos()
	switch {
	case p.is('('):
		return unwrap(p.parenQuery()), nil
	case p.isKw(kwSelect):
		return p.selectBlock()
	case p.isKw(kwValues):
		return p.values(), nil
	case p.isKw(kwTable):
		p.next()
		return starFrom(&query.Table{Name: p.name(), Pos: pos}, pos), nil
	case p.d == duck && p.isKw(kwFrom):
		return p.fromFirst(), nil
	}
	p.unexpected()
	return nil, nil
}

// starFrom is SELECT * FROM from.
func starFrom(from query.TableExpr, pos query.Pos) *query.Select {
	return &query.Select{Items: []query.Item{{Expr: &query.Star{Pos: pos}}}, From: []query.TableExpr{from}, Pos: pos}
}

// parenQuery reads a query in parentheses.
func (p *parser) parenQuery() *query.Query {
	p.want('(')
	q := p.query()
	p.want(')')
	return q
}

// Precedence of the set operators: INTERSECT binds more tightly, but for SQLite.
const (
	unionLevel     = 1
	intersectLevel = 2
)

// setOperator returns the set operator that is next, and its level; 0 where there is none.
func (p *parser) setOperator() (query.SetOperator, int) {
	switch p.cur.kw {
	case kwUnion:
		return query.Union, unionLevel
	case kwExcept:
		return query.Except, unionLevel
	case kwMinus:
		if p.d == snow {
			return query.Except, unionLevel
		}
	case kwIntersect:
		if p.d == lite {
			return query.Intersect, unionLevel
		}
		return query.Intersect, intersectLevel
	}
	return "", 0
}

// setOps reads set operations of a level and above after their first operand.
func (p *parser) setOps(left query.Body, top *query.Limit, level int) (query.Body, *query.Limit) {
	for {
		op, l := p.setOperator()
		if l == 0 && p.noting {
			p.note("UNION")
		}
		if l == 0 || l < level {
			return left, top
		}
		s := &query.SetOp{Op: op, Pos: p.pos()}
		p.next()
		s.All = p.acceptKw(kwAll)
		if !s.All {
			p.acceptKw(kwDistinct)
		}
		if p.in(duck|snow) && p.cur.kw == kwBy && p.isWord(p.ahead(1), "name") {
			p.next()
			p.next()
			s.ByName = true
		}
		pos := p.pos()
		right, rightTop := p.operand()
		right = limited(right, rightTop, pos)
		right, _ = p.setOps(right, nil, l+1)
		s.Left, s.Right = limited(left, top, s.Pos), right
		left, top = s, nil
	}
}

// tail reads ORDER BY and LIMIT; in some dialects also the other way round, never twice.
func (p *parser) tail(q *query.Query) {
	if p.acceptKw(kwOrder) {
		p.wantKw(kwBy)
		q.OrderBy = p.orderList()
	}
	p.limit(q)
	if _, level := p.setOperator(); level > 0 && (q.OrderBy != nil || q.Limit != nil) {
		p.fail("ORDER BY and LIMIT come after "+p.cur.kw.String()+", not before", "Put them at the end, or the part that they belong to in parentheses.")
	}
}

// with reads a WITH clause.
func (p *parser) with() *query.With {
	p.next()
	w := &query.With{Recursive: p.cur.kw == kwRecursive && p.ahead(1).kw != kwAs && p.ahead(1).kind != '('}
	if w.Recursive {
		p.next()
	}
	for {
		w.CTEs = append(w.CTEs, p.cte())
		if !p.accept(',') {
			return w
		}
		if p.in(duck|snow) && p.beginsQuery(p.cur) {
			return w
		}
	}
}

func (p *parser) cte() *query.CTE {
	c := &query.CTE{Name: p.ident("a name for the part")}
	if p.is('(') {
		c.Columns = p.identList()
	}
	p.wantKw(kwAs)
	switch {
	case p.cur.kw == kwNot && p.ahead(1).kw == kwMaterialized:
		p.next()
		p.next()
		c.Materialized = new(bool)
	case p.acceptKw(kwMaterialized):
		yes := true
		c.Materialized = &yes
	}
	if !p.is('(') {
		p.unexpected()
	}
	c.Query = p.parenQuery()
	if p.isWord(p.cur, "search") || p.isWord(p.cur, "cycle") {
		p.fail("the "+p.text(p.cur)+" clause is not understood", "Keep a path in a column of the recursive part.")
	}
	return c
}

// values reads VALUES (…), (…), and MySQL's VALUES ROW(…), ….
func (p *parser) values() *query.Values {
	v := &query.Values{Pos: p.pos()}
	p.wantKw(kwValues)
	for {
		if p.d == my {
			p.acceptKw(kwRow)
		}
		p.want('(')
		v.Rows = append(v.Rows, p.exprList())
		p.want(')')
		if !p.accept(',') {
			return v
		}
	}
}

// orderList reads what follows ORDER BY.
func (p *parser) orderList() []query.Order {
	list := make([]query.Order, 0, 2)
	for {
		list = append(list, p.orderItem())
		if !p.accept(',') {
			return list
		}
	}
}

func (p *parser) orderItem() query.Order {
	var o query.Order
	if p.in(duck|snow) && p.cur.kw == kwAll {
		o.Expr = &query.Keyword{Name: "ALL", Pos: p.pos()}
		p.next()
	} else {
		o.Expr = p.expr()
	}
	switch {
	case p.acceptKw(kwAsc):
		o.Asc = true
	case p.acceptKw(kwDesc):
		o.Desc = true
	}
	if p.cur.kw == kwNulls || p.noting && p.isKw(kwNulls) {
		p.next()
		switch {
		case p.acceptKw(kwFirst):
			o.Nulls = query.NullsFirst
		case p.acceptKw(kwLast):
			o.Nulls = query.NullsLast
		default:
			p.unexpected()
		}
	}
	return o
}
