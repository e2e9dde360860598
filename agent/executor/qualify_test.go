package executor_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
)

// A function in public whose arguments fit better than those of the system's function of that name is not called.
func TestOverloadsAreNotCalled(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	for _, f := range []string{
		"lower(integer) RETURNS text", "lower(varchar) RETURNS text", "round(double precision, integer) RETURNS text",
		"concat(integer, integer) RETURNS text", `"left"(integer, integer) RETURNS text`, `"substring"(integer, integer) RETURNS text`,
		"unnest(integer) RETURNS SETOF text", "generate_series(text, integer) RETURNS SETOF text", "date_trunc(text, date) RETURNS text",
		"to_json(integer) RETURNS text", "length(varchar) RETURNS text",
	} {
		pgtest.Exec(t, dsn, "CREATE FUNCTION public."+f+" LANGUAGE sql SECURITY DEFINER AS $$ SELECT 'hijacked'::text $$")
	}
	pgtest.Exec(t, dsn, "CREATE FUNCTION public.hijack(text, varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'hijacked'::text $$",
		"CREATE AGGREGATE public.max(varchar) (sfunc = public.hijack, stype = text, initcond = '')",
		"CREATE TABLE t(id integer PRIMARY KEY, v varchar(9), d date)", "INSERT INTO t VALUES (1, 'Ada', '2024-05-17')")
	e, conn := connect(t, dsn, executor.Options{})
	for sql, want := range map[string]string{
		"select lower(v) from t":                      "[[ada]]",
		"select length(v) from t":                     "[[3]]",
		"select max(v) from t":                        "[[Ada]]",
		"select max(v) over () from t":                "[[Ada]]",
		"select concat(1, 2)":                         "[[12]]",
		"select date_trunc('month', d)::text from t":  "[[2024-05-01 00:00:00+00]]",
		"select to_json(id) from t":                   "[[1]]",
		"select lower(id) from t":                     "",
		"select round(1.5::float8, 1)":                "",
		"select left(1, 2)":                           "",
		"select substring(1, 2)":                      "",
		"select * from unnest(1)":                     "",
		"select * from generate_series('a'::text, 1)": "",
	} {
		_, rows, err := ask(t, e, sql, custard.Limits{})
		switch {
		case want == "" && (err == nil || custard.AsError(err).Code != custard.CodeSyntax):
			t.Errorf("%s: %v, %v", sql, rows, err)
		case want != "" && (err != nil || fmt.Sprint(rows) != want):
			t.Errorf("%s: %v, %v; want %s", sql, rows, err, want)
		}
		if _, rows, err := ask(t, conn, sql, custard.Limits{}); err != nil || fmt.Sprint(rows) != "[[hijacked]]" {
			t.Errorf("%s: the trap is none: %v, %v", sql, rows, err)
		}
	}
	if _, _, err := ask(t, e, "select left(1, 2)", custard.Limits{}); err == nil || err.Error() != "function left(integer, integer) does not exist" {
		t.Errorf("people are told of what they did not write: %v", err)
	}
}

// Calls mean the same with the system's schema before them, whatever the grammar has for them.
func TestCallsMeanTheSame(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	pgtest.Exec(t, dsn, "CREATE TABLE t AS SELECT n AS id, 'name ' || n AS s, n % 3 AS g, '{\"a\": [1, 2]}'::jsonb AS j, date '2024-01-31' + n AS d FROM generate_series(1, 9) n")
	e, conn := connect(t, dsn, executor.Options{})
	for _, sql := range []string{
		"select coalesce(null, s), greatest(id, 5), least(id, 5), nullif(g, 0), row(id, g), (row(id, g)) from t order by id",
		"select trim(s), trim(both 'n' from s), trim(s, 'n'), ltrim(s, 'na'), btrim(s, '1n'), substring(s, 2), substring(s from 2 for 3), substring(s from '[0-9]') from t order by id",
		"select overlay(s placing 'x' from 1 for 2), position('a' in s), strpos(s, 'a'), left(s, 2), right(s, 2), reverse(s), normalize(s), upper(s) from t order by id",
		"select extract(year from d), date_part('month', d), date_trunc('month', d), age(d, d), to_char(d, 'YYYY-MM'), make_date(2024, 1, 2), date(d), (d, d) overlaps (d, d) from t order by id",
		"select grouping(g), g, count(*), count(distinct s), sum(id) filter (where id > 2), string_agg(s, ',' order by id), array_agg(id order by id desc) from t group by rollup (g) order by 2",
		"select percentile_cont(0.5) within group (order by id), mode() within group (order by g), rank(3) within group (order by id) from t",
		"select rank() over w, lag(id, 1, 0) over w, first_value(s) over (w rows between 1 preceding and current row), ntile(2) over w from t window w as (partition by g order by id) order by id",
		"select * from generate_series(1, 3)", "select n, o from generate_series(1, 3) with ordinality as g(n, o)", "select generate_series, lower('A') from generate_series(1, 3) order by generate_series.generate_series",
		"select key, value from t, jsonb_each_text(j) order by id", "select e from t, lateral jsonb_array_elements(j -> 'a') e", "select * from jsonb_to_record('{\"a\": 1}') as x(a int)",
		"select unnest(array[1, 2]), unnest from unnest(array[3, 4])", "select regexp_matches(s, '[a-z]+'), regexp_split_to_table(s, ' ') from t order by id",
		"select json_object(array['a', 'b']), json_build_object('a', id), to_jsonb(s), jsonb_set(j, '{a}', '1') from t order by id",
		"select text(id), int4('5'), float8(id), bool(1), concat_ws('-', variadic array['a', 'b']), make_interval(days => 3), format('%s', variadic array['x']) from t order by id",
		"select round(1.256, 2), round(2.5), abs(-1), power(2, 3), log(100), width_bucket(5, 0, 10, 2), pg_typeof(now()), int4range(1, 3), lower(int4range(1, 3))",
	} {
		_, want, err := ask(t, conn, sql, custard.Limits{})
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		if res, got, err := ask(t, e, sql, custard.Limits{}); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, %v; want %v", sql, got, err, want)
		} else if plain, _, _ := ask(t, conn, sql, custard.Limits{}); fmt.Sprint(plain.Fields) != fmt.Sprint(res.Fields) {
			t.Errorf("%s: columns %v, want %v", sql, res.Fields, plain.Fields)
		}
	}
}

// What an extension has for its own types is still called: citext's replace looks at no case.
func TestExtensionsOverload(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	pg, err := pgconn.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close(context.Background())
	if _, err := pg.Exec(t.Context(), "CREATE EXTENSION citext; CREATE TABLE t(c citext); INSERT INTO t VALUES ('Ada'), ('bob')").ReadAll(); err != nil {
		t.Skipf("no citext: %v", err)
	}
	e, _ := connect(t, dsn, executor.Options{CacheDir: t.TempDir(), CacheKey: "k"})
	for sql, want := range map[string]string{
		"select replace(c, 'A', 'x') from t":     "[[xdx] [bob]]",
		"select max(c), count(*) from t":         "[[bob 2]]",
		"select lower(c) from t where c = 'ADA'": "[[ada]]",
	} {
		if _, rows, err := ask(t, e, sql, custard.Limits{}); err != nil || fmt.Sprint(rows) != want {
			t.Errorf("%s: %v, %v; want %s", sql, rows, err, want)
		}
	}
}
