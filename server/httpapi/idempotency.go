package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
)

const (
	maxKey = 200 // characters of an Idempotency-Key
	// abandoned is when a request that has not been settled counts as lost with the process that served it.
	abandoned = 2 * time.Minute
)

// once lets a request with an Idempotency-Key happen once: a repeated one is answered as the first was, without its
// secrets and with the header Idempotent-Replayed. While the first runs, the second is told to wait. A request that failed
// is forgotten: it may be tried again.
func (a *API) once(c *call) error {
	key := c.r.Header.Get("Idempotency-Key")
	if len(key) > maxKey {
		return custard.Errorf(custard.CodeUsage, "the Idempotency-Key is longer than %d characters", maxKey).WithHint("A UUID is enough.")
	}
	limit := c.route.maxBody
	if limit == 0 {
		limit = defaultBody
	}
	body, err := c.body(limit)
	if err != nil {
		return err
	}
	c.r.Body = io.NopCloser(bytes.NewReader(body))
	digest := digestOf(c.r, body)
	key = c.who.User + ":" + key // one account cannot meet another's keys
	kept, existed, err := a.remember(c.ctx(), c.who.Org, key, digest)
	if err != nil {
		return err
	}
	if existed {
		return c.replay(kept, digest)
	}
	// What happened must be written down, or forgotten, even where the client has gone away.
	ctx := context.WithoutCancel(c.ctx())
	settled := false
	defer func() {
		if !settled {
			if err := a.cfg.Catalog.Forget(ctx, c.who.Org, key); err != nil {
				c.log().ErrorContext(ctx, "idempotency record stays", "error", custard.Detail(err))
			}
		}
	}()
	c.catches = true
	if err := c.route.handle(c); err != nil {
		return err
	}
	settled = true
	answer := c.answer
	if c.secret {
		if answer, err = json.Marshal(c.keep); err != nil {
			return custard.Errorf(custard.CodeInternal, "cannot write the answer: %w", err)
		}
	}
	if err := a.cfg.Catalog.Settle(ctx, c.who.Org, key, catalog.Record{Digest: digest, Status: c.status, Body: answer, Created: c.now()}); err != nil {
		c.log().ErrorContext(ctx, "idempotent request is not remembered", "error", custard.Detail(err))
	}
	return nil
}

// remember takes the key for this request. A record that was never settled is taken over when it is old.
func (a *API) remember(ctx context.Context, org, key string, digest []byte) (catalog.Record, bool, error) {
	first := catalog.Record{Digest: digest, Created: a.now()}
	kept, existed, err := a.cfg.Catalog.Remember(ctx, org, key, first)
	if err != nil || !existed || kept.Status != 0 || a.now().Sub(kept.Created) < abandoned {
		return kept, existed, err
	}
	if err := a.cfg.Catalog.Forget(ctx, org, key); err != nil {
		return kept, existed, err
	}
	return a.cfg.Catalog.Remember(ctx, org, key, first)
}

// replay answers as the first request with the key was answered.
func (c *call) replay(kept catalog.Record, digest []byte) error {
	if !bytes.Equal(kept.Digest, digest) {
		return custard.Errorf(custard.CodeConflict, "this Idempotency-Key belongs to another request").WithHint("Take a new key for a new request.")
	}
	if kept.Status == 0 {
		e := custard.Errorf(custard.CodeConflict, "the request with this Idempotency-Key is still running").WithHint("Try again in a second.")
		e.Retry, e.After = true, time.Second
		return e
	}
	c.w.Header().Set("Idempotent-Replayed", "true")
	return c.write(kept.Status, kept.Body)
}

// digestOf tells one request from another.
func digestOf(r *http.Request, body []byte) []byte {
	h := sha256.New()
	_, _ = io.WriteString(h, r.Method+" "+r.URL.Path+"\n")
	_, _ = h.Write(body)
	return h.Sum(nil)
}
