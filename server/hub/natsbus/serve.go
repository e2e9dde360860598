package natsbus

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/hub"
)

// served is a request of another replica that runs here.
type served struct {
	bus    *Bus
	id     uint64
	cancel context.CancelCauseFunc
	ctx    context.Context

	mu     sync.Mutex
	out    stream
	credit int64
	wake   chan struct{} // has room for one: credit came
	seen   time.Time     // when the asker was last heard of
}

// take serves the requests of other replicas, each in a goroutine of its own.
func (b *Bus) take() {
	for {
		select {
		case <-b.ctx.Done():
			return
		case m := <-b.requests:
			s, req, err := b.open(m)
			if err != nil {
				out := stream{bus: b, subject: m.Reply}
				_ = out.send(isMessage, mustJSON(&wire.Message{Kind: wire.KindRefuse, Error: wire.ErrorOf(err)})) // else the asker's time runs out
				continue
			}
			if s != nil {
				b.work.Go(func() { s.run(req) })
			}
		}
	}
}

// open reads a request and makes it one that runs; nil for nonsense.
func (b *Bus) open(m *nats.Msg) (*served, *request, error) {
	var req request
	if json.Unmarshal(m.Data, &req) != nil || m.Reply == "" || b.connection(req.Org, req.Connection) != m.Subject {
		b.log.Warn("bus request is nonsense")
		return nil, nil, nil
	}
	s := &served{bus: b, id: b.next.Add(1), wake: make(chan struct{}, 1), seen: time.Now(), credit: req.Message.Credit}
	s.ctx, s.cancel = context.WithCancelCause(b.ctx)
	s.out = stream{bus: b, subject: m.Reply, control: b.subject("to", b.id, strconv.FormatUint(s.id, 10))}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || b.serving >= b.opts.Serve {
		return nil, nil, errBus("the server has too many requests of others")
	}
	b.serving++
	b.served[s.id] = s
	return s, &req, nil
}

func mustJSON(m *wire.Message) []byte {
	data, err := json.Marshal(m)
	if err != nil {
		return nil // a message holds nothing that JSON cannot
	}
	return data
}

func (s *served) run(req *request) {
	defer func() {
		s.bus.mu.Lock()
		delete(s.bus.served, s.id)
		s.bus.serving--
		s.bus.mu.Unlock()
		s.cancel(nil)
	}()
	if s.send(isAccepted, nil) != nil {
		return
	}
	err := s.answer(s.bus.local.Remote(req.Org, req.Connection), &req.Message)
	if err == nil || s.ctx.Err() != nil {
		return
	}
	kind := wire.KindError
	if hub.IsNoAgent(err) {
		kind = wire.KindRefuse
	}
	_ = s.last(&wire.Message{Kind: kind, ID: 1, Error: wire.ErrorOf(err)}) // a lost asker needs no answer
}

// answer serves the request; its error is for the asker.
func (s *served) answer(source hub.Remote, m *wire.Message) error {
	switch {
	case m.Kind == wire.KindSchema && m.GetSchema != nil:
		schema, err := source.Schema(s.ctx, m.GetSchema.Refresh, m.GetSchema.Have)
		if err != nil {
			return err
		}
		return s.last(&wire.Message{Kind: wire.KindSchema, ID: 1, Schema: &wire.Schema{Unchanged: schema == nil, Schema: schema}})
	case m.Kind == wire.KindValues && m.FindValues != nil:
		values, err := source.Values(s.ctx, m.FindValues.Request())
		if err != nil {
			return err
		}
		return s.last(&wire.Message{Kind: wire.KindValues, ID: 1, Values: values})
	case m.Kind == wire.KindExplain && m.Statement != nil:
		plan, err := source.Explain(s.ctx, m.Statement.Statement())
		if err != nil {
			return err
		}
		return s.last(&wire.Message{Kind: wire.KindPlan, ID: 1, Plan: plan})
	case m.Kind == wire.KindQuery && m.Statement != nil:
		res, err := source.Query(s.ctx, m.Statement.Statement())
		if err != nil {
			return err
		}
		return s.rows(res)
	}
	return custard.Errorf(custard.CodeUsage, "another server sent a request that this one does not know")
}

