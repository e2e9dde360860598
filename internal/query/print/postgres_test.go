package print_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
)

func TestNeutralPostgres(t *testing.T) {
	t.Parallel()
	db, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	for _, tt := range neutral {
		text := printed(t, custard.Postgres, sel(cast(tt.expr, "text")))
		var got string
		if err := db.QueryRow(t.Context(), text).Scan(&got); err != nil {
			t.Errorf("%s: %s: %v", tt.name, text, err)
		} else if got != tt.want {
			t.Errorf("%s: %s is %s, want %s", tt.name, text, got, tt.want)
		}
	}
}
