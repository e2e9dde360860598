package check

import (
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
)

func guardedSchema(d custard.Dialect) *Index {
	def, typ := "", func(t custard.Type) string { return string(t) }
	if d == custard.Postgres {
		def = "public"
	}
	table := func(name string, cols ...string) *custard.Table {
		t := &custard.Table{Schema: def, Name: name, Kind: custard.KindTable, PrimaryKey: []string{"id"}, Rows: -1}
		for _, c := range cols {
			n, kind, ok := strings.Cut(c, ":")
			if !ok {
				kind = "text"
			}
			t.Columns = append(t.Columns, &custard.Column{Name: n, Type: custard.Type(kind), DataType: typ(custard.Type(kind))})
		}
		return t
	}
	s := &custard.Schema{Dialect: d, Database: "db", DefaultSchema: def, Tables: []*custard.Table{
		table("news", "id:int", "email", "topic"),
		table("orders", "id:int", "user_id:int", "total:decimal", "secret", "day:date"),
		table("users", "id:int", "name", "email", "salary:int", "born:date", "active:bool", "nick"),
	}}
	return NewGuardedIndex(s, Policy{
		Hidden: []PolicyColumn{{def, "users", "secret"}, {def, "users", "password"}, {def, "users", "total"}},
		Masked: []PolicyColumn{{def, "users", "email"}, {def, "users", "salary"}, {def, "users", "born"}},
	})
}

func judged(t *testing.T, d custard.Dialect, sql string) (string, *Result, *custard.Error) {
	t.Helper()
	tree, err := parse.Parse(d, sql)
	if err != nil {
		return "", nil, custard.AsError(err)
	}
	res, err := Check(tree, guardedSchema(d), Options{Dialect: d})
	if err != nil {
		return "", nil, custard.AsError(err)
	}
	text, err := print.SQL(d, res.Query)
	if err != nil {
		t.Fatal(err)
	}
	return text, res, nil
}

// TestMaskedIsNeverShown tries to get a masked column out. Beside each attempt stands what may be asked in almost the same words.
func TestMaskedIsNeverShown(t *testing.T) {
	t.Parallel()
	for _, c := range attacks() {
		for _, d := range c.dialects() {
			if _, _, err := judged(t, d, c.attack); err == nil || err.Code != custard.CodePolicy {
				t.Errorf("%s: %s\n\tgot %v, want a policy error", d, c.attack, err)
			}
			if _, _, err := judged(t, d, c.twin); err != nil {
				t.Errorf("%s: %s\n\tthe twin is refused: %v", d, c.twin, err)
			}
		}
	}
	if n := len(attacks()); n < 60 {
		t.Errorf("%d attacks", n)
	}
}

type attack struct {
	on           string // dialects: p, s, d; empty for p and s
	attack, twin string
}

func (a attack) dialects() (out []custard.Dialect) {
	if a.on == "" {
		a.on = "ps"
	}
	for _, c := range a.on {
		out = append(out, map[rune]custard.Dialect{'p': custard.Postgres, 's': custard.SQLite, 'd': custard.DuckDB, 'm': custard.MySQL}[c])
	}
	return out
}

