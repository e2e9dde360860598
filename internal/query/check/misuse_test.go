package check

import (
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
)

// What every database refuses only when it runs is refused before, in words that say what to write.
func TestMisusedAggregatesAndSubqueries(t *testing.T) {
	t.Parallel()
	columns := func(names ...string) (out []*custard.Column) {
		for _, n := range names {
			out = append(out, &custard.Column{Name: n, Type: custard.TypeInt, DataType: "integer"})
		}
		return out
	}
	schema := &custard.Schema{Dialect: custard.Postgres, DefaultSchema: "public", Tables: []*custard.Table{
		{Schema: "public", Name: "a", Columns: columns("id", "x", "y")}, {Schema: "public", Name: "b", Columns: columns("id", "a_id", "z")},
	}}
	for text, want := range map[string]string{
		"SELECT x FROM a WHERE count(*) > 3":                                              "the aggregate count cannot stand in WHERE",
		"SELECT x FROM a WHERE y = 1 AND sum(x) > 3":                                      "the aggregate sum cannot stand in WHERE",
		"SELECT x FROM a JOIN b ON b.a_id = max(a.id)":                                    "the aggregate max cannot stand in ON",
		"SELECT sum(x) FROM a GROUP BY sum(x)":                                            "the aggregate sum cannot stand in GROUP BY",
		"SELECT max(count(*)) FROM a GROUP BY x":                                          "the aggregate count cannot stand in max(…)",
		"SELECT sum(row_number() OVER (ORDER BY x)) FROM a":                               "the window function row_number cannot stand in sum(…)",
		"SELECT x FROM a WHERE row_number() OVER (ORDER BY x) = 1":                        "the window function row_number cannot stand in WHERE",
		"SELECT x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE max(b.z) > 1)":               "the aggregate max cannot stand in WHERE",
		"SELECT x FROM a WHERE id IN (SELECT id, z FROM b)":                               "the sub-query of IN gives 2 columns",
		"SELECT (SELECT id, z FROM b LIMIT 1) FROM a":                                     "the sub-query of a value gives 2 columns",
		"SELECT x FROM a WHERE id = (SELECT * FROM b LIMIT 1)":                            "the sub-query of a value gives 3 columns",
		"SELECT x FROM a GROUP BY x HAVING count(*) > 3":                                  "",
		"SELECT x, sum(count(*)) OVER (ORDER BY x) FROM a GROUP BY x":                     "",
		"SELECT x FROM a ORDER BY row_number() OVER (ORDER BY y)":                         "",
		"SELECT x FROM a WHERE x > (SELECT avg(x) FROM a)":                                "",
		"SELECT x FROM a GROUP BY x HAVING EXISTS (SELECT 1 FROM b WHERE b.z = max(a.y))": "",
		"SELECT x FROM a WHERE (id, x) IN (SELECT id, z FROM b)":                          "",
		"SELECT x FROM a WHERE (id, x) = (SELECT id, z FROM b LIMIT 1)":                   "",
		"SELECT x FROM a WHERE (SELECT id, z FROM b LIMIT 1) IN (SELECT id, z FROM b)":    "",
		"SELECT x FROM a WHERE EXISTS (SELECT id, z FROM b)":                              "",
		"SELECT count(*) FILTER (WHERE x > 1) FROM a WHERE id IN (SELECT max(id) FROM b)": "",
		"SELECT sum(CASE WHEN x > (SELECT max(z) FROM b) THEN 1 ELSE 0 END) FROM a":       "",
		"SELECT x FROM (SELECT x, count(*) AS n FROM a GROUP BY x) AS t WHERE n > 3":      "",
		"SELECT max(n) FROM (SELECT count(*) AS n FROM a GROUP BY x) AS t":                "",
		"SELECT x FROM a JOIN b ON b.a_id = a.id AND b.z = (SELECT max(z) FROM b AS i)":   "",
	} {
		tree, err := parse.Parse(custard.Postgres, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		_, err = Check(tree, NewIndex(schema), Options{Dialect: custard.Postgres})
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %s", text, err, want)
		case want != "" && (custard.AsError(err).Code != custard.CodeSyntax || custard.AsError(err).Hint == ""):
			t.Errorf("%s: %s, hint %q", text, custard.AsError(err).Code, custard.AsError(err).Hint)
		}
	}
}

// SQLite takes a name that nothing has for a text: the rows are shown, and it is said.
func TestTextThatWasMeantAsAColumn(t *testing.T) {
	t.Parallel()
	schema := &custard.Schema{Dialect: custard.SQLite, DefaultSchema: "main", Tables: []*custard.Table{{Schema: "main", Name: "a", Columns: []*custard.Column{{Name: "x", Type: custard.TypeInt}}}}}
	for text, warned := range map[string]bool{
		`SELECT "ghost_8" FROM a`: true, `SELECT x, "revenue" FROM a`: true,
		`SELECT "x" FROM a`: false, `SELECT "Male" AS sex FROM a`: false, `SELECT x FROM a WHERE x = "Male"`: false, `SELECT "hello"`: false, `SELECT 'Male' FROM a`: false,
	} {
		tree, err := parse.Parse(custard.SQLite, text)
		if err != nil {
			t.Fatal(err)
		}
		res, err := Check(tree, NewIndex(schema), Options{Dialect: custard.SQLite})
		if err != nil || len(res.Warnings) > 0 != warned {
			t.Errorf("%s: %v, %v", text, err, res)
		}
	}
}
