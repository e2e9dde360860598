package hub_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/hub"
)

func TestASourceAnswersThroughItsAgent(t *testing.T) {
	t.Parallel()
	for _, capabilities := range [][]string{nil, {wire.CapZstd, "of a newer version"}} {
		s := newServer(t, nil)
		a := dial(t, s, dialOption{capabilities: capabilities})
		if a.welcome.Has(wire.CapZstd) != (capabilities != nil) || a.welcome.Has("of a newer version") {
			t.Error(a.welcome)
		}
		src := s.Source(org, conn)
		for _, rows := range []int{1, 999, 1000, 1001, 50_000} {
			n, truncated, err := query(t.Context(), src, fmt.Sprint("rows ", rows))
			if n != rows || truncated || err != nil {
				t.Error(rows, n, truncated, err)
			}
		}
		if n, truncated, err := query(t.Context(), src, "one"); n != 1 || !truncated || err != nil {
			t.Error(n, truncated, err)
		}
		values, err := src.Values(t.Context(), custard.ValuesRequest{Text: "Müller"})
		if err != nil || len(values) != 1 || values[0].Value != "Müller" {
			t.Error(values, err)
		}
		plan, err := src.Explain(t.Context(), custard.Statement{SQL: "select 1"})
		if err != nil || plan.Cost != 7 || plan.Text != "select 1" {
			t.Error(plan, err)
		}
		_, _, err = query(t.Context(), src, "fail too_expensive")
		wantError(t, err, custard.CodeTooExpensive, true)
		_, _, err = query(t.Context(), src, "fail unauthenticated") // not an agent's to say
		wantError(t, err, custard.CodeFailed, true)
		eventually(t, "nothing runs", func() bool { return s.Metrics().Busy == 0 })
		m := s.Metrics()
		if m.Agents != 1 || m.Dropped != 0 || m.Requests < 8 || m.Received == 0 || m.Sent == 0 {
			t.Errorf("%+v", m)
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestManyStatementsRunAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	dial(t, s, dialOption{})
	src := s.Source(org, conn)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if n, _, err := query(t.Context(), src, fmt.Sprint("rows ", 3000+i)); n != 3000+i || err != nil {
				t.Error(n, err)
			}
		})
	}
	wg.Wait()
}

func TestWithoutAnAgentTheHintSaysHowToStartOne(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	dial(t, s, dialOption{})
	for _, k := range [][2]string{{org, "conn-2"}, {"org-2", conn}} { // another organisation's agent is no agent
		_, _, err := query(t.Context(), s.Source(k[0], k[1]), "one")
		wantError(t, err, custard.CodeUnreachable, true)
		if hint := custard.AsError(err).Hint; !strings.Contains(hint, "custard-agent") || !strings.Contains(hint, k[1]) {
			t.Error(hint)
		}
		if list := s.Agents(t.Context(), k[0], k[1]); len(list) != 0 {
			t.Error(list)
		}
	}
	if list := s.Agents(t.Context(), org, conn); len(list) != 1 || list[0].ID != "instance-1" || list[0].Version != "test" || list[0].Address == "" || list[0].Since.IsZero() {
		t.Errorf("%+v", list)
	}
}

func TestTheSchemaTravelsOnceAndIsReported(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *hub.Config) { c.SchemaAge = time.Nanosecond })
	var mu sync.Mutex
	asked, fingerprint := 0, "f1"
	dial(t, s, dialOption{serve: func(a *agent, m *wire.Message) {
		mu.Lock()
		defer mu.Unlock()
		asked++
		reply := &wire.Schema{Unchanged: m.GetSchema.Have == fingerprint}
		if !reply.Unchanged {
			reply.Schema = testSchema(fingerprint)
		}
		_ = a.Send(&wire.Message{Kind: wire.KindSchema, ID: m.ID, Schema: reply})
	}})
	eventually(t, "the schema is fetched on connect", func() bool { return s.reported() == 1 })
	src := s.Source(org, conn)
	first, err := src.Schema(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	second, err := src.Schema(t.Context(), true)
	if err != nil || second != first {
		t.Error("an unchanged schema was sent again", err)
	}
	mu.Lock()
	fingerprint = "f2"
	mu.Unlock()
	third, err := src.Schema(t.Context(), false)
	if err != nil || third.Fingerprint != "f2" {
		t.Error(third, err)
	}
	if n := s.reported(); n != 2 {
		t.Error("reported", n, "times")
	}
	if asked != 4 {
		t.Error("asked", asked, "times")
	}
}

