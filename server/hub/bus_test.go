package hub_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/rs/zerolog"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/hub"
	"github.com/custard-ai/custard/server/hub/natsbus"
)

const testBeat = 500 * time.Millisecond

func startNATS(t *testing.T) string {
	t.Helper()
	ns, err := natsserver.NewServer(&natsserver.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go ns.Start()
	if !ns.ReadyForConnections(10 * time.Second) {
		t.Fatal("nats-server does not start")
	}
	t.Cleanup(func() {
		ns.Shutdown()
		ns.WaitForShutdown()
	})
	return ns.ClientURL()
}

// replica starts a server that shares its agents over NATS.
func replica(t *testing.T, url string) *server {
	t.Helper()
	bus, err := natsbus.Connect(url, natsbus.Options{Beat: testBeat})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the bus is connected", func() bool { return bus.Err() == nil })
	return newServer(t, func(c *hub.Config) {
		c.Bus = bus
		c.SchemaAge = time.Nanosecond
		c.OnSchema = nil
	})
}

// answers waits until a replica reaches an agent over the bus: subscriptions take a moment.
func answers(t *testing.T, s *server) {
	t.Helper()
	eventually(t, "the agent is reached", func() bool {
		n, _, err := query(t.Context(), s.Source(org, conn), "one")
		return n == 1 && err == nil
	})
}

func TestReplicasShareTheirAgents(t *testing.T) {
	t.Parallel()
	url := startNATS(t)
	one, two, three := replica(t, url), replica(t, url), replica(t, url)
	dial(t, one, dialOption{})
	for _, s := range []*server{two, three} {
		answers(t, s)
		src := s.Source(org, conn)
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				if n, truncated, err := query(t.Context(), src, fmt.Sprint("rows ", 40_000+i)); n != 40_000+i || truncated || err != nil {
					t.Error(n, truncated, err)
				}
			})
		}
		wg.Wait()
		if n, truncated, err := query(t.Context(), src, "one"); n != 1 || !truncated || err != nil {
			t.Error(n, truncated, err)
		}
		values, err := src.Values(t.Context(), custard.ValuesRequest{Text: "Müller"})
		if err != nil || len(values) != 1 || values[0].Value != "Müller" {
			t.Error(values, err)
		}
		plan, err := src.Explain(t.Context(), custard.Statement{SQL: "select 1"})
		if err != nil || plan.Text != "select 1" {
			t.Error(plan, err)
		}
		first, err := src.Schema(t.Context(), false)
		if err != nil || first.Fingerprint != "f1" {
			t.Fatal(err)
		}
		if second, err := src.Schema(t.Context(), true); err != nil || second != first {
			t.Error("an unchanged schema travelled again", err)
		}
		_, _, err = query(t.Context(), src, "fail too_expensive")
		wantError(t, err, custard.CodeTooExpensive, true)
		eventually(t, "its agents are listed", func() bool { return len(s.Agents(t.Context(), org, conn)) == 1 })
		if list := s.Agents(t.Context(), org, conn); list[0].ID != "instance-1" {
			t.Error(list)
		}
		if m := s.Metrics(); m.Agents != 0 {
			t.Error("the agent is connected here too")
		}
	}
	// Another organisation's connection of the same id is not reached.
	_, _, err := query(t.Context(), two.Source("org-2", conn), "one")
	wantError(t, err, custard.CodeUnreachable, true)
}

func TestWithoutAnAgentAnywhereItShowsAtOnce(t *testing.T) {
	t.Parallel()
	url := startNATS(t)
	one, _ := replica(t, url), replica(t, url)
	began := time.Now()
	_, _, err := query(t.Context(), one.Source(org, conn), "one")
	wantError(t, err, custard.CodeUnreachable, true)
	if e := custard.AsError(err); !strings.Contains(e.Hint, conn) {
		t.Error(e.Hint)
	}
	if d := time.Since(began); d > 2*testBeat {
		t.Error("took", d)
	}
}

