package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/custard-ai/custard/internal/custard"
)

var testLimits = Limits{Requests: 8, Control: 64 << 10, Schema: 1 << 20, Frame: 4 << 20}

// pair returns both ends of a connection: the agent's and the hub's.
func pair(t *testing.T) (agent, hub *Conn) {
	t.Helper()
	up := &Upgrader{Limits: testLimits}
	accepted := make(chan *Conn, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := up.Upgrade(w, r)
		if err != nil {
			t.Error(err)
		}
		accepted <- c
	}))
	t.Cleanup(srv.Close)
	agent, err := Dial(t.Context(), srv.URL, "token", DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	hub = <-accepted
	t.Cleanup(agent.Abort)
	t.Cleanup(hub.Abort)
	return agent, hub
}

func TestFramesOfAllSizesArrive(t *testing.T) {
	t.Parallel()
	for _, compress := range []bool{false, true} {
		agent, hub := pair(t)
		agent.Compress(compress)
		r := rand.New(rand.NewPCG(1, 1))
		sizes := []int{0, 1, 50, 300, 3000, 9000, 20, 9000, 1}
		sent := make(chan error, 1)
		batches := make([]custard.Batch, len(sizes))
		for i, rows := range sizes {
			batches[i] = randomBatch(r, 3, rows)
		}
		go func() {
			for i := range sizes {
				if err := agent.SendRows(&Rows{ID: uint64(i) + 1, Batch: batches[i], End: i%2 == 0}); err != nil {
					sent <- err
					return
				}
				if err := agent.Send(&Message{Kind: KindAck, ID: uint64(i) + 1}); err != nil {
					sent <- err
					return
				}
			}
			sent <- nil
		}()
		for i := range sizes {
			_, b, err := hub.Receive()
			if err != nil || b == nil {
				t.Fatal("frame", i, err)
			}
			rows, err := b.Open(testLimits.Frame)
			if err != nil {
				t.Fatal(err)
			}
			if rows.ID != uint64(i)+1 || rows.Batch.Rows != sizes[i] || !bytes.Equal(rows.Batch.Data, batches[i].Data) {
				t.Errorf("frame %d: %d rows of %d, %d bytes of %d", i, rows.Batch.Rows, sizes[i], len(rows.Batch.Data), len(batches[i].Data))
			}
			b.Release()
			m, _, err := hub.Receive()
			if err != nil || m == nil || m.Kind != KindAck || m.ID != uint64(i)+1 {
				t.Fatal("message", i, m, err)
			}
		}
		if err := <-sent; err != nil {
			t.Error(err)
		}
		if sent, _ := agent.Bytes(); sent == 0 {
			t.Error("no bytes counted")
		}
		_, received := hub.Bytes()
		if sent, _ := agent.Bytes(); sent != received {
			t.Errorf("sent %d, received %d", sent, received)
		}
	}
}

