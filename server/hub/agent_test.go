package hub_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/hub"
)

const (
	org  = "org-1"
	conn = "conn-1"
)

// server is a hub behind a real HTTP server. A token "org/connection/n" is good for that connection.
type server struct {
	*hub.Hub
	url string

	mu      sync.Mutex
	revoked map[string]bool
	schemas []*custard.Schema // reported
}

func newServer(t testing.TB, change func(*hub.Config)) *server {
	t.Helper()
	s := &server{revoked: map[string]bool{}}
	cfg := hub.Config{
		Authenticate: s.authenticate,
		OnSchema: func(_ context.Context, _, _ string, schema *custard.Schema) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.schemas = append(s.schemas, schema)
		},
	}
	if change != nil {
		change(&cfg)
	}
	s.Hub = hub.New(cfg)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/connections/ws/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.Accept(w, r, r.PathValue("id"))
	})
	srv := httptest.NewServer(mux)
	s.url = srv.URL
	t.Cleanup(func() {
		s.Close()
		srv.Close()
	})
	return s
}

func (s *server) authenticate(_ context.Context, connection, token string) (hub.Identity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(token, "/")
	switch {
	case len(parts) != 3 || s.revoked[token]:
		return hub.Identity{}, custard.Errorf(custard.CodeUnauthenticated, "the token is not known")
	case parts[1] != connection:
		return hub.Identity{}, custard.Errorf(custard.CodeForbidden, "the token is of another connection")
	}
	return hub.Identity{Org: parts[0], Connection: parts[1], Token: token, Dialect: custard.Postgres}, nil
}

func (s *server) revoke(t *testing.T, connection, token string) {
	t.Helper()
	s.mu.Lock()
	s.revoked[token] = true
	s.mu.Unlock()
	if err := s.Revoke(t.Context(), org, connection, token); err != nil {
		t.Error(err)
	}
}

func (s *server) reported() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.schemas)
}

// address is where an agent of a connection dials.
func (s *server) address(connection string) string {
	return s.url + "/api/v1/connections/ws/" + connection
}

// agent speaks the agent's side of the protocol. What it does with a statement is in the statement's text, see serve.
type agent struct {
	*wire.Conn
	welcome *wire.Welcome
	done    chan error // the end of its connection

	mu      sync.Mutex
	credit  map[uint64]int64 // of the queries that run
	changed *sync.Cond
	served  []string // statements that it was sent
	cancels int
	sent    int64 // bytes of rows
}

type dialOption struct {
	address, token, instance string
	fingerprint              string
	capabilities             []string
	check                    bool                            // it is a self-test
	serve                    func(a *agent, m *wire.Message) // instead of the agent's own
}

// dial connects an agent of connection conn.
func dial(t testing.TB, s *server, o dialOption) *agent {
	t.Helper()
	a, err := tryDial(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		a.Abort()
		<-a.done
	})
	return a
}

func tryDial(ctx context.Context, s *server, o dialOption) (*agent, error) {
	if o.address == "" {
		o.address = s.address(conn)
	}
	if o.token == "" {
		o.token = org + "/" + conn + "/1"
	}
	if o.instance == "" {
		o.instance = "instance-1"
	}
	c, err := wire.Dial(ctx, o.address, o.token, wire.DialOptions{})
	if err != nil {
		return nil, err
	}
	a := &agent{Conn: c, done: make(chan error, 1), credit: map[uint64]int64{}}
	a.changed = sync.NewCond(&a.mu)
	hello := &wire.Hello{Versions: []int{1}, Instance: o.instance, Agent: "test", Connector: "postgres", Dialect: custard.Postgres, Fingerprint: o.fingerprint, Capabilities: o.capabilities, Check: o.check}
	if err := c.Send(&wire.Message{Kind: wire.KindHello, Hello: hello}); err != nil {
		return nil, err
	}
	m, _, err := c.Receive()
	if err != nil {
		return nil, err
	}
	if m.Kind == wire.KindRefuse {
		c.Abort()
		return nil, m.Error.Err()
	}
	if m.Kind != wire.KindWelcome {
		c.Abort()
		return nil, fmt.Errorf("got %s for a welcome", m.Kind)
	}
	a.welcome = m.Welcome
	c.Compress(m.Welcome.Has(wire.CapZstd))
	if o.serve == nil {
		o.serve = (*agent).serve
	}
	go a.run(o.serve)
	return a, nil
}

func (a *agent) run(serve func(*agent, *wire.Message)) {
	var running sync.WaitGroup
	var end error
	for {
		m, _, err := a.Receive()
		if err != nil {
			end = err
			break
		}
		switch m.Kind {
		case wire.KindCredit:
			a.addCredit(m.ID, m.Credit)
		case wire.KindCancel:
			a.mu.Lock()
			a.cancels++
			delete(a.credit, m.ID)
			a.changed.Broadcast()
			a.mu.Unlock()
		default:
			if m.Statement != nil {
				a.mu.Lock()
				a.served = append(a.served, m.Statement.SQL)
				a.mu.Unlock()
			}
			if m.Kind == wire.KindQuery {
				a.mu.Lock()
				a.credit[m.ID] = m.Credit
				a.mu.Unlock()
			}
			running.Go(func() { serve(a, m) })
		}
	}
	a.mu.Lock()
	clear(a.credit)
	a.changed.Broadcast()
	a.mu.Unlock()
	running.Wait()
	a.done <- end
}

