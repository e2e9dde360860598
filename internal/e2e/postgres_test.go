package e2e

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long the database may take to begin or end a statement.
const patience = 20 * time.Second

// running asks pg_stat_activity until a statement with the text runs there, or (!) none does.
func running(ts *testscript.TestScript, neg bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgconn.Connect(ctx, ts.Getenv("PG"))
	ts.Check(err)
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	text := strings.Join(args, " ")
	for {
		res := conn.ExecParams(ctx, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND datname = current_database() AND query LIKE '%' || $1 || '%'",
			[][]byte{[]byte(text)}, nil, nil, nil).Read()
		ts.Check(res.Err)
		if found := string(res.Rows[0][0]) != "0"; found != neg {
			return
		}
	}
}
