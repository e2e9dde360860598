package hub_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/hub"
)

// throughProxy returns a proxy in front of the server and the address that agents dial through it.
func throughProxy(t *testing.T, s *server) (*toxiproxy.Proxy, string) {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.New(io.Discard))
	proxy := toxiproxy.NewProxy(api, "hub", "127.0.0.1:0", strings.TrimPrefix(s.url, "http://"))
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return proxy, "http://" + proxy.Listen + "/api/v1/connections/ws/" + conn
}

func addToxic(t *testing.T, proxy *toxiproxy.Proxy, toxic string) {
	t.Helper()
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatal(err)
	}
}

func TestCutBeforeTheAcknowledgementMovesTheRequest(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	proxy, address := throughProxy(t, s)
	a := dial(t, s, dialOption{address: address, instance: "a"})
	type outcome struct {
		rows int
		err  error
	}
	answered := make(chan outcome, 1)
	go func() {
		n, _, err := query(t.Context(), s.Source(org, conn), "nothing")
		answered <- outcome{n, err}
	}()
	a.await(t, "it has the request", func() bool { return len(a.served) == 1 })
	dial(t, s, dialOption{instance: "b", serve: func(b *agent, m *wire.Message) {
		if m.Kind == wire.KindQuery {
			m.Statement.SQL = "rows 10"
		}
		b.serve(m)
	}})
	proxy.Stop()
	if got := <-answered; got.rows != 10 || got.err != nil {
		t.Errorf("%+v", got)
	}
	if m := s.Metrics(); m.Moved != 1 {
		t.Errorf("%+v", m)
	}
}

func TestCutWithoutAnotherAgent(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		sql   string
		rows  int
		retry bool
		says  string
	}{
		{"nothing", 0, true, "before the statement began"},
		{"ack", 0, true, "while the statement ran"},
		{"ack, rows 5000", 5000, false, "in the middle of the rows"},
		{"rows 3000, nothing", 3000, false, "in the middle of the rows"}, // all rows, but not the end
	} {
		t.Run(tt.sql, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, nil)
			proxy, address := throughProxy(t, s)
			a := dial(t, s, dialOption{address: address})
			go func() {
				a.await(t, "it has the request", func() bool { return len(a.served) == 1 && (tt.rows == 0 || a.sent > int64(tt.rows)*20) })
				time.Sleep(300 * time.Millisecond) // for what was sent to arrive
				proxy.Stop()
			}()
			n, _, err := query(t.Context(), s.Source(org, conn), tt.sql)
			if n != tt.rows {
				t.Error(n, "rows")
			}
			wantError(t, err, custard.CodeUnreachable, tt.retry)
			if e := custard.AsError(err); !strings.Contains(e.Message, tt.says) || e.Hint == "" {
				t.Errorf("%s (%s)", e.Message, e.Hint)
			}
			if m := s.Metrics(); m.Agents != 0 || m.Busy != 0 {
				t.Errorf("%+v", m)
			}
		})
	}
}

func TestCutInTheMiddleOfAFrame(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	proxy, address := throughProxy(t, s)
	dial(t, s, dialOption{address: address})
	src := s.Source(org, conn)
	if n, _, err := query(t.Context(), src, "rows 100"); n != 100 || err != nil {
		t.Fatal(n, err)
	}
	addToxic(t, proxy, `{"type":"limit_data","stream":"upstream","attributes":{"bytes":300000}}`)
	n, _, err := query(t.Context(), src, "rows 1000000")
	if n == 0 || n >= 1_000_000 {
		t.Error(n, "rows")
	}
	wantError(t, err, custard.CodeUnreachable, false)
}

