package hub_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/hub"
)

// pipes is a listener in memory, for tests whose clock is their own.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.conns <- there
	return here, nil
}

// inBubble runs a hub and its HTTP server in memory.
func inBubble(t *testing.T, test func(h *hub.Hub, dial func() *wire.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := hub.New(hub.Config{Authenticate: func(context.Context, string, string) (hub.Identity, error) {
			return hub.Identity{Org: org, Connection: conn, Token: "1"}, nil
		}})
		ln := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.Accept(w, r, conn) })}
		go func() { _ = srv.Serve(ln) }()
		defer srv.Close()
		defer h.Close()
		test(h, func() *wire.Conn {
			c, err := wire.Dial(t.Context(), "ws://memory", "token", wire.DialOptions{NetDial: ln.dial})
			if err != nil {
				t.Fatal(err)
			}
			return c
		})
	})
}

func TestAnAgentThatSaysNothingIsDropped(t *testing.T) {
	t.Parallel()
	inBubble(t, func(h *hub.Hub, dial func() *wire.Conn) {
		began := time.Now()
		c := dial()
		if _, _, err := c.Receive(); err == nil {
			t.Error("a silent socket got an answer")
		}
		if d := time.Since(began); d < 5*time.Second || d > 15*time.Second {
			t.Error("dropped after", d)
		}
		if h.Metrics().Agents != 0 {
			t.Error("it is an agent")
		}
	})
}

func TestHeartbeatsKeepAnIdleAgentForHours(t *testing.T) {
	t.Parallel()
	inBubble(t, func(h *hub.Hub, dial func() *wire.Conn) {
		c := dial()
		hello := &wire.Hello{Versions: []int{7, 1}, Instance: "i", Dialect: custard.Postgres}
		if err := c.Send(&wire.Message{Kind: wire.KindHello, Hello: hello}); err != nil {
			t.Fatal(err)
		}
		m, _, err := c.Receive()
		if err != nil || m.Welcome == nil || m.Welcome.Heartbeat() != 30*time.Second {
			t.Fatal(m, err)
		}
		c.Expect(2 * m.Welcome.Heartbeat())
		lost := make(chan error, 1)
		go func() {
			_, _, err := c.Receive()
			lost <- err
		}()
		time.Sleep(5 * time.Hour)
		select {
		case err := <-lost:
			t.Fatal("lost while idle:", err)
		default:
		}
		if h.Metrics().Agents != 1 {
			t.Error("the hub lost it")
		}
		c.Abort()
		<-lost
		synctest.Wait()
		if h.Metrics().Agents != 0 {
			t.Error("the hub did not notice")
		}
	})
}

func TestAnAgentThatStopsReadingIsCut(t *testing.T) {
	t.Parallel()
	inBubble(t, func(h *hub.Hub, dial func() *wire.Conn) {
		c := dial()
		if err := c.Send(&wire.Message{Kind: wire.KindHello, Hello: &wire.Hello{Versions: []int{1}, Instance: "i", Dialect: custard.Postgres}}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Receive(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(62 * time.Second)
		synctest.Wait()
		if n := h.Metrics().Agents; n != 0 {
			t.Error(n, "agents after two intervals of silence")
		}
		c.Abort()
	})
}
