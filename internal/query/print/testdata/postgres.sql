SELECT 1
SELECT a, b AS c, t.*, * FROM t
SELECT DISTINCT a FROM t
SELECT DISTINCT ON (a, b + 1) a, b FROM t ORDER BY a, b + 1, c DESC NULLS LAST
SELECT count(*), count(DISTINCT a), sum(a) FILTER (WHERE b > 0) FROM t
SELECT "Name", "order", "a""b", name FROM "My Table" AS m
SELECT 'it''s', 'a\b', '', U&'d', 1.5e3, .5, 0x1F, B'01', X'0a' FROM t
SELECT NULL, TRUE, FALSE, CURRENT_DATE, CURRENT_TIMESTAMP, LOCALTIME, CURRENT_TIMESTAMP(3)
SELECT a + b * c - (d - e) - f / (g * h) % 2 ^ 3 ^ 4 FROM t
SELECT (a + b) * c, -a, - -a, -(-1), +a, ~a, @ a, |/ a, NOT a, - (a + b), -(a::int), (-a)::int FROM t
SELECT a || b || c, a || (b || c), a -> 'b' ->> 'c', a #> '{b}', a #>> '{b,c}', a @> b, a <@ b, a ? 'b', a ?| c, a ?& c FROM t
SELECT a = b, a <> b, a != b, (a < b) = (c >= d), a & b | c # d << 2 >> 1, a ~ 'x', a !~* 'y' FROM t
SELECT a FROM t WHERE a = 1 AND b = 2 OR NOT c = 3 AND (d = 4 OR e = 5)
SELECT a FROM t WHERE NOT (a AND b) AND NOT NOT c
SELECT a FROM t WHERE a BETWEEN 1 AND 2 AND b NOT BETWEEN SYMMETRIC 3 + 1 AND 4 AND (a BETWEEN 1 AND 2) = TRUE
SELECT a FROM t WHERE a LIKE 'x%' AND b NOT LIKE 'y\_' ESCAPE '\' AND c ILIKE 'z' AND d NOT ILIKE 'w' AND e SIMILAR TO '(a|b)%' AND f LIKE 'a' || b
SELECT a FROM t WHERE a IN (1, 2, 3) AND b NOT IN (SELECT c FROM u) AND (a, b) IN ((1, 2), (3, 4)) AND (a, b) IN (SELECT c, d FROM u)
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a) AND NOT EXISTS (SELECT 1 FROM v)
SELECT a FROM t WHERE a IS NULL AND b IS NOT NULL AND c IS TRUE AND d IS NOT FALSE AND e IS UNKNOWN AND f IS DISTINCT FROM g AND h IS NOT DISTINCT FROM i
SELECT (a = b) IS NULL, a + b IS NULL, (a IS NULL) = b, (NOT a) IS NULL, NOT a IS NULL FROM t
SELECT a FROM t WHERE a = ANY (SELECT b FROM u) AND a > ALL (SELECT b FROM u) AND a = ANY (ARRAY[1, 2]) AND a <> ALL ('{1,2}'::int[])
SELECT CASE WHEN a > 1 THEN 'x' WHEN b THEN 'y' ELSE 'z' END, CASE a WHEN 1 THEN 2 END FROM t
SELECT CAST(a AS int), a::text, (a + b)::numeric(10, 2), a::double precision, a::timestamp with time zone, a::varchar(10)[], DATE '2020-01-01', timestamp '2020-01-01 00:00:00', a::timestamp(3) without time zone, -1::int, a::pg_catalog.int4
SELECT INTERVAL '1 day', INTERVAL '1' DAY, INTERVAL '1-2' YEAR TO MONTH, a + INTERVAL '3 months' FROM t
SELECT EXTRACT(YEAR FROM a), EXTRACT(epoch FROM a - b), date_trunc('month', a), a AT TIME ZONE 'UTC' AT TIME ZONE 'CET' FROM t
SELECT TRIM(a), TRIM(BOTH 'x' FROM a), TRIM(LEADING FROM a), trim(a, 'x'), POSITION('x' IN a), SUBSTRING(a FROM 2 FOR 3), SUBSTRING(a FROM 'x+'), substring(a, 1, 2), OVERLAY(a PLACING 'b' FROM 2 FOR 1) FROM t
SELECT coalesce(a, b), nullif(a, b), greatest(a, b), least(a, b), left(a, 1), right(a, 1), round(a::numeric, 2) FROM t
SELECT ARRAY[1, 2, 3], ARRAY[[1], [2]], ARRAY(SELECT a FROM t), a[1], a[1:2], a[:2], a[1][2], (f(a))[1], (ARRAY[1, 2])[1], ROW(1, 2), ROW(1), (1, 2) = (3, 4) FROM t
SELECT a COLLATE "C", a || b COLLATE "de_DE" FROM t ORDER BY a COLLATE "C" DESC
SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC), sum(a) OVER w, sum(a) OVER (w ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), lag(a, 1) OVER (ORDER BY b RANGE UNBOUNDED PRECEDING), avg(a) OVER (ORDER BY b GROUPS BETWEEN UNBOUNDED PRECEDING AND 2 FOLLOWING EXCLUDE TIES), count(*) OVER () FROM t WINDOW w AS (PARTITION BY c), v AS (ORDER BY d)
SELECT sum(a) OVER (ORDER BY b RANGE BETWEEN INTERVAL '1 day' PRECEDING AND INTERVAL '1 day' FOLLOWING) FROM t
SELECT string_agg(a, ', ' ORDER BY b DESC, c), array_agg(DISTINCT a ORDER BY a), percentile_cont(0.5) WITHIN GROUP (ORDER BY a), mode() WITHIN GROUP (ORDER BY a) FILTER (WHERE a > 0) FROM t
SELECT make_date(year => 2020, month => 1, day => 2), concat(VARIADIC ARRAY['a', 'b'])
SELECT * FROM a, b, c.d AS e
SELECT * FROM a JOIN b ON a.x = b.x LEFT JOIN c ON c.y = b.y RIGHT JOIN d USING (z, w) FULL JOIN e ON TRUE CROSS JOIN f NATURAL JOIN g NATURAL LEFT JOIN h
SELECT * FROM a JOIN (b JOIN c ON b.x = c.x) ON a.x = b.x
SELECT * FROM a LEFT JOIN b JOIN c ON b.x = c.x ON a.x = b.x
SELECT * FROM (SELECT a FROM t) AS s, (VALUES (1, 'x'), (2, 'y')) AS v (n, m), LATERAL (SELECT s.a) AS l
SELECT * FROM generate_series(1, 10) AS g(n), unnest(ARRAY[1, 2]) WITH ORDINALITY AS u(x, i), json_to_recordset('[]') AS r(a int, b text)
SELECT * FROM t AS u (a, b), ONLY v, w TABLESAMPLE BERNOULLI (10) REPEATABLE (1), x TABLESAMPLE SYSTEM (1.5)
SELECT * FROM t LEFT JOIN LATERAL (SELECT max(a) AS m FROM u WHERE u.x = t.x) AS s ON TRUE
SELECT a, count(*) FROM t GROUP BY a HAVING count(*) > 1 ORDER BY 2 DESC, a LIMIT 10 OFFSET 5
SELECT a, b, count(*) FROM t GROUP BY ROLLUP (a, b), CUBE ((a, b), c), GROUPING SETS ((a, b), a, ())
SELECT a, grouping(a, b) FROM t GROUP BY GROUPING SETS (ROLLUP (a), CUBE (b), GROUPING SETS ((a), (b)))
SELECT a FROM t ORDER BY a ASC, b DESC NULLS FIRST, c NULLS LAST
SELECT a FROM t LIMIT 5
SELECT a FROM t OFFSET 5
SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES
SELECT a FROM t LIMIT (SELECT 3) OFFSET 1 + 1
SELECT a FROM t UNION SELECT b FROM u UNION ALL SELECT c FROM v ORDER BY 1 LIMIT 3
SELECT a FROM t UNION SELECT b FROM u INTERSECT SELECT c FROM v EXCEPT ALL SELECT d FROM w
(SELECT a FROM t UNION SELECT b FROM u) INTERSECT SELECT c FROM v
SELECT a FROM t EXCEPT (SELECT b FROM u EXCEPT SELECT c FROM v)
(SELECT a FROM t ORDER BY a LIMIT 1) UNION ALL (SELECT b FROM u ORDER BY b LIMIT 1)
((SELECT a FROM t LIMIT 3)) ORDER BY a
WITH a AS (SELECT 1 AS x), b (y, z) AS MATERIALIZED (SELECT x, 2 FROM a), c AS NOT MATERIALIZED (SELECT * FROM b) SELECT * FROM c JOIN a ON TRUE
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT sum(n) FROM r
SELECT (SELECT max(a) FROM t) - (SELECT min(a) FROM t), (SELECT 1) + 1
VALUES (1, 'a'), (2, 'b')
SELECT a.b.c FROM a.b
SELECT a FROM t WHERE a > (WITH x AS (SELECT 1 AS n) SELECT n FROM x)
SELECT 1 AS "select", 2 AS "Two Words", 3 AS "ünï"
SELECT count(*) FILTER (WHERE a IS NULL) * 100.0 / count(*) AS pct FROM t
SELECT a FROM t WHERE a @@ to_tsquery('x & y') AND b && ARRAY[1] AND c ^@ 'x'
SELECT x IS JSON FROM t
SELECT - 1 - -1, 2 - -a, a - (-b) FROM t
