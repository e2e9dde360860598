SELECT date_trunc('month', created_at) AS month, count(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT date_trunc('month', o.created_at)::date AS month, SUM(o.total) AS revenue, LAG(SUM(o.total)) OVER (ORDER BY date_trunc('month', o.created_at)) AS prev FROM orders o GROUP BY 1
SELECT * FROM orders WHERE created_at >= NOW() - INTERVAL '30 days'
SELECT * FROM orders WHERE created_at >= CURRENT_DATE - INTERVAL '1 year' AND created_at < CURRENT_DATE
SELECT * FROM orders WHERE created_at BETWEEN '2023-01-01'::timestamp AND '2023-12-31 23:59:59'::timestamp
SELECT EXTRACT(YEAR FROM AGE(birth_date)) AS age FROM users
SELECT EXTRACT(EPOCH FROM (end_time - start_time)) / 3600 AS hours FROM shifts
SELECT extract('dow' from ts), date_part('year', ts) FROM events
SELECT to_char(created_at, 'YYYY-MM') AS ym, COUNT(*) FILTER (WHERE status = 'active') AS active FROM users GROUP BY to_char(created_at, 'YYYY-MM')
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY salary) AS median_salary FROM employees
SELECT department, percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY salary DESC NULLS LAST) FROM employees GROUP BY department
SELECT mode() WITHIN GROUP (ORDER BY city) FROM customers
SELECT string_agg(name, ', ' ORDER BY name) FROM users
SELECT string_agg(DISTINCT name, ', ' ORDER BY name DESC) FROM users
SELECT array_agg(DISTINCT tag ORDER BY tag) FILTER (WHERE tag IS NOT NULL) AS tags FROM posts
SELECT DISTINCT ON (customer_id) customer_id, created_at, total FROM orders ORDER BY customer_id, created_at DESC
SELECT data->>'name' AS name, data->'address'->>'city' AS city FROM users WHERE data @> '{"active": true}'
SELECT data #>> '{a,b}', data #> '{a}', data ? 'k', data ?| array['a','b'], data ?& array['a'] FROM t WHERE (data->>'age')::int > 30
SELECT jsonb_array_elements(data->'items')->>'sku' AS sku FROM orders
SELECT o.id, item->>'sku' FROM orders o, jsonb_array_elements(o.data->'items') AS item
SELECT o.id, e.key, e.value FROM orders o CROSS JOIN LATERAL jsonb_each_text(o.data) AS e(key, value)
SELECT u.*, latest.total FROM users u LEFT JOIN LATERAL (SELECT total FROM orders o WHERE o.user_id = u.id ORDER BY created_at DESC LIMIT 1) latest ON true
SELECT x.* FROM json_to_recordset('[{"a":1,"b":"foo"}]') AS x(a int, b text)
SELECT * FROM json_to_record('{"a":1}') AS (a int, b text)
SELECT d::date FROM generate_series('2023-01-01'::date, '2023-12-31'::date, '1 day'::interval) AS d
SELECT d.day, COALESCE(COUNT(o.id), 0) FROM generate_series(CURRENT_DATE - 6, CURRENT_DATE, interval '1 day') AS d(day) LEFT JOIN orders o ON o.created_at::date = d.day GROUP BY d.day
SELECT t.n, t.v FROM unnest(ARRAY['a','b','c']) WITH ORDINALITY AS t(v, n)
SELECT * FROM unnest(ARRAY[1,2], ARRAY['a','b']) AS u(a, b)
WITH RECURSIVE org AS (SELECT id, manager_id, name, 1 AS depth FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.manager_id, e.name, org.depth + 1 FROM employees e JOIN org ON e.manager_id = org.id) SELECT * FROM org ORDER BY depth, name
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM t WHERE n < 100) SELECT sum(n) FROM t
WITH a AS MATERIALIZED (SELECT 1 AS x), b (y) AS NOT MATERIALIZED (SELECT x FROM a) SELECT * FROM a, b
SELECT * FROM (VALUES (1, 'one'), (2, 'two')) AS t (num, letter)
VALUES (1, 'one'), (2, 'two') ORDER BY 1 LIMIT 1
TABLE users
TABLE public.users ORDER BY id LIMIT 5
(SELECT 1) UNION (SELECT 2) ORDER BY 1
SELECT a FROM t1 UNION ALL SELECT a FROM t2 INTERSECT SELECT a FROM t3 EXCEPT ALL SELECT a FROM t4
(SELECT a FROM t1 ORDER BY a LIMIT 5) UNION ALL (SELECT a FROM t2 ORDER BY a LIMIT 5) ORDER BY 1 OFFSET 2
SELECT region, product, SUM(sales) FROM s GROUP BY ROLLUP (region, product)
SELECT region, product, SUM(sales), GROUPING(region, product) FROM s GROUP BY CUBE (region, (product, year))
SELECT region, SUM(sales) FROM s GROUP BY GROUPING SETS ((region, product), (region), ())
SELECT region, SUM(sales) FROM s GROUP BY a, GROUPING SETS (ROLLUP (region, b), CUBE (c), d, ())
SELECT name, salary, RANK() OVER w, SUM(salary) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM e WINDOW w AS (PARTITION BY dept ORDER BY salary DESC)
SELECT AVG(x) OVER (ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS ma7 FROM t
SELECT SUM(x) OVER (ORDER BY d RANGE BETWEEN INTERVAL '7 days' PRECEDING AND INTERVAL '1 day' FOLLOWING EXCLUDE CURRENT ROW) FROM t
SELECT SUM(x) OVER (ORDER BY d GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES), ntile(4) OVER (ORDER BY x) FROM t
SELECT first_value(x) OVER (PARTITION BY a ORDER BY b ROWS UNBOUNDED PRECEDING) FROM t
SELECT * FROM a NATURAL JOIN b NATURAL LEFT JOIN c
SELECT * FROM a JOIN b USING (id, code) LEFT OUTER JOIN c USING (id) RIGHT JOIN d ON d.id = c.id FULL OUTER JOIN e ON e.id = d.id CROSS JOIN f
SELECT * FROM a LEFT JOIN (b JOIN c ON b.id = c.id) ON a.id = b.id
SELECT * FROM a LEFT JOIN b INNER JOIN c ON b.id = c.id ON a.id = b.id
SELECT * FROM ((a JOIN b ON a.id = b.id) JOIN c ON c.id = b.id) WHERE a.x = 1
SELECT * FROM ((SELECT 1 AS x) UNION (SELECT 2)) AS t
SELECT * FROM ((SELECT 1 AS x) a JOIN (SELECT 1 AS y) b ON a.x = b.y)
SELECT * FROM (((SELECT 1 AS x))) AS t
SELECT ((SELECT 1) + 1), ((SELECT 1)), (((SELECT 1)) UNION (SELECT 1)), ((SELECT 1) UNION SELECT 1 ORDER BY 1 LIMIT 1)
SELECT * FROM ONLY parent, ONLY (other), child *
SELECT * FROM big TABLESAMPLE BERNOULLI (10) REPEATABLE (42)
SELECT * FROM big AS b TABLESAMPLE SYSTEM (1.5)
SELECT CASE WHEN a > 1 THEN 'x' WHEN a IS NULL THEN NULL ELSE 'y' END, CASE a WHEN 1 THEN 'one' END FROM t
SELECT CAST(a AS numeric(10, 2)), a::varchar(20), a::text[], a::double precision, '1 day'::interval, a::timestamp with time zone, a::timestamptz(3), a::character varying(10)[] FROM t
SELECT DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00', TIMESTAMP WITH TIME ZONE '2020-01-01 00:00:00+00', TIME '10:00', INTERVAL '1' DAY, INTERVAL '1-2' YEAR TO MONTH, interval '1 day 2 hours'
SELECT bool 't', float8 '1.5', jsonb '{"a":1}', point '(1,2)', double precision '1.0', int4 '5', pg_catalog.int4 '5'
SELECT TRIM(BOTH 'x' FROM name), TRIM(LEADING FROM name), TRIM(name), btrim(name, 'x'), TRIM(TRAILING '0' FROM a::text) FROM t
SELECT SUBSTRING(name FROM 1 FOR 3), SUBSTRING(name FROM 2), SUBSTRING(name, 1, 3), SUBSTRING(name FROM '[0-9]+'), substr(name, 2), substring(name for 3) FROM t
SELECT POSITION('a' IN name), strpos(name, 'a'), OVERLAY(name PLACING 'xx' FROM 2 FOR 3) FROM t
SELECT name LIKE 'a%' ESCAPE '\', name NOT ILIKE '%b%', name ~ '^a', name !~* 'b$', name SIMILAR TO '(a|b)%', name NOT SIMILAR TO 'x' ESCAPE '!' FROM t
SELECT * FROM t WHERE name LIKE ANY (ARRAY['a%', 'b%']) AND x NOT ILIKE ALL (ARRAY['c%'])
SELECT * FROM t WHERE a = ANY (SELECT b FROM u) AND a <> ALL (ARRAY[1,2,3]) AND a > SOME (SELECT 1) AND 5 = ANY(tags)
SELECT * FROM t WHERE (a, b) IN (SELECT c, d FROM u) AND (a, b) = (1, 2) AND ROW(a, b) < ROW(3, 4) AND (a, b) IN ((1, 2), (3, 4))
SELECT * FROM t WHERE a IS DISTINCT FROM b AND c IS NOT DISTINCT FROM d AND (a > b) IS TRUE AND e IS NOT UNKNOWN AND f ISNULL AND g NOTNULL
SELECT * FROM t WHERE a BETWEEN SYMMETRIC 10 AND 1 OR a NOT BETWEEN 1 AND 2 AND b
SELECT (d1, d2) OVERLAPS (d3, d4), (DATE '2001-02-16', INTERVAL '100 days') OVERLAPS (DATE '2001-10-30', DATE '2002-10-30') FROM t
SELECT ARRAY[1,2,3][1], ARRAY[[1,2],[3,4]], arr[1], arr[2:3], arr[:2], arr[2:], arr[:], (arr)[1], ARRAY(SELECT id FROM t), arr[1][2], ARRAY[]::int[] FROM t
SELECT arr || ARRAY[1], arr && ARRAY[2], arr @> ARRAY[3], arr <@ ARRAY[4], 5 # 3, 2 ^ 3, |/ 25.0, ||/ 27.0, @ -5, ~5, 1 << 2, 8 >> 1, 91 & 15, 32 | 3 FROM t
SELECT created_at AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York' FROM t
SELECT timezone('UTC', created_at), (created_at AT TIME ZONE 'UTC')::date FROM t
SELECT 'a' COLLATE "C" < 'b' COLLATE "de_DE", name COLLATE pg_catalog."default" FROM t ORDER BY name COLLATE "C" DESC NULLS FIRST
SELECT E'it\'s\n', 'it''s', $$dollar $ quoted$$, $tag$with $$ inside$tag$, U&'d\0061t\+000061', U&'d!0061t' UESCAPE '!', N'national', B'0101', X'1F', 'two'
 'parts'
SELECT U&"d\0061ta" FROM t
SELECT 1e5, 1.5e-3, .5, 5., 0x1F, 0b101, 0o17, 1_000_000
SELECT "Order"."Total", "weird ""name""", "user".name FROM "Order" JOIN "user" ON true
SELECT o.date, o.year, o.name, type, value, rank, position, user_id, status, key, timestamp, time, date, text, level, count FROM o
SELECT 0x1F + 0o17 + 0b11 + 1e3, date FROM t WHERE date > '2020-01-01' AND year = 2020 AND month = 1 AND day = 2 AND time IS NULL
SELECT first, last, next, rows, range, no, filter, over, partition, offset_, role, data, action, state, zone, names, location, domain, language, comment, version, view, class, source, target FROM t
SELECT count(*) total, sum(x) amount, max(d) latest, min(y) value, a type, b name, c first FROM t
SELECT COUNT(*) AS order, SUM(x) AS select, MAX(y) AS "from", z AS user, q AS end FROM t
SELECT t.order, t.select, t.user, t.table FROM t
SELECT COUNT(DISTINCT a), COUNT(DISTINCT (a, b)), COUNT(ALL a), COUNT(*), count(t.*), row_to_json(t.*), to_jsonb(t) FROM t
SELECT COALESCE(a, b, 0), NULLIF(a, 0), GREATEST(a, b), LEAST(a, b), left(name, 3), right(name, 2), replace(a, 'x', 'y'), concat_ws(' ', a, b) FROM t
SELECT CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP(0), LOCALTIME, LOCALTIMESTAMP(3), now()
SELECT make_interval(days => 10), make_date(2020, 1, 2), make_interval(0, 0, 0, 1), f(a := 1, b => 2), concat(VARIADIC ARRAY['a', 'b'])
SELECT * FROM t LIMIT 10 OFFSET 20
SELECT * FROM t OFFSET 20 LIMIT 10
SELECT * FROM t OFFSET 20 ROWS FETCH NEXT 10 ROWS ONLY
SELECT * FROM t ORDER BY a FETCH FIRST 5 ROWS WITH TIES
SELECT * FROM t FETCH FIRST ROW ONLY
SELECT * FROM t LIMIT ALL
SELECT * FROM t LIMIT NULL OFFSET 5
SELECT * FROM t LIMIT (SELECT count(*) / 2 FROM t)
SELECT * FROM t LIMIT 5 * 2 OFFSET 1 + 1
SELECT ALL a FROM t
SELECT a FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.id = t.id) AND NOT a = b AND NOT (c OR d)
SELECT a FROM t GROUP BY a HAVING COUNT(*) > 1 AND MAX(b) - MIN(b) >= ALL (SELECT 1)
SELECT a FROM t GROUP BY DISTINCT a, ()
SELECT -a, - -a, +a, -(-1), 2 - -1, -1::int, -2 ^ 2, NOT NOT true FROM t
SELECT a || ' ' || b || E'\t' || c FROM t
SELECT ts - interval '1 month' * 3, ts + (n || ' days')::interval, ts + n * INTERVAL '1 hour', CURRENT_DATE + 7 FROM t
SELECT s.a -- the first column
  , s.b /* the second /* nested */ one */ FROM s -- done
