// Package resend sends mail through Resend's HTTP API.
//
// Each mail goes out under its own Idempotency-Key, so that one that was taken and tried again, because the answer got
// lost, is delivered once. What may be tried again: no answer, 429, 5xx, a key in use by a try that still runs, and a
// refused API key or domain (401, 403), which the operator mends. Every other 4xx is for good.
package resend

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/mail"
)

// URL is where Resend's API is.
const URL = "https://api.resend.com"

const (
	answerCap = 64 << 10         // of an answer, in bytes
	timeout   = 20 * time.Second // of a request, connecting included
)

// Sender sends through the API. It is safe for concurrent use.
type Sender struct {
	http *resty.Client
	now  func() time.Time
}

// New returns a sender with an API key. base is URL, or where another service speaks the same API.
func New(base, key string) *Sender {
	c := resty.New().SetBaseURL(base).SetAuthToken(key).SetTimeout(timeout).SetResponseBodyLimit(answerCap).
		SetRedirectPolicy(resty.NoRedirectPolicy()).SetLogger(silent{}).SetDisableWarn(true)
	return &Sender{http: c, now: time.Now}
}

type email struct {
	From    string   `json:"from"`
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	HTML    string   `json:"html,omitempty"`
}

// Send implements mail.Sender.
func (s *Sender) Send(ctx context.Context, m mail.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	res, err := s.http.R().SetContext(ctx).SetHeader("Idempotency-Key", m.ID).
		SetBody(email{From: m.From, To: []string{m.To}, Subject: m.Subject, Text: m.Text, HTML: m.HTML}).Post("/emails")
	if err != nil {
		if ctx.Err() != nil {
			return custard.AsError(ctx.Err())
		}
		return &custard.Error{Code: custard.CodeUnreachable, Message: "Resend does not answer", Retry: true, Cause: err}
	}
	if res.IsSuccess() {
		return nil
	}
	return s.refused(res)
}

// refused is the error of an answer that is no success. Resend's own text stays in the cause: it may quote the address.
func (s *Sender) refused(res *resty.Response) error {
	var answer struct {
		Name    string `json:"name"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(res.Body(), &answer) // what is no JSON has no name
	status := res.StatusCode()
	e := custard.Errorf(custard.CodeFailed, "Resend refuses the mail with status %d", status)
	e.Cause = &refusal{status: status, name: answer.Name, text: answer.Message}
	switch {
	case status == http.StatusTooManyRequests:
		e.Code, e.Retry, e.Message, e.After = custard.CodeRateLimited, true, "Resend takes no more mails for now", s.after(res)
	case status >= http.StatusInternalServerError:
		e.Code, e.Retry, e.After = custard.CodeUnreachable, true, s.after(res)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		e.Code, e.Retry, e.Message = custard.CodeForbidden, true, "Resend refuses the API key, or the domain of the sender"
		e.Hint = "Check RESEND_API_KEY, and that the domain of MAIL_FROM is verified with Resend."
	case status == http.StatusConflict && answer.Name == "concurrent_idempotent_requests":
		e.Retry = true
	}
	return e
}

// after reads Retry-After: seconds or a date; at most an hour.
func (s *Sender) after(res *resty.Response) time.Duration {
	text := res.Header().Get("Retry-After")
	var d time.Duration
	if seconds, err := strconv.Atoi(text); err == nil {
		d = time.Duration(min(seconds, 3600)) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		d = at.Sub(s.now())
	}
	return min(max(d, 0), time.Hour)
}

// refusal is what Resend said.
type refusal struct {
	status     int
	name, text string
}

// Error returns it for the log.
func (r *refusal) Error() string {
	return "resend: " + strconv.Itoa(r.status) + " " + r.name + ": " + r.text
}

// silent keeps resty from writing to stderr.
type silent struct{}

// Errorf implements resty.Logger.
func (silent) Errorf(string, ...any) {}

// Warnf implements resty.Logger.
func (silent) Warnf(string, ...any) {}

// Debugf implements resty.Logger.
func (silent) Debugf(string, ...any) {}
