package postgres_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/connectortest"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
)

// one asks for one value; an error ends the test.
func one(t *testing.T, conn connector.Conn, sql string) string {
	t.Helper()
	res, err := conn.Query(t.Context(), custard.Statement{SQL: sql})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	rows, err := connectortest.Rows(res)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%s: %v, %v", sql, rows, err)
	}
	return rows[0][0]
}

const (
	preparedHere = "select count(*) from pg_prepared_statements"
	zone         = "select current_setting('TimeZone') || current_setting('bytea_output') || current_setting('transaction_read_only')"
	pinnedZone   = "UTChexon"
)

func TestASessionOfOursIsPinned(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	pgtest.Exec(t, dsn, "ALTER ROLE ALL IN DATABASE "+database(t, dsn)+" SET bytea_output = 'escape'",
		"CREATE FUNCTION change() RETURNS text LANGUAGE sql AS $$ SELECT set_config('bytea_output','escape',false) || set_config('default_transaction_read_only','off',false) $$")
	conn := open(t, dsn, connector.Options{MaxConns: 1})
	defer conn.Close()
	for i := range 4 {
		if got := one(t, conn, zone); got != pinnedZone {
			t.Fatalf("statement %d ran under %s", i, got)
		}
		if i == 2 { // what a function changes goes with its transaction
			if got := one(t, conn, "select public.change()"); got != "escapeoff" {
				t.Fatal(got)
			}
		}
	}
	if n := one(t, conn, preparedHere); n != "1" {
		t.Errorf("%s statements are prepared in a session of ours, not BEGIN alone", n)
	}
	// A statement that fails breaks its transaction off; the session serves on.
	pid := one(t, conn, "select pg_backend_pid()")
	if _, err := conn.Query(t.Context(), custard.Statement{SQL: "select 1/0"}); custard.AsError(err).Code != custard.CodeFailed {
		t.Fatal(err)
	}
	if again := one(t, conn, "select pg_backend_pid()"); again != pid {
		t.Error("a statement that failed cost the session")
	}
	if _, err := conn.Query(t.Context(), custard.Statement{SQL: "with x as (delete from points returning 1) select * from x"}); err == nil {
		t.Error("a statement that writes ran")
	}
}

// A pooler in transaction mode: nothing stays behind in the sessions that it shares.
func TestAPoolersSessionsAreNotPinned(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	conn := open(t, pooled(t, dsn, true), connector.Options{MaxConns: 1})
	defer conn.Close()
	pids := map[string]bool{}
	for range 4 {
		if got := one(t, conn, zone); got != pinnedZone {
			t.Fatalf("a statement ran under %s", got)
		}
		if n := one(t, conn, preparedHere); n != "0" {
			t.Fatalf("%s statements are prepared in a session of others", n)
		}
		pids[one(t, conn, "select pg_backend_pid()")] = true
	}
	if len(pids) != 2 {
		t.Fatalf("the pooler of this test has %d sessions", len(pids))
	}
}

// A pooler that passes the process id of its first session on: the first statement on another session finds out.
func TestAPoolerThatLooksLikeAServer(t *testing.T) {
	t.Parallel()
	dsn := pgtest.URL(t)
	pgtest.Exec(t, dsn, "ALTER ROLE ALL IN DATABASE "+database(t, dsn)+" SET bytea_output = 'escape'")
	conn := open(t, pooled(t, dsn, false), connector.Options{MaxConns: 1})
	defer conn.Close()
	for i := range 12 {
		if got := one(t, conn, zone); got != pinnedZone {
			t.Fatalf("statement %d ran under %s", i, got)
		}
	}
}

func database(t *testing.T, dsn string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path[1:]
}

// pooled starts a pooler in transaction mode with two sessions for each client, which it takes in turn, and returns its
// DSN. own says that it makes up process ids.
func pooled(t *testing.T, dsn string, own bool) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	t.Cleanup(func() {
		_ = ln.Close()
		work.Wait()
	})
	work.Go(func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			work.Go(func() {
				defer client.Close()
				if err := pool(client, server, own); err != nil && !errors.Is(err, io.EOF) {
					t.Logf("pooler: %v", err)
				}
			})
		}
	})
	u.Host, u.RawQuery = ln.Addr().String(), "sslmode=disable"
	return u.String()
}

func pool(client net.Conn, server string, own bool) error {
	startup, err := message(client, 0)
	if err != nil {
		return err
	}
	var sessions [2]net.Conn
	for i := range sessions {
		if sessions[i], err = net.Dial("tcp", server); err != nil {
			return err
		}
		defer sessions[i].Close()
		if _, err := sessions[i].Write(startup); err != nil {
			return err
		}
		for ready := false; !ready; {
			m, err := message(sessions[i], 1)
			if err != nil {
				return err
			}
			if m[0] == 'K' && own {
				binary.BigEndian.PutUint32(m[5:], 4_000_000)
			}
			ready = m[0] == 'Z'
			if i == 0 {
				if _, err := client.Write(m); err != nil {
					return err
				}
			}
		}
	}
	for turn := 0; ; turn++ { // one transaction each
		session := sessions[turn%2]
		for status := byte('T'); status != 'I'; {
			for end := false; !end; { // up to a synchronisation
				m, err := message(client, 1)
				if err != nil {
					return err
				}
				if _, err := session.Write(m); err != nil {
					return err
				}
				if m[0] == 'X' {
					return nil
				}
				end = m[0] == 'S'
			}
			for ready := false; !ready; {
				m, err := message(session, 1)
				if err != nil {
					return err
				}
				if _, err := client.Write(m); err != nil {
					return err
				}
				if ready = m[0] == 'Z'; ready {
					status = m[5]
				}
			}
		}
	}
}

// message reads a message whose length stands after kind bytes.
func message(r io.Reader, kind int) ([]byte, error) {
	head := make([]byte, kind+4)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	n := int64(binary.BigEndian.Uint32(head[kind:])) - 4
	var b bytes.Buffer
	b.Write(head)
	if m, err := io.CopyN(&b, r, n); err != nil {
		return nil, fmt.Errorf("%d of %d bytes: %w", m, n, err)
	}
	return b.Bytes(), nil
}
