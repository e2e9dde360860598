package parse

import (
	"strings"

	"github.com/custard-ai/custard/internal/query"
)

// interval reads INTERVAL '1 day', INTERVAL 1 DAY and the like; nil where the word is a name.
func (p *parser) interval(next token) query.Expr {
	switch p.d {
	case lite:
		return nil
	case pg, snow:
		if next.kind != tString {
			if next.kind != '(' || p.d != pg || p.ahead(2).kind != tNumber || p.ahead(3).kind != ')' || p.ahead(4).kind != tString {
				return nil
			}
			c := &query.Cast{Style: query.CastLiteral, Pos: p.pos()} // INTERVAL(3) '…'
			c.Type = p.typeName()
			c.X = p.string()
			return c
		}
	case duck:
		if k := next.kind; k != tString && k != tNumber && k != '(' && (k != tWord || p.ahead(2).kind != tWord || unitOf(p.text(p.ahead(2)), p.d) == "") {
			return nil
		}
	}
	i := &query.Interval{Pos: p.pos()}
	p.next()
	switch p.d {
	case my:
		i.Value = p.expr()
		if row, ok := i.Value.(*query.Row); ok && !row.Keyword { // the function
			return &query.Func{Name: query.Name{{Name: "INTERVAL", Pos: i.Pos}}, Args: argsOf(row.Items), Pos: i.Pos}
		}
	case duck:
		if p.cur.kind == tString {
			i.Value = p.string()
		} else {
			i.Value = p.primary()
		}
	default:
		i.Value = p.string()
	}
	if p.cur.kind == tWord {
		// In Snowflake the unit is in the text, and a word after it is an alias.
		if unit := unitOf(p.text(p.cur), p.d); unit != "" && p.d != snow {
			i.Unit = unit
			p.next()
			if p.cur.kw == kwTo && p.ahead(1).kind == tWord {
				p.next()
				if i.To = unitOf(p.text(p.cur), p.d); i.To == "" {
					p.unexpected("a unit of time")
				}
				p.next()
			}
		}
	}
	if i.Unit == "" && p.d == my {
		p.unexpected("a unit of time, such as DAY")
	}
	return i
}

func argsOf(exprs []query.Expr) []query.Arg {
	args := make([]query.Arg, len(exprs))
	for i, e := range exprs {
		args[i].Value = e
	}
	return args
}

// unitOf is the unit of time that a word names, in capitals and as the dialect spells it; empty where it names none.
func unitOf(word string, d dialect) string {
	if len(word) < 3 || len(word) > 18 {
		return ""
	}
	word = strings.ToUpper(word)
	switch word {
	case "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MICROSECOND":
		return word
	case "MILLISECOND", "DECADE", "CENTURY", "MILLENNIUM":
		if d != my {
			return word
		}
	case "YEARS", "QUARTERS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS", "MICROSECONDS", "MILLISECONDS", "DECADES", "CENTURIES", "MILLENNIA":
		if d&(duck|snow) != 0 {
			return word
		}
	case "SECOND_MICROSECOND", "MINUTE_MICROSECOND", "MINUTE_SECOND", "HOUR_MICROSECOND", "HOUR_SECOND", "HOUR_MINUTE", "DAY_MICROSECOND",
		"DAY_SECOND", "DAY_MINUTE", "DAY_HOUR", "YEAR_MONTH":
		if d == my {
			return word
		}
	}
	return ""
}
