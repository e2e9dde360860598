package wire

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"
)

// slowLine takes so many bytes in a step of time, and nothing after a deadline.
type slowLine struct {
	net.Conn
	bytes    int
	step     time.Duration
	deadline atomic.Pointer[time.Time]
}

func (s *slowLine) SetWriteDeadline(t time.Time) error {
	s.deadline.Store(&t)
	return nil
}

func (s *slowLine) Write(b []byte) (int, error) {
	done := 0
	for done < len(b) {
		if d := s.deadline.Load(); d != nil && !d.IsZero() && time.Now().After(*d) {
			return done, os.ErrDeadlineExceeded
		}
		n, err := s.Conn.Write(b[done:min(done+s.bytes, len(b))])
		done += n
		if err != nil {
			return done, err
		}
		<-time.After(s.step)
	}
	return done, nil
}

// A line that takes longer for a frame than one write may last is slow, not dead: what counts is that it takes pieces.
func TestAFrameMayTakeLongerThanAWrite(t *testing.T) {
	t.Parallel()
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
	const timeout = 400 * time.Millisecond
	agent, err := Dial(t.Context(), srv.URL, "token", DialOptions{WriteTimeout: timeout, NetDial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		return &slowLine{Conn: c, bytes: 8 << 10, step: 10 * time.Millisecond}, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(agent.Abort)
	hub := <-accepted
	t.Cleanup(hub.Abort)
	batch := randomBatch(rand.New(rand.NewPCG(1, 1)), 2, 30_000)
	if least := 80 * 8 << 10; len(batch.Data) < least {
		t.Fatalf("the batch has %d bytes, less than %d", len(batch.Data), least)
	}
	began := time.Now()
	sent := make(chan error, 1)
	go func() { sent <- agent.SendRows(&Rows{ID: 1, Batch: batch}) }()
	_, b, err := hub.Receive()
	if err != nil {
		t.Fatal(err)
	}
	b.Release()
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < timeout {
		t.Errorf("the line is not slow: it took the frame in %v", took)
	}
}

// When the other side was last seen is told by a clock that nobody sets: LastSeen carries the monotonic reading of package time.
func TestLastSeenIsMonotonic(t *testing.T) {
	t.Parallel()
	_, hub := pair(t)
	if seen := hub.LastSeen(); seen == seen.Round(0) { //nolint:staticcheck // Round(0) strips the monotonic reading; == sees it
		t.Error("LastSeen is wall-clock time: a clock that is set would cut every agent")
	}
}
