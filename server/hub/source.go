package hub

import (
	"context"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// moves is how often a request that was not begun is given to another agent.
const moves = 2

// agents is the database behind the agents that are connected here.
type agents struct {
	hub *Hub
	key key
}

// start sends a request to an agent and waits for the first of its answer: the reply, or for a query the first frame. A call
// comes back with the frame alone.
func (s *agents) start(ctx context.Context, m wire.Message) (*call, frame, *wire.Message, error) {
	var tried []*agent
	var failed error
	for len(tried) <= moves {
		a, err := s.hub.pick(s.key, tried)
		if err != nil {
			if failed != nil {
				return nil, frame{}, nil, failed
			}
			return nil, frame{}, nil, err
		}
		tried = append(tried, a)
		c, ok := a.open(m.Kind)
		if !ok {
			continue
		}
		if len(tried) > 1 {
			s.hub.counts.moved.Add(1)
		}
		s.hub.counts.requests.Add(1)
		f, reply, err := c.begin(ctx, m)
		if err == nil {
			return c, f, reply, nil
		}
		c.leave()
		failed = c.explain(err, false)
		if ctx.Err() != nil || !c.movable() {
			break
		}
	}
	if failed == nil {
		failed = NoAgent(s.key.connection)
	}
	return nil, frame{}, nil, failed
}

// begin sends the request and waits for the first of its answer.
func (c *call) begin(ctx context.Context, m wire.Message) (frame, *wire.Message, error) {
	m.ID = c.id
	if m.Kind == wire.KindQuery {
		c.mu.Lock()
		c.credit = c.agent.hub.cfg.Limits.Window
		c.mu.Unlock()
		m.Credit = c.agent.hub.cfg.Limits.Window
	}
	if err := c.agent.conn.Send(&m); err != nil {
		c.agent.end(wire.CloseNormal, "", errLost(err)) // its reader finds out too; the call must not wait for that
		c.fail(errLost(err))
		return frame{}, nil, err
	}
	if m.Kind == wire.KindQuery {
		f, err := c.next(ctx)
		return f, nil, err
	}
	reply, err := c.answer(ctx)
	return frame{}, reply, err
}

// Schema asks an agent for the schema; nil where it is still the one with the fingerprint have.
func (s *agents) Schema(ctx context.Context, refresh bool, have string) (*custard.Schema, error) {
	_, _, reply, err := s.start(ctx, wire.Message{Kind: wire.KindSchema, GetSchema: &wire.GetSchema{Refresh: refresh, Have: have}})
	if err != nil {
		return nil, err
	}
	if reply.Schema.Unchanged {
		if have == "" {
			return nil, custard.Errorf(custard.CodeFailed, "the agent says that its schema is unchanged, but has not sent it yet")
		}
		return nil, nil //nolint:nilnil // it is what Remote promises: no schema, and no failure
	}
	return reply.Schema.Schema, nil
}

// Values asks an agent for values.
func (s *agents) Values(ctx context.Context, req custard.ValuesRequest) ([]custard.ValueMatch, error) {
	_, _, reply, err := s.start(ctx, wire.Message{Kind: wire.KindValues, FindValues: &wire.FindValues{Text: req.Text, Limit: req.Limit}})
	if err != nil {
		return nil, err
	}
	out := reply.Values[:0]
	for _, m := range reply.Values { // a span outside the text would break who cuts it out
		if m.Start >= 0 && m.Start <= m.End && m.End <= len(req.Text) {
			out = append(out, m)
		}
	}
	return out, nil
}

// Explain asks an agent for a plan.
func (s *agents) Explain(ctx context.Context, stmt custard.Statement) (*custard.Plan, error) {
	_, _, reply, err := s.start(ctx, wire.Message{Kind: wire.KindExplain, Statement: wire.StatementOf(stmt)})
	if err != nil {
		return nil, err
	}
	return reply.Plan, nil
}

// source is the database behind a connection, wherever its agents are: here first, then at other replicas.
type source struct {
	hub *Hub
	key key
}

var _ custard.Source = (*source)(nil)

func (s *source) Close() error { return nil }

// elsewhere says whether a request that failed here is for the bus.
func (s *source) elsewhere(err error) bool {
	return err != nil && s.hub.cfg.Bus != nil && IsNoAgent(err)
}

func (s *source) here() *agents { return &agents{hub: s.hub, key: s.key} }

func (s *source) remote() Remote { return s.hub.cfg.Bus.Remote(s.key.org, s.key.connection) }

// Schema returns the schema from memory where it was confirmed lately, else asks an agent, which sends it only where it changed.
func (s *source) Schema(ctx context.Context, refresh bool) (*custard.Schema, error) {
	have, fresh := s.hub.schemas.get(s.key, s.hub.cfg.SchemaAge)
	if have != nil && fresh && !refresh {
		return have, nil
	}
	return s.hub.schemaFrom(ctx, s.key, have, func(fingerprint string) (*custard.Schema, error) {
		schema, err := s.here().Schema(ctx, refresh, fingerprint)
		if s.elsewhere(err) {
			return s.remote().Schema(ctx, refresh, fingerprint)
		}
		return schema, err
	})
}

func (s *source) Values(ctx context.Context, req custard.ValuesRequest) ([]custard.ValueMatch, error) {
	out, err := s.here().Values(ctx, req)
	if s.elsewhere(err) {
		return s.remote().Values(ctx, req)
	}
	return out, err
}

func (s *source) Explain(ctx context.Context, stmt custard.Statement) (*custard.Plan, error) {
	out, err := s.here().Explain(ctx, stmt)
	if s.elsewhere(err) {
		return s.remote().Explain(ctx, stmt)
	}
	return out, err
}

func (s *source) Query(ctx context.Context, stmt custard.Statement) (*custard.Result, error) {
	out, err := s.here().Query(ctx, stmt)
	if s.elsewhere(err) {
		return s.remote().Query(ctx, stmt)
	}
	return out, err
}