// halfOpen connects an agent that runs a statement, and then lets nothing through any more.
func halfOpen(t *testing.T, heartbeat time.Duration, expect bool) (s *server, a *agent, running chan error) {
	t.Helper()
	s = newServer(t, func(c *hub.Config) { c.Heartbeat = heartbeat })
	proxy, address := throughProxy(t, s)
	a = dial(t, s, dialOption{address: address})
	if expect {
		a.Expect(2 * a.welcome.Heartbeat())
	}
	time.Sleep(3 * heartbeat) // pings keep both content
	if s.Metrics().Agents != 1 {
		t.Fatal("lost without reason")
	}
	running = make(chan error, 1)
	go func() {
		_, _, err := query(t.Context(), s.Source(org, conn), "ack")
		running <- err
	}()
	a.await(t, "it runs", func() bool { return len(a.served) == 1 })
	addToxic(t, proxy, `{"type":"timeout","name":"up","stream":"upstream","attributes":{"timeout":0}}`)
	addToxic(t, proxy, `{"type":"timeout","name":"down","stream":"downstream","attributes":{"timeout":0}}`)
	return s, a, running
}

func TestTheHubNoticesAHalfOpenConnection(t *testing.T) {
	t.Parallel()
	s, _, running := halfOpen(t, 500*time.Millisecond, false)
	began := time.Now()
	wantError(t, <-running, custard.CodeUnreachable, true)
	if d := time.Since(began); d > 5*time.Second {
		t.Error("took", d)
	}
	if m := s.Metrics(); m.Silent != 1 || m.Agents != 0 {
		t.Errorf("%+v", m)
	}
}

func TestTheAgentNoticesAHalfOpenConnection(t *testing.T) {
	t.Parallel()
	_, a, running := halfOpen(t, 500*time.Millisecond, true)
	err := <-a.done
	a.done <- err
	if e, ok := errors.AsType[*custard.Error](err); !ok || e.Code != custard.CodeUnreachable || !e.Retry {
		t.Error(err)
	}
	<-running
}

func TestTheAgentsComeBackAfterARestart(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	const count = 200
	var all []*agent
	for i := range count {
		all = append(all, dial(t, s, dialOption{instance: fmt.Sprint("i", i), address: s.address(fmt.Sprint("c", i)), token: fmt.Sprintf("%s/c%d/1", org, i)}))
	}
	s.Drain(t.Context())
	for _, a := range all {
		err := <-a.done
		a.done <- err
		if e, ok := errors.AsType[*wire.CloseError](err); !ok || e.Code != wire.CloseRestart {
			t.Fatal(err)
		}
	}
	again := newServer(t, nil)
	for i := range count {
		dial(t, again, dialOption{instance: fmt.Sprint("i", i), address: again.address(fmt.Sprint("c", i)), token: fmt.Sprintf("%s/c%d/1", org, i)})
	}
	for i := range count {
		if n, _, err := query(t.Context(), again.Source(org, fmt.Sprint("c", i)), "one"); n != 1 || err != nil {
			t.Fatal(i, err)
		}
	}
}

func TestAPoisonousStatementDoesNotKillEveryAgent(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	const count = 5
	for i := range count {
		dial(t, s, dialOption{instance: fmt.Sprint("i", i), serve: func(a *agent, m *wire.Message) {
			if m.Kind == wire.KindQuery {
				a.Abort() // it dies of the statement, before it can acknowledge
				return
			}
			a.serve(m)
		}})
	}
	_, _, err := query(t.Context(), s.Source(org, conn), "select crash()")
	wantError(t, err, custard.CodeUnreachable, true)
	eventually(t, "two are left", func() bool { return s.Metrics().Agents == count-3 })
}

func TestAnotherAgentIsAskedWhereOneCannotReachItsDatabase(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	dial(t, s, dialOption{instance: "a", serve: func(a *agent, m *wire.Message) {
		if m.Kind == wire.KindQuery {
			a.part(m.ID, "fail unreachable", true)
			return
		}
		a.serve(m)
	}})
	dial(t, s, dialOption{instance: "b"})
	for range 20 {
		if n, _, err := query(t.Context(), s.Source(org, conn), "one"); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
}
