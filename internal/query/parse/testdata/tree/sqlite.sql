SELECT a OR b AND NOT c = d, a = b < c, a == b <> c != d
SELECT a = b IS NULL, a IS b, a IS NOT b, a IS NOT NULL, a NOT NULL, a ISNULL, a IS TRUE, a IS NOT DISTINCT FROM b
SELECT a + b * c || d, a || b -> c ->> d, -a || b, ~a + b, a & b << c | d, -a COLLATE NOCASE
SELECT a LIKE b = c, a NOT LIKE b ESCAPE 'x', a GLOB b, a REGEXP b, a MATCH b, a BETWEEN 1 AND 2 AND b, a IN (1) = b
SELECT a IN (), a IN t, a NOT IN main.t, a IN f(1), a IN (SELECT 1), a IN ((SELECT 1)), (a, b) IN (SELECT 1, 2)
SELECT "a", [a b], `c`, "t"."a", 't'.a, t.[b], 'str', "a""b"
SELECT a 'x', b AS 'y', c "z", d [w], e AS order_ FROM 't' AS 'u', main."v"
SELECT X'0A', 0x1F, TRUE, CURRENT_TIMESTAMP, 1.5e3
SELECT CAST(a AS UNSIGNED BIG INT), CAST(a AS VARCHAR(255)), CAST(a AS DECIMAL(10, -2)), CAST(a AS REAL)
SELECT left, right, replace, replace(a, 'x', 'y'), like('a', b), date, interval, end FROM t
SELECT count(*) FILTER (WHERE a), sum(a) OVER w, group_concat(a, ', ' ORDER BY b) FROM t WINDOW w AS (ORDER BY c)
SELECT * FROM a JOIN b JOIN c ON x
SELECT * FROM a, b JOIN c LEFT JOIN d USING (i) NATURAL JOIN e
SELECT * FROM a INDEXED BY i, b NOT INDEXED, (c JOIN d), json_each('[1]') AS j
SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 ORDER BY 1 LIMIT 4, 5
VALUES (1), (2)
WITH RECURSIVE c (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c LIMIT 5) SELECT x FROM c
