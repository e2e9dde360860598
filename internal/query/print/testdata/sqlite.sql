SELECT 1
SELECT a, b AS c, t.*, * FROM t
SELECT DISTINCT a FROM t WHERE b == 'x' AND c <> 2 AND d != 3
SELECT "Name", [order], `a``b`, name, "a""b", t."x" FROM "My Table" AS t
SELECT 'it''s', "maybe a string", 'a\b', '', 1.5e3, .5, 0x1F, X'0a' FROM t
SELECT NULL, TRUE, FALSE, CURRENT_DATE, CURRENT_TIMESTAMP
SELECT a + b * c - (d - e) - f / (g * h) % 2, a || b || c * 2, (a || b) * 2, a * (b || c), a & b | c << 2 >> 1 FROM t
SELECT (a + b) * c, -a, - -a, -(-1), +a, ~a, NOT a, -(a + b), -a || b, (-a) || b, -(a || b) FROM t
SELECT a = b, (a = b) = c, a = (b = c), (a < b) = (c >= d), a < b = c, a -> 'b' ->> '$.c' FROM t
SELECT a FROM t WHERE a = 1 AND b = 2 OR NOT c = 3 AND (d = 4 OR e = 5)
SELECT a FROM t WHERE a BETWEEN 1 AND 2 AND b NOT BETWEEN 3 + 1 AND 4 AND (a BETWEEN 1 AND 2) = TRUE
SELECT a FROM t WHERE a LIKE 'x%' AND b NOT LIKE 'y|_' ESCAPE '|' AND c GLOB 'z*' AND d NOT GLOB 'w' AND e LIKE '%' || f || '%'
SELECT a FROM t WHERE a IN (1, 2, 3) AND b NOT IN (SELECT c FROM u) AND (a, b) IN (SELECT c, d FROM u) AND a IN ()
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a) AND NOT EXISTS (SELECT 1 FROM v)
SELECT a FROM t WHERE a IS NULL AND b NOTNULL AND c ISNULL AND d IS NOT NULL AND e IS 1 AND f IS NOT 'x' AND g IS DISTINCT FROM h AND i IS NOT DISTINCT FROM j AND k IS TRUE
SELECT (a = b) IS NULL, a + b IS NULL, (a IS NULL) = b, (NOT a) IS NULL, NOT a IS NULL, a IS (NULL), a IS (b = c) FROM t
SELECT CASE WHEN a > 1 THEN 'x' WHEN b THEN 'y' ELSE 'z' END, CASE a WHEN 1 THEN 2 END FROM t
SELECT CAST(a AS INTEGER), CAST(a + b AS REAL), CAST(a AS NUMERIC(10, 2)), CAST(a AS VARCHAR(10)), CAST(a AS unsigned big int) FROM t
SELECT strftime('%Y', a), date('now', '-1 month'), julianday(a) - julianday(b), substr(a, 1, 2), instr(a, 'x'), iif(a, b, c), replace(a, 'x', 'y'), like('a', b), glob('a*', b) FROM t
SELECT a COLLATE NOCASE, a || b COLLATE BINARY FROM t ORDER BY a COLLATE NOCASE DESC
SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC), sum(a) OVER w, sum(a) FILTER (WHERE b > 0) OVER (w ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), count(*) OVER () FROM t WINDOW w AS (PARTITION BY c)
SELECT group_concat(a, ', '), group_concat(DISTINCT a), count(DISTINCT a), total(a), group_concat(a, '-' ORDER BY b) FROM t
SELECT * FROM a, b, main.d AS e
SELECT * FROM a JOIN b ON a.x = b.x LEFT JOIN c ON c.y = b.y RIGHT JOIN d USING (z, w) FULL JOIN e ON TRUE CROSS JOIN f NATURAL JOIN g NATURAL LEFT JOIN h
SELECT * FROM a JOIN b JOIN c ON a.x = c.x
SELECT * FROM a JOIN (b JOIN c ON b.x = c.x) ON a.x = b.x
SELECT * FROM (SELECT a FROM t) AS s, (VALUES (1, 'x'), (2, 'y')) AS v, (SELECT 1)
SELECT j.value FROM t, json_each(t.a, '$.x') AS j
SELECT a, count(*) FROM t GROUP BY a HAVING count(*) > 1 ORDER BY 2 DESC, a LIMIT 10 OFFSET 5
SELECT a FROM t LIMIT 5, 10
SELECT a FROM t ORDER BY a ASC, b DESC NULLS FIRST, c NULLS LAST LIMIT -1 OFFSET 2
SELECT a FROM t UNION SELECT b FROM u UNION ALL SELECT c FROM v INTERSECT SELECT d FROM w EXCEPT SELECT e FROM x ORDER BY 1 LIMIT 3
WITH a AS (SELECT 1 AS x), b (y, z) AS MATERIALIZED (SELECT x, 2 FROM a) SELECT * FROM b JOIN a ON TRUE
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT sum(n) FROM r
SELECT (SELECT max(a) FROM t) - (SELECT min(a) FROM t), (SELECT 1) + 1
VALUES (1, 'a'), (2, 'b')
SELECT a AS 'Two Words', b AS "quoted", c AS [x y] FROM t
SELECT (a, b) = (1, 2), (a, b) IN (VALUES (1, 2)) FROM t
SELECT - 1 - -1, 2 - -a, a - (-b) FROM t
