package sqlite

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// TestMain has SQLite count its memory before a test makes a database with database/sql.
func TestMain(m *testing.M) {
	memoryLimited()
	os.Exit(m.Run())
}

// Not parallel: the limit is the process's. It is lowered, so that the test is quick.
func TestMemoryLimit(t *testing.T) {
	if !memoryLimited() {
		t.Fatal("SQLite does not count its memory")
	}
	path := filepath.Join(t.TempDir(), "test.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE t(id INTEGER)"); err != nil {
		t.Fatal(err)
	}
	conn, err := Driver{}.Open(t.Context(), path, connector.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	tls := libc.NewTLS()
	defer tls.Close()
	if got := lib.Xsqlite3_hard_heap_limit64(tls, -1); got != memoryLimit {
		t.Errorf("the limit is %d", got)
	}
	lib.Xsqlite3_hard_heap_limit64(tls, 64<<20)
	defer lib.Xsqlite3_hard_heap_limit64(tls, memoryLimit)
	const numbers = "with recursive n(i) as (select 1 union all select i+1 from n limit 200000) "
	for _, text := range []string{
		numbers + "select count(distinct printf('%1000d', i)) from n",
		numbers + "select max(k) from (select row_number() over (order by printf('%1000d', -i)) k from n)",
		numbers + ", m as materialized (select printf('%1000d', i) s from n) select count(*) from m a join m b on a.s = b.s",
		"with recursive n(s) as (select printf('%1000d', 1) union select printf('%1000d', s + 1) from n) select count(*) from n",
	} {
		if err := drain(t, conn, text); err == nil || custard.AsError(err).Code != custard.CodeLimit {
			t.Errorf("%s: %v, want an error of the limit", text, err)
		}
		if err := drain(t, conn, numbers+"select count(distinct i % 1000), max(printf('%1000d', i)) from n"); err != nil {
			t.Errorf("a statement that needs little memory, afterwards: %v", err)
		}
	}
}

func drain(t *testing.T, conn connector.Conn, text string) error {
	t.Helper()
	res, err := conn.Query(t.Context(), custard.Statement{SQL: text})
	if err != nil {
		return err
	}
	for _, err := range res.Batches {
		if err != nil {
			return err
		}
	}
	return nil
}
