SELECT strftime('%Y-%m', created_at) AS month, COUNT(*) FROM orders GROUP BY month
SELECT * FROM orders WHERE date(created_at) >= date('now', '-30 days') AND datetime(created_at) < datetime('now', 'start of day')
SELECT CAST(strftime('%Y', 'now') AS INTEGER) - CAST(strftime('%Y', birthday) AS INTEGER) AS age FROM p
SELECT julianday('now') - julianday(d), unixepoch('now'), time('now', 'localtime') FROM t
SELECT "name", [order], `group`, 'literal' FROM "my table" AS [x y]
SELECT a AS 'x', b 'y', c "z" FROM 't'
SELECT "t"."a", 't'.'b', [t].[c] FROM t
SELECT a == 1, b <> 2, c != 3, d || e, NOT f, ~g, -h, +i, a << 1, b >> 2, c & 3, d | 4, e % 5 FROM t
SELECT a IS b, a IS NOT b, a IS NULL, a IS NOT NULL, a ISNULL, a NOTNULL, a NOT NULL, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b FROM t
SELECT a LIKE 'x%' ESCAPE '\', a NOT LIKE 'y', a GLOB '*z', a NOT GLOB 'q*', a REGEXP 'r', a MATCH 'm' FROM t
SELECT a BETWEEN 1 AND 2, a NOT BETWEEN 3 AND 4 AND b FROM t
SELECT a IN (1, 2), a NOT IN (SELECT b FROM u), a IN u, a IN (), a IN main.u, (a, b) IN (SELECT 1, 2), (a, b) = (1, 2) FROM t
SELECT CASE a WHEN 1 THEN 'x' ELSE 'y' END, CASE WHEN b THEN c END, IIF(a, 1, 2), IFNULL(a, 0), NULLIF(a, b), COALESCE(a, b) FROM t
SELECT CAST(a AS REAL), CAST(a AS VARCHAR(255)), CAST(a AS UNSIGNED BIG INT), CAST(a AS DECIMAL(10, 5)), CAST(a AS TEXT) FROM t
SELECT a COLLATE NOCASE FROM t ORDER BY b COLLATE RTRIM DESC, c ASC NULLS LAST, d NULLS FIRST
SELECT data -> '$.a', data ->> '$.b', data ->> 'c', json_extract(data, '$.d'), json_extract(data, '$[0]') FROM t
SELECT t.id, j.value FROM t, json_each(t.tags) AS j
SELECT key, value FROM json_each('[1,2]') WHERE type = 'integer'
SELECT group_concat(name, ', '), group_concat(DISTINCT name), total(x), count(*) FILTER (WHERE x > 1), sum(x) FILTER (WHERE y) FROM t
SELECT * FROM a LEFT JOIN b ON a.id = b.id INNER JOIN c USING (id) NATURAL JOIN d CROSS JOIN e, f
SELECT * FROM a JOIN b JOIN c ON a.id = c.id
SELECT * FROM a JOIN b ON a.id = b.id JOIN c
SELECT * FROM a LEFT OUTER JOIN b USING (id) WHERE b.id IS NULL
SELECT * FROM a RIGHT JOIN b ON a.id = b.id FULL OUTER JOIN c ON b.id = c.id
SELECT * FROM (a JOIN b ON a.id = b.id) JOIN c ON c.id = b.id
SELECT * FROM (a)
SELECT * FROM t INDEXED BY i WHERE a = 1
SELECT * FROM t NOT INDEXED
SELECT a FROM t LIMIT 5 OFFSET 10
SELECT a FROM t LIMIT 10, 5
SELECT a FROM t LIMIT -1 OFFSET 2
SELECT a FROM t1 UNION SELECT a FROM t2 INTERSECT SELECT a FROM t3 EXCEPT SELECT a FROM t4 ORDER BY 1 LIMIT 3
VALUES (1, 2), (3, 4)
SELECT * FROM (VALUES (1, 2)) AS v
WITH RECURSIVE cnt(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM cnt LIMIT 100) SELECT x FROM cnt
WITH a AS (SELECT 1 AS x), b AS MATERIALIZED (SELECT 2), c AS NOT MATERIALIZED (SELECT 3) SELECT * FROM a, b, c
WITH RECURSIVE dates(d) AS (VALUES ('2020-01-01') UNION ALL SELECT date(d, '+1 day') FROM dates WHERE d < '2020-12-31') SELECT d FROM dates
SELECT name, RANK() OVER (PARTITION BY dept ORDER BY salary DESC), SUM(x) OVER w FROM e WINDOW w AS (ORDER BY d ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS)
SELECT AVG(x) OVER (ORDER BY d RANGE UNBOUNDED PRECEDING), LAG(x) OVER (ORDER BY d), NTILE(4) OVER (), SUM(y) FILTER (WHERE z) OVER (w) FROM t WINDOW w AS ()
SELECT X'0A1B', x'ff', 0x1F, 1e5, .5, 5., 1.5E-3, TRUE, FALSE, NULL, CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP
SELECT date, time, year, name, type, value, rank, position, key, desc, asc, action, end, begin, rows, range, row, first, last, current, replace, like, glob, match, offset, plan, query, view, temp, "order", "group", left, right, full, over, filter, window FROM t
SELECT count(*) total, sum(x) amount, min(y) key, a value FROM t
SELECT replace(a, 'x', 'y'), like('a', b), glob('a', b), substr(a, 1, 2), instr(a, 'b'), printf('%.2f', a), round(a, 2), abs(a), length(a), upper(a), max(a, b), min(a, b), hex(a), typeof(a), quote(a), random() FROM t
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u) AND NOT EXISTS (SELECT 1 FROM v) AND a = (SELECT max(a) FROM t)
SELECT DISTINCT a FROM t GROUP BY a, b HAVING count(*) > 1
SELECT a FROM main.t AS x, temp.u
SELECT t.* , u.name FROM t , u
SELECT rowid, oid, _rowid_ FROM t
SELECT a FROM t -- comment
SELECT a /* c */ FROM t; -- end
SELECT CAST(SUM(CASE WHEN a = 'x' THEN 1 ELSE 0 END) AS REAL) * 100 / COUNT(*) FROM t
SELECT (SELECT COUNT(*) FROM a) * 1.0 / (SELECT COUNT(*) FROM b)
SELECT `School Name`, `FRPM Count (K-12)` / `Enrollment (K-12)` FROM frpm WHERE `County Name` = 'Alameda' AND "x" = "y"
SELECT -1, - -1, +-1, NOT NOT a, ~-1, a - -1 FROM t
SELECT a FROM t ORDER BY CASE WHEN b THEN 1 ELSE 2 END, random() LIMIT 1
SELECT 'it''s', '', "a""b", [c d], `e``f` FROM t
SELECT a, row_number() OVER (PARTITION BY b ORDER BY c) AS rn FROM t WHERE d GLOB '[0-9]*'
SELECT 1 WHERE 1
SELECT * FROM pragma_x, t AS a NATURAL LEFT JOIN b
SELECT min(a) FROM t GROUP BY substr(d, 1, 4) || '-' || substr(d, 5, 2)
SELECT T1.name FROM singer AS T1 JOIN concert AS T2 ON T1.id = T2.id WHERE T2.year = 2014 INTERSECT SELECT T1.name FROM singer AS T1 JOIN concert AS T2 ON T1.id = T2.id WHERE T2.year = 2015
SELECT match.id, m.x FROM Match match JOIN Match AS m ON m.id = match.id, t like
WITH RECURSIVE months(m) AS (SELECT date('now', 'start of month', '-11 months') UNION ALL SELECT date(m, '+1 month') FROM months WHERE m < date('now', 'start of month')) SELECT strftime('%Y-%m', months.m) AS month, IFNULL(SUM(o.total), 0) AS revenue FROM months LEFT JOIN orders o ON strftime('%Y-%m', o.created_at) = strftime('%Y-%m', months.m) GROUP BY months.m ORDER BY months.m
SELECT T1.name, COUNT(*) AS n, ROUND(AVG(T2.rating), 2) AS avg_rating, MAX(T2.created_at) AS last_seen FROM users AS T1 INNER JOIN reviews AS T2 ON T1.id = T2.user_id LEFT JOIN orders AS T3 ON T3.user_id = T1.id AND T3.total > 100 WHERE T1.country = 'DE' COLLATE NOCASE AND T2.body IS NOT NULL GROUP BY T1.id HAVING n > 3 AND avg_rating >= 4.5 ORDER BY n DESC, T1.name ASC LIMIT 10
SELECT CAST(COUNT(CASE WHEN label = '+' THEN 1 ELSE NULL END) AS REAL) * 100 / COUNT(*) AS percentage FROM molecule WHERE molecule_id IN (SELECT molecule_id FROM bond WHERE bond_type = '#')
SELECT name FROM (SELECT name, height, RANK() OVER (ORDER BY height DESC) AS r FROM player) WHERE r = 1
SELECT strftime('%Y', date) AS year, SUM(amount) AS total, SUM(amount) - LAG(SUM(amount)) OVER (ORDER BY strftime('%Y', date)) AS change FROM trans GROUP BY year
SELECT CASE strftime('%w', d) WHEN '0' THEN 'Sunday' WHEN '1' THEN 'Monday' ELSE 'Other' END AS weekday, COUNT(*) FROM t GROUP BY 1
SELECT json_extract(j.value, '$.name') AS name, j.key FROM docs, json_each(docs.body, '$.items') AS j WHERE json_type(docs.body, '$.items') = 'array' AND j.value ->> 'price' > 10
SELECT a.x, b.y FROM a LEFT JOIN (SELECT id, GROUP_CONCAT(y, '; ') AS y FROM b GROUP BY id) AS b ON a.id = b.id WHERE (a.x, a.z) NOT IN (SELECT x, z FROM c)
SELECT (julianday('now') - julianday(birth_date)) / 365.25 AS age, CAST((julianday(end_date) - julianday(start_date)) * 24 AS INTEGER) AS hours FROM p WHERE date(birth_date) BETWEEN date('1990-01-01') AND date('now', '-18 years')
SELECT SUM(IIF(status = 'A', 1, 0)) * 1.0 / COUNT(*) AS a, printf('%.2f%%', 100.0 * SUM(status = 'B') / COUNT(*)) AS b, substr(name, instr(name, ' ') + 1) AS last_name FROM t
SELECT DISTINCT(T1.a), T1."Order Id", T1.`b c`, T1.[d e] FROM t AS T1 WHERE T1."Order Id" NOT NULL AND T1.a NOT LIKE '%x%' ORDER BY T1.`b c` COLLATE NOCASE DESC
SELECT COUNT(DISTINCT(CASE WHEN a > 0 THEN id END)), MIN(a) - MAX(b), -COUNT(*), +SUM(c), ~SUM(d) FROM t WHERE NOT (a = 1 OR NOT b = 2) AND a BETWEEN -5 AND +5
SELECT AVG(x) FILTER (WHERE y IS NOT NULL) AS avg_x, TOTAL(z), GROUP_CONCAT(DISTINCT w), COUNT(*) OVER () AS n FROM t GROUP BY v HAVING COUNT(*) > (SELECT AVG(c) FROM (SELECT COUNT(*) AS c FROM t GROUP BY v))
