package hub_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
	"github.com/custard-ai/custard/server/hub"
)

// Each offence is what an agent answers to a statement. It must end that agent's connection and the statement, and nothing else.
func TestOffencesEndTheConnection(t *testing.T) {
	t.Parallel()
	first := func(id uint64, b custard.Batch) *wire.Rows {
		return &wire.Rows{ID: id, HasFields: true, Fields: fields(), Batch: b}
	}
	wide := func(n int) (b custard.Batch) {
		b.Reset(n)
		for range n {
			b.AppendNull()
		}
		b.EndRow()
		return b
	}
	for name, offence := range map[string]func(a *agent, id uint64){
		"over credit": func(a *agent, id uint64) {
			_ = a.SendRows(first(id, someRows(0, 1000)))
			for range 1000 { // 24 MB against 1 MiB of credit
				if a.SendRows(&wire.Rows{ID: id, Batch: someRows(0, 1000)}) != nil {
					return
				}
			}
		},
		"many small frames": func(a *agent, id uint64) {
			_ = a.SendRows(first(id, someRows(0, 1)))
			for range 300 { // a hundred bytes each, which cost 4 KiB
				if a.SendRows(&wire.Rows{ID: id, Batch: someRows(0, 1)}) != nil {
					return
				}
			}
		},
		"rows without columns": func(a *agent, id uint64) { _ = a.SendRows(&wire.Rows{ID: id, Batch: someRows(0, 1)}) },
		"no columns":           func(a *agent, id uint64) { _ = a.SendRows(&wire.Rows{ID: id, HasFields: true, End: true}) },
		"columns twice": func(a *agent, id uint64) {
			_ = a.SendRows(first(id, custard.Batch{}))
			_ = a.SendRows(first(id, custard.Batch{}))
		},
		"empty frames": func(a *agent, id uint64) {
			_ = a.SendRows(first(id, custard.Batch{}))
			_ = a.SendRows(&wire.Rows{ID: id})
		},
		"another width": func(a *agent, id uint64) { _ = a.SendRows(first(id, wide(3))) },
		"fewer cells": func(a *agent, id uint64) {
			_ = a.SendRows(first(id, custard.Batch{Width: 2, Rows: 5, Data: make([]byte, 9)}))
		},
		"more cells": func(a *agent, id uint64) {
			_ = a.SendRows(first(id, custard.Batch{Width: 2, Rows: 5, Data: make([]byte, 11)}))
		},
		"cells that leave": func(a *agent, id uint64) {
			_ = a.SendRows(first(id, custard.Batch{Width: 2, Rows: 1, Data: []byte{0, 77}}))
		},
		"giant frame": func(a *agent, id uint64) {
			_ = a.SendRows(first(id, custard.Batch{Width: 2, Rows: 1, Data: make([]byte, 3<<20)}))
		},
		"bomb": func(a *agent, id uint64) {
			a.Compress(true)
			_ = a.SendRows(first(id, custard.Batch{Width: 2, Rows: 32 << 20, Data: make([]byte, 64<<20)}))
		},
		"giant control frame": func(a *agent, id uint64) {
			_ = a.Send(&wire.Message{Kind: wire.KindError, ID: id, Error: &wire.Error{Message: strings.Repeat("x", 2<<20)}})
		},
		"another reply": func(a *agent, id uint64) {
			_ = a.Send(&wire.Message{Kind: wire.KindPlan, ID: id, Plan: &custard.Plan{}})
		},
		"a schema instead": func(a *agent, id uint64) {
			_ = a.Send(&wire.Message{Kind: wire.KindSchema, ID: id, Schema: &wire.Schema{Unchanged: true}})
		},
		"a second hello": func(a *agent, _ uint64) { _ = a.Send(&wire.Message{Kind: wire.KindHello, Hello: &wire.Hello{}}) },
		"a request of its own": func(a *agent, id uint64) {
			_ = a.Send(&wire.Message{Kind: wire.KindQuery, ID: id, Statement: &wire.Statement{SQL: "x"}})
		},
		"a message without a kind": func(a *agent, _ uint64) { _ = a.Send(&wire.Message{}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(c *hub.Config) { c.Limits.Frame = 2 << 20; c.OnSchema = nil })
			good := dial(t, s, dialOption{instance: "good", address: s.address("conn-2"), token: org + "/conn-2/1"})
			bad := dial(t, s, dialOption{instance: "bad", serve: func(a *agent, m *wire.Message) { offence(a, m.ID) }})
			res, err := s.Source(org, conn).Query(t.Context(), custard.Statement{SQL: "anything"})
			if err == nil { // over credit shows while nobody reads
				eventually(t, "the offence is seen", func() bool { return s.Metrics().Offences == 1 })
				for _, e := range res.Batches {
					err = e
				}
			}
			if e := custard.AsError(err); e == nil || e.Code != custard.CodeUnreachable {
				t.Error(err)
			}
			end := <-bad.done
			bad.done <- end
			if end == nil {
				t.Error("the connection goes on")
			}
			eventually(t, "the offence is counted", func() bool { m := s.Metrics(); return m.Offences == 1 && m.Agents == 1 })
			if n, _, err := query(t.Context(), s.Source(org, "conn-2"), "rows 10"); n != 10 || err != nil {
				t.Error("another connection's agent:", n, err)
			}
			_ = good
		})
	}
}

