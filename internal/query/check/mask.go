package check

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// Masked columns. Every expression carries the masks of its parts; what comes out of the statement must carry none. Four
// things would tell a masked value without showing the column, and are refused where they stand: an order, a number of rows
// (LIMIT, a function in FROM), an error that quotes its operand (a cast), and a comparison with something that the statement
// counts through (generate_series(1, 1000000) = salary). A column of a table that is compared with a masked one by = holds
// the masked value in the rows that remain, so it is masked, too, in the whole statement.

// guardedExpr resolves an expression and judges what it tells.
func (r *resolver) guardedExpr(e query.Expr, sc *scope) (query.Expr, val) {
	outer := r.sum
	r.sum = mask{}
	x, v := r.plainExpr(e, sc)
	m := r.judge(e, v, r.sum, sc)
	r.sum = outer.and(m)
	v.mask = m
	if _, ok := e.(*query.Column); !ok {
		v.base = false
	}
	return x, v
}

// judge says what an expression tells, from what its parts tell.
func (r *resolver) judge(e query.Expr, v val, parts mask, sc *scope) mask {
	if c, ok := e.(*query.Column); ok {
		if len(c.Name) == 1 && v.at.src == nil && v.mask == (mask{}) {
			return mask{open: true} // a lambda's parameter, an alias, a row's number
		}
		if v.at.src != nil && v.mask == (mask{}) {
			v.mask, _ = v.at.src.maskOf(v.at.i)
		}
		return v.mask
	}
	if parts.column == "" {
		if f, ok := e.(*query.Func); ok && !parts.open {
			_, k := r.function(f.Name)
			parts.open = f.Star || f.Over != nil || k == aggregates || k == either || k == windows
		}
		return parts
	}
	switch e := e.(type) {
	case *query.Func:
		return r.judgeCall(e, parts, sc)
	case *query.Binary:
		switch {
		case logical(e.Op), comparing(e.Op): // compare has judged it
		case e.Op == "||":
		default:
			if parts.many {
				r.forbid(parts.column, "the masked column %s of several rows stands in one calculation, which tells their order", parts.column)
			}
			r.mixed(parts, "a calculation")
		}
	case *query.Cast:
		r.judgeCast(e, parts)
	case *query.Case:
		if e.Operand != nil {
			r.mixed(parts, "CASE")
		}
	case *query.In:
		if e.Query == nil {
			r.mixed(parts, "IN")
		}
	case *query.Subquery:
		return parts
	case *query.Unary, *query.Is, *query.Quantified, *query.Exists, *query.Collate:
	case *query.AtTimeZone, *query.Interval:
		r.forbidMasked(parts, "in a time zone or an interval")
	case *query.Between, *query.Like, *query.Row, *query.Array, *query.Struct, *query.Index, *query.Path, *query.Lambda, *query.MatchAgainst,
		*query.Extract, *query.DateTrunc, *query.Trim, *query.Position, *query.Substring, *query.Overlay:
		r.mixed(parts, "one expression")
	default:
		r.forbidMasked(parts, "there")
	}
	parts.plain = false
	return parts
}

// mixed refuses a masked column beside one that is not: row by row the second would find the first's value out.
func (r *resolver) mixed(m mask, where string) {
	if m.column != "" && m.open {
		r.forbid(m.column, "the masked column %s stands beside other columns in %s", m.column, where)
	}
}

func logical(op string) bool { return op == "AND" || op == "OR" }

func comparing(op string) bool {
	switch op {
	case "=", "<>", "<", ">", "<=", ">=", "<=>", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*":
		return true
	}
	return false
}

func equating(op string) bool { return op == "=" || op == "<=>" }

// judgeCall is what a call tells: a count nothing of its argument's values.
func (r *resolver) judgeCall(f *query.Func, m mask, sc *scope) mask {
	name := strings.ToLower(f.Name.Last().Name)
	switch name {
	case "count":
		return mask{open: true}
	case "lower", "upper", "trim", "ltrim", "rtrim", "btrim":
		r.mixed(m, "one expression")
		m.plain = len(f.Args) == 1 && isColumn(f.Args[0].Value)
		return m
	case "concat":
	case "min", "max", "sum", "avg", "total", "row_number",
		"length", "char_length", "character_length", "octet_length", "len", "coalesce", "ifnull", "nvl", "nullif", "substr", "substring",
		"left", "right", "replace", "instr", "strpos", "position", "starts_with", "contains", "ends_with", "abs", "round", "floor", "ceil", "ceiling",
		"trunc", "mod", "sign", "reverse", "split_part", "iff", "if", "iif", "to_char", "date_format":
		r.mixed(m, "one expression")
	case "date", "datetime", "time", "strftime", "julianday", "year", "month", "day", "hour", "minute", "quarter", "week", "weekday", "dayofweek",
		"dayofyear", "date_trunc", "date_part", "age", "datediff", "timestampdiff", "date_diff", "date_add", "date_sub", "monthname", "dayname":
		r.mixed(m, "one expression")
		for _, a := range f.Args {
			if c, ok := a.Value.(*query.Column); ok && r.quotes() && r.textual(c, sc) {
				r.forbidMasked(m, "where an error would quote it")
			}
			if _, ok := a.Value.(*query.Column); !ok && !constantExpr(a.Value) && r.quotes() {
				r.forbidMasked(m, "where an error would quote it")
			}
		}
	default:
		r.forbidMasked(m, "in "+name+"()")
	}
	m.plain = false
	return m
}

