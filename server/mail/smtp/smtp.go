// Package smtp sends mail through a mail server.
//
// The connection is encrypted from the start (smtps, port 465) or by STARTTLS before anything else is said; a server that
// cannot is refused unless it is on this machine or the operator says insecure=true, and a password is never sent in clear.
// What may be tried again: no answer, a connection that is cut, a 4xx answer, and a refused login, which the operator
// mends. A 5xx answer to the mail itself is for good. A mail that was cut off after its data may arrive twice, under the
// same Message-ID.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	netmail "net/mail"
	"net/netip"
	netsmtp "net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/mail"
)

const timeout = 25 * time.Second // of one mail, connecting included

// Config says which server and how.
type Config struct {
	Address  string // host:port
	User     string // empty for no login
	Password string
	Implicit bool        // TLS from the start
	Insecure bool        // without TLS where the server offers none
	TLS      *tls.Config // nil for the system's roots; the server's name is filled in
}

// Parse reads a URL: smtp://user:password@host:587 or smtps://user:password@host:465, the ports being the defaults;
// ?insecure=true allows a connection without TLS. CodeUsage where it is neither; the text of the error holds no password.
func Parse(text string) (Config, error) {
	bad := custard.Errorf(custard.CodeUsage, "the mail server's URL cannot be read").
		WithHint("Write smtp://user:password@host:587 or smtps://user:password@host:465, special characters percent-encoded.")
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || (u.Path != "" && u.Path != "/") {
		return Config{}, bad
	}
	c := Config{User: u.User.Username()}
	c.Password, _ = u.User.Password()
	port := u.Port()
	switch u.Scheme {
	case "smtp":
		if port == "" {
			port = "587"
		}
	case "smtps":
		c.Implicit = true
		if port == "" {
			port = "465"
		}
	default:
		return Config{}, bad
	}
	for name, values := range u.Query() {
		if name != "insecure" || len(values) != 1 || (values[0] != "true" && values[0] != "false") {
			return Config{}, bad
		}
		c.Insecure = values[0] == "true"
	}
	c.Address = net.JoinHostPort(u.Hostname(), port)
	return c, nil
}

// Sender sends each mail over a connection of its own. It is safe for concurrent use.
type Sender struct {
	cfg  Config
	host string
	now  func() time.Time
}

// New returns a sender.
func New(cfg Config) *Sender {
	host, _, err := net.SplitHostPort(cfg.Address)
	if err != nil {
		host = cfg.Address // dialling says what is wrong
	}
	return &Sender{cfg: cfg, host: host, now: time.Now}
}

// Send implements mail.Sender.
func (s *Sender) Send(ctx context.Context, m mail.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	from, err := netmail.ParseAddress(m.From)
	if err != nil {
		return custard.AsError(err)
	}
	to := &netmail.Address{Address: m.To}
	body, err := compose(m, from, to, s.now())
	if err != nil {
		return custard.AsError(err)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := s.deliver(ctx, from.Address, m.To, body); err != nil {
		if ctx.Err() != nil {
			return &custard.Error{Code: custard.CodeTimeout, Message: "the mail server does not answer in time", Retry: true, Cause: err}
		}
		return failure(err)
	}
	return nil
}

// deliver speaks SMTP. Whatever it waits for ends with ctx, which closes the connection.
func (s *Sender) deliver(ctx context.Context, from, to string, body []byte) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.cfg.Address)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }()
	if s.cfg.Implicit {
		conn = tls.Client(conn, s.tls())
	}
	c, err := netsmtp.NewClient(conn, s.host)
	if err != nil {
		return err
	}
	if err := s.secure(c); err != nil {
		return err
	}
	if s.cfg.User != "" {
		if err := c.Auth(netsmtp.PlainAuth("", s.cfg.User, s.cfg.Password, s.host)); err != nil {
			return loginError(err)
		}
	}
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the server has taken the mail: how it says good-bye changes nothing
	return nil
}

func (s *Sender) tls() *tls.Config {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.cfg.TLS != nil {
		cfg = s.cfg.TLS.Clone()
	}
	cfg.ServerName = s.host
	return cfg
}

// secure encrypts the connection, or refuses to go on without.
func (s *Sender) secure(c *netsmtp.Client) error {
	if s.cfg.Implicit {
		return nil
	}
	if offered, _ := c.Extension("STARTTLS"); offered {
		return c.StartTLS(s.tls())
	}
	if s.cfg.Insecure || loopback(s.host) {
		return nil
	}
	return &custard.Error{
		Code: custard.CodeForbidden, Message: "the mail server offers no encryption", Retry: true,
		Hint: "Use smtps:// or another port; ?insecure=true in the URL sends mail, and the links in it, in clear.",
	}
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

func loginError(err error) error {
	_, cut := errors.AsType[net.Error](err)
	if cut || errors.Is(err, io.EOF) {
		return err
	}
	return &custard.Error{
		Code: custard.CodeForbidden, Message: "the mail server refuses the login", Retry: true, Cause: err,
		Hint: "Check user and password of the mail server's URL; a password is sent over TLS only.",
	}
}

// failure is the error of what went wrong. The server's own text stays in the cause: it may quote the address.
func failure(err error) error {
	if e, ok := errors.AsType[*custard.Error](err); ok {
		return e
	}
	const permanent = 500
	answer, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return &custard.Error{Code: custard.CodeUnreachable, Message: "the mail server cannot be reached, or ended the connection", Retry: true, Cause: err}
	}
	e := custard.Errorf(custard.CodeFailed, "the mail server refuses the mail with status %d", answer.Code)
	e.Retry, e.Cause = answer.Code < permanent, err
	return e
}