func TestRepliesToForeignRequestsAreDropped(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *hub.Config) { c.OnSchema = nil })
	victim := dial(t, s, dialOption{instance: "victim"})
	liar := dial(t, s, dialOption{instance: "liar", address: s.address("conn-2"), token: org + "/conn-2/1"})
	answered := make(chan error, 1)
	go func() {
		_, _, err := query(t.Context(), s.Source(org, conn), "ack")
		answered <- err
	}()
	victim.await(t, "it has the request", func() bool { return len(victim.served) == 1 })
	for id := range uint64(20) {
		if err := liar.SendRows(&wire.Rows{ID: id + 1, HasFields: true, Fields: fields(), Batch: someRows(0, 1), End: true}); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []wire.Kind{wire.KindError, wire.KindAck, wire.KindPlan, wire.KindValues, wire.KindSchema} {
			m := &wire.Message{Kind: kind, ID: id + 1, Error: &wire.Error{Code: custard.CodeFailed}, Plan: &custard.Plan{}, Schema: &wire.Schema{Unchanged: true}}
			if err := liar.Send(m); err != nil {
				t.Fatal(err)
			}
		}
	}
	eventually(t, "all are counted", func() bool { return s.Metrics().Dropped == 20*6 })
	select {
	case err := <-answered:
		t.Error("another agent's request was answered:", err)
	default:
	}
	if n := s.Metrics().Agents; n != 2 {
		t.Error("an agent was cut for late replies:", n)
	}
	victim.Abort()
	wantError(t, <-answered, custard.CodeUnreachable, true)
}

func TestUnchangedWithoutASchemaIsAnError(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *hub.Config) { c.OnSchema = nil })
	dial(t, s, dialOption{serve: func(a *agent, m *wire.Message) {
		_ = a.Send(&wire.Message{Kind: wire.KindSchema, ID: m.ID, Schema: &wire.Schema{Unchanged: true}})
	}})
	if schema, err := s.Source(org, conn).Schema(t.Context(), false); err == nil {
		t.Error(schema)
	}
}

func TestALargeSchemaIsTakenWhereItWasAskedFor(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *hub.Config) { c.OnSchema = nil; c.Limits.Control = 64 << 10 })
	large := testSchema("large")
	for i := range 2000 {
		large.Tables = append(large.Tables, &custard.Table{Name: fmt.Sprint("table_", i), Columns: []*custard.Column{{Name: "id", Type: custard.TypeInt}}})
	}
	a := dial(t, s, dialOption{serve: func(a *agent, m *wire.Message) {
		_ = a.Send(&wire.Message{Kind: wire.KindSchema, ID: m.ID, Schema: &wire.Schema{Schema: large}})
	}})
	schema, err := s.Source(org, conn).Schema(t.Context(), false)
	if err != nil || len(schema.Tables) != 2001 {
		t.Fatal(err)
	}
	_ = a.Send(&wire.Message{Kind: wire.KindSchema, ID: 1, Schema: &wire.Schema{Schema: large}}) // nobody asked
	eventually(t, "the agent is cut", func() bool { return s.Metrics().Agents == 0 })
}
