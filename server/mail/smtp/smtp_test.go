package smtp_test

import (
	"context"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/mail"
	"github.com/custard-ai/custard/server/mail/smtp"
)

func message() mail.Message {
	return mail.Message{
		ID: "01abc", From: "Custard Ünion <no-reply@example.com>", To: "ada@example.com", Subject: "Grüße: bestätige deine Adresse ✓ " + strings.Repeat("lang ", 20),
		Text: "Hello,\n.\n.leading dots\nhttps://custard.example.com/verify?token=" + strings.Repeat("x", 100) + "=\n", HTML: "<p>Hällo</p>\n",
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s *server){
		"STARTTLS":     nil,
		"implicit TLS": func(s *server) { s.implicit = true },
		"this machine": func(s *server) { s.startTLS = false },
		"quit is cut":  func(s *server) { s.faults = map[string]string{"QUIT": "cut"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, change)
			sender := s.sender(func(c *smtp.Config) { c.User, c.Password = "ada", "pass word" })
			if err := sender.Send(t.Context(), message()); err != nil {
				t.Fatalf("%v (%v)", err, custard.AsError(err).Cause)
			}
			got := s.got()
			if len(got) != 1 || got[0].from != "no-reply@example.com" || got[0].to != "ada@example.com" || got[0].user != "ada" {
				t.Fatalf("got %+v", got)
			}
			if got[0].encrypted != (name != "this machine") {
				t.Errorf("encrypted: %v", got[0].encrypted)
			}
			check(t, got[0].data)
		})
	}
}

// check reads a mail as its reader does.
func check(t *testing.T, data string) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSuffix(data, "\r\n"), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
		for _, r := range line {
			if r > 126 {
				t.Errorf("a byte above ASCII in %q", line)
				break
			}
		}
	}
	want := message()
	m, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != want.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "Custard Ünion" || from[0].Address != "no-reply@example.com" {
		t.Errorf("from %v, %v", from, err)
	}
	if _, err := m.Header.Date(); err != nil {
		t.Error(err)
	}
	if m.Header.Get("Message-ID") != "<01abc@example.com>" || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("headers %v", m.Header)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, wanted := range []struct{ kind, text string }{{"text/plain; charset=utf-8", want.Text}, {"text/html; charset=utf-8", want.HTML}} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if got := strings.ReplaceAll(string(b), "\r\n", "\n"); err != nil || got != wanted.text || p.Header.Get("Content-Type") != wanted.kind {
			t.Errorf("%s: %q, %v", p.Header.Get("Content-Type"), got, err)
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("a third part: %v", err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults map[string]string
		to     string
		user   string
		code   custard.Code
		retry  bool
	}{
		"cut at once":                {faults: map[string]string{"CONNECT": "cut"}, code: custard.CodeUnreachable, retry: true},
		"too busy":                   {faults: map[string]string{"CONNECT": "421 too busy"}, code: custard.CodeFailed, retry: true},
		"cut after EHLO":             {faults: map[string]string{"EHLO": "cut"}, code: custard.CodeUnreachable, retry: true},
		"no TLS after all":           {faults: map[string]string{"STARTTLS": "454 TLS not available"}, code: custard.CodeFailed, retry: true},
		"wrong password":             {user: "eve", code: custard.CodeForbidden, retry: true},
		"login cut":                  {user: "ada", faults: map[string]string{"AUTH": "cut"}, code: custard.CodeUnreachable, retry: true},
		"sender refused":             {faults: map[string]string{"MAIL": "553 no such sender"}, code: custard.CodeFailed},
		"recipient refused":          {to: "nobody@example.com", code: custard.CodeFailed},
		"greylisted":                 {faults: map[string]string{"RCPT": "450 try again later"}, code: custard.CodeFailed, retry: true},
		"DATA refused":               {faults: map[string]string{"DATA": "554 no"}, code: custard.CodeFailed},
		"mail refused":               {faults: map[string]string{"END": "552 too large"}, code: custard.CodeFailed},
		"mail refused for now":       {faults: map[string]string{"END": "452 disk full"}, code: custard.CodeFailed, retry: true},
		"cut before acknowledgement": {faults: map[string]string{"END": "cut"}, code: custard.CodeUnreachable, retry: true},
		"nonsense":                   {faults: map[string]string{"CONNECT": "HTTP/1.1 400 Bad Request"}, code: custard.CodeUnreachable, retry: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(s *server) { s.faults = c.faults })
			m := message()
			if c.to != "" {
				m.To = c.to
			}
			e := custard.AsError(s.sender(func(cfg *smtp.Config) { cfg.User, cfg.Password = c.user, "pass word" }).Send(t.Context(), m))
			if e == nil || e.Code != c.code || e.Retry != c.retry {
				t.Fatalf("got %+v", e)
			}
			if strings.Contains(e.Message+e.Hint, m.To) || strings.Contains(e.Message+e.Hint, "pass word") {
				t.Errorf("%q tells too much", e.Message)
			}
		})
	}
}

