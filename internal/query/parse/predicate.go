package parse

import (
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// wordOperator reads an operator that is a word, and its right side, after left; it returns nil where none is next that
// is of level min or tighter. The level is the operator's where it ends in an operand, as it does not in x IS NULL.
func (p *parser) wordOperator(left query.Expr, min, last int) (query.Expr, int) {
	not, k := 0, p.cur.kw
	if k == kwNone {
		return p.contextOperator(left, min)
	}
	if k == kwNot {
		not, k = 1, p.ahead(1).kw
	}
	level, match := levelMatch, p.matchOperator(k)
	if p.d == lite {
		level = levelIs
	}
	if match == "" && k != kwIn && k != kwBetween {
		if not > 0 {
			if k != kwNull || p.d != lite || levelIs < min {
				return nil, 0
			}
			is := &query.Is{Not: true, What: query.IsNull, X: left, Pos: p.pos()} // SQLite's NOT NULL
			p.next()
			p.next()
			return is, 0
		}
		return p.otherWord(left, min, last)
	}
	if level < min {
		return nil, 0
	}
	p.checkChain(level, last)
	pos := p.pos()
	if not > 0 {
		p.next()
	}
	p.next()
	switch k {
	case kwIn:
		return p.inList(left, not > 0, pos), 0
	case kwBetween:
		return p.between(left, not > 0, level, pos), level
	}
	if match == "SIMILAR TO" {
		p.wantKw(kwTo)
	}
	return p.like(&query.Like{Op: match, Not: not > 0, X: left, Pos: pos}, level), level
}

// matchOperator is the operator that compares with a pattern, by its first word.
func (p *parser) matchOperator(k keyword) string {
	switch k {
	case kwLike:
		return "LIKE"
	case kwIlike:
		if p.in(pgLike | snow) {
			return "ILIKE"
		}
	case kwGlob:
		if p.in(lite | duck) {
			return "GLOB"
		}
	case kwRegexp:
		if p.in(my | lite | snow) {
			return "REGEXP"
		}
	case kwRlike:
		if p.in(my | snow) {
			return "RLIKE"
		}
	case kwSimilar:
		if p.in(pgLike) {
			return "SIMILAR TO"
		}
	case kwMatch:
		if p.d == lite {
			return "MATCH"
		}
	}
	return ""
}

// otherWord reads AND, OR, IS and the other words that join or follow operands.
func (p *parser) otherWord(left query.Expr, min, last int) (query.Expr, int) {
	op, level := "", 0
	switch p.cur.kw {
	case kwOr:
		op, level = "OR", levelOr
	case kwAnd:
		op, level = "AND", levelAnd
	case kwXor:
		if p.d == my {
			op, level = "XOR", levelXor
		}
	case kwDiv:
		if p.d == my {
			op, level = "DIV", levelMul
		}
	case kwMod:
		if p.d == my {
			op, level = "MOD", levelMul
		}
	case kwOverlaps:
		if p.in(pgLike) {
			op, level = "OVERLAPS", levelMatch
		}
	case kwIs:
		if levelIs < min {
			return nil, 0
		}
		p.checkChain(levelIs, last)
		is := p.isTest(left)
		if is.Y == nil {
			return is, 0
		}
		return is, levelIs
	case kwIsnull, kwNotnull:
		if !p.in(pgLike|lite) || levelIs < min {
			return nil, 0
		}
		is := &query.Is{Not: p.cur.kw == kwNotnull, What: query.IsNull, X: left, Pos: p.pos()}
		p.next()
		return is, 0
	case kwCollate:
		if level = p.collateLevel(); level < min {
			return nil, 0
		}
		return p.collate(left), 0
	case kwAt:
		if p.in(pgLike) && levelAt >= min && p.ahead(1).kw == kwTime {
			return p.atTimeZone(left), levelAt
		}
	case kwSounds:
		if p.d == my && levelMatch >= min && p.ahead(1).kw == kwLike {
			pos := p.pos()
			p.next()
			p.next()
			return soundsLike(left, p.operandOf(levelMatch+1), pos), levelMatch
		}
	case kwMember:
		if p.d == my && levelMatch >= min && p.ahead(1).kw == kwOf {
			pos := p.pos()
			p.next()
			p.next()
			return &query.Binary{Op: "MEMBER OF", L: left, R: p.parens(), Pos: pos}, levelMatch
		}
	}
	if level == 0 || level < min {
		return nil, 0
	}
	return p.binary(left, op, level), level
}

// soundsLike is what MySQL says x SOUNDS LIKE y means.
func soundsLike(x, y query.Expr, pos query.Pos) query.Expr {
	soundex := func(e query.Expr) query.Expr {
		return &query.Func{Name: query.Name{{Name: "SOUNDEX", Pos: pos}}, Args: []query.Arg{{Value: e}}, Pos: pos}
	}
	return &query.Binary{Op: "=", L: soundex(x), R: soundex(y), Pos: pos}
}

// contextOperator refuses PostgreSQL's OPERATOR(…) after an operand.
func (p *parser) contextOperator(query.Expr, int) (query.Expr, int) {
	if p.d == pg && p.ahead(1).kind == '(' && p.isWord(p.cur, "operator") {
		p.refuse("OPERATOR(…) is not understood", "Write the operator itself.")
	}
	return nil, 0
}

// like reads the pattern and what follows it.
func (p *parser) like(l *query.Like, level int) query.Expr {
	if (p.cur.kw == kwAny || p.cur.kw == kwAll || p.cur.kw == kwSome) && p.ahead(1).kind == '(' && p.in(pgLike) {
		op := l.Op
		if l.Not {
			op = "NOT " + op
		}
		return p.quantified(l.X, op, l.Pos)
	}
	if (p.cur.kw == kwAny || p.cur.kw == kwAll) && p.ahead(1).kind == '(' && p.d == snow {
		l.Quantifier = "ANY"
		if p.cur.kw == kwAll {
			l.Quantifier = "ALL"
		}
		p.next()
		l.Pattern = p.parens()
		switch l.Pattern.(type) {
		case *query.Row, *query.Subquery:
		default:
			l.Pattern = &query.Row{Items: []query.Expr{l.Pattern}}
		}
	} else {
		l.Pattern = p.operandOf(level + 1)
	}
	if p.acceptKw(kwEscape) {
		l.Escape = p.operandOf(level + 1)
	}
	return l
}

// between reads lo AND hi. What stands before AND cannot itself be a conjunction.
func (p *parser) between(x query.Expr, not bool, level int, pos query.Pos) query.Expr {
	b := &query.Between{X: x, Not: not, Pos: pos}
	if p.in(pg) {
		if p.acceptKw(kwSymmetric) {
			b.Symmetric = true
		} else {
			p.acceptKw(kwAsymmetric)
		}
	}
	low := level + 1
	switch p.d {
	case lite:
		low = levelNot
	case pg, duck, snow:
		low = levelCompare
	}
	b.Lo = p.operandOf(low)
	p.wantKw(kwAnd)
	if p.d == my {
		level-- // a predicate
	}
	b.Hi = p.operandOf(level + 1)
	return b
}

// inList reads what follows IN.
func (p *parser) inList(x query.Expr, not bool, pos query.Pos) query.Expr {
	in := &query.In{X: x, Not: not, Pos: pos}
	if p.cur.kind != '(' {
		return p.inOther(in)
	}
	p.next()
	switch {
	case p.cur.kind == ')' && p.d == lite:
	case p.beginsQuery(p.cur) && (p.cur.kw != kwValues || p.d != my || p.ahead(1).kw == kwRow):
		in.Query = p.query()
	default:
		in.List = p.exprList()
		if sub, ok := in.List[0].(*query.Subquery); ok && len(in.List) == 1 && p.d != lite {
			in.List, in.Query = nil, sub.Query
		}
	}
	p.want(')')
	return in
}

// inOther reads IN without parentheses: SQLite's table, DuckDB's list.
func (p *parser) inOther(in *query.In) query.Expr {
	switch p.d {
	case lite:
		pos := p.pos()
		name := p.tableName()
		var from query.TableExpr = &query.Table{Name: name, Pos: pos}
		if p.cur.kind == '(' {
			from = &query.FuncTable{Func: p.call(name, pos), Pos: pos}
		}
		in.Query = &query.Query{Body: starFrom(from, pos), Pos: pos}
		return in
	case duck:
		if list, ok := p.operandOf(levelMatch + 1).(*query.Array); ok && list.Query == nil && len(list.Items) > 0 {
			in.List = list.Items
			return in
		}
		p.fail("IN wants a list or a query", "Write x IN (1, 2), or list_contains(list, x).")
	}
	p.unexpected(`"("`)
	return nil
}

// isTest reads what follows IS.
func (p *parser) isTest(x query.Expr) *query.Is {
	is := &query.Is{X: x, Pos: p.pos()}
	p.next()
	is.Not = p.acceptKw(kwNot)
	if p.cur.kw == kwDistinct && p.ahead(1).kw == kwFrom {
		p.next()
		p.next()
		is.What = query.IsDistinct
		level := levelIs + 1
		is.Y = p.operandOf(level)
		return is
	}
	if p.d == lite {
		is.What, is.Y = query.IsValue, p.operandOf(levelIs+1)
		switch y := is.Y.(type) {
		case *query.Null:
			is.What, is.Y = query.IsNull, nil
		case *query.Bool:
			is.What, is.Y = query.IsFalse, nil
			if y.Value {
				is.What = query.IsTrue
			}
		}
		return is
	}
	switch p.cur.kw {
	case kwNull:
		is.What = query.IsNull
	case kwTrue:
		is.What = query.IsTrue
	case kwFalse:
		is.What = query.IsFalse
	case kwUnknown:
		is.What = query.IsUnknown
	default:
		if p.in(pg|my) && p.isWord(p.cur, "json") {
			is.What = query.IsJSON
			break
		}
		p.unexpected("NULL", "NOT NULL", "TRUE", "FALSE", "DISTINCT FROM")
	}
	p.next()
	return is
}

// collate reads COLLATE name.
func (p *parser) collate(x query.Expr) query.Expr {
	c := &query.Collate{X: x, Pos: p.pos()}
	p.next()
	if p.cur.kind == tString {
		pos := p.pos()
		c.Name = query.Name{{Name: p.stringValue(), Quote: '"', Pos: pos}}
		return c
	}
	if p.cur.kw == kwBinary {
		c.Name = query.Name{p.label()}
		return c
	}
	c.Name = p.nameFrom(p.ident("a collation"))
	return c
}

// atTimeZone reads AT TIME ZONE zone.
func (p *parser) atTimeZone(x query.Expr) query.Expr {
	a := &query.AtTimeZone{X: x, Pos: p.pos()}
	p.next()
	p.next()
	if !p.acceptKw(kwZone) {
		p.unexpected("ZONE")
	}
	a.Zone = p.operandOf(levelAt + 1)
	return a
}

// upper is the current token in capitals.
func (p *parser) upper() string { return strings.ToUpper(p.text(p.cur)) }
