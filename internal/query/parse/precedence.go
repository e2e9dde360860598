package parse

// The levels of the operators, loosest first. Each dialect has its own places for some:
//
//   - PostgreSQL, DuckDB: IS is looser than comparison, which is looser than LIKE, IN and BETWEEN; none of these chain. All
//     operators that are not arithmetic, || and JSON too, share one level below +. The minus sign is tighter than ^.
//   - MySQL: || is OR, && is AND. Comparisons chain from the left; LIKE, IN and BETWEEN are tighter; then | & << + * ^.
//   - SQLite: =, IS, LIKE, IN and BETWEEN share one level below <; then the bit operators, +, *, and || with -> tightest.
//   - DuckDB's -> and ->> are looser than OR, since -> makes functions too.
//   - Snowflake is read as PostgreSQL is, but chains.
const (
	levelArrow   = 5 // DuckDB's -> and ->>
	levelOr      = 10
	levelXor     = 15
	levelAnd     = 20
	levelNot     = 30
	levelIs      = 40
	levelCompare = 50
	levelMatch   = 60
	levelBitOr   = 64
	levelBitAnd  = 66
	levelShift   = 68
	levelOther   = 70
	levelAdd     = 80
	levelMul     = 90
	levelPower   = 100
	levelAt      = 110
	levelUnary   = 120
	levelBang    = 125
	levelCollate = 130
)

// collateLevel is where COLLATE binds: in SQLite and PostgreSQL more loosely than a sign before the operand.
func (p *parser) collateLevel() int {
	if p.d == my {
		return levelCollate
	}
	return levelUnary - 5
}

// chains says whether operators of a level may follow each other without parentheses.
func (p *parser) chains(level int) bool {
	switch level {
	case levelMatch:
		return !p.in(pgLike | my)
	case levelIs, levelCompare:
		return !p.in(pgLike)
	}
	return true
}

// symbol returns the level of the operator that is the current token, a mark or several, with its name in the tree;
// 0 where it is none that stands between operands.
func (p *parser) symbol() (op string, level int) {
	switch p.cur.kind {
	case '+', '-':
		return p.text(p.cur), levelAdd
	case '*', '/', '%':
		return p.text(p.cur), levelMul
	case '=':
		if p.d == lite {
			return "=", levelIs
		}
		return "=", levelCompare
	case '<', '>':
		return p.text(p.cur), levelCompare
	case '^':
		if p.d == lite || p.d == snow {
			return "", 0
		}
		return "^", levelPower
	case '|':
		return "|", p.bitLevel(levelBitOr)
	case '&':
		return "&", p.bitLevel(levelBitAnd)
	case '~', '#', '?', '@', '!':
		if p.in(pgLike) {
			return p.text(p.cur), levelOther
		}
	case tOp:
		return p.longSymbol(p.text(p.cur))
	}
	return "", 0
}

// bitLevel is the level of a bit operator that MySQL puts at its own.
func (p *parser) bitLevel(mysql int) int {
	if p.d == my {
		return mysql
	}
	return levelOther
}

// longSymbol is symbol for an operator of several characters.
func (p *parser) longSymbol(text string) (op string, level int) {
	switch text {
	case "<=", ">=":
		return text, levelCompare
	case "<>", "!=":
		if p.d == lite {
			return "<>", levelIs
		}
		return "<>", levelCompare
	case "==":
		switch p.d {
		case lite:
			return "=", levelIs
		case duck:
			return "=", levelCompare
		}
		return text, levelOther
	case "||":
		switch p.d {
		case my:
			return "OR", levelOr
		case lite:
			return text, levelPower
		}
		return text, levelOther
	case "&&":
		if p.d == my {
			return "AND", levelAnd
		}
		return text, levelOther
	case "<=>":
		if p.d == my {
			return text, levelCompare
		}
		return text, levelOther
	case "<<", ">>":
		return text, p.bitLevel(levelShift)
	case "->":
		switch p.d {
		case lite:
			return text, levelPower
		case my:
			return text, levelCollate
		case duck:
			return text, levelArrow
		case snow:
			return "", 0
		}
		return text, levelOther
	case "->>":
		switch p.d {
		case lite:
			return text, levelPower
		case my:
			return text, levelCollate
		case duck:
			return text, levelArrow
		case snow:
			return "", 0
		}
		return text, levelOther
	case "//", "**":
		if p.d == duck {
			if text == "**" {
				return text, levelPower
			}
			return text, levelMul
		}
		return text, levelOther
	case "::", ":=", "=>", "@@":
		if text == "@@" && p.in(pgLike) {
			return text, levelOther
		}
		return "", 0
	}
	if p.in(pgLike) {
		return text, levelOther
	}
	return "", 0
}
