package link

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/agent/executor"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/pgtest"
	"github.com/custard-ai/custard/internal/wire"
)

// patience is how long anything that should happen soon may take on a busy machine.
const patience = 20 * time.Second

// script is a hub that does what a test says: it greets each agent as welcome says and hands it to the test.
type script struct {
	t        *testing.T
	endpoint string
	agents   chan *peer
}

// peer is an agent, as the hub sees it.
type peer struct {
	t      *testing.T
	conn   *wire.Conn
	hello  *wire.Hello
	frames chan frame // everything that it sent; closed when it is gone
	err    error      // why it is gone; valid once frames is closed
}

// frame is what an agent sent: a message, or rows that are copied.
type frame struct {
	m    *wire.Message
	rows *wire.Rows
}

func limits() wire.Limits {
	return wire.Limits{Requests: 1000, Control: 1 << 20, Schema: 8 << 20, Frame: 1 << 20}
}

// newScript starts a hub. greet answers a hello; nil welcomes everybody with a heartbeat of a minute.
func newScript(t *testing.T, greet func(*wire.Hello) *wire.Message) *script {
	t.Helper()
	if greet == nil {
		greet = func(*wire.Hello) *wire.Message { return welcome(time.Minute) }
	}
	s := &script{t: t, agents: make(chan *peer, 100)}
	up := &wire.Upgrader{Limits: limits()}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token := wire.BearerToken(r); token != "good" {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":{"code":"unauthenticated","message":"this token is not known","retry":false}}`)
			return
		}
		conn, err := up.Upgrade(w, r)
		if err != nil {
			return
		}
		m, _, err := conn.Receive()
		if err != nil || m == nil || m.Hello == nil {
			conn.Abort()
			return
		}
		p := &peer{t: t, conn: conn, hello: m.Hello, frames: make(chan frame, 1000)}
		answer := greet(m.Hello)
		if conn.Send(answer) != nil {
			conn.Abort()
			return
		}
		if answer.Kind == wire.KindRefuse {
			conn.CloseWait(wire.CloseRefused, "refused")
			return
		}
		go p.receive()
		s.agents <- p
	}))
	t.Cleanup(srv.Close)
	s.endpoint = strings.Replace(srv.URL, "http://", "ws://", 1) + "/api/v1/connections/ws/c1"
	return s
}

func welcome(heartbeat time.Duration) *wire.Message {
	return &wire.Message{Kind: wire.KindWelcome, Welcome: &wire.Welcome{Version: wire.Version, HeartbeatMS: heartbeat.Milliseconds(), Limits: limits()}}
}

func (p *peer) receive() {
	defer close(p.frames)
	for {
		m, b, err := p.conn.Receive()
		if err != nil {
			p.err = err
			return
		}
		if m != nil {
			p.frames <- frame{m: m}
			continue
		}
		rows, err := b.Open(limits().Frame)
		if err != nil {
			p.t.Errorf("a frame of rows is broken: %v", err)
		}
		rows.Batch = *rows.Batch.Clone()
		b.Release()
		p.frames <- frame{rows: &rows}
	}
}

func (s *script) agent() *peer {
	s.t.Helper()
	select {
	case p := <-s.agents:
		return p
	case <-time.After(patience):
		s.t.Fatal("no agent came")
		return nil
	}
}

func (p *peer) send(m *wire.Message) {
	p.t.Helper()
	if err := p.conn.Send(m); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) query(id uint64, sql string, credit int64) {
	p.t.Helper()
	p.send(&wire.Message{Kind: wire.KindQuery, ID: id, Statement: &wire.Statement{SQL: sql}, Credit: credit})
}

// next returns the next frame that is no ack.
func (p *peer) next() frame {
	p.t.Helper()
	for {
		select {
		case f, ok := <-p.frames:
			if !ok {
				p.t.Fatalf("the agent is gone: %v", p.err)
			}
			if f.m != nil && f.m.Kind == wire.KindAck {
				continue
			}
			return f
		case <-time.After(patience):
			p.t.Fatal("the agent says nothing")
		}
	}
}

