package connectortest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// How a statement ends: by limits, time, cancellation, an early exit, a closed connection.

func limits(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 1})
	for _, tt := range []struct {
		rows, limit, want int
		truncated         bool
	}{{10, 0, 10, false}, {10, 10, 10, false}, {10, 11, 10, false}, {10, 9, 9, true}, {50_000, 1, 1, true}, {50_000, 20_000, 20_000, true}} {
		res, rows, err := ask(t, conn, f.Series(tt.rows), custard.Limits{Rows: int64(tt.limit)})
		if err != nil || len(rows) != tt.want || res.Truncated() != tt.truncated {
			t.Errorf("%d rows with a limit of %d: %d rows, %v", tt.rows, tt.limit, len(rows), err)
		}
	}
	_, rows, err := ask(t, conn, f.Series(50_000), custard.Limits{Bytes: 100_000})
	wantCode(t, "bytes", err, custard.CodeLimit)
	if len(rows) == 0 || len(rows) > 50_000 {
		t.Errorf("%d rows before the byte limit", len(rows))
	}
	_, _, err = ask(t, conn, f.Wide(5000), custard.Limits{Cell: 4999})
	wantCode(t, "cell", err, custard.CodeLimit)
	if _, rows, err := ask(t, conn, f.Wide(5000), custard.Limits{Cell: 5000}); err != nil || len(rows[0][0]) != 5000 {
		t.Errorf("a cell as large as the limit: %v", err)
	}
	if _, rows, err := ask(t, conn, f.Wide(1_000_000), custard.Limits{}); err != nil || len(rows[0][0]) != 1_000_000 {
		t.Errorf("a cell of a megabyte: %v", err)
	}
	small := open(t, f, connector.Options{MaxCell: 1000})
	_, _, err = ask(t, small, f.Wide(1001), custard.Limits{Cell: 1 << 30})
	wantCode(t, "the connection's cell limit", err, custard.CodeLimit)
	well(t, conn)
	well(t, small)
}

func timeout(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 1})
	start := time.Now()
	_, _, err := ask(t, conn, f.Endless, custard.Limits{Timeout: 200 * time.Millisecond})
	wantCode(t, "timeout", err, custard.CodeTimeout)
	if d := time.Since(start); d > patience {
		t.Errorf("it took %s", d)
	}
	idle(t, f)
	well(t, conn)
}

func cancel(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 1})
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var err error
	wg.Go(func() {
		var res *custard.Result
		if res, err = conn.Query(ctx, custard.Statement{SQL: f.Endless}); err == nil {
			_, err = Rows(res)
		}
	})
	if f.Running != nil {
		waitFor(t, "the statement runs", func() bool { return f.Running(t) > 0 })
	}
	stop()
	wg.Wait()
	wantCode(t, "cancel", err, custard.CodeCanceled)
	idle(t, f)
	well(t, conn)

	// In the middle of the rows.
	ctx, stop = context.WithCancel(t.Context())
	defer stop()
	res, err := conn.Query(ctx, custard.Statement{SQL: f.Series(5_000_000)})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range res.Batches {
		if err = e; e != nil {
			break
		}
		if n++; n == 3 {
			stop()
		}
	}
	wantCode(t, "cancel while reading", err, custard.CodeCanceled)
	idle(t, f)
	well(t, conn)

	_, err = conn.Query(ctx, custard.Statement{SQL: "select 1"})
	wantCode(t, "a context that has ended", err, custard.CodeCanceled)
}

// idle fails where statements of the connector's run on.
func idle(t *testing.T, f Fixture) {
	t.Helper()
	if f.Running != nil {
		waitFor(t, "the statement has ended", func() bool { return f.Running(t) == 0 })
	}
}

// waitFor asks until a thing is so. The database is another process: there is no clock of ours to turn.
func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		if so() {
			return
		}
	}
	t.Errorf("not in time: %s", what)
}

func leavingEarly(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 1})
	for range 3 {
		res, err := conn.Query(t.Context(), custard.Statement{SQL: f.Series(5_000_000)})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range res.Batches {
			if err != nil {
				t.Error(err)
			}
			break
		}
		if f.Running != nil && f.Running(t) > 0 {
			t.Error("the statement runs on")
		}
		well(t, conn) // with one connection, it would wait for ever
	}
	// A small result that nobody reads holds nothing.
	if _, err := conn.Query(t.Context(), custard.Statement{SQL: "select 1"}); err != nil {
		t.Error(err)
	}
	well(t, conn)
}

func concurrent(t *testing.T, f Fixture) {
	conn := open(t, f, connector.Options{MaxConns: 3})
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			n := 1000 * (i + 1)
			res, err := conn.Query(t.Context(), custard.Statement{SQL: f.Series(n)})
			if err != nil {
				t.Error(err)
				return
			}
			if rows, err := Rows(res); err != nil || len(rows) != n {
				t.Errorf("%d rows of %d: %v", len(rows), n, err)
			}
			if _, err := conn.Schema(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// All connections are taken: the next waits, and gives up with its context.
	one := open(t, f, connector.Options{MaxConns: 1})
	res, err := one.Query(t.Context(), custard.Statement{SQL: f.Series(1_000_000)})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range res.Batches {
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err = one.Query(ctx, custard.Statement{SQL: "select 1"})
		stop()
		wantCode(t, "waiting for a connection", err, custard.CodeTimeout)
		break
	}
	well(t, one)
}

func closing(t *testing.T, f Fixture) {
	conn := f.Open(t, connector.Options{})
	started := make(chan struct{})
	var wg sync.WaitGroup
	var running, reading error
	wg.Go(func() {
		_, _, running = ask(t, conn, f.Endless, custard.Limits{})
	})
	wg.Go(func() {
		res, err := conn.Query(t.Context(), custard.Statement{SQL: f.Series(50_000_000)})
		if err != nil {
			reading = err
			close(started)
			return
		}
		first := true
		for _, err := range res.Batches {
			if reading = err; err != nil {
				return
			}
			if first {
				first = false
				close(started)
			}
		}
	})
	<-started
	if f.Running != nil {
		waitFor(t, "both statements run", func() bool { return f.Running(t) == 2 })
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	wantCode(t, "a statement while closing", running, custard.CodeUnreachable, custard.CodeCanceled)
	wantCode(t, "a reader while closing", reading, custard.CodeUnreachable, custard.CodeCanceled)
	idle(t, f)
	if err := conn.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	_, err := conn.Query(t.Context(), custard.Statement{SQL: "select 1"})
	wantCode(t, "a closed database", err, custard.CodeUnreachable)
}
