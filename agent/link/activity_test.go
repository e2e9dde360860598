package link

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// activity asks pg_stat_activity until the number of sessions that meet a condition is as wanted.
func activity(t *testing.T, dsn, condition string, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for got := ""; ; {
		res := conn.ExecParams(ctx, "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND "+condition, nil, nil, nil, nil).Read()
		if res.Err != nil {
			t.Fatalf("%s sessions are %s, want %s: %v", got, condition, want, res.Err)
		}
		if got = string(res.Rows[0][0]); got == want {
			return
		}
		<-tick.C
	}
}

// still waits until as many statements with the text run.
func still(t *testing.T, dsn, text string, n int) {
	t.Helper()
	activity(t, dsn, "state = 'active' AND query LIKE '%"+strings.ReplaceAll(text, "'", "''")+"%'", string(rune('0'+n)))
}

// waiting waits until a statement with the text waits for its rows to be taken.
func waiting(t *testing.T, dsn, text string) {
	t.Helper()
	activity(t, dsn, "state = 'active' AND wait_event = 'ClientWrite' AND query LIKE '%"+text+"%'", "1")
}
