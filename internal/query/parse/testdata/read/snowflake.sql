SELECT DATE_TRUNC('month', created_at) AS month, COUNT(*) FROM orders GROUP BY 1
SELECT DATE_TRUNC(month, created_at), DATEADD(day, -30, CURRENT_DATE()), DATEDIFF(year, birth_date, CURRENT_DATE), DATEADD('day', 1, d), DATE_PART(epoch_second, ts), TIMESTAMPADD(hour, 1, ts), LAST_DAY(d), YEAR(d), TO_DATE('2020-01-01'), MONTHNAME(d) FROM t
SELECT * FROM orders WHERE created_at >= DATEADD(month, -1, CURRENT_TIMESTAMP()) AND created_at > CURRENT_DATE - INTERVAL '30 days'
SELECT src:customer.name::string AS name, src:items[0].price::number(10, 2), src['a']['b'], src:"Quoted Key".x, parse_json(x):a.b[1], v.value:sku::varchar FROM raw
SELECT o.id, f.value:sku::string AS sku, f.index FROM orders o, LATERAL FLATTEN(input => o.items) f
SELECT f.value FROM t, TABLE(FLATTEN(input => t.v, path => 'a', outer => TRUE)) AS f
SELECT * FROM TABLE(GENERATOR(ROWCOUNT => 10))
SELECT a, ROW_NUMBER() OVER (PARTITION BY b ORDER BY c DESC) AS rn FROM t QUALIFY rn = 1
SELECT * FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY updated_at DESC) = 1 ORDER BY id LIMIT 10
SELECT TOP 10 a FROM t ORDER BY a DESC
SELECT DISTINCT TOP 5 a FROM t
SELECT a ILIKE '%x%', a RLIKE 'y', a REGEXP 'z', a LIKE ANY ('a%', 'b%'), a NOT LIKE ALL ('c%'), a ILIKE ANY ('d') FROM t
SELECT IFF(a > 1, 'x', 'y'), NVL(a, 0), ZEROIFNULL(a), DECODE(a, 1, 'x', 'y'), TRY_CAST(a AS NUMBER), TRY_TO_NUMBER(a), a::DATE, a::TIMESTAMP_NTZ(9), CAST(a AS VARCHAR(10)), a::VARIANT, a::ARRAY, a::NUMBER(38, 0) FROM t
SELECT LISTAGG(DISTINCT name, ', ') WITHIN GROUP (ORDER BY name) FROM t
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) OVER (PARTITION BY a), MEDIAN(x), APPROX_COUNT_DISTINCT(y), ARRAY_AGG(x) WITHIN GROUP (ORDER BY x), OBJECT_CONSTRUCT('a', 1), OBJECT_CONSTRUCT(*), HASH(*) FROM t
SELECT LAG(x) IGNORE NULLS OVER (ORDER BY d), FIRST_VALUE(x IGNORE NULLS) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), RATIO_TO_REPORT(x) OVER () FROM t
SELECT * EXCLUDE (a, b) FROM t
SELECT * EXCLUDE a RENAME (b AS c) FROM t
SELECT a, SUM(b) FROM t GROUP BY ALL
SELECT a, b, SUM(c) FROM t GROUP BY CUBE (a, b), GROUPING SETS (a, b), ROLLUP (a)
SELECT * FROM t SAMPLE (10)
SELECT * FROM t TABLESAMPLE BERNOULLI (20.3) SEED (42)
SELECT * FROM t SAMPLE (100 ROWS)
SELECT a FROM t1 MINUS SELECT a FROM t2
SELECT a FROM t1 UNION ALL BY NAME SELECT a FROM t2
SELECT * FROM a ASOF JOIN b MATCH_CONDITION (a.ts >= b.ts) ON a.id = b.id
SELECT * FROM a NATURAL JOIN b LEFT OUTER JOIN c USING (id) FULL JOIN d ON c.id = d.id, e
SELECT column1, column2 FROM VALUES (1, 'a'), (2, 'b')
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, name)
SELECT 'it''s', 'it\'s \n', $$dollar 'quoted'$$, X'0A', 1e5 // comment
SELECT a -- x
  FROM "DB"."PUBLIC"."Table" AS t
