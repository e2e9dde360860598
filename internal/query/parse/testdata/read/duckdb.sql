FROM t
FROM t SELECT a, b WHERE c > 1 ORDER BY a LIMIT 5
FROM (SELECT 1 AS x) AS s WHERE x = 1
SELECT * EXCLUDE (a, b) FROM t
SELECT * REPLACE (a / 2 AS a, upper(b) AS b), t.* EXCLUDE c FROM t
SELECT COLUMNS('x.*'), COLUMNS(*), MIN(COLUMNS(*)) FROM t
SELECT a, SUM(b) FROM t GROUP BY ALL ORDER BY ALL
SELECT a, b FROM t ORDER BY ALL DESC
SELECT a, row_number() OVER (PARTITION BY b ORDER BY c) AS rn FROM t QUALIFY rn = 1
SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY b ORDER BY c DESC) <= 3
SELECT [1, 2, 3], ['a', 'b'][1], [x, y], {'a': 1, 'b': 'two'}, {'a': {'b': 1}}, s.a.b, s['a'], l[1:2], l[-1], 'abc'[1] FROM t
SELECT list_transform(l, x -> x + 1), list_filter(l, x -> x > 1), list_reduce(l, (x, y) -> x + y) FROM t
SELECT j->'$.a', j->>'$.b', (j->>'a') = 'x', j->'a'->>'b' FROM t
SELECT a // b, a ** b, a ^ b, a % b, a == b, a <> b, a || b FROM t
SELECT INTERVAL 1 DAY, INTERVAL '1 day', INTERVAL (n) MONTH, INTERVAL '1' YEAR, d + INTERVAL 3 MONTHS, TO_DAYS(5) FROM t
SELECT CAST(a AS HUGEINT), TRY_CAST(b AS INTEGER), c::STRUCT(a INTEGER, b VARCHAR), d::MAP(VARCHAR, INT), e::INT[], f::INT[3], g::DECIMAL(18, 3), h::TIMESTAMP WITH TIME ZONE FROM t
SELECT * FROM a ASOF JOIN b ON a.ts >= b.ts AND a.k = b.k
SELECT * FROM a ASOF LEFT JOIN b USING (k, ts)
SELECT * FROM a SEMI JOIN b USING (id)
SELECT * FROM a ANTI JOIN b ON a.id = b.id
SELECT * FROM a POSITIONAL JOIN b
SELECT * FROM t TABLESAMPLE 10%
SELECT * FROM t TABLESAMPLE reservoir(20 ROWS) REPEATABLE (42)
SELECT * FROM t LIMIT 10%
SELECT a FROM t1 UNION ALL BY NAME SELECT b FROM t2
SELECT * FROM range(10) AS r(i)
SELECT * FROM generate_series(1, 10, 2) g(x), unnest([1, 2]) AS u(y)
SELECT unnest([1, 2, 3]), unnest({'a': 1}) FROM t
SELECT arg_max(a, b), first(a ORDER BY b), list(a ORDER BY b DESC), quantile_cont(a, 0.5), median(a), mode(a), string_agg(a, ',' ORDER BY a), any_value(b) FROM t
SELECT COUNT(*) FILTER (a > 1), SUM(x) FILTER (WHERE y) FROM t
SELECT strftime(d, '%Y-%m'), date_trunc('month', d), date_part('year', d), date_diff('day', a, b), EXTRACT(year FROM d), epoch(d), today() FROM t
SELECT a GLOB 'x*', a SIMILAR TO 'x', a ILIKE 'y', regexp_matches(a, 'z'), a NOT ILIKE 'q' FROM t
SELECT CASE WHEN a THEN 1 END, COALESCE(a, b), a IS DISTINCT FROM b, struct_pack(a := 1, b := 2), if(a, 1, 2) FROM t
SELECT lag(x) OVER (ORDER BY d), last_value(x IGNORE NULLS) OVER w, first_value(x) OVER (PARTITION BY a ORDER BY b) FROM t WINDOW w AS (ORDER BY d)
WITH x AS (SELECT 1 AS a), y AS MATERIALIZED (FROM x) SELECT * FROM x JOIN y USING (a)
SELECT a, b, FROM t
SELECT $$dollar$$, E'a\n', 'x', 1_000, 1e5
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, name)
SELECT 5 IN [1, 2, 5], a IN (1, 2) FROM t
SELECT * FROM t1 JOIN LATERAL (SELECT * FROM t2 WHERE t2.id = t1.id) AS x ON true
SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b
SELECT a FROM t GROUP BY GROUPING SETS ((a), ()), CUBE (b, c), ROLLUP (d)
SELECT t.a.b.c, "quoted col", type, name, date, year FROM db.main.t
WITH daily AS (SELECT date_trunc('day', ts)::DATE AS day, count(*) AS n FROM events WHERE ts >= now() - INTERVAL 30 DAY GROUP BY ALL) SELECT day, n, avg(n) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS ma7, n - lag(n) OVER (ORDER BY day) AS change FROM daily ORDER BY day
SELECT name, list(tag ORDER BY tag) AS tags, list_contains(list(tag), 'x') AS has_x, {'min': min(v), 'max': max(v)} AS stats FROM t GROUP BY name HAVING len(list(tag)) > 1
SELECT t.*, unnest(t.items) AS item, struct_extract(t.s, 'a') AS a FROM t WHERE t.j->>'$.kind' = 'x' OR (t.j->'$.n')::INT > 3
SELECT strftime(ts, '%Y-%m') AS month, sum(amount) FILTER (WHERE status = 'paid') AS paid, approx_quantile(amount, 0.9), arg_min(name, amount) FROM sales GROUP BY month QUALIFY row_number() OVER (ORDER BY month DESC) <= 12