func TestHang(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"CONNECT", "EHLO", "MAIL", "END"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(s *server) { s.faults = map[string]string{verb: "hang"} })
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			e := custard.AsError(s.sender(nil).Send(ctx, message()))
			if e == nil || e.Code != custard.CodeTimeout || !e.Retry {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// A password or a link never goes out in clear, and never to a server that is not the one.
func TestEncryption(t *testing.T) {
	t.Parallel()
	silent := func(t *testing.T, s *server) {
		t.Helper()
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, line := range s.said {
			if strings.HasPrefix(line, "AUTH") || strings.HasPrefix(line, "MAIL") {
				t.Errorf("the client said %q", line)
			}
		}
	}
	t.Run("a certificate that nobody trusts", func(t *testing.T) {
		t.Parallel()
		for _, implicit := range []bool{true, false} {
			s := start(t, func(s *server) { s.implicit = implicit })
			err := s.sender(func(c *smtp.Config) { c.TLS, c.User = nil, "ada" }).Send(t.Context(), message())
			if e := custard.AsError(err); e == nil || e.Code != custard.CodeUnreachable {
				t.Errorf("got %+v", e)
			}
			silent(t, s)
		}
	})
	t.Run("no STARTTLS on another machine", func(t *testing.T) {
		t.Parallel()
		s := start(t, func(s *server) { s.startTLS = false })
		_, port, _ := strings.Cut(s.address, ":")
		// This machine under an address that is not its loopback.
		other := func(c *smtp.Config) { c.Address = "0.0.0.0:" + port }
		e := custard.AsError(s.sender(other).Send(t.Context(), message()))
		if e == nil || e.Code != custard.CodeForbidden || !strings.Contains(e.Hint, "insecure") {
			t.Fatalf("got %+v", e)
		}
		silent(t, s)
		// The operator may allow it, but not for a password.
		if err := s.sender(func(c *smtp.Config) { other(c); c.Insecure = true }).Send(t.Context(), message()); err != nil {
			t.Error(err)
		}
		e = custard.AsError(s.sender(func(c *smtp.Config) { other(c); c.Insecure, c.User, c.Password = true, "ada", "pass word" }).Send(t.Context(), message()))
		if e == nil || e.Code != custard.CodeForbidden {
			t.Errorf("a password went out in clear: %+v", e)
		}
		if len(s.got()) != 1 {
			t.Errorf("%d mails went out, want 1", len(s.got()))
		}
	})
}

func TestHeadersCannotBeInjected(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, change := range []func(m *mail.Message){
		func(m *mail.Message) { m.To = "ada@example.com\r\nRCPT TO:<eve@example.com>" },
		func(m *mail.Message) { m.To = "ada@example.com>\r\nBcc: eve@example.com" },
		func(m *mail.Message) { m.Subject = "x\nBcc: eve@example.com" },
		func(m *mail.Message) { m.From = "a@example.com\r\nBcc: eve@example.com" },
		func(m *mail.Message) { m.ID = "x>\r\nBcc: eve@example.com\r\nX: <" },
	} {
		m := message()
		change(&m)
		if err := s.sender(nil).Send(t.Context(), m); err == nil || custard.AsError(err).Retry {
			t.Errorf("%+v: got %v, want a refusal for good", m, err)
		}
	}
	if len(s.got()) != 0 {
		t.Errorf("got %+v", s.got())
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]smtp.Config{
		"smtp://mail.example.com":                      {Address: "mail.example.com:587"},
		"smtps://ada%40x:p%3Aw@mail.example.com":       {Address: "mail.example.com:465", User: "ada@x", Password: "p:w", Implicit: true},
		"smtp://u:p@[::1]:2525/?insecure=true":         {Address: "[::1]:2525", User: "u", Password: "p", Insecure: true},
		"smtps://mail.example.com:2465?insecure=false": {Address: "mail.example.com:2465", Implicit: true},
	} {
		got, err := smtp.Parse(text)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "mail.example.com:587", "http://mail.example.com", "smtp://", "smtp://u:hunter2@host/x", "smtp://u:hunter2@host?tls=no", "smtp://u:hunter2@ho st", "smtp://u:hunter2@host?insecure=yes"} {
		_, err := smtp.Parse(text)
		e := custard.AsError(err)
		if e == nil || e.Code != custard.CodeUsage || e.Hint == "" || strings.Contains(e.Message, "hunter2") || e.Cause != nil {
			t.Errorf("%q: got %+v", text, e)
		}
	}
}
