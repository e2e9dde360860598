SELECT a, count(*) FROM t GROUP BY ALL
SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1
SELECT v:a.b[0]::string, t.v:c FROM t
SELECT a::int, TRY_CAST(a AS DATE), DATEADD(day, 1, a), DATE_TRUNC('month', a) FROM t
SELECT f.value FROM t, LATERAL FLATTEN(input => t.v) AS f
SELECT * FROM TABLE(FLATTEN(input => parse_json('[]'))) AS f
SELECT a FROM t WHERE a ILIKE 'x%' AND b LIKE ANY ('a%', 'b%') AND c RLIKE 'd'
SELECT listagg(a, ',') WITHIN GROUP (ORDER BY b), iff(a, b, c) FROM t
SELECT "Name", NAME, "lower" FROM "My Table" AS m
SELECT lag(a) IGNORE NULLS OVER (ORDER BY b) FROM t
SELECT a FROM t EXCEPT SELECT b FROM u
SELECT a FROM t MINUS SELECT b FROM u
SELECT 'a\\b', 'it''s'
SELECT * EXCLUDE (a) FROM t
