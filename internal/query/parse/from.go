package parse

import (
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// fromList reads what follows FROM.
func (p *parser) fromList() []query.TableExpr {
	if p.d == my && p.cur.kw == kwDual && p.ahead(1).kind != ',' && p.ahead(1).kind != '.' { // no table at all
		p.next()
		return nil
	}
	list := make([]query.TableExpr, 0, 1)
	for {
		list = append(list, p.joined())
		if !p.accept(',') {
			return list
		}
	}
}

// tableItem reads one table, sub-query, function or join in parentheses, with its alias.
func (p *parser) tableItem() query.TableExpr {
	pos := p.pos()
	switch {
	case p.is('('):
		t, q := p.fromParen()
		if q != nil {
			return p.derived(q, false, pos)
		}
		if p.in(pgLike) && p.isKw(kwAs) {
			p.fail("a join in parentheses cannot have an alias here", "Use the aliases of the tables in it.")
		}
		return t
	case p.isKw(kwLateral):
		p.next()
		if p.cur.kind == '(' {
			return p.derived(p.parenQuery(), true, pos)
		}
		return p.funcTable(p.tableName(), true, pos)
	case p.d&(snow|my) != 0 && p.cur.kw == kwTable && p.ahead(1).kind == '(':
		p.next()
		p.next()
		t := &query.FuncTable{TableKeyword: true, Pos: pos}
		t.Func = p.call(p.tableName(), pos)
		p.want(')')
		p.funcAlias(t)
		return t
	case p.in(duck|snow) && p.cur.kw == kwValues:
		q := &query.Query{Body: p.values(), Pos: pos}
		return p.derived(q, false, pos)
	case p.cur.kind == tString && p.d != lite:
		p.refuse("a file cannot be read", "Query a table.")
	case p.cur.kind == tParam && strings.HasPrefix(p.text(p.cur), "@"):
		p.refuseParam()
	}
	t := &query.Table{Pos: pos}
	onlyParen := false
	if p.d == pg && p.acceptKw(kwOnly) {
		t.Only = true
		onlyParen = p.accept('(')
	}
	t.Name = p.tableName()
	if onlyParen {
		p.want(')')
	}
	if p.cur.kind == '(' && !t.Only {
		return p.funcTable(t.Name, false, pos)
	}
	if p.d == pg && p.cur.kind == '*' {
		p.next()
	}
	p.tableTail(t)
	return t
}

// tableName reads a table's name; in SQLite also as a string.
func (p *parser) tableName() query.Name {
	if p.d == lite && p.cur.kind == tString {
		id := p.label()
		return query.Name{id}
	}
	return p.name()
}

// tableTail reads what may follow a table's name.
func (p *parser) tableTail(t *query.Table) {
	if p.d == my && p.cur.kw == kwPartition {
		p.fail("PARTITION (…) is not understood", "Name the rows with a condition in WHERE.")
	}
	if p.d == snow && p.ahead(1).kind == '(' && (p.cur.kw == kwAt || p.isWord(p.cur, "before") || p.isWord(p.cur, "changes")) {
		p.fail("reading the past of a table is not understood", "Query the table as it is.")
	}
	if (p.cur.kw == kwPivot || p.cur.kw == kwUnpivot) && p.ahead(1).kind == '(' {
		p.fail(p.cur.kw.String()+" is not understood", "Write one aggregate over a CASE for each column.")
	}
	if p.d == snow {
		t.Sample = p.sample()
	}
	t.Alias = p.alias()
	if t.Alias != nil && p.in(pgLike|snow) && p.cur.kind == '(' {
		t.Columns = p.identList()
	}
	if p.d == my {
		p.indexHints()
	}
	if p.d == lite {
		switch {
		case p.acceptKws(kwIndexed, kwBy):
			p.ident("the index")
		case p.acceptKws(kwNot, kwIndexed):
		}
	}
	if t.Sample == nil && p.in(pgLike|snow) {
		t.Sample = p.sample()
	}
}

// indexHints drops MySQL's USE INDEX (…) and its kin.
func (p *parser) indexHints() {
	for p.cur.kw == kwUse || p.cur.kw == kwForce || p.cur.kw == kwIgnore {
		p.next()
		if !p.isWord(p.cur, "index") && !p.isWord(p.cur, "key") {
			p.unexpected("INDEX")
		}
		p.next()
		if p.acceptKw(kwFor) {
			if !p.acceptKw(kwJoin) {
				if !p.acceptKw(kwOrder) && !p.acceptKw(kwGroup) {
					p.unexpected()
				}
				p.wantKw(kwBy)
			}
		}
		p.want('(')
		for !p.accept(')') {
			p.label()
			p.accept(',')
		}
		p.accept(',')
	}
}

// derived reads the alias of a sub-query in FROM.
func (p *parser) derived(q *query.Query, lateral bool, pos query.Pos) *query.Derived {
	d := &query.Derived{Lateral: lateral, Query: q, Pos: pos}
	if d.Alias = p.alias(); d.Alias != nil && p.cur.kind == '(' {
		d.Columns = p.identList()
	}
	if p.in(pgLike|snow) && (p.cur.kw == kwTablesample || p.cur.kw == kwSample) {
		p.fail("a sample of a sub-query is not understood", "Sample the table inside it.")
	}
	return d
}

// fromParen reads what stands in parentheses in FROM: a query, or a join.
func (p *parser) fromParen() (t query.TableExpr, q *query.Query) {
	p.enter()
	defer p.leave()
	p.want('(')
	if p.beginsQuery(p.cur) && (p.cur.kw != kwValues || p.ahead(1).kind == '(' || p.ahead(1).kw == kwRow) {
		q = p.query()
		p.want(')')
		return nil, q
	}
	if p.cur.kind != '(' {
		t = p.joined()
		for p.in(my|lite) && p.is(',') {
			p.next()
			t = &query.Join{Kind: query.CrossJoin, Left: t, Right: p.joined(), Pos: p.pos()}
		}
		p.want(')')
		return t, nil
	}
	pos := p.pos()
	t, q = p.fromParen()
	switch {
	case q == nil:
		t = p.joins(t)
	case p.cur.kind == ')':
	case p.goesOn():
		outer := &query.Query{Body: unwrap(q), Pos: pos}
		p.rest(outer, nil)
		q = simplify(outer)
	default:
		t, q = p.joins(p.derived(q, false, pos)), nil
	}
	p.want(')')
	return t, q
}

// goesOn says whether a query in parentheses is an operand of a larger one.
func (p *parser) goesOn() bool {
	if _, level := p.setOperator(); level > 0 {
		return true
	}
	switch p.cur.kw {
	case kwOrder, kwLimit, kwOffset, kwFetch:
		return true
	}
	return false
}

// funcTable reads a function in FROM, after its name.
func (p *parser) funcTable(name query.Name, lateral bool, pos query.Pos) *query.FuncTable {
	t := &query.FuncTable{Lateral: lateral, Pos: pos}
	if p.cur.kind != '(' {
		p.unexpected()
	}
	t.Func = p.call(name, pos)
	if p.cur.kw == kwWith && p.ahead(1).kw == kwOrdinality {
		p.next()
		p.next()
		t.WithOrdinality = true
	}
	p.funcAlias(t)
	return t
}

// funcAlias reads AS t(a, b), AS t(a int, b text), AS (a int).
func (p *parser) funcAlias(t *query.FuncTable) {
	if p.in(pgLike) && p.cur.kw == kwAs && p.ahead(1).kind == '(' {
		p.next()
	} else if t.Alias = p.alias(); t.Alias == nil {
		return
	}
	if p.cur.kind != '(' {
		return
	}
	p.next()
	for {
		def := query.ColumnDef{Name: p.label()}
		if p.cur.kind != ',' && p.cur.kind != ')' {
			def.Type = p.typeName()
		}
		t.Columns = append(t.Columns, def)
		if !p.accept(',') {
			p.want(')')
			return
		}
	}
}

// sample reads TABLESAMPLE BERNOULLI (10) REPEATABLE (42) in its dialects' forms.
func (p *parser) sample() *query.Sample {
	if p.cur.kw != kwTablesample && (p.cur.kw != kwSample || p.d != snow) {
		return nil
	}
	p.next()
	s := &query.Sample{}
	if p.cur.kind == tWord {
		s.Method = strings.ToUpper(p.text(p.cur))
		p.next()
	}
	paren := p.accept('(')
	if !paren && p.d != duck {
		p.unexpected(`"("`)
	}
	s.Size = p.operandOf(levelUnary)
	switch {
	case p.d == duck && p.accept('%'), p.acceptKw(kwPercent):
		s.Unit = "PERCENT"
	case p.acceptKw(kwRows):
		s.Unit = "ROWS"
	}
	if paren {
		p.want(')')
	}
	if p.cur.kw == kwRepeatable || p.isWord(p.cur, "seed") {
		p.next()
		p.want('(')
		s.Seed = p.expr()
		p.want(')')
	}
	return s
}
