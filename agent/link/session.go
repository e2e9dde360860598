package link

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// session is one connection, from the welcome to its end.
type session struct {
	link    *Link
	conn    *wire.Conn
	welcome *wire.Welcome
	line    line
	ctx     context.Context //nolint:containedctx // the connection's life, of which requests are parts
	cancel  context.CancelCauseFunc

	mu       sync.Mutex
	open     map[uint64]*request
	draining bool
	idle     chan struct{} // closed when draining and no request is open
}

var (
	errLost     = errors.New("the connection to the server was lost")
	errStopping = errors.New("the agent is stopping")
)

// serve answers requests until the connection ends, and says why it did. When ctx ends it drains.
func (l *Link) serve(ctx context.Context, conn *wire.Conn, welcome *wire.Welcome) error {
	s := &session{link: l, conn: conn, welcome: welcome, open: map[uint64]*request{}, idle: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	// Everything that runs for this connection ends with it, at the database too.
	defer s.cancel(errLost)
	conn.Expect(2 * welcome.Heartbeat())
	if welcome.Has(wire.CapZstd) {
		s.line.compress = func() { conn.Compress(true) }
	}

	lost := make(chan struct{})
	var drained sync.WaitGroup
	drained.Go(func() {
		select {
		case <-ctx.Done():
			s.drain()
		case <-lost:
		}
	})
	err := s.receive()
	close(lost)
	s.cancel(errLost)
	drained.Wait()
	return err
}

// receive takes frames until the connection ends. It waits for nothing else, so that a cancel comes through however
// many statements run.
func (s *session) receive() error {
	for {
		m, binary, err := s.conn.Receive()
		if err != nil {
			return err
		}
		if binary != nil { // a hub sends none
			binary.Release()
			continue
		}
		switch m.Kind { //nolint:exhaustive // what we do not know is from a newer hub
		case wire.KindSchema, wire.KindValues, wire.KindExplain, wire.KindQuery:
			s.begin(m)
		case wire.KindCredit:
			if r := s.find(m.ID); r != nil {
				r.credit.grant(m.Credit)
			}
		case wire.KindCancel:
			if r := s.find(m.ID); r != nil {
				r.abandon()
			}
		}
	}
}

func (s *session) find(id uint64) *request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[id]
}

// begin starts a request. Those that are open are bounded by what the welcome allows and, whatever the hub does, by what
// may run and wait here; what comes beyond is refused at once.
func (s *session) begin(m *wire.Message) {
	most := 4*(cap(s.link.gate.slots)+s.link.gate.most) + 64
	r := newRequest(s, m)
	s.mu.Lock()
	_, known := s.open[m.ID]
	var err error
	switch {
	case known:
	case s.draining:
		err = stopping()
	case len(s.open) >= most:
		e := custard.Errorf(custard.CodeRateLimited, "the agent has %d requests open", most)
		e.Retry, e.After = true, time.Second
		err = e
	default:
		s.open[m.ID] = r
		s.link.work.Go(func() {
			defer s.end(m.ID)
			r.serve(m)
		})
	}
	s.mu.Unlock()
	if known {
		s.link.opts.Logger.Warn("the server sent a request twice", "request", m.ID)
		r.cancel(nil)
		return
	}
	if err != nil {
		r.cancel(nil)
		_ = s.conn.Send(&wire.Message{Kind: wire.KindError, ID: m.ID, Error: wire.ErrorOf(err)}) // a lost connection ends Receive
	}
}

func (s *session) end(id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, id)
	s.checkIdle()
}

// checkIdle closes idle when nothing is left to wait for. s.mu is held.
func (s *session) checkIdle() {
	if s.draining && len(s.open) == 0 {
		select {
		case <-s.idle:
		default:
			close(s.idle)
		}
	}
}

// drain takes no more requests, lets those that run finish within the grace period, ends the others and closes.
func (s *session) drain() {
	s.mu.Lock()
	s.draining = true
	running := len(s.open)
	s.checkIdle()
	s.mu.Unlock()
	s.link.opts.Logger.Info("stopping", "requests", running, "grace", s.link.opts.Grace)
	s.link.set("stopping", false)
	late := time.NewTimer(s.link.opts.Grace) // before the frame, which may wait for a slow line
	defer late.Stop()
	_ = s.conn.Send(&wire.Message{Kind: wire.KindDrain}) // a lost connection ends Receive
	select {
	case <-s.idle:
	case <-s.ctx.Done(): // lost meanwhile
	case <-late.C:
		s.cancel(errStopping) // each answers that the agent stops
		select {
		case <-s.idle:
		case <-time.After(goodbye):
		}
	}
	s.conn.Close(wire.CloseRestart, "the agent stops")
}

// goodbye is how long requests that were ended may take to say so.
const goodbye = 2 * time.Second

// stopping is what a request is told that comes to an agent that stops, or outlives its grace.
func stopping() *custard.Error {
	e := custard.Errorf(custard.CodeUnreachable, "the agent is stopping").WithHint("Try again: another agent may serve, or this one when it is back.")
	e.Retry = true
	return e
}
