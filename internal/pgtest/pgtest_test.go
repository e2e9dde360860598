package pgtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/internal/pgtest"
)

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	t.Parallel()
	a, b := pgtest.URL(t), pgtest.URL(t)
	pgtest.Exec(t, a, "CREATE TABLE t(a int)")
	pgtest.Exec(t, b, "CREATE TABLE t(a int)")
	role := pgtest.Role(t, a, "GRANT SELECT ON t TO {role}")
	conn, err := pgconn.Connect(t.Context(), role)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "SELECT * FROM t").ReadAll(); err != nil {
		t.Error(err)
	}
	if _, err := conn.Exec(t.Context(), "INSERT INTO t VALUES (1)").ReadAll(); err == nil {
		t.Error("a role with SELECT alone may write")
	}
}
