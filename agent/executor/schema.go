package executor

import (
	"context"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/check"
)

// known is a schema and what is made of it once.
type known struct {
	schema *custard.Schema
	index  *check.Index
}

// schemaCache keeps the last schema. Whether it is still true is asked by fingerprint.
type schemaCache struct {
	mu    sync.Mutex // held while the database is asked, so that it is asked once
	known *known
	asked time.Time // when the schema was last known to be true
}

// Schema returns the database's schema: from memory where it was confirmed lately, from memory or disk where the
// database's fingerprint is the same, else from the database. refresh always asks the database for all of it.
func (e *Executor) Schema(ctx context.Context, refresh bool) (*custard.Schema, error) {
	age := e.opts.SchemaAge
	if refresh {
		age = -1
	}
	k, err := e.schema.get(ctx, e, age)
	if err != nil {
		return nil, err
	}
	return k.schema, nil
}

// get returns a schema that was true no longer than age ago; below zero it is read anew.
func (c *schemaCache) get(ctx context.Context, e *Executor, age time.Duration) (*known, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age >= 0 {
		if c.known != nil && time.Since(c.asked) < age {
			return c.known, nil
		}
		have := c.known
		if have == nil {
			if kept, asked := e.keptSchema(); kept != nil {
				have = &known{kept, check.NewIndex(kept)}
				if since := time.Since(asked); since >= 0 && since < age {
					c.known, c.asked = have, asked
					return have, nil
				}
			}
		}
		if have != nil {
			now, err := e.conn.Fingerprint(ctx)
			if err != nil {
				return nil, err
			}
			if now == have.schema.Fingerprint && now != "" {
				c.known, c.asked = have, time.Now()
				e.confirmSchema()
				return have, nil
			}
		}
	}
	schema, err := e.conn.Schema(ctx)
	if err != nil {
		return nil, err
	}
	c.known, c.asked = &known{schema, check.NewIndex(schema)}, time.Now()
	e.keepSchema(schema)
	return c.known, nil
}
