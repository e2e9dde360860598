package print

import (
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// wrap writes what stands before x, x, and what stands after it.
func (p *printer) wrap(before string, x query.Expr, after string) {
	p.str(before)
	p.expr(x, lowest)
	p.str(after)
}

// dateTrunc writes the start of the period that X lies in, as a date; as a timestamp for HOUR and shorter.
func (p *printer) dateTrunc(e *query.DateTrunc) {
	switch e.Unit {
	case "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE":
	default:
		p.refuse("the odd unit " + shown(e.Unit))
		return
	}
	switch p.d {
	case custard.MySQL:
		p.mysqlTrunc(e)
	case custard.SQLite:
		p.sqliteTrunc(e)
	default:
		p.truncCall(e)
	}
}

func (p *printer) truncCall(e *query.DateTrunc) {
	date := e.Unit != "HOUR" && e.Unit != "MINUTE"
	if date {
		p.str("CAST(")
	}
	p.str("date_trunc('")
	for i := range len(e.Unit) {
		p.byte(e.Unit[i] | 0x20)
	}
	p.wrap("', ", e.X, ")")
	switch {
	case date && p.d == custard.Postgres:
		p.str(" AS date)")
	case date:
		p.str(" AS DATE)")
	}
}

func (p *printer) mysqlTrunc(e *query.DateTrunc) {
	switch e.Unit {
	case "YEAR":
		p.wrap("MAKEDATE(YEAR(", e.X, "), 1)")
	case "QUARTER":
		p.wrap("DATE_ADD(MAKEDATE(YEAR(", e.X, "), 1), INTERVAL QUARTER(")
		p.wrap("", e.X, ") - 1 QUARTER)")
	case "MONTH":
		p.wrap("CAST(DATE_FORMAT(", e.X, ", '%Y-%m-01') AS DATE)")
	case "WEEK":
		p.wrap("DATE_SUB(DATE(", e.X, "), INTERVAL WEEKDAY(")
		p.wrap("", e.X, ") DAY)")
	case "DAY":
		p.wrap("DATE(", e.X, ")")
	case "HOUR":
		p.wrap("CAST(DATE_FORMAT(", e.X, ", '%Y-%m-%d %H:00:00') AS DATETIME)")
	case "MINUTE":
		p.wrap("CAST(DATE_FORMAT(", e.X, ", '%Y-%m-%d %H:%i:00') AS DATETIME)")
	}
}

// sqliteTrunc goes back six days and on to the next Monday for a week, and back by (month+2)%3 months for a quarter.
func (p *printer) sqliteTrunc(e *query.DateTrunc) {
	switch e.Unit {
	case "YEAR":
		p.wrap("strftime('%Y-01-01', ", e.X, ")")
	case "QUARTER":
		p.wrap("date(", e.X, ", 'start of month', '-' || ")
		p.wrap("((strftime('%m', ", e.X, ") + 2) % 3) || ' months')")
	case "MONTH":
		p.wrap("strftime('%Y-%m-01', ", e.X, ")")
	case "WEEK":
		p.wrap("date(", e.X, ", '-6 days', 'weekday 1')")
	case "DAY":
		p.wrap("date(", e.X, ")")
	case "HOUR":
		p.wrap("strftime('%Y-%m-%d %H:00:00', ", e.X, ")")
	case "MINUTE":
		p.wrap("strftime('%Y-%m-%d %H:%M:00', ", e.X, ")")
	}
}

// extractAround returns what stands before and after X where a field is not spelled EXTRACT, and how tightly that binds.
func (p *printer) extractAround(e *query.Extract) (before, after string, level prec) {
	level = primary
	switch p.d {
	case custard.SQLite:
		format := ""
		switch e.Field {
		case "YEAR":
			format = "%Y"
		case "MONTH":
			format = "%m"
		case "QUARTER":
			return "(CAST(strftime('%m', ", ") AS INTEGER) + 2) / 3", multiplicative
		case "WEEK":
			format = "%V"
		case "DAY":
			format = "%d"
		case "HOUR":
			format = "%H"
		case "MINUTE":
			format = "%M"
		case "SECOND":
			format = "%S"
		case "DOW":
			format = "%w"
		case "ISODOW":
			format = "%u"
		case "DOY":
			format = "%j"
		case "ISOYEAR":
			format = "%G"
		case "EPOCH":
			format = "%s"
		default:
			return "", "", level
		}
		return "CAST(strftime('" + format + "', ", ") AS INTEGER)", level
	case custard.MySQL:
		switch e.Field {
		case "WEEK":
			if isMade(e.Pos) {
				return "WEEK(", ", 3)", level
			}
		case "DOW":
			return "DAYOFWEEK(", ") - 1", additive
		case "ISODOW":
			return "WEEKDAY(", ") + 1", additive
		case "DOY":
			return "DAYOFYEAR(", ")", level
		case "ISOYEAR":
			return "YEARWEEK(", ", 3) DIV 100", multiplicative
		case "EPOCH":
			return "UNIX_TIMESTAMP(", ")", level
		}
	}
	return "", "", level
}

func (p *printer) extractLevel(e *query.Extract) prec {
	_, _, level := p.extractAround(e)
	return level
}

func (p *printer) extract(e *query.Extract) {
	if before, after, _ := p.extractAround(e); before != "" {
		p.wrap(before, e.X, after)
		return
	}
	if p.d == custard.SQLite {
		p.fail("the date field "+shown(e.Field), "Use strftime.")
	}
	p.str("EXTRACT(")
	switch {
	case p.d == custard.Snowflake && isMade(e.Pos) && e.Field == "ISODOW":
		p.str("DAYOFWEEKISO")
	case p.d == custard.Snowflake && isMade(e.Pos) && e.Field == "WEEK":
		p.str("WEEKISO")
	default:
		p.word(e.Field)
	}
	p.wrap(" FROM ", e.X, ")")
}
