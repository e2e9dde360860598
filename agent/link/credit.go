package link

import (
	"context"
	"sync"
)

// credit is what the hub has granted a query, in bytes; see the package comment of wire. Rows that nobody reads are not
// asked of the database.
type credit struct {
	mu    sync.Mutex
	bytes int64
	more  chan struct{} // one place: something was granted
}

func newCredit(bytes int64) *credit {
	return &credit{bytes: bytes, more: make(chan struct{}, 1)}
}

// most keeps the sum from wrapping, whatever is granted.
const most = 1 << 50

func (c *credit) grant(bytes int64) {
	c.mu.Lock()
	c.bytes = min(c.bytes+min(bytes, most), most)
	c.mu.Unlock()
	select {
	case c.more <- struct{}{}:
	default: // it is noted already
	}
}

// take waits until there is credit, and takes what a frame costs: the last one may overdraw it.
func (c *credit) take(ctx context.Context, cost int64) error {
	for {
		c.mu.Lock()
		ok := c.bytes > 0
		if ok {
			c.bytes -= cost
		}
		c.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-c.more:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
