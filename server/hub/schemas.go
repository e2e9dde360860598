package hub

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// schemaCache keeps the schemas that were used last, within a budget of bytes.
type schemaCache struct {
	budget int64

	mu      sync.Mutex
	entries map[key]*list.Element // of *cached
	order   list.List             // most lately used first
	size    int64
}

// cached is a schema and when an agent last confirmed it.
type cached struct {
	key    key
	schema *custard.Schema
	asked  time.Time
	size   int64
}

// get returns the schema of a connection, nil where there is none, and whether it was confirmed no longer than age ago.
func (s *schemaCache) get(k key, age time.Duration) (schema *custard.Schema, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[k]
	if !ok {
		return nil, false
	}
	s.order.MoveToFront(e)
	c := e.Value.(*cached)
	return c.schema, time.Since(c.asked) < age
}

// put keeps a schema, or notes that it was confirmed; it says whether its fingerprint is new here. The schemas that were not used for the
// longest time make room. One that is larger than the budget is not kept.
func (s *schemaCache) put(k key, schema *custard.Schema) (changed bool) {
	size := sizeOf(schema)
	s.mu.Lock()
	defer s.mu.Unlock()
	changed = true
	if e, ok := s.entries[k]; ok {
		c := e.Value.(*cached)
		changed = schema.Fingerprint == "" || c.schema.Fingerprint != schema.Fingerprint
		s.drop(e)
	}
	if size > s.budget {
		return changed
	}
	if s.entries == nil {
		s.entries = map[key]*list.Element{}
	}
	s.entries[k] = s.order.PushFront(&cached{key: k, schema: schema, asked: time.Now(), size: size})
	for s.size += size; s.size > s.budget; {
		s.drop(s.order.Back())
	}
	return changed
}

func (s *schemaCache) drop(e *list.Element) {
	c := s.order.Remove(e).(*cached)
	delete(s.entries, c.key)
	s.size -= c.size
}

// sizeOf estimates a schema's memory.
func sizeOf(schema *custard.Schema) int64 {
	n := 200
	for _, t := range schema.Tables {
		n += 250 + len(t.Schema) + len(t.Name) + len(t.Comment) + 100*(len(t.ForeignKeys)+len(t.Unique))
		for _, c := range t.Columns {
			n += 120 + len(c.Name) + len(c.DataType) + len(c.Comment)
		}
	}
	return int64(n)
}

// schemaFrom asks for a schema that may still be the one in memory, keeps it and reports it where it is new.
func (h *Hub) schemaFrom(ctx context.Context, k key, have *custard.Schema, ask func(fingerprint string) (*custard.Schema, error)) (*custard.Schema, error) {
	fingerprint := ""
	if have != nil {
		fingerprint = have.Fingerprint
	}
	schema, err := ask(fingerprint)
	if err != nil {
		return nil, err
	}
	if schema == nil {
		schema = have
	}
	if h.schemas.put(k, schema) && h.cfg.OnSchema != nil {
		h.cfg.OnSchema(ctx, k.org, k.connection, schema)
	}
	return schema, nil
}

const (
	fetchers   = 4    // agents that are asked for their schema at once, after they connected
	fetchQueue = 1024 // agents that wait for it; one more is not asked: its first request fetches the schema
	fetchTime  = time.Minute
)

// fetch reads the schemas of agents that have just connected.
func (h *Hub) fetch() {
	for {
		select {
		case <-h.ctx.Done():
			return
		case a := <-h.fetches:
			if a.gone.Load() {
				continue
			}
			ctx, cancel := context.WithTimeout(h.ctx, fetchTime)
			if _, err := (&source{hub: h, key: a.key}).Schema(ctx, false); err != nil {
				h.cfg.Log.Info("schema not fetched", "connection", a.connection, "error", custard.Detail(err))
			}
			cancel()
		}
	}
}
