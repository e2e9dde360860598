SELECT * EXCLUDE (a, b) REPLACE (c + 1 AS c) FROM t
SELECT a, count(*) FROM t GROUP BY ALL
SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1
SELECT list_transform([1, 2], x -> x + 1), {'a': 1, 'b': [2]}, [1, 2][1], a[1:2], a // b FROM t
SELECT a::INT, TRY_CAST(a AS DATE), CAST(a AS STRUCT(x INT, y TEXT)), CAST(a AS INT[]) FROM t
SELECT * FROM a ASOF JOIN b ON a.x >= b.x SEMI JOIN c ON a.y = c.y ANTI JOIN d ON a.z = d.z
SELECT a FROM t UNION ALL BY NAME SELECT b FROM u
SELECT a FROM t LIMIT 10%
SELECT INTERVAL 1 DAY, INTERVAL (a + 1) MONTH, INTERVAL '3 days', date_trunc('month', a) FROM t
SELECT a FROM t WHERE a ILIKE 'x%' AND b GLOB 'y*' AND c SIMILAR TO 'z'
SELECT sum(a) FILTER (WHERE b), quantile_cont(a, 0.5), string_agg(a, ',' ORDER BY b) FROM t
SELECT first_value(a IGNORE NULLS) OVER (ORDER BY b) FROM t
