package print_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/internal/sharedtest"
)

// TestSameRowsSpider runs every gold query of Spider that SQLite can run, as it was written and as it was printed: the
// rows must be the same, in the same order.
func TestSameRowsSpider(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some thousand statements against 140 databases")
	}
	byDB := map[string][]string{}
	seen := map[string]bool{}
	for _, q := range sharedtest.Lines[sharedtest.Question](t, sharedtest.Path(t, "eval", "spider-train", "questions.jsonl")) {
		if key := q.DB + "\x00" + q.SQL; !seen[key] {
			seen[key] = true
			byDB[q.DB] = append(byDB[q.DB], q.SQL)
		}
	}
	folder := sharedtest.Path(t, "eval", "spider-train", "database")
	for name, statements := range byDB {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, name+".sqlite")+"?mode=ro&immutable=1")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			db.SetMaxOpenConns(1)
			for _, statement := range statements {
				want, err := rows(t.Context(), db, statement, time.Second)
				if err != nil {
					continue // SQLite itself does not take it, or it runs too long
				}
				q, err := parse.Parse(custard.SQLite, statement)
				if err != nil {
					t.Errorf("%s: SQLite runs it, we do not read it: %v", statement, err)
					continue
				}
				text, err := print.SQL(custard.SQLite, q)
				if err != nil {
					t.Errorf("%s: print: %v", statement, err)
					continue
				}
				if got, err := rows(t.Context(), db, text, 20*time.Second); err != nil || got != want {
					t.Errorf("%s\nwas printed as\n%s\nerror %v, rows\n%s\nwant\n%s", statement, text, err, got, want)
				}
			}
		})
	}
}

// rows returns a statement's rows as text.
func rows(ctx context.Context, db *sql.DB, statement string, limit time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	result, err := db.QueryContext(ctx, statement)
	if err != nil {
		return "", err
	}
	defer func() { _ = result.Close() }()
	names, err := result.Columns()
	if err != nil {
		return "", err
	}
	cells, into := make([]any, len(names)), make([]any, len(names))
	for i := range cells {
		into[i] = &cells[i]
	}
	var out strings.Builder
	for result.Next() {
		if err := result.Scan(into...); err != nil {
			return "", err
		}
		for _, cell := range cells {
			fmt.Fprintf(&out, "%T %v|", cell, cell)
		}
		out.WriteByte('\n')
	}
	return out.String(), result.Err()
}