// rows sends a result as far as credit goes. A batch is sent when the next is there or the end is known, so that a small
// result is one message.
func (s *served) rows(res *custard.Result) error {
	frame := wire.Rows{ID: 1, HasFields: true, Fields: res.Fields}
	var buf []byte
	var held custard.Batch // of the frame that waits: its memory is the bus's own
	for b, err := range res.Batches {
		if err != nil {
			return err
		}
		if frame.Batch.Rows > 0 {
			if err := s.frame(&frame, &buf); err != nil {
				return err
			}
			frame = wire.Rows{ID: 1}
		}
		held.Width, held.Rows, held.Data = b.Width, b.Rows, append(held.Data[:0], b.Data...)
		frame.Batch = held
		if len(b.Data) >= wire.FirstBatch { // more will come, or it is large: do not wait
			if err := s.frame(&frame, &buf); err != nil {
				return err
			}
			frame = wire.Rows{ID: 1}
		}
	}
	frame.End, frame.Truncated = true, res.Truncated()
	return s.frame(&frame, &buf)
}

// frame waits for credit and sends a frame.
func (s *served) frame(r *wire.Rows, buf *[]byte) error {
	for r.Batch.Rows > 0 {
		s.mu.Lock()
		enough := s.credit > 0
		if enough {
			s.credit -= wire.Cost(r.Batch.Data)
		}
		s.mu.Unlock()
		if enough {
			break
		}
		select {
		case <-s.wake:
		case <-s.ctx.Done():
			return custard.AsError(context.Cause(s.ctx))
		}
	}
	*buf = wire.AppendRows((*buf)[:0], r)
	return s.send(isRows, *buf)
}

func (s *served) send(kind byte, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.send(kind, data)
}

// last sends the message that ends the request.
func (s *served) last(m *wire.Message) error {
	data := mustJSON(m)
	if int64(len(data)) > s.bus.opts.Frame {
		data = mustJSON(&wire.Message{Kind: wire.KindError, ID: 1, Error: &wire.Error{Code: custard.CodeLimit, Message: "the answer is too large to travel between servers"}})
	}
	return s.send(isMessage, data)
}

// control takes what the asker says, and NATS' word (it is empty) that nobody listens to the stream any more.
func (s *served) control(data []byte) {
	if len(data) == 0 {
		s.cancel(errAskerLost)
		return
	}
	s.mu.Lock()
	s.seen = time.Now()
	s.mu.Unlock()
	switch data[0] {
	case isCancel:
		s.cancel(context.Canceled)
	case isCredit:
		if n, w := binary.Uvarint(data[1:]); w > 0 && n <= uint64(s.bus.opts.Frame+s.bus.opts.Window) {
			s.mu.Lock()
			s.credit += int64(n)
			s.mu.Unlock()
			select {
			case s.wake <- struct{}{}:
			default:
			}
		}
	}
}

var errAskerLost = errors.New("the asking server was lost")

// beat tells the asker that the request is served, and stops it where the asker is gone.
func (s *served) beat(now time.Time) {
	s.mu.Lock()
	silent := now.Sub(s.seen) > missed*s.bus.opts.Beat
	s.mu.Unlock()
	if silent {
		s.cancel(errAskerLost)
		return
	}
	_ = s.send(isBeat, nil) // silence tells
}

// receive takes every message of a stream to this replica.
func (b *Bus) receive(m *nats.Msg) {
	i := strings.LastIndexByte(m.Subject, '.')
	id, err := strconv.ParseUint(m.Subject[i+1:], 10, 64)
	if err != nil {
		return
	}
	b.mu.Lock()
	a, s := b.asked[id], b.served[id]
	b.mu.Unlock()
	switch {
	case a != nil:
		a.receive(m)
	case s != nil:
		s.control(m.Data)
	case m.Reply != "" && len(m.Data) > 0 && (m.Data[0] == isAccepted || m.Data[0] == isBeat): // for an asker that is gone
		_ = b.nc.Publish(m.Reply, []byte{isCancel})
	}
}