func TestAFreshSchemaNeedsNoAgent(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *hub.Config) { c.SchemaAge = time.Hour })
	a := dial(t, s, dialOption{})
	src := s.Source(org, conn)
	if _, err := src.Schema(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	a.Abort()
	eventually(t, "the agent is gone", func() bool { return s.Metrics().Agents == 0 })
	if _, err := src.Schema(t.Context(), false); err != nil {
		t.Error(err)
	}
	_, err := src.Schema(t.Context(), true)
	wantError(t, err, custard.CodeUnreachable, true)
}

func TestLeavingCancelsAtTheAgent(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(ctx context.Context, cancel func(), src custard.Source) error{
		"out of the loop": func(ctx context.Context, _ func(), src custard.Source) error {
			res, err := src.Query(ctx, custard.Statement{SQL: "rows 1000000"})
			if err != nil {
				return err
			}
			for _, err := range res.Batches {
				if err != nil {
					return err
				}
				break
			}
			return nil
		},
		"before the rows": func(ctx context.Context, cancel func(), src custard.Source) error {
			time.AfterFunc(50*time.Millisecond, cancel)
			_, err := src.Query(ctx, custard.Statement{SQL: "ack"})
			if custard.AsError(err).Code != custard.CodeCanceled {
				return fmt.Errorf("got %w", err)
			}
			return nil
		},
		"in the rows": func(ctx context.Context, cancel func(), src custard.Source) error {
			res, err := src.Query(ctx, custard.Statement{SQL: "rows 100000000"})
			if err != nil {
				return err
			}
			time.AfterFunc(50*time.Millisecond, cancel)
			for _, e := range res.Batches {
				err = e
			}
			if custard.AsError(err).Code != custard.CodeCanceled {
				return fmt.Errorf("got %w", err)
			}
			return nil
		},
		"without reading": func(ctx context.Context, cancel func(), src custard.Source) error {
			_, err := src.Query(ctx, custard.Statement{SQL: "rows 1000000"})
			cancel()
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, nil)
			a := dial(t, s, dialOption{})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if err := leave(ctx, cancel, s.Source(org, conn)); err != nil {
				t.Fatal(err)
			}
			a.await(t, "the agent is told to stop", func() bool { return a.cancels == 1 })
			eventually(t, "nothing runs", func() bool { return s.Metrics().Busy == 0 })
			if n, _, err := query(t.Context(), s.Source(org, conn), "rows 10"); n != 10 || err != nil {
				t.Error("afterwards:", n, err)
			}
		})
	}
}

func TestASlowReaderStopsTheAgent(t *testing.T) {
	t.Parallel()
	const window = 256 << 10
	s := newServer(t, func(c *hub.Config) { c.Limits.Window = window })
	a := dial(t, s, dialOption{})
	res, err := s.Source(org, conn).Query(t.Context(), custard.Statement{SQL: "rows 200000"})
	if err != nil {
		t.Fatal(err)
	}
	rows, consumed := 0, int64(0)
	for b, err := range res.Batches {
		if err != nil {
			t.Fatal(err)
		}
		rows += b.Rows
		if rows <= 20_000 { // read slowly: the agent gets as far as the credit lets it, and no farther
			var last int64
			for settled := 0; settled < 5; settled++ {
				time.Sleep(2 * time.Millisecond)
				a.mu.Lock()
				if a.sent != last {
					last, settled = a.sent, 0
				}
				a.mu.Unlock()
			}
			if ahead := last - consumed; ahead > window+64<<10 {
				t.Fatalf("the agent is %d bytes ahead of its reader", ahead)
			}
		}
		consumed += int64(len(b.Data))
	}
	if rows != 200_000 {
		t.Error(rows)
	}
}

func TestReplicasShareTheWork(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	var all []*agent
	for i := range 3 {
		all = append(all, dial(t, s, dialOption{instance: fmt.Sprint("i", i)}))
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() { _, _, _ = query(ctx, s.Source(org, conn), "ack") })
	}
	eventually(t, "all run", func() bool { return s.Metrics().Busy == 30 })
	for i, a := range s.Agents(ctx, org, conn) {
		if a.Busy < 5 || a.Busy > 15 { // the least busy is picked; two that look at once may pick the same
			t.Error("agent", i, "has", a.Busy, "of 30")
		}
	}
	cancel()
	wg.Wait()
	for _, a := range all {
		a.await(t, "all cancelled", func() bool { return a.cancels == len(a.served) })
	}
}

