package check

import "github.com/custard-ai/custard/internal/custard"

// unaryOperator says whether an operator may stand before a value.
func unaryOperator(d custard.Dialect, op string) bool {
	switch op {
	case "-", "+", "NOT", "~":
		return true
	case "!", "BINARY":
		return d == custard.MySQL
	case "@", "|/", "||/", "!!", "@-@", "@@", "#":
		return d == custard.Postgres || d == custard.DuckDB && op == "@"
	}
	return false
}

// likeOperator says whether an operator is LIKE as it stands before ANY (…).
func likeOperator(op string) bool {
	return op == "LIKE" || op == "ILIKE" || op == "NOT LIKE" || op == "NOT ILIKE"
}

// binaryOperator says whether an operator may stand between two values. The operators that extensions and users define are
// not among them.
func binaryOperator(d custard.Dialect, op string) bool {
	switch op {
	case "+", "-", "*", "/", "%", "=", "<>", "!=", "<", ">", "<=", ">=", "AND", "OR", "||":
		return true
	case "&", "|", "<<", ">>":
		return d != custard.Snowflake
	case "^":
		return d == custard.Postgres || d == custard.MySQL || d == custard.DuckDB
	case "->", "->>":
		return d != custard.Snowflake
	case "XOR", "DIV", "MOD", "<=>":
		return d == custard.MySQL
	case "&&":
		return d != custard.Snowflake && d != custard.SQLite
	case "#", "#>", "#>>", "#-", "@?", "@@", "@@@", "?", "?|", "?&", "&<", "&>", "-|-", "<->", "<@>", "|>>", "<<|", "&<|", "|&>",
		"<^", ">^", "?#", "?-", "?-|", "?||", "~=", "##", "<<=", ">>=", "!~", "~*", "!~*", "~~", "!~~", "~~*", "!~~*", "OVERLAPS",
		"~<~", "~<=~", "~>~", "~>=~", "@>", "<@", "^@", "~":
		if d == custard.DuckDB {
			switch op {
			case "~", "~~", "!~~", "~~*", "!~~*", "@>", "<@", "^@", "!~", "~*", "!~*":
				return true
			}
			return false
		}
		return d == custard.Postgres
	case "//", "**", "~~~":
		return d == custard.DuckDB
	}
	return false
}