func (a *agent) addCredit(id uint64, n int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.credit[id]; ok {
		a.credit[id] += n
	}
	a.changed.Broadcast()
}

// take waits for credit and takes the cost of a frame; false where the query was cancelled.
func (a *agent) take(id uint64, cost int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		c, ok := a.credit[id]
		if !ok {
			return false
		}
		if c > 0 {
			a.credit[id] = c - cost
			return true
		}
		a.changed.Wait()
	}
}

// await waits until cond holds, which is called with the lock.
func (a *agent) await(t *testing.T, what string, cond func() bool) {
	t.Helper()
	eventually(t, what, func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return cond()
	})
}

func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatal("not within ten seconds: ", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func fields() []custard.Field {
	return []custard.Field{{Name: "n", Type: custard.TypeInt}, {Name: "word", Type: custard.TypeText}}
}

func someRows(from, n int) custard.Batch {
	var b custard.Batch
	b.Reset(2)
	for i := range n {
		b.AppendString(strconv.Itoa(from + i))
		b.AppendString("some words of text")
		b.EndRow()
	}
	return b
}

// serve answers as the statement's text says:
//
//	rows N         N rows in batches of 1,000
//	one            one row in one frame
//	ack            an acknowledgement and nothing more
//	ack, rows N    an acknowledgement, N rows and no end
//	nothing        no answer
//	fail CODE      an error with that code
func (a *agent) serve(m *wire.Message) {
	switch m.Kind {
	case wire.KindSchema:
		reply := &wire.Schema{Unchanged: m.GetSchema.Have == "f1"}
		if !reply.Unchanged {
			reply.Schema = testSchema("f1")
		}
		_ = a.Send(&wire.Message{Kind: wire.KindSchema, ID: m.ID, Schema: reply})
	case wire.KindValues:
		_ = a.Send(&wire.Message{Kind: wire.KindValues, ID: m.ID, Values: []custard.ValueMatch{
			{Table: "t", Column: "c", Value: m.FindValues.Text, End: len(m.FindValues.Text), Score: 1}, {Table: "t", Column: "c", Value: "outside", Start: -1, End: 1 << 40},
		}})
	case wire.KindExplain:
		_ = a.Send(&wire.Message{Kind: wire.KindPlan, ID: m.ID, Plan: &custard.Plan{Cost: 7, Text: m.Statement.SQL}})
	case wire.KindQuery:
		for part := range strings.SplitSeq(m.Statement.SQL, ", ") {
			a.part(m.ID, part, m.Statement.SQL == part)
		}
	}
}

func (a *agent) part(id uint64, part string, whole bool) {
	word, arg, _ := strings.Cut(part, " ")
	n, _ := strconv.Atoi(arg)
	switch word {
	case "one":
		b := someRows(0, 1)
		_ = a.SendRows(&wire.Rows{ID: id, HasFields: true, Fields: fields(), Batch: b, End: true, Truncated: true})
	case "ack":
		_ = a.Send(&wire.Message{Kind: wire.KindAck, ID: id})
	case "fail":
		_ = a.Send(&wire.Message{Kind: wire.KindError, ID: id, Error: &wire.Error{Code: custard.Code(arg), Message: "failed as told", Retry: true}})
	case "rows":
		for from := 0; from < n; from += 1000 {
			b := someRows(from, min(1000, n-from))
			if !a.take(id, wire.Cost(b.Data)) {
				return
			}
			end := whole && from+1000 >= n
			if a.SendRows(&wire.Rows{ID: id, HasFields: from == 0, Fields: fields(), Batch: b, End: end}) != nil {
				return
			}
			a.mu.Lock()
			a.sent += int64(len(b.Data))
			a.mu.Unlock()
		}
	}
}

func testSchema(fingerprint string) *custard.Schema {
	return &custard.Schema{Dialect: custard.Postgres, Database: "shop", Fingerprint: fingerprint, Tables: []*custard.Table{
		{Name: "t", Kind: custard.KindTable, Columns: []*custard.Column{{Name: "c", Type: custard.TypeText}}},
	}}
}

// query runs a statement and reads it to its end.
func query(ctx context.Context, src custard.Source, sql string) (rows int, truncated bool, err error) {
	res, err := src.Query(ctx, custard.Statement{SQL: sql})
	if err != nil {
		return 0, false, err
	}
	for b, err := range res.Batches {
		if err != nil {
			return rows, false, err
		}
		r := b.Reader()
		for range b.Rows {
			cell, _, _ := r.Next()
			if string(cell) != strconv.Itoa(rows) {
				return rows, false, fmt.Errorf("row %d is %s", rows, cell)
			}
			r.Next()
			rows++
		}
	}
	return rows, res.Truncated(), nil
}

// wantError fails where err is not an error of that code and retry.
func wantError(t *testing.T, err error, code custard.Code, retry bool) {
	t.Helper()
	e, ok := errors.AsType[*custard.Error](err)
	if !ok || e.Code != code || e.Retry != retry {
		t.Helper()
		t.Errorf("got %#v, want %s with retry %v", err, code, retry)
	}
}
