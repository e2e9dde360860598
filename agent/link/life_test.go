package link

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

func TestWhatEndsTheLinkForGood(t *testing.T) {
	t.Parallel()
	refuse := func(e wire.Error) func(*wire.Hello) *wire.Message {
		return func(*wire.Hello) *wire.Message { return &wire.Message{Kind: wire.KindRefuse, Error: &e} }
	}
	for name, tt := range map[string]struct {
		token string
		greet func(*wire.Hello) *wire.Message
		close int
		want  custard.Code
	}{
		"unknown token": {token: "bad", want: custard.CodeUnauthenticated},
		"refused":       {greet: refuse(wire.Error{Code: custard.CodeForbidden, Message: "the connection was deleted"}), want: custard.CodeForbidden},
		"too old":       {greet: refuse(wire.Error{Code: custard.CodeUsage, Message: "this server needs version 3 of the protocol"}), want: custard.CodeUsage},
		"too new": {greet: func(*wire.Hello) *wire.Message {
			m := welcome(time.Minute)
			m.Welcome.Version = 7
			return m
		}, want: custard.CodeUsage},
		"revoked":  {close: wire.CloseRevoked, want: custard.CodeUnauthenticated},
		"replaced": {close: wire.CloseReplaced, want: custard.CodeConflict},
		"shut out": {close: wire.CloseRefused, want: custard.CodeForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hub := newScript(t, tt.greet)
			var log strings.Builder
			r := start(t, Options{Endpoint: hub.endpoint, Token: tt.token, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			if tt.close != 0 {
				hub.agent().conn.Close(tt.close, "as the test says")
			}
			err := r.ended(t)
			e := custard.AsError(err)
			if e == nil || e.Code != tt.want || e.Message == "" {
				t.Fatalf("Run returned %v, want %s", err, tt.want)
			}
			if strings.Contains(log.String(), "bad") {
				t.Errorf("the token is in the log: %s", log.String())
			}
		})
	}
}

// What may pass is tried again: a hub that restarts, one that has no room, a lost connection.
func TestWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	var hellos atomic.Int32
	hub := newScript(t, func(*wire.Hello) *wire.Message {
		if hellos.Add(1) == 1 {
			return &wire.Message{Kind: wire.KindRefuse, Error: &wire.Error{Code: custard.CodeRateLimited, Message: "full", Retry: true}}
		}
		return welcome(time.Minute)
	})
	r := start(t, Options{Endpoint: hub.endpoint, Source: nothing{}})
	hub.agent().conn.Close(wire.CloseRestart, "the server stops")
	hub.agent().conn.Abort()
	p := hub.agent()
	p.query(1, "SELECT 1", 1) // an answer of whatever kind: it is connected
	p.next()
	if state, ready := r.State(); !ready || state != "connected" {
		t.Errorf("state %q, %v", state, ready)
	}
}

// A hub that goes silent is noticed within two intervals, whatever the socket says.
func TestSilenceIsNoticed(t *testing.T) {
	t.Parallel()
	hub := newScript(t, func(*wire.Hello) *wire.Message { return welcome(300 * time.Millisecond) })
	start(t, Options{Endpoint: hub.endpoint, Source: nothing{}})
	p := hub.agent()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for range 6 { // pings keep it for twice as long as it would stay without
		if err := p.conn.Ping(); err != nil {
			t.Fatal(err)
		}
		<-tick.C
	}
	select {
	case _, ok := <-p.frames:
		t.Fatalf("it said something, or left (%v) in spite of pings", !ok)
	default:
	}
	if err := p.gone(); err == nil { // and without them it goes
		t.Error("it left without an error")
	}
	hub.agent()
}

func TestDrainLetsWhatRunsFinish(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	dsn := postgres(t)
	r := start(t, Options{Endpoint: hub.endpoint, Source: source(t, dsn)})
	p := hub.agent()
	p.query(1, "SELECT n, text FROM numbers", 1)
	got := p.rows().Batch.Rows
	r.stop()
	p.message(wire.KindDrain)
	p.query(2, "SELECT name FROM people", 1)
	m := p.message(wire.KindError)
	if m.ID != 2 || m.Error.Code != custard.CodeUnreachable || !m.Error.Retry {
		t.Errorf("a request that came too late: %+v", *m.Error)
	}
	p.send(&wire.Message{Kind: wire.KindCredit, ID: 1, Credit: 1 << 40})
	for end := false; !end; {
		rows := p.rows()
		got += rows.Batch.Rows
		end = rows.End
	}
	if got != 100_000 {
		t.Errorf("%d rows", got)
	}
	if closed, ok := errors.AsType[*wire.CloseError](p.gone()); !ok || closed.Code != wire.CloseRestart {
		t.Errorf("it closed with %v", p.err)
	}
	if err := r.ended(t); err != nil {
		t.Error(err)
	}
}

