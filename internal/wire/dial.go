package wire

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"github.com/custard-ai/custard/internal/custard"
)

// DialOptions are what an agent may change of how it dials. Zero values take the defaults.
type DialOptions struct {
	TLS          *tls.Config
	NetDial      func(ctx context.Context, network, addr string) (net.Conn, error)
	WriteTimeout time.Duration // of one frame; default 10 s
	UserAgent    string
}

// Limits that hold for what the hub sends to an agent: a statement and its limits, nothing large.
const (
	agentControl = 1 << 20
	agentFrame   = 64 << 10
)

// Dial connects an agent to the hub at an address of the form ws(s)://host/api/v1/connections/ws/{connection}; http(s) is taken too.
//
// Its error is an *custard.Error: CodeUsage for a bad address; CodeUnauthenticated, CodeForbidden, CodeNotFound, where the server
// itself (its body says so) refuses the token for good; else CodeUnreachable with Retry set, or what the server said with After from Retry-After.
func Dial(ctx context.Context, address, token string, opts DialOptions) (*Conn, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, custard.Errorf(custard.CodeUsage, "the server's address is not a URL").WithHint("Write it like wss://custard.example.com.")
	}
	switch u.Scheme {
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	case "ws", "wss":
	default:
		return nil, custard.Errorf(custard.CodeUsage, "the server's address begins with %s://", u.Scheme).WithHint("Write it like wss://custard.example.com.")
	}
	u.User, u.Fragment = nil, ""
	dialer := websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		NetDialContext:   opts.NetDial,
		TLSClientConfig:  opts.TLS,
		HandshakeTimeout: 15 * time.Second,
		ReadBufferSize:   4 << 10,
		WriteBufferSize:  64 << 10, // what an agent sends is masked, so it is copied through here piece by piece
	}
	header := http.Header{"Authorization": {"Bearer " + token}}
	if opts.UserAgent != "" {
		header.Set("User-Agent", opts.UserAgent)
	}
	ws, resp, err := dialer.DialContext(ctx, u.String(), header)
	if err != nil {
		return nil, dialError(ctx, u.Host, resp, err)
	}
	return newConn(ws, opts.WriteTimeout, Limits{Control: agentControl, Frame: agentFrame}), nil
}

func dialError(ctx context.Context, host string, resp *http.Response, err error) error {
	if ctx.Err() != nil {
		return custard.AsError(ctx.Err())
	}
	unreachable := &custard.Error{Code: custard.CodeUnreachable, Message: "cannot reach the server at " + host, Retry: true, Cause: err}
	if _, bad := errors.AsType[*tls.CertificateVerificationError](err); bad {
		unreachable.Message = "the server at " + host + " has a certificate that is not trusted"
	}
	if resp == nil {
		return unreachable
	}
	defer resp.Body.Close()
	out := unreachable
	var body ErrorBody
	ours := false                                                                 // what a proxy or another program says there is no word about the token, and may pass
	if json.NewDecoder(resp.Body).Decode(&body) == nil && body.Error.Code != "" { // gorilla keeps the first KiB
		out, ours = body.Error.Err(), true
	} else {
		out.Message = "the server at " + host + " answers " + resp.Status + " instead of taking the connection"
	}
	status := resp.StatusCode
	if !ours {
		status = 0
	}
	switch status {
	case http.StatusUnauthorized:
		out.Code, out.Retry = custard.CodeUnauthenticated, false
	case http.StatusForbidden:
		out.Code, out.Retry = custard.CodeForbidden, false
	case http.StatusNotFound:
		out.Code, out.Retry = custard.CodeNotFound, false
	default:
		out.Retry = true
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
			out.After = time.Duration(min(s, 3600)) * time.Second
		}
	}
	return out
}
