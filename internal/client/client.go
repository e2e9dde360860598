package client

import (
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/custard-ai/custard/internal/custard"
)

// Config says which server is spoken to, and as whom.
type Config struct {
	BaseURL   string            // as [ParseAddress] takes it
	Tokens    Tokens            // who is signed in; nil for nobody
	AllowHTTP bool              // send passwords and tokens unencrypted to other machines too
	UserAgent string            // custard/1.2.3
	Transport http.RoundTripper // nil for the network
	Now       func() time.Time  // nil for the clock
	Logger    *slog.Logger      // nil for none
}

// Client speaks to one server. Its methods are safe for concurrent use.
type Client struct {
	address *url.URL
	tokens  Tokens
	plain   bool // passwords and tokens may go unencrypted
	rest    *resty.Client
	now     func() time.Time
	log     *slog.Logger
}

var (
	_ custard.Asker   = (*Client)(nil)
	_ custard.Catalog = (*Client)(nil)
)

// New returns a client, which has sent nothing yet. CodeUsage for an address that is none.
func New(cfg Config) (*Client, error) {
	address, err := ParseAddress(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	c := &Client{address: address, tokens: cfg.Tokens, plain: cfg.AllowHTTP, now: cfg.Now, log: cfg.Logger}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	transport := cfg.Transport
	if transport == nil {
		transport = newTransport()
	}
	c.rest = resty.NewWithClient(&http.Client{Transport: transport, CheckRedirect: sameOrigin}).
		SetBaseURL(address.String()+"/api/v1").
		SetHeader("User-Agent", cfg.UserAgent).
		SetDisableWarn(true).
		SetLogger(quiet{}).
		SetResponseBodyLimit(largestBody)
	return c, nil
}

// Address returns where the server is.
func (c *Client) Address() string { return c.address.String() }

// Close frees idle connections. What runs is ended by its context.
func (c *Client) Close() { c.rest.GetClient().CloseIdleConnections() }

const (
	// largestBody is how much of an answer that is no stream is read: a large schema has some megabytes.
	largestBody = 64 << 20
	// readBuffer is how much of a connection is read at once.
	readBuffer = 64 << 10
)

// newTransport returns a transport that notices a server that is gone within about half a minute, also while it waits for
// an answer that may take as long as the statement does.
func newTransport() *http.Transport {
	dialer := &net.Dialer{
		Timeout:         10 * time.Second,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 4},
	}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 4, IdleConnTimeout: 90 * time.Second, ReadBufferSize: readBuffer,
	}
}

// sameOrigin follows a redirect within one origin, and only where the request stays what it was.
func sameOrigin(req *http.Request, via []*http.Request) error {
	const most = 3
	first := via[0]
	if len(via) > most || req.URL.Scheme != first.URL.Scheme || req.URL.Host != first.URL.Host || req.Method != first.Method {
		return http.ErrUseLastResponse
	}
	return nil
}

// quiet is what resty may log: nothing, because it would log headers.
type quiet struct{}

func (quiet) Errorf(string, ...any) {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Debugf(string, ...any) {}