func TestGraceEndsWhatRunsTooLong(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	dsn := postgres(t)
	r := start(t, Options{Endpoint: hub.endpoint, Source: source(t, dsn), Grace: 50 * time.Millisecond})
	p := hub.agent()
	p.query(1, "SELECT count(*) FROM numbers a, numbers b, people c", 1)
	p.query(2, "SELECT n, text FROM numbers", 1) // waits for credit
	p.rows()
	r.stop()
	p.message(wire.KindDrain)
	for range 2 { // each ends, with an error that says that trying again is safe
		m := p.message(wire.KindError)
		if m.Error.Code != custard.CodeUnreachable || !m.Error.Retry {
			t.Errorf("request %d: %+v", m.ID, *m.Error)
		}
	}
	if err := r.ended(t); err != nil {
		t.Error(err)
	}
	still(t, dsn, "numbers", 0)
}

func TestSelfTest(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil)
	o := Options{Endpoint: hub.endpoint, Token: "good", Logger: slog.New(slog.DiscardHandler), Hello: wire.Hello{Instance: "i1", Dialect: custard.SQLite}}
	if w, err := New(o).Try(t.Context()); err != nil || w.Version != wire.Version {
		t.Errorf("%v, %v", w, err)
	}
	p := hub.agent()
	if !p.hello.Check {
		t.Error("it does not say that it is a self-test")
	}
	p.gone()
	o.Token = "bad"
	if _, err := New(o).Try(t.Context()); final(err) != custard.CodeUnauthenticated {
		t.Errorf("a bad token: %v", err)
	}
	o.Endpoint = "ws://127.0.0.1:1/api/v1/connections/ws/c1"
	_, err := New(o).Try(t.Context())
	if e := custard.AsError(err); e == nil || e.Code != custard.CodeUnreachable {
		t.Errorf("nobody there: %v", err)
	}
}

// A server that comes back after a while does not meet all its agents at once, nor do they dial together before.
func TestAThousandAgentsDoNotStorm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const agents, down = 1000, 60 * time.Second
		began := time.Now()
		var mu sync.Mutex
		dials, back := map[int]int{}, []time.Duration{}
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		for range agents {
			l := New(Options{Source: nothing{}, Logger: slog.New(slog.DiscardHandler), dial: func(ctx context.Context) (*wire.Conn, error) {
				since := time.Since(began)
				mu.Lock()
				defer mu.Unlock()
				if since > 0 { // all begin at once, when they lose the server
					dials[int(since/(100*time.Millisecond))]++
				}
				if since > down {
					back = append(back, since)
					mu.Unlock()
					<-ctx.Done() // connected, as far as this test goes: the handshake's time ends it
					mu.Lock()
					return nil, ctx.Err()
				}
				return nil, &custard.Error{Code: custard.CodeUnreachable, Message: "down", Retry: true, Cause: io.EOF}
			}})
			work.Go(func() { _ = l.Run(ctx) })
		}
		time.Sleep(down + mostBackoff + time.Second)
		mu.Lock()
		if len(back) < agents {
			t.Errorf("%d of %d agents are back %v after the server", len(back), agents, mostBackoff)
		}
		for tenth, n := range dials {
			// Spread evenly, a tenth of a second sees some 75 of them at the beginning, and 10 once the bound is reached.
			if n > 130 || tenth > 200 && n > 40 {
				t.Errorf("%d agents dial within the tenth of a second %d", n, tenth)
			}
		}
		mu.Unlock()
		cancel()
		work.Wait()
	})
}

// What the server says about when to come back is kept, with jitter on top.
func TestServerSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var dials []time.Time
		l := New(Options{Source: nothing{}, Logger: slog.New(slog.DiscardHandler), dial: func(context.Context) (*wire.Conn, error) {
			if dials = append(dials, time.Now()); len(dials) == 2 {
				cancel()
			}
			return nil, &custard.Error{Code: custard.CodeRateLimited, Message: "full", Retry: true, After: time.Hour}
		}})
		if err := l.Run(ctx); err != nil {
			t.Error(err)
		}
		if wait := dials[1].Sub(dials[0]); wait < time.Hour || wait > time.Hour+time.Minute {
			t.Errorf("it came back after %v", wait)
		}
	})
}

// After all is over nothing is left: no goroutine, no session at the database.
func TestNothingLeaks(t *testing.T) {
	dsn := postgres(t)
	settled := func(most int) int {
		n := 0
		for range 200 {
			if n = runtime.NumGoroutine(); n <= most {
				break
			}
			time.Sleep(10 * time.Millisecond) // goroutines of the test's own hub end in their own time
		}
		return n
	}
	before := settled(0)
	t.Run("work", func(t *testing.T) {
		hub := newScript(t, nil)
		start(t, Options{Endpoint: hub.endpoint, Source: source(t, dsn), Waiting: 64})
		id := uint64(0)
		for round := range 5 {
			p := hub.agent()
			for range 6 {
				id++
				p.query(id, "SELECT n, text FROM numbers", 1)
			}
			p.query(id+1, "SELECT count(*) FROM numbers a, numbers b", 1)
			p.send(&wire.Message{Kind: wire.KindCancel, ID: id})
			id++
			p.rows()
			if round%2 == 0 {
				p.conn.Abort()
			} else {
				p.conn.Close(wire.CloseRestart, "")
			}
		}
	})
	activity(t, dsn, "true", "0")
	if after := settled(before + 2); after > before+2 {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines before, %d after:\n%s", before, after, buf[:runtime.Stack(buf, true)])
	}
}

// nothing is a source that is never asked.
type nothing struct{ custard.Source }
