SELECT v:a.b[0]::int, v['a']['b'], v[0].b, f(x):a, v:"A b", v:a:b, t.v:a
SELECT DATEADD(day, 1, d), DATE_TRUNC(month, d), DATE_TRUNC('month', d), DATEDIFF('day', a, b), INTERVAL '1 day'
SELECT TOP 5 a FROM t ORDER BY b
SELECT a FROM t QUALIFY row_number() OVER (ORDER BY b) = 1
SELECT * EXCLUDE a RENAME (b AS c) FROM t
SELECT a LIKE ANY ('x', 'y'), a ILIKE ALL ('x'), a RLIKE 'x', listagg(a, ',') WITHIN GROUP (ORDER BY b), lag(a) IGNORE NULLS OVER (ORDER BY b), f(x -> x + 1), object_construct(*)
SELECT * FROM t, LATERAL FLATTEN(input => t.v) f, TABLE(FLATTEN(t.v)) g, (SELECT 1) s, VALUES (1, 2)
SELECT * FROM t SAMPLE (10), u AS x TABLESAMPLE BERNOULLI (5 ROWS) SEED (1)
SELECT * FROM a ASOF JOIN b MATCH_CONDITION (a.t >= b.t) ON x ASOF JOIN c MATCH_CONDITION (y) USING (i)
SELECT 1 MINUS SELECT 2 INTERSECT SELECT 3
SELECT 'a\'b''c\n\x41\u00e9', $$a'b$$ // comment
SELECT a FROM t ORDER BY a FETCH FIRST 3
SELECT a::TIMESTAMP_NTZ(9), a::NUMBER(38, 0), a::ARRAY(INT), TRY_CAST(a AS DATE), {'k': v:a}
