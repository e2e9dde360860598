package model_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/sharedtest"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/translate/model"
)

// broken are queries as weaker models write them about the sample shop.
func broken() []string {
	return []string{
		"SELECT name FROM customers WHERE count(*) > 3", "SELECT name, max(count(*)) FROM customers", "SELECT name FROM customers HAVING sum(id) > 3 WHERE id = 1",
		"SELECT customers.name FROM orders", "SELECT c.name FROM customers c JOIN orders o ON c.id = o.customer", "SELECT name FROM customers, orders WHERE id = 3",
		"SELECT id FROM customers UNION SELECT id, name FROM customers", "SELECT * FROM customers WHERE name LIKE 'A%", "SELECT TOP 3 name FROM customers",
		"SELECT name FROM customers LIMIT 3 ORDER BY name", "SELECT date_trunc('month', ordered_at) FROM orders", "SELECT name FROM customers WHERE id IN (SELECT id, name FROM customers)",
		"SELECT (SELECT id, name FROM customers) FROM orders", "SELECT strftime('%Y') FROM orders", "SELECT round(1, 2, 3, 4) FROM orders", "SELECT substr(name) FROM customers",
		"SELECT row_number() FROM customers", "SELECT sum(id) OVER (ORDER BY) FROM customers", "SELECT name FROM customers WHERE name = ANY(ARRAY['a'])", "SELECT name::text FROM customers",
		"SELECT EXTRACT(YEAR FROM ordered_at) FROM orders", "SELECT name FROM customers ILIKE 'x'", "SELECT name FROM customers WHERE ordered_at > NOW() - INTERVAL '7 days'",
		"SELECT name FROM customers ORDER BY 7", "SELECT name FROM customers GROUP BY 9", "SELECT DISTINCT ON (name) name FROM customers", "SELECT name FROM (SELECT id FROM customers)",
		"WITH t AS (SELECT 1) SELECT x FROM t", "WITH t(a, b) AS (SELECT 1) SELECT a FROM t", "SELECT name FROM customers FULL OUTER JOIN orders", "SELECT name AS n FROM customers WHERE n = max(n)",
		"SELECT sum(DISTINCT) FROM orders", "SELECT count() FROM orders WHERE", "SELECT 1 FROM customers WHERE id = (1, 2)", "SELECT json_extract(name, 3) FROM customers",
		"SELECT name FROM customers WHERE id BETWEEN 1", "SELECT CASE WHEN id = 1 THEN 2 FROM customers", "SELECT name FROM customers JOIN orders USING (nothing)", "SELECT group_concat(name, ',', 'x') FROM customers",
		"SELECT ntile(0) OVER (ORDER BY id) FROM customers", "SELECT lag(id, -1) OVER (ORDER BY id) FROM customers", "SELECT nth_value(id, 0) OVER (ORDER BY id) FROM customers", "SELECT json('{') FROM customers",
		"SELECT sum(sum(id)) FROM orders", "SELECT sum(count(*) OVER ()) FROM orders", "SELECT id FROM orders WHERE row_number() OVER (ORDER BY id) = 1", "SELECT id FROM orders GROUP BY sum(id)",
		"SELECT id FROM orders LIMIT 'x'", "SELECT id FROM orders LIMIT -1 OFFSET id", "SELECT abs(-9223372036854775808)", "SELECT name FROM customers c, orders c", "SELECT likely(1, 2) FROM orders",
		"select name from customers intersect all select name from employees", "SELECT id FROM customers WHERE name MATCH 'x'", "SELECT id FROM customers WHERE name REGEXP '['", "SELECT printf('%*d', 3) FROM orders",
	}
}

// rawError recognises an error that no layer of ours has words for.
func rawError(e *custard.Error) bool {
	ours := strings.HasPrefix(e.Message, "the database could not run the query that was written for the question: ") && e.Hint != "" ||
		strings.HasPrefix(e.Message, "SQLite has no ")
	return e.Code == custard.CodeInternal || e.Code == custard.CodeFailed && !ours
}

