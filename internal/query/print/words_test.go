package print_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/querytest"
)

func words(t *testing.T) []string {
	t.Helper()
	return querytest.Words(t, "keywords.go", "../parse/keywords.go", "../parse/reserved.go")
}

// TestWordsRead uses every keyword as a name, in every dialect, and reads that back.
func TestWordsRead(t *testing.T) {
	t.Parallel()
	for _, d := range dialects {
		for _, w := range words(t) {
			q := querytest.Named(w)
			text := printed(t, d, q)
			back, err := parse.Parse(d, text)
			if err != nil {
				t.Errorf("%s: %s: %v", d, text, err)
				continue
			}
			again(t, d, text, back)
			if d != custard.SQLite && !query.Equal(d, q, back) { // a single name in double quotes may be a string there
				t.Errorf("%s: %s is read as another query", d, text)
			}
		}
	}
}

// TestWordsSQLite asks SQLite to run a query that uses every keyword as a name.
func TestWordsSQLite(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, w := range words(t) {
		if strings.EqualFold(w, "true") || strings.EqualFold(w, "false") {
			continue // SQLite cannot join with USING by a column of that name, quoted or not
		}
		text := printed(t, custard.SQLite, querytest.Named(w))
		var got int
		if err := db.QueryRowContext(t.Context(), text).Scan(&got); err != nil || got != 1 {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
}

// TestWordsPostgres asks PostgreSQL the same.
func TestWordsPostgres(t *testing.T) {
	t.Parallel()
	db, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	for _, w := range words(t) {
		text := printed(t, custard.Postgres, querytest.Named(w))
		var got int
		if err := db.QueryRow(t.Context(), text).Scan(&got); err != nil || got != 1 {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
}
