package call

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm"
)

// Fail makes an error of this provider, with its secrets taken out of the message and the cause.
func (c *Client) Fail(f llm.Failure, format string, args ...any) *custard.Error {
	f.Provider = c.opt.Provider
	if f.Cause != nil {
		if text := f.Cause.Error(); text != c.redact(text) {
			f.Cause = errors.New(c.redact(text))
		}
	}
	return llm.Fail(f, "%s", c.redact(fmt.Sprintf(format, args...)))
}

func (c *Client) redact(s string) string {
	for _, secret := range c.opt.Secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "•••")
		}
	}
	return s
}

// TooLarge is the error of an answer beyond what is read.
func (c *Client) TooLarge() *custard.Error {
	return c.Fail(llm.Failure{Kind: llm.KindTooLarge}, "%s sent more text than an answer may have", c.opt.Provider)
}

// Cut is the error of a stream that ended before the answer did.
func (c *Client) Cut() *custard.Error {
	return c.Fail(llm.Failure{Kind: llm.KindCut}, "the answer of %s broke off", c.opt.Provider)
}

// Garbage is the error of an answer that is not the service's protocol.
func (c *Client) Garbage(cause error) *custard.Error {
	return c.Fail(llm.Failure{Kind: llm.KindGarbage, Cause: cause}, "%s answered in a form that is not its protocol", c.opt.Provider)
}

// transportError judges an error of the connection: who ended it, and whether an answer had begun (otherwise says which
// kind it is where nobody here did).
func (c *Client) transportError(e *Events, err error, otherwise llm.Kind) *custard.Error {
	cause := stripURL(err)
	if e.caller.Err() != nil {
		why := context.Cause(e.caller)
		ended := c.Fail(llm.Failure{Kind: llm.KindCanceled, Cause: why}, "interrupted while %s was answering", c.opt.Provider)
		if errors.Is(why, context.DeadlineExceeded) || errors.Is(e.caller.Err(), context.DeadlineExceeded) {
			ended.Code = custard.CodeTimeout
			ended.Message = c.redact("the time limit passed while " + c.opt.Provider + " was answering")
			ended.Hint = "Raise it with --timeout, or take a faster model."
		}
		return ended
	}
	if errors.Is(context.Cause(e.ctx), errHung) {
		return c.Fail(llm.Failure{Kind: llm.KindHung, Cause: errHung}, "%s sent nothing for %s", c.opt.Provider, c.opt.Idle)
	}
	if refused, ok := errors.AsType[*custard.Error](err); ok { // of this side: the guard's, a cassette's
		failed := c.Fail(llm.Failure{Kind: llm.KindForbidden, Cause: err}, "%s: %s", c.opt.Provider, refused.Message)
		failed.Code, failed.Hint = refused.Code, refused.Hint
		return failed
	}
	if otherwise == llm.KindCut {
		failed := c.Cut()
		llm.FailureOf(failed).Cause = cause
		return failed
	}
	reason := c.reason(cause)
	failed := c.Fail(llm.Failure{Kind: otherwise, Cause: cause}, "%s cannot be reached: %s", c.opt.Provider, reason)
	return failed.WithHint("Check the base URL, and that the service runs and this machine may reach it.")
}

// reason is a transport's error in words that people know.
func (c *Client) reason(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return "no address for " + dns.Name
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Err != nil {
		return op.Op + ": " + op.Err.Error()
	}
	return err.Error()
}

// stripURL takes the URL off an error of http.Client: it is told apart, and an operator may think it secret.
func stripURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// StatusError is the error of an answer with a status that is none of success, or of a body that is no stream.
func (c *Client) StatusError(status int, header http.Header, body []byte) *custard.Error {
	var said Said
	if c.opt.Explain != nil {
		said = c.opt.Explain(status, body)
	}
	kind, words := said.Kind, said.Words
	if kind == "" {
		kind = kindOf(status)
	}
	f := llm.Failure{Kind: kind, Status: status, Param: said.Param}
	if kind == llm.KindRateLimited || kind == llm.KindOverloaded {
		f.RetryAfter = retryAfter(header, c.opt.Now())
	}
	if words != "" {
		words = ": " + Shorten(words)
	}
	name := c.opt.Provider
	switch kind {
	case llm.KindRateLimited:
		return c.Fail(f, "%s takes no more requests for now%s", name, words)
	case llm.KindOverloaded:
		return c.Fail(f, "%s is not well (status %d)%s", name, status, words)
	case llm.KindAuth:
		return c.Fail(f, "%s does not take the key%s", name, words).WithHint("Check that the key is whole, not expired, and allowed to use this model.")
	case llm.KindQuota:
		return c.Fail(f, "the account at %s has no credit left%s", name, words).WithHint("Add credit at the provider, or choose another model with --engine.")
	case llm.KindNoModel:
		return c.Fail(f, "%s has no such model, or the base URL is wrong%s", name, words)
	case llm.KindTooLong:
		return c.Fail(f, "the question with its schema is too long for %s%s", name, words)
	case llm.KindFiltered:
		return c.Fail(f, "the content filter of %s stopped the question%s", name, words)
	case llm.KindGarbage:
		return c.Fail(f, "%s answered with something else than a stream of events%s", name, words)
	}
	if status >= http.StatusMultipleChoices && status < http.StatusBadRequest {
		return c.Fail(f, "%s answered with a redirect, which is not followed", name).WithHint("Set the base URL to where the service really is.")
	}
	return c.Fail(f, "%s does not take the request (status %d)%s", name, status, words)
}

func kindOf(status int) llm.Kind {
	switch {
	case status == http.StatusOK:
		return llm.KindGarbage
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return llm.KindAuth
	case status == http.StatusPaymentRequired:
		return llm.KindQuota
	case status == http.StatusNotFound:
		return llm.KindNoModel
	case status == http.StatusRequestEntityTooLarge:
		return llm.KindTooLong
	case status == http.StatusTooManyRequests:
		return llm.KindRateLimited
	case status == http.StatusRequestTimeout, status >= http.StatusInternalServerError:
		return llm.KindOverloaded
	}
	return llm.KindBadRequest
}

// retryAfter reads how long the service asks to wait: Retry-After in seconds or as a date, or retry-after-ms; 0 where it
// does not say or is in the past.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return clamp(ms / 1e3)
	}
	raw := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(raw, 64); err == nil {
		return clamp(seconds)
	}
	if at, err := http.ParseTime(raw); err == nil {
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			now = date // the service's clock, by which it counted
		}
		return clamp(at.Sub(now).Seconds())
	}
	return 0
}

func clamp(seconds float64) time.Duration {
	const longest = 24 * 60 * 60
	if !(seconds > 0) {
		return 0
	}
	return time.Duration(min(seconds, longest) * float64(time.Second))
}

// Shorten cuts what a service wrote to what a message bears, on one line and without control characters.
func Shorten(s string) string {
	const longest = 300
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}
