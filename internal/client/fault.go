package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

// Answer is the cause of every error that a server answered with.
type Answer struct { //nolint:errname // it is what a server answered; that this was an error its holder says
	Status    int      // of HTTP; 200 where the error came within a stream
	RequestID string   // what the server's log knows the request by
	Code      string   // as the server wrote it, also where it is none of the domain's
	Choices   []string // with CodeAmbiguous: whole questions to ask instead
}

// Error says which request it was.
func (a *Answer) Error() string {
	return fmt.Sprintf("HTTP status %d, request id %s", a.Status, a.RequestID)
}

func asAnswer(err error) (*Answer, bool) { return errors.AsType[*Answer](err) }

// domain returns the error that a server sent.
func domain(sent *wire.Error, status int, after time.Duration) *custard.Error {
	e := sent.Err()
	if after > 0 {
		e.After = after
	}
	e.Cause = &Answer{Status: status, RequestID: sent.RequestID, Code: string(sent.Code), Choices: sent.Choices}
	if e.Code == custard.CodeInternal && sent.RequestID != "" {
		e.Hint = strings.TrimSpace(e.Hint + "\nWhoever runs the server finds the reason in its log by the request id " + sent.RequestID + ".")
	}
	return e
}

// answerError returns the error that an answer is, or nil.
func (c *Client) answerError(res *resty.Response, stream bool) error {
	status := res.StatusCode()
	if status/100 == 2 {
		if kind := res.Header().Get("Content-Type"); strings.HasPrefix(kind, "text/html") {
			closeBody(res, stream)
			return c.notCustard(res, nil)
		}
		return nil
	}
	text := res.Body()
	if stream {
		text, _ = io.ReadAll(io.LimitReader(res.RawBody(), 1<<20)) // what was read of it decides below
		closeBody(res, stream)
	}
	var body wire.ErrorBody
	if err := json.Unmarshal(text, &body); err != nil || body.Error.Code == "" {
		return c.notCustard(res, err)
	}
	return domain(&body.Error, status, retryAfter(res.Header().Get("Retry-After"), c.now()))
}

func closeBody(res *resty.Response, stream bool) {
	if stream {
		_ = res.RawBody().Close() // it says nothing that matters now
	}
}

// retryAfter reads the header: seconds, or a date.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// notCustard is the error for an answer that no Custard server wrote: a proxy's, a login page of the network, a wrong address.
func (c *Client) notCustard(res *resty.Response, cause error) error {
	status := res.StatusCode()
	e := &custard.Error{Code: custard.CodeUnreachable, Cause: cause}
	host := c.address.Host
	switch {
	case status/100 == 3:
		e.Message = fmt.Sprintf("%s sends us elsewhere: %s", c.Address(), elsewhere(res.Header().Get("Location")))
		e.Hint = "If that is the server, give its address with --server."
	case status == http.StatusProxyAuthRequired:
		e.Message = "the proxy wants a login"
		e.Hint = "Put it into HTTPS_PROXY: http://name:password@proxy.example."
	case status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		e.Message = fmt.Sprintf("%s is there, but the Custard server behind it does not answer (%s)", host, res.Status())
		e.Hint, e.Retry = "Try again in a moment.", true
		e.After = retryAfter(res.Header().Get("Retry-After"), c.now())
	case status == http.StatusRequestEntityTooLarge:
		return custard.Errorf(custard.CodeLimit, "%s takes no request of this size", host).WithHint("Ask for less at once.")
	default:
		e.Message = fmt.Sprintf("%s answers, but not as a Custard server does (%s)", c.Address(), res.Status())
		e.Hint = "Check the address, and whether a proxy or a login page of the network stands between."
	}
	return e
}

// elsewhere is where a redirect leads, without what may be secret in it.
func elsewhere(location string) string {
	location, _, _ = strings.Cut(location, "?")
	if location == "" {
		return "it does not say where"
	}
	return location
}

// transportError says why a server was not reached, and what to look at. It may be tried again, as far as the network goes.
func (c *Client) transportError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return custard.AsError(context.Cause(ctx))
	}
	if e, ok := errors.AsType[*custard.Error](err); ok {
		return e
	}
	e := &custard.Error{Code: custard.CodeUnreachable, Cause: err}
	host := c.address.Host
	op, isOp := errors.AsType[*net.OpError](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	_, isRecord := errors.AsType[tls.RecordHeaderError](err)
	verify, isVerify := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		return custard.Errorf(custard.CodeLimit, "the answer of %s is too long", host)
	case isOp && op.Op == "proxyconnect":
		e.Message, e.Hint = "the proxy is not reached: "+reason(op.Err), "Check HTTPS_PROXY and NO_PROXY."
	case isVerify:
		e.Message = fmt.Sprintf("the certificate of %s is not to be trusted: %s", host, reason(verify.Err))
		e.Hint = certificateHint(verify.Err)
	case isRecord || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		e.Message, e.Hint = host+" does not speak TLS", "For a server on this machine write http://…; for any other check the port."
	case isDNS && dns.IsNotFound:
		e.Message, e.Hint = fmt.Sprintf("there is no host %q", c.address.Hostname()), "Check the address, and whether this machine is on the network."
	case isDNS:
		e.Message, e.Hint, e.Retry = fmt.Sprintf("the name %q could not be looked up", c.address.Hostname()), "Check the network.", true
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Message, e.Hint, e.Retry = "nothing listens at "+host, "Check the address and the port, and whether the server runs.", true
	case errors.Is(err, os.ErrDeadlineExceeded) || isTimeout(err):
		e.Message, e.Hint, e.Retry = host+" does not answer in time", "Check the address, the network and the firewall.", true
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE):
		e.Message, e.Hint, e.Retry = "the connection to "+host+" broke", "Try again.", true
	default:
		e.Message, e.Hint = fmt.Sprintf("%s is not reached: %s", host, reason(err)), "Check the address and the network."
		e.Retry = true
	}
	return e
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

func certificateHint(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "If your organisation signs its own certificates, name the file with SSL_CERT_FILE; else somebody may be listening."
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "Check the address: the certificate is for another."
	}
	return "Check the address and this machine's clock; else tell whoever runs the server."
}

// reason is the innermost error's text: the outer ones repeat the address, and a URL may hold what is secret.
func reason(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return strings.TrimPrefix(err.Error(), "x509: ")
		}
		err = inner
	}
}
