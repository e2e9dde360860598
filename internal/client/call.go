package client

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/custard-ai/custard/internal/custard"
)

// call is one request and how it may be treated.
type call struct {
	method string
	path   string // below /api/v1, or a whole address
	query  url.Values
	body   any
	signed bool   // it carries the login
	secret bool   // its body holds a password or token
	again  bool   // sending it twice does no more than sending it once
	once   bool   // the caller decides about another try
	key    string // Idempotency-Key; it may then be sent again
	accept string // empty for JSON
	stream bool   // the body is read by the caller, who closes it
}

const (
	// tries is how often a request is sent at the most.
	tries = 3
	// firstWait is the longest wait before the second try; it doubles, and each wait is drawn at random below it.
	firstWait = 300 * time.Millisecond
	// longestWait is the longest that a server's Retry-After is obeyed; beyond it the error is handed on at once.
	longestWait = 10 * time.Second
	// callPatience is how long a request that is no question may take.
	callPatience = 30 * time.Second
)

// do sends a call and decodes what is answered into into, which may be nil.
func (c *Client) do(ctx context.Context, call call, into any) error {
	res, err := c.send(ctx, call)
	if err != nil {
		return err
	}
	if into == nil || len(res.Body()) == 0 {
		return nil
	}
	if err := json.Unmarshal(res.Body(), into); err != nil {
		return c.notCustard(res, err)
	}
	return nil
}

// send sends a call until it is answered with something else than an error that may go away, refreshing a login that has
// expired once.
func (c *Client) send(ctx context.Context, call call) (*resty.Response, error) {
	if !call.stream {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, callPatience)
		defer cancel()
	}
	refreshed := false
	for try := 1; ; try++ {
		res, used, err := c.once(ctx, call)
		if err == nil {
			return res, nil
		}
		e := custard.AsError(err)
		if e.Code == custard.CodeUnauthenticated && used.Refresh != "" && !refreshed {
			refreshed = true
			if _, err := c.refresh(ctx, used.Access, ""); err != nil {
				return nil, err
			}
			continue
		}
		wait, worth := c.wait(call, e, try)
		if !worth {
			return nil, err
		}
		c.log.Info("trying again", "path", call.path, "code", string(e.Code), "try", try)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, err
		}
	}
}

// wait says whether another try is worth it, and how long to wait for it.
func (c *Client) wait(call call, e *custard.Error, try int) (time.Duration, bool) {
	if !e.Retry || call.once || try >= tries || e.After > longestWait {
		return 0, false
	}
	if _, answered := asAnswer(e); !answered && !call.again && call.key == "" {
		return 0, false // it may have been done, and only its answer was lost
	}
	if e.After > 0 {
		return e.After, true
	}
	return rand.N(firstWait << (try - 1)), true
}

// once sends a call once. used is the login that it carried.
func (c *Client) once(ctx context.Context, call call) (res *resty.Response, used Login, err error) {
	if (call.signed || call.secret) && !c.private() {
		return nil, used, c.unencrypted()
	}
	req := c.rest.R().SetContext(ctx)
	if call.signed {
		if used, err = c.signedIn(ctx); err != nil {
			return nil, Login{}, err
		}
		req.SetHeader("Authorization", "Bearer "+used.Access)
	}
	if call.accept == "" {
		call.accept = "application/json"
	}
	req.SetHeader("Accept", call.accept)
	if call.key != "" {
		req.SetHeader("Idempotency-Key", call.key)
	}
	if call.body != nil {
		text, err := json.Marshal(call.body)
		if err != nil {
			return nil, used, custard.Errorf(custard.CodeInternal, "encoding a request: %w", err)
		}
		req.SetHeader("Content-Type", "application/json").SetBody(text)
	}
	req.SetQueryParamsFromValues(call.query).SetDoNotParseResponse(call.stream)
	res, err = req.Execute(call.method, call.path)
	if err != nil {
		return nil, used, c.transportError(ctx, err)
	}
	if err := c.answerError(res, call.stream); err != nil {
		return nil, used, err
	}
	return res, used, nil
}

// escape makes an id or name a segment of a path.
func escape(segment string) string { return url.PathEscape(segment) }
