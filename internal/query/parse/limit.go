package parse

import "github.com/custard-ai/custard/internal/query"

// limit reads LIMIT, OFFSET and FETCH in the orders that the dialects have.
func (p *parser) limit(q *query.Query) {
	var l query.Limit
	hadCount, hadOffset := q.Limit != nil, false
	if q.Limit != nil {
		l = *q.Limit
	}
	for {
		switch {
		case !hadCount && p.acceptKw(kwLimit):
			hadCount = true
			hadOffset = p.limitCount(&l) || hadOffset
		case !hadOffset && p.acceptKw(kwOffset):
			hadOffset = true
			l.Offset = p.expr()
			if p.cur.kw == kwRow || p.cur.kw == kwRows {
				p.next()
			}
		case !hadCount && p.acceptKw(kwFetch):
			hadCount = true
			p.fetch(&l)
		default:
			if l.Count != nil || l.Offset != nil {
				q.Limit = &l
			}
			return
		}
	}
}

// limitCount reads what follows LIMIT: n, ALL, n%, and offset, n. It says whether an offset was there.
func (p *parser) limitCount(l *query.Limit) (offset bool) {
	if p.in(pgLike) && p.acceptKw(kwAll) {
		return false
	}
	if p.d == duck && p.cur.kind == tNumber && p.ahead(1).kind == '%' {
		l.Count, l.Percent = p.number(), true
		p.next()
		return false
	}
	l.Count = p.expr()
	if _, null := l.Count.(*query.Null); null && p.in(pgLike|snow) {
		l.Count = nil
	}
	if p.in(my|lite) && p.accept(',') {
		l.Offset = l.Count
		l.Count = p.expr()
		return true
	}
	return false
}

// fetch reads what follows FETCH: FIRST 5 ROWS ONLY.
func (p *parser) fetch(l *query.Limit) {
	if !p.acceptKw(kwFirst) && !p.acceptKw(kwNext) && p.d != snow {
		p.unexpected()
	}
	if p.cur.kw == kwRow || p.cur.kw == kwRows {
		l.Count = &query.Number{Text: "1"}
	} else {
		l.Count = p.operandOf(levelUnary)
	}
	l.Percent = p.acceptKw(kwPercent)
	if !p.acceptKw(kwRow) && !p.acceptKw(kwRows) && p.d != snow {
		p.unexpected()
	}
	if p.acceptKw(kwWith) {
		p.wantKw(kwTies)
		l.WithTies = true
	} else if !p.acceptKw(kwOnly) && p.d != snow {
		p.unexpected()
	}
}

// top reads Snowflake's TOP n, if it is next.
func (p *parser) top() *query.Limit {
	if p.d != snow || p.cur.kw != kwTop || p.ahead(1).kind != tNumber {
		return nil
	}
	p.next()
	return &query.Limit{Count: p.number()}
}
