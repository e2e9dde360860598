package parse

import (
	"errors"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
)

var dialects = []custard.Dialect{custard.Postgres, custard.MySQL, custard.SQLite, custard.DuckDB, custard.Snowflake}

// TestHostileText reads texts that are made to be slow or deep, in every dialect; one that takes more than linear time
// would show as a test that hangs.
func TestHostileText(t *testing.T) {
	t.Parallel()
	fill := func(prefix, unit string) string {
		return prefix + strings.Repeat(unit, (MaxBytes-len(prefix))/len(unit))
	}
	for name, sql := range map[string]string{
		"parentheses":            fill("", "("),
		"select parentheses":     fill("SELECT ", "("),
		"sub-queries":            fill("", "(SELECT "),
		"from parentheses":       fill("SELECT * FROM ", "("),
		"closed parentheses":     "SELECT " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000),
		"not":                    fill("SELECT ", "NOT "),
		"minus":                  fill("SELECT ", "- "),
		"case":                   fill("SELECT ", "CASE "),
		"case when":              fill("SELECT ", "CASE WHEN "),
		"calls":                  fill("SELECT ", "f("),
		"brackets":               fill("SELECT ", "["),
		"array brackets":         fill("SELECT ARRAY", "["),
		"braces":                 fill("SELECT ", "{'a':"),
		"casts":                  fill("SELECT ", "CAST("),
		"between":                fill("SELECT 1", " BETWEEN 1 AND"),
		"between prefix":         fill("SELECT ", "1 BETWEEN "),
		"joins":                  fill("SELECT * FROM a", " JOIN a"),
		"left joins":             fill("SELECT * FROM a", " LEFT JOIN a"),
		"nested joins":           fill("SELECT * FROM ", "(a JOIN "),
		"unions":                 fill("SELECT 1", " UNION SELECT 1"),
		"mixed set operations":   fill("SELECT 1", " UNION SELECT 1 INTERSECT SELECT 1"),
		"quotes":                 fill("SELECT ", "' \" "),
		"double quotes":          fill("SELECT ", "\""),
		"comments":               fill("SELECT ", "/*"),
		"comment stars":          fill("SELECT /*", "*"),
		"dollar quotes":          fill("SELECT ", "$a$$b$"),
		"dollars":                fill("SELECT ", "$$ "),
		"dots":                   fill("SELECT a", ".a"),
		"stars":                  fill("SELECT a.*", ",a.*"),
		"operators":              fill("SELECT 1", "*-+<>~!@#%^&|`?"),
		"with":                   fill("", "WITH a AS ("),
		"grouping sets":          fill("SELECT 1 FROM t GROUP BY ", "GROUPING SETS ("),
		"types":                  fill("SELECT a::", "struct(a "),
		"windows":                fill("SELECT ", "f() OVER (ORDER BY "),
		"in":                     fill("SELECT ", "1 IN ("),
		"exists":                 fill("SELECT ", "EXISTS ("),
		"intervals":              fill("SELECT ", "INTERVAL "),
		"interval parentheses":   fill("SELECT ", "INTERVAL ("),
		"strings":                fill("SELECT 'a'", "\n'a'"),
		"brackets of SQLite":     fill("SELECT [", "[]"),
		"any":                    fill("SELECT ", "a = ANY ("),
		"lambdas":                fill("SELECT f(", "x -> "),
		"paths":                  fill("SELECT a:b", "[a:b"),
		"parens then set op":     "SELECT " + strings.Repeat("(", 60) + "SELECT 1" + strings.Repeat(") UNION SELECT 1", 60),
		"from parens then union": "SELECT * FROM " + strings.Repeat("(", 60) + "SELECT 1" + strings.Repeat(") UNION SELECT 1", 60),
		"at time zone":           fill("SELECT a", " AT TIME ZONE a"),
		"escapes":                fill("SELECT '", `\'`),
		"names":                  fill("SELECT ", "`"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, d := range dialects {
				q, err := Parse(d, sql)
				if (q == nil) == (err == nil) {
					t.Errorf("%s: query %v, error %v", d, q, err)
				}
				if err != nil {
					checkError(t, sql, err)
				}
			}
		})
	}
}

// checkError holds an error to what Parse promises.
func checkError(t *testing.T, sql string, err error) {
	t.Helper()
	e, ok := errors.AsType[*custard.Error](err)
	if !ok || e.Code != custard.CodeSyntax && e.Code != custard.CodeRefused || e.Message == "" {
		t.Errorf("the error %#v is not a refusal", err)
		return
	}
	at, ok := errors.AsType[*Error](err)
	if !ok || at.Offset < 0 || at.Offset > len(sql) || at.Line < 1 || at.Column < 1 {
		t.Errorf("%v has the cause %#v", err, e.Cause)
	}
}

