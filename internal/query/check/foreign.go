package check

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

// unknownFunction refuses a function that is not on the dialect's list, and says what to write instead.
func (r *resolver) unknownFunction(f *query.Func, name string) {
	if r.err != nil || r.probe {
		return
	}
	err := custard.Errorf(custard.CodeRefused, "the function %s is not allowed", written(f.Name))
	if instead := functionInstead(r.rules.dialect, name); instead != "" && len(f.Name) == 1 {
		err.Hint = "Write " + instead + "."
	} else if near := nearestFunctions(r.rules.dialect, name); near != "" {
		err.Hint = "Did you mean " + near + "?"
	} else {
		err.Hint = "Only functions that compute are allowed: nothing that writes, waits, reads files or was made by a user."
	}
	r.fail(err)
}

func nearestFunctions(d custard.Dialect, name string) string {
	var cs []candidate
	for f := range functionsOf(d) {
		if g := likeness(name, f); g <= shareAll && (g <= sure || len(name) > 4) {
			cs = append(cs, candidate{name: f, grade: g})
		}
	}
	near := best(cs, 3)
	if len(near) > 1 && near[0].grade <= sure {
		for i, c := range near {
			if c.grade > sure {
				near = near[:i]
				break
			}
		}
	}
	return listOf(near)
}

// functionInstead is what to write for a well-known function of another dialect; empty where it is none.
func functionInstead(d custard.Dialect, name string) string {
	if s := dateInstead(d, name); s != "" {
		return s
	}
	switch name {
	case "ifnull", "nvl", "isnull":
		return "coalesce(x, y)"
	case "nvl2", "decode":
		return "CASE WHEN … THEN … ELSE … END"
	case "if", "iif", "iff":
		return "CASE WHEN condition THEN a ELSE b END"
	case "len", "datalength":
		return "length(x)"
	case "charindex", "locate", "instr", "strpos":
		switch d {
		case custard.Postgres, custard.DuckDB:
			return "strpos(text, part)"
		default:
			return "instr(text, part)"
		}
	case "group_concat", "listagg", "string_agg", "array_to_string":
		switch d {
		case custard.Postgres, custard.DuckDB:
			return "string_agg(x, ',')"
		case custard.Snowflake:
			return "listagg(x, ',')"
		default:
			return "group_concat(x)"
		}
	case "substring_index":
		if d == custard.Postgres || d == custard.DuckDB || d == custard.Snowflake {
			return "split_part(text, separator, n)"
		}
	case "convert":
		return "CAST(x AS type)"
	case "divide", "div":
		return "a / b"
	case "subtract":
		return "a - b"
	case "multiply":
		return "a * b"
	case "left":
		return "substr(x, 1, n)"
	case "right":
		return "substr(x, -n)"
	case "greatest":
		return "max(a, b)"
	case "least":
		return "min(a, b)"
	case "to_number", "toint", "int", "integer", "double", "float", "str", "to_varchar":
		return "CAST(x AS type)"
	case "concat":
		return "a || b"
	case "ucase":
		return "upper(x)"
	case "lcase":
		return "lower(x)"
	case "rand":
		return "random()"
	case "truncate":
		return "trunc(x, n)"
	case "std", "stdev":
		return "stddev(x)"
	case "stddev", "variance", "stddev_pop", "stddev_samp", "var_pop", "var_samp":
		if d == custard.SQLite {
			return "sqrt(avg(x * x) - avg(x) * avg(x)) for the standard deviation"
		}
	case "median":
		return "percentile_cont(0.5) WITHIN GROUP (ORDER BY x)"
	case "percentile_cont", "percentile_disc":
		if d == custard.SQLite {
			return "a row_number() over the ordered values and pick the middle one"
		}
	case "json_extract", "json_value":
		return "x ->> 'key'"
	case "count_if", "countif":
		return "sum(CASE WHEN condition THEN 1 ELSE 0 END)"
	case "regexp_like", "rlike", "regexp", "regexp_matches":
		switch d {
		case custard.Postgres:
			return "x ~ 'pattern'"
		case custard.SQLite:
			return "x LIKE 'pattern', or x GLOB 'pattern' with [a-z] and *"
		}
	case "generate_series", "range", "sequence":
		return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n"
	case "array_agg":
		return "group_concat(x), or json_group_array(x)"
	case "ilike":
		return "lower(x) LIKE lower('pattern')"
	case "current_user", "session_user", "user", "database", "schema", "current_database", "current_schema", "connection_id":
		return "the value itself; a statement cannot ask who or where the connection is"
	}
	return ""
}