func TestALargeSchemaTravelsInParts(t *testing.T) {
	t.Parallel()
	url := startNATS(t)
	one, two := replica(t, url), replica(t, url)
	large := testSchema("large")
	for i := range 6_000 {
		large.Tables = append(large.Tables, &custard.Table{Name: fmt.Sprint("table_", i), Comment: strings.Repeat("c", 100), Columns: []*custard.Column{{Name: "id", Type: custard.TypeInt}}})
	}
	dial(t, one, dialOption{serve: func(a *agent, m *wire.Message) {
		if m.Kind != wire.KindSchema {
			a.serve(m)
			return
		}
		_ = a.Send(&wire.Message{Kind: wire.KindSchema, ID: m.ID, Schema: &wire.Schema{Schema: large}})
	}})
	answers(t, two)
	schema, err := two.Source(org, conn).Schema(t.Context(), false)
	if err != nil || len(schema.Tables) != 6_001 {
		t.Fatal(err)
	}
}

func TestCancelCrossesTheBus(t *testing.T) {
	t.Parallel()
	url := startNATS(t)
	one, two := replica(t, url), replica(t, url)
	a := dial(t, one, dialOption{})
	answers(t, two)
	for i, sql := range []string{"ack", "rows 100000000"} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		_, _, err := query(ctx, two.Source(org, conn), sql)
		cancel()
		wantError(t, err, custard.CodeTimeout, false)
		a.await(t, "the agent is told to stop", func() bool { return a.cancels == i+1 })
	}
	res, err := two.Source(org, conn).Query(t.Context(), custard.Statement{SQL: "rows 100000000"})
	if err != nil {
		t.Fatal(err)
	}
	for range res.Batches {
		break
	}
	a.await(t, "leaving the loop stops it", func() bool { return a.cancels == 3 })
	eventually(t, "nothing runs", func() bool { return one.Metrics().Busy == 0 })
}

func TestASlowReaderStopsAnAgentOfAnotherReplica(t *testing.T) {
	t.Parallel()
	url := startNATS(t)
	one, two := replica(t, url), replica(t, url)
	a := dial(t, one, dialOption{})
	answers(t, two)
	res, err := two.Source(org, conn).Query(t.Context(), custard.Statement{SQL: "rows 1000000"})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(4 * testBeat) // longer than silence is suffered
	a.mu.Lock()
	sent := a.sent
	a.mu.Unlock()
	if sent > 5<<20 { // a window at the agent's hub and one at the asker's, of 1 MiB each
		t.Error("the agent sent", sent, "bytes to a reader that does not read")
	}
	rows := 0
	for b, err := range res.Batches {
		if err != nil {
			t.Fatal(err)
		}
		rows += b.Rows
	}
	if rows != 1_000_000 {
		t.Error(rows)
	}
}

func TestRevocationCrossesTheBus(t *testing.T) {
	t.Parallel()
	url := startNATS(t)
	one, two := replica(t, url), replica(t, url)
	a := dial(t, one, dialOption{token: "org-1/conn-1/old"})
	answers(t, two)
	running := make(chan error, 1)
	go func() {
		_, _, err := query(t.Context(), two.Source(org, conn), "ack")
		running <- err
	}()
	a.await(t, "it runs", func() bool { return a.served[len(a.served)-1] == "ack" })
	began := time.Now()
	two.revoke(t, conn, "org-1/conn-1/old")
	err := <-a.done
	a.done <- err
	if e, ok := errors.AsType[*wire.CloseError](err); !ok || e.Code != wire.CloseRevoked {
		t.Error(err)
	}
	if e := custard.AsError(<-running); e.Code != custard.CodeUnreachable {
		t.Error(e)
	}
	if d := time.Since(began); d > 2*time.Second {
		t.Error("took", d)
	}
}

