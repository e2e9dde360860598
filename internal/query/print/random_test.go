package print_test

import (
	"database/sql"
	"math/rand/v2"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/internal/query/querytest"
)

// TestRandomExpressionsSQLite computes random expressions in SQLite, with the parentheses that print deems needed and with
// all of them.
func TestRandomExpressionsSQLite(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	value := func(text string) (any, error) {
		var v any
		err := db.QueryRowContext(t.Context(), text).Scan(&v)
		return v, err
	}
	source := querytest.Source{Rand: rand.New(rand.NewPCG(1, 2)), Dialect: custard.SQLite, Leaf: querytest.Literal}
	for range 5000 {
		q := sel(source.Expr(4))
		text := printed(t, custard.SQLite, q)
		explicit, err := print.Explicit(custard.SQLite, q)
		if err != nil {
			t.Fatal(err)
		}
		want, wantErr := value(explicit)
		got, err := value(text)
		if got != want || (err == nil) != (wantErr == nil) {
			t.Fatalf("%s is %v (%v)\n%s is %v (%v)", text, got, err, explicit, want, wantErr)
		}
	}
}

// TestRandomExpressionsRead reads random expressions back: our parser ranks operators as print does.
func TestRandomExpressionsRead(t *testing.T) {
	t.Parallel()
	for _, d := range []custard.Dialect{custard.Postgres, custard.MySQL, custard.SQLite} {
		source := querytest.Source{Rand: rand.New(rand.NewPCG(1, 2)), Dialect: d, Leaf: querytest.Column}
		for range 5000 {
			q := sel(source.Expr(4))
			text := printed(t, d, q)
			explicit, err := print.Explicit(d, q)
			if err != nil {
				t.Fatal(err)
			}
			a, err := parse.Parse(d, text)
			if err != nil {
				t.Fatalf("%s: %s: %v", d, text, err)
			}
			b, err := parse.Parse(d, explicit)
			if err != nil {
				t.Fatalf("%s: %s: %v", d, explicit, err)
			}
			if !query.Equal(d, a, b) {
				t.Fatalf("%s: %s\nis not\n%s", d, text, explicit)
			}
		}
	}
}