// quotes says whether the database's errors quote a text that is no number or date.
func (r *resolver) quotes() bool {
	return r.rules.dialect != custard.SQLite && r.rules.dialect != custard.MySQL
}

func (r *resolver) textual(c *query.Column, sc *scope) bool {
	uses := r.uses
	r.uses = nil
	defer func() { r.uses = uses }()
	_, v, ok := r.tryColumn(c, sc)
	return !ok || !v.typ.Numeric() && !v.typ.Temporal() && v.typ != custard.TypeBool
}

func constantExpr(e query.Expr) bool {
	switch e.(type) {
	case *query.String, *query.Number, *query.Keyword, *query.Bool, *query.Null:
		return true
	}
	return false
}

func isColumn(e query.Expr) bool { _, ok := e.(*query.Column); return ok }

// judgeCast refuses a cast of a masked text to what not every text is: the database's error would quote it.
func (r *resolver) judgeCast(c *query.Cast, m mask) {
	if !r.quotes() || c.Type == nil {
		return
	}
	to, _ := typeOf(c.Type)
	if to == custard.TypeText || r.castFrom.Numeric() || r.castFrom.Temporal() || r.castFrom == custard.TypeBool {
		return
	}
	r.forbidMasked(m, "in a cast whose error would quote it")
}

// compare judges a comparison of two values.
func (r *resolver) compare(op string, left query.Expr, l val, right query.Expr, rr val) {
	if !r.idx.guarded || l.mask.column == "" && rr.mask.column == "" {
		return
	}
	if l.mask.column != "" && rr.mask.column != "" {
		if !equating(op) && op != "<>" && l.mask.direct && rr.mask.direct && (l.mask.src != rr.mask.src || l.mask.many || rr.mask.many) {
			r.forbid(l.mask.column, "the masked columns %s and %s are compared by size, which tells their order", l.mask.column, rr.mask.column)
		}
		return
	}
	secret, other, otherExpr := l, rr, right
	if secret.mask.column == "" {
		secret, other, otherExpr = rr, l, left
	}
	if (r.rules.dialect == custard.DuckDB || r.rules.dialect == custard.Snowflake) && secret.typ == custard.TypeText &&
		other.typ != "" && other.typ != custard.TypeText {
		r.forbidMasked(secret.mask, "beside a value of another type, since an error would quote it")
	}
	if !other.mask.open {
		return
	}
	_, column := otherExpr.(*query.Column)
	if equating(op) && column && other.base && other.at.src != nil && secret.mask.plain {
		r.link(other.at, secret.mask.column)
		return
	}
	r.forbid(secret.mask.column, "the masked column %s is compared with something that differs from row to row", secret.mask.column)
}

// link notes that a column holds what a masked one holds.
func (r *resolver) link(at place, column string) {
	for at.src != nil {
		if at.src.taint[at.i] == "" {
			r.linkKey(at.src.ord, at.i, column)
		}
		if at.i >= len(at.src.cols) {
			return
		}
		next := at.src.cols[at.i].from
		if next == at {
			return
		}
		at = next
	}
}

func (r *resolver) linkKey(ord, i int, column string) {
	if r.links == nil {
		r.links = map[int]map[int]string{}
	}
	if r.links[ord] == nil {
		r.links[ord] = map[int]string{}
	}
	r.links[ord][i] = column
}

// merging judges a column of USING or NATURAL.
func (r *resolver) merging(left, right place) {
	if !r.idx.guarded {
		return
	}
	name := func(p place) query.Expr {
		return &query.Column{Name: query.Name{query.ID(p.src.columnName(p.i))}}
	}
	l, rr := left.src.val(left.i), right.src.val(right.i)
	l.mask, l.base = left.src.maskOf(left.i)
	rr.mask, rr.base = right.src.maskOf(right.i)
	r.compare("=", name(left), l, name(right), rr)
}

// ofQuery is what a sub-query's value tells. Its own conditions are its own; but where it reads the rows round it, its value
// differs with them.
func (r *resolver) ofQuery(rel relation, before [2]int) mask {
	if !r.idx.guarded {
		return mask{}
	}
	m := mask{open: r.outward[0] != before[0], direct: r.outward[1] != before[1]}
	for _, c := range rel.cols {
		if c.mask.column != "" {
			m.column = c.mask.column
			m.plain = c.mask.plain && len(rel.cols) == 1
			break
		}
	}
	r.sum = r.sum.and(m)
	return m
}

// among judges x IN (query) and x op ANY (query).
func (r *resolver) among(op string, e query.Expr, x val, m mask) {
	if r.idx.guarded {
		r.compare(op, e, x, &query.Subquery{}, val{mask: m})
	}
}

// unitedMasks judges a set operation: its rows are compared with each other as soon as somebody counts them.
func (r *resolver) unitedMasks(left, right, out []column) {
	for i := range out {
		if i >= len(right) || i >= len(left) {
			return
		}
		secret, other := left[i], right[i]
		if secret.mask.column == "" {
			secret, other = other, secret
		}
		if secret.mask.column != "" && other.mask.column == "" && other.mask.open && !other.base {
			r.forbid(secret.mask.column, "the masked column %s is united with something that differs from row to row", secret.mask.column)
		}
		out[i].mask, out[i].base = left[i].mask.and(right[i].mask), left[i].base && right[i].base
		out[i].mask.plain = false
	}
}

// showsNone refuses a result that holds a masked column.
func (r *resolver) showsNone(cols []column) {
	for _, c := range cols {
		if c.mask.column != "" {
			r.forbid(c.mask.column, "the masked column %s may not be shown", c.mask.column)
			return
		}
	}
}
