package connector

import (
	"context"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
)

// DefaultConns and DefaultCell are what [Options] mean where they are zero.
const (
	DefaultConns = 4
	DefaultCell  = 16 << 20
)

// WithDefaults fills in what is zero.
func (o Options) WithDefaults() Options {
	if o.MaxConns <= 0 {
		o.MaxConns = DefaultConns
	}
	if o.MaxCell <= 0 {
		o.MaxCell = DefaultCell
	}
	return o
}

// Slots bound how many sessions of a Conn are at work; more wait. They know when the Conn closes, and let it wait for
// what is at work then.
type Slots struct {
	tokens  chan struct{}
	closing context.Context //nolint:containedctx // it is the Conn's life
	cancel  context.CancelCauseFunc

	mu     sync.Mutex
	closed bool
	work   sync.WaitGroup
}

// NewSlots makes n of them.
func NewSlots(n int) *Slots {
	s := &Slots{tokens: make(chan struct{}, n)}
	s.closing, s.cancel = context.WithCancelCause(context.Background())
	return s
}

// ErrClosed is what a Conn answers that is closed.
func ErrClosed() *custard.Error {
	return custard.Errorf(custard.CodeUnreachable, "the database was closed")
}

// Take takes a slot, waiting while all are taken. Errors: those of ctx, and [ErrClosed].
func (s *Slots) Take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return custard.AsError(err)
	}
	select {
	case s.tokens <- struct{}{}:
	case <-ctx.Done():
		return custard.AsError(ctx.Err())
	case <-s.closing.Done():
		return ErrClosed()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		<-s.tokens
		return ErrClosed()
	}
	s.work.Add(1)
	return nil
}

// Give gives a slot back.
func (s *Slots) Give() {
	<-s.tokens
	s.work.Done()
}

// Closing ends when Close begins, with ErrClosed as its cause.
func (s *Slots) Closing() context.Context { return s.closing }

// Closed says whether Close has begun.
func (s *Slots) Closed() bool { return s.closing.Err() != nil }

// Close lets nobody take a slot any more, tells those who have one, and waits until all are given back. It is idempotent.
func (s *Slots) Close() {
	s.cancel(ErrClosed())
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.work.Wait()
}
