package httpapi

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/ask"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/translate"
)

const (
	maxAskers = 1000        // connections that are remembered; where there are more, the one that was asked longest ago goes
	askerAge  = time.Second // how long a connection's settings are believed: another replica may have changed them
	maxTurns  = 20          // of a conversation that an engine is told
)

// asker is what questions about one connection are asked of. The service keeps the schema's index between questions.
type asker struct {
	conn catalog.Connection
	svc  *ask.Service
	read time.Time // when the connection was read
	used time.Time
}

// askers keeps an asker for each connection that was asked lately, by organisation and by what it was called.
type askers struct {
	api *API

	mu    sync.Mutex
	known map[askerKey]*asker
}

type askerKey struct{ org, name string }

func newAskers(a *API) *askers { return &askers{api: a, known: map[askerKey]*asker{}} }

// of returns the asker of a connection by its id or name.
func (s *askers) of(ctx context.Context, org, name string) (*asker, error) {
	now := s.api.now()
	key := askerKey{org, name}
	s.mu.Lock()
	old := s.known[key]
	if old != nil && now.Sub(old.read) < askerAge {
		old.used = now
		s.mu.Unlock()
		return old, nil
	}
	s.mu.Unlock()
	conn, err := s.api.cfg.Catalog.Connection(ctx, org, name)
	if err != nil {
		return nil, err
	}
	fresh := &asker{conn: conn, read: now, used: now}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old != nil && old.conn.ID == conn.ID && old.conn.Updated.Equal(conn.Updated) {
		fresh.svc = old.svc
	} else {
		fresh.svc = s.service(org, conn)
	}
	if len(s.known) >= maxAskers && s.known[key] == nil {
		s.evict()
	}
	s.known[key] = fresh
	return fresh, nil
}

// evict forgets the asker that was used longest ago.
func (s *askers) evict() {
	var oldest askerKey
	var when time.Time
	for key, a := range s.known {
		if when.IsZero() || a.used.Before(when) {
			oldest, when = key, a.used
		}
	}
	delete(s.known, oldest)
}

// forget forgets an organisation's, because one of its connections was changed or removed.
func (s *askers) forget(org string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.known {
		if key.org == org {
			delete(s.known, key)
		}
	}
}

func (s *askers) service(org string, conn catalog.Connection) *ask.Service {
	return ask.New(ask.Config{
		Source:  s.api.cfg.Hub.Source(org, conn.ID),
		Dialect: conn.Dialect,
		Engine: func(ctx context.Context, name string) (translate.Translator, error) {
			return s.api.cfg.Engine(ctx, org, cmp.Or(name, conn.Engine))
		},
		Turns: func(ctx context.Context, conversation string) ([]translate.Turn, error) {
			return s.turns(ctx, org, conversation)
		},
		Context:      s.context(org, conn.ID),
		Organisation: org, Connection: conn.ID,
		Share:   translate.Share{Results: conn.ShareResults},
		MaxCost: conn.MaxCost,
		Now:     s.api.now,
		Logger:  s.api.log,
		Tracer:  s.api.tracer,
	})
}

// context returns what is written about a connection. It is read once for a service: a change of it changes the connection,
// which gets a new one.
func (s *askers) context(org, connection string) func(context.Context) (*translate.Context, error) {
	var mu sync.Mutex
	var known bool
	var c *translate.Context
	return func(ctx context.Context) (*translate.Context, error) {
		mu.Lock()
		defer mu.Unlock()
		if known {
			return c, nil
		}
		read, _, err := s.api.writtenContext(ctx, org, connection)
		if err != nil {
			return nil, err
		}
		c, known = read, true
		return c, nil
	}
}

// asking is who asks, for the turns of the conversation: a service is everybody's who may ask its connection, a
// conversation is its user's alone.
type asking struct{}

func withUser(ctx context.Context, user string) context.Context {
	return context.WithValue(ctx, asking{}, user)
}

// turns returns what a user asked before in a conversation, oldest first.
func (s *askers) turns(ctx context.Context, org, conversation string) ([]translate.Turn, error) {
	user, ok := ctx.Value(asking{}).(string)
	if !ok || conversation == "" {
		return nil, nil
	}
	if err := s.api.journal.flush(ctx, org); err != nil {
		return nil, err
	}
	entries, err := s.api.cfg.Catalog.Conversation(ctx, org, user, conversation, maxTurns)
	if err != nil {
		if custard.AsError(err).Code == custard.CodeNotFound { // it begins with this question
			return nil, nil
		}
		return nil, err
	}
	turns := make([]translate.Turn, 0, len(entries))
	for _, e := range entries {
		if e.Question != "" && e.SQL != "" && e.Error == "" {
			turns = append(turns, translate.Turn{Question: e.Question, SQL: e.SQL})
		}
	}
	return turns, nil
}