func TestAReplicaThatDiesLosesOnlyWhatItStreamed(t *testing.T) {
	t.Parallel()
	url := startNATS(t)
	proxy, address := natsThroughProxy(t, url)
	dying, two, three := replica(t, address), replica(t, url), replica(t, url)
	a := dial(t, dying, dialOption{})
	answers(t, two)
	res, err := two.Source(org, conn).Query(t.Context(), custard.Statement{SQL: "rows 100000000"})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	var failed error
	for b, err := range res.Batches {
		if failed = err; err != nil {
			break
		}
		if rows += b.Rows; rows == 1000 {
			proxy.Stop() // no goodbye
		}
	}
	wantError(t, failed, custard.CodeUnreachable, false)
	a.await(t, "the replica without an asker stops the statement", func() bool { return a.cancels == 1 })
	dial(t, three, dialOption{}) // the agent finds another replica
	answers(t, two)
	if n, _, err := query(t.Context(), two.Source(org, conn), "rows 5000"); n != 5000 || err != nil {
		t.Error(n, err)
	}
	_, _, err = query(t.Context(), dying.Source(org, "conn-2"), "one") // cut off, it says so at once
	wantError(t, err, custard.CodeUnreachable, true)
}

// natsThroughProxy returns an address of NATS that proxy.Stop takes away without a goodbye.
func natsThroughProxy(t *testing.T, url string) (proxy *toxiproxy.Proxy, address string) {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.New(io.Discard))
	proxy = toxiproxy.NewProxy(api, "nats", "127.0.0.1:0", strings.TrimPrefix(url, "nats://"))
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return proxy, "nats://" + proxy.Listen
}

// What NATS says to the beats of whoever serves it, that nobody listens, is no sign of the asker's life.
func TestAnAskerThatDiesStopsItsStatementAtAnotherReplica(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{"rows 100000000", "ack"} {
		t.Run(sql, func(t *testing.T) {
			t.Parallel()
			url := startNATS(t)
			proxy, address := natsThroughProxy(t, url)
			one, dying := replica(t, url), replica(t, address)
			a := dial(t, one, dialOption{})
			answers(t, dying)
			asked := make(chan struct{})
			go func() {
				defer close(asked)
				if res, err := dying.Source(org, conn).Query(t.Context(), custard.Statement{SQL: sql}); err == nil {
					for range res.Batches { // until it is cut off
					}
				}
			}()
			a.await(t, "it runs", func() bool { return slices.Contains(a.served, sql) })
			proxy.Stop()
			a.await(t, "it is stopped", func() bool { return a.cancels == 1 })
			eventually(t, "nothing runs", func() bool { return one.Metrics().Busy == 0 })
			<-asked
		})
	}
}

func TestWhatADeadReplicaHasNotAnsweredIsMoved(t *testing.T) {
	t.Parallel()
	url := startNATS(t)
	proxy, address := natsThroughProxy(t, url)
	dying, two, three := replica(t, address), replica(t, url), replica(t, url)
	began := make(chan struct{}, 1)
	dial(t, dying, dialOption{serve: func(a *agent, m *wire.Message) {
		if m.Kind == wire.KindQuery && m.Statement.SQL == "rows 7" {
			_ = a.Send(&wire.Message{Kind: wire.KindAck, ID: m.ID}) // and is at it for ever
			began <- struct{}{}
			return
		}
		a.serve(m)
	}})
	answers(t, two)
	type answer struct {
		rows int
		err  error
	}
	asked := make(chan answer, 1)
	go func() {
		n, _, err := query(t.Context(), two.Source(org, conn), "rows 7")
		asked <- answer{n, err}
	}()
	<-began
	dial(t, three, dialOption{instance: "another"})
	proxy.Stop()
	if got := <-asked; got.rows != 7 || got.err != nil {
		t.Error(got)
	}
}

func TestADrainedReplicaIsOffTheBus(t *testing.T) {
	t.Parallel()
	url := startNATS(t)
	one, two := replica(t, url), replica(t, url)
	dial(t, one, dialOption{})
	answers(t, two)
	one.Drain(t.Context())
	dial(t, two, dialOption{instance: "elsewhere"})
	answers(t, one)
}
