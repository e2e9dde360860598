package executor

import (
	"context"
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// schemaCache keeps the last schema. Whether it is still true is asked by fingerprint, once in SchemaAge.
type schemaCache struct {
	mu     sync.Mutex // held while the database is asked, so that it is asked once
	schema *custard.Schema
	asked  time.Time // when the schema was last known to be true
}

// Schema returns the database's schema: from memory where it was confirmed lately, from memory or disk where the
// database's fingerprint is the same, else from the database. refresh always asks the database for all of it.
func (e *Executor) Schema(ctx context.Context, refresh bool) (*custard.Schema, error) {
	c := &e.schema
	c.mu.Lock()
	defer c.mu.Unlock()
	if !refresh {
		if c.schema != nil && time.Since(c.asked) < e.opts.SchemaAge {
			return c.schema, nil
		}
		known := c.schema
		if known == nil {
			known = e.cached()
		}
		if known != nil {
			now, err := e.conn.Fingerprint(ctx)
			if err != nil {
				return nil, err
			}
			if now == known.Fingerprint && now != "" {
				c.schema, c.asked = known, time.Now()
				return known, nil
			}
		}
	}
	schema, err := e.conn.Schema(ctx)
	if err != nil {
		return nil, err
	}
	c.schema, c.asked = schema, time.Now()
	e.keep(schema)
	return schema, nil
}
