package print

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// prec is how tightly an expression binds: one is put in parentheses where its own is lower than its place asks for.
type prec uint8

// The levels, loosest first. Every dialect uses some of them in this order; those that it ranks otherwise are sorted
// out in its own function below.
const (
	lowest prec = iota // a place of its own: an argument, a list, a clause
	lambda             // DuckDB: x -> …, and so -> and ->> as well
	or
	xor
	and
	not
	is         // PostgreSQL: below comparisons
	comparison // = <> < > <= >=
	ordering   // SQLite: < > <= >= above = and LIKE
	like       // LIKE, IN, BETWEEN
	operator   // PostgreSQL: every other operator
	bitOr
	bitAnd
	shift
	additive
	multiplicative
	power
	concat // SQLite: || -> ->>
	atZone
	collate
	unary
	bang         // MySQL: !
	mysqlCollate // MySQL: BINARY, COLLATE
	subscript
	colons // x::t
	primary
)

// binding is how an infix operator binds: its own level, and what it asks of its operands.
type binding struct{ own, left, right prec }

func leftAssoc(l prec) binding { return binding{l, l, l + 1} }

// apart is for comparisons: some dialects let them be chained with each other and with LIKE and IN, people misread that.
func apart(l prec) binding { return binding{l, operand, operand} }

// infix returns how a binary operator binds in the dialect; false for an operator that it does not have.
func (p *printer) infix(op string) (binding, bool) {
	switch op {
	case "AND":
		return leftAssoc(and), true
	case "OR":
		return leftAssoc(or), true
	case "+", "-":
		return leftAssoc(additive), true
	case "*", "/", "%":
		return leftAssoc(multiplicative), true
	}
	switch p.d {
	case custard.MySQL:
		return mysqlInfix(op)
	case custard.SQLite:
		return sqliteInfix(op)
	case custard.DuckDB:
		switch op {
		case "->", "->>":
			return binding{lambda, primary, lambda + 1}, true
		case "//":
			return leftAssoc(multiplicative), true
		case "**":
			return leftAssoc(power), true
		case "==":
			return apart(comparison), true
		}
	}
	return postgresInfix(op)
}

// postgresInfix is gram.y's table: every operator that is not listed binds like ||.
func postgresInfix(op string) (binding, bool) {
	switch op {
	case "=", "<>", "<", ">", "<=", ">=":
		return apart(comparison), true
	case "^":
		return leftAssoc(power), true
	case "OVERLAPS":
		return binding{like, primary, primary}, true
	}
	if !postgresOperator(op) {
		return binding{}, false
	}
	return leftAssoc(operator), true
}

// postgresOperator says whether op is spelled like an operator that anybody may define: package check knows which of
// them may run. It holds no start of a comment, and ends in a sign only where the lexer lets it.
func postgresOperator(op string) bool {
	if op == "" || op == "=>" || strings.Contains(op, "--") || strings.Contains(op, "/*") {
		return false
	}
	for i := range len(op) {
		if strings.IndexByte(operatorBytes, op[i]) < 0 {
			return false
		}
	}
	last := op[len(op)-1]
	return len(op) == 1 || last != '+' && last != '-' || strings.ContainsAny(op, "~!@#%^&|`?")
}

// operatorBytes are what operators are made of.
const operatorBytes = "+-*/<>=~!@#%^&|`?"

// mysqlInfix is the table of MySQL's manual.
func mysqlInfix(op string) (binding, bool) {
	switch op {
	case "XOR":
		return leftAssoc(xor), true
	case "=", "<>", "<", ">", "<=", ">=", "<=>":
		return apart(comparison), true
	case "|":
		return leftAssoc(bitOr), true
	case "&":
		return leftAssoc(bitAnd), true
	case "<<", ">>":
		return leftAssoc(shift), true
	case "DIV", "MOD":
		return leftAssoc(multiplicative), true
	case "^":
		return leftAssoc(power), true
	case "->", "->>":
		return binding{primary, primary, primary}, true
	case "MEMBER OF":
		return binding{like, like + 1, primary}, true
	}
	return binding{}, false
}

// sqliteInfix is parse.y's table.
func sqliteInfix(op string) (binding, bool) {
	switch op {
	case "=", "<>":
		return apart(comparison), true
	case "<", ">", "<=", ">=":
		return apart(ordering), true
	case "&", "|", "<<", ">>":
		return leftAssoc(bitOr), true
	case "||", "->", "->>":
		return leftAssoc(concat), true
	}
	return binding{}, false
}

// prefix returns the level of a unary operator and what it asks of its operand.
func (p *printer) prefix(op string) (own, operand prec, ok bool) {
	switch op {
	case "NOT":
		return not, not, true
	case "-", "+":
		return unary, unary, true
	case "~":
		if p.is(custard.MySQL, custard.SQLite) {
			return unary, unary, true
		}
		return operator, operator + 1, true
	case "!":
		if p.d == custard.MySQL {
			return bang, bang, true
		}
	case "BINARY":
		if p.d == custard.MySQL {
			return mysqlCollate, mysqlCollate, true
		}
	}
	if p.is(custard.Postgres, custard.DuckDB) && postgresOperator(op) {
		return operator, operator + 1, true
	}
	return 0, 0, false
}

// isLevel is where X IS … stands: SQLite and MySQL rank it with the comparisons.
func (p *printer) isLevel() prec {
	if p.is(custard.MySQL, custard.SQLite) {
		return comparison
	}
	return is
}

// likeLevel is where LIKE, IN and BETWEEN stand: SQLite ranks them with =.
func (p *printer) likeLevel() prec {
	if p.d == custard.SQLite {
		return comparison
	}
	return like
}

// operand is what the predicates ask of what they stand between: anything that binds tighter than a comparison.
const operand = like + 1

func (p *printer) collateLevel() prec {
	if p.d == custard.MySQL {
		return mysqlCollate
	}
	return collate
}

// level is how tightly e binds as it will be written.
func (p *printer) level(e query.Expr) prec {
	switch e := e.(type) {
	case *query.Binary:
		if p.binarySpelling(e) != asOperator {
			return primary
		}
		b, _ := p.infix(e.Op)
		return b.own
	case *query.Unary:
		own, _, _ := p.prefix(e.Op)
		return own
	case *query.Number:
		if len(e.Text) > 0 && e.Text[0] == '-' {
			return unary
		}
	case *query.Like, *query.Between, *query.In:
		return p.likeLevel()
	case *query.Is:
		return p.isExprLevel(e)
	case *query.Quantified:
		if p.d == custard.SQLite {
			return comparison
		}
		b, _ := p.infix(e.Op)
		return b.own
	case *query.Cast:
		return p.castLevel(e)
	case *query.Collate:
		return p.collateLevel()
	case *query.AtTimeZone:
		return atZone
	case *query.Index, *query.Path:
		return subscript
	case *query.Lambda:
		return lambda
	case *query.Extract:
		return p.extractLevel(e)
	case *query.Interval:
		return p.intervalLevel(e)
	}
	return primary
}