SELECT a FROM "public"."Table" AS "T" WHERE "T"."Col" = 'x';
SELECT a FROM t ; -- trailing comment
SELECT * FROM catalog_db.public.t
SELECT xs.a FROM (SELECT 1 AS a, 2 AS b) AS xs(a, b)
SELECT * FROM pg_catalog.generate_series(1, 3) g
SELECT * FROM ROWS_table rows
SELECT id, ts_rank(to_tsvector('english', body), plainto_tsquery('english', 'cat')) FROM docs WHERE to_tsvector('english', body) @@ to_tsquery('cat & dog')
SELECT inet '192.168.1.5' << inet '192.168.1/24', daterange('2020-01-01', '2020-02-01') -|- daterange('2020-02-01', '2020-03-01'), '[1,2]'::int4range && int4range(2, 3)
SELECT a <-> b FROM points ORDER BY a <-> point '(0,0)' LIMIT 3
SELECT jsonb_path_query(data, '$.items[*] ? (@.price > 10)') FROM t WHERE data @? '$.a' AND data @@ '$.b > 1'
SELECT regexp_replace(phone, '[^0-9]', '', 'g'), regexp_matches(a, 'x'), split_part(email, '@', 2) FROM users
SELECT width_bucket(price, 0, 100, 10) AS bucket, COUNT(*), MIN(price), MAX(price) FROM products GROUP BY bucket ORDER BY bucket
WITH first_orders AS (SELECT customer_id, MIN(created_at)::date AS first_date FROM orders GROUP BY customer_id), cohorts AS (SELECT date_trunc('month', first_date) AS cohort, customer_id FROM first_orders) SELECT c.cohort, EXTRACT(MONTH FROM AGE(o.created_at, c.cohort)) AS month_number, COUNT(DISTINCT o.customer_id) AS customers, ROUND(100.0 * COUNT(DISTINCT o.customer_id) / SUM(COUNT(DISTINCT o.customer_id)) OVER (PARTITION BY c.cohort), 2) AS pct FROM cohorts c JOIN orders o USING (customer_id) GROUP BY 1, 2 ORDER BY 1, 2
SELECT customer_id, total, SUM(total) OVER (PARTITION BY customer_id ORDER BY created_at) AS running, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY created_at DESC) AS rn, total / NULLIF(SUM(total) OVER (), 0) AS share, LEAD(total, 1, 0) OVER (ORDER BY created_at), nth_value(total, 2) OVER (ORDER BY total) FROM orders
SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY category ORDER BY sales DESC) AS rn FROM products) ranked WHERE rn <= 3
SELECT a, (SELECT MAX(b) FROM u WHERE u.a = t.a) AS m, EXISTS (SELECT 1 FROM v) AS has FROM t ORDER BY (SELECT 1), a DESC NULLS LAST, 2 ASC
SELECT CASE WHEN EXISTS (SELECT 1 FROM t) THEN ARRAY[1] ELSE NULL END AS x WHERE 1 = 1
SELECT xmin FROM t WHERE a::date - b::date > 5 AND (a - b) > '5 days'::interval
SELECT normalize('a'), ceil(-1.5), floor(x), random(), round(x::numeric, 2), mod(a, 2), power(a, b) FROM t
SELECT corr(a, b), regr_slope(y, x), stddev_pop(a), var_samp(b), bool_and(c), bool_or(d), every(e), bit_and(f) FROM t
SELECT * FROM a, LATERAL (SELECT * FROM b WHERE b.id = a.id) AS x, LATERAL generate_series(1, a.n) AS g(i)
SELECT t1.* , t2.name AS "Name of it" FROM t1 , t2 WHERE t1.id=t2.id AND t1.x<>5 AND t1.y!=6 AND t1.z%2=0
SELECT a AS "a b", b "c d" FROM t AS x
SELECT interval FROM t WHERE values_ = 1 AND coalesce(row_, 1) = 1
SELECT CAST(NULL AS text), CAST('2020-01-01' AS date) + 1, CAST(a AS interval), CAST(a AS interval day to second), CAST(x AS bit varying(5)), CAST(y AS national character varying(3))
SELECT sum(a) FILTER (WHERE b > 0) OVER (PARTITION BY c) FROM t
SELECT a IN (1), a NOT IN (SELECT b FROM u), a IN ((SELECT b FROM u)), a IN (1 + 1, f(2)) FROM t
SELECT '{"a": {"b": 1}}'::jsonb #- '{a,b}', '[1]'::jsonb - 0, '{}'::jsonb || '{"a":1}' FROM t
SELECT a = b AND c = d OR NOT e = f, a + b * c - d / e % f, (a + b) * c FROM t
SELECT count(*) FROM t HAVING count(*) > 1
SELECT rank() OVER (ORDER BY count(*) DESC), dense_rank() OVER (), percent_rank() OVER w, cume_dist() OVER w FROM t GROUP BY a WINDOW w AS (ORDER BY a), w2 AS (w ROWS 1 PRECEDING)
SELECT rank(5) WITHIN GROUP (ORDER BY x) FROM t
SELECT SUM(CASE WHEN a THEN 1 ELSE 0 END)::float / COUNT(*) * 100 AS pct FROM t
SELECT desc_ AS desc, t."desc" FROM t ORDER BY t."desc" DESC
SELECT min(d) start, max(d) end, t.user user, count(*) all, x desc FROM t
WITH monthly_revenue AS (SELECT DATE_TRUNC('month', o.order_date)::date AS month, SUM(oi.quantity * oi.unit_price * (1 - COALESCE(oi.discount, 0))) AS revenue FROM orders AS o INNER JOIN order_items AS oi ON oi.order_id = o.id WHERE o.status NOT IN ('cancelled', 'refunded') AND o.order_date >= DATE_TRUNC('year', CURRENT_DATE) - INTERVAL '2 years' GROUP BY 1), with_growth AS (SELECT month, revenue, LAG(revenue) OVER (ORDER BY month) AS prev_revenue, LAG(revenue, 12) OVER (ORDER BY month) AS prev_year FROM monthly_revenue) SELECT TO_CHAR(month, 'Mon YYYY') AS "Month", ROUND(revenue::numeric, 2) AS "Revenue", CASE WHEN prev_revenue IS NULL OR prev_revenue = 0 THEN NULL ELSE ROUND(((revenue - prev_revenue) / prev_revenue * 100)::numeric, 1) END AS "MoM %", ROUND(100.0 * (revenue / NULLIF(prev_year, 0) - 1), 1) AS "YoY %" FROM with_growth ORDER BY month
WITH RECURSIVE category_tree AS (SELECT id, name, parent_id, name::text AS path, ARRAY[id] AS ids, 0 AS level FROM categories WHERE parent_id IS NULL UNION ALL SELECT c.id, c.name, c.parent_id, ct.path || ' > ' || c.name, ct.ids || c.id, ct.level + 1 FROM categories c JOIN category_tree ct ON c.parent_id = ct.id WHERE NOT c.id = ANY(ct.ids)) SELECT REPEAT('  ', level) || name AS tree, path FROM category_tree ORDER BY path
WITH rfm AS (SELECT customer_id, MAX(order_date) AS last_order, COUNT(*) AS frequency, SUM(total) AS monetary FROM orders GROUP BY customer_id), scores AS (SELECT customer_id, NTILE(5) OVER (ORDER BY last_order DESC) AS r, NTILE(5) OVER (ORDER BY frequency) AS f, NTILE(5) OVER (ORDER BY monetary) AS m FROM rfm) SELECT customer_id, r, f, m, (r::text || f::text || m::text)::int AS rfm_score, CASE WHEN r >= 4 AND f >= 4 THEN 'Champions' WHEN r BETWEEN 3 AND 5 AND f BETWEEN 1 AND 3 THEN 'Potential' ELSE 'Other' END AS segment FROM scores
SELECT p.category, p.name, s.total, s.total * 100.0 / SUM(s.total) OVER (PARTITION BY p.category) AS pct_of_category, SUM(s.total) OVER (PARTITION BY p.category ORDER BY s.total DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) / SUM(s.total) OVER (PARTITION BY p.category) AS cumulative FROM products p JOIN (SELECT product_id, SUM(amount) AS total FROM sales GROUP BY product_id) s ON s.product_id = p.id
SELECT u.id, u.email, COUNT(DISTINCT s.id) FILTER (WHERE s.started_at > NOW() - INTERVAL '7 days') AS sessions_7d, COUNT(DISTINCT s.id) FILTER (WHERE s.started_at > NOW() - INTERVAL '30 days') AS sessions_30d, MAX(s.started_at) AT TIME ZONE 'UTC' AT TIME ZONE u.tz AS last_seen FROM users u LEFT JOIN sessions s ON s.user_id = u.id WHERE u.deleted_at IS NULL GROUP BY u.id, u.email, u.tz HAVING COUNT(s.id) > 0 ORDER BY sessions_30d DESC NULLS LAST LIMIT 50
SELECT d.dt::date AS day, COALESCE(SUM(o.total), 0)::numeric(12,2) AS revenue, AVG(COALESCE(SUM(o.total), 0)) OVER (ORDER BY d.dt ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS ma7 FROM generate_series(date_trunc('day', now()) - interval '29 days', date_trunc('day', now()), '1 day') AS d(dt) LEFT JOIN orders o ON date_trunc('day', o.created_at) = d.dt GROUP BY d.dt ORDER BY d.dt
SELECT c.name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.created_at >= (CURRENT_DATE - INTERVAL '6 months')) AND EXISTS (SELECT 1 FROM orders o2 WHERE o2.customer_id = c.id)
SELECT (SELECT COUNT(*) FROM orders WHERE status = 'paid')::float / NULLIF((SELECT COUNT(*) FROM orders), 0) * 100 AS paid_pct
SELECT e1.name AS employee, e2.name AS manager, e1.salary - e2.salary AS diff FROM employees e1 LEFT JOIN employees e2 ON e1.manager_id = e2.id WHERE e1.salary > ALL (SELECT salary FROM employees WHERE department_id = 5) OR (e1.department_id, e1.title) IN (SELECT department_id, title FROM promotions)
SELECT date_part('hour', created_at)::int AS hour, to_char(created_at, 'Day') AS dow, count(*) AS n FROM events WHERE created_at::time BETWEEN '09:00' AND '17:00' AND EXTRACT(ISODOW FROM created_at) < 6 GROUP BY 1, 2 ORDER BY n DESC
SELECT product_id, price, valid_from, LEAD(valid_from, 1, 'infinity'::timestamp) OVER (PARTITION BY product_id ORDER BY valid_from) AS valid_to FROM prices
SELECT payload->'user'->>'id' AS user_id, (payload->>'amount')::numeric AS amount, payload #>> '{address,zip}' AS zip, jsonb_array_length(payload->'items') AS n FROM events WHERE payload->>'type' = 'purchase' AND (payload->'amount')::int >= 10 AND payload ? 'coupon' AND payload @> '{"country":"DE"}'::jsonb
SELECT t.tag, count(*) FROM posts p CROSS JOIN LATERAL unnest(string_to_array(p.tags, ',')) AS t(tag) WHERE trim(t.tag) <> '' GROUP BY t.tag HAVING count(*) >= 2 ORDER BY count(*) DESC, t.tag
SELECT s.a AS "First", s.b AS "Second" FROM (SELECT a, b, row_number() OVER (PARTITION BY a ORDER BY b DESC, c) AS rn FROM t) AS s WHERE s.rn = 1 AND s.a IS NOT NULL;
SELECT CASE WHEN age < 18 THEN '<18' WHEN age BETWEEN 18 AND 34 THEN '18-34' WHEN age >= 35 AND age < 65 THEN '35-64' ELSE '65+' END AS bucket, COUNT(*) AS n, ROUND(COUNT(*) * 100.0 / SUM(COUNT(*)) OVER (), 2) AS pct FROM people GROUP BY CASE WHEN age < 18 THEN '<18' WHEN age BETWEEN 18 AND 34 THEN '18-34' WHEN age >= 35 AND age < 65 THEN '35-64' ELSE '65+' END ORDER BY MIN(age)
WITH events_ranked AS (SELECT user_id, event, ts, ts - LAG(ts) OVER w AS gap, SUM(CASE WHEN ts - LAG(ts) OVER w > INTERVAL '30 minutes' THEN 1 ELSE 0 END) OVER (PARTITION BY user_id ORDER BY ts) AS session_no FROM events WINDOW w AS (PARTITION BY user_id ORDER BY ts)) SELECT user_id, session_no, MIN(ts) AS started, MAX(ts) - MIN(ts) AS duration, ARRAY_AGG(event ORDER BY ts) AS path FROM events_ranked GROUP BY user_id, session_no
SELECT a.id FROM a WHERE a.x IN (SELECT x FROM b) AND a.y NOT IN (SELECT y FROM c WHERE y IS NOT NULL) AND (a.z IS NULL OR a.z <> 'q') AND a.w::text ILIKE '%' || 'foo' || '%' AND lower(a.v) LIKE lower('BAR%')
SELECT COUNT(*) FROM a FULL OUTER JOIN b USING (id) WHERE a.id IS NULL OR b.id IS NULL
(SELECT 'top' AS kind, name, total FROM x ORDER BY total DESC LIMIT 3) UNION ALL (SELECT 'bottom', name, total FROM x ORDER BY total ASC LIMIT 3) ORDER BY kind, total DESC
SELECT x.month, x.total, y.total AS last_year, x.total - y.total AS delta FROM monthly x LEFT JOIN monthly y ON y.month = x.month - INTERVAL '1 year' WHERE EXTRACT(YEAR FROM x.month) = EXTRACT(YEAR FROM CURRENT_DATE)::int - 1