func (p *peer) message(kind wire.Kind) *wire.Message {
	p.t.Helper()
	f := p.next()
	if f.m == nil || f.m.Kind != kind {
		p.t.Fatalf("got %s, want %s", f, kind)
	}
	return f.m
}

func (p *peer) rows() *wire.Rows {
	p.t.Helper()
	f := p.next()
	if f.rows == nil {
		p.t.Fatalf("got %s, want rows", f)
	}
	return f.rows
}

// errorCode returns the code of the error that comes next for a request.
func (p *peer) errorCode(id uint64) custard.Code {
	p.t.Helper()
	m := p.message(wire.KindError)
	if m.ID != id {
		p.t.Fatalf("an error of request %d, want %d", m.ID, id)
	}
	return m.Error.Code
}

// gone waits until the agent has gone, and returns why.
func (p *peer) gone() error {
	p.t.Helper()
	late := time.After(patience)
	for {
		select {
		case _, ok := <-p.frames:
			if !ok {
				return p.err
			}
		case <-late:
			p.t.Fatal("the agent stays")
		}
	}
}

func (f frame) String() string {
	if f.rows != nil {
		return fmt.Sprintf("%d rows of request %d", f.rows.Batch.Rows, f.rows.ID)
	}
	if f.m.Error != nil {
		return fmt.Sprintf("%s of request %d: %s: %s", f.m.Kind, f.m.ID, f.m.Error.Code, f.m.Error.Message)
	}
	return fmt.Sprintf("%s of request %d", f.m.Kind, f.m.ID)
}

// cells returns the texts of a batch, "NULL" for NULL.
func cells(b *custard.Batch) []string {
	var out []string
	for r := b.Reader(); ; {
		text, null, ok := r.Next()
		switch {
		case !ok:
			return out
		case null:
			out = append(out, "NULL")
		default:
			out = append(out, string(text))
		}
	}
}

// running is a link that Run keeps connected.
type running struct {
	*Link
	stop context.CancelFunc
	done chan error
}

// start runs a link until the test ends.
func start(t *testing.T, o Options) *running {
	t.Helper()
	if o.Token == "" {
		o.Token = "good"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Hello.Instance == "" {
		o.Hello = wire.Hello{Instance: "i1", Agent: "test", Connector: "postgres", Dialect: custard.Postgres}
	}
	o.first = 20 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{Link: New(o), stop: cancel, done: make(chan error, 1)}
	go func() { r.done <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case <-r.done:
		case <-time.After(patience):
			t.Error("the link does not stop")
		}
	})
	return r
}

// ended waits until Run has returned.
func (r *running) ended(t *testing.T) error {
	t.Helper()
	select {
	case err := <-r.done:
		r.done <- err
		return err
	case <-time.After(patience):
		t.Fatal("Run does not return")
		return nil
	}
}

// source opens a database.
func source(t *testing.T, dsn string) custard.Source {
	t.Helper()
	driver, conn, err := all.Open(t.Context(), dsn, connector.Options{MaxConns: 10})
	if err != nil {
		t.Fatal(err)
	}
	e := executor.New(driver, conn, executor.Options{})
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// postgres makes a database with people (2 rows) and numbers (100,000), and returns its owner's URL.
func postgres(t *testing.T) string {
	t.Helper()
	dsn := pgtest.URL(t)
	pgtest.Exec(t, dsn,
		"CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, salary numeric(10,2))",
		"INSERT INTO people VALUES (1, 'Ada', 100.50), (2, 'Grace', NULL)",
		"CREATE TABLE numbers AS SELECT n, repeat('x', 100) AS text FROM generate_series(1, 100000) n")
	return dsn
}

func final(err error) custard.Code {
	if e, ok := errors.AsType[*custard.Error](err); ok {
		return e.Code
	}
	return ""
}