func attacks() []attack {
	return []attack{
		// The select list.
		{"psdm", "SELECT email FROM users", "SELECT name FROM users"},
		{"psdm", "SELECT u.email AS name FROM users u", "SELECT u.name AS email FROM users u"},
		{"psdm", "SELECT lower(email) FROM users", "SELECT lower(name) FROM users WHERE lower(email) = 'x'"},
		{"", "SELECT 'x' || email FROM users", "SELECT 'x' || name FROM users"},
		{"psdm", "SELECT salary + 0 FROM users", "SELECT id + 0 FROM users WHERE salary + 0 > 5"},
		{"psdm", "SELECT -salary FROM users", "SELECT -id FROM users WHERE -salary < 5"},
		{"psdm", "SELECT CASE WHEN salary > 100 THEN 1 ELSE 0 END FROM users", "SELECT CASE WHEN active THEN 1 ELSE 0 END FROM users WHERE salary > 100"},
		{"psdm", "SELECT CASE WHEN active THEN salary END FROM users", "SELECT CASE WHEN active THEN id END FROM users"},
		{"psdm", "SELECT coalesce(email, name) FROM users", "SELECT coalesce(name, nick) FROM users"},
		{"psdm", "SELECT salary > 100 FROM users", "SELECT id > 100 FROM users"},
		{"psdm", "SELECT email IS NULL FROM users", "SELECT name IS NULL FROM users WHERE email IS NULL"},
		{"psdm", "SELECT email LIKE 'a%' FROM users", "SELECT name LIKE 'a%' FROM users WHERE email LIKE 'a%'"},
		{"psdm", "SELECT email IN ('a') FROM users", "SELECT name IN ('a') FROM users WHERE email IN ('a')"},
		{"", "SELECT CAST(salary AS text) FROM users", "SELECT CAST(id AS text) FROM users"},
		{"psdm", "SELECT DISTINCT email FROM users", "SELECT DISTINCT name FROM users"},
		{"p", "SELECT extract(year FROM born) FROM users", "SELECT id FROM users WHERE extract(year FROM born) = 1990"},
		{"p", "SELECT substring(email FROM 1 FOR 3) FROM users", "SELECT substring(name FROM 1 FOR 3) FROM users"},
		{"p", "SELECT ARRAY[email] FROM users", "SELECT ARRAY[name] FROM users"},
		{"p", "SELECT ROW(email, name) FROM users", "SELECT ROW(id, name) FROM users"},
		{"p", "SELECT u FROM users u", "SELECT n FROM news n"},
		{"p", "SELECT row_to_json(u) FROM users u", "SELECT row_to_json(n) FROM news n"},
		{"p", "SELECT to_jsonb(u.*) FROM users u", "SELECT to_jsonb(n.*) FROM news n"},
		{"p", "SELECT u::text FROM users u", "SELECT n::text FROM news n"},
		{"p", "SELECT count(u) FROM users u", "SELECT count(*) FROM users u"},
		{"p", "SELECT json_build_object('e', email) FROM users", "SELECT json_build_object('e', name) FROM users"},
		// Aggregates and windows.
		{"psdm", "SELECT min(email) FROM users", "SELECT count(email) FROM users"},
		{"psdm", "SELECT max(salary) FROM users", "SELECT count(DISTINCT salary) FROM users"},
		{"psdm", "SELECT sum(salary) FROM users", "SELECT count(*) FROM users WHERE salary > 5"},
		{"psdm", "SELECT avg(salary) FROM users GROUP BY active", "SELECT active, count(salary) FROM users GROUP BY active"},
		{"p", "SELECT string_agg(email, ',') FROM users", "SELECT string_agg(name, ',') FROM users"},
		{"p", "SELECT array_agg(email) FROM users", "SELECT array_agg(name) FROM users"},
		{"s", "SELECT group_concat(email) FROM users", "SELECT group_concat(name) FROM users"},
		{"p", "SELECT string_agg(name, ',' ORDER BY salary) FROM users", "SELECT string_agg(name, ',' ORDER BY id) FROM users"},
		{"p", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY salary) FROM users", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM users"},
		{"", "SELECT name, row_number() OVER (ORDER BY salary) FROM users", "SELECT name, row_number() OVER (ORDER BY id) FROM users"},
		{"", "SELECT name, rank() OVER w FROM users WINDOW w AS (ORDER BY salary)", "SELECT name, rank() OVER w FROM users WINDOW w AS (ORDER BY id)"},
		{"", "SELECT lag(email) OVER (ORDER BY id) FROM users", "SELECT lag(name) OVER (ORDER BY id) FROM users"},
		{"", "SELECT first_value(salary) OVER (PARTITION BY name ORDER BY id) FROM users", "SELECT first_value(name) OVER (PARTITION BY name ORDER BY id) FROM users"},
		{"", "SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN (SELECT max(salary) FROM users) PRECEDING AND CURRENT ROW) FROM users", "SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM users"},
		// Order, groups, numbers of rows.
		{"psdm", "SELECT name FROM users ORDER BY salary", "SELECT name FROM users ORDER BY id"},
		{"psdm", "SELECT name FROM users ORDER BY salary + id", "SELECT name FROM users ORDER BY id + id"},
		{"psdm", "SELECT name FROM users GROUP BY name ORDER BY max(salary)", "SELECT name FROM users GROUP BY name ORDER BY count(salary)"},
		{"", "SELECT name FROM (SELECT name, salary FROM users ORDER BY 2 LIMIT 3) t", "SELECT name FROM (SELECT name, salary FROM users ORDER BY 1 LIMIT 3) t"},
		{"", "SELECT name FROM (SELECT name, salary AS s FROM users ORDER BY s LIMIT 3) t", "SELECT name FROM (SELECT name, id AS s FROM users ORDER BY s LIMIT 3) t"},
		{"psdm", "SELECT email, count(*) FROM users GROUP BY email", "SELECT count(*) FROM users GROUP BY email"},
		{"psdm", "SELECT count(*), email FROM users GROUP BY 2", "SELECT count(*), name FROM users GROUP BY 2"},
		{"p", "SELECT DISTINCT ON (salary) name FROM users", "SELECT DISTINCT ON (id) name FROM users"},
		{"ps", "SELECT id FROM orders LIMIT (SELECT salary FROM users WHERE id = 1)", "SELECT id FROM orders LIMIT (SELECT id FROM users WHERE id = 1)"},
		{"ps", "SELECT id FROM orders LIMIT 1 OFFSET (SELECT max(salary) FROM users)", "SELECT id FROM orders LIMIT 1 OFFSET (SELECT count(salary) FROM users)"},
		{"p", "SELECT g FROM users u, generate_series(1, u.salary) g", "SELECT g FROM users u, generate_series(1, u.id) g"},
		{"p", "SELECT count(*) FROM users u, generate_series(1, u.salary) g WHERE u.id = 1", "SELECT count(*) FROM users u, generate_series(1, u.id) g WHERE u.id = 1"},
		// Sub-queries, WITH, set operations.
		{"psdm", "SELECT t.email FROM (SELECT * FROM users) t", "SELECT t.name FROM (SELECT * FROM users) t"},
		{"psdm", "SELECT x FROM (SELECT email AS x FROM users) t", "SELECT x FROM (SELECT name AS x FROM users) t"},
		{"", "SELECT a FROM (SELECT email FROM users) t(a)", "SELECT count(*) FROM (SELECT email FROM users) t"},
		{"psdm", "WITH w AS (SELECT email AS e FROM users) SELECT e FROM w", "WITH w AS (SELECT email AS e FROM users) SELECT count(e) FROM w"},
		{"psdm", "WITH w (e) AS (SELECT email FROM users) SELECT upper(e) FROM w", "WITH w (e) AS (SELECT name FROM users) SELECT upper(e) FROM w"},
		{"", "WITH RECURSIVE r(e, shown, n) AS (SELECT '', '', 0 UNION ALL SELECT (SELECT email FROM users LIMIT 1), r.e, n + 1 FROM r WHERE n < 2) SELECT shown FROM r",
			"WITH RECURSIVE r(e, shown, n) AS (SELECT '', '', 0 UNION ALL SELECT (SELECT name FROM users LIMIT 1), r.e, n + 1 FROM r WHERE n < 2) SELECT shown FROM r"},
		{"psdm", "SELECT (SELECT email FROM users WHERE id = 1)", "SELECT (SELECT name FROM users WHERE id = 1)"},
		{"psdm", "SELECT (SELECT max(email) FROM users u WHERE u.id = o.user_id) FROM orders o", "SELECT (SELECT count(email) FROM users u WHERE u.id = o.user_id) FROM orders o"},
		{"psdm", "SELECT name FROM users UNION SELECT email FROM users", "SELECT name FROM users UNION SELECT nick FROM users"},
		{"psdm", "SELECT email FROM news UNION ALL SELECT email FROM users", "SELECT count(*) FROM (SELECT email FROM news UNION ALL SELECT email FROM users) t"},
		{"", "SELECT email FROM news INTERSECT SELECT email FROM users", "SELECT count(*) FROM (SELECT email FROM news INTERSECT SELECT email FROM users) t"},
		{"", "SELECT email FROM news EXCEPT SELECT email FROM users", "SELECT topic FROM news EXCEPT SELECT name FROM users"},
		{"p", "SELECT x FROM users u, LATERAL (SELECT u.email AS x) t", "SELECT x FROM users u, LATERAL (SELECT u.name AS x) t"},
		{"p", "SELECT x FROM users u CROSS JOIN LATERAL (VALUES (u.email)) t(x)", "SELECT x FROM users u CROSS JOIN LATERAL (VALUES (u.name)) t(x)"},
		{"p", "SELECT ARRAY(SELECT email FROM users)", "SELECT ARRAY(SELECT name FROM users)"},
		{"p", "SELECT x FROM unnest(ARRAY(SELECT email FROM users)) x", "SELECT x FROM unnest(ARRAY(SELECT name FROM users)) x"},
		// Joins that show the other side.
		{"psdm", "SELECT n.email FROM news n JOIN users u ON n.email = u.email", "SELECT n.topic, u.name FROM news n JOIN users u ON n.email = u.email"},
		{"psdm", "SELECT n.email FROM news n JOIN users u USING (email)", "SELECT n.topic, u.name FROM news n JOIN users u USING (email)"},
		{"psdm", "SELECT email FROM news JOIN users USING (email)", "SELECT count(email) FROM news JOIN users USING (email)"},
		{"", "SELECT email FROM news NATURAL JOIN users", "SELECT topic FROM news NATURAL JOIN users"},
		{"psdm", "SELECT n.email FROM news n, users u WHERE u.email = n.email", "SELECT n.topic FROM news n, users u WHERE u.email = n.email"},
		{"psdm", "SELECT n.email FROM news n JOIN users u ON lower(u.email) = n.email", "SELECT n.topic FROM news n JOIN users u ON lower(u.email) = n.email"},
		{"psdm", "SELECT o.id FROM orders o JOIN orders p ON o.id = p.id JOIN users u ON p.id = u.salary", "SELECT o.total FROM orders o JOIN orders p ON o.id = p.id JOIN users u ON p.id = u.id"},
		{"psdm", "SELECT email FROM news WHERE email IN (SELECT email FROM users)", "SELECT topic FROM news WHERE email IN (SELECT email FROM users)"},
		{"psdm", "SELECT b FROM (SELECT id AS a, id + 1 AS b FROM orders) t JOIN users u ON u.salary = t.a", "SELECT b FROM (SELECT id AS a, total AS b FROM orders) t JOIN users u ON u.salary = t.a"},
		{"psdm", "SELECT (SELECT max(o.id) FROM orders o WHERE o.id = u.salary) FROM users u", "SELECT (SELECT count(*) FROM orders o WHERE o.id = u.salary) FROM users u"},
		// Counting through the values.
		{"p", "SELECT u.id, g FROM users u JOIN generate_series(1, 1000) g ON g = u.salary", "SELECT u.id, g FROM users u JOIN generate_series(1, 1000) g ON g = u.id"},
		{"p", "SELECT u.id, count(*) FROM users u JOIN generate_series(1, 1000) g ON g <= u.salary GROUP BY u.id", "SELECT u.id, count(*) FROM users u JOIN generate_series(1, 1000) g ON g <= u.id GROUP BY u.id"},
		{"p", "SELECT id, (SELECT count(*) FROM generate_series(1, 1000) g WHERE g < u.salary) FROM users u", "SELECT id, (SELECT count(*) FROM generate_series(1, 1000) g WHERE g < u.id) FROM users u"},
		{"", "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 1000) SELECT u.id, n FROM g JOIN users u ON u.salary = g.n",
			"WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 1000) SELECT u.id, n FROM g JOIN users u ON u.id = g.n"},
		{"p", "SELECT u.id, v.x FROM users u JOIN (VALUES ('a'), ('b')) v(x) ON v.x = u.email", "SELECT u.id, v.x FROM users u JOIN (VALUES ('a'), ('b')) v(x) ON v.x = u.name"},
		{"", "SELECT u.id, o.total FROM users u JOIN orders o ON o.total < u.salary", "SELECT u.id, o.total FROM users u JOIN orders o ON o.total < u.id"},
		{"", "SELECT u.id, (SELECT count(*) FROM users v WHERE v.salary < u.salary) FROM users u", "SELECT u.id FROM users u WHERE u.salary > (SELECT avg(salary) FROM users)"},
		{"", "SELECT u.id, (SELECT count(*) FROM users v WHERE v.salary - u.salary < 0) FROM users u", "SELECT u.id, (SELECT count(*) FROM users v WHERE v.salary = u.salary) FROM users u"},
		{"", "SELECT o.id FROM orders o WHERE o.total < (SELECT salary FROM users WHERE id = 1)", "SELECT o.id FROM orders o WHERE 5 < (SELECT salary FROM users WHERE id = 1)"},
		{"", "SELECT o.id FROM orders o JOIN users u ON u.salary - o.id = 0", "SELECT o.id FROM orders o JOIN users u ON u.id - o.id = 0"},
		{"", "SELECT u.id, o.id FROM users u, orders o WHERE substr(u.email, o.id, 1) = 'a'", "SELECT u.id, o.id FROM users u, orders o WHERE substr(u.email, 1, 1) = 'a'"},
		{"", "SELECT o.id FROM users u, orders o WHERE CASE u.salary WHEN o.id THEN 1 END = 1", "SELECT o.id FROM users u, orders o WHERE CASE u.salary WHEN 5 THEN 1 END = 1"},
		{"", "SELECT o.id FROM users u, orders o WHERE nullif(u.salary, o.id) IS NULL", "SELECT o.id FROM users u, orders o WHERE nullif(u.salary, 5) IS NULL"},
		{"", "SELECT o.id FROM users u, orders o WHERE (u.salary > 5) = (o.id > 5)", "SELECT o.id FROM users u, orders o WHERE u.salary > 5 AND o.id > 5"},
		{"", "SELECT o.id FROM users u, orders o WHERE o.id BETWEEN u.salary AND u.salary", "SELECT o.id FROM users u, orders o WHERE o.id BETWEEN u.id AND u.id"},
		{"", "SELECT o.secret FROM users u, orders o WHERE u.email LIKE o.secret", "SELECT o.secret FROM users u, orders o WHERE u.name LIKE o.secret"},
		{"p", "SELECT o.id, count(DISTINCT CASE WHEN u.active THEN o.id ELSE u.salary END) FROM users u, orders o GROUP BY o.id", "SELECT o.id, count(DISTINCT CASE WHEN u.active THEN o.id ELSE u.id END) FROM users u, orders o GROUP BY o.id"},
		{"p", "SELECT g, (SELECT count(*) FROM (SELECT g UNION SELECT u.salary) t) FROM users u, generate_series(1, 9) g", "SELECT g, (SELECT count(*) FROM (SELECT g UNION SELECT u.id) t) FROM users u, generate_series(1, 9) g"},
		{"p", "SELECT g FROM generate_series(1, 9) g WHERE EXISTS (SELECT g INTERSECT SELECT salary FROM users)", "SELECT g FROM generate_series(1, 9) g WHERE EXISTS (SELECT g INTERSECT SELECT id FROM users)"},
		{"p", "SELECT g FROM generate_series(1, 9) g WHERE g IN (SELECT salary FROM users)", "SELECT g FROM generate_series(1, 9) g WHERE g IN (SELECT id FROM users)"},
		{"p", "SELECT g FROM generate_series(1, 9) g WHERE g < ANY (SELECT salary FROM users)", "SELECT g FROM generate_series(1, 9) g WHERE g < ANY (SELECT id FROM users)"},
		{"p", "SELECT g FROM generate_series(1, 9) g, users u WHERE u.salary IS NOT DISTINCT FROM g", "SELECT g FROM generate_series(1, 9) g, users u WHERE u.id IS NOT DISTINCT FROM g"},
		{"p", "SELECT g FROM generate_series(1, 9) g GROUP BY g HAVING count(*) = (SELECT max(salary) FROM users)", "SELECT g FROM generate_series(1, 9) g GROUP BY g HAVING count(*) = (SELECT max(id) FROM users)"},
		// Errors that quote.
		{"pd", "SELECT id FROM users WHERE CAST(email AS int) = 1", "SELECT id FROM users WHERE CAST(salary AS text) = '1'"},
		{"p", "SELECT id FROM users WHERE (email || 'x')::date > '2020-01-01'", "SELECT id FROM users WHERE (name || 'x')::date > '2020-01-01'"},
		{"p", "SELECT count(email::int) FROM users", "SELECT count(name::int) FROM users"},
		{"p", "SELECT id FROM users WHERE now() AT TIME ZONE email IS NULL", "SELECT id FROM users WHERE now() AT TIME ZONE name IS NULL"},
		{"p", "SELECT id FROM users WHERE date_trunc(email, now()) IS NULL", "SELECT id FROM users WHERE date_trunc('month', born) = '2020-01-01'"},
		{"p", "SELECT id FROM users WHERE to_number(email, '9') = 1", "SELECT id FROM users WHERE to_number(name, '9') = 1"},
		{"d", "SELECT id FROM users WHERE email = 5", "SELECT id FROM users WHERE email = '5'"},
	}
}