func TestTheNewestConnectionOfAnInstanceWins(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	old := dial(t, s, dialOption{})
	moved := make(chan error, 1)
	go func() {
		_, _, err := query(t.Context(), s.Source(org, conn), "nothing")
		moved <- err
	}()
	old.await(t, "it has the request", func() bool { return len(old.served) == 1 })
	replacement := dial(t, s, dialOption{serve: func(a *agent, m *wire.Message) {
		if m.Kind == wire.KindQuery {
			m.Statement.SQL = "rows 0, one"
		}
		a.serve(m)
	}})
	err := <-old.done
	old.done <- err
	if e, ok := errors.AsType[*wire.CloseError](err); !ok || e.Code != wire.CloseReplaced || !e.Final() {
		t.Error(err)
	}
	if err := <-moved; err != nil {
		t.Error("the request that had not begun did not move:", err)
	}
	if n := len(s.Agents(t.Context(), org, conn)); n != 1 {
		t.Error(n, "agents")
	}
	if m := s.Metrics(); m.Replaced != 1 || m.Moved != 1 {
		t.Errorf("%+v", m)
	}
	_ = replacement
}

func TestASelfTestIsNoAgent(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	runs := dial(t, s, dialOption{instance: "a"})
	check := dial(t, s, dialOption{instance: "a", check: true}) // of the same instance, as a restarted agent would be
	list := s.Agents(t.Context(), org, conn)
	err := <-check.done
	check.done <- err
	if e, ok := errors.AsType[*wire.CloseError](err); !ok || e.Code != wire.CloseNormal {
		t.Error("the self-test was not seen off:", err)
	}
	if len(list) != 1 {
		t.Error(list)
	}
	if m := s.Metrics(); m.Agents != 1 || m.Accepted != 1 || m.Replaced != 0 {
		t.Errorf("%+v", m)
	}
	if _, _, err := query(t.Context(), s.Source(org, conn), "rows 0, one"); err != nil {
		t.Error("the agent that was there does not serve any more:", err)
	}
	select {
	case err := <-runs.done:
		runs.done <- err
		t.Error("the agent that was there is gone:", err)
	default:
	}
	if _, err := tryDial(t.Context(), s, dialOption{token: "wrong", check: true}); custard.AsError(err).Code != custard.CodeUnauthenticated {
		t.Error("a self-test with a wrong token:", err)
	}
}

func TestRevokingCutsTheSocketAndWhatRuns(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	gone := dial(t, s, dialOption{token: "org-1/conn-1/old", instance: "a"})
	kept := dial(t, s, dialOption{token: "org-1/conn-1/new", instance: "b"})
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { _, _, _ = query(t.Context(), s.Source(org, conn), "ack") })
	}
	gone.await(t, "it has work", func() bool { return len(gone.served) > 2 })
	began := time.Now()
	s.revoke(t, conn, "org-1/conn-1/old")
	err := <-gone.done
	gone.done <- err
	if e, ok := errors.AsType[*wire.CloseError](err); !ok || e.Code != wire.CloseRevoked {
		t.Error(err)
	}
	if d := time.Since(began); d > 2*time.Second {
		t.Error("took", d)
	}
	if _, err := tryDial(t.Context(), s, dialOption{token: "org-1/conn-1/old", instance: "a"}); custard.AsError(err).Code != custard.CodeUnauthenticated {
		t.Error(err)
	}
	if list := s.Agents(t.Context(), org, conn); len(list) != 1 || list[0].ID != "b" {
		t.Error(list)
	}
	s.revoke(t, conn, "") // all
	if _, ok := errors.AsType[*wire.CloseError](<-kept.done); !ok {
		t.Error("the other token's agent is still there")
	}
	kept.done <- nil
	wg.Wait()
}