SELECT a FROM db.public.t LIMIT 10 OFFSET 5
SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY
SELECT a FROM t ORDER BY a NULLS LAST FETCH FIRST 5
SELECT CURRENT_DATE, CURRENT_TIMESTAMP(3), CURRENT_USER(), CURRENT_ROLE(), SYSDATE(), GETDATE(), LOCALTIMESTAMP
SELECT EXTRACT(year FROM d), DAYOFWEEK(d), TO_CHAR(d, 'YYYY-MM'), SPLIT_PART(a, ',', 1), REGEXP_SUBSTR(a, 'x'), CONVERT_TIMEZONE('UTC', 'America/New_York', ts), TIME_SLICE(ts, 15, 'MINUTE') FROM t
SELECT FILTER(arr, x -> x > 1), TRANSFORM(arr, x -> x * 2), REDUCE(arr, 0, (acc, x) -> acc + x) FROM t
SELECT [1, 2, 3], {'a': 1, 'b': v:x}, ARRAY_CONSTRUCT(1, 2)[0] FROM t
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r
WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a) SELECT * FROM b
SELECT CASE WHEN a IS NULL THEN 1 ELSE 2 END, a IS NOT DISTINCT FROM b, a BETWEEN 1 AND 2, NOT a = b, a <> b, a != b, a || b, a % b FROM t
SELECT COUNT_IF(a > 1), COUNT(DISTINCT a, b), SUM(x) OVER (ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), BOOLOR_AGG(c) FROM t
SELECT date, type, name, value, year, status, rank, position, key, id, count, index, timestamp FROM t
SELECT t.value:a::string x, (v:b)::int FROM t WHERE v:c::boolean AND v:d = 'x' AND IS_NULL_VALUE(v:e)
SELECT a COLLATE 'en-ci' = 'b', 'x' ILIKE 'y' ESCAPE '!', a::DATE - b::DATE FROM t
SELECT * FROM a JOIN b JOIN c ON b.id = c.id
SELECT * FROM t1, LATERAL (SELECT * FROM t2 WHERE t2.id = t1.id) x
SELECT * FROM LATERAL SPLIT_TO_TABLE('a.b', '.') s
SELECT TIMESTAMP '2020-01-01', DATE '2020-01-01' FROM t
WITH monthly AS (SELECT DATE_TRUNC('MONTH', order_ts)::DATE AS month, region, SUM(amount) AS revenue FROM analytics.public.orders WHERE order_ts >= DATEADD(YEAR, -1, CURRENT_DATE()) GROUP BY ALL), ranked AS (SELECT *, RANK() OVER (PARTITION BY month ORDER BY revenue DESC) AS rnk, LAG(revenue) OVER (PARTITION BY region ORDER BY month) AS prev FROM monthly) SELECT month, region, revenue, DIV0(revenue - prev, prev) * 100 AS growth_pct FROM ranked WHERE rnk <= 5 ORDER BY month DESC, rnk
SELECT e.payload:user.id::INTEGER AS user_id, e.payload:"event-type"::STRING AS type, i.value:sku::STRING AS sku, i.index AS pos FROM raw.events e, LATERAL FLATTEN(INPUT => e.payload:items, OUTER => TRUE) i WHERE e.payload:user.country::STRING = 'DE' AND e.loaded_at > DATEADD('hour', -24, CURRENT_TIMESTAMP()) QUALIFY ROW_NUMBER() OVER (PARTITION BY e.payload:id ORDER BY e.loaded_at DESC) = 1
SELECT u.id, COUNT_IF(s.status = 'ok') AS ok, ARRAY_SIZE(ARRAY_UNIQUE_AGG(s.day)) AS days, NVL(SUM(s.total), 0) AS total, IFF(total > 100, 'big', 'small') AS size FROM users u LEFT JOIN sessions s ON s.user_id = u.id AND s.started_at::DATE BETWEEN '2023-01-01' AND CURRENT_DATE GROUP BY u.id HAVING ok > 0 ORDER BY total DESC NULLS LAST LIMIT 100
SELECT TO_CHAR(d, 'YYYY-MM') AS m, SUM(IFF(type = 'new', 1, 0)) AS new_users, LISTAGG(DISTINCT name, ', ') WITHIN GROUP (ORDER BY name) AS names, APPROX_PERCENTILE(x, 0.95), MEDIAN(y), MAX_BY(name, score) FROM t GROUP BY 1 ORDER BY 1
SELECT PARSE_JSON(column1):a.b AS b, TRY_PARSE_JSON(raw)['x'][0]::FLOAT AS x, OBJECT_KEYS(v), v:arr[0].name::VARCHAR(50), GET_PATH(v, 'a.b') FROM VALUES ('{"a":{"b":1}}')
