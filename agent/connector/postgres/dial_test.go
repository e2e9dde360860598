package postgres

import (
	"context"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/internal/pgtest"
)

// A server that refuses TLS is asked without on the same connection.
func TestRefusedTLSCostsNoSecondConnection(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	for _, mode := range []string{"prefer", "disable"} {
		u, err := url.Parse(dsn)
		if err != nil {
			t.Fatal(err)
		}
		u.RawQuery = "sslmode=" + mode
		config, err := parse(u.String())
		if err != nil {
			t.Fatal(err)
		}
		var dialled atomic.Int32
		dial := config.DialFunc
		config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
			dialled.Add(1)
			return dial(ctx, network, address)
		}
		attempt, done := once(config)
		pg, err := pgconn.ConnectConfig(t.Context(), attempt)
		done()
		if err != nil {
			t.Fatal(err)
		}
		if got := dialled.Load(); got != 1 {
			t.Errorf("sslmode=%s: dialled %d times, want once", mode, got)
		}
		if _, err := pg.Exec(t.Context(), "SELECT 1").ReadAll(); err != nil {
			t.Errorf("sslmode=%s: the connection does not work: %v", mode, err)
		}
		// A cancellation dials anew, after the attempt is over.
		if err := pg.CancelRequest(t.Context()); err != nil {
			t.Errorf("sslmode=%s: cancel: %v", mode, err)
		}
		if err := pg.Close(t.Context()); err != nil {
			t.Errorf("sslmode=%s: close: %v", mode, err)
		}
	}
}

// A server that hangs up after refusing TLS gets the second connection that it asks for, and nothing is left open.
func TestRefusedConnectionThatDied(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	d := &dialer{refused: map[string]net.Conn{}, dial: func(context.Context, string, string) (net.Conn, error) { return ours, nil }}
	conn, err := d.open(t.Context(), "tcp", "db:5432")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		buf := make([]byte, 8)
		if _, err := theirs.Read(buf); err == nil {
			_, _ = theirs.Write([]byte{'N'})
		}
	}()
	if _, err := conn.Write([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil || len(d.refused) != 1 {
		t.Fatalf("kept %d, %v", len(d.refused), err)
	}
	d.done()
	_ = theirs.SetReadDeadline(time.Now().Add(time.Second)) // fails where the other end is closed, as it should be
	if _, err := theirs.Read(make([]byte, 1)); err == nil {
		t.Error("a connection that nobody came back for is still open")
	}
	if len(d.refused) != 0 {
		t.Error("it is still kept")
	}
}