func TestAnAgentIsCutWhenItsTokenHasExpired(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	valid := []string{"org-1/conn-1/old", "org-1/conn-1/new"}
	asked := 0
	s := newServer(t, func(c *hub.Config) {
		c.Recheck = 20 * time.Millisecond
		c.Tokens = func(_ context.Context, o, id string) ([]string, error) {
			mu.Lock()
			defer mu.Unlock()
			if asked++; asked == 3 {
				return nil, errors.New("the database is away")
			}
			if o != org || id != conn {
				t.Error(o, id)
			}
			return valid, nil
		}
	})
	old := dial(t, s, dialOption{token: "org-1/conn-1/old", instance: "a"})
	dial(t, s, dialOption{token: "org-1/conn-1/new", instance: "b"})
	eventually(t, "some rounds", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return asked > 5
	})
	if n := s.Metrics().Agents; n != 2 {
		t.Fatal("an agent with a valid token was cut:", n)
	}
	mu.Lock()
	valid = valid[1:]
	mu.Unlock()
	err := <-old.done
	old.done <- err
	if e, ok := errors.AsType[*wire.CloseError](err); !ok || e.Code != wire.CloseRevoked {
		t.Error(err)
	}
	if list := s.Agents(t.Context(), org, conn); len(list) != 1 || list[0].ID != "b" {
		t.Error(list)
	}
}

func TestDrainLetsFinishWhatRuns(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	a := dial(t, s, dialOption{})
	res, err := s.Source(org, conn).Query(t.Context(), custard.Statement{SQL: "rows 100000"})
	if err != nil {
		t.Fatal(err)
	}
	drained := make(chan struct{})
	go func() {
		s.Drain(t.Context())
		close(drained)
	}()
	eventually(t, "no new agents", func() bool {
		_, err := tryDial(t.Context(), s, dialOption{instance: "late"})
		return err != nil && custard.AsError(err).Retry
	})
	rows := 0
	for b, err := range res.Batches {
		if err != nil {
			t.Fatal(err)
		}
		rows += b.Rows
	}
	if rows != 100_000 {
		t.Error(rows)
	}
	<-drained
	err = <-a.done
	a.done <- err
	if e, ok := errors.AsType[*wire.CloseError](err); !ok || e.Code != wire.CloseRestart || e.Final() {
		t.Error(err)
	}
}

func TestADrainEndsWithItsTime(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	dial(t, s, dialOption{})
	failed := make(chan error, 1)
	go func() {
		_, _, err := query(t.Context(), s.Source(org, conn), "ack")
		failed <- err
	}()
	eventually(t, "it runs", func() bool { return s.Metrics().Busy == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s.Drain(ctx)
	wantError(t, <-failed, custard.CodeUnreachable, true)
}

func TestADrainingAgentGetsNothingNew(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	leaving := dial(t, s, dialOption{instance: "a"})
	dial(t, s, dialOption{instance: "b"})
	if err := leaving.Send(&wire.Message{Kind: wire.KindDrain}); err != nil {
		t.Fatal(err)
	}
	src := s.Source(org, conn)
	settled := 0
	eventually(t, "the other gets everything", func() bool {
		before := len(leaving.servedNow())
		if _, _, err := query(t.Context(), src, "one"); err != nil {
			t.Fatal(err)
		}
		if settled++; len(leaving.servedNow()) > before {
			settled = 0
		}
		return settled > 20
	})
}

func (a *agent) servedNow() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.served...)
}

func TestWhoMayNotConnectIsToldForGood(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *hub.Config) { c.Limits.Replicas = 2 })
	dial(t, s, dialOption{instance: "a"})
	dial(t, s, dialOption{instance: "b"})
	for name, tt := range map[string]struct {
		o     dialOption
		code  custard.Code
		retry bool
	}{
		"unknown token":    {dialOption{token: "x"}, custard.CodeUnauthenticated, false},
		"other connection": {dialOption{token: "org-1/conn-2/1"}, custard.CodeForbidden, false},
		"too many":         {dialOption{instance: "c"}, custard.CodeLimit, true},
		"bad instance":     {dialOption{instance: "a b"}, custard.CodeUsage, false},
		"long instance":    {dialOption{instance: strings.Repeat("x", 65)}, custard.CodeUsage, false},
	} {
		_, err := tryDial(t.Context(), s, tt.o)
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		wantError(t, err, tt.code, tt.retry)
	}
	if _, err := tryDial(t.Context(), s, dialOption{instance: "a"}); err != nil {
		t.Error("a replacement counts as one more:", err)
	}
}
