package print

import (
	"strconv"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// amount splits an interval into a number of units: '3 days', '3' DAY and 3 DAY are all 3 and DAY. Quarters and weeks
// become months and days where asked. It says false where the number is not a literal.
func amount(e *query.Interval, plain bool) (n int64, unit string, ok bool) {
	unit = strings.TrimSuffix(strings.ToUpper(e.Unit), "S")
	text := ""
	switch v := e.Value.(type) {
	case *query.Number:
		text = v.Text
	case *query.String:
		text = strings.TrimSpace(v.Value)
		if unit == "" {
			first, rest, _ := strings.Cut(text, " ")
			text, unit = first, strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(rest)), "S")
		}
	case *query.Unary:
		inner, u, ok := amount(&query.Interval{Value: v.X, Unit: e.Unit}, plain)
		return -inner, u, ok && v.Op == "-"
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || e.To != "" {
		return 0, unit, false
	}
	if plain {
		scale, u := plainUnit(unit)
		n, unit = n*scale, u
	}
	switch unit {
	case "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND":
		return n, unit, true
	}
	return 0, unit, false
}

// plainUnit turns the units that not every dialect has into those that it has.
func plainUnit(unit string) (scale int64, plain string) {
	switch unit {
	case "QUARTER":
		return 3, "MONTH"
	case "WEEK":
		return 7, "DAY"
	}
	return 1, unit
}

// intervalLevel: PostgreSQL multiplies an interval by what is no literal.
func (p *printer) intervalLevel(e *query.Interval) prec {
	if p.d == custard.Postgres && intervalProduct(e) {
		return multiplicative
	}
	return primary
}

// intervalProduct says whether e is an expression times a unit.
func intervalProduct(e *query.Interval) bool {
	switch e.Value.(type) {
	case *query.String, *query.Number:
		return false
	}
	_, _, ok := amount(e, false)
	return !ok
}

func (p *printer) interval(e *query.Interval) {
	switch p.d {
	case custard.MySQL:
		p.mysqlInterval(e)
	case custard.SQLite:
		p.fail("intervals but beside + and -", "Add an interval to a date, or use date(x, '+1 day').")
	case custard.DuckDB:
		p.duckdbInterval(e)
	default:
		p.standardInterval(e)
	}
}

func (p *printer) standardInterval(e *query.Interval) {
	if s, ok := e.Value.(*query.String); ok && !(e.Unit == "QUARTER" && isMade(e.Pos)) {
		p.str("INTERVAL ")
		p.text(s.Value)
		p.unit(e)
		return
	}
	if n, unit, ok := amount(e, true); ok {
		p.str("INTERVAL '")
		p.buf = strconv.AppendInt(p.buf, n, 10)
		p.byte(' ')
		p.str(unit)
		p.byte('\'')
		return
	}
	if p.d == custard.Snowflake || e.Unit == "" || e.To != "" {
		p.fail("intervals of a computed length", "Use DATEADD(unit, n, date), or a literal.")
		return
	}
	scale, unit := plainUnit(e.Unit)
	p.expr(e.Value, multiplicative)
	p.str(" * INTERVAL '")
	p.buf = strconv.AppendInt(p.buf, scale, 10)
	p.byte(' ')
	p.word(unit)
	p.byte('\'')
}

func (p *printer) duckdbInterval(e *query.Interval) {
	p.str("INTERVAL ")
	switch v := e.Value.(type) {
	case *query.String:
		p.text(v.Value)
	case *query.Number:
		p.number(v)
	default:
		p.byte('(')
		p.expr(v, lowest)
		p.byte(')')
	}
	p.unit(e)
}

func (p *printer) mysqlInterval(e *query.Interval) {
	if s, ok := e.Value.(*query.String); ok && e.Unit == "" {
		n, unit, ok := amount(e, false)
		if !ok {
			p.fail("the interval "+shown(s.Value), "Write INTERVAL 1 DAY, with one number and one unit.")
			return
		}
		p.str("INTERVAL ")
		p.buf = strconv.AppendInt(p.buf, n, 10)
		p.byte(' ')
		p.str(unit)
		return
	}
	p.str("INTERVAL ")
	p.expr(e.Value, lowest)
	p.unit(e)
}

func (p *printer) unit(e *query.Interval) {
	if e.Unit == "" {
		return
	}
	p.byte(' ')
	p.word(e.Unit)
	if e.To != "" {
		p.str(" TO ")
		p.word(e.To)
	}
}

// sqliteDateMath writes a date or timestamp plus or minus an interval: a call of date or datetime with a modifier.
func (p *printer) sqliteDateMath(e *query.Binary) {
	by := e.R.(*query.Interval)
	n, unit, literal := amount(by, true)
	if !literal {
		_, unit = plainUnit(strings.TrimSuffix(strings.ToUpper(by.Unit), "S"))
	}
	if dateOnly(e) {
		p.str("date(")
	} else {
		p.str("datetime(")
	}
	p.expr(e.L, lowest)
	switch {
	case literal:
		if e.Op == "-" {
			n = -n
		}
		p.str(", '")
		if n >= 0 {
			p.byte('+')
		}
		p.buf = strconv.AppendInt(p.buf, n, 10)
	case by.Unit == "" || by.To != "":
		p.fail("such intervals", "Add a number of one unit: INTERVAL '3' DAY.")
		return
	default:
		scale, _ := plainUnit(strings.TrimSuffix(strings.ToUpper(by.Unit), "S"))
		if e.Op == "-" {
			scale = -scale
		}
		p.str(", (")
		p.expr(by.Value, multiplicative)
		p.str(" * ")
		p.buf = strconv.AppendInt(p.buf, scale, 10)
		p.str(") || '")
	}
	p.byte(' ')
	p.word(strings.ToLower(unit))
	p.str("s'")
	if unit == "MONTH" || unit == "YEAR" {
		p.str(", 'floor'") // the 31st of January and a month is the end of February, as it is elsewhere
	}
	p.byte(')')
}

// dateOnly says whether e, as SQLite computes it, is a date rather than a timestamp: where nothing says otherwise it is.
func dateOnly(e query.Expr) bool {
	switch e := e.(type) {
	case *query.Binary:
		if by, ok := e.R.(*query.Interval); ok {
			_, unit, _ := amount(by, true)
			return unit != "HOUR" && unit != "MINUTE" && unit != "SECOND" && dateOnly(e.L)
		}
	case *query.Keyword:
		return e.Name == "CURRENT_DATE"
	case *query.DateTrunc:
		return e.Unit != "HOUR" && e.Unit != "MINUTE"
	case *query.Cast:
		return e.Type == nil || !strings.EqualFold(e.Type.Name.Last().Name, "timestamp")
	case *query.String:
		return len(e.Value) <= len("2006-01-02")
	case *query.Func:
		return !strings.EqualFold(e.Name.Last().Name, "datetime")
	}
	return true
}
