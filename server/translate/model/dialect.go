package model

import (
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// dialectName is what a database calls its language, with the version where it is known.
func dialectName(d custard.Dialect, version string) string {
	name := map[custard.Dialect]string{
		custard.Postgres: "PostgreSQL", custard.MySQL: "MySQL", custard.SQLite: "SQLite", custard.DuckDB: "DuckDB", custard.Snowflake: "Snowflake",
	}[d]
	if name == "" {
		name = string(d)
	}
	if first := strings.Fields(version); len(first) > 0 && len(first[0]) < 24 && strings.Trim(first[0], "0123456789.") == "" {
		return name + " " + first[0]
	}
	if d == custard.MySQL && strings.Contains(version, "MariaDB") {
		return "MariaDB"
	}
	return name
}

// dialectNotes is what models get wrong in a dialect, and what the checks take.
func dialectNotes(d custard.Dialect) string {
	switch d {
	case custard.Postgres:
		return `- Unquoted names fold to lower case: quote a name that has capitals, blanks or is a keyword, exactly as the schema shows it.
- Days: date_trunc('month', t), t::date, t >= DATE '2026-01-01' AND t < DATE '2026-02-01', t - INTERVAL '7 days', EXTRACT(YEAR FROM t), to_char(t, 'YYYY-MM').
- Integer division cuts: write 1.0 * a / NULLIF(b, 0), and round(x::numeric, 2). Text without regard to case: ILIKE, or lower(a) = lower('…').
- Conditional counts: count(*) FILTER (WHERE …). First row per group: DISTINCT ON (…) with ORDER BY, or row_number(). Every selected column that is not aggregated stands in GROUP BY.
- Put NULLS LAST after DESC where NULLs would come first.
`
	case custard.MySQL:
		return "- Quote names with backticks; text with single quotes. Comparing text does not regard case as a rule.\n" +
			"- Days: DATE_FORMAT(t, '%Y-%m'), t >= '2026-01-01' AND t < '2026-02-01', t - INTERVAL 7 DAY, YEAR(t), DATEDIFF(a, b), TIMESTAMPDIFF(MONTH, a, b).\n" +
			`- There is no ILIKE, no FILTER, no FULL JOIN, no DISTINCT ON, no '::' cast: use LIKE, SUM(CASE WHEN … THEN 1 ELSE 0 END), UNION of two outer joins, ROW_NUMBER(), CAST(x AS DECIMAL(12,2)).
- Join texts with CONCAT(a, ' ', b), never with ||. '/' does not cut integers; divide by NULLIF(b, 0).
- Every selected column that is not aggregated stands in GROUP BY.
`
	case custard.SQLite:
		return `- There is no ILIKE, no '::' cast, no INTERVAL, no EXTRACT, no date_trunc, no TOP. LIKE does not regard case for ASCII letters; '=' does.
- Dates are texts such as '2026-01-31' or '2026-01-31 14:05:00' (or numbers, where the column is one): strftime('%Y-%m', t), date(t), t >= '2026-01-01' AND t < '2026-02-01', date('2026-02-15', '-1 month'), julianday(a) - julianday(b).
- Integer division cuts: write 1.0 * a / NULLIF(b, 0) or CAST(a AS REAL). Join texts with ||. Conditional counts: SUM(CASE WHEN … THEN 1 ELSE 0 END) or count(*) FILTER (WHERE …).
- A column may hold numbers as text: CAST(x AS REAL) before comparing or sorting where the type is text and the values are numbers.
`
	case custard.DuckDB:
		return `- Days: date_trunc('month', t), t >= DATE '2026-01-01' AND t < DATE '2026-02-01', t - INTERVAL 7 DAY, EXTRACT(YEAR FROM t), strftime(t, '%Y-%m').
- '/' does not cut integers; divide by NULLIF(b, 0). ILIKE is there. Conditional counts: count(*) FILTER (WHERE …). First row per group: QUALIFY row_number() OVER (PARTITION BY … ORDER BY …) = 1.
- Every selected column that is not aggregated stands in GROUP BY.
`
	case custard.Snowflake:
		return `- Unquoted names fold to upper case: quote a name exactly where the schema shows it quoted.
- Days: DATE_TRUNC('month', t), t >= '2026-01-01'::date AND t < '2026-02-01'::date, DATEADD(day, -7, t), DATEDIFF(day, a, b), YEAR(t), TO_CHAR(t, 'YYYY-MM').
- ILIKE is there. Conditional counts: COUNT_IF(…). First row per group: QUALIFY ROW_NUMBER() OVER (PARTITION BY … ORDER BY …) = 1. Divide with DIV0NULL(a, b) or NULLIF(b, 0).
- Every selected column that is not aggregated stands in GROUP BY.
`
	}
	return ""
}