// dateInstead is functionInstead for dates and times.
func dateInstead(d custard.Dialect, name string) string {
	switch name {
	case "year", "month", "day", "hour", "minute", "second", "quarter", "week", "dayofmonth", "dayofweek", "dayofyear", "weekday", "weekofyear":
		return partInstead(d, name)
	case "strftime", "date_format", "to_char", "format_date":
		switch d {
		case custard.SQLite:
			return "strftime('%Y-%m', x)"
		case custard.MySQL:
			return "DATE_FORMAT(x, '%Y-%m')"
		case custard.DuckDB:
			return "strftime(x, '%Y-%m')"
		default:
			return "to_char(x, 'YYYY-MM')"
		}
	case "curdate", "getdate", "sysdate", "today", "now", "curtime", "getutcdate", "sysdatetime":
		if d == custard.SQLite {
			return "date('now') or datetime('now')"
		}
		return "CURRENT_DATE or CURRENT_TIMESTAMP"
	case "datediff", "timestampdiff", "date_diff", "julianday", "age":
		switch d {
		case custard.SQLite:
			return "julianday(later) - julianday(earlier)"
		case custard.Postgres:
			return "later::date - earlier::date for days, or age(later, earlier)"
		case custard.MySQL:
			return "DATEDIFF(later, earlier) or TIMESTAMPDIFF(unit, earlier, later)"
		default:
			return "datediff('day', earlier, later)"
		}
	case "dateadd", "date_add", "date_sub", "adddate", "subdate", "add_months":
		if d == custard.SQLite {
			return "date(x, '+1 month')"
		}
		return "x + INTERVAL '1 month'"
	case "date_trunc":
		switch d {
		case custard.SQLite:
			return "date(x, 'start of month')"
		case custard.MySQL:
			return "DATE_FORMAT(x, '%Y-%m-01')"
		}
	case "datepart", "date_part", "extract":
		return partInstead(d, "year")
	case "str_to_date", "to_date", "strptime", "parse_date":
		switch d {
		case custard.SQLite:
			return "date(x)"
		case custard.MySQL:
			return "STR_TO_DATE(x, '%Y-%m-%d')"
		default:
			return "to_date(x, 'YYYY-MM-DD')"
		}
	case "unix_timestamp", "to_unixtime", "unixepoch":
		return "EXTRACT(EPOCH FROM x)"
	case "from_unixtime":
		if d == custard.SQLite {
			return "datetime(x, 'unixepoch')"
		}
		return "to_timestamp(x)"
	case "monthname", "dayname":
		if d == custard.Postgres {
			return "to_char(x, 'FMMonth') or to_char(x, 'FMDay')"
		}
		return "CASE strftime('%m', x) WHEN '01' THEN 'January' … END"
	case "time_to_sec", "timediff":
		return "EXTRACT(EPOCH FROM x)"
	case "last_day", "eomonth":
		if d == custard.SQLite {
			return "date(x, 'start of month', '+1 month', '-1 day')"
		}
		return "date_trunc('month', x) + INTERVAL '1 month - 1 day'"
	}
	return ""
}

func partInstead(d custard.Dialect, part string) string {
	if d == custard.SQLite {
		letters := map[string]string{
			"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S", "week": "%W", "weekofyear": "%W",
			"dayofmonth": "%d", "dayofweek": "%w", "weekday": "%w", "dayofyear": "%j",
		}
		if l, ok := letters[part]; ok {
			return "CAST(strftime('" + l + "', x) AS INTEGER)"
		}
		return "(CAST(strftime('%m', x) AS INTEGER) + 2) / 3"
	}
	switch part {
	case "dayofmonth":
		part = "day"
	case "dayofweek", "weekday":
		part = "dow"
	case "dayofyear":
		part = "doy"
	case "weekofyear":
		part = "week"
	}
	return "EXTRACT(" + strings.ToUpper(part) + " FROM x)"
}
