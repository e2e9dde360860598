package sqlite

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"
	"sync"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/internal/custard"
)

// Conn is an open file: handles that are opened when they are needed, at most Options.MaxConns at work.
type Conn struct {
	path    string
	maxCell int64
	slots   *connector.Slots // one for each handle at work

	mu   sync.Mutex
	idle []*handle
}

func newConn(path string, opts connector.Options) *Conn {
	opts = opts.WithDefaults()
	return &Conn{path: path, maxCell: opts.MaxCell, slots: connector.NewSlots(opts.MaxConns)}
}

// acquire takes a handle, waiting for one while all are at work.
func (c *Conn) acquire(ctx context.Context) (*handle, error) {
	if err := c.slots.Take(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	var h *handle
	if n := len(c.idle); n > 0 {
		h, c.idle = c.idle[n-1], c.idle[:n-1]
	}
	c.mu.Unlock()
	if h == nil {
		var err error
		if h, err = open(c.path, c.maxCell); err != nil {
			c.slots.Give()
			return nil, openError(c.path, err)
		}
	}
	h.arm()
	return h, nil
}

// release gives a handle back; its statements are finalised.
func (c *Conn) release(h *handle) {
	if c.slots.Closed() {
		h.close()
	} else {
		c.mu.Lock()
		c.idle = append(c.idle, h)
		c.mu.Unlock()
	}
	c.slots.Give()
}

// Close stops what runs, waits for it and closes the file.
func (c *Conn) Close() error {
	c.slots.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.idle {
		h.close()
	}
	c.idle = nil
	return nil
}

// watch stops the handle's statement when ctx ends or the Conn closes; the function that it returns ends the watch and
// must be called before the handle is released.
func (c *Conn) watch(ctx context.Context, h *handle) func() {
	// A stop that has begun must be over before the handle serves the next statement.
	var mu sync.Mutex
	over := false
	stop := func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			h.stop()
		}
	}
	byAsker := context.AfterFunc(ctx, stop)
	byClose := context.AfterFunc(c.slots.Closing(), stop)
	return func() {
		byAsker()
		byClose()
		mu.Lock()
		over = true
		mu.Unlock()
	}
}

// cause returns why a statement ended: the limits or the asker where SQLite says interrupted, else err.
func (c *Conn) cause(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*custard.Error](err); ok && e.Code == custard.CodeCanceled {
		if c.slots.Closed() {
			return connector.ErrClosed()
		}
		if ctx.Err() != nil {
			return custard.AsError(context.Cause(ctx))
		}
	}
	return err
}

// use runs f with a handle that ctx stops.
func (c *Conn) use(ctx context.Context, f func(*handle) error) error {
	h, err := c.acquire(ctx)
	if err != nil {
		return err
	}
	defer c.release(h)
	defer c.watch(ctx, h)()
	return c.cause(ctx, f(h))
}

// Distinct yields distinct texts of a column.
func (c *Conn) Distinct(ctx context.Context, table *custard.Table, column *custard.Column, scan, limit int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		name := quote(column.Name)
		sql := "SELECT DISTINCT v FROM (SELECT " + name + " AS v FROM " + quote(table.Name) +
			" LIMIT " + strconv.Itoa(scan) + ") WHERE typeof(v) <> 'null' AND typeof(v) <> 'blob' LIMIT " + strconv.Itoa(limit)
		stopped := errors.New("left early")
		err := c.use(ctx, func(h *handle) error {
			return h.each(sql, func(row *statement) error {
				if !yield(row.text(0), nil) {
					return stopped
				}
				return nil
			})
		})
		if err != nil && !errors.Is(err, stopped) {
			yield("", err)
		}
	}
}

// Explain returns SQLite's query plan as an indented tree. SQLite says neither cost nor rows.
func (c *Conn) Explain(ctx context.Context, sql string) (*custard.Plan, error) {
	var text strings.Builder
	err := c.use(ctx, func(h *handle) error {
		s, err := h.prepare(sql) // one statement that only reads
		if err != nil {
			return err
		}
		s.finalize()
		depth := map[int64]int{}
		return h.each("EXPLAIN QUERY PLAN "+sql, func(row *statement) error {
			d := 0
			if parent, ok := depth[row.integer(1)]; ok {
				d = parent + 1
			}
			depth[row.integer(0)] = d
			text.WriteString(strings.Repeat("  ", d) + row.text(3) + "\n")
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return &custard.Plan{Text: text.String()}, nil
}

// Privileges is empty: the file is opened read-only whoever asks.
func (c *Conn) Privileges(context.Context) (*connector.Privileges, error) {
	return &connector.Privileges{}, nil
}

// quote writes a name as SQLite reads it.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
