package parse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

// readable returns the statements of testdata/read/<dialect>.sql, one a line; a line that begins with a space goes on.
func readable(t testing.TB, d custard.Dialect) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "read", string(d)+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimRight(strings.ReplaceAll(string(text), "\n ", "\x00 "), "\n"), "\n")
}

// TestRead reads what analysts and language models write in each dialect.
func TestRead(t *testing.T) {
	t.Parallel()
	for _, d := range []custard.Dialect{custard.Postgres, custard.MySQL, custard.SQLite, custard.DuckDB, custard.Snowflake} {
		for _, sql := range readable(t, d) {
			sql = strings.ReplaceAll(sql, "\x00", "\n")
			if _, err := Parse(d, sql); err != nil {
				t.Errorf("%s: %v\n%s", d, err, sql)
			}
		}
	}
}
