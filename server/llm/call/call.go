// Package call makes the HTTP calls that every provider makes: JSON posted, server-sent events back, and what went wrong as
// an error of package llm. What a status or a body means for one service alone stays with its provider.
package call

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/custard-ai/custard/server/llm"
)

// Options are what all calls of a provider share.
type Options struct {
	Provider string            // its Name, for errors
	HTTP     *http.Client      // guard's, as a rule
	Headers  map[string]string // sent with each call, keys among them
	Secrets  []string          // never to appear in an error, whatever the service answers
	Idle     time.Duration     // the longest silence of the service; 0 takes DefaultIdle
	Now      func() time.Time  // for Retry-After as a date; nil takes time.Now
	// Explain reads the body of an error; nil where a service has no words of its own.
	Explain func(status int, body []byte) Said
}

// Said is what a service says of an error.
type Said struct {
	Kind  llm.Kind // "" to judge by the status
	Words string
	Param string // the field of the request that it is about
}

// DefaultIdle is the longest silence: a reasoning model may think a good while before its first word.
const DefaultIdle = 3 * time.Minute

// The bounds of what is read.
const (
	maxStream = 64 << 20 // bytes of a stream with everything round the text
	maxError  = 64 << 10 // bytes of an error's body
	maxPlain  = 8 << 20  // bytes of a plain answer: a list of models, or a whole answer in the place of a stream
)

// Client makes calls. It is safe for use by many at once.
type Client struct {
	opt  Options
	rest *resty.Client
}

// New returns a client.
func New(opt Options) *Client {
	if opt.Idle == 0 {
		opt.Idle = DefaultIdle
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	rest := resty.NewWithClient(opt.HTTP).SetHeaders(opt.Headers).SetHeader("User-Agent", "custard").SetLogger(silent{})
	return &Client{opt: opt, rest: rest}
}

// silent is resty's log: what it would say is in the errors, and its debug lines would hold keys.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}

var errHung = errors.New("the service sent nothing for too long")

// Stream posts body as JSON and returns the events of the answer; a service that does not stream and answers with one JSON
// object gives one event, with that object as its data. The caller closes them. An error is a *custard.Error with
// a *llm.Failure.
func (c *Client) Stream(ctx context.Context, url string, body any) (*Events, error) {
	payload, err := json.Marshal(body)
	if err != nil {
		return nil, llm.Fail(llm.Failure{Kind: llm.KindBadRequest, Provider: c.opt.Provider, Cause: err}, "the request cannot be written")
	}
	watched, cancel := context.WithCancelCause(ctx)
	events := &Events{client: c, ctx: watched, caller: ctx, cancel: cancel}
	events.timer = time.AfterFunc(c.opt.Idle, func() { cancel(errHung) })
	// A reader and not bytes: resty would put bytes into a pooled buffer and hand that on when the headers are back, at
	// which time the transport may still be sending it.
	res, err := c.rest.R().SetContext(watched).SetDoNotParseResponse(true).
		SetHeader("Content-Type", "application/json").SetHeader("Accept", "text/event-stream").
		SetBody(bytes.NewReader(payload)).Post(url)
	if err != nil {
		defer events.Close()
		return nil, c.transportError(events, err, llm.KindUnreachable)
	}
	events.body = res.RawBody()
	events.timer.Reset(c.opt.Idle)
	kind := mediaType(res.Header())
	if res.StatusCode() == http.StatusOK && events.start(kind) {
		return events, nil
	}
	defer events.Close()
	read, err := io.ReadAll(io.LimitReader(events.opened(), maxError))
	if err != nil && len(read) == 0 {
		return nil, c.transportError(events, err, llm.KindUnreachable)
	}
	return nil, c.StatusError(res.StatusCode(), res.Header(), read)
}

// Get reads a plain JSON answer into v.
func (c *Client) Get(ctx context.Context, url string, v any) error {
	watched, cancel := context.WithTimeoutCause(ctx, c.opt.Idle, errHung)
	defer cancel()
	events := &Events{client: c, ctx: watched, caller: ctx}
	res, err := c.rest.R().SetContext(watched).SetHeader("Accept", "application/json").SetResponseBodyLimit(maxPlain).Get(url)
	if err != nil {
		return c.transportError(events, err, llm.KindUnreachable)
	}
	if res.StatusCode() != http.StatusOK {
		return c.StatusError(res.StatusCode(), res.Header(), res.Body()[:min(len(res.Body()), maxError)])
	}
	if err := json.Unmarshal(res.Body(), v); err != nil {
		return c.Fail(llm.Failure{Kind: llm.KindGarbage, Cause: err}, "%s answered with something else than JSON", c.opt.Provider)
	}
	return nil
}

func mediaType(h http.Header) string {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return strings.ToLower(strings.TrimSpace(h.Get("Content-Type")))
	}
	return kind
}

// Events are the events of one answer.
type Events struct {
	client *Client
	ctx    context.Context //nolint:containedctx // the call's
	caller context.Context //nolint:containedctx // to tell who ended the call
	cancel context.CancelCauseFunc
	timer  *time.Timer
	body   io.ReadCloser
	reader eventReader
	peeked *bufio.Reader // over body, once it was looked into
	read   int64
	ended  bool // the answer is whole: what is left of the stream is its end
	closed atomic.Bool
}

// Ended tells that the answer is whole. Close then reads what is left of the stream, so that the connection serves the next
// call; a service that does not end it is not waited for.
func (e *Events) Ended() { e.ended = true }

// Close ends the call. It may be called again.
func (e *Events) Close() {
	if e.closed.Swap(true) {
		return
	}
	if e.ended && e.body != nil {
		const patience, most = 100 * time.Millisecond, 4 << 10
		e.timer.Reset(patience)
		_, _ = io.CopyN(io.Discard, e.body, most)
	}
	e.timer.Stop()
	e.cancel(nil)
	if e.body != nil {
		_ = e.body.Close()
	}
}

// watch is the body of an answer, with every read that brings something noted.
type watch struct{ e *Events }

func (w watch) Read(p []byte) (int, error) {
	n, err := w.e.body.Read(p)
	if n > 0 {
		w.e.timer.Reset(w.e.client.opt.Idle)
	}
	if w.e.read += int64(n); w.e.read > maxStream {
		return n, errTooLarge
	}
	return n, err
}