// A broken query is answered (repaired, or right after all) or refused with an error that says what is wrong: the
// database's own words never come through.
func TestBrokenQueriesAreRefusedPrecisely(t *testing.T) {
	t.Parallel()
	src := shop(t)
	for _, text := range broken() {
		p := &scripted{texts: []string{queryText(text)}}
		a := put(t.Context(), newDesk(t, model.New(model.Config{Provider: p}), src, nil).Service, custard.Request{Question: "as written", Limits: custard.Limits{Rows: 10}})
		if a.err != nil && rawError(a.err) {
			t.Errorf("%s\n\t%s: %v", text, a.err.Code, a.err)
		}
		if a.err != nil && a.err.Code == custard.CodeFailed && !slices.Contains(onlyTheDatabaseKnows(), text) {
			t.Errorf("%s\n\treached the database, which said: %v", text, a.err)
		}
	}
}

// onlyTheDatabaseKnows are the broken queries that nothing but running them shows to be so: how many arguments a function
// takes, what a text holds.
func onlyTheDatabaseKnows() []string {
	return []string{
		"SELECT round(1, 2, 3, 4) FROM orders", "SELECT substr(name) FROM customers", "SELECT json_extract(name, 3) FROM customers",
		"SELECT group_concat(name, ',', 'x') FROM customers", "SELECT ntile(0) OVER (ORDER BY id) FROM customers", "SELECT json('{') FROM customers",
		"SELECT nth_value(id, 0) OVER (ORDER BY id) FROM customers", "SELECT abs(-9223372036854775808)", "SELECT likely(1, 2) FROM orders",
		"SELECT id FROM customers WHERE name MATCH 'x'", "SELECT 1 FROM customers WHERE id = (1, 2)",
		"select name from customers intersect all select name from employees",
	}
}

// TestDamagedQueries damages what models wrote: letters lost, words lost, doubled or swapped, names misspelled.
func TestDamagedQueries(t *testing.T) {
	t.Parallel()
	statements := sharedtest.Lines[sharedtest.Statement](t, sharedtest.Path(t, "corpus", "benign-sqlite.jsonl"))
	const database = "formula_1"
	src := openFile(t, sharedtest.Path(t, "eval", "spider-train", "database", database+".sqlite"))
	text := ""
	p := &scripted{answer: func(*llm.Request) (string, error) { return queryText(text), nil }}
	d := newDesk(t, model.New(model.Config{Provider: p}), src, nil)
	random := rand.New(rand.NewPCG(1, 2))
	answered, refused, raw := 0, 0, 0
	for _, s := range statements {
		if s.DB != database || len(s.SQL) > 400 || random.IntN(2) == 0 {
			continue
		}
		text = damage(random, s.SQL)
		a := put(t.Context(), d.Service, custard.Request{Question: "as written", DryRun: false, Limits: custard.Limits{Rows: 5, Timeout: 2e9}})
		switch {
		case a.err == nil:
			answered++
		case a.err.Code == custard.CodeTimeout:
		case rawError(a.err):
			raw++
			t.Errorf("%s\n\t%s: %v", text, a.err.Code, a.err)
		default:
			refused++
		}
	}
	t.Logf("%d answered, %d refused, %d with the database's own words", answered, refused, raw)
	if answered == 0 || refused == 0 {
		t.Error("nothing was damaged, or everything")
	}
}

func damage(random *rand.Rand, sql string) string {
	words := strings.Fields(sql)
	at := random.IntN(len(words))
	switch random.IntN(6) {
	case 0:
		words = append(words[:at], words[at+1:]...)
	case 1:
		words[at] += " " + words[at]
	case 2:
		b := random.IntN(len(words))
		words[at], words[b] = words[b], words[at]
	case 3:
		if w := words[at]; len(w) > 3 {
			i := 1 + random.IntN(len(w)-2)
			words[at] = w[:i] + w[i+1:]
		}
	case 4:
		return sql[:random.IntN(len(sql))]
	case 5:
		return regexp.MustCompile(`(?i)\b(name|forename|points|year)\b`).ReplaceAllString(sql, "${1}_total")
	}
	return strings.Join(words, " ")
}