func TestManySendAtOnce(t *testing.T) {
	t.Parallel()
	agent, hub := pair(t)
	batch := randomBatch(rand.New(rand.NewPCG(1, 1)), 2, 500)
	const senders, each = 8, 25
	var wg sync.WaitGroup
	for n := range senders {
		wg.Go(func() {
			for range each {
				var err error
				if n%2 == 0 {
					err = agent.Send(&Message{Kind: KindAck, ID: uint64(n) + 1})
				} else {
					err = agent.SendRows(&Rows{ID: uint64(n) + 1, Batch: batch})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	got := map[uint64]int{}
	for range senders * each {
		m, b, err := hub.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if m != nil {
			got[m.ID]++
			continue
		}
		if rows, err := b.Open(1 << 20); err != nil || !bytes.Equal(rows.Batch.Data, batch.Data) {
			t.Fatal("a frame was mixed up", err)
		}
		got[b.ID]++
		b.Release()
	}
	wg.Wait()
	for n := range uint64(senders) {
		if got[n+1] != each {
			t.Errorf("sender %d: %d", n, got[n+1])
		}
	}
}

func TestLargeFramesEndTheConnection(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(*Conn) error{
		"control": func(c *Conn) error {
			return c.Send(&Message{Kind: KindError, ID: 1, Error: &Error{Message: strings.Repeat("x", int(testLimits.Control))}})
		},
		"binary": func(c *Conn) error {
			return c.SendRows(&Rows{ID: 1, Batch: custard.Batch{Width: 1, Rows: 1, Data: make([]byte, testLimits.Frame+1)}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			agent, hub := pair(t)
			go func() { _ = send(agent) }()
			_, _, err := hub.Receive()
			if custard.AsError(err).Code != custard.CodeUsage {
				t.Error(err)
			}
			if _, _, err := agent.Receive(); err == nil {
				t.Error("the agent was not told")
			}
		})
	}
}

func TestASchemaMayBeLargerWhenItIsAwaited(t *testing.T) {
	t.Parallel()
	agent, hub := pair(t)
	hub.SetTextLimit(testLimits.Schema)
	if err := agent.Send(&Message{Kind: KindPlan, ID: 1, Plan: &custard.Plan{Text: strings.Repeat("x", int(testLimits.Control))}}); err != nil {
		t.Fatal(err)
	}
	if m, _, err := hub.Receive(); err != nil || len(m.Plan.Text) != int(testLimits.Control) {
		t.Error(err)
	}
}

func TestNonsenseEndsTheConnection(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind int
		data string
	}{{websocket.TextMessage, "nonsense"}, {websocket.BinaryMessage, "nonsense"}, {websocket.BinaryMessage, ""}, {websocket.TextMessage, ""}, {websocket.TextMessage, "\xff\xfe"}} {
		agent, hub := pair(t)
		if err := agent.ws.WriteMessage(tt.kind, []byte(tt.data)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := hub.Receive(); custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%q: %v", tt.data, err)
		}
	}
}

func TestACloseSaysWhy(t *testing.T) {
	t.Parallel()
	for code, final := range map[int]bool{CloseRevoked: true, CloseReplaced: true, CloseRefused: true, CloseRestart: false, CloseNormal: false, CloseOverloaded: false} {
		agent, hub := pair(t)
		// What the other side still sends must not keep the reason from it.
		for range 20 {
			if err := agent.Send(&Message{Kind: KindAck, ID: 1}); err != nil {
				t.Fatal(err)
			}
		}
		done := make(chan struct{})
		go func() {
			hub.CloseWait(code, "because")
			close(done)
		}()
		_, _, err := agent.Receive()
		e, ok := errors.AsType[*CloseError](err)
		if !ok || e.Code != code || e.Reason != "because" || e.Final() != final {
			t.Errorf("%d: %v", code, err)
		}
		<-done
	}
}

func TestACloseDoesNotWaitForADeadPeer(t *testing.T) {
	t.Parallel()
	_, hub := pair(t) // the agent reads nothing
	began := time.Now()
	hub.CloseWait(CloseRevoked, "")
	if d := time.Since(began); d > 2*closeGrace {
		t.Error("took", d)
	}
}

func TestSilenceIsNoticed(t *testing.T) {
	t.Parallel()
	agent, hub := pair(t)
	go func() { _, _, _ = hub.Receive() }()
	agent.Expect(300 * time.Millisecond)
	lost := make(chan error, 1)
	go func() {
		_, _, err := agent.Receive()
		lost <- err
	}()
	for range 5 { // pings keep it alive
		if err := hub.Ping(); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-lost:
			t.Fatal("lost in spite of pings:", err)
		case <-time.After(100 * time.Millisecond):
		}
	}
	err := <-lost
	if e := custard.AsError(err); e.Code != custard.CodeUnreachable || !e.Retry {
		t.Error(err)
	}
	if time.Since(hub.LastSeen()) > time.Second {
		t.Error("the pongs were not seen")
	}
}

func TestARefusalTellsWhetherToDialAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status int
		body   any
		after  string
		code   custard.Code
		retry  bool
		wait   time.Duration
	}{
		{401, ErrorBody{Error{Code: custard.CodeUnauthenticated, Message: "the token is revoked", Retry: true}}, "", custard.CodeUnauthenticated, false, 0},
		{403, ErrorBody{Error{Code: custard.CodeForbidden, Message: "of another connection"}}, "", custard.CodeForbidden, false, 0},
		{404, ErrorBody{Error{Code: custard.CodeNotFound, Message: "no such connection"}}, "", custard.CodeNotFound, false, 0},
		{401, "<html>", "", custard.CodeUnreachable, true, 0}, // a proxy's word, not the hub's
		{403, nil, "", custard.CodeUnreachable, true, 0},
		{404, nil, "", custard.CodeUnreachable, true, 0},
		{503, ErrorBody{Error{Code: custard.CodeUnreachable, Message: "stopping"}}, "3", custard.CodeUnreachable, true, 3 * time.Second},
		{429, nil, "999999", custard.CodeUnreachable, true, time.Hour},
		{502, "<html>", "", custard.CodeUnreachable, true, 0},
		{200, nil, "", custard.CodeUnreachable, true, 0},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if BearerToken(r) != "secret" || strings.Contains(r.URL.String(), "secret") {
				t.Error("the token is not where it belongs:", r.URL, r.Header)
			}
			if tt.after != "" {
				w.Header().Set("Retry-After", tt.after)
			}
			w.WriteHeader(tt.status)
			if tt.body != nil {
				_ = json.NewEncoder(w).Encode(tt.body)
			}
		}))
		_, err := Dial(t.Context(), srv.URL, "secret", DialOptions{})
		e, ok := errors.AsType[*custard.Error](err)
		if !ok || e.Code != tt.code || e.Retry != tt.retry || e.After != tt.wait || strings.Contains(e.Message, "secret") {
			t.Errorf("%d: %+v", tt.status, err)
		}
		srv.Close()
	}
}

func TestAddressesThatCannotBeDialled(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "custard.example.com", "ftp://x", "ws://", "://", "ws://[::1"} {
		if _, err := Dial(t.Context(), address, "t", DialOptions{}); custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%s: %v", address, err)
		}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	if _, err := Dial(t.Context(), "ws://"+ln.Addr().String(), "t", DialOptions{}); custard.AsError(err).Code != custard.CodeUnreachable || !custard.AsError(err).Retry {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Dial(ctx, "ws://"+ln.Addr().String(), "t", DialOptions{}); custard.AsError(err).Code != custard.CodeCanceled {
		t.Error(err)
	}
}

func TestBrowsersAreNotAgents(t *testing.T) {
	t.Parallel()
	up := &Upgrader{Limits: testLimits}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := up.Upgrade(w, r); err == nil {
			c.Abort()
			t.Error("a request of a page was taken")
		}
	}))
	defer srv.Close()
	_, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(srv.URL, "http"), http.Header{"Origin": {srv.URL}})
	if err == nil || resp.StatusCode != http.StatusForbidden {
		t.Error(err)
	}
	resp.Body.Close()
}
