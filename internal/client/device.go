package client

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Device is a login that somebody approves in a browser (RFC 8628).
type Device struct {
	Code        string `json:"device_code"` // a secret between us and the server
	UserCode    string `json:"user_code"`   // what the person compares or types
	Page        string `json:"verification_uri"`
	PageForCode string `json:"verification_uri_complete"` // the same with the code in it
	ExpiresIn   int64  `json:"expires_in"`                // seconds
	Interval    int64  `json:"interval"`                  // seconds between polls
}

// BeginDevice begins a login in a browser. name says on the approval page what asks: 'custard on laptop'.
func (c *Client) BeginDevice(ctx context.Context, name string) (Device, error) {
	body := struct {
		Client string `json:"client"`
	}{name}
	var d Device
	err := c.do(ctx, call{method: "POST", path: "/auth/device", body: body, secret: true}, &d)
	return d, err
}

// The answers to a poll that RFC 8628 names.
const (
	devicePending  = "authorization_pending"
	deviceSlowDown = "slow_down"
	deviceDenied   = "access_denied"
	deviceExpired  = "expired_token"
)

const (
	leastInterval = 5 * time.Second // where the server names none, and what slow_down adds
	longestDevice = 30 * time.Minute
)

// AwaitDevice polls until the login is approved, and keeps it. CodeForbidden where it was denied, CodeTimeout where nobody
// approved it in time.
func (c *Client) AwaitDevice(ctx context.Context, d Device) (Login, error) {
	interval := time.Duration(d.Interval) * time.Second
	if interval <= 0 {
		interval = leastInterval
	}
	life := time.Duration(d.ExpiresIn) * time.Second
	if life <= 0 || life > longestDevice {
		life = longestDevice
	}
	expired := time.NewTimer(life)
	defer expired.Stop()
	body := struct {
		Code string `json:"device_code"`
	}{d.Code}
	for {
		poll := time.NewTimer(interval)
		select {
		case <-poll.C:
		case <-expired.C:
			poll.Stop()
			return Login{}, deviceTooLate()
		case <-ctx.Done():
			poll.Stop()
			return Login{}, custard.AsError(context.Cause(ctx))
		}
		var t tokens
		err := c.do(ctx, call{method: "POST", path: "/auth/device/token", body: body, secret: true, once: true}, &t)
		if err == nil {
			return c.keep(t.login(c.now()))
		}
		answer, answered := asAnswer(err)
		e := custard.AsError(err)
		switch {
		case answered && answer.Code == devicePending:
		case answered && answer.Code == deviceSlowDown:
			interval += leastInterval
		case answered && answer.Code == deviceDenied:
			return Login{}, custard.Errorf(custard.CodeForbidden, "the login was denied in the browser").WithHint("Begin again with `custard login --device`.")
		case answered && answer.Code == deviceExpired:
			return Login{}, deviceTooLate()
		case e.Retry: // a network that is away for a moment; RFC 8628 asks to slow down then, too
			interval = max(interval, e.After)
		default:
			return Login{}, err
		}
	}
}

func deviceTooLate() error {
	return custard.Errorf(custard.CodeTimeout, "nobody approved the login in time").WithHint("Begin again with `custard login --device`.")
}
