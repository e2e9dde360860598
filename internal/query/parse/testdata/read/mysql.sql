SELECT DATE_FORMAT(created_at, '%Y-%m') AS month, COUNT(*) FROM orders GROUP BY month ORDER BY month
SELECT * FROM orders WHERE created_at >= DATE_SUB(NOW(), INTERVAL 30 DAY)
SELECT * FROM orders WHERE created_at >= CURDATE() - INTERVAL 1 MONTH AND created_at < CURDATE() + INTERVAL 1 DAY
SELECT DATE_ADD('2020-01-01', INTERVAL '1:30' HOUR_MINUTE), DATE_ADD(d, INTERVAL -1 WEEK), ADDDATE(d, 31), d - INTERVAL n + 1 DAY FROM t
SELECT INTERVAL 1 YEAR + d, d + INTERVAL (1 + 2) MONTH, INTERVAL(23, 1, 15, 17, 30, 44, 200) FROM t
SELECT TIMESTAMPDIFF(YEAR, birth_date, CURDATE()) AS age, TIMESTAMPADD(MINUTE, 5, ts), DATEDIFF(a, b), EXTRACT(YEAR_MONTH FROM d), EXTRACT(DAY FROM d) FROM t
SELECT YEAR(d), MONTH(d), DAY(d), HOUR(d), WEEK(d), QUARTER(d), DAYNAME(d), LAST_DAY(d), DATE(d), TIME(d), STR_TO_DATE('01,5,2013', '%d,%m,%Y'), UNIX_TIMESTAMP(), FROM_UNIXTIME(ts) FROM t
SELECT `order`.`id`, `group`.`key`, `weird``name` FROM `order` JOIN `group` ON `order`.group_id = `group`.id
SELECT "a string", 'it''s', 'it\'s', "say ""hi""", "it's", 'a' 'b' "c", N'x', _utf8mb4'abc', _latin1 'x', X'4D7953514C', 0x4D79, b'0101', 0b01, x'0a'
SELECT 'percent \% and \_ stay', 'tab\t nl\n bs\\ quote\"', 'unknown \q'
SELECT COUNT(DISTINCT a, b), GROUP_CONCAT(DISTINCT name ORDER BY name DESC SEPARATOR ', '), GROUP_CONCAT(a, '-', b), JSON_ARRAYAGG(x), SUM(DISTINCT y) FROM t
SELECT * FROM t LIMIT 5, 10
SELECT * FROM t LIMIT 10 OFFSET 5
SELECT a, SUM(b) FROM t GROUP BY a WITH ROLLUP
SELECT a, SUM(b) FROM t GROUP BY a, c WITH ROLLUP HAVING SUM(b) > 1 ORDER BY a
SELECT IF(a > 1, 'x', 'y'), IFNULL(a, 0), NULLIF(a, b), ISNULL(a), COALESCE(a, b), CASE WHEN a THEN b END FROM t
SELECT LEFT(name, 3), RIGHT(name, 2), SUBSTRING(name, 1, 2), SUBSTRING(name FROM 2 FOR 3), SUBSTR(name, -3), SUBSTRING_INDEX(email, '@', 1), REPLACE(a, 'b', 'c'), INSERT(a, 1, 2, 'x'), REPEAT('x', 3), TRIM(BOTH 'x' FROM a), TRIM(a), POSITION('a' IN b), LOCATE('a', b), MID(a, 1, 2) FROM t
SELECT MOD(a, 2), a MOD 2, a % 2, a DIV 2, a / 2, TRUNCATE(a, 2), ROUND(a, 1), CHAR(65), ASCII('a'), FORMAT(a, 2) FROM t
SELECT CAST(a AS SIGNED), CAST(a AS UNSIGNED INTEGER), CAST(a AS CHAR(10)), CAST(a AS CHAR CHARACTER SET utf8mb4), CAST(a AS DECIMAL(10, 2)), CAST(a AS DATE), CAST(a AS DATETIME(6)), CAST(a AS JSON), CAST(a AS BINARY(4)), CAST(a AS DOUBLE), CONVERT(a, SIGNED), CONVERT(a USING utf8mb4), CONVERT(a, CHAR(3)) FROM t
SELECT a <=> b, a XOR b, a && b, a || b, !a, NOT a, a REGEXP '^x', a NOT REGEXP 'y', a RLIKE 'z', BINARY a = b, a COLLATE utf8mb4_bin, a SOUNDS LIKE b, a LIKE 'x!%' ESCAPE '!' FROM t
SELECT data->'$.name', data->>'$.address.city', JSON_EXTRACT(data, '$.a'), JSON_UNQUOTE(JSON_EXTRACT(data, '$.b')), JSON_CONTAINS(data, '1', '$.c'), 'x' MEMBER OF (data->'$.tags') FROM t
SELECT t.data->>'$.a' AS a FROM t WHERE t.data->'$.n' > 5 ORDER BY data->>'$.z' DESC
SELECT * FROM a STRAIGHT_JOIN b ON a.id = b.id
SELECT * FROM a JOIN b JOIN c ON a.id = b.id AND b.id = c.id
SELECT * FROM a INNER JOIN b ON a.id = b.id LEFT JOIN c USING (id) RIGHT OUTER JOIN d ON 1 CROSS JOIN e NATURAL JOIN f
SELECT * FROM a CROSS JOIN b ON a.id = b.id
SELECT * FROM a LEFT JOIN (b CROSS JOIN c) ON a.id = b.id
SELECT * FROM a LEFT JOIN (b, c) ON a.id = b.id AND a.id = c.id
SELECT * FROM (a, b) LEFT JOIN c ON c.id = a.id
SELECT * FROM t USE INDEX (i1, i2) WHERE a = 1
SELECT * FROM t AS x FORCE INDEX FOR ORDER BY (i1) IGNORE INDEX (PRIMARY) ORDER BY a
SELECT SQL_NO_CACHE HIGH_PRIORITY DISTINCT a FROM t
SELECT SQL_CALC_FOUND_ROWS * FROM t LIMIT 5
SELECT DISTINCTROW a FROM t
SELECT /*+ MAX_EXECUTION_TIME(1000) */ a FROM t
SELECT 1 FROM DUAL WHERE 1 = 1
SELECT 1 + 1 FROM DUAL
SELECT 5--3
SELECT 1 -- comment
SELECT 1 # comment
SELECT a /* inline */ FROM t
SELECT MATCH (title, body) AGAINST ('database' IN NATURAL LANGUAGE MODE) AS score FROM articles WHERE MATCH (title, body) AGAINST ('+MySQL -YourSQL' IN BOOLEAN MODE)
WITH RECURSIVE cte (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM cte WHERE n < 5) SELECT * FROM cte
WITH cte1 AS (SELECT a FROM t1), cte2 AS (SELECT b FROM t2) SELECT cte1.a, cte2.b FROM cte1 JOIN cte2 ON cte1.a = cte2.b
SELECT name, salary, RANK() OVER (PARTITION BY dept ORDER BY salary DESC) AS `rank`, SUM(x) OVER w FROM e WINDOW w AS (ORDER BY d ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
SELECT LAG(x, 1, 0) OVER (ORDER BY d), FIRST_VALUE(x) OVER (ORDER BY d), NTILE(4) OVER (ORDER BY x), ROW_NUMBER() OVER () FROM t
SELECT SUM(x) OVER (ORDER BY d RANGE BETWEEN INTERVAL 7 DAY PRECEDING AND CURRENT ROW) FROM t
(SELECT a FROM t1 ORDER BY a LIMIT 1) UNION ALL (SELECT a FROM t2 LIMIT 1) ORDER BY a LIMIT 5
SELECT a FROM t1 UNION DISTINCT SELECT a FROM t2
SELECT a FROM t1 INTERSECT SELECT a FROM t2 EXCEPT SELECT a FROM t3
SELECT * FROM t WHERE (a, b) IN ((1, 2), (3, 4)) AND (a, b) = (SELECT 1, 2) AND a = ANY (SELECT 1) AND b > ALL (SELECT 2) AND c IN (SELECT 1 UNION SELECT 2)
SELECT * FROM t WHERE EXISTS (SELECT * FROM u WHERE u.id = t.id) AND NOT EXISTS (SELECT 1 FROM v)
SELECT date, time, year, month, day, timestamp, datetime, name, value, status, type, position, level, data, comment, text, action, count, user, role, version, state, `rank`, end, offset, first, last, language, source, password, hash, view, session, event, query, any, member, truncate, format, quarter, week FROM t
SELECT COUNT(*) total, SUM(x) amount, 'lit' label, MAX(d) 'Max Date', MIN(d) "Min Date", a AS 'x y', b AS `z` FROM t
SELECT t.key, t.order, t.group, t.index, t.rank FROM t
SELECT database(), user(), version(), current_user(), CURRENT_USER, CURRENT_DATE, CURRENT_DATE(), CURRENT_TIMESTAMP, CURRENT_TIMESTAMP(6), LOCALTIME, UTC_DATE(), UTC_TIMESTAMP, NOW(6), SYSDATE()
SELECT DATE '2020-01-01', TIME '10:00:00', TIMESTAMP '2020-01-01 10:00:00'
SELECT 1 = 1 = 1, a = b IS NULL, NOT a = b, -2 ^ 2, 1 | 2 & 3 << 4, a BETWEEN 1 AND 2 AND b, ~1, - - 1 FROM t
SELECT TRUE, FALSE, NULL, a IS TRUE, b IS NOT FALSE, c IS UNKNOWN, d IS NOT NULL FROM t
SELECT 2019_sales.amount, `2020`.x, t.1a FROM 2019_sales, t
SELECT 1e3, 1.5E-2, .5, 5., 100
SELECT * FROM db.t AS x, db2.`u` y WHERE x.id = y.id
SELECT * FROM (SELECT a, COUNT(*) AS c FROM t GROUP BY a) AS sub WHERE sub.c > 1
SELECT * FROM (SELECT 1 AS a UNION SELECT 2) t1 JOIN (SELECT 1 AS a) AS t2 ON t1.a = t2.a
VALUES (1, 2), (3, 4)
SELECT * FROM t ORDER BY FIELD(status, 'new', 'open', 'closed'), a DESC, RAND()
SELECT ELT(1, 'a', 'b'), CONCAT(a, ' ', b), CONCAT_WS(',', a, b), UPPER(a), LENGTH(a), CHAR_LENGTH(a), GREATEST(a, b), LEAST(a, b) FROM t
SELECT GET_FORMAT(DATE, 'EUR'), WEEKDAY(d), YEARWEEK(d, 1), MAKEDATE(2020, 1), PERIOD_DIFF(202001, 201901), TIME_TO_SEC(t), SEC_TO_TIME(5) FROM t
SELECT a FROM t GROUP BY YEAR(d), MONTH(d) HAVING COUNT(*) > 5 ORDER BY NULL
SELECT ROUND(100 * SUM(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) / COUNT(*), 2) AS pct FROM orders
SELECT SUM(status = 'paid') AS paid, AVG(amount > 100) * 100 FROM orders
SELECT customer_id, SUM(total) AS t, SUM(SUM(total)) OVER (ORDER BY customer_id) AS running FROM orders GROUP BY customer_id
WITH monthly AS (SELECT DATE_FORMAT(created_at, '%Y-%m-01') AS m, SUM(total) AS rev FROM orders GROUP BY 1), growth AS (SELECT m, rev, LAG(rev) OVER (ORDER BY m) AS prev FROM monthly) SELECT m, rev, ROUND((rev - prev) / prev * 100, 2) AS growth_pct FROM growth WHERE prev IS NOT NULL
SELECT `a`.`b` AS `c` FROM `d`.`a` WHERE `a`.`b` LIKE '%x%' ORDER BY `c` ASC;
SELECT a FROM t WHERE b IN ('x', "y") AND c <> "z" AND d != 'w'
SELECT replace(a, 'x', 'y') AS r, date AS d, if(b, 1, 0) AS i, left(c, 1) AS l FROM t
SELECT * FROM `my-db`.`my table`
SELECT COUNT(*) FROM t WHERE DATE(created_at) = '2020-01-01' AND TIME(created_at) > '10:00'
SELECT ROW(1, 2) = ROW(1, 2), (1, 2) <> (3, 4)
SELECT INTERVAL(5, 1, 10), VALUES_ FROM t
SELECT CHAR(77, 121), HEX('a'), UNHEX('4D'), MD5('x'), SHA2('x', 256), INET_ATON('1.2.3.4')
SELECT PERCENT_RANK() OVER (ORDER BY x), CUME_DIST() OVER (ORDER BY x), NTH_VALUE(x, 2) FROM FIRST RESPECT NULLS OVER (ORDER BY x) FROM t
SELECT t1.a FROM t1 WHERE t1.b > (SELECT AVG(b) FROM t1 AS t2 WHERE t2.c = t1.c)
SELECT * FROM a LEFT JOIN b JOIN c ON b.id = c.id ON a.id = b.id
SELECT * FROM a JOIN b JOIN c JOIN d ON c.x = d.x WHERE a.id = b.id
WITH RECURSIVE dates AS (SELECT CURDATE() - INTERVAL 29 DAY AS d UNION ALL SELECT d + INTERVAL 1 DAY FROM dates WHERE d < CURDATE()) SELECT dates.d, COALESCE(SUM(o.total), 0) AS revenue FROM dates LEFT JOIN orders o ON DATE(o.created_at) = dates.d GROUP BY dates.d ORDER BY dates.d
SELECT DATE_FORMAT(o.order_date, '%Y-%m') AS `month`, c.country, ROUND(SUM(od.quantity * od.unit_price * (1 - od.discount)), 2) AS revenue, COUNT(DISTINCT o.customer_id) AS customers FROM orders o JOIN order_details od ON od.order_id = o.id JOIN customers c ON c.id = o.customer_id WHERE o.order_date BETWEEN '2023-01-01' AND LAST_DAY('2023-12-01') GROUP BY DATE_FORMAT(o.order_date, '%Y-%m'), c.country HAVING revenue > 1000 ORDER BY `month`, revenue DESC
SELECT name, salary FROM (SELECT name, salary, DENSE_RANK() OVER (PARTITION BY department_id ORDER BY salary DESC) AS rnk FROM employees) ranked WHERE rnk <= 3
SELECT CONCAT(first_name, ' ', last_name) AS full_name, TIMESTAMPDIFF(YEAR, hire_date, NOW()) AS tenure, IF(TIMESTAMPDIFF(YEAR, hire_date, NOW()) >= 5, 'Senior', 'Junior') AS seniority FROM employees WHERE MONTH(birth_date) = MONTH(CURDATE()) AND DAYOFMONTH(birth_date) >= DAY(CURDATE())
SELECT YEAR(d) AS y, QUARTER(d) AS q, SUM(amount) AS total, SUM(SUM(amount)) OVER (PARTITION BY YEAR(d) ORDER BY QUARTER(d)) AS ytd, LAG(SUM(amount)) OVER (ORDER BY YEAR(d), QUARTER(d)) AS prev FROM sales GROUP BY YEAR(d), QUARTER(d)
SELECT SUM(CASE WHEN gender = 'M' THEN 1 ELSE 0 END) / COUNT(*) * 100 AS 'Male %', SUM(IF(gender = 'F', 1, 0)) * 100.0 / COUNT(*) AS 'Female %' FROM patients
SELECT t1.name, (SELECT GROUP_CONCAT(DISTINCT t2.tag ORDER BY t2.tag SEPARATOR '; ') FROM tags t2 WHERE t2.post_id = t1.id) AS tags FROM posts t1 ORDER BY CHAR_LENGTH(t1.name) DESC, t1.name LIMIT 20
SELECT * FROM orders WHERE created_at >= DATE_FORMAT(NOW() - INTERVAL 1 MONTH, '%Y-%m-01') AND created_at < DATE_FORMAT(NOW(), '%Y-%m-01') AND WEEKDAY(created_at) NOT IN (5, 6)
SELECT a.city, COUNT(*) AS cnt FROM addresses a LEFT JOIN users u ON u.address_id = a.id AND u.active = 1 WHERE u.id IS NULL AND a.city REGEXP '^[A-M]' GROUP BY a.city WITH ROLLUP
SELECT JSON_UNQUOTE(JSON_EXTRACT(attrs, '$.color')) AS color, attrs->>'$.size' AS size, COUNT(*) FROM products WHERE JSON_CONTAINS_PATH(attrs, 'one', '$.color') AND CAST(attrs->>'$.price' AS DECIMAL(10,2)) > 9.99 GROUP BY color, size
SELECT MAX(salary) FROM employees WHERE salary < (SELECT MAX(salary) FROM employees)
SELECT SEC_TO_TIME(AVG(TIME_TO_SEC(TIMEDIFF(end_time, start_time)))) AS avg_duration FROM shifts WHERE DATE(start_time) = CURDATE() - INTERVAL 1 DAY
SELECT `c`.`name` AS `Customer Name`, COALESCE(SUM(`o`.`total`), 0.00) AS `Total Spent` FROM `customers` AS `c` LEFT OUTER JOIN `orders` AS `o` ON `o`.`customer_id` = `c`.`id` AND `o`.`status` = "completed" GROUP BY `c`.`id`, `c`.`name` ORDER BY `Total Spent` DESC LIMIT 10 OFFSET 0;
SELECT CASE WHEN HOUR(ts) < 12 THEN 'morning' WHEN HOUR(ts) BETWEEN 12 AND 17 THEN 'afternoon' ELSE 'evening' END AS part, COUNT(*) FROM events GROUP BY part ORDER BY FIELD(part, 'morning', 'afternoon', 'evening')
SELECT p1.id, p2.id FROM people p1, people p2 WHERE p1.email = p2.email AND p1.id < p2.id AND p1.email <> '' AND NOT (p1.deleted <=> 1)
SELECT STR_TO_DATE(CONCAT(y, '-', LPAD(m, 2, '0'), '-01'), '%Y-%m-%d') AS first_day, DATEDIFF(LAST_DAY(d), d) AS days_left, DATE_ADD(d, INTERVAL 1 - DAYOFWEEK(d) DAY) AS week_start FROM t
SELECT ROUND((COUNT(CASE WHEN status = 'returned' THEN 1 END) / COUNT(*)) * 100, 2) AS return_rate FROM orders WHERE YEAR(created_at) = YEAR(CURDATE()) - 1
