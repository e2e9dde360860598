package smtp_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/custard-ai/custard/server/mail/smtp"
)

// server speaks SMTP (RFC 5321) with STARTTLS (3207) and AUTH PLAIN (4954), and has the faults that a test gives it.
type server struct {
	t        *testing.T
	tls      *tls.Config
	roots    *x509.CertPool
	address  string
	implicit bool
	startTLS bool
	faults   map[string]string // by verb: what is answered instead; "cut" ends the connection, "hang" says nothing
	wait     sync.WaitGroup

	mu    sync.Mutex
	mails []received
	said  []string // every line of every client, outside of mails
}

type received struct {
	from, to, data string
	encrypted      bool
	user           string
}

func start(t *testing.T, change func(s *server)) *server {
	t.Helper()
	https := httptest.NewTLSServer(nil)
	s := &server{t: t, tls: &tls.Config{Certificates: https.TLS.Certificates, MinVersion: tls.VersionTLS12}, roots: x509.NewCertPool(), startTLS: true}
	s.roots.AddCert(https.Certificate())
	https.Close()
	if change != nil {
		change(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	done := make(chan struct{})
	s.wait.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.wait.Go(func() {
				stop := make(chan struct{})
				go func() {
					select {
					case <-done:
					case <-stop:
					}
					_ = conn.Close()
				}()
				s.serve(conn, done)
				close(stop)
			})
		}
	})
	t.Cleanup(func() {
		close(done)
		_ = l.Close()
		s.wait.Wait()
	})
	return s
}

// sender is a client of the server that trusts it.
func (s *server) sender(change func(c *smtp.Config)) *smtp.Sender {
	c := smtp.Config{Address: s.address, Implicit: s.implicit, TLS: &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}}
	if change != nil {
		change(&c)
	}
	return smtp.New(c)
}

func (s *server) got() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

// serve holds one conversation.
func (s *server) serve(conn net.Conn, done <-chan struct{}) {
	encrypted := s.implicit
	if s.implicit {
		conn = tls.Server(conn, s.tls)
	}
	r := bufio.NewReader(conn)
	say := func(text string) { fmt.Fprintf(conn, "%s\r\n", text) }
	// answer says a reply, or the fault in its place; false where the connection is over.
	answer := func(verb, text string) bool {
		switch fault := s.faults[verb]; fault {
		case "":
			say(text)
		case "cut":
			return false
		case "hang":
			<-done
			return false
		default:
			say(fault)
		}
		return true
	}
	if !answer("CONNECT", "220 mail.example.com ESMTP") {
		return
	}
	var m received
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.said = append(s.said, line)
		s.mu.Unlock()
		verb, rest, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		reply := "250 ok"
		switch verb {
		case "EHLO":
			reply = "250-mail.example.com\r\n250-8BITMIME"
			if s.startTLS && !encrypted {
				reply += "\r\n250-STARTTLS"
			}
			reply += "\r\n250 AUTH PLAIN"
		case "STARTTLS":
			if !answer(verb, "220 go ahead") {
				return
			}
			if s.faults[verb] != "" {
				continue
			}
			conn = tls.Server(conn, s.tls)
			r = bufio.NewReader(conn)
			encrypted = true
			continue
		case "AUTH":
			_, secret, _ := strings.Cut(rest, " ")
			b, _ := base64.StdEncoding.DecodeString(secret)
			parts := strings.Split(string(b), "\x00")
			reply = "535 5.7.8 authentication failed"
			if len(parts) == 3 && parts[1] == "ada" && parts[2] == "pass word" {
				m.user, reply = parts[1], "235 welcome"
			}
		case "MAIL":
			m.from = between(rest, "<", ">")
		case "RCPT":
			m.to = between(rest, "<", ">")
			if strings.HasPrefix(m.to, "nobody@") {
				reply = "550 5.1.1 <" + m.to + ">: no such mailbox"
			}
		case "DATA":
			if !answer(verb, "354 go on") {
				return
			}
			if s.faults[verb] != "" {
				continue
			}
			var b strings.Builder
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(line, "."))
			}
			m.data, m.encrypted = b.String(), encrypted
			s.mu.Lock()
			s.mails = append(s.mails, m)
			s.mu.Unlock()
			verb = "END"
		case "QUIT":
			answer(verb, "221 bye")
			return
		}
		if !answer(verb, reply) {
			return
		}
	}
}

func between(text, open, end string) string {
	_, text, _ = strings.Cut(text, open)
	text, _, _ = strings.Cut(text, end)
	return text
}