// TestLongChains reads chains that are long and flat.
func TestLongChains(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ first, link string }{
		{"SELECT * FROM t WHERE a = 1", " OR a = 1"},
		{"SELECT * FROM t WHERE a = 1", " AND a = 1"},
		{"SELECT a", " || a"},
		{"SELECT a", " + a * a"},
		{"SELECT a", ", a"},
		{"SELECT a FROM t WHERE a IN (1", ", 1"},
		{"SELECT * FROM a", ", a"},
		{"SELECT 1", " UNION ALL SELECT 1"},
		{"VALUES (1)", ", (1)"},
		{"WITH a AS (SELECT 1)", ", a AS (SELECT 1)"},
		{"SELECT * FROM a", " JOIN a ON a = a"},
		{"SELECT * FROM a", " CROSS JOIN a"},
		{"SELECT CASE", " WHEN a THEN a"},
	} {
		sql := c.first + strings.Repeat(c.link, (MaxBytes-len(c.first)-20)/len(c.link))
		switch {
		case strings.Contains(sql, "IN (1"):
			sql += ")"
		case strings.HasPrefix(sql, "WITH"):
			sql += " SELECT 1"
		case strings.HasPrefix(sql, "SELECT CASE"):
			sql += " END"
		}
		for _, d := range dialects {
			if _, err := Parse(d, sql); err != nil {
				t.Errorf("%s: %s%s…: %v", d, c.first, c.link, err)
			}
		}
	}
}

// TestDepth reads 60 levels of nesting and refuses 70.
func TestDepth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		open, inner, shut string
		levels            int // that one repetition counts for
	}{
		{"(", "1", ")", 1}, {"f(", "1", ")", 1}, {"NOT ", "1", "", 1}, {"- ", "1", "", 1}, {"CASE WHEN 1 THEN ", "1", " END", 1},
		{"(SELECT ", "1", ")", 3}, {"CAST(", "1", " AS int)", 1}, {"1 + (", "1", ")", 1}, {"COALESCE(1, ", "1", ")", 1},
	} {
		for _, d := range dialects {
			fits := "SELECT " + strings.Repeat(c.open, 60/c.levels) + c.inner + strings.Repeat(c.shut, 60/c.levels)
			if _, err := Parse(d, fits); err != nil {
				t.Errorf("%s: %s…: %v", d, c.open, err)
			}
			deep := "SELECT " + strings.Repeat(c.open, 70) + c.inner + strings.Repeat(c.shut, 70)
			if _, err := Parse(d, deep); err == nil || custard.AsError(err).Code != custard.CodeRefused {
				t.Errorf("%s: %s… 70 deep: %v", d, c.open, err)
			}
		}
	}
}

// TestTextIsChecked refuses what is not plain text.
func TestTextIsChecked(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"long":             "SELECT '" + strings.Repeat("x", MaxBytes) + "'",
		"NUL":              "SELECT 'a\x00b'",
		"UTF-8":            "SELECT 'a\xff'",
		"mark":             "\ufeffSELECT 1",
		"bidi":             "SELECT 1 \u202e; drop table t",
		"bidi in comment":  "SELECT 1 /* \u202e */",
		"full width":       "select １; ｄｒｏｐ table t",
		"zero width":       "sel\u200bect 1",
		"no-break space":   "SELECT\u00a01",
		"wide space":       "SELECT\u30001",
		"control":          "SELECT 1 \x01",
		"vertical tab":     "SELECT\v1",
		"control comment":  "SELECT 1 -- \x1b[2J",
		"curly quotes":     "SELECT ‘a’",
		"full width quote": "SELECT ＇a＇",
		"backslash":        `\d users`,
	} {
		for _, d := range dialects {
			if _, err := Parse(d, sql); err == nil {
				t.Errorf("%s: %s was accepted", d, name)
			} else {
				checkError(t, sql, err)
			}
		}
	}
	for _, sql := range []string{
		"SELECT 'ünï ‘x’ \u200b １ \u202e'", "SELECT prénom, 名前, größe FROM straße -- naïve “comment” 完了。", "SELECT\t1\r\n\f, 2", "SELECT 'two\nlines\x01'",
	} {
		for _, d := range dialects {
			if _, err := Parse(d, sql); err != nil {
				t.Errorf("%s: %q: %v", d, sql, err)
			}
		}
	}
}

// FuzzParse looks for texts that break what Parse promises.
func FuzzParse(f *testing.F) {
	for i, d := range dialects {
		for _, sql := range statements(f, "read", string(d)+".sql") {
			f.Add(uint8(i), sql)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, sql string) {
		d := dialects[int(which)%len(dialects)]
		q, err := Parse(d, sql)
		if err != nil {
			if q != nil {
				t.Error("a query beside an error")
			}
			checkError(t, sql, err)
			return
		}
		if len(sql) > MaxBytes {
			t.Error("too long a text was read")
		}
		if !query.Equal(d, q, query.Clone(q)) {
			t.Error("the tree is not a tree: its copy differs")
		}
	})
}

// TestUnknownDialect refuses a dialect that is not SQL.
func TestUnknownDialect(t *testing.T) {
	t.Parallel()
	if _, err := Parse(custard.MongoDB, "SELECT 1"); custard.AsError(err).Code != custard.CodeUsage {
		t.Errorf("got %v", err)
	}
}
